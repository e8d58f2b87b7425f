"""Symbols as numbers, at corners, and as formulas."""

from __future__ import annotations

import cmath
import math
from fractions import Fraction

import numpy as np
import pytest
from analysis.formulas import evaluate
from hypothesis import given
from hypothesis import strategies as st
from strategies import kernels, offsets

from kernelkit.analysis.symbol import as_floats, cosine_form, response_at, sine_power_form, symbol
from kernelkit.errors import InputError, LimitError, OffGridError, ShapeError
from kernelkit.exact.derive import derive
from kernelkit.exact.functional import derivative, laplacian
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.offsets import box

AXES = st.integers(1, 3)
NAMES = {1: ("w",), 2: ("wy", "wx"), 3: ("wz", "wy", "wx"), 4: ("wx0", "wx1", "wx2", "wx3")}
SECOND = Kernel({-1: 1, 0: -2, 1: 1})


def frequencies(ndim):
    return st.tuples(*[st.floats(-7, 7)] * ndim)


def at(kernel, w):
    """Evaluate the symbol at one frequency."""
    return complex(symbol(kernel, w[0] if kernel.ndim == 1 else w))


def by_definition(kernel, w):
    return sum(
        float(tap) * cmath.exp(1j * sum(float(x) * k for x, k in zip(offset, w, strict=True)))
        for offset, tap in kernel.taps
    )


def sized(kernel, *others):
    """Return a tolerance for sums of so many taps."""
    return 1e-13 * float(math.prod((k.l1_norm for k in others), start=kernel.l1_norm) + 1)


@given(AXES.flatmap(lambda n: st.tuples(kernels(n), frequencies(n))))
def test_the_symbol_is_the_sum_over_taps(case):
    kernel, w = case
    assert at(kernel, w) == pytest.approx(by_definition(kernel, w), abs=sized(kernel))


@given(AXES.flatmap(lambda n: st.tuples(kernels(n), kernels(n), frequencies(n))))
def test_composition_multiplies_symbols(case):
    first, second, w = case
    assert at(first @ second, w) == pytest.approx(at(first, w) * at(second, w), abs=sized(first, second))


@given(AXES.flatmap(lambda n: st.tuples(kernels(n), kernels(n), frequencies(n))))
def test_sums_add_symbols(case):
    first, second, w = case
    assert at(first + second, w) == pytest.approx(at(first, w) + at(second, w), abs=sized(first + second))


@given(AXES.flatmap(lambda n: st.tuples(kernels(n), offsets(n), frequencies(n))))
def test_a_shift_turns_the_phase(case):
    kernel, by, w = case
    turn = cmath.exp(1j * sum(float(x) * k for x, k in zip(by, w, strict=True)))
    assert at(kernel.shifted(by), w) == pytest.approx(turn * at(kernel, w), abs=10 * sized(kernel))


@given(AXES.flatmap(lambda n: st.tuples(kernels(n), frequencies(n))))
def test_a_flipped_kernel_has_the_conjugate_symbol(case):
    kernel, w = case
    assert at(kernel.flipped(), w) == pytest.approx(at(kernel, w).conjugate(), abs=sized(kernel))


@given(AXES.flatmap(lambda n: st.tuples(kernels(n), frequencies(n))))
def test_even_kernels_have_real_and_odd_ones_imaginary_symbols(case):
    kernel, w = case
    assert at(kernel + kernel.flipped(), w).imag == 0
    assert at(kernel - kernel.flipped(), w).real == 0


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_on_a_periodic_grid_the_symbol_is_the_eigenvalue_seen_by_the_fft(ndim):
    """Correlation by shifted copies, and its Fourier transform over that of the signal."""
    size = 12
    kernel = Kernel({(*(k % 3 - 1 for k in range(ndim - 1)), k): 2 * k - 3 for k in range(-2, 4)})
    signal = np.random.default_rng(5).standard_normal((size,) * ndim)
    output = sum(
        float(tap) * np.roll(signal, [-int(x) for x in offset], range(ndim)) for offset, tap in kernel.taps
    )
    lines = [2 * np.pi * np.fft.fftfreq(size)] * ndim
    places = np.stack(np.meshgrid(*lines, indexing="ij"), axis=-1)
    found = symbol(kernel, places[..., 0] if ndim == 1 else places)
    assert found.shape == (size,) * ndim
    np.testing.assert_allclose(found * np.fft.fftn(signal), np.fft.fftn(output), atol=1e-10)


