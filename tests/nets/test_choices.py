"""Words for activations and poolings, and the nearest known name."""

import pytest
import torch
from torch import nn

from kernelkit.errors import InputError, UnknownNameError
from kernelkit.nets.choices import ACTIVATIONS, POOLINGS, activation_of, known_name, pooling_of


@pytest.mark.parametrize(
    ("word", "function"),
    [("sigmoid", torch.sigmoid), ("tanh", torch.tanh), ("relu", lambda x: x.clamp(min=0))],
)
def test_activations_are_the_functions_of_their_names(word, function):
    x = torch.linspace(-3, 3, 13)
    assert torch.equal(activation_of(word)()(x), function(x))


def test_every_activation_and_pooling_is_a_class_of_torch():
    assert all(issubclass(activation_of(word), nn.Module) for word in ACTIVATIONS)
    assert all(issubclass(pooling_of(word), nn.Module) for word in POOLINGS)


def test_poolings_take_the_mean_and_the_largest():
    x = torch.tensor([[[[1.0, 2.0], [3.0, 10.0]]]])
    assert pooling_of("average")(2)(x).item() == 4
    assert pooling_of("max")(2)(x).item() == 10


@pytest.mark.parametrize("call", [lambda: activation_of("softsign"), lambda: pooling_of("min")])
def test_other_words_are_refused_with_the_known_ones(call):
    with pytest.raises(InputError) as refused:
        call()
    assert "is one of" in str(refused.value)


def test_the_nearest_name_is_offered():
    with pytest.raises(UnknownNameError) as refused:
        known_name("LeNt", ("lenet", "alexnet"), what="net")
    assert "did you mean lenet? nets are lenet, alexnet" in str(refused.value)
    with pytest.raises(UnknownNameError) as refused:
        known_name("zzz", ("size", "padding"), what="option", of="lenet")
    assert "did you mean" not in str(refused.value)
    assert "options of lenet are size, padding" in str(refused.value)
