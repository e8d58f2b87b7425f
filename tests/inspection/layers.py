"""Filters of known kind, and the trained first layer that the golden tables hold."""

from __future__ import annotations

import numpy as np
from golden.tables import read

WAVE = {"x": 0.0, "y": 0.0, "along": 1.8, "across": 2.2, "angle": 0.0, "frequency": 0.2, "phase": 0.0}


def plane(size=9, **numbers):
    """Return a Gabor function: angle counter-clockwise as seen, y downwards; numbers left out are those of `WAVE`."""
    x, y, along, across, angle, frequency, phase = (WAVE | numbers).values()
    reach = (size - 1) / 2
    rows, columns = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    u = (columns - x) * c - (rows - y) * s
    v = (columns - x) * s + (rows - y) * c
    wave = np.cos(2 * np.pi * frequency * u + np.radians(phase))
    return np.exp(-(u**2) / (2 * along**2) - v**2 / (2 * across**2)) * wave


def lump(size=9, *, along=1.6, across=1.6):
    """Return a Gaussian in the middle of a window."""
    reach = (size - 1) / 2
    rows, columns = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    return np.exp(-(columns**2) / (2 * along**2) - rows**2 / (2 * across**2))


def face_api():
    """Return the trained filters, (32, 3, 7, 7)."""
    table = read("first_layer_face_api")
    stored = np.array(table["stored"], dtype=float).reshape(table["shape"])
    return (stored * table["scale"] + table["min"]).transpose(3, 2, 0, 1)
