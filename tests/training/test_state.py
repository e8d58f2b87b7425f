"""The state of a run: steps of an epoch, averages, and what a checkpoint brings back."""

from __future__ import annotations

import json

import pytest
import torch
from training.striped import striped

from kernelkit.errors import CheckpointError, InputError
from kernelkit.training.checkpoint import load_checkpoint, save_checkpoint
from kernelkit.training.config import Config
from kernelkit.training.evaluate import Metrics
from kernelkit.training.processes import Processes
from kernelkit.training.state import LAST, begun, steps_of

CONFIG = Config(
    net="lenet",
    size=28,
    batch=16,
    validation=10,
    optimiser="adamw",
    normalisation="batch",
    averaging=0.5,
    options=(("activation", "relu"),),
)


def state(folder=None, *, earlier="continue", name="stripes", **changes):
    run = begun(
        CONFIG.with_changes(**changes),
        striped(60, seed=0, name=name),
        striped(20, seed=1),
        folder=folder,
        device=torch.device("cpu"),
        processes=Processes(),
    )
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    run.enter(earlier)
    return run


def stepped(run):
    """Take one step on the first batch."""
    images, labels = run.training.plain(slice(0, 16))
    torch.nn.functional.cross_entropy(run.net(images), labels).backward()
    run.optimiser.step()
    run.step += 1
    run.average()


@pytest.mark.parametrize(
    ("images", "batch", "plain", "normalised"),
    [(64, 32, 2, 2), (65, 32, 3, 2), (66, 32, 3, 3), (5, 32, 1, 1)],
)
def test_the_last_batch_may_be_smaller_but_not_a_single_normalised_image(images, batch, plain, normalised):
    assert steps_of(CONFIG.with_changes(batch=batch, normalisation="none"), images) == plain
    assert steps_of(CONFIG.with_changes(batch=batch), images) == normalised


def test_an_average_is_a_mean_of_all_weights_so_far_with_the_first_ones_forgotten():
    run = state()
    start = run.net[0].weight.detach().clone()
    stepped(run)
    after = run.net[0].weight.detach()
    share = 1 / 11  # of the old average after the first step: step / (step + 10)
    expected = share * start + (1 - share) * after
    assert torch.allclose(run.shadow[0].weight, expected, atol=1e-7)


def test_what_is_saved_comes_back_and_lies_in_memory_as_before(tmp_path):
    run = state(tmp_path)
    stepped(run)
    run.save()
    again = state(tmp_path)
    assert again.step == 1
    for one, other in ((run.net, again.net), (run.shadow, again.shadow)):
        kept = other.state_dict()
        assert all(torch.equal(weights, kept[name]) for name, weights in one.state_dict().items())
    moments = (one.optimiser.state_dict()["state"] for one in (run, again))
    first, second = moments
    assert first.keys() == second.keys()
    for index, before in first.items():
        after = second[index]
        assert before.keys() == after.keys()
        for name in before:
            assert torch.equal(before[name], after[name])
            assert before[name].stride() == after[name].stride()
    for weights, moment in again.optimiser.state.items():
        assert moment["exp_avg"].stride() == weights.stride()


def test_the_kept_weights_are_those_of_the_best_epoch(tmp_path):
    run = state(tmp_path)
    run.sums += 1
    for accuracy in (0.5, 0.7, 0.6):
        stepped(run)
        run.complete(Metrics(1.0, 0.5, 50), Metrics(1.0, accuracy, 10))
        if accuracy == 0.7:
            best = {name: weights.clone() for name, weights in run.best.items()}
    kept, facts = load_checkpoint(tmp_path / "best.safetensors")
    assert facts["epoch"] == 2
    assert all(torch.equal(kept[name], best[name]) for name in best)
    assert [json.loads(line)["epoch"] for line in (tmp_path / "log.jsonl").read_text().splitlines()] == [
        1,
        2,
        3,
    ]
    assert all(torch.equal(run.chosen_net().state_dict()[name], best[name]) for name in best)


@pytest.mark.parametrize("spoilt", ["step", "history", "config", "sums"])
def test_a_checkpoint_without_what_a_run_needs_is_refused(spoilt, tmp_path):
    run = state(tmp_path)
    run.save()
    tensors, facts = load_checkpoint(tmp_path / LAST)
    facts.pop("schema")
    if spoilt == "sums":
        tensors.pop("sums")
    else:
        facts[spoilt] = "nonsense"
    save_checkpoint(tmp_path / LAST, tensors, facts)
    with pytest.raises(CheckpointError, match="does not hold what a run needs to go on"):
        state(tmp_path)


def test_a_checkpoint_of_another_net_names_the_shapes(tmp_path):
    run = state(tmp_path)
    run.save()
    tensors, facts = load_checkpoint(tmp_path / LAST)
    facts.pop("schema")
    tensors["net.0.weight"] = torch.zeros(7, 1, 5, 5)
    save_checkpoint(tmp_path / LAST, tensors, facts)
    with pytest.raises(CheckpointError, match=r"0\.weight is \(7, 1, 5, 5\) and should be \(6, 1, 5, 5\)"):
        state(tmp_path)


def test_the_same_data_from_another_place_go_on_and_other_data_do_not(tmp_path):
    """What tells data apart is the hash of their content, and names say where they lay."""
    run = state(tmp_path, name="train images of here")
    stepped(run)
    run.sums += 1
    run.complete(Metrics(1.0, 0.5, 50), Metrics(1.0, 0.5, 10))
    assert state(tmp_path, name="train images of /somewhere/else").step == 1
    kept, facts = load_checkpoint(tmp_path / LAST)
    facts.pop("schema")
    save_checkpoint(tmp_path / LAST, kept, facts | {"training_sha256": "0" * 64})
    with pytest.raises(CheckpointError, match="training_sha256"):
        state(tmp_path)


def test_the_kept_weights_of_another_run_are_refused(tmp_path):
    for name, seed in (("one", 0), ("other", 1)):
        run = state(tmp_path / name, seed=seed)
        run.sums += 1
        run.complete(Metrics(1.0, 0.5, 50), Metrics(1.0, 0.5, 10))
    (tmp_path / "one" / "best.safetensors").write_bytes(
        (tmp_path / "other" / "best.safetensors").read_bytes()
    )
    with pytest.raises(CheckpointError, match="weights of another run"):
        state(tmp_path / "one")


def test_batch_normalisation_of_a_single_image_is_refused():
    with pytest.raises(InputError, match="needs two training images"):
        state(subset=11)
