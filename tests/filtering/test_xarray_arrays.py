"""Labelled arrays: dimensions by name, derivatives per unit of the coordinates, labels that follow the samples."""

from __future__ import annotations

import dask
import dask.array as da
import numpy as np
import pytest
import xarray

from kernelkit.errors import InputError, ShapeError, UnknownNameError
from kernelkit.filtering.apply import apply
from kernelkit.filtering.xarray_arrays import apply_xarray

TIMES = np.array(["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"], "datetime64[ns]")


@pytest.fixture
def height():
    """Return x^2 - 3 y at coordinates that are no whole numbers, for two times, with labels of every kind."""
    y, x = np.linspace(-1, 1, 9), np.linspace(50, 53, 13)
    values = np.stack([x**2 - 3 * y[:, None]] * 2)
    return xarray.DataArray(
        values,
        {"time": [0, 7], "y": y, "x": x, "zone": ("x", list("abcdefghijklm")), "run": 5},
        ["time", "y", "x"],
        name="height",
        attrs={"units": "m"},
    )


def test_derivatives_are_per_unit_of_the_coordinates(height):
    found = apply_xarray([-1, 0, 1], height, axis="x", spacing="coords")
    assert np.allclose(found, 2 * height.x.to_numpy())
    assert np.allclose(apply_xarray([-1, 0, 1], height, axis=["y"], spacing="coords"), -3)
    laplacian = apply_xarray([1, -2, 1], height, axis=2, spacing="coords")
    assert np.allclose(laplacian, 2)


def test_dimensions_go_with_the_kernels_axes_in_order(height):
    along = apply_xarray("sobel-x", height, axis=("y", "x"))
    across = apply_xarray("sobel-x", height, axis=("x", "y"))
    assert np.array_equal(along, apply("sobel-x", height.to_numpy(), axis=(1, 2)))
    assert np.array_equal(across, apply("sobel-x", height.to_numpy(), axis=(2, 1)))


@pytest.mark.parametrize(("stride", "kept"), [(1, slice(1, -1)), (3, slice(1, -1, 3))])
def test_labels_follow_the_samples(height, stride, kept):
    found = apply([-1, 0, 1], height, axis="x", boundary="valid", stride=stride)
    labels = height.isel(x=kept)
    assert found.dims == height.dims
    assert found.name == "height"
    assert found.attrs == {"units": "m"}
    assert set(found.coords) == set(height.coords)
    for name in found.coords:
        assert found.coords[name].identical(labels.coords[name])
    assert np.array_equal(found, apply([-1, 0, 1], height.to_numpy(), axis=2)[..., kept])


def test_how_a_file_stores_the_image_does_not_become_how_it_stores_the_derivative(height):
    height.encoding = {"dtype": "int16", "scale_factor": 0.1}
    assert not apply_xarray("sobel-x", height, axis=("y", "x")).encoding


def test_the_image_is_left_alone(height):
    before = height.copy(deep=True)
    found = apply_xarray("sobel-x", height, axis=("y", "x"))
    found.attrs["units"] = "1"
    assert height.identical(before)


def test_what_dask_backs_stays_lazy(height):
    def refuse(*_, **__):
        raise AssertionError("something was computed")

    with dask.config.set(scheduler=refuse):
        lazy = apply("sobel-x", height.chunk({"y": 4, "x": 5}), axis=("y", "x"), boundary="wrap")
    assert isinstance(lazy.data, da.Array)
    assert lazy.compute().identical(apply("sobel-x", height, axis=("y", "x"), boundary="wrap"))


def test_memory_for_the_result_may_be_given(height):
    out = np.empty(height.shape)
    found = apply_xarray("sobel-x", height, axis=("y", "x"), out=out)
    assert np.shares_memory(found.data, out)


@pytest.mark.parametrize("backed", ["numpy", "dask"])
def test_a_mask_is_turned_as_its_labels_say(height, backed):
    mask = (height > 2700) & (height.x > 51)
    mask[0, 4:6, 3] = True
    holed = height.where(~mask)
    turned = mask.transpose("x", "time", "y")
    if backed == "dask":
        holed, turned = holed.chunk({"y": 5}), turned.chunk({"x": 6})
    found = apply_xarray([-1, 0, 1], holed, axis="y", spacing="coords", mask=turned)
    slopes = found.to_numpy()
    assert np.isfinite(slopes[:, :, 2]).all()
    assert np.allclose(slopes[np.isfinite(slopes)], -3)


def test_masks_with_other_labels_are_refused(height):
    mask = height > 2700
    for other in (mask.assign_coords(x=mask.x + 1), mask.isel(x=slice(5)), mask.rename(x="z"), mask[0]):
        with pytest.raises(ShapeError, match="mask"):
            apply_xarray([-1, 0, 1], height, axis="y", mask=other)


@pytest.mark.parametrize(
    ("places", "said"),
    [
        ([0, 1, 2, 4], "from 1 to 2 apart"),
        ([0, 1, np.nan, 3], "evenly"),
        ([3, 2, 1, 0], "sortby"),
        ([0, 0, 0, 0], "no spacing"),
        (["a", "b", "c", "d"], "no spacing"),
        (TIMES, "assign_coords"),
    ],
)
def test_coordinates_that_tell_no_spacing_are_refused(places, said):
    image = xarray.DataArray(np.arange(4.0), {"x": places}, ["x"])
    with pytest.raises(InputError, match=said):
        apply_xarray([-1, 0, 1], image, spacing="coords")


def test_what_the_refusal_of_times_says_works():
    image = xarray.DataArray(np.arange(4.0), {"t": TIMES}, ["t"])
    with pytest.raises(InputError) as raised:
        apply_xarray([-1, 0, 1], image, spacing="coords")
    mended = eval(raised.value.next, {"image": image, "numpy": np})  # noqa: S307 - our own sentence
    assert np.allclose(apply_xarray([-1, 0, 1], mended, spacing="coords"), 1 / 86400)


def test_what_the_refusal_of_decreasing_coordinates_says_works():
    image = xarray.DataArray(np.array([9.0, 4.0, 1.0, 0.0]), {"x": [3, 2, 1, 0]}, ["x"])
    with pytest.raises(InputError) as raised:
        apply_xarray([-1, 0, 1], image, spacing="coords")
    mended = eval(raised.value.next, {"image": image})  # noqa: S307 - our own sentence
    assert apply_xarray([-1, 0, 1], mended, spacing="coords").sel(x=2) == 4


def test_rounded_coordinates_are_evenly_spaced():
    longitude = (np.arange(360 * 7) / 7).astype(np.float32)
    image = xarray.DataArray(np.arange(360 * 7.0), {"lon": longitude}, ["lon"])
    assert np.allclose(apply_xarray([-1, 0, 1], image, spacing="coords"), 7, rtol=1e-6)


@pytest.mark.parametrize(
    ("image", "more", "error"),
    [
        (xarray.DataArray(np.zeros((4, 4)), dims=["y", "x"]), {"axis": "z"}, UnknownNameError),
        (xarray.DataArray(np.zeros((4, 4)), dims=["y", "x"]), {"axis": "x", "spacing": "coords"}, InputError),
        (xarray.DataArray(np.zeros((4, 4)), dims=["y", "x"]), {}, ShapeError),
        (xarray.Dataset({"a": ("x", np.zeros(4))}), {}, InputError),
        (xarray.Variable("x", np.zeros(4)), {}, InputError),
    ],
)
def test_plain_refusals(image, more, error):
    with pytest.raises(error):
        apply_xarray([-1, 0, 1], image, **more)
