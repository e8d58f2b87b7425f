"""Certificates: accuracy, leading error, and proofs that nothing differs."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import pytest
from exact.oracles import exponents, solve
from hypothesis import given
from hypothesis import strategies as st
from strategies import as_functional, functionals, kernels, nonzero, offsets, operators, positive, rationals

from kernelkit.errors import InputError, ShapeError
from kernelkit.exact.certify import ErrorTerm, agreement_degree, certify
from kernelkit.exact.derive import derive
from kernelkit.exact.functional import Functional, derivative, integral, laplacian, value
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.obstruct import required_degree
from kernelkit.exact.offsets import box, line

DIMENSIONS = st.integers(1, 3)


def same_combination_of_values(kernel: Kernel) -> Functional:
    """Return the functional that reads the same values with the same weights."""
    parts = [value(at=offset) * tap for offset, tap in kernel.taps]
    return sum(parts[1:], start=parts[0])


@given(DIMENSIONS.flatmap(lambda n: kernels(n, fewest=1)))
def test_a_kernel_is_proved_equal_to_the_same_combination_of_values(kernel):
    found = certify(kernel, same_combination_of_values(kernel))
    assert found.failing_degree is found.accuracy is found.degree_of_exactness is None
    assert found.defect == found.leading_terms == found.terms(3) == ()
    assert found.consistent
    assert found.isotropic
    assert found.gain == 1


@given(DIMENSIONS.flatmap(lambda n: kernels(n, fewest=1)), st.data())
def test_one_tap_that_is_off_by_a_billionth_is_caught(kernel, data):
    """The agreement bound is high enough: no single perturbed or additional tap escapes."""
    target = same_combination_of_values(kernel)
    places = [offset for offset, _ in kernel.taps]
    where = data.draw(st.sampled_from(places) | offsets(kernel.ndim))
    found = certify(kernel + Kernel({where: Fraction(1, 10**9)}), target)
    assert found.failing_degree == 0
    hidden = Kernel({where: Fraction(1, 10**9)})
    for by in [tuple(Fraction(int(i == axis)) for i in range(kernel.ndim)) for axis in range(kernel.ndim)]:
        hidden = hidden @ (Kernel({by: 1}) - Kernel({(0,) * kernel.ndim: 1}))
    # its moments vanish below degree ndim, so it shows only later
    assert certify(kernel + hidden, target).failing_degree == kernel.ndim


@given(st.integers(2, 7), rationals(3), positive(3))
def test_differences_that_hide_as_long_as_they_can_are_caught(points, first, step):
    """N values minus what they interpolate elsewhere: moments agree through degree n - 1, and no further."""
    nodes = [first + k * step for k in range(points)]
    target = value(at=first - step)
    kernel = derive(target, nodes)
    found = certify(kernel, target)
    assert found.failing_degree == points
    assert found.failing_degree <= agreement_degree(kernel, target)


@pytest.mark.parametrize("order", [0, 1, 2, 3])
@pytest.mark.parametrize("places", [(0,), (0, 1), (-1, 0, 2)])
def test_differences_that_hide_behind_derivatives_are_caught(order, places):
    """A value, and what Hermite's interpolation makes of derivatives elsewhere: N readings agree below degree N."""
    readings = [(at, k) for at in places for k in range(order + 1)]
    middle = Fraction(1, 2)
    weights = solve(
        [[derivative(k, at=at).moment((n,)) for at, k in readings] for n in range(len(readings))],
        [middle**n for n in range(len(readings))],
    )
    parts = [derivative(k, at=at) * w for (at, k), w in zip(readings, weights, strict=True)]
    target = sum(parts[1:], start=parts[0])
    kernel = Kernel({middle: 1})
    found = certify(kernel, target)
    assert found.failing_degree == len(readings)
    assert found.failing_degree <= agreement_degree(kernel, target)


@given(functionals(1), st.integers(0, 4), st.integers(-3, 0))
def test_the_agreement_bound_covers_every_best_kernel(target, more, first):
    """The most accurate kernel on n points fails at or below the bound, unless it is the target itself."""
    points = required_degree(target, 1) + 1 + more
    kernel = derive(target, line(first, first + points - 1))
    found = certify(kernel, target)
    assert found.failing_degree is None or points <= found.failing_degree <= agreement_degree(kernel, target)


