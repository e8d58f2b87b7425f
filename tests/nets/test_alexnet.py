"""The textbook's AlexNet: shapes, sizes it takes, options, and what it refuses."""

import itertools

import pytest
import torch
from torch import nn

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.nets.alexnet import alexnet

SMALL = {"widths": (2, 3, 4, 3, 2), "hidden": (5, 6)}


def test_the_shapes_are_those_of_the_post():
    with torch.device("meta"):
        net = alexnet()
    x = torch.zeros(2, 1, 224, 224, device="meta")
    found = []
    for layer in net:
        x = layer(x)
        found.append(tuple(x.shape[1:]))
    assert [shape for shape, _ in itertools.groupby(found)] == [
        (96, 54, 54),
        (96, 26, 26),
        (256, 26, 26),
        (256, 12, 12),
        (384, 12, 12),
        (256, 12, 12),
        (256, 5, 5),
        (6400,),
        (4096,),
        (10,),
    ]


@pytest.mark.parametrize(
    ("padding", "size", "first"),
    [(0, 224, 54), (1, 224, 54), (2, 224, 55), (0, 227, 55), (1, 227, 55), (2, 227, 56)],
)
def test_the_first_maps_have_the_published_sizes(padding, size, first):
    """Input 224 with padding 0, 1, 2 gives 54, 54, 55; input 227 gives 55, 55, 56."""
    net = alexnet(padding=padding, size=size, **SMALL)
    assert net[0](torch.zeros(1, 1, size, size)).shape[-1] == first


@pytest.mark.parametrize(("size", "features"), [(192, 256 * 16), (193, 6400), (224, 6400), (225, 256 * 36)])
def test_193_to_224_pixels_give_6400_features(size, features):
    with torch.device("meta"):
        assert alexnet(size=size)[14].in_features == features


@pytest.mark.parametrize("size", [65, 96, 193, (65, 130)])
def test_every_size_it_is_built_for_runs(size):
    height, width = size if isinstance(size, tuple) else (size, size)
    net = alexnet(size=size, channels=3, classes=7, activation="tanh", pooling="average", **SMALL)
    assert net(torch.zeros(2, 3, height, width)).shape == (2, 7)


def test_a_size_too_small_is_refused_with_the_sizes_that_work():
    with pytest.raises(ShapeError) as refused:
        alexnet(size=64)
    text = str(refused.value)
    assert "alexnet does not take images of 64 x 64 pixels" in text
    assert 'layer "12" reads windows of 3 x 3 and gets 2 samples' in text
    assert "the nearest size is 65" in text
    assert "193 to 224 give the maps of the usual 224" in text


def test_dropout_stands_before_the_last_two_layers():
    net = alexnet(size=65, dropout=0.25, **SMALL)
    drops = [(name, layer.p) for name, layer in net.named_children() if isinstance(layer, nn.Dropout)]
    assert drops == [("16", 0.25), ("19", 0.25)]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"dropout": 1}, InputError),
        ({"dropout": -0.1}, InputError),
        ({"dropout": "half"}, InputError),
        ({"widths": (96, 256)}, ShapeError),
        ({"hidden": 4096}, ShapeError),
        ({"size": 3000}, LimitError),
        ({"activation": None}, InputError),
        ({"padding": (1,)}, InputError),
        ({"padding": -1}, InputError),
        ({"classes": 10**30}, LimitError),
        ({"channels": 0}, InputError),
    ],
)
def test_options_that_mean_nothing_are_refused(options, error):
    with pytest.raises(error):
        alexnet(**options)
