"""Bands from disk to disk: the bits of the whole, within the memory that is allowed, each chunk written once."""

from __future__ import annotations

import tracemalloc

import h5py
import numpy as np
import pytest
import zarr
from filtering.pieces import KERNELS, wholes

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.filtering import native_engine
from kernelkit.filtering.apply import apply
from kernelkit.filtering.chunked import apply_in_bands


class Recorded:
    """An array that remembers where it was written, and the most samples that were read at once."""

    def __init__(self, values, chunks=None):
        self.values = values
        self.chunks = chunks
        self.shape = values.shape
        self.dtype = values.dtype
        self.written = np.zeros(values.shape, int)
        self.blocks = []
        self.read = 0

    def __getitem__(self, place):
        found = self.values[place]
        self.read = max(self.read, found.size)
        return found

    def __setitem__(self, place, values):
        self.values[place] = values
        self.written[place] += 1
        self.blocks.append(place)


@pytest.mark.parametrize("name", KERNELS)
def test_bands_hold_the_bits_of_the_whole(name):
    pieces = []
    for image, conventions, whole in wholes(KERNELS[name]):
        memory = 8 * image.size
        while True:
            target = Recorded(np.full_like(whole, 7.5))
            try:
                apply_in_bands(KERNELS[name], image, target, memory=memory, **conventions)
                break
            except LimitError:
                memory *= 2
        assert np.array_equal(target.values, whole)
        assert (target.written == 1).all()
        pieces.append(len(target.blocks))
    assert sum(count > 1 for count in pieces) > len(pieces) / 4


@pytest.mark.parametrize("kind", ["float32", "uint8"])
def test_seams_are_invisible_with_large_kernels_and_images(kind):
    random = np.random.default_rng(0)
    image = random.integers(0, 200, (700, 500)).astype(kind)
    for side in (21, 61):
        kernel = random.normal(size=(side, side))
        whole = apply(kernel, image)
        target = Recorded(np.empty_like(whole))
        apply_in_bands(kernel, image, target, memory=9_000_000)
        assert len(target.blocks) > 1
        if side == 21:
            assert np.array_equal(target.values, whole)
        else:  # summed by Fourier transforms, whose rounding depends on what is summed beside
            near = 1e-4 if kind == "float32" else 1e-12
            assert abs(target.values - whole).max() < near * abs(whole).max()


@pytest.mark.parametrize("kind", ["memmap", "zarr", "h5py"])
def test_files_of_every_kind_give_the_slope_of_a_ramp_up_to_the_rim(tmp_path, kind):
    shape = (300, 200)
    if kind == "memmap":
        source = np.memmap(tmp_path / "in", np.float32, "w+", shape=shape)
        target = np.memmap(tmp_path / "out", np.float32, "w+", shape=shape)
    elif kind == "zarr":
        source = zarr.create_array(tmp_path / "in", shape=shape, chunks=(64, 64), dtype="float32")
        target = zarr.create_array(tmp_path / "out", shape=shape, chunks=(50, 70), dtype="float32")
    else:
        file = h5py.File(tmp_path / "both", "w")
        source = file.create_dataset("in", shape, "float32", chunks=(64, 64))
        target = file.create_dataset("out", shape, "float32", chunks=(50, 70))
    y, x = np.mgrid[:300, :200]
    source[...] = (2 * x + 3 * y).astype("float32")
    apply_in_bands("sobel-x", source, target, memory=400_000, spacing=0.5)
    assert (target[...] == 4).all()  # small whole numbers, so that no digit is lost


def test_files_of_the_other_byte_order_are_read_and_written(tmp_path):
    image = np.arange(60.0).reshape(6, 10) ** 2
    source = np.memmap(tmp_path / "in", ">f4", "w+", shape=image.shape)
    target = np.memmap(tmp_path / "out", ">f8", "w+", shape=image.shape)
    source[...] = image
    apply_in_bands("sobel-x", source, target)
    assert np.array_equal(target, apply("sobel-x", image))


@pytest.mark.parametrize("chunks", [(16, 16), (7, 100), (64, 3)])
def test_no_chunk_is_written_in_two_parts(chunks):
    image = np.random.default_rng(0).normal(size=(100, 120))
    target = Recorded(np.empty((98, 118)), chunks)
    apply_in_bands("laplacian-9pt-isotropic", image, target, memory=200_000, boundary="valid")
    assert len(target.blocks) > 1
    for place in target.blocks:
        for part, side, length in zip(place, chunks, target.shape, strict=True):
            assert part.start % side == 0
            assert part.stop % side == 0 or part.stop == length


def test_shards_are_written_whole(tmp_path):
    image = np.random.default_rng(0).normal(size=(64, 64))
    target = zarr.create_array(
        tmp_path / "out", shape=(64, 64), chunks=(8, 8), shards=(32, 32), dtype="float64"
    )
    done = []
    apply_in_bands("sobel-x", image, target, memory=120_000, progress=lambda *counts: done.append(counts))
    assert done == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert np.array_equal(target[...], apply("sobel-x", image))


