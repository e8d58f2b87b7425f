"""The post's convolutional layer, ``Conv2D``, with its traps made errors; also for many channels.

Importing this module loads PyTorch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernelkit.errors import InputError, ShapeError
from kernelkit.learning.arrays import is_tensor
from kernelkit.learning.extra import need_torch
from kernelkit.learning.shapes import at_least, per_axis
from kernelkit.learning.window import corr2d

need_torch("Conv2D")
import torch  # noqa: E402, TID253 - the layer is a class of torch's; this module is imported where one is wanted
from torch import nn  # noqa: E402, TID253 - as above

if TYPE_CHECKING:
    from kernelkit.learning.shapes import Padding, Sizes


class Conv2D(nn.Module):
    """A layer that correlates an image with its kernel and adds its bias.

    As in the post: taps start uniform in [0, 1), the bias at 0.  ``torch.manual_seed`` fixes the start, on
    which the end depends where the data do not determine the kernel.

    Parameters
    ----------
    kernel_size
        Height and width; one number is a square.
    channels
        (C_in, C_out) for images with channels: taps (C_out, C_in, h, w) and a bias for each output channel.
        None for plain images (H, W): taps (h, w) and one bias.
    stride, dilation
        One number, or (height, width).
    padding
        A number each side, one an axis, pairs (before, after), or "same"; padded with 0.

    Raises
    ------
    MissingExtraError
        PyTorch is not installed (at import).
    ShapeError
        A kernel size for another number of axes.
    InputError
        A size or number of channels below 1.

    Examples
    --------
    >>> Conv2D((1, 2))(torch.ones(6, 8)).shape
    torch.Size([6, 7])
    >>> Conv2D(3, channels=(2, 4), padding="same")(torch.ones(10, 2, 6, 8)).shape
    torch.Size([10, 4, 6, 8])
    """

    def __init__(
        self,
        kernel_size: Sizes,
        *,
        channels: tuple[int, int] | None = None,
        stride: Sizes = 1,
        padding: Padding = 0,
        dilation: Sizes = 1,
    ) -> None:
        super().__init__()
        size = tuple(
            at_least(k, 1, what="a kernel size") for k in per_axis(kernel_size, 2, what="kernel size")
        )
        self.channels = channels
        self.stride, self.padding, self.dilation = stride, padding, dilation
        if channels is not None:
            into, out = (
                at_least(c, 1, what="a number of channels") for c in per_axis(channels, 2, what="channels")
            )
            size = (out, into, *size)
        self.weight = nn.Parameter(torch.rand(size))
        self.bias = nn.Parameter(torch.zeros(1 if channels is None else size[0]))

    def forward(self, X: torch.Tensor) -> torch.Tensor:  # noqa: N803 - the post's name
        """Return the correlation of X with the taps, plus the bias.

        Parameters
        ----------
        X
            (H, W) without channels, (C_in, H, W) or (N, C_in, H, W) with them.

        Raises
        ------
        InputError
            X is no tensor.
        ShapeError
            X is of another shape, or smaller than the kernel.
        """
        if not is_tensor(X):
            raise InputError(f"a layer takes tensors, not {type(X).__name__}", next="torch.as_tensor(X)")
        if self.channels is None and X.ndim != 2:
            raise ShapeError(
                f"X of shape {tuple(X.shape)} is no plain image (H, W), which this layer takes",
                next="Conv2D(kernel_size, channels=(C_in, C_out)) takes images with channels",
            )
        result = corr2d(X, self.weight, stride=self.stride, padding=self.padding, dilation=self.dilation)
        return result + (self.bias if self.channels is None else self.bias[:, None, None])

    def extra_repr(self) -> str:
        """Describe the layer in one line, as torch prints layers."""
        return (
            f"taps {tuple(self.weight.shape)}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}"
        )
