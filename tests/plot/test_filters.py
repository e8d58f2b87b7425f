"""Mosaics: zero is mid-grey, one scale for all, every tile where it belongs, and nothing cut off."""

from fractions import Fraction

import numpy as np
import pytest
from golden.tables import ids, rows
from plot.pictures import ink_at_the_edge, overhang

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.inspection.inspect import inspect
from kernelkit.inspection.layer import first_layer
from kernelkit.plot.filters import MOST_DRAWN, MOST_TILES, display, mosaic, png
from kernelkit.plot.save import save

TAPS = np.random.default_rng(0).normal(size=(7, 3, 5, 5))


def numbers(table):
    return np.array([[float(Fraction(x)) for x in row] for row in table])


def images(figure):
    """Return the pictures of the tiles in order, one dot a tap."""
    return [image.get_array() for image in figure.axes[0].images]


def words(figure):
    return [text.get_text() for text in (*figure.axes[0].texts, *figure.texts)]


@pytest.mark.parametrize("row", rows("cases_learn", "display-scale", key="ask"), ids=ids)
def test_taps_are_drawn_in_the_greys_of_the_golden_row(row):
    shown = display(numbers(row["input"]["taps"]))
    assert np.array_equal(shown, numbers(row["expected"]["grey_0_to_1"]))


def test_zero_is_mid_grey_and_the_scale_is_symmetric():
    assert display(np.zeros(3)).tolist() == [0.5] * 3
    assert display([1, 2], 4).tolist() == [0.625, 0.75]
    assert display([9], 1).tolist() == [1]
    assert np.allclose(display(TAPS) + display(-TAPS), 1)
    assert display([1e308, -1e308]).tolist() == [1, 0]


def test_every_filter_is_drawn_on_the_scale_of_the_layer_in_its_colours():
    figure = mosaic(TAPS)
    greys = 0.5 + TAPS / (2 * abs(TAPS).max())
    for tile, one in zip(images(figure), greys, strict=True):
        repeat = len(tile) // 5
        assert np.allclose(tile[::repeat, ::repeat], one.transpose(1, 2, 0))
        assert np.allclose(tile[repeat - 1 :: repeat, repeat - 1 :: repeat], one.transpose(1, 2, 0))


def test_each_filter_on_its_own_scale_where_that_is_asked():
    figure = mosaic(TAPS, scale="filter")
    for tile in images(figure):
        assert max(tile.max(), 1 - tile.min()) == pytest.approx(1)
    assert "each filter on its own scale" in words(figure)[-1]


def test_one_channel_is_grey_and_others_have_a_tile_each():
    grey = images(mosaic(TAPS[:, :1]))
    assert len(grey) == 7
    assert all(np.array_equal(tile[..., 0], tile[..., 1]) for tile in grey)
    two = images(mosaic(TAPS[:, :2]))
    assert len(two) == 14
    repeat = len(two[0]) // 5
    largest = abs(TAPS[:, :2]).max()
    assert np.allclose(two[3][::repeat, ::repeat, 0], 0.5 + TAPS[1, 1] / (2 * largest))


def test_tiles_do_not_overlap_and_stand_at_even_distances():
    figure = mosaic(np.tile(TAPS, (5, 1, 1, 1)))
    boxes = np.array([image.get_extent() for image in figure.axes[0].images])
    columns, lines = np.unique(boxes[:, 0].round(9)), np.unique(boxes[:, 3].round(9))
    assert len(columns) * len(lines) >= 35
    for places in (columns, lines):
        assert np.allclose(np.diff(places), np.diff(places)[0])
        assert np.diff(places)[0] > 1


def test_numbers_classes_scale_and_channel_order_are_written():
    found = inspect(first_layer(TAPS, order="BGR"))
    said = words(mosaic(found))
    assert [text for text in said if text.startswith("0 ")] == ["0 opponent"]
    assert found.verdicts[0].name == "colour-opponent"
    assert "array: 7 filters of 3 x 5 x 5" in said
    assert "stored as blue, green, red" in said[-1]
    assert "one scale for all filters" in said[-1]
    labels = [tick.get_text() for tick in mosaic(found).axes[1].get_xticklabels()]
    largest = f"{abs(TAPS).max():.3g}"
    assert labels == [f"\N{MINUS SIGN}{largest}", "0", largest]


def test_names_can_be_given_and_are_no_formulas():
    figure = mosaic(TAPS[:2], names=["a$b$", "colour-opponent"], title="$x$")
    assert words(figure)[:2] == [r"0 a\$b\$", "1 opponent"]
    assert overhang(figure) <= 0


@pytest.mark.parametrize("shape", [(1, 1, 3, 3), (2, 3, 3, 11), (5, 2, 7, 1), (64, 3, 7, 7), (96, 3, 11, 11)])
def test_nothing_is_cut_off(shape):
    taps = np.random.default_rng(1).normal(size=shape)
    figure = mosaic(taps, names=["colour-opponent"] * len(taps))
    assert overhang(figure) <= 0
    assert not ink_at_the_edge(figure)


def test_of_very_many_filters_the_first_are_drawn_and_the_title_says_so():
    many = inspect(np.ones((MOST_DRAWN + 3, 1, 2, 2)))
    figure = mosaic(many)
    assert len(images(figure)) == MOST_DRAWN
    assert any(f"the first {MOST_DRAWN} are drawn" in text for text in words(figure))
    assert len(images(mosaic(np.ones((100, 40, 2, 2))))) <= MOST_TILES


def test_the_same_figure_is_the_same_bytes_everywhere(tmp_path):
    assert png(mosaic(TAPS)) == png(mosaic(TAPS))
    assert png(mosaic(TAPS)).startswith(b"\x89PNG")
    for kind in ("png", "svg", "pdf"):
        save(mosaic(TAPS[:1]), tmp_path / f"filters.{kind}")
        assert (tmp_path / f"filters.{kind}").stat().st_size > 1000


@pytest.mark.parametrize(
    ("taps", "options", "error"),
    [
        (np.ones((3, 3)), {}, ShapeError),
        (np.ones((0, 3, 3, 3)), {}, ShapeError),
        (np.ones((1, 1, 300, 3)), {}, LimitError),
        (np.full((1, 1, 3, 3), np.nan), {}, InputError),
        (TAPS, {"names": ["one"]}, ShapeError),
        (TAPS, {"scale": "both"}, InputError),
    ],
)
def test_what_is_no_layer_is_refused(taps, options, error):
    with pytest.raises(error):
        mosaic(taps, **options)
