"""Training in words: every number is one of the run's, and nothing is claimed that the run does not say."""

import dataclasses
import json
import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from training.made import LENET, history_of, outcome

from kernelkit.errors import InputError, UnknownNameError
from kernelkit.explain.training import FORMATS, configured, epoch_line, time_left, told
from kernelkit.training.config import Config, from_dict
from kernelkit.training.evaluate import Metrics
from kernelkit.training.history import from_dicts
from kernelkit.training.recipes import RECIPES, recipe

COLUMNS = 100
BEST = recipe("lenet", "best")
CONFIGS = [config for known in RECIPES.values() for config in known.values()]
FULL = BEST.with_changes(
    recipe="own",
    options=(("activation", "tanh"), ("widths", (12, 24)), ("hidden", (99, 77))),
    label_smoothing=0.07,
    patience=9,
    subset=12_345,
    weight_decay=0.03,
    averaging=0.98,
    seed=41,
    compilation="whole net",
    precision="bfloat16",
)
DATA = ["Fashion-MNIST train: 60,000 images", "Fashion-MNIST test: 10,000 images"]


def flat(text):
    return " ".join(text.split())


def numbers_of(value):
    """Yield every number inside plain values."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for inner in value:
            yield from numbers_of(inner)
    elif isinstance(value, int | float):
        yield value


def check_numbers(text, known):
    """Assert that every number written in a text is one of those known, to the digits that are written."""
    found = re.findall(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?:e[+-]\d+)?", text)
    assert found
    for word in (written.replace(",", "") for written in found):
        digits = len(word.partition(".")[2])
        assert any(math.isclose(float(word), round(value, digits), rel_tol=1e-9) for value in known), word


def run_numbers(*outcomes):
    """Return the numbers of runs: what they gave, and mean and spread over them."""
    known = [LENET, *(sum(o.seconds for o in outcomes) / len(outcomes) / unit for unit in (1, 60))]
    known += [known[-2] // 60, known[-2] % 60, len(outcomes)]
    for run in outcomes:
        known += [*numbers_of(dataclasses.asdict(run)), 2]  # 2 is in the name of the device
    for kind in (
        [run.test.accuracy for run in outcomes if run.test],
        [run.validation.accuracy for run in outcomes if run.validation],
        [run.chosen.train_accuracy for run in outcomes if run.chosen],
    ):
        if kind:
            known += [np.mean(kind), np.std(kind, ddof=1) if len(kind) > 1 else kind[0]]
    return known


@pytest.mark.parametrize("seeds", [1, 3])
@pytest.mark.parametrize("config", [BEST, BEST.with_changes(validation=0), FULL])
def test_every_number_of_a_result_is_one_of_the_runs(config, seeds):
    runs = [outcome(config, epochs=5, shift=0.0137 * seed) for seed in range(seeds)]
    text = told(runs)
    check_numbers(text, run_numbers(*runs))
    for run in runs:
        assert f"{run.test.accuracy:.4f}" in text


def test_the_mean_and_spread_of_seeds_are_told_with_every_value():
    runs = [outcome(BEST, shift=shift) for shift in (0.0, 0.01, 0.05)]
    values = [run.test.accuracy for run in runs]
    text = flat(told(runs))
    listed = ", ".join(f"{value:.4f}" for value in values)
    assert (
        f"test accuracy {np.mean(values):.4f} over 3 seeds, "
        f"standard deviation {np.std(values, ddof=1):.4f} ({listed})"
    ) in text
    assert "a seed" in text


def test_a_single_run_has_no_spread():
    text = told([outcome(BEST)])
    assert "deviation" not in text
    assert "seeds" not in text


def test_the_epoch_kept_is_the_chosen_one_with_how_it_was_chosen():
    assert "epoch kept 4 of 80, the best on validation images;" in flat(told([outcome(BEST, epochs=5)]))
    assert "epoch kept 5 of 10, the last;" in flat(told([outcome(epochs=5)]))


def test_of_a_run_that_was_not_tested_no_test_is_told():
    text = told([outcome(BEST, reason="interrupted")])
    assert "test" not in text
    assert "validation" in text
    assert told([outcome(BEST, reason="interrupted", epochs=0)])


def test_the_weights_are_named_by_their_files():
    text = told([outcome(folder="runs/a/seed-0"), outcome(folder="runs/a/seed-1")])
    assert "runs/a/seed-0/best.safetensors" in text
    assert "runs/a/seed-1/best.safetensors" in text
    assert "safetensors" not in told([outcome()])


@pytest.mark.parametrize("seeds", [1, 2, 12])
@pytest.mark.parametrize("config", [*CONFIGS, FULL])
def test_text_fits_a_terminal(config, seeds):
    runs = [
        outcome(config, epochs=12, shift=0.001 * seed, folder="runs/lenet/seed-0") for seed in range(seeds)
    ]
    long = "images of a folder of pictures whose name is long and goes on: 1,234 images, not known by its content"
    for text in (told(runs), configured(config, [*DATA, long])):
        assert max(map(len, text.splitlines())) <= COLUMNS
        assert not any(line != line.rstrip() for line in text.splitlines())


@pytest.mark.parametrize("config", CONFIGS)
def test_what_was_published_is_told_for_the_unchanged_recipe(config):
    """For each seed of it; for our own recipes nothing was published."""
    for seed in (0, 7):
        run = outcome(config.with_changes(seed=seed))
        assert ("published" in told([run])) == (config.recipe == "textbook")
        assert bool(json.loads(told([run], "json"))["published"]) == (config.recipe == "textbook")


@pytest.mark.parametrize(
    "change",
    [
        {"lr": 0.5},
        {"epochs": 11},
        {"validation": 100},
        {"subset": 500},
        {"options": (("activation", "relu"),)},
        {"precision": "bfloat16"},
        {"size": 32},
        {"recipe": "own"},
    ],
)
def test_what_was_published_is_not_compared_with_something_else(change):
    run = outcome(recipe("lenet", "textbook").with_changes(**change))
    assert "published" not in told([run])
    assert json.loads(told([run], "json"))["published"] == []


def test_what_was_published_is_not_compared_with_runs_on_other_data():
    run = outcome(data="MNIST train")
    assert "published" not in told([run])
    assert json.loads(told([run], "json"))["published"] == []


def test_what_was_published_is_told_with_its_data_and_its_source():
    text = flat(told([outcome()]))
    assert "published 0.779 on Fashion-MNIST, Dive into Deep Learning, Chinese edition, PyTorch" in text
    assert "published 0.827 on Fashion-MNIST, Dive into Deep Learning, Chinese edition, MXNet" in text
    check_numbers(told([outcome()]), [*run_numbers(outcome()), 0.779, 0.827])


@pytest.mark.parametrize("config", [*CONFIGS, FULL])
def test_json_holds_everything_and_reads_back(config):
    runs = [outcome(config, epochs=4, shift=0.01 * seed, folder=f"runs/{seed}") for seed in range(2)]
    read = json.loads(told(runs, "json"))
    assert read["schema"] == "kernelkit/1"
    values = [run.test.accuracy for run in runs]
    assert read["test_accuracy"]["values"] == values
    assert read["test_accuracy"]["mean"] == pytest.approx(np.mean(values))
    assert read["test_accuracy"]["deviation"] == pytest.approx(np.std(values, ddof=1))
    for kept, run in zip(read["runs"], runs, strict=True):
        assert from_dict(kept["config"]) == config
        assert from_dicts(kept["history"]) == run.history
        assert kept["folder"] == run.folder
        assert kept["test"] == dataclasses.asdict(run.test)


def test_json_of_a_run_that_was_not_tested():
    read = json.loads(told([outcome(reason="interrupted", epochs=0)], "json"))
    assert read["test_accuracy"] is None
    assert read["runs"][0]["test"] is None
    assert read["runs"][0]["history"] == []


def test_json_has_no_word_for_losses_that_are_no_numbers():
    """A last step may be too long; json readers other than Python's refuse NaN and Infinity."""
    for loss in (math.nan, math.inf):
        run = dataclasses.replace(outcome(), test=Metrics(loss, 0.1, 10_000))
        text = told([run], "json")
        assert json.loads(text, parse_constant=pytest.fail)["runs"][0]["test"]["loss"] is None
        assert told([run])


