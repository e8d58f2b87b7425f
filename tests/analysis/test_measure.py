"""Measurements against the golden tables, whatever the scale, the axis or the rounding of the taps."""

import math
from dataclasses import fields
from fractions import Fraction

import numpy as np
import pytest
from golden.tables import ids, kernel_of, rows
from hypothesis import given
from scipy import ndimage
from strategies import kernels, nonzero

from kernelkit import Kernel, derivative, derive, laplacian, named
from kernelkit.analysis.measure import MOST_TAPS, RADII, measure
from kernelkit.errors import InputError, LimitError

GRADIENTS = [
    row for row in rows("analysis") if row["id"].startswith("gradient/") and "sampled" not in row["id"]
]
STEPS = [row for row in rows("analysis") if row["id"].startswith("step-edge/")]
LAPLACIANS = [row for row in rows("analysis") if row["id"].startswith("laplacian/")]
NOISE = [row for row in rows("analysis") if row["id"].startswith("noise/") and "formula" not in row["id"]]
IN_TIME = [
    row for row in rows("nd_kernels") if row["kind"].startswith("laplacian") and "forward_euler_limit" in row
]
SOBEL = Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])

ONLY_IN_THE_PLANE = ("direction_coefficient", "step_edge_error", "anisotropy")


def transposed(kernel):
    return Kernel([((x, y), tap) for (y, x), tap in kernel.taps])


def figures(measurement):
    """Return all that was measured, without what the kernel is called and how large its taps are."""
    return {
        field.name: getattr(measurement, field.name)
        for field in fields(measurement)
        if field.name not in {"name", "kernel", "reading"}
    }


def close(found, stated):
    """Whether two figures agree: exact ones exactly, floats to rounding, tuples number by number."""
    if isinstance(found, tuple):
        return all(close(a, b) for a, b in zip(found, stated, strict=True))
    if isinstance(found, float) and stated is not None:
        return found == pytest.approx(stated, rel=1e-9, abs=1e-9)
    return found == stated


def assert_same(measured, stated):
    """Compare all figures of two measurements."""
    found, wanted = figures(measured), figures(stated)
    assert {name for name in wanted if not close(found[name], wanted[name])} == set()


@pytest.mark.parametrize("row", GRADIENTS, ids=ids)
def test_gradients(row):
    found = measure(row["kernel"], named(row["kernel"]).published)
    assert found.noise_gain == pytest.approx(float(Fraction(row["noise_gain"])), abs=1e-11)
    assert float(found.direction_coefficient) == pytest.approx(
        float(Fraction(row["direction_error_c4"])), abs=1e-11
    )
    stated = [row["direction_error_deg"][radius] for radius in ("pi/4", "pi/2", "3pi/4")]
    for error, text in zip(found.direction_error, stated, strict=True):
        assert (error is None) == (text is None)
        assert error is None or error == pytest.approx(float(text), abs=2e-6)
    assert len(found.direction_error) == len(RADII)
    assert found.anisotropy is None
    assert found.resolving_efficiency is None


@pytest.mark.parametrize("row", STEPS, ids=ids)
def test_step_edges(row):
    found = measure(row["kernel"], named(row["kernel"]).published)
    assert found.step_edge_error == pytest.approx(float(row["direction_error_deg"]), abs=1e-4)


@pytest.mark.parametrize("row", LAPLACIANS, ids=ids)
def test_laplacians(row):
    found = measure(row["kernel"], named(row["kernel"]).published)
    assert found.reading.scale == Fraction(row["raw_gain"])
    assert found.anisotropy == Fraction(row["anisotropy_m22_minus_2_m40"])
    assert found.noise_gain == pytest.approx(float(row["noise_gain"]), abs=1e-9)
    assert found.direction_coefficient is None
    assert found.direction_error == (None, None, None)
    assert found.step_edge_error is None


