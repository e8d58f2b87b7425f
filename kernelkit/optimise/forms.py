"""Forms of kernels: what is free to choose in each, and the kernel that a choice makes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.optimise import matched_pair
from kernelkit.optimise.gradient import gradient_axis, sees_wave_pi, wave_pi_row
from kernelkit.optimise.squared_criteria import least_square_taps
from kernelkit.optimise.symmetric_family import SymmetricFamily, symmetric_family

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.exact.functional import Functional
    from kernelkit.exact.kernel import Kernel
    from kernelkit.exact.offsets import Stencil
    from kernelkit.optimise.criteria import Criterion

    Array = NDArray[np.float64]

FORMS = ("full", "separable")


@dataclass(frozen=True, slots=True)
class Form:
    """Kernels of one form, by their free values.

    Attributes
    ----------
    family
        The symmetric kernels that meet the conditions; of the form ``full`` all of them.
    pair
        For the form ``separable`` the smoothers and derivatives whose products are taken; else None.
    conditions
        What determines the taps that are not free.
    """

    family: SymmetricFamily
    pair: matched_pair.PairFamily | None
    conditions: tuple[str, ...]

    @property
    def freedom(self) -> int:
        """Number of free values."""
        return self.family.freedom if self.pair is None else self.pair.freedom

    def kernels(self, free: Sequence[Fraction]) -> tuple[Kernel, tuple[Kernel, ...]]:
        """Return the kernel of some free values, exactly, and its factors if it is a product."""
        if self.pair is None:
            return self.family.kernel(free), ()
        factors = self.pair.kernels(free)
        target = self.family.target
        return matched_pair.product(factors, target.ndim, gradient_axis(target)), factors

    def taps(self, free: Array) -> tuple[Array, Array]:
        """Return the tap of each orbit, and the slopes of all taps by the free values."""
        import numpy as np

        if self.pair is not None:
            axis = gradient_axis(self.family.target)
            return matched_pair.product_taps(self.pair, self.family.orbits, axis, free)
        slopes = np.array(self.family.directions, dtype=float).reshape(-1, len(self.family.orbits)).T
        taps: Array = np.array(self.family.particular, dtype=float) + slopes @ free
        return taps, slopes

    def free_of(self, kernel: Kernel) -> list[Fraction] | None:
        """Return the free values of a kernel; None for a kernel that is not of this form."""
        if self.pair is None:
            return self.family.free_of(kernel)
        target = self.family.target
        return matched_pair.free_of_product(self.pair, kernel, gradient_axis(target))

    def least_squares(self, criterion: Criterion, denominator: int) -> list[Fraction]:
        """Return the free values of the least mean square that is nearest to a criterion about a largest value."""
        if self.pair is not None:
            return matched_pair.least_square_pair(self.pair, criterion.band, denominator)
        near = "rotation" if criterion.gradient else "band"
        return least_square_taps([(Fraction(1), near)], self.family, criterion.band, denominator)


def form_of(name: str, criterion: Criterion, target: Functional, stencil: Stencil, accuracy: int) -> Form:
    """Return the kernels of a form that reach an accuracy on a stencil.

    Where ``direction`` counts up to the wave pi along an axis, a further condition keeps the gradient from
    turning by 90 degrees there, if some kernel meets it.

    Raises
    ------
    UnsolvableError
        No kernel reaches the accuracy.
    InputError, LimitError
        The stencil has no such form, or too many taps stay free.
    """
    family = symmetric_family(target, stencil, accuracy)
    pair = None
    if name == "separable":
        axis = gradient_axis(target)
        gain = target.moment(tuple(int(a == axis) for a in range(target.ndim)))
        pair = matched_pair.pair_family(stencil, accuracy, gain)
    plain = Form(family, pair, ("moments", "symmetry"))
    if criterion.name != "direction" or not sees_wave_pi(criterion.band, stencil.offsets):
        return plain
    held = family.with_zero(wave_pi_row(stencil, gradient_axis(target)))
    if held is not None and pair is not None:
        # of a product the slope is that of the derivative times the answer of the smoother
        places = pair.smoother.stencil.offsets
        smoother = pair.smoother.with_zero([-1 if x % 2 else 1 for (x,) in places])
        pair = None if smoother is None else replace(pair, smoother=smoother)
    if held is None or (plain.pair is not None and pair is None):
        return plain
    return Form(held, pair, (*plain.conditions, "the wave pi along an axis"))
