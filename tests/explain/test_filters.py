"""Layers in words: what is said is what was measured, in a hundred columns, and json holds all of it."""

import json

import numpy as np
import pytest
from inspection.layers import face_api, plane

from kernelkit.errors import UnknownNameError
from kernelkit.explain.filters import FORMATS, MOST_LISTED, WIDTH, heading, told
from kernelkit.inspection.inspect import inspect
from kernelkit.inspection.layer import first_layer
from kernelkit.inspection.weights import Model

TRAINED = inspect(first_layer(face_api(), stride=2))
SOBEL = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]


def test_the_summary_comes_first_with_the_figures_of_the_trained_layer():
    text = told(TRAINED)
    assert text.startswith("array: 32 filters of 3 x 7 x 7; 7 colour-opponent,")
    flat = " ".join(text.split())
    assert "7 chromatic, 7 of them colour-opponent" in flat
    assert "R^2 0.964 in the median, 23 of 32 above 0.9; R^2 is the share of the energy about zero" in flat
    assert "channels taken as red, green, blue" in flat
    assert "at stride 2, 0.171 of a filter's spectral energy in the median lies beyond pi/stride" in flat


def test_every_filter_has_one_line_with_its_class():
    lines = told(TRAINED).splitlines()
    start = next(i for i, line in enumerate(lines) if line.split()[:2] == ["no", "class"])
    for number, verdict in enumerate(TRAINED.verdicts):
        assert lines[start + 1 + number].split()[:2] == [str(number), verdict.name]


@pytest.mark.parametrize("layer", [TRAINED, inspect([SOBEL]), inspect(np.zeros((9, 3, 5, 5)))])
def test_lines_fit_a_hundred_columns(layer):
    assert max(map(len, told(layer).splitlines())) <= WIDTH


def test_few_filters_are_told_in_full():
    text = " ".join(told(inspect(first_layer([SOBEL], stride=2))).split())
    assert "filter 0 gradient: ramp has 0.89 of the energy" in text
    assert "computes 8 d/dx (gradient)" in text
    assert "R^2 1.000 about zero" in text
    wave = " ".join(told(inspect(plane(9, angle=30, frequency=0.2)[None])).split())
    assert "bar: 1.00 of the energy is even about (x, y) = (+0.00, +0.00)" in wave
    assert "angle 30.0, frequency 0.2000 cycles per pixel" in wave
    assert "give --stride N" in wave


def test_shares_and_phases_say_the_centre_they_are_about():
    """A step one column off is odd about its own centre, and three quarters even about the middle of its window."""
    step = np.zeros((7, 7))
    step[:, 3], step[:, 4] = -1, 1
    text = " ".join(told(inspect(step[None])).split())
    assert "even 0.75 about the middle of the window and 0.00 about (x, y) = (+0.50, +0.00)" in text
    assert "edge: 1.00 of the energy is odd about (x, y) = (+0.50, +0.00)" in text
    grating = np.tile(np.cos(2 * np.pi * 0.19 * (np.arange(5.0) - 2) + 0.6), (5, 1))
    assert "do not read centre and phase" in " ".join(told(inspect(grating[None])).split())


def test_what_noise_and_few_taps_can_mean_is_said_where_it_matters():
    noise = np.random.default_rng(0)
    few, many, tiny = (" ".join(told(inspect(noise.normal(size=(9, n, n)))).split()) for n in (3, 7, 2))
    assert "9 taps hardly tell noise from a filter" in few
    assert "as by 1 of 100 planes of white noise" in few
    assert "of 9 filters cannot be told from white noise: weights still near their random start" in many
    assert "hardly tell" not in many
    assert "4 taps cannot tell noise from a filter" in tiny
    planted = told(inspect(np.stack([plane(7, angle=20 * k) for k in range(9)])))
    assert "white noise" not in planted


def test_dead_filters_have_little_to_tell():
    text = told(inspect(np.stack([plane(7), 0 * plane(7)])))
    assert "dead: norm 0 of the largest" in text
    assert "1 of 2 filters" in text
    many = told(inspect(np.stack([plane(7)] + [0 * plane(7)] * 9)))
    assert "     9  dead             0e+00" in many


def test_of_many_filters_the_text_lists_some_and_json_all():
    many = inspect(np.random.default_rng(0).normal(size=(MOST_LISTED + 5, 1, 2, 2)))
    assert "and 5 more; --format json and html list all" in told(many)
    assert len(json.loads(told(many, "json"))["filters"]) == MOST_LISTED + 5


def test_kinds_notes_and_strides_are_said():
    model = Model(
        {"stem": face_api(), "dw": np.ones((4, 1, 3, 3))},
        "npz",
        "f",
        strides={"dw": (2, 1)},
        notes={"dw": "n"},
    )
    text = " ".join(told(inspect(first_layer(model, "dw"))).split())
    assert "depthwise, one filter a channel" in text
    assert "numbers n" in text
    assert "stride 2 down and 1 across" in text
    assert "none: the stride is 1" in told(inspect(first_layer([SOBEL], stride=1)))


def test_json_holds_what_was_measured_and_no_infinity():
    found = json.loads(told(TRAINED, "json"), parse_constant=pytest.fail)
    assert found["schema"] == "kernelkit/1"
    assert found["layer"]["shape"] == [32, 3, 7, 7]
    assert found["layer"]["stride"] == [2, 2]
    assert found["summary"]["close_fits"] == 23
    assert found["classes"][0]["name"] == "dead"
    for entry, one, verdict in zip(found["filters"], TRAINED.filters, TRAINED.verdicts, strict=True):
        assert entry["class"] == verdict.name
        assert entry["gabor"]["r_squared"] == one.gabor.r_squared
        assert entry["aliased"] == one.aliased
        assert entry["measured_by"] in {"Gabor fit", "gradients and spectral peak"}
    json.loads(told(inspect(np.zeros((2, 1, 3, 3))), "json"), parse_constant=pytest.fail)


def test_the_heading_counts_every_filter_once():
    counts = heading(TRAINED).partition("; ")[2].split(", ")
    assert sum(int(part.split()[0]) for part in counts) == 32


def test_formats_nobody_knows_are_refused():
    assert list(FORMATS) == ["text", "json", "html"]
    with pytest.raises(UnknownNameError):
        told(TRAINED, "pdf")
