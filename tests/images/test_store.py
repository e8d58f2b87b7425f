"""Zarr stores: read and written in parts, whole or not at all, and without running what they hold."""

import json

import numcodecs
import numpy as np
import pytest
import zarr
from images.seeds import RGB, VOLUME

from kernelkit.errors import InputError, KernelkitError, LimitError, OutputError, UnknownNameError
from kernelkit.images import new_zarr, open_image, write_image


@pytest.mark.parametrize("version", [2, 3])
def test_stores_of_zarr_are_read(tmp_path, version):
    stored = zarr.create_array(
        tmp_path / "a.zarr", shape=VOLUME.shape, dtype="f8", chunks=(2, 3, 4), zarr_format=version
    )
    stored[...] = VOLUME
    image = open_image(tmp_path / "a.zarr")
    assert np.array_equal(image.values, VOLUME)
    assert image.what == "3 x 5 x 7 (z, y, x), float64, zarr"


def test_unread_stores_are_of_any_size(tmp_path):
    zarr.create_array(tmp_path / "a.zarr", shape=(10**6, 10**6), dtype="f4", chunks=(512, 512))
    image = open_image(tmp_path / "a.zarr", read=False)
    assert image.values.shape == (10**6, 10**6)
    assert image.values[999_999, 3] == 0
    with pytest.raises(LimitError, match="1,000,000,000,000 samples"):
        open_image(tmp_path / "a.zarr")


def test_a_chunk_beyond_the_limit_is_refused(tmp_path):
    zarr.create_array(tmp_path / "a.zarr", shape=(10, 10), dtype="u1", chunks=(1000, 1000))
    with pytest.raises(LimitError, match="1,000,000 samples"):
        open_image(tmp_path / "a.zarr", most=1000)


def test_groups_need_a_name_when_they_hold_several_arrays(tmp_path):
    group = zarr.create_group(tmp_path / "g.zarr")
    for name in ("a", "b"):
        group.create_array(name, shape=(2, 3), dtype="i2")[...] = ord(name)
    assert (open_image(tmp_path / "g.zarr", array="b").values == ord("b")).all()
    with pytest.raises(InputError, match="2 arrays: 'a', 'b'"):
        open_image(tmp_path / "g.zarr")
    with pytest.raises(UnknownNameError, match="no array called 'c'"):
        open_image(tmp_path / "g.zarr", array="c")
    with pytest.raises(InputError, match="without a name"):
        open_image(write(tmp_path / "x.zarr", VOLUME, "zyx"), array="a")


def write(path, array, axes):
    write_image(path, array, axes=axes)
    return path


def test_axes_are_named_in_the_store(tmp_path):
    path = write(tmp_path / "a.zarr", RGB, "yxc")
    assert zarr.open(path, mode="r").metadata.dimension_names == ("y", "x", "c")
    image = open_image(path)
    assert image.axes == "yxc"
    assert np.array_equal(image.values, RGB)
    first = zarr.create_array(
        tmp_path / "b.zarr", shape=(3, 5, 7), dtype="u1", dimension_names=("c", "y", "x")
    )
    first[...] = RGB.transpose(2, 0, 1)
    assert np.array_equal(open_image(tmp_path / "b.zarr").values, RGB)
    with pytest.raises(InputError, match="not its last axis"):
        open_image(tmp_path / "b.zarr", read=False)


@pytest.mark.parametrize(
    "pickled",
    [
        {"filters": [{"id": "delta", "dtype": "<f8"}, {"id": "pickle"}]},
        {"compressor": {"id": "pickle"}},
        {"filters": [{"id": "json2"}]},
    ],
    ids=["filter", "compressor", "objects"],
)
def test_codecs_that_could_run_code_are_refused_before_they_do(tmp_path, pickled):
    stored = zarr.create_array(tmp_path / "a.zarr", shape=(4,), dtype="f8", zarr_format=2)
    stored[...] = 1
    meta = json.loads((tmp_path / "a.zarr" / ".zarray").read_text())
    assert numcodecs.get_codec({"id": "pickle"})  # it is one of those that zarr would use
    (tmp_path / "a.zarr" / ".zarray").write_text(json.dumps(meta | pickled))
    with pytest.raises(InputError, match="damaged zarr file, or of a kind that is not read"):
        open_image(tmp_path / "a.zarr", read=False)


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '{"zarr_format": 3, "node_type": "array"}', "\x00", '{"zarr_format": 9}']
)
@pytest.mark.parametrize("mark", ["zarr.json", ".zarray", ".zgroup"])
def test_damaged_stores_are_refused(tmp_path, mark, text):
    (tmp_path / "a.zarr").mkdir()
    (tmp_path / "a.zarr" / mark).write_text(text)
    with pytest.raises(InputError):
        open_image(tmp_path / "a.zarr")


