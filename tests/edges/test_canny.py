"""Canny's edges: exact laws of symmetry, published cases, and agreement with libraries where they are right."""

from __future__ import annotations

from fractions import Fraction

import cv2
import numpy as np
import pytest
from edges.images import cases, check_laws, disc, whole
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage
from skimage import feature

from kernelkit.edges.canny import canny
from kernelkit.edges.smoothing import BORDERS
from kernelkit.edges.thresholds import Noise, Quantile
from kernelkit.errors import InputError, LimitError, ShapeError, UnknownNameError


def levels(case):
    low, high = (float(Fraction(level)) for level in case["input"]["threshold_low_high_image_units"])
    return {"low": low, "high": high, "sigma": case["input"]["sigma"]}


@cases("canny-step")
def test_a_step_is_one_line_of_pixels_and_the_same_when_negated(case):
    image, given_levels = np.array(case["input"]["image"]), levels(case)
    for turned in (image, -image):
        found = canny(turned, **given_levels)
        if "columns_allowed" in case["expected"]:
            lines, allowed, each = found, case["expected"]["columns_allowed"], "edge_pixels_per_interior_row"
        else:
            lines, allowed, each = (
                found.T,
                case["expected"]["rows_allowed"],
                "edge_pixels_per_interior_column",
            )
        assert (lines.sum(axis=1) == case["expected"][each]).all()
        assert set(np.nonzero(lines)[1]) <= set(allowed)
    assert np.array_equal(canny(image, **given_levels), canny(-image, **given_levels))


@cases("canny-invariance")
def test_maps_that_must_not_change(case):
    given_case = case["input"]
    if "image" in given_case:
        image = np.array(given_case["image"])
        low, high = (float(Fraction(level)) for level in given_case["thresholds_in_image_units_per_pixel"])
        wanted = canny(image, sigma=given_case["sigma"], low=low, high=high)
        assert wanted.any()
        for dtype in given_case["dtypes"]:
            found = canny(image.astype(dtype), sigma=given_case["sigma"], low=low, high=high)
            assert np.array_equal(found, wanted)
        assert np.array_equal(
            canny(image * 255, sigma=given_case["sigma"], low=low * 255, high=high * 255), wanted
        )
        return
    image = np.full(given_case["shape"], float(given_case["image_formula"].removeprefix("constant ")))
    for boundary in BORDERS:
        found = canny(image, sigma=given_case["sigma"], low=0, high=0, boundary=boundary)
        assert found.sum() == case["expected"]["number_of_edge_pixels"]


@given(st.integers(0, 2**31), st.sampled_from([0.8, 1, 2]), st.sampled_from([None, "sobel", "scharr"]))
def test_every_law_holds_exactly(seed, sigma, kernel):
    options = {"sigma": sigma, "kernel": kernel}
    check_laws(
        lambda image: canny(image, low=6, high=12, **options),
        whole(seed=seed),
        lambda image, factor: canny(image, low=6 * factor, high=12 * factor, **options),
    )


@pytest.mark.parametrize(("low", "high"), [(Quantile(0.5), Quantile(0.9)), (Noise(2), Noise(4))])
def test_words_for_thresholds_keep_the_laws_without_being_scaled(low, high):
    check_laws(
        lambda image: canny(image, low=low, high=high),
        whole(),
        lambda image, _: canny(image, low=low, high=high),
    )


def test_a_flip_takes_the_other_pixel_of_a_step_and_only_of_ties():
    """Flipped, a step is the same as negated and 1 added, so a map of one column cannot turn with it."""
    step = np.tile(np.arange(32) >= 16, (9, 1)).astype(int)
    assert np.array_equal(step[:, ::-1], 1 - step)
    found = canny(step, low=0.1, high=0.2)
    assert np.flatnonzero(found.all(axis=0)).tolist() == np.flatnonzero(found.any(axis=0)).tolist() == [15]
    assert np.array_equal(canny(step[:, ::-1], low=0.1, high=0.2), found)
    assert np.flatnonzero(canny(step.T, low=0.1, high=0.2)[:, 4]).tolist() == [15]
    uneven = step * 10
    uneven[:, 16] = 7  # the crest is nearer to one of the two
    right = canny(uneven, low=0.1, high=0.2)
    assert np.array_equal(canny(uneven[:, ::-1], low=0.1, high=0.2), right[:, ::-1])


def test_tiling_repeats_the_map():
    image = whole((24, 30))
    found = canny(image, low=6, high=12, boundary="wrap")
    tiled = canny(np.tile(image, (3, 3)), low=6, high=12, boundary="wrap")
    inside = tiled[24:48, 30:60]
    assert np.array_equal(inside[1:-1, 1:-1], found[1:-1, 1:-1])