def test_results_have_the_shape_of_the_frequencies():
    assert symbol(SECOND, 0.5).shape == ()
    assert symbol(SECOND, [[0, 1, 2], [3, 4, 5]]).shape == (2, 3)
    assert symbol(SECOND, np.zeros((4, 1))).shape == (4, 1)
    assert symbol(SECOND, []).shape == (0,)
    plane = derive(laplacian(2))
    assert symbol(plane, (0.1, 0.2)).shape == ()
    assert symbol(plane, np.zeros((5, 3, 2))).shape == (5, 3)
    assert symbol(plane, np.zeros((5, 3, 2))).dtype == np.complex128
    assert not symbol(Kernel({}, ndim=2), np.zeros((3, 2))).any()


def test_axes_are_in_array_order():
    """The last frequency is that of x: a derivative along x does not see waves along y."""
    along_x = derive(derivative((0, 1)))
    assert symbol(along_x, (0.3, 0.0)) == 0
    assert symbol(along_x, (0.0, 0.3)) == pytest.approx(1j * math.sin(0.3))


def test_many_frequencies_are_evaluated_in_blocks_with_the_same_result():
    kernel = derive(derivative(2), accuracy=8)
    w = np.linspace(-3, 3, 300_001)
    whole = symbol(kernel, w)
    for k in (0, 116_507, 116_508, 116_509, 233_016, 300_000):
        assert whole[k] == pytest.approx(by_definition(kernel, (w[k],)), abs=1e-13)


@pytest.mark.parametrize("bad", ["0", None, True, [1j], [math.nan], [math.inf], [Fraction(1, 2)]])
def test_frequencies_that_are_no_finite_real_numbers_are_refused(bad):
    with pytest.raises(InputError) as refused:
        symbol(SECOND, bad)
    assert str(refused.value) == (
        "frequencies are finite real numbers, in radians per sample\n  next: numpy.linspace(0, numpy.pi, 65)"
    )


@pytest.mark.parametrize(
    ("w", "what"),
    [
        (0.5, "frequencies of shape () do not fit a kernel on 2 axes"),
        (np.zeros((2, 3)), "frequencies of shape (2, 3) do not fit a kernel on 2 axes"),
        ([[1], [1, 2]], "frequencies must form an array: rows of equal length"),
    ],
)
def test_frequencies_must_fit_the_axes(w, what):
    with pytest.raises(ShapeError) as refused:
        symbol(derive(laplacian(2)), w)
    assert refused.value.what == what


def test_absurd_requests_are_refused():
    with pytest.raises(LimitError) as refused:
        symbol(SECOND, np.broadcast_to(0.0, (200_000_000,)))
    assert refused.value.what == "200,000,000 frequencies times 3 taps are too many at once"
    with pytest.raises(InputError) as beyond:
        symbol(Kernel({0: 10**400}), 0)
    assert beyond.value.what == "a tap or an offset is beyond the range of floats"


@given(kernels(2))
def test_floats_are_the_exact_numbers_rounded_once(kernel):
    places, taps = as_floats(kernel)
    assert places.shape == (len(kernel), 2)
    assert [(tuple(x), t) for x, t in zip(places, taps, strict=True)] == [
        (tuple(map(float, x)), float(t)) for x, t in kernel.taps
    ]


@given(AXES.flatmap(lambda n: st.tuples(kernels(n, whole=True), st.tuples(*[st.integers(0, 1)] * n))))
def test_responses_at_corners_are_exact(case):
    kernel, corner = case
    signs = [
        Fraction(-1) ** sum(int(x) * c for x, c in zip(offset, corner, strict=True))
        for offset, _ in kernel.taps
    ]
    exact = response_at(kernel, corner)
    assert exact == sum((s * tap for s, (_, tap) in zip(signs, kernel.taps, strict=True)), Fraction(0))
    assert at(kernel, [math.pi * c for c in corner]) == pytest.approx(float(exact), abs=sized(kernel))


@pytest.mark.parametrize(
    ("kernel", "corner", "error", "what"),
    [
        (SECOND, (0, 1), ShapeError, "a corner with 2 entries does not fit 1 axis"),
        (SECOND, (2,), InputError, "an entry of a corner is 0 for the frequency 0, or 1 for pi"),
        (SECOND, (0.5,), InputError, "an entry of a corner must be a whole number, not 0.5"),
        (SECOND, (True,), InputError, "an entry of a corner must be a whole number, not True"),
        (Kernel({"1/2": 1}), (1,), OffGridError, "the offset 1/2 is not on the grid"),
    ],
)
def test_corners_that_mean_nothing_are_refused(kernel, corner, error, what):
    with pytest.raises(error) as refused:
        response_at(kernel, corner)
    assert refused.value.what == what


