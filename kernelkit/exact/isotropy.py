"""Isotropic errors: a leading error that is the target times a power of the Laplacian."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import InputError
from kernelkit.exact.factor import MultiIndex, Point
from kernelkit.exact.moments import factorial

if TYPE_CHECKING:
    from kernelkit.exact.certify import Certificate
    from kernelkit.exact.functional import Functional


def isotropic_form(target: Functional, accuracy: int) -> dict[MultiIndex, Fraction]:
    """Return the coefficients of target times Laplacian^(accuracy / 2), as a polynomial in derivatives.

    Raises
    ------
    InputError
        The target is no homogeneous differential operator at one place, or the accuracy is odd.
    """
    places = {tuple(f.at for f in factors if isinstance(f, Point)) for _, factors in target.terms}
    if len(places) != 1 or len(next(iter(places))) != target.ndim or not target.homogeneous:
        raise InputError(
            f"an isotropic error is defined for homogeneous differential operators at one place, not for {target.name}"
        )
    if accuracy % 2:
        raise InputError(f"an isotropic error has an even accuracy, not {accuracy}")
    form = {tuple(f.order for f in factors): c for c, factors in target.terms}
    for _ in range(accuracy // 2):
        raised: dict[MultiIndex, Fraction] = {}
        for alpha, c in form.items():
            for axis in range(target.ndim):
                up = tuple(k + 2 * (i == axis) for i, k in enumerate(alpha))
                raised[up] = raised.get(up, Fraction(0)) + c
        form = raised
    return {alpha: c for alpha, c in form.items() if c}


def isotropic_defects(target: Functional, accuracy: int) -> dict[MultiIndex, Fraction]:
    """Return the moment defects, in units of samples, of an error equal to the isotropic form."""
    defects = {}
    for alpha, c in isotropic_form(target, accuracy).items():
        defect = c * factorial(alpha)
        for step, k in zip(target.spacing, alpha, strict=True):
            defect /= step**k
        defects[alpha] = defect
    return defects


def is_isotropic(certificate: Certificate) -> bool:
    """Whether the leading error is a multiple of target times a power of the Laplacian."""
    if certificate.accuracy is None:
        return True
    if certificate.accuracy < 1 or certificate.accuracy % 2:
        return False
    try:
        form = isotropic_defects(certificate.target, certificate.accuracy)
    except InputError:
        return False
    defects = dict(certificate.defect)
    if defects.keys() != form.keys():
        return False
    return len({defects[alpha] / form[alpha] for alpha in form}) == 1
