"""Kernels on grids whose spacing is a symbol on each axis."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import sympy

from kernelkit.errors import InputError, ShapeError
from kernelkit.exact.certify import certify
from kernelkit.exact.derive import DEFAULT_ACCURACY, derive
from kernelkit.exact.factor import MultiIndex, Point
from kernelkit.exact.functional import Functional
from kernelkit.exact.names import axis_names, derivative_text
from kernelkit.exact.offsets import Offset, offset_text
from kernelkit.exact.rational import Exact, written
from kernelkit.symbolic.spacing import width
from kernelkit.symbolic.written import expression

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelkit.exact.sides import Side


@dataclass(frozen=True, slots=True)
class AxisKernel:
    """The kernel of an operator on a grid with one spacing an axis, a symbol or a number.

    Attributes
    ----------
    target
        The operator, in physical units.
    spacings
        Distance between samples on each axis, in array order.
    taps
        ``(offset in samples, tap)``, ascending.
    accuracy
        The p of an error O(h^p) when all spacings shrink in proportion to h; None without an error.
    leading_error
        ``(coefficient, multi-index)`` for each derivative of the leading error, kernel minus exact.
    """

    target: Functional
    spacings: tuple[sympy.Expr, ...]
    taps: tuple[tuple[Offset, sympy.Expr], ...]
    accuracy: int | None
    leading_error: tuple[tuple[sympy.Expr, MultiIndex], ...]


def on_axes(
    target: Functional,
    spacings: Sequence[str | Exact],
    *,
    accuracy: int | None = None,
    side: Side | str | None = None,
) -> AxisKernel:
    """Return the kernel of an operator for samples whose distance is a symbol on each axis.

    Each term of the operator is derived for unit spacing, and its taps are divided by the spacings to the orders
    of the term: that needs no algebra with symbols at all.

    Parameters
    ----------
    target
        Derivatives and values at the origin, in any combination.
    spacings
        A name or a positive number for each axis, in array order.
    accuracy, side
        As in `kernelkit.derive`.

    Raises
    ------
    ShapeError
        Not one spacing an axis.
    InputError
        The target reads other places than the origin, or integrates; or a spacing is no name and no number.

    Examples
    --------
    >>> from kernelkit.exact.functional import derivative
    >>> on_axes(derivative(2), ["h"]).taps
    (((Fraction(-1, 1),), h**(-2)), ((Fraction(0, 1),), -2/h**2), ((Fraction(1, 1),), h**(-2)))
    """
    if len(spacings) != target.ndim:
        raise ShapeError(f"{len(spacings)} spacings do not fit {target.ndim} axes", next="give one an axis")
    units = tuple(width(spacing) for spacing in spacings)
    taps: dict[Offset, sympy.Expr] = {}
    errors: dict[MultiIndex, sympy.Expr] = {}
    reached: list[int] = []
    for coefficient, factors in target.terms:
        if not all(isinstance(f, Point) and not f.at for f in factors):
            raise InputError(
                f"spacings as symbols are for derivatives and values at the origin, not for {target.name}",
                next="give the spacings as numbers",
            )
        alone = Functional(target.ndim, ((coefficient, factors),), (Fraction(1),) * target.ndim)
        orders = tuple(f.order for f in factors)
        # terms of lower order need as much more accuracy for the same degree of exactness
        needed = (DEFAULT_ACCURACY if accuracy is None else accuracy) + target.order - alone.order
        certificate = certify(derive(alone, accuracy=needed, side=side), alone)
        for offset, tap in certificate.kernel.taps:
            taps[offset] = taps.get(offset, sympy.S.Zero) + _number(tap) / _power(units, orders)
        if certificate.failing_degree is not None:
            reached.append(certificate.failing_degree - target.order)
        for term in certificate.leading_terms:
            excess = tuple(a - b for a, b in zip(term.derivative, orders, strict=True))
            part = _number(term.coefficient) * _power(units, excess)
            errors[term.derivative] = errors.get(term.derivative, sympy.S.Zero) + part
    lowest = min(reached, default=None)
    leading = [
        (error, alpha)
        for alpha, error in sorted(errors.items(), reverse=True)
        if error and sum(alpha) - target.order == lowest
    ]
    kept = tuple((offset, tap) for offset, tap in sorted(taps.items()) if tap)
    return AxisKernel(target, units, kept, lowest, tuple(leading))


def text(kernel: AxisKernel) -> str:
    """Write a kernel as an aligned list with its accuracy and error."""
    names = axis_names(kernel.target.ndim)
    steps = ", ".join(f"{name} {expression(step)}" for name, step in zip(names, kernel.spacings, strict=True))
    offsets = [offset_text(offset) for offset, _ in kernel.taps]
    wide = max(map(len, ["offset", *offsets]))
    rows = [f"  {'offset'.rjust(wide)}   tap"]
    for offset, (_, tap) in zip(offsets, kernel.taps, strict=True):
        body = _caret(tap)
        rows.append(f"  {offset.rjust(wide)}  {'' if body.startswith('-') else ' '}{body}")
    error = " + ".join(f"{_caret(c)} {derivative_text(alpha)} f" for c, alpha in kernel.leading_error)
    error += " + ..." if error else ""
    accuracy = "" if kernel.accuracy is None else f", accuracy {kernel.accuracy}"
    order = "" if len(names) == 1 else f"; offsets ({', '.join(names)})"
    return "\n".join(
        [
            f"{kernel.target.name}{accuracy}, spacing {steps}",
            "",
            *rows,
            "",
            f"kernel - exact  {(error or 'none').replace('+ -', '- ')}",
            f"convention      correlation, (K f)(x) = sum tap * f(x + offset * spacing){order}",
        ]
    )


def record(kernel: AxisKernel) -> dict[str, Any]:
    """Return what json can hold, expressions as text in Python's notation."""
    target = kernel.target
    return {
        "schema": "kernelkit/1",
        "convention": "correlation: (K f)(x) = sum tap * f(x + offset * spacing)",
        "axes": list(axis_names(target.ndim)),
        "dim": target.ndim,
        "target": {"name": target.name, "order": target.order, "dim": target.ndim},
        "spacing": [expression(step) for step in kernel.spacings],
        "taps": [
            {"offset": [written(x) for x in offset], "tap": expression(tap)} for offset, tap in kernel.taps
        ],
        "accuracy": kernel.accuracy,
        "leading_error": [
            {"coefficient": expression(c), "derivative": list(alpha), "h_power": kernel.accuracy}
            for c, alpha in kernel.leading_error
        ],
    }


def _power(units: tuple[sympy.Expr, ...], exponents: MultiIndex) -> sympy.Expr:
    return sympy.Mul(*(unit**k for unit, k in zip(units, exponents, strict=True)))


def _number(value: Fraction) -> sympy.Rational:
    return sympy.Rational(value.numerator, value.denominator)


def _caret(value: sympy.Expr) -> str:
    return expression(value).replace("**", "^")
