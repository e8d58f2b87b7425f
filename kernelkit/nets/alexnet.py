"""AlexNet as the textbook builds it: five convolutions, three fully connected layers, one grey channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernelkit.errors import InputError
from kernelkit.learning.extra import need_torch
from kernelkit.learning.shapes import Window, at_least, finite
from kernelkit.nets.choices import activation_of, pooling_of
from kernelkit.nets.sizes import features_of, map_size, several, units

if TYPE_CHECKING:
    from torch import nn

    from kernelkit.nets.sizes import Size

USUAL_SIZE = 224
"""Height and width in pixels to which the textbook enlarges the images of Fashion-MNIST."""


def alexnet(  # noqa: PLR0913 - the options of a net
    *,
    activation: str = "relu",
    pooling: str = "max",
    padding: int = 1,
    classes: int = 10,
    channels: int = 1,
    widths: tuple[int, int, int, int, int] = (96, 256, 384, 384, 256),
    hidden: tuple[int, int] = (4096, 4096),
    size: Size = USUAL_SIZE,
    dropout: float = 0.5,
) -> nn.Sequential:
    """Build the textbook's AlexNet; it takes images (N, channels, size, size) and gives scores (N, classes).

    Eight layers are learned: five convolutions, two hidden fully connected layers and the one of the scores.
    The weights start as PyTorch starts them, from its global generator; `kernelkit.nets.initialise` starts
    them from a seed.  This is neither torchvision's AlexNet nor the one of 2012: `kernelkit.nets.known.NETS`
    says in what they differ.

    Parameters
    ----------
    activation
        A key of `kernelkit.nets.choices.ACTIVATIONS`, after every learned layer but the last.
    pooling
        A key of `kernelkit.nets.choices.POOLINGS`.
    padding
        Pixels of zeros on each side of the image.
    classes
        Scores for each image.
    channels
        Of the image: 1 is grey, 3 is colour.
    widths
        Maps of the five convolutions.
    hidden
        Units of the two hidden fully connected layers.
    size
        Height and width of the images in pixels; one number is a square.  It decides how many values the
        first fully connected layer reads: 6400 for 193 to 224 pixels with padding 1.
    dropout
        Share of hidden units silenced in training, from 0 to below 1.

    Raises
    ------
    MissingExtraError
        PyTorch is not installed.
    ShapeError
        Images too small for the windows, or another number of widths than five.
    InputError
        A word or number that means nothing here.
    LimitError
        Images so large that the first fully connected layer would not fit into memory.

    References
    ----------
    Zhang, Lipton, Li and Smola, Dive into Deep Learning, section 8.1, describes the net.
    Krizhevsky, Sutskever and Hinton, ImageNet classification with deep convolutional neural networks, 2012.

    Examples
    --------
    >>> import torch
    >>> small = alexnet(widths=(2, 4, 4, 4, 2), hidden=(8, 8), size=65)
    >>> small(torch.zeros(3, 1, 65, 65)).shape
    torch.Size([3, 10])
    """
    need_torch("alexnet")
    from torch import nn

    act, pool = activation_of(activation), pooling_of(pooling)
    classes, channels = units(classes, what="classes"), units(channels, what="channels")
    padding = at_least(padding, 0, what="padding")
    c1, c2, c3, c4, c5 = several(widths, 5, what="widths")
    f1, f2 = several(hidden, 2, what="hidden units")
    dropout = _share(dropout)
    features = features_of(
        "alexnet", c5, map_size("alexnet", _windows(padding), size, usual=USUAL_SIZE), outputs=f1
    )
    return nn.Sequential(
        # images (N, 1, 224, 224)
        nn.Conv2d(channels, c1, kernel_size=11, stride=4, padding=padding),  # (N, 96, 54, 54)
        act(),
        pool(kernel_size=3, stride=2),  # (N, 96, 26, 26)
        nn.Conv2d(c1, c2, kernel_size=5, padding=2),  # (N, 256, 26, 26)
        act(),
        pool(kernel_size=3, stride=2),  # (N, 256, 12, 12)
        nn.Conv2d(c2, c3, kernel_size=3, padding=1),  # (N, 384, 12, 12)
        act(),
        nn.Conv2d(c3, c4, kernel_size=3, padding=1),  # (N, 384, 12, 12)
        act(),
        nn.Conv2d(c4, c5, kernel_size=3, padding=1),  # (N, 256, 12, 12)
        act(),
        pool(kernel_size=3, stride=2),  # (N, 256, 5, 5)
        nn.Flatten(),  # (N, 6400)
        nn.Linear(features, f1),  # (N, 4096)
        act(),
        nn.Dropout(dropout),
        nn.Linear(f1, f2),  # (N, 4096)
        act(),
        nn.Dropout(dropout),
        nn.Linear(f2, classes),  # (N, 10)
    )


def _share(dropout: float) -> float:
    share = finite(dropout, what="dropout")
    if not 0 <= share < 1:
        raise InputError(
            f"dropout is a share from 0 to below 1, not {dropout}", next="take 0 for none, or 0.5"
        )
    return share


def _windows(padding: int) -> dict[str, Window]:
    """Return the windows of the net, under the names of their layers."""
    return {
        "0": Window(11, 4, padding),
        "2": Window(3, 2),
        "3": Window(5, padding=2),
        "5": Window(3, 2),
        "6": Window(3, padding=1),
        "8": Window(3, padding=1),
        "10": Window(3, padding=1),
        "12": Window(3, 2),
    }
