"""Exact conditions on taps: how many directions they fix, and which taps they leave."""

import math
from fractions import Fraction

import pytest
from golden.tables import rows
from hypothesis import given as drawn
from hypothesis import strategies as st

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.exact.functional import derivative, laplacian
from kernelkit.exact.kernel import Kernel
from kernelkit.learning.constraints import moment, moments_of, only_at, symmetric, total


def kernels(conditions):
    """Return the kernels of one solution, and of that plus each direction."""
    found = conditions.solutions()
    shape = conditions.size

    def table(flat, sizes):
        if len(sizes) == 1:
            return list(flat)
        step = len(flat) // sizes[0]
        return [table(flat[i * step : (i + 1) * step], sizes[1:]) for i in range(sizes[0])]

    start = found.particular
    moved = [[a + b for a, b in zip(start, d, strict=True)] for d in found.directions()]
    return [Kernel.from_array(table(taps, shape)) for taps in (start, *moved)]


def test_moments_through_degree_2_on_five_by_five_fix_6_and_leave_19():
    (row,) = rows("cases_learn", "free-moments", key="ask")
    size = tuple(row["input"]["kernel"])
    found = moments_of(derivative((0, 1)), size, row["input"]["moments_fixed_up_to_total_degree"])
    assert (found.fixed, found.free) == (row["expected"]["fixed"], row["expected"]["free"])
    for kernel in kernels(found):
        assert all(kernel.moment((a, b)) == int((a, b) == (0, 1)) for a in range(3) for b in range(3 - a))


def test_the_second_derivative_of_accuracy_2_exists_on_three_by_three():
    (row,) = rows("cases_learn", "derive-on-box", key="ask")
    found = moments_of(derivative((0, 2)), row["input"]["box"], 3)
    example = Kernel.from_array(row["expected"]["example"])
    assert row["expected"]["solvable"] is (found.solutions() is not None)
    assert all(example.moment((a, b)) == 2 * int((a, b) == (0, 2)) for a in range(4) for b in range(4 - a))
    flat = dict(example.taps)
    for coefficients, value in found.rows:
        places = [(Fraction(i), Fraction(j)) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        assert sum(c * flat.get(x, 0) for c, x in zip(coefficients, places, strict=True)) == value


@pytest.mark.parametrize(
    ("size", "how", "free"),
    [
        ((5,), "even", 3), ((5,), "odd", 2), ((4,), "even", 2), ((4,), "odd", 2), ((2, 3), "even", 3),
        ((3, 3), "even", 5), ((3, 3), "odd", 4), ((3, 3), "even-x", 6), ((3, 3), "odd-y", 3),
        ((3, 3), "exchange", 6), ((3, 3, 3), "exchange", 10),
    ],
)  # fmt: skip
def test_symmetries_leave_one_direction_an_orbit(size, how, free):
    """The counts of Burnside: pairs that are exchanged, and fixed points that an odd kernel has zero."""
    assert symmetric(size, how).free == free


def test_all_symmetries_of_the_square_leave_three_of_nine_taps():
    both = symmetric((3, 3), "even-x") + symmetric((3, 3), "even-y") + symmetric((3, 3), "exchange")
    assert both.free == 3
    fixed = both + moments_of(laplacian(2), (3, 3), 3)
    assert (fixed.fixed, fixed.free) == (8, 1)
    for kernel in kernels(fixed):
        assert kernel.moment((2, 0)) == kernel.moment((0, 2)) == 2
        assert kernel.symmetry == "even"


def test_taps_stand_only_where_they_may():
    places = [(0, 0), (0, 1), (0, -1), (1, 0), (-1, 0)]
    found = moments_of(laplacian(2), (3, 3), 3) + only_at((3, 3), places)
    assert found.free == 0
    assert kernels(found) == [Kernel.from_array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])]
    assert kernels(only_at((3,), [0]) + total((3,), "1/2")) == [Kernel({0: "1/2"})]


@drawn(st.integers(1, 4), st.integers(1, 4), st.integers(0, 3), st.integers(0, 3))
def test_a_moment_is_one_condition_on_every_window(height, width, a, b):
    """Unless its power is zero on all of the window."""
    found = moment((height, width), (a, b), 1 if height > 1 and width > 1 else 0)
    seen = [
        (i - (height - 1) // 2) ** a * (j - (width - 1) // 2) ** b
        for i in range(height)
        for j in range(width)
    ]
    assert found.fixed == int(any(seen))
    for kernel in kernels(found):
        assert kernel.moment((a, b)) == (1 if height > 1 and width > 1 else 0)
    assert math.prod(found.size) == found.fixed + found.free


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: (total((3,), 0) + total((3,), 1)).fixed, InputError),
        (lambda: total((3,), 0) + total((5,), 0), ShapeError),
        (lambda: symmetric((3, 3), "square"), InputError),
        (lambda: symmetric((2, 3), "exchange"), InputError),
        (lambda: symmetric((3,), "even-y"), InputError),
        (lambda: only_at((3,), [2]), InputError),
        (lambda: only_at((3, 3), [0]), InputError),
        (lambda: moment((3,), (1, 1)), ShapeError),
        (lambda: moment((3,), (-1,)), InputError),
        (lambda: moment((3,), (41,)), InputError),
        (lambda: moments_of(derivative(1), (3, 3), 1), ShapeError),
        (lambda: total((), 0), InputError),
        (lambda: total((0,), 0), InputError),
        (lambda: total((40, 40), 0), LimitError),
    ],
)
def test_what_means_nothing_is_refused(call, error):
    with pytest.raises(error) as caught:
        call()
    assert caught.value.what
