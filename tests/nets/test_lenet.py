"""The textbook's LeNet: shapes, names of its weights, options, and what it refuses."""

import itertools

import pytest
import torch
from torch import nn

from kernelkit.errors import InputError, KernelkitError, LimitError, ShapeError
from kernelkit.nets.lenet import lenet


def shapes_of(net, shape):
    """Return the shape after each layer, by running the net on torch's device without memory."""
    x = torch.zeros(2, *shape, device="meta")
    found = []
    for layer in net.to("meta"):
        x = layer(x)
        found.append(tuple(x.shape[1:]))
    return found


def test_the_shapes_are_those_of_the_post():
    """28 x 28 pixels become 6 x 28 x 28, 6 x 14 x 14, 16 x 10 x 10, 16 x 5 x 5, 400, 120, 84, 10."""
    found = [shape for shape, _ in itertools.groupby(shapes_of(lenet(), (1, 28, 28)))]
    assert found == [(6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5), (400,), (120,), (84,), (10,)]


def test_the_state_dict_has_the_names_of_the_textbooks_sequence():
    names = [name for name in lenet().state_dict() if name.endswith("weight")]
    assert names == ["0.weight", "3.weight", "7.weight", "9.weight", "11.weight"]


def test_it_is_a_plain_sequence_of_torchs_own_layers():
    net = lenet()
    assert type(net) is nn.Sequential
    assert {type(layer).__module__.partition(".")[0] for layer in net} == {"torch"}


@pytest.mark.parametrize("size", [12, 28, 31, 64, (28, 44), (13, 200)])
@pytest.mark.parametrize("padding", [0, 2])
def test_every_size_it_is_built_for_runs(size, padding):
    if padding == 0 and size in {12, 13, (13, 200)}:
        size = 16
    height, width = size if isinstance(size, tuple) else (size, size)
    net = lenet(size=size, padding=padding, channels=3, classes=7)
    assert net(torch.zeros(2, 3, height, width)).shape == (2, 7)


def test_options_change_the_layers_they_name():
    net = lenet(activation="tanh", pooling="max", widths=(3, 5), hidden=(11, 7), classes=4)
    assert [type(net[i]) for i in (1, 2)] == [nn.Tanh, nn.MaxPool2d]
    assert [net[i].weight.shape[0] for i in (0, 3, 7, 9, 11)] == [3, 5, 11, 7, 4]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"activation": "gelu"}, InputError),
        ({"pooling": "min"}, InputError),
        ({"size": 11}, ShapeError),
        ({"size": (28, 28, 28)}, ShapeError),
        ({"size": 0}, InputError),
        ({"padding": -1}, InputError),
        ({"classes": 0}, InputError),
        ({"channels": 2.5}, InputError),
        ({"widths": (6,)}, ShapeError),
        ({"hidden": (120, 0)}, InputError),
        ({"size": 10**9}, LimitError),
    ],
)
def test_options_that_mean_nothing_are_refused(options, error):
    with pytest.raises(error) as refused:
        lenet(**options)
    assert isinstance(refused.value, KernelkitError)
