"""A folded net computes what the normalised one does; the normalisation is torch's, one process or several."""

import copy

import pytest
import torch
from torch import nn

from kernelkit.nets.lenet import lenet
from kernelkit.training.normalisation import folded, normalised


def deep():
    return nn.Sequential(
        nn.Conv2d(3, 5, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(5, 4, 3, stride=2),
        nn.Tanh(),
        nn.MaxPool2d(2),
        nn.Conv2d(4, 6, 2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(6 * 5 * 5, 7),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(7, 10),
    )


NETS = {
    "sigmoid and average": (lenet, (4, 1, 28, 28)),
    "relu and max": (lambda: lenet(activation="relu", pooling="max"), (4, 1, 28, 28)),
    "more layers": (deep, (4, 3, 26, 26)),
}


def shaken(net, seed):
    """Give every number of a net a random value, statistics too; variances stay above 0."""
    draw = torch.Generator().manual_seed(seed)
    for name, tensor in net.state_dict().items():
        if tensor.is_floating_point():
            values = torch.randn(tensor.shape, generator=draw, dtype=torch.float64)
            tensor.copy_(values.abs() + 0.01 if name.endswith("running_var") else values * 0.5)
    return net


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-10), (torch.float32, 1e-5)])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_folded_net_computes_what_the_normalised_one_does(name, dtype, tolerance, seed):
    build, shape = NETS[name]
    plain = build()
    net = shaken(normalised(plain).to(dtype), seed).eval()
    fresh = build().to(dtype).eval()
    fresh.load_state_dict(folded(net, plain))
    images = torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)
    with torch.no_grad():
        wanted, found = net(images), fresh(images)
    assert wanted.std() > 0.01
    assert (wanted - found).abs().max() <= tolerance * wanted.abs().max()


def test_folding_changes_nothing_in_the_net():
    net = shaken(normalised(plain := lenet()), 0)
    before = copy.deepcopy(net.state_dict())
    state = folded(net, plain)
    for tensor in state.values():
        tensor.zero_()
    assert all(torch.equal(tensor, before[name]) for name, tensor in net.state_dict().items())


@pytest.mark.parametrize("name", NETS)
def test_a_plain_net_folds_to_its_own_weights(name):
    plain = shaken(NETS[name][0](), 3)
    state = folded(plain, plain)
    assert state.keys() == plain.state_dict().keys()
    assert all(torch.equal(tensor, state[key]) for key, tensor in plain.state_dict().items())


@pytest.mark.parametrize("name", NETS)
def test_layers_are_shared_and_all_but_the_last_are_normalised(name):
    plain = NETS[name][0]()
    net = normalised(plain)
    assert [id(layer) for layer in net if not isinstance(layer, nn.BatchNorm1d)] == list(map(id, plain))
    weighted = [i for i, layer in enumerate(net) if isinstance(layer, nn.Conv2d | nn.Linear)]
    for place in weighted[:-1]:
        assert isinstance(net[place + 1], nn.BatchNorm1d)
        assert net[place + 1].num_features == net[place].weight.shape[0]
    assert weighted[-1] == len(net) - 1
    assert sum(isinstance(layer, nn.BatchNorm1d) for layer in net) == len(weighted) - 1


def norm_of(axes):
    """Return our layer for four channels, and torch's own for so many axes, with the same random numbers."""
    first = nn.Conv2d(2, 4, 3) if axes == 4 else nn.Linear(2, 4)
    ours = shaken(normalised(nn.Sequential(first, nn.Linear(1, 1)))[1], 5)
    torchs = (nn.BatchNorm2d if axes == 4 else nn.BatchNorm1d)(4)
    torchs.load_state_dict(ours.state_dict())
    return ours, torchs


def check_the_same(ours, torchs, values, tolerance=1e-5):
    """Compare outputs, gradients and statistics of two layers on the same values."""
    results = []
    for layer in (ours, torchs):
        given = values.clone().requires_grad_()
        outputs = layer(given)
        weights = torch.linspace(-1, 1, outputs.numel()).view(outputs.shape)
        (outputs.float() * weights).sum().backward()
        results.append(
            [outputs, given.grad, layer.weight.grad, layer.bias.grad, *layer.state_dict().values()]
        )
    for one, other in zip(*results, strict=True):
        assert one.dtype == other.dtype
        assert torch.allclose(one, other, rtol=tolerance, atol=tolerance * float(other.detach().abs().max()))


@pytest.mark.parametrize("shape", [(6, 4, 5, 7), (6, 4)])
def test_the_layer_is_torchs_while_it_learns(shape):
    ours, torchs = norm_of(len(shape))
    check_the_same(ours, torchs, torch.randn(shape, generator=torch.Generator().manual_seed(1)) * 3 + 1)


@pytest.fixture
def group():
    """Make a group of processes of this one alone."""
    torch.distributed.init_process_group("gloo", store=torch.distributed.HashStore(), rank=0, world_size=1)
    yield
    torch.distributed.destroy_process_group()


@pytest.mark.usefixtures("group")
@pytest.mark.parametrize("shape", [(6, 4, 5, 7), (6, 4)])
def test_the_layer_of_several_processes_is_torchs_too(shape):
    ours, torchs = norm_of(len(shape))
    check_the_same(ours, torchs, torch.randn(shape, generator=torch.Generator().manual_seed(1)) * 3 + 1)


@pytest.mark.usefixtures("group")
def test_several_processes_in_bfloat16_still_count_their_samples():
    """A number in bfloat16 has 8 bits: 70 * 9 * 9 = 5670 samples a channel could not be counted in it."""
    ours, torchs = norm_of(4)
    values = torch.randn((70, 4, 9, 9), generator=torch.Generator().manual_seed(1)) * 3 + 1
    check_the_same(ours, torchs, values.bfloat16(), tolerance=0.01)
    check_the_same(ours, torchs, values.bfloat16(), tolerance=0.01)
    assert torch.allclose(ours.running_mean, torchs.running_mean, rtol=1e-4, atol=1e-4)
    assert torch.allclose(ours.running_var, torchs.running_var, rtol=1e-4)
