"""Kernels: canonical equality, algebra, composition, adjoint, and tables of taps."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from exact.oracles import applied, exponents, power
from hypothesis import given
from hypothesis import strategies as st
from strategies import kernels, nonzero, offsets, point_sets, positive

from kernelkit.errors import InputError, LimitError, OffGridError, ShapeError
from kernelkit.exact.certify import certify
from kernelkit.exact.functional import derivative
from kernelkit.exact.kernel import DEEPEST, LARGEST_TABLE, Kernel

DIMENSIONS = st.integers(1, 3)
EMPTY = Kernel({}, ndim=1)


def pairs_of_kernels(*, whole: bool = False):
    return DIMENSIONS.flatmap(lambda n: st.tuples(kernels(n, whole=whole), kernels(n, whole=whole)))


# ---------------------------------------------------------------------------------------------------------
# equality


@given(DIMENSIONS.flatmap(point_sets), st.data())
def test_equality_is_canonical_in_order_form_and_zero_taps(points, data):
    """Any order, mappings or pairs, with or without zero taps: one kernel, one hash."""
    taps = dict(
        zip(points, data.draw(st.lists(nonzero(), min_size=len(points), max_size=len(points))), strict=True)
    )
    kernel = Kernel(taps)
    shuffled = data.draw(st.permutations(list(taps.items())))
    elsewhere = tuple(max(map(abs, x)) + 100 for x in [points[0]] for _ in x)
    again = Kernel([(elsewhere, 0), *shuffled])
    assert again == kernel
    assert hash(again) == hash(kernel)
    assert [offset for offset, _ in kernel.taps] == sorted(points)
    assert len(kernel) == len(points)


@given(DIMENSIONS.flatmap(kernels), st.data())
def test_different_taps_are_different_kernels(kernel, data):
    offset = data.draw(offsets(kernel.ndim))
    assert kernel + Kernel({offset: 1}) != kernel


@given(st.integers(1, 3))
def test_empty_kernels_are_equal_only_on_the_same_axes(ndim):
    assert Kernel({}, ndim=ndim) == Kernel({(0,) * ndim: 0})
    assert Kernel({}, ndim=ndim) != Kernel({}, ndim=ndim + 1)


# ---------------------------------------------------------------------------------------------------------
# algebra


@given(pairs_of_kernels(), nonzero())
def test_kernels_obey_the_laws_of_a_vector_space(pair, a):
    f, g = pair
    assert f + g == g + f
    assert f - g == -(g - f)
    assert f * 2 == 2 * f == f + f
    assert f / a == f * (1 / a) == (1 / a) * f
    assert (f + g) * a == f * a + g * a
    assert f - f == Kernel({}, ndim=f.ndim) == 0 * f
    assert "1/2" * f == f / 2 == f * 0.5


@given(DIMENSIONS.flatmap(lambda n: st.tuples(kernels(n, most=3), kernels(n, most=3), kernels(n, most=3))))
def test_composition_is_associative_commutative_and_distributive(triple):
    f, g, h = triple
    one = Kernel({(0,) * f.ndim: 1})
    assert (f @ g) @ h == f @ (g @ h)
    assert f @ g == g @ f
    assert f @ (g + h) == f @ g + f @ h
    assert f @ one == one @ f == f


@given(pairs_of_kernels(whole=True), st.data())
def test_composition_applies_one_kernel_after_the_other(pair, data):
    """(A @ B) f = A (B f), on whole random data."""
    a, b = pair
    random = data.draw(st.randoms(use_true_random=False))
    samples: dict = {}

    def f(*x):
        return samples.setdefault(x, Fraction(random.randint(-9, 9)))

    at = data.draw(offsets(a.ndim, whole=True))
    inner = lambda *x: applied(dict(b.taps), f, x)  # noqa: E731 - a sample of B f
    assert applied(dict((a @ b).taps), f, at) == applied(dict(a.taps), inner, at)


@given(pairs_of_kernels())
def test_moments_of_a_composition_obey_the_binomial_rule(pair):
    """m_alpha(A @ B) = sum over beta of binomial(alpha, beta) m_beta(A) m_(alpha - beta)(B)."""
    a, b = pair
    for alpha in exponents(a.ndim, 3):
        total = Fraction(0)
        for beta in exponents(a.ndim, 3):
            if all(x <= y for x, y in zip(beta, alpha, strict=True)):
                ways = math.prod(math.comb(x, y) for x, y in zip(alpha, beta, strict=True))
                rest = tuple(x - y for x, y in zip(alpha, beta, strict=True))
                total += ways * a.moment(beta) * b.moment(rest)
        assert (a @ b).moment(alpha) == total


@given(DIMENSIONS.flatmap(kernels))
def test_moments_are_sums_of_taps_times_powers(kernel):
    for alpha in exponents(kernel.ndim, 4):
        assert kernel.moment(alpha) == sum((tap * power(x, alpha) for x, tap in kernel.taps), Fraction(0))


# ---------------------------------------------------------------------------------------------------------
# reflections, shifts, dilations, products


@given(pairs_of_kernels())
def test_flipping_is_an_involution_that_composition_and_sums_respect(pair):
    f, g = pair
    assert f.flipped().flipped() == f
    assert (f @ g).flipped() == f.flipped() @ g.flipped()
    assert (f + g).flipped() == f.flipped() + g.flipped()


@given(
    DIMENSIONS.flatmap(
        lambda n: st.tuples(kernels(n, whole=True), kernels(n, whole=True), kernels(n, whole=True))
    )
)
def test_the_flipped_kernel_is_the_adjoint(triple):
    """The sum of g times K f equals the sum of f times K flipped applied to g, for finitely supported f and g."""
    kernel, f, g = triple
    left = right = Fraction(0)
    for x, gx in g.taps:
        left += gx * applied(dict(kernel.taps), lambda *y: dict(f.taps).get(y, Fraction(0)), x)
    for x, fx in f.taps:
        right += fx * applied(dict(kernel.flipped().taps), lambda *y: dict(g.taps).get(y, Fraction(0)), x)
    assert left == right


@given(DIMENSIONS.flatmap(lambda n: st.tuples(kernels(n), offsets(n), offsets(n))))
def test_shifts_add_up_and_are_compositions(triple):
    kernel, by, further = triple
    both = tuple(x + y for x, y in zip(by, further, strict=True))
    assert kernel.shifted(by).shifted(further) == kernel.shifted(both)
    assert kernel.shifted(by) == kernel @ Kernel({by: 1})
    assert kernel.shifted(by).flipped() == kernel.flipped().shifted(tuple(-x for x in by))


@given(DIMENSIONS.flatmap(kernels), positive(), positive())
def test_dilations_multiply_and_scale_moments_by_powers(kernel, a, b):
    assert kernel.dilated(a).dilated(b) == kernel.dilated(a * b)
    for alpha in exponents(kernel.ndim, 3):
        assert kernel.dilated(a).moment(alpha) == a ** sum(alpha) * kernel.moment(alpha)


@given(kernels(1), kernels(2))
def test_moments_of_an_outer_product_are_products(f, g):
    both = f.outer(g)
    assert both.ndim == 3
    assert [x for x, _ in both.taps] == sorted(x for x, _ in both.taps)
    for alpha in exponents(3, 3):
        assert both.moment(alpha) == f.moment(alpha[:1]) * g.moment(alpha[1:])


@given(DIMENSIONS.flatmap(kernels))
def test_every_kernel_is_an_even_plus_an_odd_one(kernel):
    even, odd = (kernel + kernel.flipped()) / 2, (kernel - kernel.flipped()) / 2
    assert even + odd == kernel
    assert even.symmetry == "even"
    assert odd.symmetry == ("odd" if odd.taps else "even")
    assert kernel.symmetry in ({"even"} if not odd.taps else {"odd"} if not even.taps else {"none"})


def test_the_empty_kernel_computes_zero():
    assert len(EMPTY) == 0
    assert EMPTY.symmetry == "even"
    assert EMPTY.width == EMPTY.origin == (0,)
    assert EMPTY.dense() == [0]
    assert EMPTY.noise_gain_squared == EMPTY.l1_norm == 0
    assert EMPTY @ Kernel({1: 2}) == EMPTY
    assert repr(EMPTY) == "Kernel({}, ndim=1)"
    assert repr(Kernel({}, ndim=2)) == "Kernel({}, ndim=2)"


@given(DIMENSIONS.flatmap(lambda n: kernels(n, fewest=1)))
def test_support_width_origin_and_norms_are_those_of_the_taps(kernel):
    places = [x for x, _ in kernel.taps]
    assert list(kernel.support.offsets) == places
    for axis in range(kernel.ndim):
        column = [x[axis] for x in places]
        assert kernel.origin[axis] == min(column)
        assert kernel.width[axis] == max(column) - min(column)
    assert kernel.l1_norm == sum(abs(tap) for _, tap in kernel.taps)
    assert kernel.noise_gain_squared == sum(tap**2 for _, tap in kernel.taps)


def test_kernels_are_written_with_their_offsets_and_taps():
    assert repr(Kernel({-1: "1/2", "1/2": -2})) == "Kernel({-1: 1/2, 1/2: -2})"
    assert repr(Kernel({(0, 1): 1})) == "Kernel({(0, 1): 1})"


# ---------------------------------------------------------------------------------------------------------
# tables of taps


@given(DIMENSIONS.flatmap(lambda n: kernels(n, fewest=1, whole=True)), st.data())
def test_a_dense_table_is_read_back_from_its_origin(kernel, data):
    by = data.draw(offsets(kernel.ndim))
    moved = kernel.shifted(by)
    assert Kernel.from_array(moved.dense(), centre=tuple(-x for x in moved.origin)) == moved


@given(st.lists(st.integers(1, 4), min_size=1, max_size=3), st.data())
def test_the_default_centre_is_the_middle_or_the_sample_before_it(shape, data):
    taps = data.draw(st.lists(st.integers(-5, 5), min_size=math.prod(shape), max_size=math.prod(shape)))
    array = np.array(taps).reshape(shape)
    kernel = Kernel.from_array(array)
    listed = {
        tuple(i - (n - 1) // 2 for i, n in zip(index, shape, strict=True)): int(t)
        for index, t in np.ndenumerate(array)
    }
    assert kernel == Kernel(listed)
    assert Kernel.from_array(array.tolist()) == kernel
    assert Kernel.from_array(tuple(array.tolist())) == kernel


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5))
def test_arrays_of_floats_are_taken_at_their_binary_value(taps):
    kernel = Kernel.from_array(np.array(taps), centre=0)
    assert kernel == Kernel({i: Fraction(tap) for i, tap in enumerate(taps)})


def test_a_table_may_hold_text_and_its_centre_may_lie_between_samples():
    assert Kernel.from_array([["1/2", "0.1"]], centre=(0, "1/2")) == Kernel(
        {(0, "-1/2"): "1/2", (0, "1/2"): "1/10"}
    )


def test_dense_fills_gaps_with_zeros():
    assert Kernel({-1: 1, 2: 3}).dense() == [1, 0, 0, 3]
    assert Kernel({("1/2", 0): 1, ("3/2", 2): 3}).dense() == [[1, 0, 0], [0, 0, 3]]
    assert Kernel({0: 1, LARGEST_TABLE - 1: 1}).dense()[-1] == 1


# ---------------------------------------------------------------------------------------------------------
# refusals

SQUARE = Kernel({(0, 0): 1})
APART = "kernels on 2 and 1 axes cannot be combined\n  next: outer() puts kernels on different axes together"
SPREAD = (
    "the taps are spread over a table of more than 1000000 entries\n"
    "  next: json, csv and python keep taps and offsets without the zeros between"
)
PAIRS = "\n  next: Kernel({-1: 1, 0: -2, 1: 1}), or Kernel.from_array([1, -2, 1])"


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (
            lambda: Kernel([(0, 1), (0, 2)]),
            InputError,
            "the offset 0 has two taps\n  next: add them up first",
        ),
        (
            lambda: Kernel([1, -2, 1]),
            InputError,
            "a kernel is made of pairs of offset and tap, not of 1" + PAIRS,
        ),
        (
            lambda: Kernel([(0, 1, 2)]),
            InputError,
            "a kernel is made of pairs of offset and tap, not of (0, 1, 2)" + PAIRS,
        ),
        (
            lambda: Kernel({}),
            ShapeError,
            "a kernel without taps needs its number of axes\n  next: Kernel({}, ndim=1)",
        ),
        (lambda: Kernel({0: 1, (0, 0): 1}), ShapeError, "offsets of dimension 1 and 2 cannot be mixed"),
        (lambda: Kernel({0: 1}, ndim=2), ShapeError, "offsets of dimension 1 and 2 cannot be mixed"),
        (lambda: Kernel({}, ndim=0), ShapeError, "a kernel needs at least one axis"),
        (lambda: Kernel({}, ndim=-1), ShapeError, "a kernel needs at least one axis"),
        (
            lambda: Kernel.from_array([[1, 2], [3]]),
            ShapeError,
            "the rows of an array of taps must have equal length and depth\n  next: fill short rows with zeros",
        ),
        (
            lambda: Kernel.from_array([[1, 2], 3]),
            ShapeError,
            "the rows of an array of taps must have equal length and depth\n  next: fill short rows with zeros",
        ),
        (
            lambda: Kernel.from_array([1, [2]]),
            ShapeError,
            "the rows of an array of taps must have equal length and depth\n  next: fill short rows with zeros",
        ),
        (lambda: Kernel.from_array([]), ShapeError, "an array of taps must not be empty"),
        (lambda: Kernel.from_array([[]]), ShapeError, "an array of taps must not be empty"),
        (
            lambda: Kernel.from_array(3),
            ShapeError,
            "taps come as a list, or nested lists of equal length",
        ),
        (
            lambda: Kernel.from_array(np.float64(3)),
            ShapeError,
            "taps come as a list, or nested lists of equal length",
        ),
        (
            lambda: Kernel.from_array([1, 2], centre=(0, 0)),
            ShapeError,
            "a centre with 2 indices does not fit an array of 1 axes",
        ),
        (lambda: Kernel.from_array([float("nan")]), InputError, "a number must be finite, not nan"),
        (lambda: Kernel.from_array([float("inf")]), InputError, "a number must be finite, not inf"),
        (lambda: SQUARE.moment((1,)), ShapeError, "a moment of a 2-dimensional kernel needs 2 exponents"),
        (lambda: SQUARE.shifted(1), ShapeError, "a shift with 1 coordinates does not fit 2 axes"),
        (
            lambda: SQUARE.dilated(0),
            InputError,
            "a dilation must be positive, not 0\n  next: flipped() reflects a kernel",
        ),
        (
            lambda: SQUARE.dilated(-2),
            InputError,
            "a dilation must be positive, not -2\n  next: flipped() reflects a kernel",
        ),
        (lambda: SQUARE / 0, InputError, "a kernel cannot be divided by zero"),
        (lambda: SQUARE + EMPTY, ShapeError, APART),
        (lambda: SQUARE - EMPTY, ShapeError, APART),
        (lambda: SQUARE @ EMPTY, ShapeError, APART),
        (
            lambda: EMPTY.support,
            InputError,
            "a stencil needs at least one point\n  next: give offsets such as -1, 0, 1",
        ),
        (
            lambda: Kernel({0: 1, "1/2": 1}).dense(),
            OffGridError,
            "the offset 1/2 is no whole number of steps from 0\n"
            "  why:  an array holds taps one step apart\n"
            "  next: json, csv and python keep the exact offsets",
        ),
        (
            lambda: Kernel({0: 1, LARGEST_TABLE: 1}).dense(),
            LimitError,
            SPREAD,
        ),
        (
            lambda: Kernel({0: 1, 10**5000: 1}).dense(),
            LimitError,
            SPREAD,
        ),
        (
            lambda: Kernel({0: 0.1}),
            InputError,
            "a tap 0.1 is a binary float, not exactly the decimal it prints as\n"
            "  why:  its exact value is 3602879701896397/36028797018963968\n"
            '  next: write it as text, "0.1", or as Fraction(0.1) for the binary value',
        ),
    ],
)
def test_what_is_no_kernel_is_refused_with_a_reason(call, error, text):
    with pytest.raises(error) as refused:
        call()
    assert str(refused.value) == text


@pytest.mark.parametrize("other", [1, "1", None, derivative(1)])
def test_only_kernels_are_added_to_and_composed_with_kernels(other):
    for act in (
        lambda: EMPTY + other,
        lambda: EMPTY - other,
        lambda: EMPTY @ other,
        lambda: EMPTY * EMPTY,
    ):
        with pytest.raises(TypeError):
            act()


def test_kernels_cannot_be_changed():
    kernel = Kernel({0: 1})
    with pytest.raises(AttributeError):
        kernel.ndim = 2
    assert certify(kernel, derivative(0)).failing_degree is None


def test_arrays_of_too_many_axes_are_refused():
    nested = 1
    for _ in range(DEEPEST + 1):
        nested = [nested]
    with pytest.raises(LimitError, match=f"at most {DEEPEST} axes"):
        Kernel.from_array(nested)
