"""What was published stands as printed in the executed notebooks of the textbook, and for its own recipe only."""

import pytest

from kernelkit.training.published import PUBLISHED, published
from kernelkit.training.recipes import RECIPES

PRINTED = {
    # test accuracy after the last epoch; MXNet's and PyTorch's notebooks of the Chinese edition
    "lenet": {"PyTorch": 0.779, "MXNet": 0.827},
    "alexnet": {"PyTorch": 0.883, "MXNet": 0.891},
}


@pytest.mark.parametrize("net", PRINTED)
def test_the_printed_accuracies_are_told_with_their_notebooks(net):
    found = published(net, "textbook")
    assert len(found) == len(PRINTED[net])
    for row in found:
        (framework,) = [name for name in PRINTED[net] if name in row.source]
        assert row.accuracy == PRINTED[net][framework]
        assert "Dive into Deep Learning" in row.source


def test_nothing_was_published_for_recipes_of_our_own():
    assert published("lenet", "best") == published("lenet", "own") == published("vgg", "textbook") == ()


def test_every_published_row_belongs_to_a_recipe():
    assert all(row.recipe in RECIPES[row.net] for row in PUBLISHED)