@pytest.mark.parametrize("row", NOISE, ids=ids)
def test_kernels_on_a_line(row):
    found = measure(row["kernel"], named(row["kernel"]).published)
    assert found.noise_gain == pytest.approx(float(row["noise_gain"]), abs=1e-11)
    assert found.response_at_pi == Fraction(row["response_at_pi"])
    assert 0 < found.resolving_efficiency < 1
    assert found.ranks is None
    assert all(getattr(found, name) is None for name in ONLY_IN_THE_PLANE)


@pytest.mark.parametrize("row", IN_TIME, ids=ids)
def test_time_steps_of_diffusion(row):
    found = measure(row["id"], kernel_of(row) * 5)
    # the table takes kernels as they are, also the one that is three times the Laplacian
    gain = Fraction(row["target"][0]["coefficient"])
    assert found.euler_limit == Fraction(row["forward_euler_limit"]) * gain
    # with values from two steps ago, diffusion grows at any step
    assert found.leapfrog_limit is None
    assert (found.anisotropy is None) == (row["ndim"] == 3)


def test_time_steps_of_transport():
    """The central difference: Courant number 1 by leapfrog; Euler is stable at no step."""
    found = measure("central", derive(derivative(1)))
    assert (found.euler_limit, found.leapfrog_limit) == (None, 1)


def test_the_share_of_waves_within_one_percent():
    """Where sin w = 0.99 w for the central difference, sin(w/2) = 0.99 w/2 for the difference of neighbours."""
    central = measure("central", derive(derivative(1)))
    neighbours = measure("neighbours", Kernel({0: -1, 1: 1}))
    w = central.resolving_efficiency * math.pi
    assert math.sin(w) == pytest.approx(0.99 * w, rel=1e-12)
    assert neighbours.resolving_efficiency == pytest.approx(2 * central.resolving_efficiency, rel=1e-12)


@pytest.mark.parametrize(
    "kernel",
    [SOBEL, named("scharr-5-x").published, derive(laplacian(2)), derive(derivative(3)), Kernel({0: 1, 1: 1})],
)
@pytest.mark.parametrize("factor", [8, Fraction(-1, 3), Fraction(10) ** 30])
def test_raw_taps_measure_like_those_of_unit_gain(kernel, factor):
    assert_same(measure("raw", kernel * factor), measure("unit", kernel))


@given(kernel=kernels(1, fewest=1, most=4), factor=nonzero())
def test_scale_never_matters_on_a_line(kernel, factor):
    raw, unit = measure("raw", kernel * factor), measure("unit", kernel)
    if raw.reading.scale == unit.reading.scale * factor:
        assert_same(raw, unit)
    # an operator of several terms keeps its sign, and the factor its size
    assert abs(raw.reading.scale) == abs(unit.reading.scale * factor)


@pytest.mark.parametrize("name", ["sobel-3-x", "scharr-3-x", "prewitt-5-x", "farid-5-x", "ando-3-x"])
def test_kernels_along_y_measure_like_those_along_x(name):
    kernel = named(name).published
    assert_same(measure("y", transposed(kernel)), measure("x", kernel))


def test_a_gradient_between_samples_has_directions_of_waves_and_none_of_pixels():
    """Averaging neighbours turns waves by tan(y/2) / tan(x/2), as Sobel does."""
    half = Kernel({"-1/2": 1, "1/2": 1}).outer(Kernel({"-1/2": -1, "1/2": 1}))
    found, sobel = measure("half", half), measure("sobel", SOBEL)
    assert found.step_edge_error is None
    assert found.response_at_pi is None
    assert found.direction_coefficient == sobel.direction_coefficient
    assert found.direction_error == pytest.approx(sobel.direction_error, abs=1e-9)


def test_what_is_neither_gradient_nor_laplacian_in_the_plane_has_no_such_figures():
    for kernel in (
        named("roberts-1").published,
        Kernel.from_array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]),
        Kernel.from_array([[1, 0, -1], [0, 0, 0], [-1, 0, 1]]),
        derive(derivative((0, 0, 1))),
    ):
        found = measure("other", kernel)
        assert all(getattr(found, name) is None for name in ONLY_IN_THE_PLANE)
        assert found.direction_error == (None, None, None)
    lopsided = Kernel.from_array([[0, 1, 0], [2, -6, 2], [0, 1, 0]])
    assert measure("lopsided", lopsided).anisotropy is None
    assert measure("shifted", derive(laplacian(2)).shifted((0, 1))).anisotropy is None