def test_stores_with_turned_bits_are_refused_in_words_or_read(tmp_path, capfd):
    path = write(tmp_path / "a.zarr", VOLUME, "zyx")
    random = np.random.default_rng(3)
    refused = 0
    for file in [file for file in path.rglob("*") if file.is_file()]:
        whole = file.read_bytes()
        for _ in range(200):
            turned = bytearray(whole[: random.integers(len(whole) // 2, len(whole) + 1)])
            for _ in range(random.integers(3)):
                turned[random.integers(len(turned))] ^= 1 << int(random.integers(8))
            file.write_bytes(turned)
            try:
                assert open_image(path, most=1_000_000).values.size <= 1_000_000
            except KernelkitError:
                refused += 1
        file.write_bytes(whole)
    assert refused > 200
    assert capfd.readouterr() == ("", "")


def test_damaged_chunks_are_refused(tmp_path):
    path = write(tmp_path / "a.zarr", VOLUME, "zyx")
    chunks = [file for file in path.rglob("*") if file.is_file() and file.name != "zarr.json"]
    for file in chunks:
        file.write_bytes(b"no chunk")
    with pytest.raises(InputError, match="damaged zarr"):
        open_image(path)


def test_a_store_appears_when_it_is_whole_and_leaves_nothing_when_it_fails(tmp_path):
    path = tmp_path / "a.zarr"

    class StoppedError(Exception):
        pass

    def stopped():
        with new_zarr(path, shape=(4, 4), dtype="f4", axes="yx", chunks=(2, 2)) as store:
            store[:2] = 1
            raise StoppedError

    with pytest.raises(StoppedError):
        stopped()
    assert list(tmp_path.iterdir()) == []
    with new_zarr(path, shape=(4, 4), dtype="f4", axes="yx", chunks=(2, 2)) as store:
        store[...] = 1
        assert not path.exists()
    assert store.chunks == (2, 2)
    assert list(tmp_path.iterdir()) == [path]
    assert (open_image(path).values == 1).all()


def test_folders_above_a_store_are_not_made(tmp_path):
    with (
        pytest.raises(OutputError, match="folder does not exist"),
        new_zarr(tmp_path / "no" / "a.zarr", shape=(4,), dtype="f4", axes="x"),
    ):
        pytest.fail("the work began")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_the_store_that_was_there(tmp_path):
    path = write(tmp_path / "a.zarr", VOLUME, "zyx")
    with pytest.raises(OutputError, match="no space left"), new_zarr(path, shape=(4,), dtype="f4", axes="x"):
        raise OSError(28, "No space left on device")
    assert list(tmp_path.iterdir()) == [path]
    assert np.array_equal(open_image(path).values, VOLUME)


def test_force_replaces_a_store_and_never_another_folder(tmp_path):
    path = write(tmp_path / "a.zarr", VOLUME, "zyx")
    with pytest.raises(OutputError, match="there already"):
        write_image(path, RGB, axes="yxc")
    write_image(path, RGB, axes="yxc", force=True)
    assert np.array_equal(open_image(path).values, RGB)
    (tmp_path / "mine.zarr").mkdir()
    (tmp_path / "mine.zarr" / "thesis.txt").write_text("years of work")
    with pytest.raises(OutputError, match="no zarr store"):
        write_image(tmp_path / "mine.zarr", RGB, axes="yxc", force=True)
    with (
        pytest.raises(OutputError, match="no zarr store"),
        new_zarr(tmp_path / "mine.zarr", shape=(4,), dtype="f4", axes="x"),
    ):
        pass
    assert (tmp_path / "mine.zarr" / "thesis.txt").exists()
