"""JSON: everything that is known, exact numbers as text; reads back to an equal kernel."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kernelkit.errors import ExpressionError, InputError
from kernelkit.exact.bounds import lower_bound
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.names import axis_names
from kernelkit.exact.rational import rational, written

if TYPE_CHECKING:
    from fractions import Fraction

    from kernelkit.exact.certify import Certificate
    from kernelkit.export.base import Sheet

SCHEMA = "kernelkit/1"
_HINT = 'a kernel has "taps": [{"offset": ["-1"], "tap": "1/2"}, ...]'


def uneven() -> InputError:
    """Return the error for a kernel on uneven cells, whose places would be read as counts of samples."""
    return InputError(
        "this kernel is for uneven cells, and one node of them",
        why="its offsets are places, and kernels are read with offsets in samples",
        next="kernelkit certify --taps TAPS --offsets PLACES proves it",
    )


def render(sheet: Sheet) -> str:
    """Write a kernel and its certificate as JSON."""
    return json.dumps(record(sheet), indent=2)


def record(sheet: Sheet) -> dict[str, object]:
    """Return what `render` writes, as plain values."""
    kernel = sheet.kernel
    entries: dict[str, object] = {
        "schema": SCHEMA,
        "convention": "correlation: (K f)(x) = sum tap * f(x + offset)",
        "axes": list(axis_names(kernel.ndim)),
        "dim": kernel.ndim,
        "taps": [{"offset": [written(x) for x in offset], "tap": written(tap)} for offset, tap in sheet.taps],
        "noise_gain_squared": written(kernel.noise_gain_squared),
        "l1_norm": written(kernel.l1_norm),
    }
    if sheet.certificate:
        entries |= _certificate(sheet.certificate, sheet.h_power)
    if sheet.nodes:
        entries |= {
            "convention": "uneven cells: (K f)(x) = sum tap * f(x + offset), one tap a neighbouring sample",
            "base": sheet.base,
        }
    return entries


def _certificate(certificate: Certificate, h_power: int | None) -> dict[str, object]:
    target = certificate.target
    bound = lower_bound(target, max(certificate.accuracy or 1, 1))
    return {
        "target": {"name": target.name, "order": target.order, "dim": target.ndim},
        "spacing": [written(step) for step in target.spacing],
        "h_power": h_power,
        "consistent": certificate.consistent,
        "accuracy": certificate.accuracy,
        "degree_of_exactness": certificate.degree_of_exactness,
        "leading_error": [
            {
                "coefficient": written(term.coefficient),
                "derivative": list(term.derivative),
                "h_power": None if h_power is None else term.h_power,
            }
            for term in certificate.leading_terms
        ],
        "defect": [{"monomial": list(alpha), "defect": written(d)} for alpha, d in certificate.defect],
        "gain": None if certificate.gain is None else written(certificate.gain),
        "lower_bound": {"taps": bound.count, "theorem": bound.theorem},
    }


def parse(text: str) -> Kernel:
    """Read the kernel back from JSON.

    Raises
    ------
    ExpressionError
        The text is no JSON, or no record of a kernel.

    Examples
    --------
    >>> parse('{"dim": 1, "taps": [{"offset": ["-1"], "tap": "-1/2"}, {"offset": ["1"], "tap": "1/2"}]}')
    Kernel({-1: -1/2, 1: 1/2})
    """
    try:
        entries = json.loads(text)
    except RecursionError as deep:
        raise ExpressionError("this is no JSON of a kernel: it is nested too deep", next=_HINT) from deep
    except ValueError as damaged:
        raise ExpressionError(f"this is no JSON: {damaged}", next=_HINT) from damaged
    if not isinstance(entries, dict) or not isinstance(entries.get("taps"), list):
        raise ExpressionError("this JSON is no record of a kernel", next=_HINT)
    if str(entries.get("convention")).startswith("uneven"):
        raise uneven()
    if entries.get("schema", SCHEMA) != SCHEMA or not str(
        entries.get("convention", "correlation")
    ).startswith("correlation"):
        raise ExpressionError(
            "this JSON follows other rules than those known here",
            why=f"known are the schema {SCHEMA} and the correlation convention",
            next="write it anew with kernelkit derive --format json",
        )
    pairs = []
    for entry in entries["taps"]:
        if not isinstance(entry, dict) or not isinstance(entry.get("offset"), list):
            raise ExpressionError("a tap of this JSON has no offset list", next=_HINT)
        pairs.append(([_number(x) for x in entry["offset"]], _number(entry.get("tap"))))
    dim = entries.get("dim")
    return Kernel(pairs, ndim=dim if isinstance(dim, int) else None)


def spacing(text: str) -> list[Fraction] | None:
    """Return the spacing that a record of a kernel was made for; None where it names none.

    Raises
    ------
    ExpressionError
        The text is no record of a kernel, or its spacing is no list of exact numbers.

    Examples
    --------
    >>> spacing('{"taps": [], "dim": 1, "spacing": ["1/2"]}')
    [Fraction(1, 2)]
    """
    parse(text)
    steps = json.loads(text).get("spacing")
    if steps is None:
        return None
    if not isinstance(steps, list):
        raise ExpressionError(
            "the spacing of this JSON is no list", next='a spacing is one number an axis: "spacing": ["1/2"]'
        )
    return [_number(step) for step in steps]


def _number(entry: object) -> Fraction:
    if isinstance(entry, bool) or not isinstance(entry, str | int | float):
        raise ExpressionError(f"{entry!r} is no exact number", next='numbers are text: "-1/2", or whole')
    try:
        return rational(entry)
    except ExpressionError as symbols:
        raise ExpressionError(
            symbols.what, why="kernels with symbols are not read back", next="give spacings as numbers"
        ) from symbols
