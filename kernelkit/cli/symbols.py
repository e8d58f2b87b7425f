"""``--spacing`` with names: the formats of kernels with symbols."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kernelkit.cli.spacing import Width, base_node
from kernelkit.errors import InputError
from kernelkit.export.base import check_name
from kernelkit.symbolic import axes, written
from kernelkit.symbolic.spacing import spaced

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kernelkit.exact.functional import Functional

_NAMED: dict[str, Callable[[Any, str], str]] = {"python": written.python, "c": written.c}
_CELLS: dict[str, Callable[[Any], str]] = {
    "text": written.text,
    "json": lambda kernel: json.dumps(written.record(kernel), indent=2),
    "latex": written.latex,
    "python": written.python,
    "c": written.c,
}
_AXES: dict[str, Callable[[Any], str]] = {
    "text": axes.text,
    "json": lambda kernel: json.dumps(axes.record(kernel), indent=2),
}


def symbolic_text(
    target: Functional,
    widths: Sequence[Width],
    *,
    accuracy: int | None,
    side: str | None,
    form: str,
    name: str | None = None,
) -> str:
    """Return the kernel for spacings with names, written in a format.

    On a line several spacings are the widths of cells from left to right; otherwise there is one an axis.
    """
    cells = target.ndim == 1 and len(widths) > 1
    formats = _CELLS if cells else _AXES
    if form not in formats:
        raise InputError(
            f"kernels with symbols are not written as {form}", next=f"their formats are {', '.join(formats)}"
        )
    if not cells:
        check_name(name or "", form)
        return formats[form](axes.on_axes(target, widths, accuracy=accuracy, side=side))
    if accuracy is not None:
        raise InputError(
            "on uneven cells the accuracy follows from their number",
            next="leave --accuracy out, or name more cells",
        )
    base = base_node(target, len(widths), side)
    kernel = spaced(target.order, widths, base=base)
    if name is None:
        return formats[form](kernel)
    check_name(name, form)
    return _NAMED[form](kernel, name)
