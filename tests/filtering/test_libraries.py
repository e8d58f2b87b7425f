"""One name for what every library of arrays can do."""

import numpy as np
import pytest

from kernelkit.filtering.libraries import direction_of, largest_of, length_of, library_of, stacked


def arrays():
    import dask.array
    import torch
    import xarray

    return {
        "numpy": np.asarray,
        "torch": torch.tensor,
        "xarray": lambda values: xarray.DataArray(values, dims=["x"]),
        "dask": dask.array.from_array,
    }


@pytest.mark.parametrize("library", ["numpy", "torch", "xarray", "dask"])
def test_vectors_have_a_length_and_a_direction(library):
    down, across = (arrays()[library](np.array(values)) for values in ([3.0, 0, 0, 0], [4.0, 0, -1, 2]))
    assert library_of(down) == library
    assert np.allclose(np.asarray(length_of([down, across])), [5, 0, 1, 2])
    angles = direction_of(down, across)
    assert library_of(angles) == library
    assert np.allclose(np.asarray(angles), [np.arctan(0.75), np.nan, np.pi, 0], equal_nan=True)
    both = stacked([down, across], "component", ["y", "x"])
    assert library_of(both) == library
    assert np.asarray(both).tolist() == [[3, 0, 0, 0], [4, 0, -1, 2]]


def test_a_labelled_stack_has_labels():
    import xarray

    part = xarray.DataArray(np.zeros(2), dims=["x"], name="height")
    both = stacked([part, part], "component", ["y", "x"])
    assert both.dims == ("component", "x")
    assert both.component.to_numpy().tolist() == ["y", "x"]


@pytest.mark.parametrize("given", [[1, 2], 3.0, np.zeros(2), np.ma.zeros(2)])
def test_all_else_becomes_an_array(given):
    assert library_of(given) == "numpy"


def test_a_parameter_is_a_tensor():
    torch = pytest.importorskip("torch", reason="PyTorch is optional, and not installed")
    assert library_of(torch.nn.Parameter(torch.zeros(2))) == "torch"


@pytest.mark.parametrize("library", ["numpy", "torch", "xarray", "dask"])
def test_the_largest_of_what_is_a_number(library):
    image = arrays()[library](np.array([1.0, -7, np.nan, np.inf, 3]))
    assert float(largest_of(image)) == 7
    down, across = (arrays()[library](np.array(values)) for values in ([3.0, 0.1], [4.0, 0.1]))
    assert np.isnan(np.asarray(direction_of(down, across, 1.0))).tolist() == [False, True]
