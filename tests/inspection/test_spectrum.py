"""Spectra: the aliased share against a fine Fourier transform, and directions of ramps and waves."""

import numpy as np
import pytest
from inspection.layers import plane

from kernelkit.errors import InputError, ShapeError
from kernelkit.inspection.spectrum import aliased_share, direction, spectral_peak


def by_transform(taps, stride, samples=4096):
    """Return the energy beyond the limits from the transform along each axis, by the midpoint rule."""
    step = 2 * np.pi / samples
    omega = -np.pi + step * (np.arange(samples) + 0.5)
    inside = [abs(omega) < np.pi / s for s in stride]
    planes = taps if taps.ndim == 3 else taps[None]
    total = kept = 0.0
    for one in planes:
        rows, columns = (np.exp(-1j * np.outer(omega, np.arange(n))) for n in one.shape)
        power = abs(rows @ one @ columns.T) ** 2
        total += power.sum()
        kept += power[np.ix_(*inside)].sum()
    return 1 - kept / total


@pytest.mark.parametrize("stride", [(2, 2), (4, 4), (2, 3), (1, 2)])
@pytest.mark.parametrize("shape", [(3, 3), (2, 4, 3)])
def test_the_closed_form_is_the_integral_of_the_spectrum(stride, shape):
    taps = np.random.default_rng(0).normal(size=shape)
    assert aliased_share(taps, stride) == pytest.approx(by_transform(taps, stride), abs=2e-3)


@pytest.mark.parametrize("stride", [2, 3, 4])
def test_a_single_tap_is_white_and_a_long_wave_passes(stride):
    assert aliased_share([[5.0]], (stride, stride)) == pytest.approx(1 - 1 / stride**2)
    assert aliased_share(plane(31, along=7, across=7, frequency=0.02), (stride, stride)) < 1e-3
    checks = (-1.0) ** np.add.outer(np.arange(20), np.arange(20))
    assert aliased_share(checks, (stride, stride)) > 0.99


def test_no_stride_aliases_nothing_and_zeros_have_nothing():
    assert aliased_share(np.random.default_rng(0).normal(size=(5, 5)), (1, 1)) == 0
    assert aliased_share(np.zeros((3, 3)), (2, 2)) == 0


def test_strides_below_one_and_other_shapes_are_refused():
    with pytest.raises(InputError):
        aliased_share([[1.0]], (0, 1))
    with pytest.raises(ShapeError):
        aliased_share([1.0], (2, 2))


@pytest.mark.parametrize("angle", [0, 30, 45, 90, 120, 175])
def test_the_peak_and_the_gradients_of_a_wave_are_in_its_direction(angle):
    taps = plane(15, angle=angle, along=3, across=3, frequency=0.2)
    frequency, peak = spectral_peak(taps)
    found = direction(taps)
    for one in (peak, found.angle):
        assert min(abs(one - angle), 180 - abs(one - angle)) < 4
    assert frequency == pytest.approx(0.2, abs=0.02)
    assert found.coherence > 0.7


def test_ramps_change_in_one_direction_and_round_lumps_in_all():
    x = np.tile(np.arange(5.0), (4, 1))
    y = np.tile(np.arange(4.0)[:, None], 5)
    assert direction(x) == (0, 1)
    assert direction(y) == (90, 1)
    # y counts down, so values that grow to the right and down grow along a falling line
    falling = direction(x + y)
    assert falling.angle == pytest.approx(135)
    assert direction(plane(9, along=2, across=2, frequency=0)).coherence < 1e-9
    assert direction(np.ones((3, 3))) == direction(np.ones((1, 3))) == (0, 0)
