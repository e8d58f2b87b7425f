"""Filters that pictures teach by themselves: independent components of whitened patches, with no labels and no net.

What is done: patches are drawn at random places; the mean patch is taken away and each is divided by its contrast; the
principal components of largest variance are kept and scaled to variance 1 (whitening); a rotation of them is sought
whose outputs are as far from a Gaussian as can be, by FastICA with tanh, all components at once.  On natural pictures
the filters come out as edges and bars at all angles, and as colour opponents, as the first layer of a trained net has
them.  They are not those of any net, and were not trained to tell anything apart.

Sources: Bell and Sejnowski, Vision Research 37 (1997) 3327-3338 (edges are independent components of natural scenes);
Hyvarinen, IEEE Transactions on Neural Networks 10 (1999) 626-634 (FastICA); Hoyer and Hyvarinen, Network 11 (2000)
191-210 (of colour patches).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, SupportsIndex

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.learning.shapes import at_least

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

LARGEST_SIDE = 32
MOST_PATCHES = 1_000_000
"""Taps along an axis, and patches."""

TURNED = 1e-4
"""How far the cosine between a filter and the one a step before may be from 1 at the end."""

FLAT = 0.1
"""Contrast below which patches count as flat, over the root mean square contrast: their noise is not blown up."""


def first_filters(
    images: Iterable[ArrayLike],
    count: SupportsIndex = 96,
    *,
    size: SupportsIndex = 11,
    patches: SupportsIndex = 30_000,
    seed: SupportsIndex = 0,
    steps: SupportsIndex = 200,
) -> Floats:
    """Learn filters from pictures, without labels.

    Parameters
    ----------
    images
        Colour pictures, (3, height, width) or (height, width, 3), in any one unit; grey ones, (height, width), give
        filters of one channel, and all are to be of one kind.
    count
        Filters, at most as many as a patch has numbers less one.
    size
        Taps along each axis.
    patches
        Patches drawn, from every picture equally many.
    seed
        Of the places, and of the rotation to begin with: the same seed gives the same filters on one machine.
    steps
        Steps of FastICA at most.

    Returns
    -------
    numpy.ndarray
        (count, channels, size, size), each of length 1 with its largest tap positive, the greyest first.

    Raises
    ------
    ShapeError
        Pictures of other shapes, or smaller than a patch.
    InputError
        No pictures, numbers that are not finite, or pictures of too little variety for so many filters.
    LimitError
        A size or a number of patches beyond the limits.

    Notes
    -----
    96 filters of 11 x 11 in colour take about 15 s on one core.
    """
    import numpy as np

    number, side = at_least(count, 1, what="a number of filters"), at_least(size, 2, what="a size")
    drawn = at_least(patches, 2, what="a number of patches")
    if side > LARGEST_SIDE or drawn > MOST_PATCHES:
        raise LimitError(
            f"{drawn:,} patches of {side} x {side} are too many or too large",
            why=f"the limits are {MOST_PATCHES:,} patches and {LARGEST_SIDE} taps along an axis",
            next="first_filters(images, size=11, patches=30_000)",
        )
    generator = np.random.default_rng(at_least(seed, 0, what="a seed"))
    if not isinstance(images, Iterable):
        raise InputError(
            f"pictures come in a list, not as {type(images).__name__}", next="first_filters([image, ...])"
        )
    pictures = [_channels_first(image) for image in images]
    cut = _patches(pictures, side, drawn, generator)
    channels = pictures[0].shape[0]
    if number > cut.shape[1] - 1:
        raise InputError(
            f"{number} filters cannot come from patches of {cut.shape[1]} numbers",
            next=f"ask for {cut.shape[1] - 1} at most, or larger patches",
        )
    white, whitening = _whitened(_even_contrast(cut), number)
    rotation = _fast_ica(white, at_least(steps, 1, what="a number of steps"), generator)
    filters = (rotation @ whitening).reshape(number, channels, side, side)
    return _ordered(filters)


def _channels_first(image: ArrayLike) -> Floats:
    """Return a picture as (channels, height, width)."""
    import numpy as np

    array = np.asarray(image)
    if array.dtype.kind not in "iufb":
        raise InputError(f"a picture holds real numbers, not {array.dtype}", next="give arrays of pixels")
    values = array.astype(float)
    if values.ndim == 2:
        values = values[None]
    elif values.ndim == 3 and values.shape[0] != 3 and values.shape[-1] == 3:
        values = np.moveaxis(values, -1, 0)
    if values.ndim != 3 or values.shape[0] not in {1, 3}:
        raise ShapeError(
            f"a picture of shape {array.shape} is neither grey nor of three channels",
            next="give a list of pictures, each (height, width), (3, height, width) or (height, width, 3)",
        )
    if not np.isfinite(values).all():
        raise InputError("a picture holds NaN or infinity", next="replace them by numbers")
    return values


def _patches(pictures: list[Floats], side: int, count: int, generator: np.random.Generator) -> Floats:
    """Return patches (patches, numbers), from every picture equally many."""
    import numpy as np

    if not pictures:
        raise InputError("there are no pictures to learn from", next="first_filters([image, ...])")
    channels = {picture.shape[0] for picture in pictures}
    if len(channels) > 1:
        raise ShapeError("some pictures are grey and some in colour", next="give pictures of one kind")
    if any(min(picture.shape[1:]) < side for picture in pictures):
        raise ShapeError(
            f"a picture is smaller than {side} x {side}", next="leave it out, or take a smaller size"
        )
    found = []
    for place, picture in enumerate(pictures):
        share = count * (place + 1) // len(pictures) - count * place // len(pictures)
        windows = np.lib.stride_tricks.sliding_window_view(picture, (side, side), axis=(1, 2))
        rows = generator.integers(windows.shape[1], size=share)
        columns = generator.integers(windows.shape[2], size=share)
        found.append(windows[:, rows, columns].transpose(1, 0, 2, 3).reshape(share, -1))
    return np.concatenate(found)


def _even_contrast(patches: Floats) -> Floats:
    """Return patches less their mean patch, each over its contrast."""
    import numpy as np

    rest = patches - patches.mean(axis=0)
    contrast = np.linalg.norm(rest, axis=1, keepdims=True)
    usual = float(np.sqrt((contrast**2).mean()))
    if not usual:
        raise InputError(
            "the pictures are flat: nothing can be learned from them", next="give other pictures"
        )
    even = rest / np.hypot(contrast, FLAT * usual)
    centred: Floats = even - even.mean(axis=0)
    return centred


def _whitened(patches: Floats, count: int) -> tuple[Floats, Floats]:
    """Return (count, patches) of variance 1 without correlation, and the matrix that made them."""
    import numpy as np

    covariance = patches.T @ patches / len(patches)
    values, vectors = np.linalg.eigh(covariance)
    values, vectors = values[::-1][:count], vectors[:, ::-1][:, :count]
    if values[-1] <= 1e-12 * values[0]:
        raise InputError(
            f"the pictures have too little variety for {count} filters",
            why=f"their patches vary in {int((values > 1e-12 * values[0]).sum())} directions only",
            next="give more pictures, or ask for fewer filters",
        )
    # eigenvectors have no sign of their own: the same one on every machine
    vectors = vectors * np.sign(vectors[abs(vectors).argmax(axis=0), np.arange(count)])
    whitening = vectors.T / np.sqrt(values)[:, None]
    white: Floats = whitening @ patches.T
    return white, whitening


def _fast_ica(white: Floats, steps: int, generator: np.random.Generator) -> Floats:
    """Return the rotation whose outputs are farthest from a Gaussian, by the fixed point of tanh."""
    import numpy as np

    count, samples = white.shape
    rotation = _orthogonal(generator.normal(size=(count, count)))
    for _ in range(steps):
        bent = np.tanh(rotation @ white)
        slope = 1 - (bent**2).mean(axis=1, keepdims=True)
        turned = _orthogonal(bent @ white.T / samples - slope * rotation)
        change = abs(1 - abs((turned * rotation).sum(axis=1))).max()
        rotation = turned
        if change < TURNED:
            break
    return rotation


def _orthogonal(matrix: Floats) -> Floats:
    """Return the orthogonal matrix nearest to a matrix."""
    import numpy as np

    left, _, right = np.linalg.svd(matrix)
    nearest: Floats = left @ right
    return nearest


def _ordered(filters: Floats) -> Floats:
    """Return filters of length 1, their largest taps positive, the greyest first."""
    import numpy as np

    flat = filters.reshape(len(filters), -1)
    flat = flat / np.linalg.norm(flat, axis=1, keepdims=True)
    flat = flat * np.sign(flat[np.arange(len(flat)), abs(flat).argmax(axis=1)])[:, None]
    scaled = flat.reshape(filters.shape)
    grey = (scaled.mean(axis=1) ** 2).sum(axis=(1, 2)) * filters.shape[1]
    ordered: Floats = scaled[np.argsort(-grey, kind="stable")]
    return ordered