@given(DIMENSIONS.flatmap(lambda n: st.tuples(kernels(n), functionals(n))))
def test_a_certificate_states_the_first_moments_that_differ(pair):
    kernel, target = pair
    found = certify(kernel, target)
    through = agreement_degree(kernel, target)
    differing = {
        alpha: kernel.moment(alpha) - target.moment(alpha)
        for alpha in exponents(kernel.ndim, min(through, 6))
        if kernel.moment(alpha) != target.moment(alpha)
    }
    if found.failing_degree is None:
        assert not differing
    elif found.failing_degree <= 6:
        first = min(map(sum, differing))
        assert found.failing_degree == first
        assert dict(found.defect) == {alpha: d for alpha, d in differing.items() if sum(alpha) == first}
        assert found.accuracy == first - target.order
        assert found.degree_of_exactness == first - 1
        assert found.consistent is (first > max(target.order, 0))


@given(operators(2), st.tuples(positive(3), positive(3)))
def test_error_terms_are_in_physical_units_whatever_the_spacing(operator, spacing):
    """On a grid of spacing h the kernel of a monomial reads sum tap (h x)^alpha: defect times h^alpha / alpha!."""
    target = as_functional(operator)
    kernel = derive(target, accuracy=2)
    stretched = certify(derive(target.on_grid(spacing), accuracy=2), target.on_grid(spacing))
    for term in stretched.leading_terms:
        alpha = term.derivative
        units = math.prod((h**k for h, k in zip(spacing, alpha, strict=True)), start=Fraction(1))
        defect = stretched.kernel.moment(alpha) - stretched.target.moment(alpha)
        assert term.coefficient == defect * units / math.prod(map(math.factorial, alpha))
        assert term.h_power == sum(alpha) - target.order
    assert certify(kernel, target).accuracy <= stretched.accuracy


@pytest.mark.parametrize("degrees", [1, 2, 3, 4])
def test_more_error_terms_are_the_next_moments(degrees):
    """f(x+1) - 2 f(x) + f(x-1) = f'' + 2 (f''''/4! + f^(6)/6! + ...)."""
    found = certify(Kernel({-1: 1, 0: -2, 1: 1}), derivative(2))
    expected = [ErrorTerm(Fraction(2, math.factorial(k)), (k,), k - 2) for k in (4, 6) if k < 4 + degrees]
    assert found.terms(degrees) == tuple(expected)


def test_error_terms_are_counted_from_one():
    found = certify(Kernel({0: 1}), derivative(1))
    with pytest.raises(InputError) as refused:
        found.terms(0)
    assert str(refused.value) == "at least one degree of error terms must be asked for"


def test_axes_of_kernel_and_target_must_agree():
    with pytest.raises(ShapeError) as refused:
        certify(Kernel({0: 1}), laplacian(2))
    assert str(refused.value) == (
        "a kernel on 1 axis cannot compute a target on 2 axes\n"
        "  next: a row along x in the plane is [[1, -2, 1]], and --order takes one number an axis"
    )


@pytest.mark.parametrize(
    ("kernel", "target", "given"),
    [([1, -2, 1], derivative(2), "list with Functional"), (Kernel({0: 1}), 2, "Kernel with int")],
)
def test_only_kernels_and_functionals_are_compared(kernel, target, given):
    with pytest.raises(InputError) as refused:
        certify(kernel, target)
    assert str(refused.value) == (
        f"certify compares a Kernel with a Functional, not {given}\n"
        "  next: certify(Kernel.from_array([1, -2, 1]), derivative(2))"
    )


def test_simpson_is_exact_through_degree_3_and_locally_of_accuracy_5():
    found = certify(Kernel({-1: "1/3", 0: "4/3", 1: "1/3"}), integral(-1, 1))
    assert (found.degree_of_exactness, found.accuracy, found.consistent) == (3, 5, True)
    assert found.leading_terms == (ErrorTerm(Fraction(1, 90), (4,), 5),)


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_the_kernel_without_taps_is_consistent_with_nothing(ndim):
    """A zero kernel is no third derivative on three points, although few moments show it."""
    empty = Kernel({}, ndim=ndim)
    target = derivative((3,) + (0,) * (ndim - 1))
    found = certify(empty, target)
    assert (found.failing_degree, found.accuracy, found.consistent, found.gain) == (3, 0, False, None)
    assert certify(empty, target - target).failing_degree is None


@given(operators(2), nonzero())
def test_the_gain_of_a_scaled_kernel_is_its_scale(operator, scale):
    target = as_functional(operator)
    assert certify(derive(target) * scale, target).gain == scale


@pytest.mark.parametrize(
    ("kernel", "target", "gain"),
    [
        (Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]), derivative((0, 1)), 8),
        (Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]), derivative((1, 0)), None),
        (Kernel({-1: 1, 0: -2, 1: 1}), derivative(1), None),
        (Kernel({0: 1, 1: 1}), derivative(1), None),
        (Kernel({0: 3}), value(), 3),
        (Kernel({0: 2, 1: 1}), integral(0, 1), 3),
        (Kernel({0: 1, 1: -1}), integral(0, 1), None),
    ],
)
def test_the_gain_is_the_multiple_that_a_kernel_computes_or_none(kernel, target, gain):
    assert certify(kernel, target).gain == gain


