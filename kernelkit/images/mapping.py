"""What grey values of a picture stand for: results with signs and fractions in 8 or 16 bits."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kernelkit.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

_NUMBER = r"[-+]?\d[\d.]{0,30}(?:e[-+]?\d{1,3})?"
_NOTE = re.compile(
    rf"kernelkit: grey = (?P<offset>{_NUMBER}) \+ (?P<scale>{_NUMBER}) \* value, (?P<bits>8|16) bit"
)


_LEAST = 1e-300


@dataclass(frozen=True, slots=True)
class Mapping:
    """Grey value = offset + scale * value, rounded to the nearest, ties to even.

    Attributes
    ----------
    offset
        The grey value of 0.
    scale
        Grey values a unit.
    bits
        8 for grey values up to 255, 16 for up to 65535.
    """

    offset: float
    scale: float
    bits: int = 8

    def __post_init__(self) -> None:
        if self.bits not in {8, 16}:
            raise InputError(f"grey values have 8 or 16 bits, not {self.bits!r}", next="bits=8 or bits=16")
        if not (math.isfinite(self.offset) and math.isfinite(self.scale)) or self.scale == 0:
            raise InputError(
                f"grey = {self.offset} + {self.scale} * value maps nothing",
                next="give a finite offset and a finite scale other than 0",
            )

    @property
    def top(self) -> int:
        """The largest grey value."""
        return int(2**self.bits - 1)

    @classmethod
    def between(cls, low: float, high: float, bits: int = 8) -> Mapping:
        """Return the mapping of ``low`` to black and of ``high`` to white.

        Raises
        ------
        InputError
            The two are equal or not finite, or bits other than 8 and 16.
        """
        if not (math.isfinite(low) and math.isfinite(high)) or low == high:
            raise InputError(f"{low} to {high} is no range", next="give two different finite numbers")
        plain = cls(0.0, 1.0, bits)
        scale = plain.top / (high - low)
        return cls(0.0 - low * scale, scale, bits)

    @classmethod
    def symmetric(cls, largest: float, bits: int = 8) -> Mapping:
        """Return the mapping with 0 at mid-grey, 128 or 32768, and ``largest`` at white.

        Raises
        ------
        InputError
            No positive number, or bits other than 8 and 16.
        """
        if not (math.isfinite(largest) and largest > 0):
            raise InputError(f"{largest} is no largest magnitude", next="give a positive number")
        middle = cls(0.0, 1.0, bits).top // 2
        return cls(float(middle + 1), middle / largest, bits)

    @classmethod
    def fitting(cls, values: ArrayLike, bits: int = 8) -> Mapping:
        """Return the mapping that clips none of these values.

        Where there are negative ones 0 is mid-grey and the largest magnitude as far from it as can be; otherwise
        0 is black and the largest value white.  NaN and infinities are not asked.
        """
        import numpy as np

        array = np.asarray(values, dtype=np.float64)
        finite = array[np.isfinite(array)]
        largest = float(np.abs(finite).max(initial=0.0))
        if largest < _LEAST:
            largest = 1.0  # grey values a unit would be beyond all numbers
        signed = bool((finite < 0).any())
        return cls.symmetric(largest, bits) if signed else cls.between(0.0, largest, bits)

    @classmethod
    def read(cls, text: object) -> Mapping | None:
        """Return the mapping that a file notes, or None: files of others note anything."""
        said = text.decode("latin-1") if isinstance(text, bytes) else str(text)
        found = _NOTE.search(said)
        try:
            return cls(float(found["offset"]), float(found["scale"]), int(found["bits"])) if found else None
        except ValueError:  # 1.2.3, 1e999 or a scale of 0, which we do not write
            return None

    @property
    def note(self) -> str:
        """The text that files carry, and that `read` understands."""
        return f"kernelkit: grey = {self.offset!r} + {self.scale!r} * value, {self.bits} bit"

    @property
    def words(self) -> str:
        """The same for people."""
        if (self.offset, self.scale) == (0, 1):
            return "numbers are grey values, rounded"
        return f"0 is {self.offset:.6g}, 1 unit is {self.scale:.6g} grey values"

    def greys(self, values: NDArray[Any]) -> tuple[NDArray[np.generic], int]:
        """Return grey values, and how many samples were clipped to black or white.

        NaN becomes the grey of 0; `kernelkit.images.write.write_image` makes such pixels transparent.
        """
        import numpy as np

        levels = np.rint(self.offset + self.scale * values.astype(np.float64))
        levels[np.isnan(levels)] = min(max(round(self.offset), 0), self.top)
        clipped = int(((levels < 0) | (levels > self.top)).sum())
        return np.clip(levels, 0, self.top).astype(np.uint8 if self.bits == 8 else np.uint16), clipped

    def values(self, greys: NDArray[Any]) -> NDArray[np.float64]:
        """Return the values that grey values stand for, within half a grey value."""
        import numpy as np

        return np.asarray((greys.astype(np.float64) - self.offset) / self.scale)
