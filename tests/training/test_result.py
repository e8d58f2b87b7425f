"""A result holds what the run gave, in values that json has words for."""

import json

import pytest
from training.made import outcome

from kernelkit.training.config import from_dict
from kernelkit.training.recipes import recipe
from kernelkit.training.result import as_dict


@pytest.mark.parametrize("name", ["textbook", "best", "modern"])
def test_a_result_survives_json_and_holds_the_numbers_of_the_run(name):
    run = outcome(recipe("lenet", name), epochs=4)
    read = json.loads(json.dumps(as_dict(run), allow_nan=False))
    assert read["schema"] == "kernelkit/1"
    assert from_dict(read["config"]) == run.config
    assert read["test"] == {"loss": run.test.loss, "accuracy": run.test.accuracy, "images": 10_000}
    assert (read["parameters"], read["epochs"], read["seconds"]) == (61_706, 4, 187.0)
    assert (read["reason"], read["device"]) == ("finished", "CPU, 2 threads")


def test_what_was_chosen_is_the_chosen_epoch_not_the_last():
    run = outcome(recipe("lenet", "best"), epochs=4)
    read = as_dict(run)
    assert read["chosen_epoch"] == 3
    assert read["train_loss"] == run.history[2].train_loss
    assert read["train_accuracy"] == run.history[2].train_accuracy
    assert read["validation"] == {
        "loss": run.history[2].validation_loss,
        "accuracy": run.history[2].validation_accuracy,
        "images": 5000,
    }
    assert as_dict(outcome(epochs=4))["chosen_epoch"] == 4
    assert as_dict(outcome(epochs=4))["validation"] is None


def test_a_run_that_was_interrupted_has_no_test_and_before_its_first_epoch_no_choice():
    assert as_dict(outcome(reason="interrupted"))["test"] is None
    read = as_dict(outcome(reason="interrupted", epochs=0))
    assert [read[name] for name in ("chosen_epoch", "train_loss", "train_accuracy", "validation")] == [
        None
    ] * 4