def sine(x: mpmath.mpf) -> mpmath.mpf:
    return mpmath.sin(x + mpmath.mpf(1) / 3)


SLOPES = [
    *(
        (derivative(d), {"accuracy": p, "side": side})
        for d in (1, 2, 3)
        for p in (1, 2, 4)
        for side in ("central", "forward")
    ),
    *(
        (derivative(d), {"accuracy": 3, "side": side})
        for d in (1, 2, 4)
        for side in ("staggered", "upwind", "backward")
    ),
    (value(), {"accuracy": 3, "side": "staggered"}),
    (integral(-1, 1), {"accuracy": 5}),
    (integral(0, 3), {"accuracy": 4}),
    (derivative(1), {"offsets": [-2, 3, 6]}),
    (derivative(2), {"offsets": ["-3/2", "1/3", 2, 5]}),
]


@pytest.mark.parametrize(("target", "asked"), SLOPES, ids=str)
def test_the_error_falls_with_the_power_of_h_that_the_certificate_states(target, asked):
    """Measured in 60 digits on a sine: the slope is the accuracy, the constant the leading term's."""
    kernel = derive(target, **asked)
    found = certify(kernel, target)
    with mpmath.workdps(60):
        errors = [mpmath_error(kernel, target, mpmath.mpf(2) ** -k) for k in (9, 10)]
        slope = mpmath.log(abs(errors[0] / errors[1]), 2)
        assert abs(slope - found.accuracy) < 0.1
        (term,) = found.leading_terms
        expected = (
            mpmath.diff(sine, 0, term.derivative[0])
            * term.coefficient.numerator
            / term.coefficient.denominator
        )
        assert abs(errors[1] * mpmath.mpf(2) ** (10 * found.accuracy) / expected - 1) < 0.1


def mpmath_error(kernel: Kernel, target: Functional, h: mpmath.mpf) -> mpmath.mpf:
    """Return kernel minus exact for samples h apart, in the scaling of the target."""
    rounded = [
        (mpmath.mpf(x.numerator) / x.denominator, mpmath.mpf(t.numerator) / t.denominator)
        for (x,), t in kernel.taps
    ]
    computed = sum(tap * sine(h * x) for x, tap in rounded) / h**target.order
    ((_, (factor,)),) = target.terms
    if target.order < 0:
        ends = [mpmath.mpf(e.numerator) / e.denominator for e in (factor.lower, factor.upper)]
        return computed - mpmath.quad(sine, [h * ends[0], h * ends[1]])
    return computed - mpmath.diff(sine, 0, factor.order)


def test_measured_order_in_the_plane():
    """The nine-point Laplacian on exp(x + 2 y): error over h^2 tends to the leading terms."""
    kernel = derive(laplacian(2), box(1), accuracy=2, prefer="isotropic")
    found = certify(kernel, laplacian(2))
    with mpmath.workdps(50):
        errors = []
        for h in (mpmath.mpf(2) ** -7, mpmath.mpf(2) ** -8):
            total = sum(
                mpmath.mpf(t.numerator) / t.denominator * mpmath.exp(h * (int(x[1]) + 2 * int(x[0])))
                for x, t in kernel.taps
            )
            errors.append(total / h**2 - 5)
        assert abs(mpmath.log(errors[0] / errors[1], 2) - found.accuracy) < 0.1
        expected = sum(t.coefficient * 2 ** t.derivative[0] for t in found.leading_terms)
        assert abs(errors[1] * 2**16 - mpmath.mpf(expected.numerator) / expected.denominator) < 0.01


def test_exact_kernels_of_any_degree_stop_the_comparison():
    """A value read on its own point agrees in every moment, on any axis count."""
    for target, kernel in (
        (value(at="1/3"), Kernel({"1/3": 1})),
        (value(at=(1, "1/2")), Kernel({(1, "1/2"): 1})),
        (derivative(1) - derivative(1), Kernel({}, ndim=1)),
    ):
        assert certify(kernel, target).failing_degree is None


def test_an_integral_is_never_a_finite_sum_of_values():
    """However many samples, the bound is passed and a defect found."""
    for n in (2, 4, 8):
        kernel = derive(integral(0, 1), line(0, n))
        found = certify(kernel, integral(0, 1))
        assert found.failing_degree is not None
        assert found.failing_degree <= agreement_degree(kernel, integral(0, 1))
