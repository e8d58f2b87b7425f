"""The wire format: the published examples, every number back, and hostile messages refused in words."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inspection.messages import text, varint, whole

from kernelkit.errors import CheckpointError
from kernelkit.inspection import protobuf
from kernelkit.inspection.protobuf import fields, float_of, wholes


def read(content):
    return list(fields(memoryview(content)))


def test_the_examples_of_the_published_encoding():
    """protobuf.dev, Encoding: 08 96 01 is field 1 with 150; 12 07 testing is field 2 with a string."""
    (number,) = read(bytes([0x08, 0x96, 0x01]))
    assert (number.number, number.whole) == (1, 150)
    (string,) = read(bytes([0x12, 0x07]) + b"testing")
    assert (string.number, string.text) == (2, "testing")
    (packed,) = read(bytes([0x32, 0x06, 0x03, 0x8E, 0x02, 0x9E, 0xA7, 0x05]))
    assert (packed.number, wholes(packed)) == (6, [3, 270, 86942])
    (minus,) = read(bytes([0x08, 0xFE, *[0xFF] * 8, 0x01]))
    assert minus.signed == -2


@given(st.lists(st.tuples(st.integers(1, 1000), st.integers(-(2**63), 2**63 - 1)), max_size=8))
def test_whole_numbers_come_back(pairs):
    found = read(b"".join(whole(number, value) for number, value in pairs))
    assert [(f.number, f.signed) for f in found] == pairs


def test_packed_and_single_numbers_are_read_alike():
    (packed,) = read(text(3, varint(5) + varint(-1)))
    assert wholes(packed) == [5, -1]
    assert [wholes(f) for f in read(whole(3, 5) + whole(3, -1))] == [[5], [-1]]


def test_floats_stand_in_four_bytes():
    (field,) = read(bytes([0x0D]) + struct.pack("<f", 0.5))
    assert float_of(field) == 0.5
    with pytest.raises(CheckpointError, match="no float"):
        float_of(read(whole(1, 1))[0])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (bytes([0x12, 0x07]) + b"test", "7 bytes stands where 4 are left"),
        (varint(1 << 3 | 2) + varint(2**62), "are left"),
        (bytes([0x08]), "ends inside a number"),
        (bytes([0x08, 0x80]), "ends inside a number"),
        (bytes([0x08] + [0xFF] * 11), "more than ten bytes"),
        (bytes([0x0B]), "of kind 3"),
        (bytes([0x0C]), "of kind 4"),
        (bytes([0x02, 0x00]), "the number 0"),
        (bytes([0x0D, 0, 0]), "4 bytes stands where 2"),
        (bytes([0x09, 0]), "8 bytes stands where 1"),
    ],
)
def test_damaged_messages_are_refused_in_words(content, words):
    with pytest.raises(CheckpointError) as refused:
        read(content)
    assert words in refused.value.why


def test_millions_of_empty_fields_are_refused(monkeypatch):
    monkeypatch.setattr(protobuf, "MOST_FIELDS", 1000)
    with pytest.raises(CheckpointError) as refused:
        read(bytes([0x12, 0x00]) * 1001)
    assert "more than 1,000 fields" in refused.value.why


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(content):
    try:
        found = read(content)
    except CheckpointError:
        return
    assert all(f.number > 0 for f in found)
