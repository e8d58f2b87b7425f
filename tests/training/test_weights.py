"""A net that is read back gives what the run measured, fed as its file says; other files are refused."""

import json

import numpy as np
import pytest
import torch
from training.striped import CLASSES, striped

from kernelkit.errors import CheckpointError
from kernelkit.training.checkpoint import load_checkpoint, save_checkpoint
from kernelkit.training.config import Config
from kernelkit.training.loop import train
from kernelkit.training.weights import load_trained

TEST = striped(61, seed=1)
CONFIG = Config(
    net="lenet",
    size=24,
    options=(("activation", "relu"), ("widths", (3, 5)), ("hidden", (8, 6))),
    epochs=2,
    batch=32,
    optimiser="adamw",
    lr=0.02,
    normalisation="batch",
    inputs="standardised",
    averaging=0.5,
    validation=40,
)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    return train(CONFIG, striped(203, seed=0), TEST, folder=folder, device="cpu"), folder


@pytest.fixture
def kept(run, tmp_path):
    """Return a copy of the file, which a test may spoil."""
    path = tmp_path / "best.safetensors"
    path.write_bytes((run[1] / "best.safetensors").read_bytes())
    return path


def test_the_net_gives_what_the_run_measured(run):
    """Fed by hand: pixels over 255, less the mean, over the deviation, resized to the size of the configuration."""
    outcome, folder = run
    trained = load_trained(folder / "best.safetensors")
    assert (trained.config, trained.classes) == (CONFIG, CLASSES)
    assert trained.epoch == outcome.chosen.epoch
    assert not trained.net.training
    inputs = (TEST.images / 255 - trained.scale.mean[0]) / trained.scale.deviation[0]
    images = torch.nn.functional.interpolate(
        torch.from_numpy(inputs).float(), size=(24, 24), mode="bilinear", align_corners=False
    )
    labels = torch.from_numpy(TEST.labels)
    with torch.no_grad():
        outputs = trained.net(images)
    loss = torch.nn.functional.cross_entropy(outputs.double(), labels)
    assert float(loss) == pytest.approx(outcome.test.loss, rel=1e-5)
    assert float((outputs.argmax(1) == labels).double().mean()) == pytest.approx(outcome.test.accuracy)
    assert sum(parameter.numel() for parameter in trained.net.parameters()) == outcome.parameters


def test_the_scale_is_that_of_the_images_learned_from(run):
    """Close to that of all of them: 40 of 203 were held back."""
    scale = load_trained(run[1] / "best.safetensors").scale
    pixels = striped(203, seed=0).images / 255
    assert scale.mean == pytest.approx([pixels.mean()], rel=0.02)
    assert scale.deviation == pytest.approx([pixels.std()], rel=0.02)


def test_a_state_to_go_on_from_is_not_taken_for_weights(run):
    with pytest.raises(CheckpointError, match="does not say which net") as refused:
        load_trained(run[1] / "last.safetensors")
    assert "best.safetensors" in str(refused.value)


def test_a_damaged_file_is_refused(kept):
    content = kept.read_bytes()
    for length in (0, 7, 100, len(content) // 2, len(content) - 1):
        kept.write_bytes(content[:length])
        with pytest.raises(CheckpointError, match="is no checkpoint of kernelkit"):
            load_trained(kept)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("config", None, "does not say which net"),
        ("config", [], "does not say which net"),
        ("config", "lenet", "does not say which net"),
        ("config", {**CONFIG.as_dict(), "net": "vgg"}, "does not say which net"),
        ("config", {**CONFIG.as_dict(), "size": 2}, "does not say which net"),
        ("config", {**CONFIG.as_dict(), "options": {"activation": "softmax"}}, "does not say which net"),
        ("config", {**CONFIG.as_dict(), "options": {"activation": {"a": 1}}}, "does not say which net"),
        ("config", {**CONFIG.as_dict(), "options": {"depth": 3}}, "does not say which net"),
        ("config", {**CONFIG.as_dict(), "options": {"widths": [3, 5, 7]}}, "does not say which net"),
        (
            "config",
            {**CONFIG.as_dict(), "options": {}},
            r"0\.weight is \(3, 1, 5, 5\) and should be \(6, 1, 5, 5\)",
        ),
        ("config", {**CONFIG.as_dict(), "size": 28}, "holds the weights of another net"),
        ("classes", None, "does not say which net"),
        ("classes", 4, "does not say which net"),
        ("classes", ["a", "b"], r"11\.weight is \(4, 6\) and should be \(2, 6\)"),
        ("mean", None, "does not say which net"),
        ("mean", ["grey"], "does not say which net"),
        ("mean", [0.1, 0.2, 0.3], "does not say which net"),
        ("mean", [float("nan")], "does not say which net"),
        ("deviation", [0.0], "does not say which net"),
        ("deviation", 0.3, "does not say which net"),
        ("epoch", None, "does not say which net"),
        ("epoch", "two", "does not say which net"),
    ],
)
def test_a_file_that_says_something_else_is_refused(kept, name, value, message):
    tensors, facts = load_checkpoint(kept)
    facts[name] = value
    save_checkpoint(kept, tensors, facts)
    with pytest.raises(CheckpointError, match=message):
        load_trained(kept)


@pytest.mark.parametrize("name", ["config", "classes", "mean", "deviation", "epoch"])
def test_a_file_that_leaves_something_out_is_refused(kept, name):
    tensors, facts = load_checkpoint(kept)
    del facts[name]
    save_checkpoint(kept, tensors, facts)
    with pytest.raises(CheckpointError, match="does not say which net") as refused:
        load_trained(kept)
    assert refused.value.why == f"it has no entry '{name}'"


def test_a_run_that_lacks_its_best_weights_is_told_where_they_lie(run):
    for path in (run[1], run[1] / "lost.safetensors"):
        with pytest.raises(CheckpointError, match="cannot be read") as refused:
            load_trained(path)
        assert "best.safetensors" in refused.value.next


def test_every_channel_has_a_mean_and_a_deviation(kept):
    tensors, facts = load_checkpoint(kept)
    facts["deviation"] = [*facts["deviation"], 1.0]
    save_checkpoint(kept, tensors, facts)
    with pytest.raises(CheckpointError, match="1 means and 2 deviations"):
        load_trained(kept)
    facts["mean"] = [*facts["mean"], 0.5]
    save_checkpoint(kept, tensors, facts)
    with pytest.raises(CheckpointError, match=r"0\.weight is \(3, 1, 5, 5\) and should be \(3, 2, 5, 5\)"):
        load_trained(kept)


def test_the_weights_are_plain_numbers_that_do_not_hide_a_normalisation(run):
    tensors, _ = load_checkpoint(run[1] / "best.safetensors")
    assert {name.split(".")[1] for name in tensors} == {"weight", "bias"}
    assert all(np.isfinite(tensor.numpy()).all() for tensor in tensors.values())
    assert json.loads((run[1] / "config.json").read_text())["normalisation"] == "batch"
