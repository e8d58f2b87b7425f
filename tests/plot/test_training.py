"""The figure of a run: both histories as they are, and what is no history refused."""

import numpy as np
import pytest

from kernelkit.errors import InputError, ShapeError
from kernelkit.plot.training import training


def test_both_histories_are_drawn_as_they_are():
    losses = 10 * 0.5 ** np.arange(12)
    (axes,) = training(losses, losses * 1.01).axes
    predicted, measured = axes.lines
    assert np.array_equal(predicted.get_ydata(), losses * 1.01)
    assert np.array_equal(measured.get_ydata(), losses)
    assert axes.get_yscale() == "log"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("step", "loss (sum of squares)")


def test_losses_of_one_size_or_zero_have_an_even_scale():
    assert training([3, 2.5, 2]).axes[0].get_yscale() == "linear"
    assert training([3, 1e-9, 0]).axes[0].get_yscale() == "linear"


def test_the_key_names_what_is_drawn():
    texts = [text.get_text() for text in training([2, 1], [2, 1]).legends[0].get_texts()]
    assert texts == ["predicted before training", "measured"]


@pytest.mark.parametrize(
    ("measured", "predicted", "error"),
    [
        ([], None, ShapeError),
        ([[1, 2]], None, ShapeError),
        ([1, 2], [1], ShapeError),
        ([1, np.nan], None, InputError),
        ([1, -1], None, InputError),
    ],
)
def test_what_is_no_history_is_refused(measured, predicted, error):
    with pytest.raises(error):
        training(measured, predicted)
