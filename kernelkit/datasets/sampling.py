"""Which images when: a part kept for validation, the order of an epoch, and shares of several workers."""

from __future__ import annotations

import itertools
import operator
from typing import TYPE_CHECKING, NamedTuple

from kernelkit.datasets.labelled import check_labelled, counted
from kernelkit.errors import InputError

if TYPE_CHECKING:
    from typing import SupportsIndex

    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.datasets.labelled import LabelledImages

_SPLIT, _ORDER = 0, 1
"""First entries of the keys of random streams: what they are drawn for, so that no two purposes share one."""


class Split(NamedTuple):
    """Indices of the images to train on, and of those kept for validation: int64, ascending, disjoint."""

    train: NDArray[np.int64]
    validation: NDArray[np.int64]


def split(data: LabelledImages, validation: SupportsIndex, *, seed: SupportsIndex) -> Split:
    """Keep a number of images for validation, of each class its share.

    The share of a class with n of all N images is ``validation * n / N``, rounded so that all shares add up: the
    largest fractions are rounded up, among equal ones those of the first classes.

    Parameters
    ----------
    data
        The images.
    validation
        How many to keep, from 0 to one less than there are.
    seed
        Whole and not negative.  One seed always gives one split, on every machine and without PyTorch.

    Raises
    ------
    InputError
        A number out of its range, or no labelled images.
    """
    import numpy as np

    check_labelled(data, what="data")
    total = len(data)
    kept = _from(validation, 0, what="the number of images for validation")
    if kept >= total:
        raise InputError(
            f"{kept:,} of {counted(total, 'image')} for validation leave none to train on",
            next=f"--validation {total - 1}, in Python validation={total - 1}, or fewer",
        )
    mixed = _permutation(total, seed, _SPLIT)
    # in the order of classes, and within a class in the drawn order
    by_class = mixed[np.argsort(data.labels[mixed], kind="stable")]
    chosen = np.zeros(total, dtype=bool)
    start = 0
    for count, share in zip(data.counts, _shares(data.counts, kept), strict=True):
        chosen[by_class[start : start + share]] = True
        start += count
    return Split(np.flatnonzero(~chosen), np.flatnonzero(chosen))


def order(count: SupportsIndex, *, seed: SupportsIndex, epoch: SupportsIndex) -> NDArray[np.int64]:
    """Return the order in which an epoch visits so many images: a permutation of 0 to count - 1, int64.

    Every epoch has its own, and the seed gives all of them again, each without those before it.

    Parameters
    ----------
    count
        How many images.
    seed, epoch
        Whole and not negative.

    Raises
    ------
    InputError
        A negative number.
    """
    return _permutation(
        _from(count, 0, what="a number of images"), seed, _ORDER, _from(epoch, 0, what="an epoch")
    )


def shards(count: SupportsIndex, parts: SupportsIndex) -> tuple[tuple[int, int], ...]:
    """Divide so many images among workers, each once: as (start, stop), sizes differ by one at most, larger first.

    Nothing is repeated to make shares equal, so sums over them are sums over the images.

    Raises
    ------
    InputError
        A negative number of images, or no part.

    Examples
    --------
    >>> shards(22, 4)
    ((0, 6), (6, 12), (12, 17), (17, 22))
    """
    each, left = divmod(
        _from(count, 0, what="a number of images"), among := _from(parts, 1, what="a number of parts")
    )
    edges = [part * each + min(part, left) for part in range(among + 1)]
    return tuple(itertools.pairwise(edges))


def _shares(counts: tuple[int, ...], kept: int) -> list[int]:
    """Return how many of each class are kept: proportional, by largest remainders."""
    total = sum(counts)
    shares = [kept * count // total for count in counts]
    by_remainder = sorted(range(len(counts)), key=lambda c: (-(kept * counts[c] % total), c))
    for label in by_remainder[: kept - sum(shares)]:
        shares[label] += 1
    return shares


def _permutation(count: int, seed: SupportsIndex, *key: int) -> NDArray[np.int64]:
    """Return the order of random words: NumPy promises the words for all versions, of its shuffles nothing."""
    import numpy as np

    entropy = _from(seed, 0, what="a seed")
    words = np.random.PCG64(np.random.SeedSequence(entropy, spawn_key=key)).random_raw(count)
    return np.argsort(words, kind="stable").astype(np.int64, copy=False)


def _from(value: SupportsIndex, least: int, *, what: str) -> int:
    try:
        number = operator.index(value)
    except TypeError as no_number:
        raise InputError(
            f"{what} must be a whole number, not {value!r}", next=f"{least} or more"
        ) from no_number
    if number < least:
        raise InputError(f"{what} must be at least {least}, not {number}", next=f"{least} or more")
    return number
