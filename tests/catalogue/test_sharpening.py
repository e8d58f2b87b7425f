"""Sharpening masks: identities between images, and the masks in common use."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import scipy.ndimage

from kernelkit import certify, laplacian, named
from kernelkit.catalogue.sharpening import sharpen, unsharp
from kernelkit.errors import InputError, LimitError
from kernelkit.exact.functional import value

IMAGE = np.random.default_rng(4).integers(0, 256, (16, 17)).astype(float)


def applied(kernel):
    return scipy.ndimage.correlate(IMAGE, np.array(kernel.dense(), dtype=float), mode="reflect")


def test_the_customary_masks():
    assert sharpen().published.dense() == [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]
    assert sharpen(neighbours=8).published.dense() == [[-1, -1, -1], [-1, 9, -1], [-1, -1, -1]]
    gimp = [[1, 4, 6, 4, 1], [4, 16, 24, 16, 4], [6, 24, -476, 24, 6], [4, 16, 24, 16, 4], [1, 4, 6, 4, 1]]
    assert (-256 * unsharp().published).dense() == gimp


@pytest.mark.parametrize("alpha", [1, "1/3", 4])
def test_sharpening_takes_away_a_laplacian(alpha):
    strength = float(Fraction(alpha))
    assert np.allclose(applied(sharpen(alpha=alpha).kernel), IMAGE - strength * scipy.ndimage.laplace(IMAGE))


@pytest.mark.parametrize("alpha", [1, "1/3"])
@pytest.mark.parametrize(("neighbours", "times"), [(4, 1), (8, 3)])
def test_what_is_said_of_sharpening_is_true(alpha, neighbours, times):
    """As the operator 1 - c Laplacian it is consistent, and no other c would do."""
    entry = sharpen(alpha=alpha, neighbours=neighbours)
    assert entry.gain == 1
    c = Fraction(alpha) * times
    assert certify(entry.kernel, value(ndim=2) - laplacian(2) * c).consistent
    assert not certify(entry.kernel, value(ndim=2) - laplacian(2) * (c + 1)).consistent
    assert str(c) in entry.remarks[0] or c == 1


@pytest.mark.parametrize("amount", [1, "1/2", 3])
@pytest.mark.parametrize("size", [3, 5, 9])
def test_an_unsharp_mask_adds_what_a_binomial_takes_away(amount, size):
    row = np.array([[1.0]])
    for _ in range(size - 1):
        row = np.convolve(row[0], [0.5, 0.5])[None]
    smooth = scipy.ndimage.correlate(IMAGE, row.T @ row, mode="reflect")
    found = applied(unsharp(amount=amount, size=size).kernel)
    assert np.allclose(found, IMAGE + float(Fraction(amount)) * (IMAGE - smooth))


def test_a_gaussian_may_smooth_instead():
    """The second moment of delta + a (delta - G) is minus a times the variance, which G keeps exactly."""
    entry = unsharp(amount=2, size=9, sigma=1)
    assert entry.kernel.moment((0, 0)) == 1
    assert entry.kernel.moment((0, 2)) == -2
    assert named(entry.name) == named("unsharp:size=9,amount=2,sigma=1")


@pytest.mark.parametrize(
    ("build", "error", "words"),
    [
        (lambda: sharpen(alpha=0), InputError, "must be above 0"),
        (lambda: sharpen(neighbours=6), InputError, "4 or 8 neighbours, not by 6"),
        (lambda: unsharp(amount=-1), InputError, "must be above 0"),
        (lambda: unsharp(size=4), InputError, "odd size"),
        (lambda: unsharp(size=1), InputError, "smooths nothing"),
        (lambda: unsharp(size=257), LimitError, "at most 255"),
        (lambda: unsharp(size=3, sigma=5), InputError, "no room"),
    ],
)
def test_other_masks_are_refused_with_a_way_out(build, error, words):
    with pytest.raises(error, match=words) as refused:
        build()
    assert refused.value.next
