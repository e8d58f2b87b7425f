"""Letters of axes, and the limits of kernels that are asked for by name."""

from __future__ import annotations

import pytest

from kernelkit.catalogue.family import (
    LARGEST_SIZE,
    check_odd_size,
    check_size,
    kind_along,
    orders_of,
    side_text,
    target_along,
)
from kernelkit.errors import InputError, LimitError
from kernelkit.exact.functional import derivative, value


@pytest.mark.parametrize(
    ("axes", "dim", "orders"),
    [
        ("", 1, (0,)),
        ("x", 1, (1,)),
        ("x", 2, (0, 1)),
        ("y", 2, (1, 0)),
        ("yx", 2, (1, 1)),
        ("xxz", 3, (1, 0, 2)),
    ],
)
def test_letters_count_orders_in_array_order(axes, dim, orders):
    assert orders_of(axes, dim) == orders


def test_letters_name_a_derivative_and_none_the_value():
    assert target_along("xy", 3) == derivative((0, 1, 1))
    assert target_along("", 2) == value(ndim=2)


@pytest.mark.parametrize(
    ("axes", "kind"),
    [
        ("", "smoothing"),
        ("y", "gradient"),
        ("xx", "second"),
        ("xy", "mixed"),
        ("zzz", "third"),
        ("xxxx", "fourth"),
        ("xxxxx", "higher"),
    ],
)
def test_kinds_are_named_by_their_letters(axes, kind):
    assert kind_along(axes) == kind


def test_windows_are_written_by_their_sides():
    assert (side_text(5, 1), side_text(5, 2), side_text(3, 3)) == ("5 points", "5x5", "3x3x3")


@pytest.mark.parametrize(
    ("axes", "dim", "error", "words"),
    [
        ("w", 2, InputError, "'w' names no axes"),
        (3, 2, InputError, "3 names no axes"),
        ("z", 2, InputError, "take dim=3"),
        ("x", 0, LimitError, "1 to 3 axes, not 0"),
        ("x", 4, LimitError, "1 to 3 axes, not 4"),
        ("x", 2.0, InputError, "a number of axes must be a whole number"),
    ],
)
def test_letters_and_dimensions_that_mean_nothing_are_refused(axes, dim, error, words):
    with pytest.raises(error, match=words):
        orders_of(axes, dim)


@pytest.mark.parametrize(
    ("size", "dim", "error", "words"),
    [
        (0, 1, InputError, "at least 1, not 0"),
        (-3, 1, InputError, "at least 1, not -3"),
        (True, 1, InputError, "must be a whole number"),
        (LARGEST_SIZE + 1, 1, LimitError, "at most 255 samples on a side"),
        (10**30, 3, LimitError, "at most 255 samples on a side"),
        (47, 3, LimitError, "has 103,823 taps, more than 100,000"),
    ],
)
def test_sizes_beyond_the_limits_are_refused(size, dim, error, words):
    with pytest.raises(error, match=words):
        check_size(size, dim, what="a kernel")


def test_even_sizes_are_refused_where_a_centre_is_needed():
    assert check_odd_size(5, 2, what="a kernel") == 5
    with pytest.raises(InputError, match="size=5 and size=3 are sizes"):
        check_odd_size(4, 2, what="a kernel")
