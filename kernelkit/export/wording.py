"""The sentences every format says of a kernel, and how they become comments."""

from __future__ import annotations

import textwrap
from decimal import Context, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.exact.certify import Certificate, ErrorTerm, certify
from kernelkit.exact.factor import Point
from kernelkit.exact.functional import Functional
from kernelkit.exact.names import axis_names, derivative_text, functional_text
from kernelkit.exact.offsets import offset_text
from kernelkit.exact.rational import counted, written
from kernelkit.exact.symmetry import centre_of, translated

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kernelkit.exact.kernel import Tap
    from kernelkit.export.base import Sheet

MOST_BITS = 40
"""Bits of an exact number that is written out where room is short."""

MOST_BELOW = 1000
"""Denominator up to which a number is a fraction where room is short, even if it is a decimal."""

FEW_BELOW = 20
"""The same for denominators that a decimal shows better: fiftieths, hundredths."""

MOST_PLACES = 8
"""Places of a decimal that is written out where room is short."""

FLOAT_BITS = 1000
"""Binary digits before or behind the point up to which a number surely is one that a float can hold."""

LEGIBLE = 16
"""Characters of an exact tap up to which it stands without a decimal beside it."""

SPARED = 20
"""Characters that decimals must spare to stand beside exact numbers."""

LONGEST_NOTE = 48
"""Characters of a note beside a number; longer exact taps go without one."""


def sentences(sheet: Sheet) -> list[str]:
    """Say what the kernel computes, how well, where h goes, and which way its offsets count."""
    axes = axis_names(sheet.kernel.ndim)
    order = "along x" if len(axes) == 1 else f"in array order ({', '.join(axes)})"
    counted_in = f"count samples {order}"
    if sheet.nodes:
        counted_in = "are places of neighbouring samples, and count none"
    return [
        *claims(sheet),
        f"Scaling: {sheet.scaling}.",
        f"Correlation: {correlation_text(sheet)}; offsets {counted_in}.",
    ]


def convolving(sheet: Sheet, words: str = "A routine that convolves needs the offsets negated.") -> list[str]:
    """Say what a convolution needs instead; nothing on uneven cells, which no routine slides over."""
    return [] if sheet.nodes else [words]


def claims(sheet: Sheet) -> list[str]:
    """Say what the kernel computes and with which error; nothing is claimed of a bare kernel."""
    certificate = sheet.certificate
    if certificate is None:
        return [f"A kernel of {counted(len(sheet.kernel), 'tap')}; nothing is stated about what it computes."]
    name = f"{certificate.target.name}{node_text(sheet)}"
    if certificate.accuracy is None:
        return [f"{name}, exactly: there is no error."]
    exact = error_text(certificate)
    error = f"Error, kernel minus exact: {exact}."
    brief = briefly(exact, error_text(certificate, number=short))
    if brief:
        error += f" That is {brief}."
    if not certificate.consistent:
        return [f"Not a consistent kernel for {name}.", error]
    return [f"{name}, {accuracy_text(certificate)}.", error]


def node_text(sheet: Sheet) -> str:
    """Say at which node of uneven cells x is; nothing on a grid."""
    return f" at node {sheet.base} of 0..{len(sheet.nodes) - 1}" if sheet.nodes else ""


def nodes_around(sheet: Sheet, *, behind: int) -> tuple[str, str]:
    """Write the index of the first node of uneven cells, x at ``i``, and that ``behind`` places after the last.

    Examples
    --------
    >>> from kernelkit.exact.kernel import Kernel
    >>> from kernelkit.exact.offsets import Stencil
    >>> from kernelkit.export.base import Sheet
    >>> nodes_around(Sheet(Kernel({0: -1, 2: 1}), None, Stencil.of([0, 2])), behind=1)
    ('i', 'i + 2')
    """
    shifts = (-sheet.base, len(sheet.taps) - 1 - sheet.base + behind)
    first, last = (f"i {'-' if k < 0 else '+'} {abs(k)}" if k else "i" for k in shifts)
    return first, last


def accuracy_text(certificate: Certificate) -> str:
    """Write the accuracy; that of an integral counts one interval, and is called local."""
    local = "local " if certificate.target.order < 0 else ""
    return f"{local}accuracy {certificate.accuracy}"


def correlation_text(sheet: Sheet) -> str:
    """Write the formula by which taps and samples are combined."""
    step = "h * offset" if sheet.nodes else "offset" if sheet.unit_spacing else "offset * spacing"
    return f"(K f)(x) = sum tap * f(x + {step})"


def error_text(certificate: Certificate, *, number: Callable[[Fraction], str] = written) -> str:
    """Write the leading error, kernel minus exact, as in ``1/12 h^2 d^4/dx^4 f + O(h^4)``.

    ``number`` writes a coefficient.

    Examples
    --------
    >>> from kernelkit.exact.functional import derivative
    >>> from kernelkit.exact.kernel import Kernel
    >>> error_text(certify(Kernel({-1: 1, 0: -2, 1: 1}), derivative(2)))
    '1/12 h^2 d^4/dx^4 f + O(h^4)'
    """
    if certificate.failing_degree is None:
        return "0"
    scales = certificate.target.homogeneous
    text = terms_text(certificate.leading_terms, powers=scales, number=number)
    rest = next_h_power(certificate)
    if rest is None:
        return text
    return f"{text} + O({_power_text(rest) or '1'})" if scales else f"{text} + higher derivatives"


