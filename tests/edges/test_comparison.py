"""Detectors on figures with known edges: what theory says of smoothing, noise and curvature."""

import math

import pytest

from kernelkit.edges.comparison import Detector, compare
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


def test_rows_are_told_as_they_are_done():
    told = []
    compare([0.0], detectors=SMOOTHER, seeds=[0], progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 2), (2, 2)]


@pytest.mark.parametrize("noises", [[], [-1.0], [math.nan], [math.inf]])
def test_noises_that_are_none(noises):
    with pytest.raises(InputError, match="noises are deviations"):
        compare(noises)
