"""Labels made by a known kernel, so that learning can be watched from the outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernelkit.cli.images import as_numbers, read_any_image, read_size
from kernelkit.cli.kernels import read_any_kernel
from kernelkit.errors import InputError, ShapeError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.exact.kernel import Kernel
    from kernelkit.images.colour import Grey


def taught(
    teacher: str | None,
    image: str | None,
    images: Sequence[str],
    size: str | None,
    *,
    noise: float,
    seed: int,
    layer: Mapping[str, int],
    colour: Grey,
) -> tuple[NDArray[np.generic], NDArray[np.generic], tuple[int, ...]]:
    """Return an image, the labels that a teacher makes of it, and the size of the window to learn.

    Raises
    ------
    InputError
        A teacher without an image, an image without a teacher, or X and Y beside them.
    ShapeError
        A teacher that does not fit the image, or a window too small for the teacher.
    """
    import numpy as np

    example = "kernelkit learn --teacher sobel-x --image photo.png"
    if teacher is None or image is None:
        missing, given = ("--teacher", "--image") if teacher is None else ("--image", "--teacher")
        raise InputError(
            f"{missing} is missing beside {given}: a teacher makes the labels of an image", next=example
        )
    if images:
        raise InputError("a teacher makes the labels, and X and Y are then not given", next=example)
    kernel = read_any_kernel(teacher).kernel
    x = read_any_image(image, colour=colour)
    taps = _taps(kernel)
    if taps.ndim == 1 and x.ndim == 2:
        taps = taps[None, :]  # a kernel on a line runs along the rows of an image
    if taps.ndim != x.ndim:
        raise ShapeError(
            f"a teacher on {taps.ndim} axes does not fit an image of shape {x.shape}",
            next="give a grey image, or a teacher of as many axes",
        )
    wanted = taps.shape if size is None else read_size(size)
    window = (wanted,) * taps.ndim if isinstance(wanted, int) else wanted
    from kernelkit.learning.window import corr

    y = corr(x, _widened(taps, window), ndim=taps.ndim, **layer)
    if noise:
        y = y + np.random.default_rng(seed).normal(scale=noise, size=y.shape)
    return x, y, window


def _taps(kernel: Kernel) -> NDArray[np.generic]:
    """Return the taps as whole numbers where they all are, else as floats."""
    import numpy as np

    return as_numbers(np.array(kernel.dense(), dtype=object))


def _widened(taps: NDArray[np.generic], window: tuple[int, ...]) -> NDArray[np.generic]:
    """Return the taps in the middle of a larger window."""
    import numpy as np

    if len(window) != taps.ndim or any(w < t for w, t in zip(window, taps.shape, strict=True)):
        raise ShapeError(
            f"a window of {window} does not hold a teacher of {taps.shape}",
            next="leave --size out, or make it larger",
        )
    before = [((w - 1) // 2) - ((t - 1) // 2) for w, t in zip(window, taps.shape, strict=True)]
    return np.pad(taps, [(b, w - t - b) for b, w, t in zip(before, window, taps.shape, strict=True)])
