"""Points linked into lines: closed around discs, open along steps, in any order."""

from __future__ import annotations

import numpy as np
import pytest
from edges.images import disc

from kernelkit.edges.points import points
from kernelkit.edges.polylines import polylines
from kernelkit.errors import InputError, ShapeError


@pytest.mark.parametrize("method", ["canny", "log", "plus"])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_disc_has_one_closed_line_of_its_length(method, sign):
    """Its length is the circumference, less what chords cut off, and points off the circle add."""
    image, centre = disc(15, sigma=1)
    found = polylines(points(sign * image, method=method, sigma=1.7, low=0.02, high=0.05))
    line = found[0]
    assert len(found[1:]) <= (3 if method == "canny" else 0)
    assert np.array_equal(line[0], line[-1])
    radius = np.hypot(line[:, 0] - centre, line[:, 1] - centre)
    length = np.hypot(*np.diff(line[:, :2], axis=0).T).sum()
    assert length == pytest.approx(2 * np.pi * radius.mean(), rel=0.02)
    y, x = line[:, 0], line[:, 1]
    area = 0.5 * (x[:-1] * y[1:] - x[1:] * y[:-1]).sum()
    assert abs(area) == pytest.approx(np.pi * radius.mean() ** 2, rel=0.01)
    assert np.sign(area) == -sign  # the brighter side is to the left, where rows go down


def test_the_order_of_points_does_not_matter():
    image, _ = disc(12, sigma=1)
    found = points(image[:, :40], sigma=1.7, low=0.02, high=0.05)
    shuffled = np.random.default_rng(0).permutation(found)
    one, two = polylines(found), polylines(shuffled)
    assert [len(line) for line in one] == [len(line) for line in two]
    assert {tuple(row) for row in one[0]} == {tuple(row) for row in two[0]}


def test_two_sides_of_a_thin_line_are_two_lines():
    image = np.zeros((30, 30))
    image[:, 14:16] = 1
    found = polylines(points(image, sigma=1, low=0.05, high=0.1))
    assert [len(line) for line in found] == [30, 30]
    assert all(np.ptp(line[:, 1]) < 1e-9 for line in found)


def test_nothing_links_to_nothing_and_what_cannot_be_is_refused():
    assert polylines(np.zeros((0, 4))) == []
    with pytest.raises(ShapeError, match="cannot be linked"):
        polylines(np.zeros((5, 3)))
    with pytest.raises(InputError, match="not finite"):
        polylines([[0, np.nan, 1, 0]])
    with pytest.raises(InputError, match="distance"):
        polylines(np.zeros((1, 4)), distance=0)
