"""Separability against outer products, numpy's ranks and published factors."""

from fractions import Fraction

import numpy as np
import pytest
from golden.tables import ids, rows
from hypothesis import given
from strategies import kernels, nonzero

from kernelkit import Kernel, derive, laplacian, named
from kernelkit.analysis.separable import MOST_ENTRIES, low_rank, separate
from kernelkit.errors import InputError, LimitError, OffGridError, ShapeError


@given(
    parts=kernels(1, fewest=1).flatmap(lambda a: kernels(1, fewest=1).map(lambda b: (a, b))), factor=nonzero()
)
def test_outer_products_are_taken_apart_again(parts, factor):
    whole = parts[0].outer(parts[1]) * factor
    found = separate(whole)
    assert found.separable
    assert found.ranks == (1, 1)
    assert found.factors[0].outer(found.factors[1]) * found.scale == whole
    for part in found.factors:
        taps = [int(tap) for _, tap in part.taps]
        assert np.gcd.reduce(taps) == 1
        assert taps[-1] > 0


@given(kernel=kernels(2, fewest=1, whole=True, most=8))
def test_ranks_are_those_of_the_matrix_of_taps(kernel):
    found = separate(kernel)
    array = np.array(kernel.dense(), dtype=float)
    assert found.ranks == (np.linalg.matrix_rank(array),) * 2
    assert found.separable == (found.ranks == (1, 1))


@given(kernel=kernels(3, fewest=1, whole=True, most=6))
def test_ranks_in_space_are_those_of_the_unfoldings(kernel):
    array = np.array(kernel.dense(), dtype=float)
    unfolded = tuple(
        int(np.linalg.matrix_rank(np.moveaxis(array, axis, 0).reshape(array.shape[axis], -1)))
        for axis in range(3)
    )
    assert separate(kernel).ranks == unfolded


@pytest.mark.parametrize(
    "row", [row for row in rows("catalogue") if "separable" in row and row["family"] != "recursive"], ids=ids
)
def test_published_kernels_separate_as_the_table_says(row):
    found = separate(named(row["id"]).published)
    assert found.separable == row["separable"]
    for factor in row.get("factors", ()):
        published = Kernel(zip(factor["offsets"], factor["taps"], strict=True), ndim=1)
        mine = found.factors[factor["axis"]]
        ratio = published.taps[0][1] / mine.taps[0][1]
        assert mine * ratio == published


def test_rounded_taps_are_not_called_separable():
    third = Kernel({-1: "0.3333", 0: "0.6667", 1: "0.3333"})
    rounded = Kernel([(offset, round(tap, 6)) for offset, tap in third.outer(third).taps])
    assert separate(rounded).ranks == (2, 2)
    assert low_rank(rounded, 1).relative_error < 1e-5


@given(kernel=kernels(2, fewest=1, whole=True))
def test_no_sum_of_products_is_nearer_than_the_best(kernel):
    """Eckart and Young: the error is the root of the squares of the singular values that are left out."""
    array = np.array(kernel.dense(), dtype=float)
    for products in range(1, min(array.shape) + 1):
        found = low_rank(kernel, products)
        nearest = np.einsum("ri,rj->ij", found.columns, found.rows)
        error = np.linalg.norm(array - nearest) / np.linalg.norm(array)
        assert abs(error - found.relative_error) < 1e-7
        assert np.allclose(found.singular_values, np.linalg.svd(array, compute_uv=False))
    assert found.relative_error < 1e-12


def test_a_sum_of_second_derivatives_has_rank_two_along_every_axis():
    """Along each axis it is [1, -2, 1] times the identity of the others, and the identity times the rest."""
    assert separate(derive(laplacian(3))).ranks == (2, 2, 2)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: separate(Kernel({}, ndim=2)), InputError, "without taps"),
        (
            lambda: separate(Kernel([((x, y), 1) for x in range(400) for y in range(400)])),
            LimitError,
            "too large",
        ),
        (lambda: low_rank(Kernel({(0, 0): 1, (0, MOST_ENTRIES): 1}), 1), LimitError, "too large"),
        (lambda: low_rank(Kernel({0: 1}), 1), ShapeError, "not for 1 axis"),
        (lambda: low_rank(Kernel({(0, 0): 1}), 0), InputError, "at least one product"),
        (lambda: low_rank(Kernel({(0, 0): 1, (0, "1/2"): 1}), 1), OffGridError, "no whole number of steps"),
    ],
)
def test_what_cannot_be_separated_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()


@given(parts=kernels(1, fewest=1).flatmap(lambda a: kernels(1, fewest=1).map(lambda b: (a, b))))
def test_rounded_outer_products_are_separable_within_their_rounding(parts):
    whole = parts[0].outer(parts[1])
    rounded = Kernel([(offset, Fraction(float(tap) * (1 + 1e-13))) for offset, tap in (whole / 7).taps])
    size = max(abs(tap) for _, tap in rounded.taps) / 10**9
    found = separate(rounded, tolerance=size)
    assert found.ranks == (1, 1)
    again = found.factors[0].outer(found.factors[1]) * found.scale
    assert max(abs(a - b) for (_, a), (_, b) in zip(again.taps, rounded.taps, strict=True)) <= 4 * size


@given(kernel=kernels(2, fewest=1, whole=True, most=8))
def test_ranks_within_a_tiny_tolerance_are_the_exact_ones(kernel):
    assert separate(kernel, tolerance=Fraction(1, 10**9)).ranks == separate(kernel).ranks


def test_a_gaussian_in_floats_is_separable():
    bell = np.exp(-(np.arange(-7, 8) ** 2) / 4.5)
    given = Kernel.from_array(np.outer(bell, bell))
    assert separate(given).ranks[0] > 1
    assert separate(given, tolerance=Fraction(1, 10**9)).separable
