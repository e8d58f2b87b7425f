"""The formats, and the one door to them."""

from __future__ import annotations

import importlib
import itertools
import keyword
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import InputError, UnknownNameError
from kernelkit.exact.certify import Certificate
from kernelkit.exact.names import axis_names
from kernelkit.exact.offsets import Stencil
from kernelkit.exact.rational import written

if TYPE_CHECKING:
    from kernelkit.exact.functional import Functional
    from kernelkit.exact.kernel import Kernel, Tap
    from kernelkit.exact.offsets import Points

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


NAMED = ("c", "fortran", "julia", "python")
"""Formats that give the kernel a name."""

_NAME = re.compile("[A-Za-z][A-Za-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a format writes down: a kernel, and what is known of it.

    Attributes
    ----------
    kernel
        The taps.
    certificate
        The proof of what the kernel computes; None for a bare kernel.
    nodes
        The places of neighbouring samples where cells are uneven, x at 0: offsets are such places then.  None
        on a grid, where offsets count samples.
    name
        What code calls the kernel.
    """

    kernel: Kernel
    certificate: Certificate | None
    nodes: Stencil | None = None
    name: str = "kernel"

    @property
    def taps(self) -> tuple[Tap, ...]:
        """The taps; of uneven cells one a node, zeros too, for the place in the list tells the sample."""
        if self.nodes is None:
            return self.kernel.taps
        taps = dict(self.kernel.taps)
        return tuple((node, taps.get(node, Fraction(0))) for node in self.nodes.offsets)

    @property
    def base(self) -> int:
        """Where x is among the nodes of uneven cells, counted from 0."""
        return self.nodes.offsets.index((Fraction(0),)) if self.nodes else 0

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
        if self.nodes:
            widths = ", ".join(written(b - a) for (a,), (b,) in itertools.pairwise(self.nodes.offsets))
            return f"taps for cells of width {widths}, where h = 1; for h times these: {verb}"
        if self.unit_spacing:
            return verb
        steps = ", ".join(f"{n} = {s}" for n, s in zip(axis_names(target.ndim), target.spacing, strict=True))
        return f"taps for spacing {steps}, where h = 1; for h times that: {verb}"

    @property
    def unit_spacing(self) -> bool:
        """Whether samples are one apart on every axis, so that h is the spacing."""
        return self.target is None or set(self.target.spacing) == {Fraction(1)}


def render(
    result: Kernel | Certificate,
    format: str = "text",
    *,
    nodes: Points | Stencil | None = None,
    name: str = "",
) -> str:
    """Write a kernel, or a kernel with its certificate, in one of `FORMATS`.

    Parameters
    ----------
    result
        A bare kernel, or the certificate that says what it computes; the latter adds target, scaling, accuracy
        and error.
    format
        A key of `FORMATS`.
    nodes
        The places of neighbouring samples, x at 0, where cells are uneven and offsets are such places.  Left
        out, offsets count samples.
    name
        What code calls the kernel, in one of `NAMED`; left out, ``kernel``.

    Raises
    ------
    UnknownNameError
        No such format.
    InputError
        Nodes without x, or without a place that has a tap; a name that no language takes, or in a format without
        names; uneven cells in a format whose calls need even ones.
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
    check_name(name, format)
    places = None if nodes is None else _checked_nodes(kernel, Stencil.of(nodes))
    text: str = module.render(Sheet(kernel, certificate, places, name or "kernel"))
    return text


def check_name(name: str, format: str) -> None:
    """Refuse a name that not all languages take, or one in a format without names; no name is none too many."""
    if name and format not in NAMED:
        raise InputError(f"{format} has no name of the kernel", next=f"names are for {', '.join(NAMED)}")
    if name and (not _NAME.fullmatch(name) or keyword.iskeyword(name)):
        raise InputError(
            f"{name[:80]!r} cannot name a kernel",
            next="names begin with a letter; at most 40 letters, digits and underscores",
        )


def _checked_nodes(kernel: Kernel, nodes: Stencil) -> Stencil:
    if not {(Fraction(0),), *(offset for offset, _ in kernel.taps)} <= set(nodes.offsets):
        raise InputError(
            "the nodes of uneven cells lack x or a place that has a tap", next="give all nodes, x at 0"
        )
    return nodes
