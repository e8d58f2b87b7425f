"""Symbols and direction errors by plain sums, for tests: nothing of the package computes here."""

from __future__ import annotations

import itertools

import numpy as np
from golden import tables

from kernelkit import Kernel, derivative


def symbol_at(kernel, w):
    """Return ``sum tap exp(i w . offset)`` at one wave."""
    return sum(
        float(tap) * np.exp(1j * sum(a * float(x) for a, x in zip(w, offset, strict=True)))
        for offset, tap in kernel.taps
    )


def direction_degrees(kernel, length, angles):
    """Return ``atan2(Hy, Hx) - phi`` in degrees for an odd x kernel, whose y kernel is its transpose."""
    u, v = length * np.sin(angles), length * np.cos(angles)
    hx = np.zeros_like(angles)
    hy = np.zeros_like(angles)
    for (y, x), tap in kernel.taps:
        hx = hx + float(tap) * np.sin(u * float(y) + v * float(x))
        hy = hy + float(tap) * np.sin(u * float(x) + v * float(y))
    error = np.arctan2(hy, hx) - angles
    return np.degrees((error + np.pi) % (2 * np.pi) - np.pi)


def largest_direction_error(kernel, limit, *, rings=61, rays=361):
    """Return the largest direction error of a gradient in the plane over all waves up to a length."""
    angles = np.linspace(0, np.pi, rays)
    return max(
        np.abs(direction_degrees(kernel, length, angles)).max()
        for length in np.linspace(0, limit, rings + 1)[1:]
    )


def published_gradients(size):
    """Return names and unit-gain kernels of the x gradients of a size in the golden catalogue."""
    found = {}
    for row in tables.rows("catalogue"):
        target = row.get("target")
        if row["family"] != "gradient" or row.get("size") != [size, size] or len(target) != 1:
            continue
        if target[0]["multi_index"] == [0, 1]:
            kernel = _kernel_of(row)
            found[row["id"]] = kernel / kernel.moment((0, 1))
    return found


def _kernel_of(row):
    if "taps" in row:
        places = itertools.product(*row["offsets"])
        return Kernel(zip(places, itertools.chain.from_iterable(row["taps"]), strict=True))
    down, along = (
        Kernel(zip(f["offsets"], f["taps"], strict=True)) for f in sorted(row["factors"], key=_axis)
    )
    return down.outer(along)


def _axis(factor):
    return factor["axis"]


X_GRADIENT = derivative((0, 1))
