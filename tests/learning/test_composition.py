"""Composition and its converse: published products, factors that multiply back, and proofs that there are none."""

from fractions import Fraction

import numpy as np
import pytest
from golden.tables import rows
from hypothesis import given as drawn
from hypothesis import strategies as st
from sympy import Poly, factor_list, symbols

from kernelkit.errors import InputError, LimitError
from kernelkit.exact.kernel import Kernel
from kernelkit.learning.attention import scores
from kernelkit.learning.composition import split

FIVE_POINT = Kernel.from_array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])


def case(ident):
    (row,) = [row for row in rows("cases_learn") if row["id"] == ident]
    return row["input"], row["expected"]


def product(found):
    """Multiply factors, scale and shift back together."""
    total = Kernel({found.shift: found.scale})
    for factor in found.factors:
        total = factor @ total
    return total


def test_two_layers_are_one_kernel():
    given, expected = case("2-7.4/compose")
    first, second = (Kernel.from_array(given[name], centre=(0, 0)) for name in ("first", "second"))
    assert first @ second == Kernel.from_array(expected["kernel"], centre=(0, 0))
    image = np.random.default_rng(0).integers(-9, 10, (12, 13))
    both = scores(scores(image, given["first"]), given["second"])
    assert np.array_equal(scores(image, expected["kernel"]), both)
    assert list(np.shape(expected["kernel"])) == expected["size"]


def test_sobel_is_two_sums_a_sum_and_a_difference():
    given, expected = case("2-7.4/split-sobel")
    found = split(Kernel.from_array(given["kernel"]))
    assert (found.irreducible == "no") is expected["splits_into_smaller_kernels"]
    wanted = [Kernel.from_array(factor, centre=(0, 0)) for factor in expected["factors"]]
    assert len(found.factors) == len(wanted)
    for kernel in wanted:
        assert found.factors.count(kernel) + found.factors.count(-kernel) == wanted.count(kernel)
    assert product(found) == found.kernel


def test_the_five_point_laplacian_does_not_split():
    given, expected = case("2-7.4/split-laplacian")
    found = split(Kernel.from_array(given["kernel"]))
    assert found.kernel == FIVE_POINT
    assert (found.irreducible == "no") is expected["splits_into_smaller_kernels"]
    assert found.irreducible == "over the complex numbers"
    # (x^2 - 6 x + 1) (x - 1)^2: the first occurs once, so it is no square
    assert expected["discriminant_in_y"] == "(x^2 - 6 x + 1) (x - 1)^2"
    assert found.axis == "y"
    assert found.discriminant == (((1, -6, 1), 1), ((-1, 1), 2))
    assert found.statement.endswith("its discriminant in y is no square")


@drawn(st.integers(0, 2**32 - 1))
def test_factors_multiply_back_and_are_sympy_s(seed):
    rng = np.random.default_rng(seed)
    first, second = (Kernel.from_array(rng.integers(-2, 3, rng.integers(1, 4, 2)).tolist()) for _ in range(2))
    kernel = (first @ second).shifted((2, -1)) / 3
    if not kernel.taps:
        return
    found = split(kernel)
    assert product(found) == kernel
    x, y = symbols("x y")
    polynomial = sum(
        tap * 3 * y ** int(offset[0] - kernel.origin[0]) * x ** int(offset[1] - kernel.origin[1])
        for offset, tap in kernel.taps
    )
    _, factors = factor_list(Poly(polynomial, x, y))
    assert len(found.factors) == sum(times for _, times in factors)
    assert sorted(len(f) for f in found.factors) == sorted(
        len(f.terms()) for f, times in factors for _ in range(times)
    )


def test_irrational_factors_are_left_open_or_excluded():
    """x^2 - 2 y^2 is irreducible over the rationals only; x^2 + y over all numbers."""
    squares = split(Kernel({(0, 2): 1, (2, 0): -2}))
    assert squares.irreducible == "over the rationals"
    assert squares.statement == "is no composition of smaller kernels over the rationals"
    assert split(Kernel({(0, 2): 1, (1, 0): 1})).irreducible == "over the complex numbers"


@pytest.mark.parametrize(
    ("taps", "count"),
    [([1, -2, 1], 2), ([1, -3, 3, -1], 3), ([1, 1], 1), ([1, 0, 1], 1), ([5], 0), (["1/2", "1/2"], 1)],
)
def test_on_a_line(taps, count):
    found = split(Kernel.from_array(taps))
    assert len(found.factors) == count
    assert product(found) == Kernel.from_array(taps)
    assert (found.statement == "is a single tap") is (count == 0)


def test_in_space():
    cube = Kernel.from_array([1, 2, 1]).outer(Kernel.from_array([1, 1])).outer(Kernel.from_array([1, -1]))
    found = split(cube * Fraction(3, 2))
    assert len(found.factors) == 4
    assert found.scale in {Fraction(3, 2), Fraction(-3, 2)}


@pytest.mark.parametrize(
    ("kernel", "error"),
    [
        (Kernel({}, ndim=2), InputError),
        (Kernel({0: 1, "1/2": 1}), InputError),
        (Kernel({0: 1, 401: 1}), LimitError),
    ],
)
def test_what_cannot_be_split_is_refused(kernel, error):
    with pytest.raises(error) as caught:
        split(kernel)
    assert caught.value.what
