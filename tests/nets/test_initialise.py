"""Starting weights: against PyTorch's own, from a seed, and without moving its generator."""

import math

import pytest
import torch
from torch import nn

from kernelkit.errors import InputError, UnknownNameError
from kernelkit.nets.initialise import STARTS, initialise
from kernelkit.nets.lenet import lenet


def mixed():
    """Return a net with groups, a convolution without bias, and a normalisation."""
    return nn.Sequential(
        nn.Conv2d(4, 6, (3, 2), groups=2),
        nn.BatchNorm2d(6),
        nn.Sequential(nn.Conv2d(6, 5, 3, bias=False), nn.ReLU()),
        nn.Linear(7, 3),
    )


@pytest.mark.parametrize("make", [lenet, mixed])
@pytest.mark.parametrize("seed", [0, 12345, 2**63 - 1])
def test_the_default_start_is_that_of_building_the_net_after_seeding(make, seed):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        built = make()
    started = make()
    initialise(started, "default", seed=seed)
    for one, other in zip(built.parameters(), started.parameters(), strict=True):
        assert torch.allclose(one, other, rtol=1e-6, atol=0)


@pytest.mark.parametrize("make", [lenet, mixed])
def test_the_xavier_start_is_the_textbooks(make):
    """Build the net after seeding, then draw the weights of convolutions and linear layers again."""

    def draw(layer):
        if isinstance(layer, nn.Linear | nn.Conv2d):
            nn.init.xavier_uniform_(layer.weight)

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
        built = make()
        built.apply(draw)
    started = make()
    initialise(started, "xavier", seed=7)
    for one, other in zip(built.parameters(), started.parameters(), strict=True):
        assert torch.allclose(one, other, rtol=1e-6, atol=0)


@pytest.mark.parametrize("how", list(STARTS))
def test_the_generator_of_torch_is_not_moved(how):
    net = lenet()
    before = torch.random.get_rng_state()
    initialise(net, how, seed=1)
    assert torch.equal(torch.random.get_rng_state(), before)


@pytest.mark.parametrize("how", list(STARTS))
def test_a_seed_decides_the_start_and_another_seed_another(how):
    one, same, other = lenet(), lenet(), lenet()
    torch.rand(5)  # what the global generator has done does not matter
    for net, seed in ((one, 3), (same, 3), (other, 4)):
        initialise(net, how, seed=seed)
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), same.parameters(), strict=True))
    assert not any(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


def test_the_deviations_are_those_of_the_formulas():
    """U(-b, b) has the deviation b/sqrt(3): sqrt(2/(fan in + fan out)) for xavier, 1/sqrt(3 fan in) by default."""
    net = nn.Sequential(nn.Linear(400, 600))
    initialise(net, "xavier", seed=0)
    assert net[0].weight.std().item() == pytest.approx(math.sqrt(2 / 1000), rel=0.01)
    assert net[0].weight.abs().max().item() <= math.sqrt(6 / 1000)
    initialise(net, "default", seed=0)
    assert net[0].weight.std().item() == pytest.approx(1 / math.sqrt(3 * 400), rel=0.01)


def test_normalisations_start_afresh():
    net = mixed()
    net(torch.randn(8, 4, 9, 10))
    nn.init.zeros_(net[1].weight)
    initialise(net, "xavier", seed=0)
    assert torch.equal(net[1].weight, torch.ones(6))
    assert torch.equal(net[1].running_mean, torch.zeros(6))


def test_float64_nets_start_in_float64():
    net = lenet().double()
    initialise(net, "xavier", seed=0)
    assert net[0].weight.dtype == torch.float64
    assert net[0].weight.abs().max() > 0


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: initialise(lenet(), "xaver", seed=0), UnknownNameError, "did you mean xavier?"),
        (lambda: initialise("lenet", "default", seed=0), InputError, "a net is a torch.nn.Module"),
        (lambda: initialise(lenet(), "default", seed=-1), InputError, "a seed must be 0 or more"),
        (lambda: initialise(lenet(), "default", seed=2**63), InputError, "a seed is at most"),
        (lambda: initialise(lenet(), "default", seed=0.5), InputError, "whole number"),
        (
            lambda: initialise(nn.Sequential(nn.LSTM(2, 2)), "xavier", seed=0),
            InputError,
            'layer "0" is of the kind LSTM',
        ),
    ],
)
def test_what_cannot_start_is_refused(call, error, text):
    with pytest.raises(error) as refused:
        call()
    assert text in str(refused.value)
