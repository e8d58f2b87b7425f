"""Nets by name, and which net one is."""

import pytest
import torch
from torch import nn

from kernelkit.errors import UnknownNameError
from kernelkit.nets.known import NETS, build, identity_of

ALEXNET = {"widths": (2, 3, 4, 3, 2), "hidden": (5, 6), "size": 65}


@pytest.mark.parametrize("name", list(NETS))
def test_every_net_is_built_by_its_name_and_takes_its_usual_size(name):
    known = NETS[name]
    assert known.name == name
    with torch.device("meta"):
        net = build(name)
        scores = net(torch.zeros(2, 1, known.size, known.size))
    assert scores.shape == (2, 10)


def test_options_reach_the_builder():
    assert isinstance(build("lenet", activation="relu")[1], nn.ReLU)
    assert build("alexnet", classes=3, **ALEXNET)[-1].out_features == 3


@pytest.mark.parametrize(
    ("name", "options", "text"),
    [
        ("alexnett", {}, "did you mean alexnet?"),
        ("vgg", {}, "nets are lenet, alexnet"),
        ("alexnet", {"droput": 0}, "did you mean dropout?"),
        ("lenet", {"dropout": 0.5}, "no option of lenet is called 'dropout'"),
    ],
)
def test_unknown_names_are_refused_with_the_nearest(name, options, text):
    with pytest.raises(UnknownNameError) as refused:
        build(name, **options)
    assert text in str(refused.value)


def test_the_textbooks_nets_are_told_from_others_of_their_names():
    with torch.device("meta"):
        lenet, alexnet = identity_of(build("lenet")), identity_of(build("alexnet"))
    assert "not LeNet-5 of 1998" in lenet[1]
    assert all(word in lenet[1] for word in ("C5", "C3", "subsampling", "radial basis", "32 x 32"))
    assert "61,100,840" in alexnet[1]
    assert "two towers of 2012" in alexnet[1]
    assert "5 and 3: 8 learned layers" in alexnet[2]


def test_another_activation_is_told_and_dropout_is_not():
    found = identity_of(build("lenet", activation="relu", pooling="max"))
    assert found[:-1] == identity_of(build("lenet"))
    assert found[-1] == "here with ReLU in place of Sigmoid, MaxPool2d in place of AvgPool2d"
    with torch.device("meta"):
        assert identity_of(build("alexnet", dropout=0)) == identity_of(build("alexnet"))


@pytest.mark.parametrize(
    "net",
    [
        build("lenet", classes=100),
        build("lenet", channels=3),
        build("lenet", padding=1),
        build("alexnet", **ALEXNET),
        nn.Sequential(*build("lenet"), nn.BatchNorm1d(10)),
        nn.Sequential(nn.Linear(2, 2)),
    ],
)
def test_other_nets_are_none_of_them(net):
    assert identity_of(net) == ()


def test_asking_which_net_it_is_draws_no_random_numbers():
    before = torch.random.get_rng_state()
    found = identity_of(nn.Sequential(nn.ReLU()))
    assert (found, torch.equal(torch.random.get_rng_state(), before)) == ((), True)