def terms_text(
    terms: Sequence[ErrorTerm], *, powers: bool = True, number: Callable[[Fraction], str] = written
) -> str:
    """Write error terms, x first as in the name of a target: ``1/6 h^2 d^3/dx^3 f + 1/4 h^2 d^3/dxdy^2 f``.

    ``number`` writes a coefficient; ``powers`` says whether the powers of h are written.
    """
    text = ""
    for term in reversed(terms):
        sign = " - " if term.coefficient < 0 else " + "
        text += (sign if text else sign.strip(" +")) + _term_text(term, number, powers=powers)
    return text


def next_h_power(certificate: Certificate) -> int | None:
    """Return the power of h of the error terms that follow the leading ones; None when none follow.

    Found by certifying the kernel against the target with its leading error added.
    """
    # about the place of the target, where symmetric kernels show their vanishing terms
    centre = centre_of(certificate.target)
    target = translated(certificate.target, centre)
    leading = tuple(
        (term.coefficient, tuple(Point(k, Fraction(0)) for k in term.derivative))
        for term in certificate.leading_terms
    )
    both = Functional(target.ndim, target.terms + leading, target.spacing)
    degree = certify(certificate.kernel.shifted([-c for c in centre]), both).failing_degree
    return None if degree is None else degree - target.order


def short(value: Fraction) -> str:
    """Write an exact number briefly: a short fraction, a short decimal, or six digits of a long one.

    Examples
    --------
    >>> short(Fraction(-1, 48)), short(Fraction("0.229879")), short(Fraction(949059946727, 1354018593750))
    ('-1/48', '0.229879', '0.700921')
    """
    is_decimal = not 10**MOST_PLACES % value.denominator
    if is_decimal and (
        value.denominator > MOST_BELOW or (value.denominator > FEW_BELOW and not value.denominator % 5)
    ):
        return f"{Decimal(value.numerator) / value.denominator:.{MOST_PLACES}f}".rstrip("0")
    if value.numerator.bit_length() + value.denominator.bit_length() <= MOST_BITS:
        return written(value)
    if abs(value.numerator.bit_length() - value.denominator.bit_length()) > FLOAT_BITS:
        digits = Context(prec=6).divide(Decimal(value.numerator), Decimal(value.denominator))
        return f"{digits.normalize():e}"
    text = f"{float(value):.6g}"
    # a number that only rounds to a whole one must not look like it
    return text if "." in text or "e" in text else repr(float(value))


def briefly(exact: str, brief: str) -> str:
    """Return decimals to stand beside exact numbers that are too long to be read; nothing where they are not."""
    return f"about {brief}" if len(exact) - len(brief) >= SPARED else ""


def decimal(value: Fraction) -> str:
    """Write an exact number as a decimal of six digits.

    Examples
    --------
    >>> decimal(Fraction(-1, 48)), decimal(Fraction(2))
    ('-0.0208333', '2')
    """
    text = short(value)
    return f"{float(value):.6g}" if "/" in text else text


def target_text(target: Functional) -> str:
    """Name a functional, with six digits of coefficients that are long."""
    return functional_text(target.terms, number=short)


def note(tap: Tap, *, longest: int = LONGEST_NOTE) -> str:
    """Write the offset of a tap, and its exact value where there is room: ``-1: 1/12``."""
    offset, exact = tap
    place = offset_text(offset)
    if exact.numerator.bit_length() + exact.denominator.bit_length() > 4 * longest:
        return place  # not even worth writing: Python may refuse to
    both = f"{place}: {written(exact)}"
    return both if len(both) <= longest else place


def listed(sheet: Sheet) -> tuple[Tap, ...]:
    """Return the taps, or one tap of zero for a kernel without any: C has no empty arrays."""
    return sheet.taps or (((Fraction(0),) * sheet.kernel.ndim, Fraction(0)),)


def fits_int(sheet: Sheet) -> bool:
    """Whether all offsets count samples and are whole numbers of at most 32 bits with sign."""
    return sheet.nodes is None and all(
        x.denominator == 1 and abs(x) < 2**31 for offset, _ in sheet.taps for x in offset
    )


def comment(lines: list[str], mark: str, *, width: int = 100) -> str:
    """Write sentences as line comments, folded with a hanging indent."""
    folded: list[str] = []
    for line in lines:
        folded += textwrap.wrap(
            line,
            width,
            initial_indent=f"{mark} ",
            subsequent_indent=f"{mark}   ",
            break_on_hyphens=False,
        )
    return "\n".join(folded)


def _term_text(term: ErrorTerm, number: Callable[[Fraction], str], *, powers: bool) -> str:
    size = abs(term.coefficient)
    parts = [
        "" if size == 1 else number(size),
        _power_text(term.h_power) if powers else "",
        derivative_text(term.derivative) if any(term.derivative) else "",
        "f",
    ]
    return " ".join(part for part in parts if part)


def _power_text(power: int) -> str:
    if not power:
        return ""
    return "h" if power == 1 else f"h^{power}"
