"""Stencils: what is written in the cells is the kernel."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from plot.pictures import FIRST, HALF, LAPLACIANS, RANDOM, SOBEL, SOBEL_IN_SPACE, overhang, painted
from strategies import kernels

from kernelkit import Kernel, derivative, derive
from kernelkit.errors import InputError, LimitError, OffGridError, ShapeError
from kernelkit.plot.stencil import MOST_SLICES, stencil

DRAWN = {
    "sobel": SOBEL,
    "accuracy 8": FIRST["accuracy 8"],
    "nine points": LAPLACIANS["nine points"],
    "space": SOBEL_IN_SPACE,
    "five planes": Kernel({(2, 0, 0): 1, (0, 1, 1): -2, (-2, 0, 0): 1}),
    "half": HALF,
    "plane of halves": HALF.outer(HALF),
    "random": RANDOM,
    "wide row": derive(derivative(1), list(range(-10, 11))),
    "gaps": derive(derivative(1), [-2, 3, 6]),
    "one tap": Kernel({0: 1}),
    "one-sided": Kernel({2: -1, 3: 1}),
}


def read(axes):
    """Return the taps written in cells, as whole numbers, by place (y, x)."""
    return {
        (y, x): int(text.get_text().replace("−", "-"))
        for text in axes.texts
        for x, y in [text.get_position()]
    }


def denominator_of(figure):
    note = figure.get_supxlabel()
    return int(note.removeprefix("every tap / ").split(";")[0]) if note.startswith("every") else 1


def test_the_numbers_in_the_cells_over_the_denominator_below_are_the_taps():
    figure = stencil(LAPLACIANS["nine points"])
    assert denominator_of(figure) == 6
    assert read(figure.axes[0]) == {
        (y, x): ((1, 4, 1), (4, -20, 4), (1, 4, 1))[y + 1][x + 1] for y in (-1, 0, 1) for x in (-1, 0, 1)
    }


@settings(max_examples=25)
@given(kernels(2, fewest=1, whole=True))
def test_any_small_kernel_can_be_read_back(kernel):
    figure = stencil(kernel)
    below = denominator_of(figure)
    written = {(Fraction(y), Fraction(x)): Fraction(n, below) for (y, x), n in read(figure.axes[0]).items()}
    assert Kernel(written) == kernel


def test_a_row_is_drawn_along_x():
    figure = stencil(FIRST["accuracy 4"])
    (axes,) = figure.axes
    assert denominator_of(figure) == 12
    assert read(axes) == {(0, -2): 1, (0, -1): -8, (0, 0): 0, (0, 1): 8, (0, 2): -1}
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x (samples)", "")
    assert axes.get_yticks().size == 0


def test_space_is_drawn_plane_by_plane_in_one_scale_of_colours():
    figure = stencil(SOBEL_IN_SPACE)
    assert [axes.get_title() for axes in figure.axes] == ["z = −1", "z = 0", "z = 1"]
    assert denominator_of(figure) == 32
    for axes, factor in zip(figure.axes, (1, 2, 1), strict=True):
        assert read(axes) == {(y, x): factor * (2 - abs(y)) * x for y in (-1, 0, 1) for x in (-1, 0, 1)}
        assert axes.collections[0].get_clim() == (-1 / 8, 1 / 8)
        assert axes.yaxis_inverted()


def test_a_fifth_plane_begins_a_row_and_leaves_no_empty_axes():
    assert [axes.get_title() for axes in stencil(DRAWN["five planes"]).axes] == [
        f"z = {z}" for z in ("−2", "−1", "0", "1", "2")
    ]


def test_offset_zero_is_marked_in_its_plane_alone():
    assert [len(axes.patches) for axes in stencil(SOBEL_IN_SPACE).axes] == [0, 2, 0]
    between = stencil(HALF.outer(SOBEL))
    assert [len(axes.patches) for axes in between.axes] == [0, 0]
    assert between.get_supxlabel() == "every tap / 8; offset 0 lies between the planes"


def test_halves_stand_at_halves():
    figure = stencil(HALF)
    assert read(figure.axes[0]) == {(0, -0.5): -1, (0, 0.5): 1}
    assert [t.get_text() for t in figure.axes[0].get_xticklabels()] == ["−1/2", "1/2"]
    assert figure.get_supxlabel() == "cross: offset 0"


@pytest.mark.parametrize("name", ["random", "wide row"])
def test_wide_kernels_are_colours_with_a_scale(name):
    figure = stencil(DRAWN[name])
    picture, bar = figure.axes
    assert not picture.texts
    assert bar.get_ylabel() == "tap"
    low, high = picture.collections[0].get_clim()
    assert -low == high == max(abs(float(tap)) for _, tap in DRAWN[name].taps)


def test_taps_too_long_for_a_cell_are_colours():
    assert not stencil(Kernel({0: 1, 1: Fraction(1, 10**9)})).axes[0].texts
    assert stencil(Kernel({0: 1, 1: Fraction(1, 10**8)})).axes[0].texts


def test_the_title_is_written():
    assert stencil(SOBEL, title="Sobel").get_suptitle() == "Sobel"
    assert not stencil(SOBEL).get_suptitle()


@pytest.mark.parametrize("name", DRAWN)
def test_figures_draw_without_a_warning_and_nothing_is_cut_off(name):
    figure = stencil(DRAWN[name], title=name)
    assert overhang(figure) <= 0
    assert painted(figure).std() > 0


@pytest.mark.parametrize("name", ["sobel", "accuracy 8", "space", "gaps"])
def test_numbers_fit_into_their_cells(name):
    figure = stencil(DRAWN[name])
    painted(figure)
    renderer = figure.canvas.get_renderer()
    for axes in figure.axes:
        left, right = axes.transData.transform([(0, 0), (1, 0)])[:, 0]
        for text in axes.texts:
            assert text.get_fontsize() >= 6
            assert text.get_window_extent(renderer).width < right - left


@pytest.mark.parametrize(
    ("kernel", "error"),
    [
        (Kernel({(0, 0, 0, 0): 1}), ShapeError),
        (Kernel({0: 1, "1/3": 1}), OffGridError),
        (Kernel({}, ndim=1), InputError),
        ([1, -2, 1], InputError),
        (Kernel({(MOST_SLICES, 0, 0): 1}), LimitError),
        (Kernel({10**9: 1}), LimitError),
    ],
)
def test_what_cannot_be_drawn_is_refused(kernel, error):
    with pytest.raises(error):
        stencil(kernel)


@pytest.mark.parametrize(
    ("title", "error"), [(None, InputError), ("a\x00b", InputError), ("t" * 201, LimitError)]
)
def test_titles_that_cannot_be_written_are_refused(title, error):
    with pytest.raises(error, match="title"):
        stencil(SOBEL, title=title)
