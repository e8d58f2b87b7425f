"""The wire format of protocol buffers, read field by field without a schema, every length checked before it is used.

Source: protobuf.dev, "Encoding".
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from kernelkit.errors import CheckpointError

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_FIELDS = 3_000_000
"""Fields of one message; hostile files consist of millions of empty ones."""

VARINT, EIGHT, BYTES, FOUR = 0, 1, 2, 5
"""Kinds of fields that are in use; groups are not."""

_SIZES = {EIGHT: 8, FOUR: 4}

_LONGEST = 10
"""Bytes of a variable-length number."""

_WHOLE = 1 << 64


class Field(NamedTuple):
    """A field of a message: its number, its kind, and a whole number or the bytes of it."""

    number: int
    kind: int
    whole: int
    content: memoryview

    @property
    def signed(self) -> int:
        """The whole number as a signed one of 64 bits."""
        return self.whole - _WHOLE if self.whole >= _WHOLE // 2 else self.whole

    @property
    def text(self) -> str:
        """The bytes as text; what is no text is replaced."""
        return bytes(self.content).decode("utf-8", "replace")


def fields(message: memoryview) -> Iterator[Field]:
    """Yield the fields of a message in order.

    Raises
    ------
    CheckpointError
        A field that reaches beyond the message, a number of more than ten bytes, a kind nobody uses, or more
        than `MOST_FIELDS`.

    Examples
    --------
    >>> [(f.number, f.whole, bytes(f.content)) for f in fields(memoryview(bytes([8, 150, 1, 18, 2, 104, 105])))]
    [(1, 150, b''), (2, 0, b'hi')]
    """
    place, end, empty = 0, len(message), message[:0]
    for _ in range(MOST_FIELDS):
        if place == end:
            return
        key, place = varint(message, place)
        number, kind = key >> 3, key & 7
        if not number:
            raise damaged("a field has the number 0")
        if kind == VARINT:
            value, place = varint(message, place)
            yield Field(number, kind, value, empty)
            continue
        if kind == BYTES:
            size, place = varint(message, place)
        elif kind in _SIZES:
            size = _SIZES[kind]
        else:
            raise damaged(f"a field is of kind {kind}, which nobody uses")
        if size > end - place:
            raise damaged(f"a field of {size:,} bytes stands where {end - place:,} are left")
        yield Field(number, kind, 0, message[place : place + size])
        place += size
    raise damaged(f"a message has more than {MOST_FIELDS:,} fields")


def varint(message: memoryview, place: int) -> tuple[int, int]:
    """Return the variable-length number at a place, and the place behind it."""
    value = 0
    for step in range(_LONGEST):
        if place + step >= len(message):
            raise damaged("it ends inside a number")
        byte = message[place + step]
        value |= (byte & 0x7F) << 7 * step
        if byte < 0x80:
            return value % _WHOLE, place + step + 1
    raise damaged("a number has more than ten bytes")


def wholes(field: Field) -> list[int]:
    """Return the signed whole numbers of a repeated field, packed into bytes or standing alone."""
    if field.kind == VARINT:
        return [field.signed]
    found, place = [], 0
    while place < len(field.content):
        value, place = varint(field.content, place)
        found.append(value - _WHOLE if value >= _WHOLE // 2 else value)
    return found


def damaged(why: str) -> CheckpointError:
    """Return the error of a message that cannot be read."""
    return CheckpointError("the protocol buffer is damaged", why=why, next="download or write it again")


def float_of(field: Field) -> float:
    """Return the float of four bytes in a field."""
    if field.kind != FOUR:
        raise damaged("a number is no float of four bytes")
    (value,) = struct.unpack("<f", field.content)
    return float(value)
