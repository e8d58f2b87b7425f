"""Measures of filters: shares against their definitions by least squares, and the filter as a kernel like any other."""

from fractions import Fraction

import numpy as np
import pytest
from inspection.layers import face_api, lump, plane

from kernelkit.inspection.layer import first_layer
from kernelkit.inspection.measures import measure, ramp_share, round_share

SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])


def of(*planes, **options):
    return measure(first_layer(np.stack(planes), **options))


def explained(taps, columns):
    """Return the share of energy that least squares explain."""
    basis = np.stack([c.ravel() for c in columns], axis=1)
    rest = taps.ravel() - basis @ np.linalg.lstsq(basis, taps.ravel(), rcond=None)[0]
    return 1 - (rest**2).sum() / (taps**2).sum()


@pytest.mark.parametrize("shape", [(3, 3), (4, 5), (7, 7)])
def test_shares_are_those_of_least_squares(shape):
    taps = np.random.default_rng(2).normal(size=shape)
    y, x = np.mgrid[: shape[0], : shape[1]]
    y, x = y - (shape[0] - 1) / 2, x - (shape[1] - 1) / 2
    assert ramp_share(taps) == pytest.approx(explained(taps, [x, y]))
    (found,) = of(taps)
    assert found.dc_share == pytest.approx(explained(taps, [np.ones(shape)]))
    even = (taps + taps[::-1, ::-1]) / 2
    assert found.even_share == pytest.approx((even**2).sum() / (taps**2).sum())
    assert found.balance == pytest.approx(abs(taps.sum()) / abs(taps).sum())
    values = np.linalg.svd(taps, compute_uv=False)
    assert found.separability == pytest.approx(values[0] ** 2 / (values**2).sum())


@pytest.mark.parametrize("size", [3, 5, 7, 11])
def test_whatever_depends_on_the_distance_only_is_round(size):
    reach = (size - 1) / 2
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    distances = np.hypot(x, y)
    assert round_share(np.exp(-(distances**2) / size)) > 0.98
    assert round_share(x) < 1e-12


@pytest.mark.parametrize("along", [2, 3])
def test_long_lumps_are_less_round(along):
    wide = round_share(lump(11, along=2 * np.sqrt(along), across=2 / np.sqrt(along)))
    assert wide == pytest.approx({2: 0.89, 3: 0.77}[along], abs=0.03)


def test_shares_of_known_kernels_are_those_that_the_rules_name():
    assert ramp_share(SOBEL.astype(float)) == pytest.approx(8 / 9)
    sine = np.tile(np.sin(2 * np.pi * np.arange(-3, 4) / 7), (7, 1))
    assert ramp_share(sine) == pytest.approx(0.66, abs=0.005)
    assert ramp_share(np.tile(np.sign(np.arange(-3.0, 4)), (7, 1))) == pytest.approx(6 / 7)


def test_a_filter_is_identified_like_any_kernel():
    (found,) = of(SOBEL)
    assert found.operator.best.target.name == "d/dx"
    assert found.operator.best.scale == Fraction(8)
    assert found.operator.exact
    assert found.nearest.scale == pytest.approx(1)


def test_sizes_are_over_the_largest_and_dead_filters_are_not_measured():
    found = of(plane(7), plane(7) / 2, plane(7) / 1000, 0 * plane(7))
    assert [one.relative_norm for one in found] == [1, pytest.approx(0.5), pytest.approx(0.001), 0]
    assert [one.is_dead for one in found] == [False, False, True, True]
    assert found[2].gabor is found[2].operator is found[2].nearest is None


def test_a_dead_layer_is_measured_too():
    assert [one.is_dead for one in of(np.zeros((3, 3)), np.zeros((3, 3)))] == [True, True]


def test_direction_and_frequency_are_those_of_a_good_fit_else_of_gradients_and_spectrum():
    (good,) = of(plane(11, angle=40, frequency=0.21))
    assert good.is_wave
    assert (good.angle, good.frequency) == (pytest.approx(40, abs=0.1), pytest.approx(0.21, abs=1e-3))
    (small,) = of(SOBEL)
    assert (small.angle, small.frequency) == (small.gradient.angle, small.peak[0]) == (0, 0.25)


def test_aliasing_is_measured_where_a_stride_is_known():
    assert of(SOBEL)[0].aliased is None
    assert of(SOBEL, stride=1)[0].aliased == 0
    assert 0 < of(SOBEL, stride=2)[0].aliased < 1


def test_progress_is_told_before_each_filter():
    told = []
    measure(first_layer(np.stack([SOBEL, SOBEL.T])), progress=lambda *where: told.append(where))
    assert told == [(0, 2), (1, 2)]


def test_the_unit_of_the_taps_changes_no_share():
    (one,), (other,) = of(plane(7)), of(1e-30 * plane(7))
    assert one.ramp_share == pytest.approx(other.ramp_share)
    assert one.gabor.r_squared == pytest.approx(other.gabor.r_squared)
    assert one.nearest.name == other.nearest.name


def test_trained_filters_are_fitted_as_an_analysis_of_others_found():
    found = measure(first_layer(face_api()))
    assert np.median([one.gabor.r_squared for one in found]) == pytest.approx(0.964, abs=0.0005)
