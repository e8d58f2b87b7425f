"""The kernel of the catalogue that a plane of taps is most like, and how much of the plane it explains."""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kernelkit.catalogue.named import entries
from kernelkit.exact.symmetry import Motion, motions
from kernelkit.identification.grid import floats
from kernelkit.identification.matches import motion_text
from kernelkit.identification.symmetries import moved_array

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

    _Item = tuple[tuple[int, bool], Floats, tuple[str, str], float]

_LAST = {"compass", "basis", "misprint"}
"""Families whose names say least; see `kernelkit.identification.matches`."""

LARGEST_SIDE = 16
"""Taps along an axis; larger planes are not compared."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """A kernel of the catalogue beside a plane of taps.

    Attributes
    ----------
    name
        Its name in the catalogue.
    motion
        What was done to its axes, in words; empty where nothing.
    scale
        Factor on its published taps that comes nearest.
    r_squared
        Share of the plane's energy about zero that it explains, its middle on the middle of the window.
    """

    name: str
    motion: str
    scale: float
    r_squared: float


class _Shelf(NamedTuple):
    vectors: Floats
    labels: tuple[tuple[str, str], ...]
    norms: Floats


def nearest_named(plane: ArrayLike) -> Nearest | None:
    """Return the kernel of the catalogue, turned or reflected, that explains most of a plane.

    Kernels that fit into the window are laid with their middle on its middle; of the two places beside the middle of
    an axis, where their sizes differ by an odd number, both are tried.  None for zeros and for large planes.

    Examples
    --------
    >>> found = nearest_named([[0, 0, 0, 0, 0], [0, 0, 1, 0, 0], [0, 1, -4, 1, 0], [0, 0, 1, 0, 0], [0, 0, 0, 0, 0]])
    >>> found.name, found.scale, round(found.r_squared, 12)
    ('laplacian-5pt', 1.0, 1.0)
    """
    import numpy as np

    taps = np.asarray(plane, dtype=float)
    energy = float((taps**2).sum())
    if max(taps.shape) > LARGEST_SIDE or not energy:
        return None
    shelf = _shelf(taps.shape)
    if not len(shelf.vectors):
        return None
    products = shelf.vectors @ taps.ravel()
    best = int(np.argmax((abs(products) / np.sqrt(energy)).round(9)))
    name, motion = shelf.labels[best]
    return Nearest(
        name, motion, float(products[best] / shelf.norms[best]), min(1.0, float(products[best] ** 2) / energy)
    )


@functools.lru_cache(maxsize=8)
def _shelf(shape: tuple[int, int]) -> _Shelf:
    """Return all kernels of the plane that fit a window, as vectors of length 1, the plain ones first."""
    import numpy as np

    ordered = sorted(motions(2), key=_plainness)
    found: list[_Item] = []
    for entry in entries():
        kernel = entry.published
        table = floats(kernel) if kernel.ndim == 2 and kernel.taps else None
        if table is None or entry.family == "misprint":
            continue
        # the table is over its largest tap
        length = float(np.linalg.norm(table))
        norm = length * float(max(abs(tap) for _, tap in kernel.taps))
        for rank, motion in enumerate(ordered):
            image = moved_array(table, motion) / length
            for placed in _placed(image, shape):
                label = entry.name, motion_text(motion)
                # names of a set of eight masks say least
                found.append(((rank, entry.family in _LAST), placed.ravel(), label, norm))
    found.sort(key=lambda item: item[0])
    found = _different(found)
    return _Shelf(
        np.array([vector for _, vector, _, _ in found]),
        tuple(label for _, _, label, _ in found),
        np.array([norm for _, _, _, norm in found]),
    )


def _different(items: list[_Item]) -> list[_Item]:
    """Return items without those whose vector, up to its sign, came before."""
    seen: set[bytes] = set()
    kept = []
    for item in items:
        rounded = (item[1] + 0.0).round(9)
        key = min(rounded.tobytes(), (0.0 - rounded).tobytes())
        if key not in seen:
            seen.add(key)
            kept.append(item)
    return kept


def _plainness(motion: Motion) -> tuple[object, ...]:
    return sum(sign < 0 for sign in motion.signs), motion.axes != (0, 1)


def _placed(image: Floats, shape: tuple[int, int]) -> list[Floats]:
    """Return a table in the middle of windows of zeros; none where it is larger than the window."""
    import numpy as np

    spare = [size - side for size, side in zip(shape, image.shape, strict=True)]
    if min(spare) < 0:
        return []
    found = []
    for top, left in itertools.product(*(sorted({rest // 2, (rest + 1) // 2}) for rest in spare)):
        window = np.zeros(shape)
        window[top : top + image.shape[0], left : left + image.shape[1]] = image
        found.append(window)
    return found
