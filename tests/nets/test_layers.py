"""One layer at a time: shapes and multiply-adds against torch, and what is refused in words."""

import itertools
import warnings

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from kernelkit.errors import ShapeError
from kernelkit.nets.layers import KEEP_INPUT, KEEP_OUTPUT, READERS, read

LAYERS = [
    (nn.Conv2d(3, 5, 3), (3, 9, 8)),
    (nn.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2), groups=2), (4, 9, 8)),
    (nn.Conv2d(3, 5, (3, 5), padding="same", dilation=(2, 1), bias=False), (3, 9, 8)),
    (nn.Conv2d(3, 5, 3, padding="valid"), (3, 9, 8)),
    (nn.MaxPool2d(3, 2, padding=1), (3, 9, 8)),
    (nn.MaxPool2d((3, 2), dilation=2, ceil_mode=True), (3, 9, 8)),
    (nn.AvgPool2d(2), (3, 9, 8)),
    (nn.AvgPool2d(3, 2, padding=1, ceil_mode=True), (3, 9, 8)),
    (nn.AdaptiveAvgPool2d(1), (3, 9, 8)),
    (nn.AdaptiveAvgPool2d((1, 1)), (3, 9, 8)),
    (nn.Flatten(), (3, 9, 8)),
    (nn.Flatten(2), (3, 9, 8)),
    (nn.Flatten(1, 2), (3, 9, 8)),
    (nn.Flatten(-2, -1), (3, 9, 8)),
    (nn.Flatten(), (7,)),
    (nn.Linear(8, 5), (8,)),
    (nn.Linear(8, 5, bias=False), (3, 9, 8)),
    (nn.BatchNorm2d(3), (3, 9, 8)),
    (nn.BatchNorm1d(8), (8,)),
    (nn.BatchNorm1d(3), (3, 9)),
    (nn.Dropout(0.3), (3, 9)),
    (nn.Identity(), (3, 9)),
    *((getattr(nn, name)(), (3, 9)) for name in KEEP_INPUT | KEEP_OUTPUT if "oftmax" not in name),
    (nn.Softmax(1), (3,)),
    (nn.LogSoftmax(1), (3,)),
]


@pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=lambda x: str(x)[:60])
def test_shapes_and_multiply_adds_are_those_of_torch(layer, shape):
    x = torch.zeros(2, *shape, device="meta")
    with FlopCounterMode(display=False) as counter:
        y = layer.to("meta")(x)
    found = read(layer, shape)
    assert found.output == tuple(y.shape[1:])
    assert 2 * 2 * found.multiply_adds == counter.get_total_flops()


def test_every_known_kind_is_tried():
    assert {type(layer).__name__ for layer, _ in LAYERS} == set(READERS)


@given(
    st.sampled_from([nn.MaxPool2d, nn.AvgPool2d]),
    st.integers(1, 4),
    st.integers(1, 5),
    st.integers(0, 2),
    st.booleans(),
    st.integers(1, 12),
)
def test_pooling_takes_and_refuses_what_torch_does(kind, size, stride, padding, ceil, samples):
    layer = kind(size, stride, padding, ceil_mode=ceil)
    x = torch.zeros(1, 1, samples, samples + 3)
    try:
        expected = tuple(layer(x).shape[1:])
    except RuntimeError:
        with pytest.raises(ShapeError):
            read(layer, (1, samples, samples + 3))
        return
    assert read(layer, (1, samples, samples + 3)).output == expected


def test_windows_read_the_samples_that_have_a_gradient():
    """Padding "same" with an even kernel: the window's indices against the gradient of one output."""
    layer = nn.Conv2d(1, 1, (3, 4), padding="same", bias=False)
    nn.init.ones_(layer.weight)
    rows, columns = read(layer, (1, 9, 9)).windows
    x = torch.zeros(1, 1, 9, 9, requires_grad=True)
    with warnings.catch_warnings():
        # PyTorch says once a process that even kernels with padding "same" cost a copy
        warnings.simplefilter("ignore", UserWarning)
        y = layer(x)
    y[0, 0, 4, 4].backward()
    seen = {tuple(place) for place in x.grad[0, 0].nonzero().tolist()}
    expected = itertools.product(
        *(range(4 - window.sides[0], 4 - window.sides[0] + window.size) for window in (rows, columns))
    )
    assert seen == set(expected)


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (nn.Conv2d(3, 5, 11, stride=4, padding=1), "11 stride 4 padding 1"),
        (
            nn.Conv2d(3, 6, (3, 5), padding="same", dilation=(1, 2), groups=3),
            "3x5 padding same dilation 1x2 groups 3",
        ),
        (nn.MaxPool2d(3, 2, padding=1, ceil_mode=True), "3 stride 2 padding 1 ceil"),
        (nn.AvgPool2d((2, 1)), "2x1 stride 2x1"),
        (nn.Dropout(0.25), "0.25"),
    ],
)
def test_options_are_told_in_words(layer, words):
    assert read(layer, (3, 40, 40)).words == words


class Twice(nn.ReLU):
    """A layer with a familiar name for a base and another meaning."""

    def forward(self, x):
        """Return the input twice."""
        return torch.cat([x, x], 1)


@pytest.mark.parametrize(
    ("layer", "shape", "text"),
    [
        (nn.Conv2d(3, 5, 3), (1, 9, 9), "it takes 3 channels and gets 1"),
        (nn.Conv2d(1, 5, 3), (9,), "it takes channels, rows and columns, and gets 9"),
        (nn.Conv2d(1, 5, 3), (1, 2, 9), "does not fit into 2"),
        (nn.Conv2d(1, 5, 3, padding=1, padding_mode="circular"), (1, 9, 9), "padding mode 'circular'"),
        (nn.MaxPool2d(2, return_indices=True), (1, 9, 9), "it returns indices"),
        (nn.MaxPool2d(2, padding=2), (1, 9, 9), "more than half of the window"),
        (nn.AvgPool2d(3), (9, 9), "it takes channels, rows and columns"),
        (nn.AdaptiveAvgPool2d(2), (1, 9, 9), "adaptive pooling to 2"),
        (nn.Flatten(0), (1, 9, 9), "cannot be joined"),
        (nn.Flatten(3, 2), (1, 9, 9), "cannot be joined"),
        (nn.Flatten(1, 7), (1, 9, 9), "cannot be joined"),
        (nn.Linear(81, 2), (1, 9, 9), "put Flatten() before it"),
        (nn.Linear(80, 2), (1, 9, 9), "build it for 9"),
        (nn.BatchNorm2d(3), (1, 9, 9), "build it for 1"),
        (nn.BatchNorm1d(3), (3, 9, 9), "it takes 3 on the first of 1 or 2 axes"),
        (nn.ConvTranspose2d(1, 1, 3), (1, 9, 9), "kind ConvTranspose2d are not known"),
        (Twice(), (1, 9, 9), "kind Twice are not known"),
    ],
)
def test_what_a_layer_cannot_take_is_refused_in_words(layer, shape, text):
    with pytest.raises(ShapeError) as refused:
        read(layer, shape)
    assert text in str(refused.value)
