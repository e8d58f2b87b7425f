"""A run: what it computes, how it stops, and that going on changes nothing."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from golden.tables import ids, rows
from safetensors.torch import load_file
from training.striped import striped

from kernelkit.datasets.sampling import order
from kernelkit.errors import CheckpointError, DivergenceError, InputError, LimitError, OutputError
from kernelkit.nets.initialise import initialise
from kernelkit.nets.lenet import lenet
from kernelkit.training.config import Config
from kernelkit.training.loop import train
from kernelkit.training.randomness import seed_of

SESSION = str(Path(__file__).with_name("session.py"))
SMALL = {
    "epochs": 2,
    "batch": 32,
    "lr": 0.01,
    "optimiser": "adamw",
    "validation": 40,
    "inputs": "standardised",
}
WHOLE = SMALL | {
    "schedule": "one-cycle",
    "normalisation": "batch",
    "augmentation": "flips and shifts",
    "averaging": 0.9,
    "label_smoothing": 0.1,
    "weight_decay": 0.01,
}
RELU = {"options": {"activation": "relu", "pooling": "max"}}
LEARNED, TESTED = striped(203, seed=0), striped(61, seed=1)


def config(**changes):
    given = SMALL | changes
    given["options"] = tuple(given.get("options", {}).items())
    return Config(net="lenet", size=28, **given)


def session(folder, options, *, before=()):
    return subprocess.Popen(
        [sys.executable, *before, SESSION, str(folder), json.dumps(options)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )


def finished(process):
    out, err = process.communicate(timeout=240)
    assert process.returncode == 0, err
    return out


def state(folder):
    """Everything a run keeps, but for the time it took."""
    kept = {name: load_file(folder / f"{name}.safetensors") for name in ("last", "best")}
    log = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    for row in log:
        row["seconds"] = row["seconds_in_all"] = 0
    return kept, log


def equal(one, other):
    (kept, log), (others, other_log) = one, other
    return log == other_log and all(
        kept[file].keys() == others[file].keys()
        and all(torch.equal(kept[file][name], others[file][name]) for name in kept[file])
        for file in kept
    )


def test_the_textbook_recipe_is_a_plain_loop_of_pytorch():
    """An independent loop with the same start and order gives the same weights."""
    outcome = train(
        config(optimiser="sgd", lr=0.5, initialisation="xavier", validation=0, inputs="unit", seed=3),
        LEARNED,
        TESTED,
        device="cpu",
    )
    net = lenet(classes=4)
    initialise(net, "xavier", seed=seed_of(3, "initialisation"))
    images, labels = torch.from_numpy(LEARNED.images).float() / 255, torch.from_numpy(LEARNED.labels)
    steps = torch.optim.SGD(net.parameters(), lr=0.5)
    sums = []
    for epoch in range(2):
        lost = 0.0
        visited = torch.from_numpy(order(203, seed=3, epoch=epoch))
        for batch in visited.split(32):
            loss = torch.nn.functional.cross_entropy(net(images[batch]), labels[batch])
            steps.zero_grad()
            loss.backward()
            steps.step()
            lost += loss.item() * len(batch)
        sums.append(lost / 203)
    assert [row.train_loss for row in outcome.history] == pytest.approx(sums, rel=1e-5)
    with torch.no_grad():
        outputs = net(torch.from_numpy(TESTED.images).float() / 255)
    expected = torch.nn.functional.cross_entropy(outputs, torch.from_numpy(TESTED.labels)).item()
    assert outcome.test.loss == pytest.approx(expected, rel=1e-4)
    assert outcome.parameters == sum(weights.numel() for weights in net.parameters())


def test_a_net_learns_what_can_be_learned(tmp_path):
    # mirrored, a rising stripe is a falling one, so images are only shifted
    wanted = config(**WHOLE | RELU | {"epochs": 8, "augmentation": "shifts"})
    outcome = train(wanted, LEARNED, TESTED, folder=tmp_path, device="cpu")
    assert outcome.test.accuracy > 0.9
    assert outcome.test.images == 61
    assert outcome.validation.images == 40
    assert outcome.chosen.validation_accuracy == max(row.validation_accuracy for row in outcome.history)
    assert outcome.reason == "finished"
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".lock",
        "best.safetensors",
        "config.json",
        "last.safetensors",
        "log.csv",
        "log.jsonl",
        "result.json",
    ]
    assert json.loads((tmp_path / "result.json").read_text())["test"]["accuracy"] == outcome.test.accuracy


def test_with_the_same_seed_everything_is_the_same_and_with_another_it_is_not():
    one, same, other = (
        train(config(**WHOLE, seed=seed), LEARNED, TESTED, device="cpu").test.loss for seed in (7, 7, 8)
    )
    assert one == same
    assert one != other


def test_random_numbers_of_the_user_are_left_alone():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    train(config(epochs=1, options={"activation": "relu"}), LEARNED, TESTED, device="cpu")
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize("row", rows("cases_learn", "property", key="ask"), ids=ids)
def test_properties_of_resumed_and_repeated_runs(row, tmp_path):
    """The rows on resuming: two epochs, an end, two more, against four; the row on orders is with sampling."""
    if "run_a" not in row["input"]:
        assert row["expected"]["orders_of_epochs_differ"]
        return
    whole = train(config(**WHOLE | {"epochs": 4}), LEARNED, TESTED, folder=tmp_path / "a", device="cpu")
    process = session(tmp_path / "b", WHOLE | {"epochs": 4, "pace": 0.02})
    for line in process.stdout:
        if int(line) == 12:  # the last step of the second epoch; the signal arrives at or just after its end
            process.send_signal(signal.SIGINT)
            break
    assert "interrupted" in finished(process)
    assert not (tmp_path / "b" / "result.json").exists()
    assert "finished" in finished(session(tmp_path / "b", WHOLE | {"epochs": 4}))
    assert row["expected"]["equal_bit_for_bit"]
    # one thread there and several here would add in another order, so both are compared with a run like theirs
    finished(session(tmp_path / "c", WHOLE | {"epochs": 4}))
    assert equal(state(tmp_path / "b"), state(tmp_path / "c"))
    assert len(whole.history) == 4


@pytest.mark.parametrize("options", [WHOLE, SMALL | RELU], ids=["everything", "plain"])
def test_a_killed_run_goes_on_as_if_nothing_had_happened(options, tmp_path):
    """Killed without warning after random steps, and in the middle of what follows them."""
    finished(session(tmp_path / "whole", options | {"epochs": 3}))
    draw = random.Random(11)
    for _ in range(3):
        process = session(tmp_path / "killed", options | {"epochs": 3})
        steps = draw.randint(1, 7)
        for count, _line in enumerate(process.stdout, 1):
            if count == steps:
                break
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL
    finished(session(tmp_path / "killed", options | {"epochs": 3}))
    assert equal(state(tmp_path / "whole"), state(tmp_path / "killed"))
    assert not [
        path
        for path in (tmp_path / "killed").iterdir()
        if path.suffix not in {".safetensors", ".json", ".csv", ".jsonl"} and not path.name.startswith(".")
    ]


@pytest.mark.parametrize("options", [WHOLE, SMALL], ids=["everything", "plain"])
def test_two_processes_give_the_weights_of_one(options, tmp_path):
    """The last batch has 3 images and the test split 61: shares differ, and each image counts once.

    Up to the order of additions, so with plain gradient descent: Adam divides small gradients by their size, and
    what is rounding in them becomes a whole step.
    """
    options = options | {"optimiser": "sgd", "lr": 0.1}
    finished(session(tmp_path / "one", options))
    launch = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
    finished(session(tmp_path / "two", options, before=launch))
    (one, log), (two, other_log) = state(tmp_path / "one"), state(tmp_path / "two")
    assert one["best"].keys() == two["best"].keys()
    for name, weights in one["best"].items():
        assert torch.allclose(weights, two["best"][name], rtol=1e-4, atol=1e-5), name
    for row, other in zip(log, other_log, strict=True):
        assert row["train_loss"] == pytest.approx(other["train_loss"], rel=1e-3)
        assert row["validation_accuracy"] == pytest.approx(other["validation_accuracy"], abs=1.01 / 40)
    results = [json.loads((tmp_path / name / "result.json").read_text()) for name in ("one", "two")]
    assert [result["test"]["images"] for result in results] == [61, 61]
    assert results[0]["test"]["loss"] == pytest.approx(results[1]["test"]["loss"], rel=1e-3)


def test_an_earlier_run_is_neither_lost_nor_mixed_with_another(tmp_path):
    train(config(epochs=1), LEARNED, TESTED, folder=tmp_path, device="cpu")
    before = (tmp_path / "last.safetensors").read_bytes()
    with pytest.raises(InputError, match="holds an earlier run"):
        train(config(epochs=1), LEARNED, TESTED, folder=tmp_path, device="cpu")
    with pytest.raises(CheckpointError, match=r"lr 0\.01 and 0\.02"):
        train(config(epochs=1, lr=0.02), LEARNED, TESTED, folder=tmp_path, earlier="continue", device="cpu")
    with pytest.raises(CheckpointError, match="training_sha256"):
        train(
            config(epochs=1), striped(203, seed=9), TESTED, folder=tmp_path, earlier="continue", device="cpu"
        )
    assert (tmp_path / "last.safetensors").read_bytes() == before


def test_a_finished_run_that_goes_on_is_tested_again_with_the_same_result(tmp_path):
    first = train(config(), LEARNED, TESTED, folder=tmp_path, device="cpu")
    again = train(config(), LEARNED, TESTED, folder=tmp_path, earlier="continue", device="cpu")
    assert again.test == first.test
    assert again.history == first.history
    assert again.seconds == first.seconds


@pytest.mark.parametrize("damage", ["cut", "foreign", "text"])
def test_a_damaged_checkpoint_is_refused_in_words(damage, tmp_path):
    train(config(epochs=1), LEARNED, TESTED, folder=tmp_path, device="cpu")
    last = tmp_path / "last.safetensors"
    if damage == "cut":
        last.write_bytes(last.read_bytes()[:-100])
    elif damage == "foreign":
        last.write_bytes((tmp_path / "best.safetensors").read_bytes())
    else:
        last.write_text("<html>not found</html>")
    with pytest.raises(CheckpointError, match=r"last\.safetensors"):
        train(config(epochs=1), LEARNED, TESTED, folder=tmp_path, earlier="continue", device="cpu")


def test_divergence_is_said_with_what_helps():
    with pytest.raises(DivergenceError, match=r"diverged.*no longer a number") as caught:
        train(config(optimiser="sgd", lr=1e6, epochs=30, **RELU), LEARNED, TESTED, device="cpu")
    assert "--lr 0.9" in str(caught.value)  # that of the published recipe
    assert caught.value.limit == 1e6


def test_a_last_step_that_diverges_is_no_result():
    """The loss of an epoch is summed before its last step; only the test sees what that step did."""
    with pytest.raises(DivergenceError, match="no longer a number"):
        train(
            config(optimiser="sgd", lr=1e30, epochs=1, batch=203, validation=0, **RELU),
            LEARNED,
            TESTED,
            device="cpu",
        )


def test_training_stops_early_only_when_nothing_gets_better():
    outcome = train(
        config(**RELU | {"epochs": 40, "patience": 2, "lr": 0.003}), LEARNED, TESTED, device="cpu"
    )
    assert outcome.reason == "stopped early"
    assert len(outcome.history) == outcome.chosen.epoch + 2
    with pytest.raises(InputError, match="needs validation images"):
        config(patience=2, validation=0)


def test_a_full_disk_loses_nothing_that_was_kept(tmp_path, monkeypatch):
    train(config(epochs=1), LEARNED, TESTED, folder=tmp_path, device="cpu")
    before = (tmp_path / "last.safetensors").read_bytes()

    def full(_handle, _mode):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(OutputError, match="no space left on device"):
        train(config(epochs=1), LEARNED, TESTED, folder=tmp_path, earlier="continue", device="cpu")
    assert (tmp_path / "last.safetensors").read_bytes() == before


def test_progress_counts_every_step_and_every_epoch():
    seen = []
    train(config(), LEARNED, TESTED, device="cpu", progress=seen.append)
    steps = -(-163 // 32)
    assert [one.step for one in seen] == sorted([0, *range(1, 2 * steps + 1), steps, 2 * steps])
    assert seen[-1].seconds_left == 0
    assert len(seen[-1].history) == 2
    assert [np.isfinite(one.seconds_left) for one in seen] == [False] + [True] * (2 * steps + 2)


def test_a_ctrl_c_during_the_test_is_not_swallowed_and_loses_nothing(tmp_path, monkeypatch):
    """The run is finished and its result kept, but whatever was to follow is not begun."""
    from kernelkit.training import loop

    test = loop.evaluate

    def interrupted(net, batches, **options):
        if len(batches) == 61:
            os.kill(os.getpid(), signal.SIGINT)
        return test(net, batches, **options)

    monkeypatch.setattr(loop, "evaluate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        train(config(epochs=1), LEARNED, TESTED, folder=tmp_path, device="cpu")
    assert json.loads((tmp_path / "result.json").read_text())["test"]["images"] == 61


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"config": None}, "config"),
        ({"config": {"net": "lenet"}}, "config"),
        ({"training": None}, "training"),
        ({"training": LEARNED.images}, "training"),
        ({"test": "fashion-mnist"}, "test"),
        ({"folder": 5}, "folder"),
        ({"save_every": "often"}, "save_every"),
        ({"save_every": float("nan")}, "save_every"),
        ({"save_every": -1}, "save_every"),
        ({"progress": 5}, "progress"),
        ({"device": "tpu"}, "device"),
        ({"earlier": "overwrite"}, "earlier"),
    ],
)
def test_arguments_of_another_kind_are_refused_by_name(changed, named):
    given = {"config": config(), "training": LEARNED, "test": TESTED} | changed
    with pytest.raises(InputError, match=named) as refused:
        train(given.pop("config"), given.pop("training"), given.pop("test"), **given)
    assert refused.value.next


def test_a_net_that_memory_is_too_small_for_is_refused_in_words(tmp_path, monkeypatch):
    """In the middle of a run, whose last checkpoint is then whole."""
    from kernelkit.training import loop

    monkeypatch.setattr(loop, "evaluate", lambda *_, **__: torch.empty(2**60, dtype=torch.uint8))
    with pytest.raises(LimitError, match="too little memory"):
        train(config(), LEARNED, TESTED, folder=tmp_path, device="cpu", save_every=0)
    monkeypatch.undo()
    again = train(config(), LEARNED, TESTED, folder=tmp_path, device="cpu", earlier="continue")
    assert again.reason == "finished"
