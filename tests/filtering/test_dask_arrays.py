"""Dask arrays: lazy, the bits of the whole at every seam, in threads and in other processes."""

from __future__ import annotations

import itertools

import dask
import dask.array as da
import numpy as np
import pytest
from distributed import Client
from filtering.pieces import KERNELS, wholes

from kernelkit.errors import InputError, ShapeError, UnknownNameError
from kernelkit.filtering.apply import apply
from kernelkit.filtering.dask_arrays import apply_dask

IMAGE = np.random.default_rng(0).normal(size=(50, 60))


def refuse(*_, **__):
    raise AssertionError("something was computed")


@pytest.mark.parametrize(("first", "chunks"), [(0, (16, 16, 16)), (1, (1, 30, 2)), (2, (-1, 7, 1))])
@pytest.mark.parametrize("name", KERNELS)
def test_blocks_hold_the_bits_of_the_whole(name, first, chunks):
    # each way to cut images up gets every third of the cases
    for image, conventions, whole in itertools.islice(wholes(KERNELS[name]), first, None, 3):
        blocks = da.from_array(image, chunks=chunks[: image.ndim])
        with dask.config.set(scheduler=refuse):
            lazy = apply_dask(KERNELS[name], blocks, **conventions)
        assert (lazy.shape, lazy.dtype) == (whole.shape, whole.dtype)
        with dask.config.set(scheduler="synchronous"):
            assert np.array_equal(lazy.compute(), whole)


@pytest.mark.parametrize("processes", [False, True])
def test_a_cluster_gives_the_same_bits(processes):
    blocks = da.from_array(IMAGE, chunks=20)
    with Client(n_workers=1, threads_per_worker=2, processes=processes, dashboard_address=None):
        found = [apply(kernel, blocks, boundary="wrap").compute() for kernel in ("sobel-x", [[1, 2], [3, 5]])]
    for kernel, one in zip(("sobel-x", [[1, 2], [3, 5]]), found, strict=True):
        assert np.array_equal(one, apply(kernel, IMAGE, boundary="wrap"))


def test_what_is_lazily_filtered_can_be_filtered_again():
    blocks = da.from_array(IMAGE, chunks=(20, 30))
    twice = apply("sobel-x", apply("sobel-y", blocks))
    assert np.array_equal(twice.compute(), apply("sobel-x", apply("sobel-y", IMAGE)))


def test_the_same_work_has_the_same_name():
    blocks = da.from_array(IMAGE, chunks=20, name="image")
    assert apply("sobel-x", blocks).name == apply("sobel-x", blocks).name
    assert apply("sobel-x", blocks).name != apply("sobel-y", blocks).name


@pytest.mark.parametrize("blocks", [da.from_array, lambda mask, _: mask])
def test_a_hole_across_blocks_does_not_bend_a_ramp(blocks):
    y, x = np.mgrid[:50, :60]
    mask = (abs(y - 20) < 6) & (abs(x - 20) < 3)
    image = da.from_array(np.where(mask, np.nan, 2 * x + 3 * y), chunks=20)
    found = apply("sobel-x", image, mask=blocks(mask, 15)).compute()
    assert np.allclose(found[~np.isnan(found)], 2, atol=1e-9)
    assert (np.isnan(found) <= mask).all()


@pytest.mark.parametrize(
    ("image", "more", "error"),
    [
        (da.zeros((9, 9)), {"out": np.empty((9, 9))}, InputError),
        (da.zeros((9, 9), dtype=complex), {}, InputError),
        (da.zeros((9, 9))[da.zeros(9) > 0], {}, ShapeError),
        (da.zeros((9, 2)), {}, ShapeError),
        (da.zeros((9, 9)), {"boundary": "mirror"}, UnknownNameError),
        (da.zeros((9, 9)), {"mask": np.zeros((9, 9))}, InputError),
        (da.zeros((9, 9)), {"mask": da.zeros((9, 8), dtype=bool)}, ShapeError),
    ],
)
def test_refusals_come_at_once(image, more, error):
    with dask.config.set(scheduler=refuse), pytest.raises(error):
        apply("sobel-x", image, **more)


@pytest.mark.parametrize("boundary", ["one-sided", "wrap", "reflect"])
@pytest.mark.parametrize("kind", [">f4", ">f2", ">i2"])
def test_the_order_of_bytes_changes_nothing(kind, boundary):
    import dask.array

    image = np.random.default_rng(0).integers(0, 99, (20, 30)).astype(kind)
    found = apply("sobel-x", dask.array.from_array(image, chunks=(7, 9)), boundary=boundary)
    computed, wanted = found.compute(), apply("sobel-x", image, boundary=boundary)
    assert found.dtype == computed.dtype == wanted.dtype
    assert np.array_equal(computed, wanted)
