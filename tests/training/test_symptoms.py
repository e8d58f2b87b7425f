"""A loss at that of guessing is told from one that falls, and what is advised can be typed."""

import dataclasses
import math
import re
import shlex

import pytest
from golden.tables import rows
from training.made import history_of

from kernelkit.cli.train import train
from kernelkit.nets.choices import ACTIVATIONS
from kernelkit.nets.initialise import STARTS
from kernelkit.training.config import Config
from kernelkit.training.recipes import recipe
from kernelkit.training.symptoms import chance, divergence_advice, plateau, plateau_advice

ROW = next(row for row in rows("cases_learn") if row["id"] == "wuziheng/CNN-Numpy#5")
CLASSES = ROW["input"]["classes"]
GUESSING = float(ROW["expected"]["chance_cross_entropy"])


def losses(*values):
    """Return a history with these training losses."""
    return tuple(
        dataclasses.replace(epoch, train_loss=loss)
        for epoch, loss in zip(history_of(len(values)), values, strict=True)
    )


def test_guessing_costs_what_the_thread_saw_for_twenty_epochs():
    assert chance(CLASSES) == pytest.approx(GUESSING, abs=float(ROW["tolerance"]))
    assert plateau(losses(*[GUESSING] * 20), CLASSES)


@pytest.mark.parametrize(
    ("values", "stuck"),
    [
        ((), False),
        ((GUESSING,), False),
        ((GUESSING, GUESSING), True),
        ((GUESSING - 0.019, GUESSING - 0.019), True),
        ((GUESSING - 0.021, GUESSING - 0.019), False),
        ((GUESSING, GUESSING - 0.021), False),
        ((GUESSING - 1, GUESSING, GUESSING), True),
        ((GUESSING, GUESSING, 0.5), False),
        ((GUESSING + 3, GUESSING + 1), True),
    ],
)
def test_two_whole_epochs_at_guessing_are_a_plateau(values, stuck):
    assert plateau(losses(*values), CLASSES) is stuck


def test_the_loss_of_guessing_depends_on_the_classes():
    """A loss of ln 10 is learning where there are a hundred classes, and none where there are four."""
    stuck = losses(GUESSING, GUESSING)
    assert not plateau(stuck, 100)
    assert plateau(stuck, 4)


CONFIGS = [
    recipe("lenet", "textbook"),
    recipe("lenet", "best"),
    recipe("lenet", "modern"),
    recipe("alexnet", "textbook"),
    Config(net="lenet", size=28),
    Config(net="lenet", size=28, options=(("activation", "relu"),)),
    Config(net="alexnet", size=224, options=(("activation", "sigmoid"),), lr=1e-5, precision="bfloat16"),
]


def options_in(text):
    """Return the options that a text advises, as they are typed: name, and the word behind it."""
    return re.findall(r"(--[a-z-]+) ([\w.+-]*\w)", text)


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize(
    "advice",
    [
        lambda config: plateau_advice(config, 10, loss=2.3),
        lambda config: plateau_advice(config, 10, loss=90989.0),
        divergence_advice,
    ],
)
def test_what_is_advised_can_be_typed(config, advice):
    """The command's own parser takes it, and the words are those of nets and starts."""
    found = options_in(advice(config))
    assert "--lr" in dict(found)
    for name, word in found:
        context = train.make_context("train", ["lenet", name, word])
        read = context.params[name.removeprefix("--").replace("-", "_")]
        assert read == (float(word) if name == "--lr" else word)
        assert name != "--activation" or word in ACTIVATIONS
        assert name != "--initialisation" or word in STARTS
        assert name != "--lr" or float(word) != config.lr


def test_only_what_is_not_done_already_is_advised():
    sigmoid = options_in(plateau_advice(Config(net="lenet", size=28), 10, loss=GUESSING))
    assert ("--normalisation", "batch") in sigmoid
    assert ("--activation", "relu") in sigmoid
    assert ("--initialisation", "xavier") in sigmoid
    textbook = dict(options_in(plateau_advice(recipe("lenet", "textbook"), 10, loss=GUESSING)))
    assert textbook.keys() == {"--normalisation", "--activation", "--lr"}
    for config in (recipe("lenet", "best"), recipe("lenet", "modern"), recipe("alexnet", "textbook")):
        assert dict(options_in(plateau_advice(config, 10, loss=GUESSING))).keys() == {"--lr"}


def test_the_plateau_is_named_with_its_number():
    text = plateau_advice(recipe("lenet", "textbook"), CLASSES, loss=GUESSING)
    assert f"ln(10) = {GUESSING:.4f}" in text
    assert f"ln(7) = {math.log(7):.4f}" in plateau_advice(recipe("lenet", "textbook"), 7, loss=math.log(7))


def test_against_divergence_steps_become_ten_times_shorter():
    rates = dict(options_in(divergence_advice(Config(net="lenet", size=28, lr=0.5))))
    assert rates == {"--lr": "0.05"}
    assert shlex.split(divergence_advice(CONFIGS[-1]))[-1] == "float32"


def test_a_single_class_is_no_plateau_and_a_loss_far_above_guessing_asks_for_smaller_steps_only():
    assert not plateau(losses(0.0, 0.0), 1)
    assert "--lr 0.09." in plateau_advice(recipe("lenet", "textbook"), 10, loss=90989.0)
    assert "2.7" not in plateau_advice(recipe("lenet", "textbook"), 10, loss=90989.0)
    assert "stays at ln(10)" in plateau_advice(recipe("lenet", "textbook"), 10, loss=GUESSING)


@pytest.mark.parametrize("name", ["textbook", "best", "modern"])
def test_a_rate_far_from_the_recipe_is_answered_with_that_of_the_recipe(name):
    """A tenth of 1e30 would be as useless."""
    own = recipe("lenet", name)
    for lr in (1e30, 100 * own.lr):
        assert dict(options_in(divergence_advice(own.with_changes(lr=lr))))["--lr"] == str(own.lr)
        assert f"--lr {own.lr}." in plateau_advice(own.with_changes(lr=lr), 10, loss=90989.0)