@given(st.integers(1, 4).flatmap(lambda n: st.tuples(kernels(n), frequencies(n))))
def test_the_cosine_form_is_the_symbol(case):
    kernel, w = case
    text = cosine_form(kernel)
    assert evaluate(text, dict(zip(NAMES[kernel.ndim], w, strict=True))) == pytest.approx(
        by_definition(kernel, w), abs=10 * sized(kernel)
    )


@given(
    st.integers(2, 3).flatmap(
        lambda n: st.tuples(kernels(n, most=3), st.tuples(*[st.sampled_from([1, -1])] * n), frequencies(n))
    )
)
def test_kernels_even_or_odd_along_every_axis_are_written_in_products(case):
    kernel, signs, w = case
    for axis, sign in enumerate(signs):
        mirrored = {(*x[:axis], -x[axis], *x[axis + 1 :]): tap for x, tap in kernel.taps}
        kernel += Kernel(mirrored, ndim=kernel.ndim) * sign
    text = cosine_form(kernel)
    assert not any(f"{name}(" in text for name in ("cos", "sin"))
    assert evaluate(text, dict(zip(NAMES[kernel.ndim], w, strict=True))) == pytest.approx(
        by_definition(kernel, w), abs=10 * sized(kernel)
    )


@given(kernels(whole=True), st.sampled_from([1, -1]), st.floats(-4, 4))
def test_the_form_in_powers_of_a_sine_is_the_symbol(kernel, sign, w):
    symmetric = kernel + kernel.flipped() * sign
    text = sine_power_form(symmetric)
    assert text is not None
    assert ("cos" in text) is False
    assert evaluate(text, {"w": w}) == pytest.approx(by_definition(symmetric, (w,)), abs=1e3 * sized(kernel))


@pytest.mark.parametrize(
    ("kernel", "cosines", "powers"),
    [
        (SECOND, "-2 + 2 cos w", "-4 s with s = sin^2(w/2)"),
        (Kernel({0: 3}), "3", "3"),
        (Kernel({}, ndim=1), "0", "0"),
        (Kernel({2: 1}), "cos 2w + i sin 2w", None),
        (Kernel({-1: 1, 1: -1}), "-2 i sin w", "-2 i sin w"),
        (derive(derivative(1)), "i sin w", "i sin w"),
        (Kernel({"-1/2": -1, "1/2": 1}), "2 i sin w/2", None),
        (Kernel({"-3/2": 1, "3/2": 1}), "2 cos 3w/2", None),
        (Kernel({0: 1, -1: -1}), "1 - cos w + i sin w", None),
        (derive(derivative(1), [0, 1, 2]), "-3/2 + 2 cos w - 1/2 cos 2w + i (2 sin w - 1/2 sin 2w)", None),
        (
            derive(derivative(2), accuracy=4),
            "-5/2 + 8/3 cos w - 1/6 cos 2w",
            "-4 s - 4/3 s^2 with s = sin^2(w/2)",
        ),
        (
            derive(derivative(1), accuracy=4),
            "i (4/3 sin w - 1/6 sin 2w)",
            "i sin w (1 + 2/3 s) with s = sin^2(w/2)",
        ),
        (derive(derivative(3)), "i (-2 sin w + sin 2w)", "i sin w (-4 s) with s = sin^2(w/2)"),
        (derive(laplacian(2)), "-4 + 2 cos wx + 2 cos wy", None),
        (derive(laplacian(3)), "-6 + 2 cos wx + 2 cos wy + 2 cos wz", None),
        (
            derive(laplacian(2), box(1), prefer="isotropic"),
            "-10/3 + 4/3 cos wx + 4/3 cos wy + 2/3 cos wx cos wy",
            None,
        ),
        (
            Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
            "i (4 sin wx + 4 sin wx cos wy)",
            None,
        ),
        (derive(derivative((1, 1))), "-sin wx sin wy", None),
        (Kernel({(1, 1): 3, (-1, -1): 3, (0, 0): 1}), "1 + 6 cos(wx + wy)", None),
        (Kernel({(1, "-1/2"): 1, (-1, "1/2"): -1}), "-2 i sin(wx/2 - wy)", None),
        (Kernel({(0, 0, 0, 2): 1, (0, 0, 0, -2): 1}), "2 cos 2wx3", None),
    ],
)
def test_forms_as_they_are_printed(kernel, cosines, powers):
    assert cosine_form(kernel) == cosines
    assert sine_power_form(kernel) == powers
