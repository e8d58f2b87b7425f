"""Lessons and excitations in words."""

import json
import re

import numpy as np
import pytest

from kernelkit.errors import UnknownNameError
from kernelkit.explain.learned import MOST_EPOCHS, MOST_FREE, MOST_LISTED, excited, told
from kernelkit.learning.excite import excite
from kernelkit.learning.lesson import study

POST = np.array([[1, 1, 0, 0, 0, 0, 1, 1]] * 6)
EDGES = POST[:, :-1] - POST[:, 1:]


def flat(text):
    return " ".join(text.split())


def test_a_proved_lesson_says_kernel_proof_and_steps():
    text = flat(told(study(POST, EDGES, (1, 2))))
    assert text.startswith(
        "proved: one kernel of this size gives these labels, and no other; it computes -d/dx"
    )
    assert "2 independent windows for 2 unknowns: no other kernel gives these labels" in text
    assert "largest stable step 0.0333333, best constant step 0.0277778" in text


def test_the_loop_is_told_beside_prediction_and_exact_taps():
    lesson = study(POST, EDGES, (1, 2), method="loop", lr=0.03, steps=200)
    text = told(lesson)
    assert "exact tap" in text
    assert "least squares differ from these by at most" in flat(text)
    epochs = text.partition("predicted\n")[2].partition("\n\n")[0].splitlines()
    assert len(epochs) <= MOST_EPOCHS + 1
    assert epochs[-1].split()[0] == "200"


def test_large_layers_list_their_first_taps():
    random = np.random.default_rng(0)
    lesson = study(random.normal(size=(1, 2, 12, 12)), random.normal(size=(1, 4, 10, 10)), 3)
    text = told(lesson)
    assert f"and {72 - MOST_LISTED} more; json lists all" in text
    assert "0 <- 1 (0, 0)" in text
    assert np.array(json.loads(told(lesson, "json"))["taps"]).shape == (4, 2, 3, 3)


def test_bias_and_noise_are_told():
    random = np.random.default_rng(1)
    image = random.normal(size=30)
    noise = random.normal(scale=1e-9, size=28)
    text = flat(told(study(image, image[:-2] - image[2:] + 3 + noise, 3, bias="fit")))
    assert "bias 3 " in text
    assert "95% interval" in text
    assert "from 24 degrees of freedom" in text


def test_json_of_a_lesson_reads_back_and_holds_the_kernel():
    read = json.loads(told(study(POST, EDGES, (1, 2), method="loop", steps=4), "json"))
    assert len(read["history"]) == len(read["predicted"]) == 5
    assert read["kernel"]["target"]["name"] == "-d/dx at (y, x) = (0, 1/2)"
    assert read["rank"] == read["unknowns"] == 2


def test_many_unseen_directions_are_counted():
    found = excite(np.zeros((9, 9)) + 1, 5)
    text = excited(found)
    assert f"and {24 - MOST_FREE} more; json lists all" in text
    assert len(json.loads(excited(found, "json"))["free"]) == 24


def test_images_of_zeros_move_nothing():
    assert "nothing moves: the image is zero" in excited(excite(np.zeros((5, 5)), 2))


def test_other_formats_are_refused():
    with pytest.raises(UnknownNameError, match="formats are text, json"):
        excited(excite(POST, 2), "xml")


def test_json_holds_no_infinity_and_no_nan():
    def refused(word):
        raise AssertionError(word)

    for text in (
        excited(excite(np.zeros((5, 5)), 2), "json"),
        told(study(POST, POST[:4, 2:] * 0, 3), "json"),
    ):
        assert json.loads(text, parse_constant=refused)["rank"] < 9


def test_axes_of_volumes_are_named():
    volume = np.random.default_rng(0).normal(size=(4, 4, 5))
    assert "offset (z, y, x)" in told(study(volume, volume[1:, 1:, 1:], 2))


def test_rounding_is_told_as_such_and_has_no_intervals():
    image = np.random.default_rng(0).normal(size=200)
    text = told(study(image, np.correlate(image, [1 / 7, 2 / 7], "valid"), 2))
    assert "none but the rounding of the arithmetic" in text
    assert "95% interval" not in text


def test_no_epochs_have_no_table():
    assert "predicted" not in told(study(POST, EDGES, (1, 2), method="loop", steps=0))


def test_hopeless_descent_is_called_so():
    assert "more than can be taken: learn exactly" in flat(excited(excite([10_000_000, 1, 3, 0, 5], 2)))


def test_a_proved_rank_has_no_tolerance_beside_it():
    text = flat(told(study(POST, POST[:4, 2:] - POST[:4, :-2], 3)))
    assert "determine 3 of 9 unknowns; of all taps" in text
    assert "singular values" not in text
    measured = flat(told(study(POST / 3, (POST[:4, 2:] - POST[:4, :-2]) / 3, 3)))
    assert "determine 3 of 9 unknowns (singular values" in measured


def test_noisy_taps_are_decimals_to_two_digits_of_their_interval():
    """A Gaussian that no mask is: nothing in fractions, and what it is nearest to in words."""
    random = np.random.default_rng(5)
    image = random.normal(size=(120, 120))
    line = np.exp(-(np.arange(-2, 3) ** 2) / (2 * 1.1**2))
    taps = np.outer(line, line) / line.sum() ** 2
    windows = np.lib.stride_tricks.sliding_window_view(image, (5, 5))
    labels = np.einsum("ijkl,kl->ij", windows, taps) + random.normal(scale=0.01, size=(116, 116))
    for options in ({}, {"method": "lbfgs"}):
        text = told(study(image, labels, 5, **options))
        assert not re.search("[0-9]/[0-9]", text)
        assert "nearest is a sampled Gaussian of sigma 1.1" in flat(text)
        rows = [line.split() for line in text.splitlines() if "+-" in line]
        assert len(rows) == 25
        for *_, tap, _, reach in rows:
            assert len(tap.partition(".")[2]) == len(reach.partition(".")[2])
    assert "least squares" in text
    assert "exact tap " not in text


def test_taps_that_are_rounding_are_zero():
    image = np.random.default_rng(0).normal(size=200)
    text = told(study(image, np.correlate(image, [1 / 7, 0, 2 / 7], "valid"), 3))
    assert [line.split()[-1] for line in text.splitlines() if line.split()[:1] == ["0"]] == ["0"]
