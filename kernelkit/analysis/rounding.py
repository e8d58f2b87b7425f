"""Rounding against truncation: the spacing at which a kernel is most accurate in floating point."""

from __future__ import annotations

import math
import numbers
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from kernelkit.errors import InputError
from kernelkit.exact.certify import Certificate

Precision = Literal["float64", "float32"]

PRECISIONS = {"float64": 2.0**-52, "float32": 2.0**-23}
"""Distance from 1 to the next float."""

Balance = Literal["balanced", "rounding does not grow as the spacing shrinks", "nothing is truncated"]


@dataclass(frozen=True, slots=True)
class Rounding:
    """The two errors of a kernel in floating point, and the spacing that balances them.

    Attributes
    ----------
    order, accuracy
        d and p: rounding grows like h^-d, truncation falls like h^p.  The accuracy is None for a kernel
        without any error of its own.
    truncation_constant
        Sum of the absolute coefficients of the leading error; on a line it is the one coefficient |C|.
    rounding_constant
        Sum of the absolute taps.
    size, derivative_size, epsilon
        Bounds on the samples and on the derivatives in the leading error, and the relative error of a sample.
    balance
        ``balanced`` where a best spacing exists; else why there is none.
    best_spacing, best_error
        The spacing with the least bound, and that bound; None where there is none.
    """

    order: int
    accuracy: int | None
    truncation_constant: Fraction
    rounding_constant: Fraction
    size: float
    derivative_size: float
    epsilon: float
    balance: Balance
    best_spacing: float | None
    best_error: float | None

    def bound(self, spacing: float) -> float:
        """Return truncation plus rounding at one spacing: ``|C| M h^p + epsilon ||w||_1 F / h^d``.

        Raises
        ------
        InputError
            The spacing is not positive and finite.
        """
        h = _positive(spacing, "a spacing")
        truncation = 0.0
        if self.accuracy is not None:
            truncation = float(self.truncation_constant) * self.derivative_size * h**self.accuracy
        return truncation + self.epsilon * float(self.rounding_constant) * self.size / h**self.order


def rounding(
    certificate: Certificate,
    *,
    size: float | Fraction = 1,
    derivative_size: float | Fraction = 1,
    epsilon: float | Fraction | Precision = "float64",
) -> Rounding:
    """Return the errors of truncation and rounding of a kernel, and the spacing that makes their sum least.

    With C the coefficient of the leading error, F and M bounds on the samples and on the derivative in that
    error, and w the taps, the error at spacing h is at most ``|C| M h^p + epsilon ||w||_1 F / h^d``, up to
    terms of higher order in h.  It is least at ``h = (d epsilon ||w||_1 F / (p |C| M))^(1 / (p + d))``.  On
    several axes |C| is the sum over the leading terms, so M bounds every derivative among them.

    Parameters
    ----------
    certificate
        Of a consistent kernel for a target that scales with one power of h.
    size
        F, a bound on the absolute samples.
    derivative_size
        M, a bound on the absolute derivatives in the leading error.
    epsilon
        Relative error of a sample: a floating-point type, or a number, such as 1e-3 for measured data.

    Raises
    ------
    InputError
        No certificate, a kernel that is not consistent, a target of several orders, or a bound that is not positive.

    References
    ----------
    Press et al., Numerical Recipes, section on numerical derivatives, for two points; the general balance is
    elementary.

    Examples
    --------
    >>> from kernelkit import certify, derivative, derive
    >>> found = rounding(certify(derive(derivative(1)), derivative(1)))
    >>> f"{found.best_spacing:.1e} {found.best_error:.1e}"
    '8.7e-06 3.8e-11'
    """
    if not isinstance(certificate, Certificate):
        raise InputError(
            f"rounding is told of a Certificate, not of {type(certificate).__name__}",
            next="rounding(certify(derive(derivative(1)), derivative(1)))",
        )
    target = certificate.target
    if not certificate.consistent:
        raise InputError(
            f"the kernel does not compute {target.name}: its error does not vanish with the spacing",
            next="divide raw taps by certify(kernel, target).gain",
        )
    if not target.homogeneous:
        raise InputError(
            f"{target.name} has terms of several orders, which scale with several powers of the spacing",
            next="take the terms of each order on their own",
        )
    order, accuracy = target.order, certificate.accuracy
    truncation = sum((abs(term.coefficient) for term in certificate.leading_terms), Fraction(0))
    samples, derivatives = (
        _positive(size, "a bound on samples"),
        _positive(derivative_size, "a bound on derivatives"),
    )
    unit = PRECISIONS.get(epsilon) if isinstance(epsilon, str) else _positive(epsilon, "a relative error")
    if unit is None:
        raise InputError(f"{epsilon!r} is no precision", next=f"{', '.join(PRECISIONS)}, or a number")
    noise = certificate.kernel.l1_norm
    balance: Balance = "balanced"
    if accuracy is None or order < 1:
        balance = (
            "nothing is truncated" if accuracy is None else "rounding does not grow as the spacing shrinks"
        )
        return Rounding(order, accuracy, truncation, noise, samples, derivatives, unit, balance, None, None)
    falling = order * unit * _positive(noise, "the sum of the absolute taps") * samples
    rising = accuracy * _positive(truncation, "the leading error") * derivatives
    spacing = (falling / rising) ** (1 / (accuracy + order))
    # at the least sum the two errors are as d to p
    error = rising / accuracy * spacing**accuracy * (1 + accuracy / order)
    return Rounding(order, accuracy, truncation, noise, samples, derivatives, unit, balance, spacing, error)


def _positive(value: float | Fraction, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise InputError(f"{what} must be a number, not {value!r}"[:200])
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number) or number <= 0:
        raise InputError(f"{what} must be positive and within the range of floats, not {value}"[:200])
    return number
