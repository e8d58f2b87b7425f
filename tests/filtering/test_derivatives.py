"""Gradients, Hessians and Laplacians: published cases, in array-axis order, per unit of length, up to the rim."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from kernelkit import named
from kernelkit.errors import InputError, ShapeError, UnknownNameError
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


@pytest.mark.parametrize("boundary", ["one-sided", "reflect", "valid"])
@pytest.mark.parametrize("shape", [(12, 13), (9, 10, 11)])
def test_valid_results_are_those_where_all_windows_fit(shape, boundary):
    image = np.random.default_rng(0).normal(size=shape)
    part = tuple(slice(1, -1) for _ in shape) if boundary != "valid" else ()
    found = gradient(image, boundary=boundary)[(slice(None), *part)]
    wanted = np.stack(np.gradient(image))[(slice(None), *(slice(1, -1) for _ in shape))]
    assert np.allclose(found, wanted, atol=1e-13)
    bent = hessian(image, boundary=boundary)[(slice(None), slice(None), *part)]
    assert np.allclose(np.trace(bent), laplacian(image, boundary=boundary)[part], atol=1e-12)


def test_axes_may_be_chosen_and_named_in_any_order():
    image = np.random.default_rng(0).normal(size=(6, 7, 3))
    whole = gradient(image)
    assert np.array_equal(gradient(image, axis=(0, 1)), whole[:2])
    assert np.array_equal(gradient(image, axis=(1, 0)), whole[1::-1])
    assert np.array_equal(gradient(image, axis=-1), whole[2:])
    assert np.allclose(laplacian(image, axis=(0, 1)), np.trace(hessian(image, axis=(0, 1))), atol=1e-13)


def test_length_and_direction_of_a_plane():
    y, x = np.mgrid[:8, :9]
    for kernel in (None, "sobel"):
        assert np.allclose(gradient(3 * y - 4 * x, kernel=kernel, output="magnitude"), 5)
        angle = gradient(3 * y - 4 * x, kernel=kernel, output="orientation")
        assert np.allclose(angle, np.arctan2(3, -4))
    assert np.isnan(gradient(np.ones((8, 9)), output="orientation")).all()
    assert np.allclose(gradient(np.mgrid[:6, :6, :6].sum(0), output="magnitude"), np.sqrt(3))


@pytest.mark.parametrize("output", ["components", "magnitude", "orientation"])
@pytest.mark.parametrize("library", ["torch", "xarray", "dask"])
def test_arrays_of_other_libraries_stay_theirs(library, output):
    import dask.array
    import torch
    import xarray

    image = np.random.default_rng(0).normal(size=(9, 10))
    wanted = gradient(image, kernel="sobel", output=output)
    given = {
        "torch": lambda: torch.tensor(image, requires_grad=True),
        "xarray": lambda: xarray.DataArray(image, dims=["y", "x"]),
        "dask": lambda: dask.array.from_array(image, chunks=(5, 4)),
    }[library]()
    found = gradient(given, kernel="sobel", output=output)
    assert type(found) is type(given)
    values = found.detach().numpy() if library == "torch" else np.asarray(found)
    assert np.allclose(values, wanted, rtol=1e-12, atol=1e-12)
    if library == "xarray":
        assert found.dims == (("component", "y", "x") if output == "components" else ("y", "x"))


@pytest.mark.parametrize(
    ("kernel", "says"),
    [
        ("sobel-y", "not of one for d/dy"),
        ("laplacian-5pt", "not of one for d"),
        ("kirsch-n", "not of one for"),
        ("box-3", "not of one for value"),
    ],
)
def test_a_gradient_is_made_of_a_kernel_for_the_last_axis(kernel, says):
    with pytest.raises(InputError, match=says):
        gradient(np.ones((9, 9)), kernel=kernel)


def test_outputs_that_are_none():
    with pytest.raises(UnknownNameError, match="no output of a gradient"):
        gradient(np.ones((9, 9)), output="angle")
    with pytest.raises(ShapeError, match="an orientation is that of two axes"):
        gradient(np.ones((9, 9, 9)), output="orientation")
    with pytest.raises(ShapeError, match="no gradient along 3"):
        gradient(np.ones((9, 9, 9)), kernel="sobel")


@pytest.mark.parametrize("boundary", ["one-sided", "reflect"])
@pytest.mark.parametrize("call", [gradient, hessian, laplacian])
def test_results_go_where_they_are_wanted(call, boundary):
    image = np.random.default_rng(0).normal(size=(9, 10))
    wanted = call(image, boundary=boundary)
    out = np.empty(wanted.shape)
    assert call(image, boundary=boundary, out=out) is out
    assert np.array_equal(out, wanted)
    with pytest.raises(ShapeError, match="out has shape"):
        call(image, boundary=boundary, out=np.empty(3))
    with pytest.raises(InputError, match="out is int64"):
        call(image, boundary=boundary, out=np.empty(wanted.shape, np.int64))


def test_labelled_arrays_name_axes_and_spacings():
    import xarray

    y, x = np.arange(6) * 0.5, np.arange(7) * 2.0
    image = xarray.DataArray(3 * y[:, None] + 4 * x, {"y": y, "x": x}, ["y", "x"], name="height")
    found = gradient(image, spacing="coords")
    assert np.allclose(found.sel(component="y"), 3)
    assert np.allclose(found.sel(component="x"), 4)
    assert np.allclose(gradient(image, axis="x", spacing="coords"), 4)
    assert np.allclose(laplacian(image, axis=("x", "y"), spacing="coords"), 0)
    taken = image.rename(y="component")
    assert gradient(taken).dims == ("component_of_gradient", "component", "x")
    with pytest.raises(InputError, match="is not one array"):
        gradient(image.to_dataset())


@pytest.mark.parametrize("value", [7, 0.1, 1e-200, 1e200])
@pytest.mark.parametrize(
    "options", [{}, {"kernel": "prewitt"}, {"accuracy": 4}, {"kernel": "sobel", "boundary": "reflect"}]
)
@pytest.mark.parametrize("library", ["numpy", "torch", "xarray", "dask"])
def test_where_nothing_changes_there_is_no_direction(library, options, value):
    import dask.array
    import torch
    import xarray

    given = {
        "numpy": np.asarray,
        "torch": torch.tensor,
        "xarray": xarray.DataArray,
        "dask": dask.array.from_array,
    }
    image = given[library](np.full((20, 21), value))
    assert np.isnan(np.asarray(gradient(image, output="orientation", spacing=0.1, **options))).all()
    y, x = np.mgrid[:20, :21]
    slope = given[library](value + 1e-9 * value * (x + y))
    angles = np.asarray(gradient(slope, output="orientation", spacing=0.1, **options))[3:-3, 3:-3]
    assert np.allclose(angles, np.pi / 4, atol=1e-4)
