"""Layers in a row: their names, shapes, shared parameters, and places in the image."""

import pytest
import torch
from torch import nn

from kernelkit.errors import InputError, ShapeError
from kernelkit.nets.lenet import lenet
from kernelkit.nets.stack import layers_of, parameters_of, placed, read_all, shape_after, windows_of

SHARED = nn.Linear(4, 4)
NESTED = nn.Sequential(
    nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU()),
    nn.Flatten(),
    nn.Sequential(nn.Sequential(nn.Linear(2, 4))),
    SHARED,
    SHARED,
)


def test_names_are_those_of_the_state_dict():
    weights = [f"{name}.weight" for name, layer in layers_of(NESTED) if hasattr(layer, "weight")]
    assert weights == [name for name in NESTED.state_dict() if name.endswith("weight")]


def test_a_layer_used_twice_stands_twice_and_its_parameters_count_once():
    layers = layers_of(NESTED)
    assert [name for name, _ in layers] == ["0.0", "0.1", "1", "2.0.0", "3", "4"]
    assert sum(parameters_of(layers)) == sum(p.numel() for p in NESTED.parameters())
    assert parameters_of(layers)[-2:] == [20, 0]


def test_every_layer_takes_what_the_one_before_it_leaves():
    x = torch.zeros(1, 1, 3, 3)
    for (_, layer), reading in zip(layers_of(NESTED), read_all(layers_of(NESTED), (1, 3, 3)), strict=True):
        x = layer(x)
        assert tuple(x.shape[1:]) == reading.output


def test_places_end_where_the_image_is_flattened():
    readings = read_all(layers_of(lenet()), (1, 28, 28))
    assert len(list(placed(readings))) == 6
    assert [(rows.size, columns.stride) for rows, columns in windows_of(readings)] == [
        (5, 1),
        (2, 2),
        (5, 1),
        (2, 2),
    ]


def test_the_shape_after_layers_is_none_where_an_image_does_not_fit():
    layers = layers_of(lenet())
    assert shape_after(layers, (1, 28, 28)) == (10,)
    assert shape_after(layers, (1, 27, 27)) is None
    assert shape_after([], (3, 5)) == (3, 5)


def test_the_layer_that_refuses_is_named():
    with pytest.raises(ShapeError) as refused:
        read_all(layers_of(NESTED), (1, 4, 4))
    assert 'layer "2.0.0", Linear, cannot take 8' in str(refused.value)
    assert "it reads 2 features and gets 8" in str(refused.value)


class Backwards(nn.Sequential):
    """A sequence that runs its layers in another order."""

    def forward(self, x):
        """Run the last layer first."""
        for layer in reversed(self):
            x = layer(x)
        return x


@pytest.mark.parametrize("net", [nn.Linear(2, 2), nn.ModuleList([nn.ReLU()]), Backwards(nn.ReLU()), "lenet"])
def test_what_is_no_sequence_is_refused(net):
    with pytest.raises(InputError) as refused:
        layers_of(net)
    assert "torch.nn.Sequential" in str(refused.value)
