"""Memory of training: against the tensors that PyTorch saves, each piece of memory counted once."""

import pytest
import torch
from torch import nn

from kernelkit.errors import InputError
from kernelkit.nets.alexnet import alexnet
from kernelkit.nets.lenet import lenet
from kernelkit.nets.memory import OPTIMISERS, Kept, kept_of, memory_of
from kernelkit.nets.stack import layers_of, parameters_of, read_all

BATCH = 3
PRECISIONS = ["float32", "float64", "bfloat16"]
SMALL = {"widths": (2, 3, 4, 3, 2), "hidden": (5, 6), "size": 65}
NETS = [
    (lenet(), (1, 28, 28)),
    (lenet(activation="relu", pooling="max"), (1, 28, 28)),
    (lenet(activation="tanh", pooling="max", channels=3, size=(30, 41)), (3, 30, 41)),
    (alexnet(**SMALL), (1, 65, 65)),
    (alexnet(pooling="average", dropout=0, **SMALL), (1, 65, 65)),
    (
        nn.Sequential(
            nn.Conv2d(2, 4, 3, padding="same", groups=2),
            nn.BatchNorm2d(4),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(3, 2, padding=1, ceil_mode=True),
            nn.Sequential(nn.Conv2d(4, 4, 3, dilation=2), nn.GELU()),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(4, 5),
            nn.BatchNorm1d(5),
            nn.Dropout(0.3, inplace=True),
            nn.Linear(5, 2),
            nn.LogSoftmax(1),
        ),
        (2, 12, 12),
    ),
    (nn.Sequential(nn.MaxPool2d(2), nn.ReLU(), nn.Conv2d(1, 1, 2), nn.AvgPool2d(2)), (1, 12, 12)),
    (nn.Sequential(nn.Flatten(), nn.Linear(12, 3), nn.LeakyReLU(0.1), nn.Linear(3, 1)), (1, 3, 4)),
    (nn.Sequential(nn.Linear(4, 3), nn.Identity(), nn.PReLU(), nn.SiLU()), (4,)),
]


def saved_bytes(net, shape, precision):
    """Run a net forward and return the bytes saved for the backward pass, without its own weights."""
    dtype = getattr(torch, precision)
    net = net.to(dtype).train()
    own = {t.untyped_storage().data_ptr() for t in [*net.parameters(), *net.buffers()]}
    found = {}

    def pack(tensor):
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            found[storage.data_ptr()] = (storage.nbytes(), tensor)  # held, so that no address is used twice
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        net(torch.randn(BATCH, *shape).to(dtype))
    net.float()
    return sum(size for size, _ in found.values())


def kept(net, shape):
    """Return what is counted for a net."""
    layers = layers_of(net)
    return kept_of(shape, list(zip(read_all(layers, shape), parameters_of(layers), strict=True)))


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize(("net", "shape"), NETS, ids=range(len(NETS)))
def test_what_is_kept_is_what_torch_saves(net, shape, precision):
    assert kept(net, shape).bytes(BATCH, precision) == saved_bytes(net, shape, precision)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
def test_an_even_kernel_with_padding_same_keeps_a_padded_copy():
    net = nn.Sequential(
        nn.Conv2d(2, 3, (2, 3), padding="same"), nn.Sigmoid(), nn.Conv2d(3, 1, 4, padding="same")
    )
    assert kept(net, (2, 9, 8)).bytes(BATCH, "float32") == saved_bytes(net, (2, 9, 8), "float32")


def test_the_posts_lenet_keeps_its_input_and_the_output_of_every_layer_but_convolutions():
    """28 x 28, then 6 x 28 x 28, 6 x 14 x 14, 16 x 10 x 10, 16 x 5 x 5, 120 and 84, once each."""
    found = kept(lenet(), (1, 28, 28))
    assert found == Kept(784 + 4704 + 1176 + 1600 + 400 + 120 + 84, 0, 0)


@pytest.mark.parametrize(
    ("optimiser", "make"),
    [
        ("sgd", lambda p: torch.optim.SGD(p, lr=0.1)),
        ("momentum", lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9)),
        ("adam", torch.optim.Adam),
        ("adamw", torch.optim.AdamW),
    ],
)
def test_optimisers_remember_what_torchs_do(optimiser, make):
    net = nn.Sequential(nn.Linear(9, 5))
    used = make(net.parameters())
    net(torch.zeros(1, 9)).sum().backward()
    used.step()
    state = [t for kept in used.state.values() for t in kept.values() if torch.is_tensor(t) and t.dim()]
    found = memory_of(50, Kept(0, 0, 0), batch=1, precision="float32", optimiser=optimiser)
    assert found.optimiser == sum(t.numel() * t.element_size() for t in state)


def test_every_optimiser_is_tried_above():
    assert set(OPTIMISERS) == {"sgd", "momentum", "adam", "adamw"}


def test_the_total_is_the_sum_of_its_parts():
    found = memory_of(10, Kept(7, 2, 3), batch=5, precision="float16", optimiser="adamw")
    assert (found.weights, found.gradients, found.optimiser) == (20, 20, 40)
    assert found.activations == 5 * (7 * 2 + 2 * 8) + 3 * 2
    assert found.total == 20 + 20 + 40 + found.activations


@pytest.mark.parametrize("options", [{"precision": "float8"}, {"optimiser": "lion"}])
def test_other_words_are_refused(options):
    with pytest.raises(InputError):
        memory_of(10, Kept(7, 2, 3), **{"batch": 5, "precision": "float16", "optimiser": "adamw"} | options)
