"""The learning rate is torch's one-cycle at every step; decay acts on weights alone."""

import math

import pytest
import torch
from torch import nn

from kernelkit.training.config import Config
from kernelkit.training.schedule import optimiser_of, rate


def config(**changes):
    return Config(net="lenet", size=28, **changes)


def torchs(lr, steps):
    """Return the rates of torch's scheduler, which falls to 0 when its final factor is infinite."""
    optimiser = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=lr)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(
        optimiser,
        max_lr=lr,
        total_steps=steps,
        pct_start=0.3,
        div_factor=25,
        final_div_factor=math.inf,
        cycle_momentum=False,
    )
    found = []
    for step in range(steps):
        found.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        if step < steps - 1:
            scheduler.step()
    return found


@pytest.mark.parametrize("steps", [2, 3, 4, 7, 10, 33, 100, 1001])
def test_one_cycle_is_torchs_at_every_step(steps):
    cycle = config(lr=0.02, schedule="one-cycle")
    ours = [rate(cycle, step, steps) for step in range(steps)]
    assert ours == pytest.approx(torchs(0.02, steps), rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("steps", range(1, 40))
def test_one_cycle_stays_between_zero_and_its_peak(steps):
    """Also where a run is so short that it has no rise: its first step is not lost."""
    cycle = config(lr=0.5, schedule="one-cycle")
    ours = [rate(cycle, step, steps) for step in range(steps)]
    assert ours[0] > 0
    assert all(0 <= lr <= 0.5 for lr in ours)
    top = ours.index(max(ours))
    assert ours[: top + 1] == sorted(ours[: top + 1])
    assert ours[top:] == sorted(ours[top:], reverse=True)


def test_constant_is_constant():
    assert {rate(config(lr=0.9), step, 50) for step in range(50)} == {0.9}


@pytest.fixture
def net():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(8, 3), nn.Linear(3, 2)
    )


@pytest.mark.parametrize("name", ["sgd", "adamw"])
def test_decay_shrinks_weights_and_nothing_else(net, name):
    """With gradients of zero a step is decay alone: weights are multiplied by 1 - lr * decay."""
    before = {key: value.detach().clone() for key, value in net.named_parameters()}
    assert {key.split(".")[-1] for key in before} == {"weight", "bias"}
    optimiser = optimiser_of(config(optimiser=name, lr=0.5, weight_decay=0.25), net)
    for parameter in net.parameters():
        parameter.grad = torch.zeros_like(parameter)
    optimiser.step()
    layers = dict(net.named_modules())
    for key, now in net.named_parameters():
        layer = layers[key.rpartition(".")[0]]
        decays = key.endswith("weight") and isinstance(layer, nn.Conv2d | nn.Linear)
        assert torch.allclose(now, before[key] * (1 - 0.5 * 0.25 if decays else 1), rtol=1e-6, atol=0)


def test_plain_descent_goes_against_the_gradient_without_momentum(net):
    before = {key: value.detach().clone() for key, value in net.named_parameters()}
    optimiser = optimiser_of(config(lr=0.5), net)
    for _ in range(2):
        for parameter in net.parameters():
            parameter.grad = torch.ones_like(parameter)
        optimiser.step()
    for key, now in net.named_parameters():
        assert torch.allclose(now, before[key] - 2 * 0.5, atol=1e-6)


def test_the_first_step_of_adamw_has_the_size_of_the_rate(net):
    """Its two averages are corrected for their start, so only the sign of the gradient is left."""
    before = {key: value.detach().clone() for key, value in net.named_parameters()}
    optimiser = optimiser_of(config(optimiser="adamw", lr=0.125), net)
    for parameter in net.parameters():
        parameter.grad = torch.full_like(parameter, -3.0)
    optimiser.step()
    for key, now in net.named_parameters():
        assert torch.allclose(now - before[key], torch.tensor(0.125), atol=1e-5)


@pytest.mark.parametrize("name", ["sgd", "adamw"])
def test_what_does_not_learn_is_left_alone(net, name):
    net[0].bias.requires_grad = False
    before, other = net[0].bias.detach().clone(), net[3].bias.detach().clone()
    optimiser = optimiser_of(config(optimiser=name, lr=0.5, weight_decay=0.25), net)
    for parameter in net.parameters():
        parameter.grad = torch.ones_like(parameter)
    optimiser.step()
    assert torch.equal(net[0].bias, before)
    assert not torch.equal(net[3].bias, other)
