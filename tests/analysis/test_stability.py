"""The largest stable time steps: published limits, growth factors over all waves, and marched signals."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from golden.tables import ids, kernel_of, rows
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import kernels

from kernelkit.analysis.stability import IMAGINARY_AXIS_LIMIT, real_axis_limit, stability_limits
from kernelkit.errors import LimitError
from kernelkit.exact.derive import derive
from kernelkit.exact.functional import biharmonic, derivative, laplacian
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.offsets import line
from kernelkit.exact.operator import operator

LAPLACIANS = [row for row in rows("nd_kernels") if "forward_euler_limit" in row]
SECONDS = [row for row in rows("smoothing_differentiators", "central-gain") if row["order"] == 2]
FIRSTS = [row for row in rows("smoothing_differentiators", "central-gain") if row["order"] == 1]
UPWIND = Kernel({-1: 1, 0: -1})


def spectrum(kernel, side):
    """Return the symbol of a kernel on whole offsets at many frequencies, by the FFT."""
    array = np.zeros((side,) * kernel.ndim)
    for offset, tap in kernel.taps:
        array[tuple(int(x) % side for x in offset)] += float(tap)
    return np.fft.ifftn(array) * array.size


def growth(scheme, step, values):
    """Return the largest growth factor of a scheme with one step, over the values of a symbol."""
    z = step * values
    if scheme == "forward_euler":
        return abs(1 + z).max()
    if scheme == "runge_kutta_4":
        return abs(1 + z + z**2 / 2 + z**3 / 6 + z**4 / 24).max()
    # both leapfrogs: the larger root of g^2 - 2 b g - c = 0
    b, c = (z, 1) if scheme == "leapfrog" else (1 + step * z / 2, -1)
    root = np.sqrt(b * b + c + 0j)
    return max(abs(b + root).max(), abs(b - root).max())


def marched(kernel, scheme, step, steps=400, size=48):
    """Return the size of a signal on a ring after many steps, that of the first signal being about 1."""
    u = np.random.default_rng(7).standard_normal((size,) * kernel.ndim)
    u /= abs(u).max()

    def apply(v):
        return sum(float(t) * np.roll(v, [-int(x) for x in o], range(kernel.ndim)) for o, t in kernel.taps)

    for _ in range(steps):
        if scheme == "forward_euler":
            u = u + step * apply(u)
        else:
            a = apply(u)
            b = apply(u + step / 2 * a)
            c = apply(u + step / 2 * b)
            u = u + step / 6 * (a + 2 * b + 2 * c + apply(u + step * c))
    return abs(u).max()


@pytest.mark.parametrize("row", LAPLACIANS, ids=ids)
def test_limits_of_laplacians_are_those_of_the_table(row):
    found = stability_limits(kernel_of(row))
    assert found.kind == "real, decaying"
    assert found.forward_euler.value == Fraction(row["forward_euler_limit"])
    assert found.wave_leapfrog_squared.value == Fraction(row["leapfrog_limit_squared"])
    assert found.forward_euler.certainty == found.wave_leapfrog_squared.certainty == "exact"


@pytest.mark.parametrize("row", SECONDS, ids=ids)
def test_limits_of_second_derivatives_are_those_of_the_table(row):
    found = stability_limits(derive(derivative(2), accuracy=row["accuracy"]))
    assert found.forward_euler.value == Fraction(row["forward_euler_limit"])
    assert found.runge_kutta_4.value == pytest.approx(
        2.785293563405282 / float(Fraction(row["max_symbol"])), rel=1e-14
    )
    assert found.leapfrog.value == 0


@pytest.mark.parametrize("row", FIRSTS, ids=ids)
@pytest.mark.parametrize("sign", [1, -1])
def test_limits_of_first_derivatives_follow_from_the_greatest_symbols_of_the_table(row, sign):
    found = stability_limits(derive(derivative(1), accuracy=row["accuracy"]) * sign)
    assert found.kind == "imaginary"
    assert float(found.leapfrog.value) == pytest.approx(1 / float(row["max_symbol"]), rel=1e-14)
    assert found.runge_kutta_4.value == pytest.approx(math.sqrt(8) / float(row["max_symbol"]), rel=1e-14)
    assert (found.forward_euler.value, found.wave_leapfrog_squared.value) == (0, 0)


def test_there_are_rows_to_compare():
    assert (len(LAPLACIANS), len(SECONDS), len(FIRSTS)) == (9, 3, 4)


def test_reaches_of_the_region_of_runge_and_kutta():
    z = -real_axis_limit()
    assert 1 + z + z**2 / 2 + z**3 / 6 + z**4 / 24 == pytest.approx(1, abs=1e-14)
    y = 1j * IMAGINARY_AXIS_LIMIT
    assert abs(1 + y + y**2 / 2 + y**3 / 6 + y**4 / 24) == pytest.approx(1, abs=1e-14)


def test_every_ray_to_the_left_leaves_the_region_of_runge_and_kutta_once_between_1_and_4():
    """What the bisection along rays relies on, on 721 rays and 8000 lengths."""
    angles = np.linspace(np.pi / 2, np.pi, 721)[:, None]
    lengths = np.linspace(1, 4, 8001)[None, :]
    z = lengths * np.exp(1j * angles)
    inside = abs(1 + z + z**2 / 2 + z**3 / 6 + z**4 / 24) <= 1 + 1e-15
    assert inside[:, 0].all()
    assert not inside[:, -1].any()
    assert (np.diff(inside.astype(int), axis=1) != 0).sum(axis=1).max() == 1


@pytest.mark.parametrize(
    ("right", "left", "stable"), [(r, s, r <= s <= r + 2) for r in range(4) for s in range(6) if r + s]
)
def test_biased_first_derivatives_are_stable_as_iserles_and_strang_proved(right, left, stable):
    """For u_t = -u_x, information comes from the left: r points right, s left, stable iff r <= s <= r + 2."""
    kernel = -derive(derivative(1), line(-left, right))
    assert stability_limits(kernel).kind.startswith("growing") is not stable


@pytest.mark.parametrize("scheme", ["forward_euler", "runge_kutta_4"])
@pytest.mark.parametrize(
    "kernel",
    [
        UPWIND,
        -derive(derivative(1), line(-2, 1)),
        derive(operator("dxx - dx"), accuracy=2),
        derive(operator("dxx + dyy - dx - dy")) + Kernel({(0, 0): "-1/2"}),
        Kernel({(1, 1): "1/2", (-1, 0): 1, (0, 0): -2}),
    ],
    ids=["upwind", "third order", "convection", "reaction", "oblique"],
)
def test_signals_stay_below_the_limit_and_blow_up_above(kernel, scheme):
    limit = float(getattr(stability_limits(kernel), scheme).value)
    if limit:
        assert marched(kernel, scheme, 0.999 * limit) <= 10
        assert marched(kernel, scheme, 1.15 * limit) > 100
    else:
        assert marched(kernel, scheme, 0.3, steps=4000) > 100


@settings(max_examples=15)
@given(kernels(most=4, whole=True), st.sampled_from([1, 2]))
def test_no_wave_grows_below_a_limit_and_some_wave_does_above(kernel, ndim):
    """Any kernel, made to decay by a share of the identity."""
    if ndim == 2:
        kernel = kernel.outer(Kernel({0: 1})) + Kernel({0: 2, 1: -1}).outer(Kernel({1: 1}))
    values = spectrum(kernel, 4096 if ndim == 1 else 128)
    shift = math.ceil(max(values.real.max(), 0) + 1)
    kernel -= Kernel({(0,) * ndim: shift})
    found = stability_limits(kernel)
    values = values - shift
    for scheme in ("forward_euler", "runge_kutta_4"):
        limit = getattr(found, scheme)
        step = float(limit.value)
        assert step > 0
        assert growth(scheme, step, values) <= 1 + 1e-9
        assert growth(scheme, step * 1.02, values) > 1


@settings(max_examples=60)
@given(kernels(most=4, whole=True))
def test_even_and_odd_kernels_have_the_limits_of_their_growth_factors(kernel):
    even = kernel + kernel.flipped()
    odd = kernel - kernel.flipped()
    assume(even.taps and odd.taps)
    even -= Kernel({0: 2 * even.l1_norm})
    found = stability_limits(even)
    values = spectrum(even, 2048).real
    for scheme, step in (
        ("forward_euler", float(found.forward_euler.value)),
        ("runge_kutta_4", float(found.runge_kutta_4.value)),
        ("wave", math.sqrt(found.wave_leapfrog_squared.value)),
    ):
        assert growth(scheme, step * (1 - 1e-9), values) <= 1 + 1e-6
        assert growth(scheme, step * 1.01, values) > 1 + 1e-6
    found = stability_limits(odd)
    values = 1j * spectrum(odd, 2048).imag
    for scheme in ("runge_kutta_4", "leapfrog"):
        step = float(getattr(found, scheme).value)
        assert growth(scheme, step * (1 - 1e-9), values) <= 1 + 1e-6
        assert growth(scheme, step * 1.01, values) > 1 + 1e-6


def test_the_upwind_difference_has_the_limit_of_courant_friedrichs_and_lewy():
    found = stability_limits(UPWIND)
    assert found.kind == "complex, decaying"
    assert found.forward_euler.value == 1
    assert found.forward_euler.reason == "the limit of long waves is the least"
    assert (found.leapfrog.value, found.wave_leapfrog_squared.value) == (0, 0)


def test_damping_of_high_order_is_too_weak_for_forward_euler():
    """The third-order upwind-biased difference loses w^4, forward Euler gains w^2."""
    found = stability_limits(-derive(derivative(1), line(-2, 1)))
    assert (found.forward_euler.value, found.forward_euler.certainty) == (0, "exact")
    assert found.forward_euler.reason == "for long waves the damping is too weak: they grow at every step"
    # the classical bound of this scheme with RK4, from its growth factor on a fine grid
    values = spectrum(-derive(derivative(1), line(-2, 1)), 1 << 14)
    step = float(found.runge_kutta_4.value)
    assert growth("runge_kutta_4", step, values) <= 1 + 1e-9
    assert growth("runge_kutta_4", 1.001 * step, values) > 1


@pytest.mark.parametrize("cosine", [Fraction(0), Fraction(1, 3)])
def test_a_wave_that_turns_without_being_damped_is_unstable_with_forward_euler(cosine):
    """Re K^ = -(cos w - c)^2 and Im K^ = sin w: at cos w = c only the phase moves."""
    damping = Kernel({-1: "1/2", 0: -cosine, 1: "1/2"})
    kernel = derive(derivative(1)) - damping @ damping
    found = stability_limits(kernel)
    assert found.kind == "complex, decaying"
    assert found.forward_euler.value == 0
    assert found.forward_euler.reason == "some waves turn without being damped: they grow at every step"
    assert growth("runge_kutta_4", float(found.runge_kutta_4.value), spectrum(kernel, 1 << 14)) <= 1 + 1e-6


def test_limits_are_known_as_well_as_the_range_they_follow_from():
    thirteen = stability_limits(-derive(biharmonic(2)))
    assert (thirteen.forward_euler.value, thirteen.wave_leapfrog_squared.value) == (
        Fraction(1, 32),
        Fraction(1, 16),
    )
    assert thirteen.forward_euler.certainty == "exact at a corner, found by search"
    assert thirteen.runge_kutta_4.certainty == "found by search"
    fourth = stability_limits(derive(derivative(1), accuracy=4))
    assert fourth.leapfrog.certainty == "to 1e-12"
    assert stability_limits(derive(derivative(1))).leapfrog.certainty == "exact"


def test_convection_along_one_axis_is_unstable_with_forward_euler_whatever_damps_the_other():
    kernel = derive(operator("dyy")) + derive(derivative((0, 1)))
    found = stability_limits(kernel)
    assert (found.kind, found.forward_euler.value) == ("complex, decaying", 0)


def test_convection_and_diffusion_have_the_limit_of_the_cell_peclet_number():
    """Central differences, speed a and diffusion 1: dt <= min(1/2, 2/a^2) (Hindmarsh, Gresho, Griffiths 1984)."""
    for speed in (Fraction(1, 2), Fraction(1), Fraction(2), Fraction(3), Fraction(5)):
        kernel = derive(derivative(2)) - derive(derivative(1)) * speed
        limit = float(stability_limits(kernel).forward_euler.value)
        assert limit == pytest.approx(min(0.5, float(2 / speed**2)), rel=1e-9)


@pytest.mark.parametrize(
    ("kernel", "kind"),
    [
        (-derive(laplacian(2)), "growing; the opposite kernel decays"),
        (derive(biharmonic(2)), "growing; the opposite kernel decays"),
        (-UPWIND, "growing; the opposite kernel decays"),
        (Kernel({-1: 1, 0: -1, 1: 1}), "growing"),
        (derive(derivative(1), line(-3, 0)), "growing"),
    ],
)
def test_growing_spectra_have_no_stable_step(kernel, kind):
    found = stability_limits(kernel)
    assert found.kind == kind
    limits = (found.forward_euler, found.runge_kutta_4, found.leapfrog, found.wave_leapfrog_squared)
    assert {limit.value for limit in limits} == {0}
    assert {limit.reason for limit in limits} == {"waves grow in u_t = K u itself"}


def test_the_kernel_without_taps_is_stable_at_every_step():
    found = stability_limits(Kernel({}, ndim=1))
    assert found.kind == "zero"
    assert found.runge_kutta_4.value == found.wave_leapfrog_squared.value == math.inf


def test_kernels_that_cannot_be_searched_are_refused():
    with pytest.raises(LimitError, match="a spectrum is searched on at most 3 axes, not on 4"):
        stability_limits(derive(laplacian(4)))
