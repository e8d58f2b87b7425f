"""Points and lines as text: read back by other readers, and drawn over the image they are of."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from edges.images import disc

from kernelkit.edges.points import points
from kernelkit.edges.polylines import polylines
from kernelkit.edges.written import lines_as_json, lines_as_svg, points_as_csv, points_as_json
from kernelkit.errors import ShapeError

IMAGE, CENTRE = disc(12, sigma=1)


def found(unit=1.0):
    return points(unit * IMAGE, sigma=1.7, low=0.02 * unit, high=0.05 * unit)


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_points_are_read_back_with_their_digits_whatever_the_unit(unit):
    wanted = found(unit)
    table = list(csv.DictReader(io.StringIO(points_as_csv(wanted, "yx"))))
    for rows in (table, json.loads(points_as_json(wanted, "yx"))):
        read = np.array([[float(row[name]) for name in ("y", "x", "strength", "direction")] for row in rows])
        assert np.allclose(read[:, [0, 1, 3]], wanted[:, [0, 1, 3]], rtol=0, atol=5e-7)
        assert np.allclose(read[:, 2], wanted[:, 2], rtol=1e-7, atol=0)


def test_no_zero_is_negative():
    flat = np.array([[-1e-9, 2.0, 1.0, -0.0]])
    assert "-" not in points_as_csv(flat, "yx") + points_as_json(flat, "yx")


def test_axes_are_named_and_others_refused():
    volume = np.ones((1, 4))
    assert points_as_csv(volume, "zyx").startswith("z,y,x,strength\n")
    with pytest.raises(ShapeError, match="do not fit"):
        points_as_csv(np.ones((1, 4)), "x")


def test_a_closed_line_has_each_point_once():
    [line] = json.loads(lines_as_json(polylines(found())))
    assert line["closed"]
    assert len(line["points"]) == len({tuple(point) for point in line["points"]}) == len(found())
    [half] = json.loads(lines_as_json(polylines(found()[found()[:, 0] < CENTRE])))
    assert not half["closed"]


def test_nothing_is_an_empty_list_and_an_empty_picture():
    assert json.loads(lines_as_json([])) == []
    assert not ET.fromstring(lines_as_svg([], (3, 4))).findall(".//{*}path")  # noqa: S314 - our own


def test_a_picture_has_the_borders_of_the_image_and_x_before_y():
    """Pixels are squares around whole coordinates: the first begins at -0.5."""
    wide = np.pad(IMAGE, ((0, 0), (30, 0)))
    lines = polylines(points(wide, sigma=1.7, low=0.02, high=0.05))
    drawn = ET.fromstring(lines_as_svg(lines, wide.shape))  # noqa: S314 - our own
    assert [float(part) for part in drawn.get("viewBox").split()] == [-0.5, -0.5, *wide.shape[::-1]]
    [path] = drawn.findall(".//{*}path")
    assert path.get("d").startswith("M")
    assert path.get("d").endswith("Z")
    places = np.array([pair.split(",") for pair in path.get("d")[1:-1].split()], float)
    assert np.allclose(places.mean(axis=0), [CENTRE + 30, CENTRE], atol=0.3)