def test_slopes_and_frames_are_no_edges():
    slope = np.tile(3 * np.arange(60), (40, 1))
    for image in (slope, slope.T, slope[:, ::-1]):
        assert not canny(image, low=0, high=0).any()
    for boundary in BORDERS:
        assert not canny(np.full((20, 30), 255, np.uint8), low=0, high=0, boundary=boundary).any()


def test_the_middle_of_a_narrow_slope_is_an_edge():
    row = np.repeat([0, 0, 1, 2, 3, 3, 3], [12, 1, 1, 1, 1, 5, 6])
    found = canny(np.tile(row, (7, 1)), low=0.1, high=0.2, sigma=0)
    assert np.flatnonzero(found.all(axis=0)).tolist() == [13]


def test_as_opencv_and_scikit_image_on_a_disc():
    """Each of the three has its pixels within one of those of the others."""
    blurred, _ = disc(15, sigma=1.0)
    image = np.rint(blurred * 200).astype(np.uint8)
    ours = canny(image, sigma=1, low=5, high=10)
    opencv = cv2.Canny(cv2.GaussianBlur(image, (0, 0), 1), 50, 100, L2gradient=True) > 0
    scikit = feature.canny(image.astype(float), sigma=1, low_threshold=5, high_threshold=10)
    for other in (opencv, scikit):
        assert other.any()
        for one, two in ((ours, other), (other, ours)):
            assert ndimage.distance_transform_edt(~two)[one].max() < 1.5


def test_a_ball_has_a_shell_in_three_axes():
    z, y, x = np.mgrid[:25, :26, :27] - 12
    ball = (np.sqrt(z**2 + y**2 + x**2) < 8).astype(int)
    found = canny(ball, low=0.1, high=0.2)
    radius = np.sqrt(z**2 + y**2 + x**2)[found]
    assert found.sum() > 4 * np.pi * 7.5**2 * 0.7
    assert radius.min() > 6
    assert radius.max() < 9
    assert np.array_equal(canny(-ball, low=0.1, high=0.2), found)


def test_missing_samples_change_no_edge_far_from_them_and_make_none():
    image = whole((40, 50))
    mask = np.zeros((40, 50), bool)
    mask[10:14, 20:23] = True
    spoiled = np.where(mask, 10**6, image)
    options = {"low": 6, "high": 6}
    with_mask = canny(spoiled, mask=mask, **options)
    assert np.array_equal(canny(np.ma.array(spoiled, mask=mask), **options), with_mask)
    assert not with_mask[10:14, 20:23].any()
    far = np.ones((40, 50), bool)
    far[2:22, 12:31] = False
    clean = canny(image, **options)
    assert np.array_equal(with_mask[far], clean[far])
    assert not (with_mask & ~clean).any()


def test_what_is_no_number_spoils_only_its_neighbourhood():
    image = whole((40, 50)).astype(float)
    clean = canny(image, low=6, high=6)
    image[12, 20] = np.nan
    far = np.ones((40, 50), bool)
    far[3:22, 11:30] = False
    assert np.array_equal(canny(image, low=6, high=6)[far], clean[far])


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"low": 2, "high": 1}, InputError),
        ({"low": -1, "high": 1}, InputError),
        ({"low": 0, "high": np.nan}, InputError),
        ({"sigma": -1}, InputError),
        ({"sigma": np.nan}, InputError),
        ({"sigma": "wide"}, InputError),
        ({"sigma": 1e6}, LimitError),
        ({"boundary": "zero"}, InputError),
        ({"boundary": "valid"}, InputError),
        ({"boundary": "nowhere"}, UnknownNameError),
        ({"kernel": "nobody"}, UnknownNameError),
        ({"kernel": "laplacian-5pt"}, InputError),
        ({"mask": np.zeros((20, 20))}, InputError),
        ({"mask": np.zeros((20, 21), bool)}, ShapeError),
    ],
)
def test_what_cannot_be_is_refused(options, error):
    with pytest.raises(error):
        canny(np.zeros((20, 20)), **options)


def test_colour_is_refused_with_a_way_out_that_works():
    image = np.dstack([whole()] * 3)
    with pytest.raises(ShapeError, match="colour"):
        canny(image)
    assert canny(image.mean(axis=2)).shape == image.shape[:2]
    assert canny(np.moveaxis(image, 2, 0)).shape == (3, *image.shape[:2])
