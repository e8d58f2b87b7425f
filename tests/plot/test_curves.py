"""Learning curves are the histories as they are; what is empty draws nothing, and no epoch is refused."""

import math

import numpy as np
import pytest
from plot.pictures import ink_at_the_edge, overhang, painted
from training.made import history_of

from kernelkit.errors import InputError
from kernelkit.plot.curves import curves

GUESSING = math.log(10)


def drawn(axes, colour):
    return [line.get_xydata() for line in axes.lines if line.get_color() == colour and len(line.get_xdata())]


def names(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def column(history, name):
    return [[epoch.epoch, getattr(epoch, name)] for epoch in history]


def test_losses_and_accuracies_are_drawn_as_they_are():
    history = history_of(20)
    left, right = curves([history]).axes
    for axes, what in ((left, "loss"), (right, "accuracy")):
        learned, held_back = axes.lines
        assert learned.get_xydata().tolist() == column(history, f"train_{what}")
        assert held_back.get_xydata().tolist() == column(history, f"validation_{what}")
    assert [axes.get_xlabel() for axes in (left, right)] == ["epoch", "epoch"]
    assert [axes.get_ylabel() for axes in (left, right)] == ["mean cross-entropy (nats)", "accuracy"]


def test_the_key_names_what_is_drawn():
    assert names(curves([history_of(5)])) == ["while learning", "validation"]
    assert names(curves([history_of(5, validation="no")])) == ["while learning"]
    assert names(curves([history_of(5)] * 3, chance=GUESSING)) == ["while learning", "validation", "guessing"]


def test_seeds_share_a_colour_and_what_is_drawn_of_them_differs_in_it():
    histories = [history_of(6, shift=shift) for shift in (0.0, 0.01, 0.02)]
    for axes, what in zip(curves(histories).axes, ("loss", "accuracy"), strict=True):
        colours = {line.get_color() for line in axes.lines}
        assert len(colours) == 2
        found = [drawn(axes, colour) for colour in colours]
        wanted = [
            [np.array(column(history, f"{part}_{what}")) for history in histories]
            for part in ("train", "validation")
        ]
        for lines in wanted:
            assert any(all(map(np.array_equal, lines, others)) for others in found)


def test_without_validation_one_line_is_drawn_an_axis():
    assert [len(axes.lines) for axes in curves([history_of(5, validation="no")]).axes] == [1, 1]


def test_guessing_is_a_level_line_at_its_cross_entropy_beside_losses_alone():
    left, right = curves([history_of(5)], chance=GUESSING).axes
    (level,) = [line for line in left.lines if len(set(line.get_ydata())) == 1]
    assert level.get_ydata()[0] == GUESSING
    assert len(right.lines) == 2


@pytest.mark.parametrize("epochs", [1, 2, 3, 10, 80])
def test_epochs_are_counted_in_whole_numbers(epochs):
    figure = curves([history_of(epochs)])
    painted(figure)
    for axes in figure.axes:
        low, high = axes.get_xlim()
        ticks = [tick for tick in axes.get_xticks() if low <= tick <= high]
        assert ticks
        assert all(tick == round(tick) for tick in ticks)


def test_a_run_of_one_epoch_is_seen():
    """A line through one point has no length; the mark does."""
    for axes in curves([history_of(1)]).axes:
        assert all(line.get_marker() == "o" for line in axes.lines)


def test_a_seed_without_an_epoch_is_left_out():
    left, _ = curves([(), history_of(4)]).axes
    assert len([line for line in left.lines if len(line.get_xdata())]) == 2


@pytest.mark.parametrize("histories", [[], [()], [(), ()]])
def test_no_epoch_is_refused(histories):
    with pytest.raises(InputError, match="no epoch to draw"):
        curves(histories)


@pytest.mark.parametrize("title", ["", "lenet, recipe best", "from $HOME to $1"])
def test_nothing_sticks_out(title):
    figure = curves([history_of(80, shift=0.01 * seed) for seed in range(3)], chance=GUESSING, title=title)
    assert overhang(figure) <= 0
    assert not ink_at_the_edge(figure)


def test_the_title_is_written_as_it_stands():
    figure = curves([history_of(3)], title="costs $5 and $6")
    assert figure.get_suptitle().replace("\\", "") == "costs $5 and $6"
    painted(figure)