def test_another_form_is_refused_with_those_there_are():
    assert list(FORMATS) == ["text", "json"]
    with pytest.raises(UnknownNameError, match="text, json"):
        told([outcome()], "yaml")


def test_of_no_runs_nothing_can_be_told():
    with pytest.raises(InputError, match="no runs"):
        told([])


def test_a_run_that_stopped_early_says_so_and_after_which_epoch():
    short = outcome(FULL, epochs=12, reason="stopped early")
    assert "stopped early after 12 of 80 epochs: none better in the last 9" in flat(told([short]))
    assert "stopped early after 12, 80 of 80 epochs" in flat(told([short, outcome(FULL, epochs=80)]))
    assert "stopped" not in told([outcome(FULL, epochs=80)])
    read = json.loads(told([short], "json"))["runs"][0]
    assert (read["reason"], read["epochs"]) == ("stopped early", 12)


def test_one_of_something_is_not_written_as_several():
    one = FULL.with_changes(epochs=1, patience=1)
    run = dataclasses.replace(outcome(one, epochs=1, reason="stopped early"), test=Metrics(0.5, 1.0, 1))
    text = flat(configured(one, DATA) + told([run]))
    for words in ("1 epoch", "after 1 epoch without", "of 1 image"):
        assert words in text
    assert not re.search(r"(?<![\d,])1 (epochs|images)", text)


