"""LeNet as the textbook builds it: two convolutions, three fully connected layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernelkit.learning.extra import need_torch
from kernelkit.learning.shapes import Window, at_least
from kernelkit.nets.choices import activation_of, pooling_of
from kernelkit.nets.sizes import features_of, map_size, several, units

if TYPE_CHECKING:
    from torch import nn

    from kernelkit.nets.sizes import Size

USUAL_SIZE = 28
"""Height and width of the images of MNIST and Fashion-MNIST in pixels."""


def lenet(  # noqa: PLR0913 - the options of a net
    *,
    activation: str = "sigmoid",
    pooling: str = "average",
    padding: int = 2,
    classes: int = 10,
    channels: int = 1,
    widths: tuple[int, int] = (6, 16),
    hidden: tuple[int, int] = (120, 84),
    size: Size = USUAL_SIZE,
) -> nn.Sequential:
    """Build the textbook's LeNet; it takes images (N, channels, size, size) and gives scores (N, classes).

    The weights start as PyTorch starts them, from its global generator; `kernelkit.nets.initialise` starts
    them from a seed.  This is not LeNet-5 of 1998, which has a third convolution, connects its second one
    to a part of the maps, learns its subsampling, ends in radial basis functions and reads 32 x 32 pixels.

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
        Maps of the two convolutions.
    hidden
        Units of the two hidden fully connected layers.
    size
        Height and width of the images in pixels; one number is a square.  It decides how many values the
        first fully connected layer reads.

    Raises
    ------
    MissingExtraError
        PyTorch is not installed.
    ShapeError
        Images too small for the windows, or another number of widths than two.
    InputError
        A word or number that means nothing here.
    LimitError
        Images so large that the first fully connected layer would not fit into memory.

    References
    ----------
    Zhang, Lipton, Li and Smola, Dive into Deep Learning, section 7.6, describes the net.
    LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document recognition, 1998.

    Examples
    --------
    >>> import torch
    >>> lenet()(torch.zeros(2, 1, 28, 28)).shape
    torch.Size([2, 10])
    """
    need_torch("lenet")
    from torch import nn

    act, pool = activation_of(activation), pooling_of(pooling)
    classes, channels = units(classes, what="classes"), units(channels, what="channels")
    padding = at_least(padding, 0, what="padding")
    first, second = several(widths, 2, what="widths")
    third, fourth = several(hidden, 2, what="hidden units")
    windows = {"0": Window(5, padding=padding), "2": Window(2, 2), "3": Window(5), "5": Window(2, 2)}
    features = features_of("lenet", second, map_size("lenet", windows, size, usual=USUAL_SIZE), outputs=third)
    return nn.Sequential(
        # images (N, 1, 28, 28)
        nn.Conv2d(channels, first, kernel_size=5, padding=padding),  # (N, 6, 28, 28)
        act(),
        pool(kernel_size=2, stride=2),  # (N, 6, 14, 14)
        nn.Conv2d(first, second, kernel_size=5),  # (N, 16, 10, 10)
        act(),
        pool(kernel_size=2, stride=2),  # (N, 16, 5, 5)
        nn.Flatten(),  # (N, 400)
        nn.Linear(features, third),  # (N, 120)
        act(),
        nn.Linear(third, fourth),  # (N, 84)
        act(),
        nn.Linear(fourth, classes),  # (N, 10)
    )
