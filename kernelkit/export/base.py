"""The formats, and the one door to them."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import UnknownNameError
from kernelkit.exact.certify import Certificate
from kernelkit.exact.names import axis_names

if TYPE_CHECKING:
    from kernelkit.exact.functional import Functional
    from kernelkit.exact.kernel import Kernel

FORMATS = {
    "text": "for reading in a terminal",
    "json": "for scripts; carries the schema kernelkit/1 and reads back to an equal kernel",
    "latex": "the formula with its error term",
    "markdown": "a table and the error term",
    "python": "kernelkit source that rebuilds the exact kernel",
    "numpy": "a NumPy array and how to apply it",
    "torch": "a torch weight and how to apply it",
    "c": "C99 constants and a function",
    "fortran": "Fortran 2008 constants in a module",
    "julia": "exact Julia rationals",
    "matlab": "a MATLAB or Octave array and how to apply it",
    "csv": "one line a tap: offsets, exact tap, rounded tap",
    "opencv": "a NumPy array for cv2.filter2D with its anchor",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a format writes down: a kernel, and what is known of it.

    Attributes
    ----------
    kernel
        The taps.
    certificate
        The proof of what the kernel computes; None for a bare kernel.
    """

    kernel: Kernel
    certificate: Certificate | None

    @property
    def target(self) -> Functional | None:
        """What the kernel computes, if that is known."""
        return self.certificate.target if self.certificate else None

    @property
    def h_power(self) -> int | None:
        """The power of h that scales the taps: -2 for a second derivative; None if no one power does."""
        target = self.target
        return -target.order if target and target.homogeneous else None

    @property
    def scaling(self) -> str:
        """Where h goes, in one sentence."""
        target = self.target
        if target is None:
            return "taps as they are; nothing is known about a spacing"
        if self.h_power is None:
            return "for this spacing only: the terms scale with different powers of h"
        if self.h_power == 0:
            verb = "no power of h"
        else:
            verb = "multiply by " if self.h_power > 0 else "divide by "
            verb += "h" if abs(self.h_power) == 1 else f"h^{abs(self.h_power)}"
        if self.unit_spacing:
            return verb
        steps = ", ".join(f"{n} = {s}" for n, s in zip(axis_names(target.ndim), target.spacing, strict=True))
        return f"taps for spacing {steps}, where h = 1; for h times that: {verb}"

    @property
    def unit_spacing(self) -> bool:
        """Whether samples are one apart on every axis, so that h is the spacing."""
        return self.target is None or set(self.target.spacing) == {Fraction(1)}


def render(result: Kernel | Certificate, format: str = "text") -> str:
    """Write a kernel, or a kernel with its certificate, in one of `FORMATS`.

    Parameters
    ----------
    result
        A bare kernel, or the certificate that says what it computes; the latter adds target, scaling, accuracy
        and error.
    format
        A key of `FORMATS`.

    Raises
    ------
    UnknownNameError
        No such format.
    OffGridError
        The format is an array and the offsets are not one step apart.

    Examples
    --------
    >>> from kernelkit import Kernel
    >>> print(render(Kernel({-1: 1, 0: -2, 1: 1}), "csv"))
    offset,tap,float
    -1,1,1.0
    0,-2,-2.0
    1,1,1.0
    """
    if format not in FORMATS:
        raise UnknownNameError(f"no format is called {format!r}", next=f"formats are {', '.join(FORMATS)}")
    certificate = result if isinstance(result, Certificate) else None
    kernel = result.kernel if isinstance(result, Certificate) else result
    module = importlib.import_module(f"kernelkit.export.{format}")
    text: str = module.render(Sheet(kernel, certificate))
    return text
