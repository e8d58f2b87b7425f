"""IDX files: read as written, and every kind of damage refused with its cause."""

import errno
import gzip
import hashlib
import os
import struct
import time
import zlib
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from datasets.idx_files import CODES, garment, header, idx
from golden.tables import ids, rows
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from kernelkit.datasets.idx import MOST_BYTES, read_content, read_idx
from kernelkit.errors import DatasetError, InputError

IMAGES = idx(garment(5))
"""16 bytes of header, 60 of pixels."""


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("row", rows("cases_learn", "idx-bytes", key="ask"), ids=ids)
def test_files_of_the_cases_are_read_as_they_say(tmp_path, row, packed):
    content = bytes.fromhex(row["input"]["hex"])
    (tmp_path / "a").write_bytes(gzip.compress(content) if packed else content)
    array = read_idx(tmp_path / "a")
    expected = row["expected"]
    assert array.dtype == expected["dtype"]
    assert array.dtype.isnative
    assert list(array.shape) == expected["shape"]
    flat = np.ravel(np.array(expected["values"], dtype=object))
    assert [Fraction(value) for value in array.reshape(-1).tolist()] == list(map(Fraction, flat))


@given(
    st.sampled_from(sorted(CODES)).flatmap(
        lambda kind: arrays.arrays(kind, arrays.array_shapes(max_dims=4, max_side=4))
    ),
    st.booleans(),
)
def test_what_is_written_is_read(tmp_path_factory, array, packed):
    path = tmp_path_factory.mktemp("idx") / "a.gz"
    path.write_bytes(gzip.compress(idx(array)) if packed else idx(array))
    content = read_content(path)
    assert content.array.dtype == array.dtype
    assert content.array.tobytes() == array.tobytes()
    assert content.array.shape == array.shape
    assert content.md5 == hashlib.md5(idx(array), usedforsecurity=False).hexdigest()


def test_the_hash_is_of_the_content_however_it_is_packed(tmp_path):
    for level in (1, 9):
        (tmp_path / f"{level}.gz").write_bytes(gzip.compress(IMAGES, level))
    (tmp_path / "members").write_bytes(gzip.compress(IMAGES[:30]) + gzip.compress(IMAGES[30:]))
    (tmp_path / "padded").write_bytes(gzip.compress(IMAGES) + bytes(512))
    (tmp_path / "raw").write_bytes(IMAGES)
    found = {path.name: read_content(path) for path in tmp_path.iterdir()}
    assert {content.md5 for content in found.values()} == {
        hashlib.md5(IMAGES, usedforsecurity=False).hexdigest()
    }
    assert all(np.array_equal(content.array, garment(5)) for content in found.values())


