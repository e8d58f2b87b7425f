"""The look of figures: told apart in greyscale, text left as it stands, no global state."""

from __future__ import annotations

import math

import matplotlib as mpl
import pytest
from matplotlib import colormaps
from matplotlib.colors import to_rgb
from plot.pictures import painted

from kernelkit import Kernel
from kernelkit.plot import style
from kernelkit.plot.stencil import stencil


def luminance(colour):
    """Return the relative luminance of WCAG 2.1."""
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first, second):
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_no_two_of_twelve_lines_look_alike_without_their_colours():
    looks = {
        (str(look["linestyle"]), look.get("marker")) for look in (style.line_style(i) for i in range(12))
    }
    assert len(looks) == 12


@pytest.mark.parametrize("colour", style.COLOURS)
def test_lines_stand_out_from_paper(colour):
    """3 : 1 is what WCAG 2.1 asks of graphics."""
    assert contrast(colour, "white") > 3


@pytest.mark.parametrize("part", [0.0, 0.25, 0.5, 0.75, 1.0])
def test_black_numbers_can_be_read_on_all_tints(part):
    """4.5 : 1 is what WCAG 2.1 asks of text."""
    assert contrast(style.tints()(part), "black") > 4.5


@pytest.mark.parametrize(("name", "direction"), [(style.SIGNED, 1), (style.RISING, -1)])
def test_colours_of_values_run_one_way_in_greyscale(name, direction):
    colours = colormaps[name]
    greys = [direction * luminance(colours(i / 64)) for i in range(65)]
    assert greys == sorted(greys)
    assert abs(greys[64] - greys[0]) > 0.5


def test_tints_are_white_at_zero_and_blue_below_it():
    red, green, blue, _ = style.tints()(0.0)
    assert blue > green > red
    assert min(style.tints()(0.5)[:3]) > 0.98


@pytest.mark.parametrize(
    ("top", "bottom", "text"),
    [(0, 4, "0"), (1, 4, "π/4"), (2, 4, "π/2"), (3, 4, "3π/4"), (4, 4, "π"), (-2, 2, "−π"), (-1, 2, "−π/2")],
)
def test_fractions_of_pi_are_written_in_lowest_terms(top, bottom, text):
    assert style.pi_text(top, bottom) == text


def test_ticks_stand_where_their_fractions_of_pi_are():
    axes = style.new_figure(3, 2, layout="none").subplots()
    style.pi_ticks(axes.xaxis, -1, 1, parts=2)
    assert axes.get_xticks().tolist() == [-math.pi, -math.pi / 2, 0, math.pi / 2, math.pi]
    assert [t.get_text() for t in axes.get_xticklabels()] == ["−π", "−π/2", "0", "π/2", "π"]


@pytest.mark.parametrize("name", ["$x$", "price $5", r"\$", "$\\broken{$", "_hidden", "a & b", "100 %"])
def test_names_are_written_as_they_stand(name):
    """No formula begins at a dollar sign, and the legend leaves no name out."""
    figure = style.new_figure(4, 2, layout="constrained")
    lines = figure.subplots().plot([0, 1], [0, 1])
    style.key(figure, lines, [name])
    (text,) = figure.legends[0].get_texts()
    shown, is_formula = text._preprocess_math(text.get_text())
    assert (shown, is_formula) == (name, False)
    assert painted(figure).shape == (200, 400, 4)


def test_global_parameters_are_neither_changed_nor_followed():
    before = dict(mpl.rcParams)
    with mpl.rc_context({"axes.grid": True, "axes.facecolor": "black", "figure.facecolor": "black"}):
        figure = style.new_figure(3, 2, layout="none")
        axes = figure.subplots()
        style.dress(axes, "x", "y")
        corner, middle = painted(figure)[0, 0], painted(figure)[100, 150]
    assert corner[:3].tolist() == middle[:3].tolist() == [255, 255, 255]
    assert dict(mpl.rcParams) == before


def test_notebooks_are_shown_a_png():
    figure = stencil(Kernel({-1: -1, 1: 1}))
    assert figure._repr_png_().startswith(b"\x89PNG")
