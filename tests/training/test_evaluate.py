"""Loss and accuracy count every image once, whatever the batches and however many processes share them."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
import torch
from golden.tables import ids, rows
from torch import nn

from kernelkit.datasets.labelled import LabelledImages
from kernelkit.training import evaluate as module
from kernelkit.training.batches import Scale, batches_of
from kernelkit.training.evaluate import accumulator, evaluate, metrics, outputs_of, tally
from kernelkit.training.processes import Processes

CLASSES = 5
ALONE = Processes()


def split_of(count, *, size=6, seed=0):
    draw = np.random.default_rng(seed)
    data = LabelledImages(
        draw.integers(0, 256, (count, 1, size, size), dtype=np.uint8),
        draw.integers(0, CLASSES, count),
        tuple("abcde"),
        "random",
        "tests",
        "drawn by the test",
    )
    scale = Scale((0.0,), (1.0,))
    return data, batches_of(data, scale, size=size, device=torch.device("cpu"), layout="channels first")


class Noting(nn.Module):
    """A linear net that notes how many images it sees at once, and whether it is learning."""

    def __init__(self, pixels=36):
        super().__init__()
        torch.manual_seed(0)
        self.linear = nn.Linear(pixels, CLASSES)
        with torch.no_grad():
            self.linear.weight.mul_(10)
        self.seen = []

    def forward(self, images):
        """Return the scores of images."""
        self.seen.append((len(images), self.training))
        return self.linear(images.flatten(1))


class Share:
    """One of several processes, whose sums are kept instead of being sent."""

    def __init__(self, rank, count, sums):
        self.rank, self.count, self.sums = rank, count, sums

    def summed(self, values):
        """Keep the sums of this share."""
        self.sums.append(values.clone())
        return values


def one_by_one(net, data):
    """Return mean loss and accuracy, image by image in double precision."""
    weight, bias = (p.detach().double().numpy() for p in net.linear.parameters())
    losses, right = [], 0
    for image, label in zip(data.images, data.labels, strict=True):
        scores = weight @ (image.reshape(-1) / 255) + bias
        losses.append(
            math.log(sum(math.exp(s - scores.max()) for s in scores)) + scores.max() - scores[label]
        )
        right += max(range(CLASSES), key=lambda c: scores[c]) == label
    return math.fsum(losses) / len(losses), right / len(losses)


@pytest.mark.parametrize("count", [1, 7, 999, 1000, 1001, 2203])
def test_a_split_is_evaluated_as_image_by_image(count):
    data, batches = split_of(count)
    net = Noting()
    found = evaluate(net, batches, precision="float32", processes=ALONE)
    loss, accuracy = one_by_one(net, data)
    assert found.images == count
    assert found.loss == pytest.approx(loss, rel=1e-5)
    assert found.accuracy == pytest.approx(accuracy, abs=1e-12)
    assert sum(images for images, _ in net.seen) == count


@pytest.mark.parametrize("at_once", [1, 4, 50, 10_000])
def test_how_many_images_are_seen_at_once_changes_nothing(at_once, monkeypatch):
    data, batches = split_of(103)
    net = Noting()
    monkeypatch.setattr(module, "IMAGES_A_STEP", at_once)
    found = evaluate(net, batches, precision="float32", processes=ALONE)
    assert (found.loss, found.accuracy) == pytest.approx(one_by_one(net, data), rel=1e-5)


def test_large_images_are_seen_fewer_at_a_time(monkeypatch):
    """At most so many pixels, and at least one image."""
    _, batches = split_of(40)
    for pixels, most in ((36 * 7 + 5, 7), (10, 1)):
        net = Noting()
        monkeypatch.setattr(module, "PIXELS_A_STEP", pixels)
        evaluate(net, batches, precision="float32", processes=ALONE)
        assert max(images for images, _ in net.seen) == most
        assert sum(images for images, _ in net.seen) == 40


@pytest.mark.parametrize("count", [1, 2, 3, 7, 1200])
@pytest.mark.parametrize("ranks", [1, 2, 3, 4])
def test_the_shares_of_all_processes_count_each_image_once(count, ranks):
    data, batches = split_of(count)
    sums = []
    for rank in range(ranks):
        net = Noting()
        share = Share(rank, ranks, sums)
        if count > rank:  # the mean of no image is nothing; the real sum is that of all
            evaluate(net, batches, precision="float32", processes=share)
    found = metrics(sum(sums))
    assert found.images == count
    assert (found.loss, found.accuracy) == pytest.approx(one_by_one(net, data), rel=1e-5)


@pytest.mark.parametrize("row", rows("cases_learn", "shards", key="ask"), ids=ids)
def test_shards_are_not_padded(row):
    count, ranks = row["input"]["samples"], row["input"]["ranks"]
    _, batches = split_of(count)
    seen = []
    for rank in range(ranks):
        net, sums = Noting(), []
        evaluate(net, batches, precision="float32", processes=Share(rank, ranks, sums))
        seen.append(int(sums[0][2]))
        assert sum(images for images, _ in net.seen) == seen[-1]
    assert seen == row["expected"]["shard_sizes"]
    assert sum(seen) == row["expected"]["right"]
    assert sum(seen) != row["expected"]["padded_shards_evaluate"]


@pytest.mark.parametrize("row", rows("cases_learn", "weighted-mean", key="ask"), ids=ids)
def test_the_loss_of_a_split_is_weighted_by_images(row):
    """Two classes with scores 0 and x give the label 0 the loss ln(1 + e^x)."""
    sums = torch.zeros(3, dtype=torch.float64)
    for loss, size in zip(row["input"]["batch_mean_losses"], row["input"]["batch_sizes"], strict=True):
        scores = torch.tensor([0.0, math.log(math.exp(loss) - 1)], dtype=torch.float64).repeat(size, 1)
        sums += tally(scores, torch.zeros(size, dtype=torch.int64))
    found = metrics(sums)
    assert found.images == sum(row["input"]["batch_sizes"])
    assert found.loss == pytest.approx(float(Fraction(row["expected"]["mean"])), rel=1e-12)
    assert found.loss != pytest.approx(row["expected"]["not"], rel=0.1)


def test_the_first_of_equal_outputs_is_the_answer():
    """So a net that says nothing is right for the first class alone."""
    right = [tally(torch.zeros(1, CLASSES), torch.tensor([label]))[1].item() for label in range(CLASSES)]
    assert right == [1, 0, 0, 0, 0]
    tied = torch.tensor([[0.0, 3.0, 3.0, 1.0, 3.0]])
    assert [tally(tied, torch.tensor([label]))[1].item() for label in range(CLASSES)] == [0, 1, 0, 0, 0]


def test_guessing_evenly_costs_the_logarithm_of_the_classes():
    loss, _, images = tally(torch.full((6, CLASSES), 2.5), torch.arange(6) % CLASSES).tolist()
    assert loss / images == pytest.approx(math.log(CLASSES), rel=1e-6)


@pytest.mark.parametrize("learning", [True, False])
def test_the_net_is_evaluated_as_it_will_be_used_and_goes_on_as_it_was(learning):
    _, batches = split_of(30)
    net = nn.Sequential(noting := Noting(), nn.BatchNorm1d(CLASSES), nn.Dropout(0.5)).train(learning)
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    found = [evaluate(net, batches, precision="float32", processes=ALONE) for _ in range(2)]
    assert found[0] == found[1]
    assert noting.seen == [(30, False)] * 2
    assert all(layer.training is learning for layer in net.modules())
    assert all(torch.equal(tensor, before[name]) for name, tensor in net.state_dict().items())
    assert all(parameter.grad is None for parameter in net.parameters())


def test_bfloat16_is_computed_in_bfloat16_and_returned_in_float32():
    net = Noting()
    images = torch.rand(8, 1, 6, 6, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        exact, rounded = (outputs_of(net, images, precision) for precision in ("float32", "bfloat16"))
    assert exact.dtype == rounded.dtype == torch.float32
    assert torch.equal(rounded, rounded.bfloat16().float())
    assert not torch.equal(exact, exact.bfloat16().float())
    assert torch.allclose(exact, rounded, rtol=0.05, atol=0.05)


def test_sums_are_kept_in_double_precision_where_there_is_such():
    """Apple's GPUs have none."""
    kinds = {name: accumulator(torch.device(name)) for name in ("cpu", "cuda", "mps")}
    assert kinds == {"cpu": torch.float64, "cuda": torch.float64, "mps": torch.float32}
    assert tally(torch.zeros(1, 2), torch.tensor([0])).dtype == torch.float64


def test_sums_add_up_over_any_cut():
    draw = torch.Generator().manual_seed(2)
    outputs, labels = torch.randn(20, CLASSES, generator=draw), torch.arange(20) % CLASSES
    whole = tally(outputs, labels)
    for cuts in ((0, 1, 20), (0, 7, 14, 20)):
        parts = [tally(outputs[a:b], labels[a:b]) for a, b in itertools.pairwise(cuts)]
        assert torch.allclose(sum(parts), whole, rtol=1e-6)
