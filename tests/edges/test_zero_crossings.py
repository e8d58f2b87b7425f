"""Edges by zero crossings: exact laws of symmetry, one pixel a step, no phantom edges."""

from __future__ import annotations

import numpy as np
import pytest
from edges.images import check_laws, whole
from hypothesis import given
from hypothesis import strategies as st

from kernelkit.edges.points import points
from kernelkit.edges.smoothing import BORDERS
from kernelkit.edges.zero_crossings import zero_crossings
from kernelkit.errors import UnknownNameError

METHODS = pytest.mark.parametrize("method", ["log", "plus"])


@METHODS
@given(seed=st.integers(0, 2**31), sigma=st.sampled_from([0.8, 1, 2]))
def test_every_law_holds_exactly(method, seed, sigma):
    options = {"method": method, "sigma": sigma}
    check_laws(
        lambda image: zero_crossings(image, low=3, high=8, **options),
        whole(seed=seed),
        lambda image, factor: zero_crossings(image, low=3 * factor, high=8 * factor, **options),
    )


@METHODS
@pytest.mark.parametrize("sigma", [1, 2, 3.3])
def test_a_step_is_one_column_and_the_same_when_negated(method, sigma):
    step = np.tile(100 * (np.arange(32) >= 16), (9, 1))
    for image in (step, -step):
        found = zero_crossings(image, method=method, sigma=sigma, low=1, high=5)
        assert (
            np.flatnonzero(found.all(axis=0)).tolist() == np.flatnonzero(found.any(axis=0)).tolist() == [15]
        )


@METHODS
def test_where_the_gradient_is_least_is_no_edge(method):
    """Between two steps up the second derivative crosses zero a third time, upwards; the two draw each other nearer."""
    stairs = np.tile(50 * (np.arange(40) >= 15) + 50 * (np.arange(40) >= 24), (9, 1))
    found = zero_crossings(stairs, method=method, sigma=2, low=0.01, high=0.01)
    assert np.flatnonzero(found.any(axis=0)).tolist() == [15, 23]


@METHODS
@pytest.mark.parametrize("boundary", BORDERS)
@pytest.mark.parametrize("value", [0, 1, 37.3, 255])
def test_constants_have_no_edge_and_no_frame(method, boundary, value):
    image = np.full((12, 31), value)
    assert not zero_crossings(image, method=method, low=0, high=0, boundary=boundary).any()


def test_another_method_is_refused():
    with pytest.raises(UnknownNameError, match="sum"):
        zero_crossings(np.zeros((9, 9)), method="sum", low=0, high=1)


@METHODS
@pytest.mark.parametrize("sigma", [1, 1.5, 2, 2.3])
def test_a_thin_line_has_an_edge_on_either_side_at_its_inflections(method, sigma):
    """Smoothed, it is a Gaussian of that sigma, whose second derivative is zero one sigma from the middle.

    On the middle itself the gradient is exactly zero.
    """
    image = np.zeros((8, 41))
    image[:, 20] = 100
    found = points(image, method=method, sigma=sigma, low=0.5, high=1)
    assert len(found) == 16
    assert np.allclose(np.abs(found[:, 1] - 20), sigma, atol=0.05)


@METHODS
@pytest.mark.filterwarnings("error")
def test_around_what_is_infinite_nothing_is_known_and_nothing_is_said(method):
    image = np.zeros((60, 40))
    image[:, 20:] = 100
    spoiled = image.copy()
    spoiled[10, 10] = np.inf
    found, wanted = (zero_crossings(each, method=method, sigma=1, low=1, high=5) for each in (spoiled, image))
    assert np.array_equal(found[20:], wanted[20:])
    assert not found[:, :18].any()
