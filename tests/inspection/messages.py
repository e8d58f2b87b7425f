"""Protocol buffers written from the published encoding, so that no code of ours writes what it reads."""

from __future__ import annotations

import numpy as np


def varint(number):
    """Return a whole number as base-128 groups, the lowest first."""
    number %= 1 << 64
    groups = bytearray()
    while number > 0x7F:
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    groups.append(number)
    return bytes(groups)


def whole(field, number):
    return varint(field << 3) + varint(number)


def text(field, content):
    content = content.encode() if isinstance(content, str) else content
    return varint(field << 3 | 2) + varint(len(content)) + content


def tensor(name, array, *, kind, raw=True, extra=b""):
    """Return a TensorProto with its numbers in raw_data, or with what `extra` holds."""
    dims = b"".join(whole(1, n) for n in np.shape(array))
    data = text(9, np.asarray(array).tobytes()) if raw else b""
    return dims + whole(2, kind) + text(8, name) + data + extra


def conv(weight, *, strides=(1, 1), group=1):
    """Return a NodeProto of a convolution."""
    attributes = text(5, text(1, "strides") + b"".join(whole(8, s) for s in strides))
    attributes += text(5, text(1, "group") + whole(3, group))
    return text(1, "x") + text(1, weight) + text(2, "y") + text(4, "Conv") + attributes


def model(*, nodes=(), tensors=()):
    """Return a ModelProto."""
    graph = b"".join(text(1, n) for n in nodes) + b"".join(text(5, t) for t in tensors)
    return whole(1, 8) + text(2, "a test") + text(7, graph)