DAMAGES = {
    "a page": (b"<!DOCTYPE html>\n<html><body>404 Not Found</body></html>", "a web page"),
    "a page behind blank lines": (b"\n\n  <html>", "a web page"),
    "a page with a mark": (b"\xef\xbb\xbf<html>", "a web page"),
    "a packed page": (gzip.compress(b"<html>forbidden</html>"), "a web page"),
    "an answer in xml": (b'<?xml version="1.0"?><Error>AccessDenied</Error>', "a web page"),
    "a pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:00", "Git LFS"),
    "a zip": (b"PK\x03\x04" + bytes(60), "zip"),
    "an npy": (b"\x93NUMPY\x01\x00" + bytes(60), "npy"),
    "a bzip2": (b"BZh91AY&SY" + bytes(9), "bzip2"),
    "an xz": (b"\xfd7zXZ\0" + bytes(9), "xz"),
    "packed twice": (gzip.compress(gzip.compress(IMAGES)), "gzip within gzip"),
    "nothing": (b"", "empty"),
    "packed nothing": (gzip.compress(b""), "empty"),
    "one byte": (b"\0", "begins with the bytes 00"),
    "text": (b"label,pixel1,pixel2", "begins with the bytes 6c 61"),
    "a little-endian header": (struct.pack("<4I", 0x803, 5, 4, 3) + bytes(60), "byte order"),
    "an unknown type": (header(0x0A, 3) + bytes(3), "type code 0A"),
    "no axes": (header(8), "0 axes"),
    "very many axes": (b"\0\0\x08\xff" + bytes(4 * 255), "255 axes"),
    "half a header": (IMAGES[:9], "in its header: 9 of 16"),
    "half a header, packed": (gzip.compress(IMAGES[:9]), "in its header: 9 of 16"),
    "no values": (IMAGES[:16], "60 bytes"),
    "one value less": (IMAGES[:-1], "too small"),
    "one value less, packed": (gzip.compress(IMAGES[:-1]), "only 59"),
    "one value more": (IMAGES + b"\0", "goes on after"),
    "one value more, packed": (gzip.compress(IMAGES + b"\0"), "goes on after"),
    "two files in one": (IMAGES + IMAGES, "goes on after"),
    "two files in one, packed": (gzip.compress(IMAGES) * 2, "goes on after"),
    "no images": (header(8, 0, 28, 28), "holds nothing: its header says 0 x 28 x 28"),
    "no width": (header(8, 60000, 28, 0), "holds nothing"),
    "absurd sizes": (header(8, *(2**32 - 1,) * 3), "more than 2,147,483,648"),
    "absurd sizes with a zero": (header(0x0E, 2**32 - 1, 2**32 - 1, 0), "holds nothing"),
    "just too large": (header(8, MOST_BYTES + 1), "more than"),
    "more than there is": (header(8, MOST_BYTES), "too small"),
    "more than can be packed": (gzip.compress(header(8, MOST_BYTES)), "too small"),
    "junk after gzip": (gzip.compress(IMAGES) + b"junk", "gzip cannot unpack"),
    "a wrong checksum": (gzip.compress(IMAGES)[:-8] + bytes(8), "gzip cannot unpack"),
    "a wrong method": (gzip.compress(IMAGES)[:2] + b"\x07" + gzip.compress(IMAGES)[3:], "gzip cannot unpack"),
    "noise in gzip": (gzip.compress(IMAGES)[:10] + b"\xff" * 40, "gzip cannot unpack"),
    "only the mark of gzip": (b"\x1f\x8b", "break off"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_named(tmp_path, damage):
    content, said = DAMAGES[damage]
    path = tmp_path / "train-images-idx3-ubyte.gz"
    path.write_bytes(content)
    with pytest.raises(DatasetError) as refused:
        read_idx(path)
    message = str(refused.value)
    assert said in message
    assert message.startswith(repr(str(path)))
    assert refused.value.next


@given(st.integers(0, len(gzip.compress(IMAGES)) - 1))
def test_a_packed_file_cut_anywhere_is_refused(tmp_path_factory, length):
    path = tmp_path_factory.mktemp("cut") / "a.gz"
    path.write_bytes(gzip.compress(IMAGES)[:length])
    with pytest.raises(DatasetError) as refused:
        read_idx(path)
    assert any(word in refused.value.what for word in ("break off", "is empty", "begins with"))


@given(st.integers(0, len(IMAGES) - 1))
def test_a_file_cut_anywhere_is_refused(tmp_path_factory, length):
    path = tmp_path_factory.mktemp("cut") / "a"
    path.write_bytes(IMAGES[:length])
    with pytest.raises(DatasetError):
        read_idx(path)


@given(st.binary(max_size=80), st.booleans())
def test_noise_is_refused_or_read_as_the_format_says(tmp_path_factory, noise, packed):
    path = tmp_path_factory.mktemp("noise") / "a"
    path.write_bytes(gzip.compress(noise) if packed else noise)
    try:
        array = read_idx(path)
    except DatasetError:
        array = None
    assert array is None or idx(array) == noise


@given(st.data())
def test_one_wrong_byte_in_a_packed_file_never_gives_other_values(tmp_path_factory, data):
    """The checksum of gzip tells; only bytes of its header that mean nothing here may change."""
    packed = bytearray(gzip.compress(IMAGES, mtime=0))
    packed[data.draw(st.integers(0, len(packed) - 1))] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.mktemp("flipped") / "a.gz"
    path.write_bytes(packed)
    try:
        array = read_idx(path)
    except DatasetError:
        array = garment(5)
    assert np.array_equal(array, garment(5))


def test_a_bomb_is_unpacked_no_further_than_its_header_says(tmp_path):
    """A quarter of a gigabyte of zeros, packed a thousandfold, behind a header of three values."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = bytes(1 << 20)
    parts = [packer.compress(header(8, 3))]
    parts += [packer.compress(zeros) for _ in range(256)]
    (tmp_path / "bomb.gz").write_bytes(b"".join(parts) + packer.flush())
    start = time.perf_counter()
    with pytest.raises(DatasetError, match="goes on after the 3 bytes"):
        read_idx(tmp_path / "bomb.gz")
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize("name", ["missing", "", "a\0b", "x" * 5000, ".", "\udcff"])
def test_what_is_no_file_is_refused(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DatasetError):
        read_idx(name)


@pytest.mark.parametrize("path", [3, None])
def test_what_is_no_path_is_refused(path):
    with pytest.raises(InputError, match="is a path, not"):
        read_idx(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="only POSIX has pipes with names")
def test_a_pipe_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DatasetError, match="is no file"):
        read_idx(tmp_path / "pipe")


def test_a_file_out_of_reach_says_so(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(IMAGES)

    def locked(*_, **__):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "open", locked)
    with pytest.raises(DatasetError, match="permission denied"):
        read_idx(tmp_path / "a")
