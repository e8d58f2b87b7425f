"""What others published for the same nets and data, with where it stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Published:
    """One published result on Fashion-MNIST.

    Attributes
    ----------
    net, recipe
        What of ours it is to be compared with.
    accuracy
        Test accuracy after the last of its epochs, as printed.
    source
        Edition and framework, and the executed notebook it is printed in.
    """

    net: str
    recipe: str
    accuracy: float
    source: str


PUBLISHED = (
    Published(
        "lenet",
        "textbook",
        0.779,
        "Dive into Deep Learning, Chinese edition, PyTorch (d2l-zh-pytorch-slides)",
    ),
    Published("lenet", "textbook", 0.827, "Dive into Deep Learning, Chinese edition, MXNet (d2l-zh-colab)"),
    Published(
        "alexnet",
        "textbook",
        0.883,
        "Dive into Deep Learning, Chinese edition, PyTorch (d2l-zh-pytorch-slides)",
    ),
    Published("alexnet", "textbook", 0.891, "Dive into Deep Learning, Chinese edition, MXNet (d2l-zh-colab)"),
)


def published(net: str, recipe: str) -> tuple[Published, ...]:
    """Return what was published for a net and recipe."""
    return tuple(row for row in PUBLISHED if (row.net, row.recipe) == (net, recipe))
