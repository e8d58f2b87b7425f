"""Certificates: what a kernel computes, proved by comparing moments.

Nothing here solves anything, and nothing here trusts the deriver: any kernel, derived, published or learned,
is compared with the target moment by moment.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import InputError, ShapeError
from kernelkit.exact.factor import MultiIndex, Point
from kernelkit.exact.functional import Functional
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.kernel_moments import moments_of
from kernelkit.exact.moments import factorial, of_degree
from kernelkit.exact.rational import counted, whole
from kernelkit.notebook import Formula

if TYPE_CHECKING:
    from collections.abc import Iterator

Defects = tuple[tuple[MultiIndex, Fraction], ...]


@dataclass(frozen=True, slots=True)
class ErrorTerm:
    """One term of the error: ``coefficient * h**h_power * D**derivative f``, kernel minus exact."""

    coefficient: Fraction
    derivative: MultiIndex
    h_power: int


@dataclass(frozen=True, slots=True)
class Certificate(Formula):
    """A proof of how well a kernel computes a target.

    Attributes
    ----------
    kernel, target
        What was compared.
    failing_degree
        The first total degree at which some moment differs; None when no moment ever differs, that is, when
        kernel and target are the same functional.
    defect
        ``(multi-index, kernel moment - target moment)`` for every moment that differs at that degree.
    """

    kernel: Kernel
    target: Functional
    failing_degree: int | None
    defect: Defects

    @property
    def accuracy(self) -> int | None:
        """The p in an error of O(h^p), relative to the scaling of the target; None when there is no error.

        Integrals are counted over their own interval: Simpson's rule on [-1, 1] has accuracy 5.  A kernel
        that is not `consistent` has an accuracy of 0 or less: its error does not vanish with h.
        """
        return None if self.failing_degree is None else self.failing_degree - self.target.order

    @property
    def degree_of_exactness(self) -> int | None:
        """The largest degree through which all polynomials are treated exactly; -1 for none, None for all."""
        return None if self.failing_degree is None else self.failing_degree - 1

    @property
    def consistent(self) -> bool:
        """Whether the error vanishes with h: moments agree through degree max(order, 0)."""
        return self.failing_degree is None or self.failing_degree > max(self.target.order, 0)

    @property
    def leading_terms(self) -> tuple[ErrorTerm, ...]:
        """The leading error, kernel minus exact, in derivatives with respect to the physical axes."""
        return tuple(self._term(alpha, defect) for alpha, defect in self.defect)

    @property
    def gain(self) -> Fraction | None:
        """The factor c for which the kernel consistently computes c times the target; None if there is none.

        It is 1 for a consistent kernel, and 8 for the raw Sobel mask.
        """
        if self.consistent:
            return Fraction(1)
        ratio: Fraction | None = None
        for degree in range(max(self.target.order, 0) + 1):
            for alpha in of_degree(self.kernel.ndim, degree):
                of_kernel, of_target = self.kernel.moment(alpha), self.target.moment(alpha)
                if of_target and ratio is None:
                    ratio = of_kernel / of_target
                if of_kernel != (ratio or 0) * of_target:
                    return None
        return ratio or None

    @property
    def isotropic(self) -> bool:
        """Whether the leading error is a constant times target times a power of the Laplacian."""
        from kernelkit.exact.isotropy import is_isotropic

        return is_isotropic(self)

    def terms(self, degrees: int) -> tuple[ErrorTerm, ...]:
        """Return all error terms of the ``degrees`` total degrees from the first failing one on.

        Raises
        ------
        InputError
            ``degrees`` is less than 1.
        """
        if whole(degrees, what="a number of degrees") < 1:
            raise InputError("at least one degree of error terms must be asked for")
        if self.failing_degree is None:
            return ()
        through = itertools.islice(_differences(self.kernel, self.target), self.failing_degree + degrees)
        return tuple(self._term(alpha, defect) for _, defects in through for alpha, defect in defects)

    def _term(self, alpha: MultiIndex, defect: Fraction) -> ErrorTerm:
        return ErrorTerm(
            defect * self.target.units(alpha) / factorial(alpha), alpha, sum(alpha) - self.target.order
        )


def certify(kernel: Kernel, target: Functional) -> Certificate:
    """Prove how accurate a kernel is for a target.

    Moments are compared exactly, degree by degree, until one differs.  When none differs through the degree
    given by `agreement_degree`, kernel and target are the same functional and there is no error at all.

    Parameters
    ----------
    kernel
        Any kernel, from anywhere.
    target
        What it is meant to compute.

    Raises
    ------
    ShapeError
        Kernel and target have different numbers of axes.

    Examples
    --------
    >>> from kernelkit import Kernel, derivative
    >>> certificate = certify(Kernel({-1: 1, 0: -2, 1: 1}), derivative(2))
    >>> certificate.accuracy, certificate.leading_terms
    (2, (ErrorTerm(coefficient=Fraction(1, 12), derivative=(4,), h_power=2),))
    """
    if not isinstance(kernel, Kernel) or not isinstance(target, Functional):
        raise InputError(
            f"certify compares a Kernel with a Functional, not {type(kernel).__name__} with {type(target).__name__}",
            next="certify(Kernel.from_array([1, -2, 1]), derivative(2))",
        )
    if kernel.ndim != target.ndim:
        raise ShapeError(
            f"a kernel on {counted(kernel.ndim, 'axis')} cannot compute a target on {counted(target.ndim, 'axis')}",
            next="a row along x in the plane is [[1, -2, 1]], and --order takes one number an axis",
        )
    enough = agreement_degree(kernel, target)
    for degree, defects in itertools.islice(_differences(kernel, target), enough + 1):
        if defects:
            return Certificate(kernel, target, degree, defects)
    return Certificate(kernel, target, None, ())


def agreement_degree(kernel: Kernel, target: Functional) -> int:
    """Return a degree through which agreement proves that kernel and target are the same functional.

    On each axis the difference of the two reads values and derivatives at finitely many places, and an
    integral reads its antiderivative at two.  Were the difference not zero, a polynomial that meets all of
    those values (Hermite interpolation, one axis at a time) would show it, and its degree on an axis is
    below the number of values read there.
    """
    total = 0
    for axis in range(kernel.ndim):
        reads: dict[Fraction, int] = {}
        step = target.spacing[axis]
        for offset, _ in kernel.taps:
            reads[offset[axis]] = 1
        has_span = False
        for _, factors in target.terms:
            factor = factors[axis]
            if isinstance(factor, Point):
                place = factor.at / step
                reads[place] = max(reads.get(place, 0), factor.order + 1)
            else:
                has_span = True
                for end in (factor.lower / step, factor.upper / step):
                    reads.setdefault(end, 0)
        total += sum(reads.values()) if not has_span else sum(n + 1 for n in reads.values())
    return total


def _differences(kernel: Kernel, target: Functional) -> Iterator[tuple[int, Defects]]:
    """Yield, degree by degree, the moments in which kernel and target differ."""
    for degree, of_kernel in enumerate(moments_of(kernel)):
        differences = ((alpha, moment - target.moment(alpha)) for alpha, moment in of_kernel)
        yield degree, tuple((alpha, defect) for alpha, defect in differences if defect)
