"""What least squares learns when the model is wrong: noise in the images, or a constant that is left out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, get_args

from kernelkit.errors import InputError, ShapeError
from kernelkit.learning.pairs import check_range, numbers
from kernelkit.learning.shapes import finite, one_of
from kernelkit.learning.statistics import estimate
from kernelkit.learning.triangle import triangle

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from kernelkit.learning.pairs import Pairs


Images = Literal["clean", "noisy"]
"""Whether images are those that the labels were made of, or have noise already."""


def attenuated(
    given: Pairs, taps: ArrayLike, deviation: float, *, images: Images = "clean"
) -> NDArray[np.float64]:
    """Predict what least squares learns of a kernel from images with noise: ``(R + N tau^2 I)^-1 R w``.

    White noise of deviation tau in the images adds tau^2 to R for every window that reads a real pixel, while the
    labels stay as the clean images gave them.  So taps shrink, most in the directions that the images show least:
    a blurred kernel is learned.  On white images of deviation 1 the factor is ``1/(1 + tau^2)``.

    Parameters
    ----------
    given
        Images and layer; labels are not needed.
    taps
        The true kernels, (C_out, C_in, *size) or (*size) for one.
    deviation
        Of the noise of the images, in their unit.
    images
        Whether ``given`` holds the ``"clean"`` images, or already ``"noisy"`` ones, from whose R the share of the
        noise is taken off first.

    Returns
    -------
    ndarray
        The expected taps, in the shape of ``taps``; exact as the number of windows grows.

    Raises
    ------
    InputError
        Taps or a deviation that are no finite numbers, a deviation below zero, or one larger than all that noisy
        images vary by in some direction.
    ShapeError
        Taps that are not of the layer.

    Examples
    --------
    >>> from kernelkit.learning.pairs import pairs
    >>> image = pairs([[1, 1, 0, 0, 0, 0, 1, 1]] * 6, None, (1, 2))
    >>> attenuated(image, [[1, -1]], 0.1**0.5).round(6).tolist()  # 10/17
    [[0.588235, -0.588235]]
    """
    import numpy as np

    one_of(images, get_args(Images), what="images")
    gram, added = _gram_and_noise(given, deviation)
    true = numbers(taps, "taps").astype(float)
    if true.size % given.taps or true.shape[-given.ndim :] != given.size:
        raise ShapeError(
            f"taps of shape {true.shape} are not those of a layer ({given.x.shape[1]}, {given.size})",
            next="give (C_out, C_in, *size), or (*size)",
        )
    flat = np.zeros((given.unknowns, true.size // given.taps))
    flat[: given.taps] = true.reshape(-1, given.taps).T
    clean = gram if images == "clean" else gram - np.diag(added)
    noisy = gram + np.diag(added) if images == "clean" else gram
    if images == "noisy":
        _check_positive(clean, deviation)
    learned = np.linalg.lstsq(noisy, clean @ flat, rcond=None)[0]
    return np.asarray(learned[: given.taps].T.reshape(true.shape))


def corrected(given: Pairs, deviation: float) -> NDArray[np.float64]:
    """Learn taps from images whose noise is known: ``(R - N tau^2 I)^-1 r``, which noise does not attenuate.

    Parameters
    ----------
    given
        Noisy images, and labels.
    deviation
        Of the noise of the images, independent from pixel to pixel and of the labels.

    Returns
    -------
    ndarray
        (C_out, C_in, *size).

    Raises
    ------
    InputError
        A deviation below zero, or larger than all that the images vary by in some direction.

    References
    ----------
    Fuller, Measurement Error Models, section 2.2: the moment estimator with known error variance.
    """
    import numpy as np

    labels = given.labels
    gram, added = _gram_and_noise(given, deviation)
    clean = gram - np.diag(added)
    _check_positive(clean, deviation)
    reduced = triangle(given)
    right = reduced[:, : given.unknowns].T @ reduced[:, given.unknowns :]
    found = np.linalg.solve(clean, right)[: given.taps].T
    return np.asarray(found).reshape(labels.shape[1], given.x.shape[1], *given.size)


def offset_shift(given: Pairs, offset: float = 1.0) -> tuple[NDArray[np.float64], float]:
    """Return how a constant in the labels bends the taps when no bias is learned, and the loss that it leaves.

    The taps move by ``c R^-1 A^T 1``; what is left is ``c^2 (N - 1^T A R^-1 A^T 1)``.

    Parameters
    ----------
    given
        Images and layer; labels are not needed.
    offset
        The constant c.

    Raises
    ------
    UnderdeterminedError
        Images that do not determine all taps.
    InputError
        An offset that is no finite number, or beyond the range of data.

    Examples
    --------
    >>> from kernelkit.learning.pairs import pairs
    >>> shift, loss = offset_shift(pairs([[1, 1, 0, 0, 0, 0, 1, 1]] * 6, None, (1, 2)), 0.5)
    >>> shift.round(12).tolist(), round(loss, 12)
    ([[0.3, 0.3]], 5.1)
    """
    import numpy as np

    level = finite(offset, what="an offset")
    check_range(abs(level), "offset")
    constant = np.full((given.x.shape[0], 1, *given.out), level)
    labelled = replace(given, y=constant, bias="none")
    taps = estimate(labelled, noise=0.0).taps[0]
    left = float(np.sum(triangle(labelled)[given.taps :, given.taps :] ** 2))
    return taps if len(taps) > 1 else taps[0], left


def _gram_and_noise(given: Pairs, deviation: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return R, and what noise of the images adds to its diagonal: nothing in padding, nothing for a bias."""
    import numpy as np

    check_range(abs(finite(deviation, what="a deviation of noise")), "deviation")
    if deviation < 0:
        raise InputError(f"a deviation of noise is 0 or more, unlike {deviation}", next="deviation=0.01")
    bare = replace(given, y=None)
    reduced = triangle(bare)
    read = triangle(replace(bare, x=np.ones_like(given.x)))
    counts = np.sum(read**2, axis=0)
    counts[given.taps :] = 0
    return reduced.T @ reduced, deviation**2 * counts


def _check_positive(clean: NDArray[np.float64], deviation: float) -> None:
    import numpy as np

    if np.linalg.eigvalsh(clean)[0] <= 0:
        raise InputError(
            f"images with noise of deviation {deviation:g} would vary more than these do in some direction",
            why="the smallest eigenvalue of R is below what such noise adds to it",
            next="a smaller deviation, or more images",
        )
