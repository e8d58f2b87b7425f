"""The table of a kernel as array libraries need it: one entry a sample, offset 0 inside."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import LimitError
from kernelkit.exact.kernel import LARGEST_TABLE, Kernel
from kernelkit.exact.names import axis_names
from kernelkit.exact.offsets import Offset, offset_text
from kernelkit.exact.rational import written
from kernelkit.export.rounding import digits

if TYPE_CHECKING:
    from collections.abc import Mapping

Index = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """Taps in an array, padded with zeros where offset 0 would lie outside.

    Attributes
    ----------
    entries
        Tap by index; indices left out hold zero.
    shape
        Size on each axis.
    anchor
        Index of the entry that multiplies the sample at the output's own index.
    late
        How far after that sample the output lies, from 0 to less than 1 on each axis; not 0 for staggered
        kernels.
    """

    entries: Mapping[Index, Fraction]
    shape: Index
    anchor: Index
    late: Offset

    @classmethod
    def of(cls, kernel: Kernel) -> Window:
        """Lay a kernel out.

        Raises
        ------
        OffGridError
            The offsets are not one step apart.
        LimitError
            The table would have more than `LARGEST_TABLE` entries.
        """
        kernel.dense()  # refuses kernels off the lattice
        late = tuple(math.ceil(x) - x for x in kernel.origin)
        first = [math.ceil(x) for x in kernel.origin]
        last = [start + int(extent) for start, extent in zip(first, kernel.width, strict=True)]
        anchor = tuple(max(-start, 0) for start in first)
        shape = tuple(max(stop, 0) + before + 1 for stop, before in zip(last, anchor, strict=True))
        if (entries := math.prod(shape)) > LARGEST_TABLE:
            raise LimitError(
                f"an array of {entries} entries is above the limit of {LARGEST_TABLE}",
                why="it must reach from the taps to offset 0",
                next="json, csv and python keep the offsets as they are",
            )
        places = {
            tuple(int(x + s) + a for x, s, a in zip(offset, late, anchor, strict=True)): tap
            for offset, tap in kernel.taps
        }
        return cls(places, shape, anchor, late)

    def as_rows(self) -> Window:
        """Return the window as a table of rows: one in one dimension."""
        if len(self.shape) > 1:
            return self
        entries = {(0, *index): tap for index, tap in self.entries.items()}
        return Window(entries, (1, *self.shape), (0, *self.anchor), (Fraction(0), *self.late))

    @property
    def first(self) -> Offset:
        """The offset of the first entry."""
        return tuple(-a - s for a, s in zip(self.anchor, self.late, strict=True))

    @property
    def layout(self) -> str:
        """The offset of the first entry and the index of offset 0, in one sentence."""
        start = f"First entry at offset {offset_text(self.first)}"
        if any(self.late):
            return f"{start}, so offset 0 lies {offset_text(self.late)} after entry {_index(self.anchor)}."
        return (
            f"{start}; offset 0 is entry {_index(self.anchor)}, counting from 0."
            if any(self.anchor)
            else f"{start}."
        )

    def place(self, before: Index) -> str:
        """Say which place an output belongs to, if the first window starts ``before`` samples early."""
        shifts = [a + s - b for a, s, b in zip(self.anchor, self.late, before, strict=True)]
        names = axis_names(len(shifts))
        places = [name + (f" + {written(s)}" if s else "") for name, s in zip(names, shifts, strict=True)]
        place = places[0] if len(places) == 1 else f"({', '.join(places)})"
        return f"out[{', '.join(names)}] is the value at {place}"

    def cells(self) -> dict[Index, str]:
        """Return the text of all entries, in order; of one length where there are columns to align."""
        texts = {
            index: digits(self.entries.get(index, Fraction(0)))
            for index in itertools.product(*map(range, self.shape))
        }
        width = max(map(len, texts.values())) if math.prod(self.shape[:-1]) > 1 else 0
        return {index: text.rjust(width) for index, text in texts.items()}


def _index(index: Index) -> str:
    return f"({', '.join(map(str, index))})" if len(index) > 1 else str(index[0])
