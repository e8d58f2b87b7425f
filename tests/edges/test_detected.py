"""What detectors found, under thresholds: maps and points that say the same."""

from __future__ import annotations

import numpy as np

from kernelkit.edges.detected import Detected

FOUND = Detected(
    (2, 4),
    pixels=np.array([0, 1, 1, 3]),
    places=np.array([[0, 0.1], [0, 1.2], [0, 0.8], [0, 3.0]]),
    gradient=np.array([[3.0, 4], [0, 2], [0, -1], [0, 2]]),
)


def test_of_several_places_in_a_pixel_the_strongest_decides_and_weak_ones_go():
    assert FOUND.strength.tolist() == [5, 2, 1, 2]
    assert FOUND.map(2, 5).astype(int).tolist() == [[1, 1, 0, 0], [0, 0, 0, 0]]
    assert FOUND.points(2, 5)[:, :3].tolist() == [[0, 0.1, 5], [0, 1.2, 2]]


def test_the_direction_is_from_the_second_axis_towards_the_first():
    assert np.allclose(FOUND.points(0, 0)[:, 3], [np.arctan2(3, 4), 0, np.pi, 0])
