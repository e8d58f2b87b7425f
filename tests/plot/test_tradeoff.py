"""Points with names: where they are, and that no name covers another."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plot.pictures import GRADIENTS, overhang, painted

from kernelkit.analysis.noise import noise_gain
from kernelkit.errors import InputError, LimitError
from kernelkit.plot.tradeoff import WIDE_RATIO, tradeoff

ERRORS = (7.4, 2.1, 13.1, 1.9)
POINTS = {
    name: (noise_gain(kernel), error) for (name, kernel), error in zip(GRADIENTS.items(), ERRORS, strict=True)
}
CLOSE = {f"kernel number {i}": (1 + 0.01 * i * (i % 3), 2 + 0.002 * i * (i % 4)) for i in range(12)}
LABELS = ("noise gain", "direction error (degrees)")


def overlaps(figure):
    """Return pairs of names whose drawn boxes cover each other, and names that cover another's point."""
    painted(figure)
    renderer = figure.canvas.get_renderer()
    (axes,) = figure.axes
    # ink only: the text without the line that leads to it
    boxes = {text.get_text(): super(type(text), text).get_window_extent(renderer) for text in axes.texts}
    found = [
        (a, b)
        for (a, first), (b, second) in itertools.combinations(boxes.items(), 2)
        if first.overlaps(second)
    ]
    places = axes.transData.transform(axes.lines[0].get_xydata())
    return found + [
        (name, tuple(place)) for name, box in boxes.items() for place in places if box.contains(*place)
    ]


def test_points_stand_where_they_are_and_every_one_has_its_name():
    (axes,) = tradeoff(POINTS, *LABELS).axes
    assert axes.lines[0].get_xydata().tolist() == [list(point) for point in POINTS.values()]
    assert {text.get_text(): text.xy for text in axes.texts} == POINTS
    assert (axes.get_xlabel(), axes.get_ylabel()) == LABELS


@pytest.mark.parametrize("points", [POINTS, CLOSE, {f"k{i}": (1, 1) for i in range(8)}])
def test_no_name_covers_another_or_a_point(points):
    figure = tradeoff(points, *LABELS)
    assert overlaps(figure) == []
    assert overhang(figure) <= 0


@settings(max_examples=15)
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=12))
def test_up_to_twelve_short_names_find_a_free_place_anywhere(places):
    rounded = [(round(x, 3), round(y, 3)) for x, y in places]
    assert overlaps(tradeoff({f"kernel {i}": p for i, p in enumerate(rounded)}, *LABELS)) == []


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ((1, WIDE_RATIO), "log"),
        ((1, WIDE_RATIO - 1), "linear"),
        ((0, 100), "linear"),
        ((-1, 100), "linear"),
        ((1e-6, 1), "log"),
    ],
)
def test_axes_are_logarithmic_where_positive_values_spread_widely(values, scale):
    (axes,) = tradeoff({"a": (values[0], 1), "b": (values[1], 1)}, *LABELS).axes
    assert axes.get_xscale() == scale
    low, high = axes.get_xlim()
    assert low <= values[0] < values[1] < high
    assert axes.get_yscale() == "linear"
    assert tradeoff({"a": (1, values[0]), "b": (1, values[1])}, *LABELS).axes[0].get_yscale() == scale


def test_an_axis_of_values_that_cannot_be_negative_stops_at_zero():
    (axes,) = tradeoff({"exact": (0.0, 1.0), "other": (3.0, 1.5)}, *LABELS).axes
    assert axes.get_xlim()[0] == 0


@pytest.mark.parametrize(
    "points",
    [
        POINTS,
        CLOSE,
        {"one": (0, 0)},
        {"$a_1$": (1, 2)},
        {"negative": (-5, -7)},
        {"a": (1e-90, 1e90), "b": (1, 1)},
    ],
)
def test_figures_draw_without_a_warning(points):
    figure = tradeoff(points, *LABELS)
    assert painted(figure).std() > 0


def test_exact_and_numpy_numbers_are_read():
    (axes,) = tradeoff({"a": (Fraction(1, 2), np.float64(3))}, *LABELS).axes
    assert axes.lines[0].get_xydata().tolist() == [[0.5, 3.0]]


@pytest.mark.parametrize(
    ("points", "error"),
    [
        ({}, InputError),
        ([(1, 2)], InputError),
        ({"a": (1, float("nan"))}, InputError),
        ({"a": (float("inf"), 1)}, InputError),
        ({"a": (1e200, 1)}, InputError),
        ({"a": (1e-200, 1)}, InputError),
        ({"a": (10**400, 1)}, InputError),
        ({"a": (1, 2, 3)}, InputError),
        ({"a": 1}, InputError),
        ({"a": "12"}, InputError),
        ({"a": ("1", "2")}, InputError),
        ({"a": (True, 1)}, InputError),
        ({"a": (1j, 1)}, InputError),
        ({"": (1, 2)}, InputError),
        ({str(i): (1, 2) for i in range(13)}, LimitError),
    ],
)
def test_what_are_no_points_is_refused(points, error):
    with pytest.raises(error):
        tradeoff(points, *LABELS)


@pytest.mark.parametrize("label", ["", "  ", None, "two\nlines", "l" * 61])
def test_an_axis_needs_a_label(label):
    with pytest.raises(InputError, match="label"):
        tradeoff(POINTS, label, "error")
    with pytest.raises(InputError, match="label"):
        tradeoff(POINTS, "noise gain", label)


@pytest.mark.parametrize("place", [3.2446, -7.0, 1e-30])
def test_rounding_is_no_trend(place):
    """Points that differ in the twelfth digit stand at one place, on an axis with round numbers."""
    figure = tradeoff({f"k{i}": (i + 1, place * (1 + i * 1e-12)) for i in range(3)}, "x", "y")
    (axes,) = figure.axes
    low, high = axes.get_ylim()
    assert high - low > 0.1 * abs(place)
    figure.draw_without_rendering()
    assert "+" not in axes.yaxis.get_offset_text().get_text()
