"""Centres of symmetry: planted ones are found wherever they lie, and the shares are those of the definition."""

import numpy as np
import pytest
from inspection.layers import lump, plane

from kernelkit.inspection.symmetry import symmetry


@pytest.mark.parametrize("phase", [0, 90, 180, -90])
@pytest.mark.parametrize(("x", "y"), [(0, 0), (0.5, -1), (-0.875, 0.25)])
def test_waves_are_even_or_odd_about_the_centre_they_were_planted_at(phase, x, y):
    found = symmetry(plane(15, x=x, y=y, along=1.8, across=2, angle=30, phase=phase))
    assert (found.x, found.y) == (pytest.approx(x, abs=0.13), pytest.approx(y, abs=0.13))
    assert found.even == pytest.approx(0 if phase % 180 else 1, abs=0.02)
    assert found.parity == ("odd" if phase % 180 else "even")


def test_the_share_is_that_of_the_even_part_about_the_centre():
    """About a tap or between two, the plane's image in the centre has taps where the plane has."""
    for seed in range(20):
        taps = np.random.default_rng(seed).normal(size=(3, 5))
        found = symmetry(taps)
        doubled = 2 * found.y + 2, 2 * found.x + 4
        if any(place % 1 for place in doubled):
            continue
        # at the middle of a window three times as large, with zeros around, and mirrored there
        wide = np.zeros((9, 15))
        wide[3:6, 5:10] = taps
        image = np.roll(wide[::-1, ::-1], (round(2 * found.y), round(2 * found.x)), axis=(0, 1))
        assert found.even == pytest.approx((((wide + image) / 2) ** 2).sum() / (taps**2).sum())


@pytest.mark.parametrize("size", [3, 5, 8])
def test_steps_are_odd_and_lumps_even_however_small_their_window(size):
    step = np.zeros((size, size))
    step[:, 0], step[:, 1] = -1, 1
    assert symmetry(step).even == pytest.approx(0)
    assert symmetry(step).x == 1 - size / 2
    assert symmetry(lump(size)).even == pytest.approx(1)


def test_signs_and_units_change_nothing_and_turns_turn_the_centre():
    taps = plane(7, x=1, y=-0.5, angle=20)
    found, turned = symmetry(taps), symmetry(np.rot90(taps))
    other = symmetry(-1e-30 * taps)
    assert (other.x, other.y, other.even) == (found.x, found.y, pytest.approx(found.even))
    assert (turned.x, turned.y) == (found.y, -found.x)
    assert found.share == max(found.even, 1 - found.even)
    assert symmetry(np.zeros((3, 3))).even == 1