@pytest.mark.parametrize("config", [*CONFIGS, FULL])
def test_every_number_of_a_configuration_is_written_and_none_other(config):
    text = configured(config, DATA)
    check_numbers(re.sub(r"widths \S+ |hidden \S+;", "", flat(text)), [
        *numbers_of(config.as_dict()), 60_000, 10_000, 100_000,
    ])  # fmt: skip
    for number in (config.lr, config.batch, config.epochs, config.seed, config.size):
        assert re.search(rf"(?<![\d.]){re.escape(f'{number:g}')}(?![\d.])", text), number


def test_a_configuration_says_what_is_unusual_about_it():
    text = flat(configured(FULL, DATA))
    for words in (
        "activation tanh, widths 12/24, hidden 99/77",
        "decay 0.03",
        "labels smoothed by 0.07",
        "weights averaged, decay 0.98 a step",
        "batch normalisation while learning, folded into the weights",
        "12,345 of the training images",
        "stops after 9 epochs without a better one",
        "bfloat16, channels last, compiled",
        *DATA,
    ):
        assert words in text


def test_a_plain_configuration_says_nothing_of_what_it_does_not_do():
    text = flat(configured(Config(net="lenet", size=28, validation=0), DATA))
    assert "as posted" in text
    assert "not augmented" in text
    assert "nothing is chosen" in text
    for word in ("decay", "smoothed", "averaged", "normalisation", "subset", "stops", "compiled"):
        assert word not in text


@pytest.mark.parametrize("validation", ["yes", "no"])
def test_an_epoch_is_one_line_of_its_own_numbers(validation):
    for epoch in history_of(12, validation=validation):
        line = epoch_line(epoch, 80)
        assert "\n" not in line
        assert len(line) <= COLUMNS
        check_numbers(line, [*numbers_of(dataclasses.asdict(epoch)), 80])
        assert f"{epoch.train_loss:.4f} {epoch.train_accuracy:.4f}" in line
        assert ("validation" in line) == (validation == "yes")


def test_lines_of_epochs_stand_below_each_other():
    lines = [epoch_line(epoch, 12) for epoch in history_of(12)]
    assert len({line.index("train") for line in lines}) == 1


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (-3, "0 s"),
        (8.4, "8 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (200, "3 min 20 s"),
        (3599.6, "1 h 0 min"),
        (7500, "2 h 5 min"),
        (90_000, "25 h 0 min"),
        (math.inf, "unknown"),
        (math.nan, "unknown"),
    ],
)
def test_times_are_written_for_people(seconds, text):
    assert time_left(seconds) == text


@given(st.floats(0, 1e6))
def test_a_time_reads_back_to_within_its_last_unit(seconds):
    units = {"s": 1, "min": 60, "h": 3600}
    words = time_left(seconds).split()
    read = sum(int(number) * units[unit] for number, unit in zip(words[::2], words[1::2], strict=True))
    assert abs(read - seconds) <= (0.5 if "h" not in words else 60)
