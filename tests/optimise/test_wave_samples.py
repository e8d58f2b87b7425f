"""Sampled waves: symbols of targets, quadratures, grids, and largest values found on them."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optimise.waves import symbol_at

from kernelkit import Kernel, box, derivative, derive, integral, laplacian, line, value
from kernelkit.errors import LimitError
from kernelkit.exact.symmetry import orbits
from kernelkit.optimise import wave_samples as samples

TARGETS = [
    derivative(1),
    derivative(3),
    value(at="1/2"),
    integral(0, 1),
    integral(-1, 2),
    derivative(2).on_grid("1/2") + value().on_grid("1/2") * 3,
    laplacian(2),
    derivative((1, 2), at=("1/4", 0)),
    integral([(0, 1), (-1, 1)]),
]


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_the_symbol_of_a_target_is_the_limit_of_those_of_accurate_kernels(target):
    """A kernel of accuracy 14 has nearly the symbol of its target on slow waves."""
    rng = np.random.default_rng(1)
    waves = rng.uniform(-0.5, 0.5, size=(20, target.ndim))
    kernel = derive(target, line(-9, 9)) if target.ndim == 1 else derive(target, accuracy=14)
    found = samples.ideal(target, waves)
    wanted = np.array([symbol_at(kernel, w) for w in waves])
    assert np.allclose(found, wanted, rtol=0, atol=1e-7)


def test_symbols_of_orbits_are_sums_over_their_members():
    groups = orbits(derivative((0, 1)), box(1))
    waves = np.array([[0.3, -1.2], [2.0, 0.1]])
    found = samples.orbit_symbols(groups, waves)
    for j, group in enumerate(groups):
        kernel = Kernel(list(zip(group.offsets, group.signs, strict=True)))
        assert found[:, j] == pytest.approx([symbol_at(kernel, w) for w in waves], abs=1e-14)


@given(k=st.integers(0, 12), limit=st.floats(0.1, 3.14))
def test_a_quadrature_is_exact_for_the_waves_of_squared_symbols(k, limit):
    """The mean of cos kw over |w| <= b is sin(kb) / kb; the largest k is twice the reach."""
    waves, weights = samples.quadrature(limit, 6, 1)
    assert weights @ np.cos(k * waves[:, 0]) == pytest.approx(np.sinc(k * limit / np.pi), abs=1e-13)


def test_in_the_plane_a_quadrature_is_a_product():
    waves, weights = samples.quadrature(1.5, 2, 2)
    assert weights.sum() == pytest.approx(1, rel=1e-13)
    mean = weights @ (waves[:, 0] ** 2 * waves[:, 1] ** 4)
    assert mean == pytest.approx(1.5**6 / 15, rel=1e-12)


@pytest.mark.parametrize(("reach", "ndim"), [(10**6, 1), (2, 6)])
def test_too_many_nodes_are_refused(reach, ndim):
    with pytest.raises(LimitError, match="limit of work"):
        samples.quadrature(1.0, reach, ndim)


def test_offsets_that_samples_cannot_follow_are_refused():
    samples.check_reach(line(-60, 60).offsets, np.pi, 1)
    with pytest.raises(LimitError, match="stay within"):
        samples.check_reach(line(-100, 100).offsets, np.pi, 1)


@pytest.mark.parametrize("ndim", [2, 3])
def test_polar_coordinates_have_the_length_they_say_and_cover_half_of_all_directions(ndim):
    polar = samples.points_of(samples.disc_grid(1.5, ndim))
    waves = samples.from_polar(polar)
    assert np.linalg.norm(waves, axis=1) == pytest.approx(polar[:, 0])
    assert polar[:, 0].max() == 1.5
    rng = np.random.default_rng(2)
    for _ in range(50):
        wave = rng.normal(size=ndim)
        wave *= 1.5 / np.linalg.norm(wave)
        nearest = min(np.abs(waves - wave).sum(axis=1).min(), np.abs(waves + wave).sum(axis=1).min())
        assert nearest < 0.2


def test_a_direction_of_zero_angle_is_x():
    assert samples.from_polar(np.array([[2.0, 0.0]])) == pytest.approx(np.array([[0.0, 2.0]]))
    assert samples.from_polar(np.array([[2.0, np.pi / 2, 0.0]])) == pytest.approx(np.array([[0.0, 0.0, 2.0]]))


def test_directions_are_all_up_to_reflections_and_exchanges():
    units = samples.directions(3, 5)
    assert np.linalg.norm(units, axis=1) == pytest.approx(1)
    assert (np.diff(units, axis=1) >= 0).all()
    assert len(units) == len(list(itertools.combinations_with_replacement(range(5), 2)))


def test_the_largest_value_is_found_between_the_points_of_a_grid():
    """The top of a hill off the grid, beside one that the grid meets exactly."""
    axes = [np.linspace(0, 1, 21), np.linspace(-1, 1, 41)]

    def hills(points):
        x, y = points.T
        first = np.exp(-10 * ((x - 0.5) ** 2 + (y - 0.5) ** 2))
        second = 1.005 * np.exp(-10 * ((x - 0.123) ** 2 + (y + 0.477) ** 2))
        return np.maximum(first, second)

    assert samples.largest_on(axes, hills) == pytest.approx(1.005, rel=1e-4)


def test_the_largest_value_at_a_corner_is_met():
    axes = samples.box_grid(1.0, 2)
    assert samples.largest_on(axes, lambda points: points.sum(axis=1)) == 2.0
    assert axes[0][0] == -1.0
    assert axes[1][0] == 0.0


def test_exchanges_and_planes_of_axes():
    waves = np.array([[1.0, 2.0, 3.0]])
    assert samples.exchanged(waves, 0, 2).tolist() == [[3.0, 2.0, 1.0]]
    assert samples.across(3) == [(0, 1), (0, 2), (1, 2)]


def test_peaks_are_found_with_their_heights_the_highest_first():
    """Of |cos| with a slope: tops where tan x = 1/20 on the falling side, by hand."""
    axes = [np.linspace(0, 20, 401)]

    def values(points):
        return np.exp(-points[:, 0] / 20) * abs(np.cos(points[:, 0]))

    places, heights = samples.peaks_on(axes, values, lowest=0.5)
    tops = [k * np.pi - np.arctan(1 / 20) for k in range(1, 5)]
    wanted = [0.0, *(top for top in tops if values(np.array([[top]]))[0] > 0.5)]
    assert places[:, 0] == pytest.approx(wanted, abs=1e-3)
    assert heights == pytest.approx(values(np.array(wanted)[:, None]), rel=1e-6)
    assert list(heights) == sorted(heights, reverse=True)


@pytest.mark.parametrize("ndim", [2, 3])
def test_one_sector_holds_every_direction_up_to_reflections_and_exchanges(ndim):
    polar = samples.points_of(samples.disc_grid(1.5, ndim, "one"))
    waves = samples.from_polar(polar)
    rng = np.random.default_rng(4)
    for _ in range(50):
        wave = np.sort(np.abs(rng.normal(size=ndim)))
        wave *= 1.5 / np.linalg.norm(wave)
        images = np.array(list(itertools.permutations(wave)))
        assert np.linalg.norm(waves[:, None] - images, axis=2).min() < 0.12
