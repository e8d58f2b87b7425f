"""Means: boxes, discs and lines of equal taps, against OpenCV, SciPy, and counting."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import cv2
import numpy as np
import pytest
import scipy.ndimage

from kernelkit.catalogue.means import box, disk, motion
from kernelkit.errors import InputError, LimitError

IMAGE = np.random.default_rng(3).integers(0, 256, (16, 17)).astype(float)


def applied(kernel):
    """Return the correlation of the image with a kernel at unit gain, mirrored at the rim as SciPy does."""
    taps = np.array(kernel.dense(), dtype=float)
    return scipy.ndimage.correlate(IMAGE, taps, mode="reflect")


@pytest.mark.parametrize("size", [3, 5, 7])
def test_boxes_are_the_means_of_opencv_and_scipy(size):
    found = applied(box(size=size).kernel)
    assert np.allclose(found, cv2.blur(IMAGE, (size, size), borderType=cv2.BORDER_REFLECT))
    assert np.allclose(found, scipy.ndimage.uniform_filter(IMAGE, size))


@pytest.mark.parametrize("size", [1, 2, 3, 4, 9])
@pytest.mark.parametrize("dim", [1, 2, 3])
def test_a_box_has_the_sum_one_and_the_variance_of_evenly_spread_samples(size, dim):
    """The variance of n samples one apart about their middle is (n^2 - 1) / 12 along every axis."""
    entry = box(size=size, dim=dim)
    assert entry.gain == size**dim
    assert entry.kernel.moment((0,) * dim) == 1
    for axis in range(dim):
        unit = tuple(int(i == axis) for i in range(dim))
        assert entry.kernel.moment(unit) == 0
        assert entry.kernel.moment(tuple(2 * k for k in unit)) == Fraction(size * size - 1, 12)
    assert entry.certificate.accuracy == (2 if size > 1 else None)


@pytest.mark.parametrize("radius", [1, "3/2", 2, 3, "10/3", 9])
def test_a_disc_holds_the_pixels_within_its_radius(radius):
    """Counted one by one; at 9 there are 253 of them (Gauss's circle problem, OEIS A000328)."""
    taps = dict(disk(radius=radius).published.taps)
    square = Fraction(radius) ** 2
    inside = {
        (Fraction(y), Fraction(x))
        for y, x in itertools.product(range(-12, 13), repeat=2)
        if y * y + x * x <= square
    }
    assert taps.keys() == inside
    assert set(taps.values()) == {1}
    assert radius != 9 or len(taps) == 253


@pytest.mark.parametrize(("theta", "slope"), [(0, (0, 1)), (45, (1, 1)), (90, (1, 0)), (135, (1, -1))])
@pytest.mark.parametrize("size", [1, 3, 7])
def test_motion_runs_along_a_line_in_its_direction(theta, slope, size):
    """From x towards y with y down: the taps lie on the line through the centre, at equal steps."""
    taps = motion(size=size, theta=theta).published.taps
    assert len(taps) == size
    for (y, x), tap in taps:
        assert tap == 1
        assert y * slope[1] == x * slope[0]
        assert math.isclose(
            float(y) * math.cos(math.radians(theta)), float(x) * math.sin(math.radians(theta)), abs_tol=1e-12
        )


def test_motion_along_x_is_the_mean_of_a_row():
    assert np.allclose(applied(motion(size=5).kernel), scipy.ndimage.uniform_filter1d(IMAGE, 5, axis=1))


@pytest.mark.parametrize(
    ("build", "error", "words"),
    [
        (lambda: box(size=0), InputError, "size of at least 1"),
        (lambda: box(size=256), LimitError, "at most 255"),
        (lambda: box(size=3.0), InputError, "whole number"),
        (lambda: box(dim=4), LimitError, "1 to 3 axes"),
        (lambda: disk(radius="1/2"), LimitError, "between 1 and 127"),
        (lambda: disk(radius=128), LimitError, "between 1 and 127"),
        (lambda: motion(size=4), InputError, "odd size"),
        (lambda: motion(theta=30), InputError, "0, 45, 90, 135 degrees, not 30"),
    ],
)
def test_other_means_are_refused_with_a_way_out(build, error, words):
    with pytest.raises(error, match=words) as refused:
        build()
    assert refused.value.next or "whole number" in words