@pytest.mark.parametrize("engine", ["compiled", "scipy"])
@pytest.mark.parametrize("kernel", ["sobel-x", "laplacian-9pt-isotropic", "central-x:dim=2"])
@pytest.mark.parametrize("kind", ["uint8", "float32", "float16"])
def test_memory_is_bounded(tmp_path, monkeypatch, engine, kernel, kind):
    if engine == "scipy":
        monkeypatch.setattr(native_engine, "_native", None)
    source = np.memmap(tmp_path / "in", kind, "w+", shape=(2000, 1500))
    target = np.memmap(tmp_path / "out", np.float32, "w+", shape=(2000, 1500))
    apply_in_bands(kernel, source[:20], target[:20])  # what is imported and derived once is not counted
    memory = 2_000_000  # the image has six million bytes as float16
    tracemalloc.start()
    try:
        apply_in_bands(kernel, source, target, memory=memory)
        assert tracemalloc.get_traced_memory()[1] < memory
    finally:
        tracemalloc.stop()


def test_memory_with_a_mask_is_bounded():
    random = np.random.default_rng(0)
    image, target = random.normal(size=(1000, 500)), np.empty((1000, 500))
    mask = random.random(image.shape) < 0.001
    memory = 20_000_000
    apply_in_bands("sobel-x", image[:20], target[:20], mask=mask[:20])
    tracemalloc.start()
    try:
        apply_in_bands("sobel-x", image, target, mask=mask, memory=memory)
        assert tracemalloc.get_traced_memory()[1] < memory
    finally:
        tracemalloc.stop()


def test_a_hole_across_a_seam_does_not_bend_a_ramp():
    y, x = np.mgrid[:90, :60]
    mask = (abs(y - 45) < 6) & (abs(x - 30) < 3)
    image = np.where(mask, np.nan, 2 * x + 3 * y)
    target = Recorded(np.empty(image.shape))
    apply_in_bands("sobel-x", image, target, mask=mask, memory=200_000)
    assert len(target.blocks) > 1
    assert np.allclose(target.values[~np.isnan(target.values)], 2, atol=1e-9)
    assert (np.isnan(target.values) <= mask).all()


@pytest.mark.parametrize(
    ("target", "more", "error", "said"),
    [
        (np.empty((9, 8)), {}, ShapeError, "(9, 9)"),
        (np.empty((9, 9)), {"boundary": "valid"}, ShapeError, "(7, 7)"),
        (np.empty((9, 9), int), {}, InputError, "float32 or float64"),
        (np.empty((9, 9)), {"memory": 100}, LimitError, "memory"),
        (np.empty((9, 9)), {"mask": np.zeros((9, 8), bool)}, ShapeError, "mask"),
    ],
)
def test_refusals_come_before_anything_is_written(target, more, error, said):
    recorded = Recorded(target)
    with pytest.raises(error) as raised:
        apply_in_bands("sobel-x", np.zeros((9, 9)), recorded, **more)
    assert said in str(raised.value)
    assert not recorded.blocks


def test_a_target_that_is_the_source_is_refused(tmp_path):
    image = np.zeros((9, 18))
    stored = zarr.create_array(tmp_path / "both", shape=(9, 9), dtype="float64")
    for source, target in ((image[:, :9], image[:, 4:13]), (stored, stored)):
        with pytest.raises(InputError, match="share memory"):
            apply_in_bands("sobel-x", source, target)


def test_an_interruption_leaves_the_pieces_that_were_written():
    def stop(done, _):
        if done == 2:
            raise KeyboardInterrupt

    target = Recorded(np.empty((100, 100)))
    with pytest.raises(KeyboardInterrupt):
        apply_in_bands("sobel-x", np.zeros((100, 100)), target, memory=200_000, progress=stop)
    assert len(target.blocks) == 2


def test_one_file_is_not_read_and_written_at_once(tmp_path):
    import zarr

    np.save(tmp_path / "a.npy", np.ones((30, 30)))
    zarr.create_array(tmp_path / "a.zarr", shape=(30, 30), dtype="f8", chunks=(10, 10))[...] = 1
    pairs = [
        [np.load(tmp_path / "a.npy", mmap_mode=mode) for mode in ("r", "r+")],
        [zarr.open(tmp_path / "a.zarr", mode=mode) for mode in ("r", "r+")],
    ]
    for source, target in pairs:
        with pytest.raises(InputError, match="share memory"):
            apply_in_bands("box-5", source, target)
        with pytest.raises(InputError, match="can only be read"):
            apply_in_bands("box-5", target, source)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"source": [1.0, 2.0]}, "the source is a list"),
        ({"target": [1.0, 2.0]}, "the target is a list"),
        ({"memory": "1GB"}, "memory is a number of bytes"),
        ({"memory": 0}, "memory is a number of bytes"),
    ],
)
def test_what_is_no_array_and_no_memory(arguments, says):
    given = {"source": np.ones((9, 9)), "target": np.ones((9, 9))} | arguments
    with pytest.raises(InputError, match=says):
        apply_in_bands("sobel-x", **given)


def test_raw_by_name_are_the_published_taps_in_bands_too():
    image, target = 2 * np.arange(20.0) * np.ones((30, 1)), np.empty((30, 20))
    apply_in_bands("sobel-x", image, target, scale="raw")
    assert np.allclose(target, 16)
