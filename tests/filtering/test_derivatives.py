"""Gradients, Hessians and Laplacians: published cases, in array-axis order, per unit of length, up to the rim."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from kernelkit import named
from kernelkit.errors import ShapeError
from kernelkit.filtering.derivatives import gradient, hessian, laplacian

CASES = json.loads((Path(__file__).parents[1] / "golden" / "cases_filters.json").read_text(encoding="utf-8"))[
    "rows"
]


def cases(ask):
    found = [case for case in CASES if case["ask"] == ask]
    assert found
    return pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in found])


def inside(components, name):
    reach = max(int(abs(place)) for offset, _ in named(name).kernel.taps for place in offset)
    return components[(slice(None), *(slice(reach, side - reach) for side in components.shape[1:]))]


@cases("gradient")
def test_published_gradients_by_every_kernel_named(case):
    image = np.array(case["input"]["image"], float)
    wanted = np.array([float(Fraction(value)) for value in case["expected"]["gradient"]])
    if len(wanted) < image.ndim:  # a stack of images: one at a time
        image = image[0]
    for name in case["input"]["kernels"]:
        if named(name).kernel.ndim != image.ndim:
            continue
        found = inside(gradient(image, kernel=name), name)
        assert np.allclose(found.reshape(len(wanted), -1), wanted[:, None], atol=1e-12)
        magnitude = np.sqrt((found**2).sum(0))
        assert np.allclose(magnitude, float(Fraction(case["expected"]["magnitude"])), atol=1e-12)
    assert np.allclose(gradient(image).reshape(len(wanted), -1), wanted[:, None], atol=1e-12)


@cases("gradient-everywhere")
def test_the_slope_of_a_plane_holds_at_every_pixel_corners_included(case):
    image = np.array(case["input"]["image"], float)
    for name in case["input"]["kernels"]:
        kernel = None if name == "central-difference-x" else name
        found = gradient(image, kernel=kernel)
        for component, value in zip(found, case["expected"]["gradient"], strict=True):
            assert np.allclose(component, value, atol=1e-12)


@cases("gradient-spacing")
def test_a_gradient_is_per_unit_of_length(case):
    image = np.array(case["input"]["image"], float)
    spacing = [float(Fraction(step)) for step in case["input"]["spacing_axis0_axis1"]]
    for kernel in (None, "sobel-3-x", "scharr-3-x"):
        found = gradient(image, kernel=kernel, spacing=spacing)
        for component, value in zip(found, case["expected"]["gradient"], strict=True):
            assert np.allclose(component, value, atol=1e-12)


@cases("hessian")
def test_published_hessians(case):
    given = case["input"]
    if "polynomial" in given:
        y, x = np.mgrid[: given["shape"][0], : given["shape"][1]].astype(float)
        image = x**2 + 6 * x * y + 4 * y**2
        assert given["polynomial"] == {"x^2": 1, "x y": 6, "y^2": 4}
    else:
        image = np.array(given["image"], float)
    found = hessian(image)
    for (first, second), value in zip(
        ((0, 0), (0, 1), (1, 1)), case["expected"]["hessian_00_01_11"], strict=True
    ):
        assert np.allclose(found[first, second], value, atol=1e-9)
        assert np.array_equal(found[first, second], found[second, first])


@cases("laplacian")
def test_published_laplacians(case):
    image = np.array(case["input"]["image"], float)
    value = case["expected"]["value"]
    for name in case["input"]["kernels"]:
        kernel = named(name).kernel
        reach = max(int(abs(place)) for offset, _ in kernel.taps for place in offset)
        found = laplacian(image, kernel=name, boundary="edge")
        assert np.allclose(found[reach:-reach, reach:-reach], value, atol=1e-11)
    assert np.allclose(laplacian(image), value, atol=1e-11)


def test_numpy_agrees_where_numpy_is_right():
    image = np.random.default_rng(0).random((8, 9))
    wanted = np.gradient(image, 0.5, 2.0, edge_order=2)
    assert np.allclose(gradient(image, spacing=(0.5, 2.0)), wanted)


def test_a_laplacian_on_unequal_samples_and_with_a_hole():
    y, x = np.mgrid[:7, :8]
    image = (0.5 * y) ** 2 + 3 * (2.0 * x) ** 2
    assert np.allclose(laplacian(image, spacing=(0.5, 2.0)), 8)
    missing = np.zeros(image.shape, bool)
    missing[3, 3] = True
    assert np.allclose(laplacian(image, spacing=(0.5, 2.0), mask=missing), 8)
    with pytest.raises(ShapeError, match="3 spacings for 2 axes"):
        laplacian(image, spacing=(1, 2, 3))
