"""The range of a symbol over all frequencies."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from golden.tables import ids, kernel_of, rows
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import kernels, rationals

from kernelkit.analysis.spectrum import Extremum, grid, lowest_starts, on_lattice, parts, spectrum_range
from kernelkit.analysis.symbol import symbol
from kernelkit.errors import InputError, LimitError
from kernelkit.exact.derive import derive
from kernelkit.exact.functional import biharmonic, derivative, laplacian
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.offsets import box
from kernelkit.exact.operator import operator

MINIMA = [row for row in rows("nd_kernels") if "min_symbol" in row]
GAINS = rows("smoothing_differentiators", "central-gain")


def dense(kernel, side):
    """Return the symbol of a kernel on whole offsets on a grid, by the FFT."""
    array = np.zeros((side,) * kernel.ndim)
    for offset, tap in kernel.taps:
        array[tuple(int(x) % side for x in offset)] += float(tap)
    return np.fft.ifftn(array) * array.size


def check_range(kernel, samples, gap):
    """Assert that a range holds all samples, is not wider by more than a gap, and is attained where it says."""
    found = spectrum_range(kernel)
    size = float(kernel.l1_norm) + 1
    bounds = (
        (found.real_least, -samples.real, lambda value: -value.real),
        (found.real_greatest, samples.real, lambda value: value.real),
        (found.imaginary_greatest, abs(samples.imag), lambda value: abs(value.imag)),
    )
    for extremum, sampled, part in bounds:
        value = float(extremum.value) * (-1 if extremum is found.real_least else 1)
        assert value >= sampled.max() - 1e-11 * size
        assert value <= sampled.max() + gap * size
        place = extremum.at[0] if kernel.ndim == 1 else extremum.at
        assert part(symbol(kernel, place)) == pytest.approx(value, abs=1e-6 * size)


@given(kernels(whole=True))
def test_on_a_line_the_range_holds_the_spectrum_and_is_attained(kernel):
    check_range(kernel, dense(kernel, 4096), 1e-5)


@given(kernels(whole=True))
def test_on_a_line_rational_extremes_are_fractions_and_others_are_proved(kernel):
    found = spectrum_range(kernel)
    for extremum in (found.real_least, found.real_greatest, found.imaginary_greatest):
        assert extremum.certainty == ("exact" if isinstance(extremum.value, Fraction) else "to 1e-12")


@settings(max_examples=40)
@given(kernels(2, most=4, whole=True))
def test_in_the_plane_the_range_holds_the_spectrum_and_is_attained(kernel):
    check_range(kernel, dense(kernel, 256), 3e-3)


@settings(max_examples=10)
@given(
    st.dictionaries(st.tuples(*[st.integers(-2, 2)] * 3), rationals().filter(bool), min_size=1, max_size=4)
)
def test_in_space_the_range_holds_the_spectrum_and_is_attained(taps):
    kernel = Kernel(taps)
    check_range(kernel, dense(kernel, 64), 2e-2)


@given(
    st.dictionaries(st.integers(-2, 2), rationals(), max_size=4), st.sampled_from([2, 3, "3/2", "1/2", "2/3"])
)
def test_a_range_does_not_depend_on_the_unit_of_length(taps, factor):
    kernel = Kernel(taps, ndim=1)
    scaled = kernel.dilated(factor)
    here, there = spectrum_range(kernel), spectrum_range(scaled)
    for ours, theirs in (
        (here.real_least, there.real_least),
        (here.real_greatest, there.real_greatest),
        (here.imaginary_greatest, there.imaginary_greatest),
    ):
        assert ours.value == theirs.value
        assert ours.at[0] == pytest.approx(theirs.at[0] * float(Fraction(factor)))


@pytest.mark.parametrize("row", MINIMA, ids=ids)
def test_least_symbols_of_laplacians_are_those_of_the_table(row):
    found = spectrum_range(kernel_of(row))
    assert found.real_least.value == Fraction(row["min_symbol"])
    assert found.real_least.certainty == "exact"
    assert (found.real_greatest.value, found.imaginary_greatest.value) == (0, 0)


@pytest.mark.parametrize("row", GAINS, ids=ids)
def test_greatest_symbols_of_central_differences_are_those_of_the_table(row):
    found = spectrum_range(derive(derivative(row["order"]), accuracy=row["accuracy"]))
    extremum = found.imaginary_greatest if row["order"] == 1 else found.real_least
    if row["order"] == 2 or row["accuracy"] == 2:
        assert abs(extremum.value) == Fraction(row["max_symbol"])
    else:
        assert abs(float(extremum.value) - float(row["max_symbol"])) <= float(row["tolerance"])
        assert extremum.certainty == "to 1e-12"


def test_there_are_rows_to_compare():
    assert (len(MINIMA), len(GAINS)) == (9, 7)


@pytest.mark.parametrize(
    ("kernel", "least", "greatest", "imaginary"),
    [
        (Kernel({}, ndim=2), 0, 0, 0),
        (Kernel({0: "-7/3"}), "-7/3", "-7/3", 0),
        (Kernel({"-1/2": -1, "1/2": 1}), 0, 0, 2),
        (Kernel({-1: -1, 0: 1}), 0, 2, 1),
        (derive(laplacian(2), accuracy=4), "-32/3", 0, 0),
        (derive(laplacian(3), accuracy=4), -16, 0, 0),
        (derive(derivative((0, 0, 1))), 0, 0, 1),
        (derive(operator("dx + dy")), 0, 0, 2),
        (derive(operator("dx - dy")), 0, 0, 2),
    ],
)
def test_kernels_whose_taps_lie_on_the_axes_have_exact_ranges(kernel, least, greatest, imaginary):
    found = spectrum_range(kernel)
    values = [found.real_least.value, found.real_greatest.value, found.imaginary_greatest.value]
    assert values == [Fraction(least), Fraction(greatest), Fraction(imaginary)]
    assert {
        found.real_least.certainty,
        found.real_greatest.certainty,
        found.imaginary_greatest.certainty,
    } == {"exact"}
    at = found.imaginary_greatest.at
    assert abs(symbol(kernel, at[0] if kernel.ndim == 1 else at).imag) == pytest.approx(
        float(Fraction(imaginary))
    )


def test_extremes_say_how_they_are_known_and_where_they_are():
    thirteen = spectrum_range(derive(biharmonic(2))).real_greatest
    assert (thirteen.value, thirteen.certainty) == (64, "exact at a corner, found by search")
    assert thirteen.place == "(wy, wx) = (pi, pi)"
    sobel = spectrum_range(derive(derivative((0, 1)), box(1), prefer="isotropic")).imaginary_greatest
    assert sobel.certainty == "found by search"
    assert sobel.value == pytest.approx(1, abs=1e-14)
    assert spectrum_range(derive(derivative(1))).imaginary_greatest.place == "w = 0.5 pi"
    assert Extremum(Fraction(0), (-0.0, -math.pi), "exact").place == "(wy, wx) = (0, -pi)"


@pytest.mark.parametrize("far", [64, 65, 400])
def test_kernels_that_reach_far_out_are_searched_with_the_same_outcome(far):
    """The sum cos w + cos(far w) has its greatest value 2 at 0; sin w + sin(far w) nearly reaches 2."""
    kernel = Kernel({-far: "1/2", -1: "1/2", 1: "1/2", far: "1/2"})
    found = spectrum_range(kernel)
    assert found.real_greatest.value == 2
    assert found.real_greatest.certainty.startswith("exact")
    assert ("search" in found.real_greatest.certainty) is (far > 64)
    check_range(kernel, dense(kernel, 1 << 16), 1e-3)
    check_range(
        Kernel({-far: -1, -1: -1, 1: 1, far: 1}),
        dense(Kernel({-far: -1, -1: -1, 1: 1, far: 1}), 1 << 16),
        1e-3,
    )


def test_a_place_is_in_radians_per_sample_of_the_kernel_itself():
    found = spectrum_range(Kernel({(0, -2): 1, (0, 0): -2, (0, 2): 1})).real_least
    assert found.at == (0.0, math.pi / 2)
    assert spectrum_range(Kernel({"-1/2": 1, 0: -2, "1/2": 1})).real_least.at == (2 * math.pi,)


@given(kernels(2))
def test_the_lattice_of_a_kernel_has_whole_offsets_and_the_same_symbol(kernel):
    lattice = on_lattice(kernel)
    assert all(x.denominator == 1 for offset, _ in lattice.kernel.taps for x in offset)
    w = (0.7, -0.4)[: lattice.kernel.ndim]
    there = symbol(lattice.kernel, w[0] if lattice.kernel.ndim == 1 else w)
    assert symbol(kernel, lattice.frequency(w)) == pytest.approx(
        complex(there), abs=1e-12 * float(kernel.l1_norm + 1)
    )


@given(kernels(2))
def test_a_kernel_is_the_sum_of_its_even_and_its_odd_part(kernel):
    even, odd = parts(kernel)
    assert even + odd == kernel
    assert even.flipped() == even
    assert odd.flipped() == -odd


def test_the_grid_has_the_symbol_at_its_frequencies_with_0_and_pi_among_them():
    kernel = Kernel({(0, 0): 1, (1, 20): -3, (-1, 1): 2})
    places, values = grid(kernel)
    assert places.shape == (*values.shape, 2)
    assert values.shape == (128, 320)
    np.testing.assert_allclose(symbol(kernel, places), values, atol=1e-12)
    assert tuple(places[64, 160]) == (math.pi, math.pi)


def test_starts_are_the_lowest_local_minima_on_a_periodic_grid():
    values = np.array([0.0, 3, 1, 2, -1, 5, 4, 6])
    assert lowest_starts(values) == [(4,), (0,), (2,), (6,)]
    assert len(lowest_starts(np.zeros((8, 8)))) < 64


@pytest.mark.parametrize(
    ("kernel", "error", "what"),
    [
        (Kernel({(0, 0, 0, 1): 1}), LimitError, "a spectrum is searched on at most 3 axes, not on 4"),
        (
            Kernel({(1, 1): 1, (500, 499): 1}),
            LimitError,
            "offsets this far out need a search over 63,872,000 frequencies",
        ),
        (Kernel({0: 10**400}), InputError, "a tap or an offset is beyond the range of floats"),
        (
            Kernel({0: 1, 300_000: 1, 300_001: 1}),
            LimitError,
            "offsets this far out need a search over 4,800,016 frequencies",
        ),
    ],
)
def test_what_cannot_be_searched_is_refused(kernel, error, what):
    with pytest.raises(error) as refused:
        spectrum_range(kernel)
    assert refused.value.what == what
