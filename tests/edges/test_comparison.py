"""Detectors on figures with known edges: what theory says of smoothing, noise and curvature."""

import math

import numpy as np
import pytest
from scipy import ndimage
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_bipartite_matching
from scipy.spatial.distance import cdist
from skimage.morphology import thin

from kernelkit.edges.comparison import FIGURES, SHAPE, THRESHOLDS, TOLERANCE, Detector, compare
from kernelkit.edges.truth import scene
from kernelkit.errors import InputError

SMOOTHER = [Detector("fine", "canny", 0.0, "sobel"), Detector("coarse", "canny", 2.0)]


def test_smoothing_pays_where_there_is_noise_and_costs_where_there_is_none():
    clean_fine, clean_coarse, noisy_fine, noisy_coarse = compare([0.0, 0.5], detectors=SMOOTHER, seeds=[0])
    assert clean_fine.f > 0.99
    assert clean_fine.distance < clean_coarse.distance
    assert noisy_coarse.f > noisy_fine.f + 0.1


def test_plus_lies_nearer_to_curved_edges_than_the_laplacian():
    """Verbeek and van Vliet: the Laplacian is off by sigma^2 / (2 R), PLUS by a higher order."""
    laplacian, plus = compare(
        [0.0], detectors=[Detector("log", "log", 3.0), Detector("plus", "plus", 3.0)], seeds=[0]
    )
    assert plus.distance < 0.7 * laplacian.distance


def crest(image):
    """Return Sobel's magnitude where it is largest along the gradient, else 0, and where its parabola has its top."""
    gradient = np.array([ndimage.sobel(image, axis, mode="mirror") / 8 for axis in (0, 1)])
    largest = np.abs(gradient).max(axis=0)
    size, here = np.hypot(*gradient), np.indices(image.shape)
    step = gradient / np.where(largest, largest, 1)  # it is 0 in the corners
    ahead, behind = (
        ndimage.map_coordinates(size, here + sign * step, order=1, mode="nearest") for sign in (1, -1)
    )
    along = np.abs(gradient).argmax(axis=0)
    at_border = np.isin(np.where(along, here[1], here[0]), (0, len(image) - 1))
    kept = (size > ahead) & (size > behind) & ~at_border
    shift = 0.5 * (ahead - behind) / np.where(kept, 2 * size - ahead - behind, 1)
    return np.where(kept, size, 0), here + shift * step


@pytest.mark.parametrize("noise", [0.2, 0.4])
def test_one_cell_of_the_table_computed_by_other_means(noise):
    """SciPy's Sobel and its matching of most pairs, bilinear interpolation, scikit-image's thinning."""
    scenes = [scene(figure, SHAPE, noise=noise, seed=seed) for figure in FIGURES for seed in (0, 1)]
    crests = [crest(one.image) for one in scenes]
    largest = max(strength.max() for strength, _ in crests)
    reached = []
    for step in range(1, THRESHOLDS + 1):
        level, right, every = largest * (step - 0.5) / THRESHOLDS, 0, 0
        for (strength, _), one in zip(crests, scenes, strict=True):
            found, true = np.argwhere(thin(strength >= level)), np.argwhere(one.pixels)
            near = csr_matrix(cdist(found, true) <= TOLERANCE)
            right += np.count_nonzero(maximum_bipartite_matching(near, perm_type="column") >= 0)
            every += len(found) + len(true)
        reached.append((2 * right / every, -level))
    f, level = max(reached)
    off = [
        cdist(places[:, strength >= -level].T, one.places).min(axis=1)
        for (strength, places), one in zip(crests, scenes, strict=True)
    ]
    squares = np.concatenate(off) ** 2
    [row] = compare([noise], detectors=[Detector("sobel", "canny", 0.0, "sobel")])
    assert row.f == pytest.approx(f, abs=1e-12)
    assert row.distance == pytest.approx(np.sqrt(squares[squares <= TOLERANCE**2].mean()), rel=1e-9)


def test_rows_are_told_as_they_are_done():
    told = []
    compare([0.0], detectors=SMOOTHER, seeds=[0], progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 2), (2, 2)]


@pytest.mark.parametrize("noises", [[], [-1.0], [math.nan], [math.inf]])
def test_noises_that_are_none(noises):
    with pytest.raises(InputError, match="noises are deviations"):
        compare(noises)
