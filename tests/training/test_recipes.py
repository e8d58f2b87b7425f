"""Recipes are what they say: the published one is the published one, and the small net is small."""

import pytest
from torch import nn

from kernelkit.errors import InputError, UnknownNameError
from kernelkit.nets.initialise import STARTS
from kernelkit.nets.known import NETS, build
from kernelkit.training.recipes import RECIPES, WORDS, recipe

ALL = [(net, name) for net, known in RECIPES.items() for name in known]


def numbers(config):
    net = build(config.net, channels=1, classes=10, size=config.size, **dict(config.options))
    return sum(parameter.numel() for parameter in net.parameters())


@pytest.mark.parametrize(
    ("net", "lr", "batch", "size", "parameters"),
    [("lenet", 0.9, 256, 28, 61_706), ("alexnet", 0.01, 128, 224, 46_764_746)],
)
def test_the_textbook_recipe_is_the_published_one(net, lr, batch, size, parameters):
    """Stochastic gradient descent from Xavier's start, ten epochs over all training images, pixels over 255."""
    config = recipe(net, "textbook")
    assert (config.lr, config.batch, config.size, config.epochs) == (lr, batch, size, 10)
    assert (config.optimiser, config.schedule, config.initialisation) == ("sgd", "constant", "xavier")
    assert (config.inputs, config.augmentation, config.normalisation) == ("unit", "none", "none")
    assert (config.weight_decay, config.label_smoothing, config.averaging) == (0, 0, 0)
    assert (config.validation, config.patience, config.subset) == (0, 0, 0)
    assert config.precision == "float32"
    assert config.options == ()
    assert numbers(config) == parameters


def test_the_best_recipe_trains_exactly_the_posted_net():
    """156 + 2,416 + 48,120 + 10,164 + 850 numbers, with sigmoids and average pooling."""
    config = recipe("lenet", "best")
    assert numbers(config) == 61_706
    usual = NETS["lenet"].builder()
    mine = build("lenet", size=config.size, **dict(config.options))
    assert [repr(layer) for layer in mine] == [repr(layer) for layer in usual]
    assert sum(isinstance(layer, nn.Sigmoid) for layer in mine) == 4
    assert sum(isinstance(layer, nn.AvgPool2d) for layer in mine) == 2


def test_the_modern_net_is_a_lenet_of_at_most_a_hundred_thousand_numbers():
    config = recipe("lenet", "modern")
    assert config.net == "lenet"
    assert numbers(config) <= 100_000
    assert dict(config.options)["activation"] == "relu"
    assert dict(config.options)["pooling"] == "max"


@pytest.mark.parametrize(("net", "name"), ALL)
def test_every_recipe_is_called_what_it_is_called_and_can_be_built(net, name):
    config = recipe(net, name)
    assert (config.net, config.recipe) == (net, name)
    assert config.initialisation in STARTS
    assert config.seed == 0
    assert WORDS[name]
    assert numbers(config) > 0


@pytest.mark.parametrize(("net", "name"), ALL)
def test_what_chooses_an_epoch_chooses_it_on_validation_images(net, name):
    """Only the published recipe holds none back, and takes its last epoch."""
    assert (recipe(net, name).validation == 0) == (name == "textbook")


def test_the_first_recipe_of_a_net_is_the_published_one():
    assert {net: recipe(net).recipe for net in RECIPES} == {"lenet": "textbook", "alexnet": "textbook"}


def test_names_nobody_knows_are_refused_with_those_there_are():
    with pytest.raises(UnknownNameError, match="lenet, alexnet"):
        recipe("vgg")
    with pytest.raises(InputError, match="textbook, best, modern"):
        recipe("lenet", "fastest")
    with pytest.raises(InputError, match="alexnet has no recipe 'best'"):
        recipe("alexnet", "best")