def test_a_gradient_that_is_not_odd_has_step_edges_only():
    uneven = SOBEL + Kernel({(-1, 0): 1, (0, 0): -2, (1, 0): 1})
    found = measure("uneven", uneven)
    assert found.direction_coefficient is None
    assert found.direction_error == (None, None, None)
    assert found.step_edge_error > 0


def test_ranks_are_those_of_the_taps():
    assert measure("sobel", SOBEL).ranks == (1, 1)
    assert measure("laplacian", derive(laplacian(3))).ranks == (2, 2, 2)


@pytest.mark.parametrize(
    "exact",
    [
        derive(derivative(1), accuracy=4),
        derive(derivative(2), accuracy=6),
        derive(derivative(1), accuracy=3, side="forward"),
        derive(laplacian(2), accuracy=4),
        Kernel.from_array([[1, 4, 1], [4, -20, 4], [1, 4, 1]]) / 6,
        SOBEL / 7,
        transposed(SOBEL) / 7,
    ],
)
def test_taps_in_floats_measure_like_the_exact_ones(exact):
    """Their moments miss by a last place: that must not make a growing mode of a decaying one, or no gradient."""
    rounded = measure("rounded", Kernel([(offset, Fraction(float(tap))) for offset, tap in exact.taps]))
    stated = figures(measure("exact", exact))
    off = {
        name
        for name, figure in figures(rounded).items()
        if not close(float(figure) if isinstance(figure, Fraction) else figure, stated[name])
    }
    # ranks are exact: of rounded taps they say what is, not what was meant
    assert off <= {"ranks"}


def test_a_learned_kernel_measures_like_the_one_it_learned():
    """Noise far below the taps leaves no symmetry and no moment exact."""
    noise = np.random.default_rng(2).normal(0, 2e-11, (3, 3))
    learned = Kernel.from_array(np.array(SOBEL.dense(), dtype=float) / 8 + noise)
    found, stated = measure("learned", learned), measure("sobel", SOBEL)
    assert not found.reading.exact
    assert float(found.direction_coefficient) == pytest.approx(-1 / 48, abs=1e-9)
    assert found.direction_error == pytest.approx(stated.direction_error, abs=1e-7)
    assert found.step_edge_error == pytest.approx(stated.step_edge_error, abs=1e-7)


def test_the_answer_of_a_filter_to_an_impulse_is_measured():
    impulse = np.zeros((15, 15))
    impulse[7, 7] = 1
    found = measure("scipy", Kernel.from_array(ndimage.sobel(impulse)[::-1, ::-1]))
    assert_same(found, measure("sobel", SOBEL))


@pytest.mark.parametrize(
    ("kernel", "error", "words"),
    [
        (Kernel({}, ndim=2), InputError, "lopsided has no taps other than zero"),
        (Kernel([((x,), 1) for x in range(MOST_TAPS + 1)]), LimitError, "lopsided has 4,001 taps"),
        ([[1, 2]], InputError, "a Kernel is measured, not list"),
    ],
)
def test_what_cannot_be_measured_is_refused(kernel, error, words):
    with pytest.raises(error, match=words):
        measure("lopsided", kernel)


def test_smoothing_in_floats_has_its_noise_and_its_answer_at_pi():
    found = measure("thirds", Kernel.from_array(np.array([1, 1, 1]) / 3))
    assert not found.reading.exact
    assert found.noise_gain == pytest.approx(math.sqrt(1 / 3), rel=1e-9)
    assert float(found.response_at_pi) == pytest.approx(-1 / 3, rel=1e-9)
    assert (found.resolving_efficiency, found.euler_limit) == (None, None)
