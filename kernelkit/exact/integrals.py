"""Integrals as kernels: Newton-Cotes, one-cell and running rules, Gregory's end corrections, Adams weights.

Every rule here is `derive` applied to an `integral`; this file names the classical ones.
"""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass
from fractions import Fraction

from kernelkit.errors import InputError, LimitError, UnknownNameError
from kernelkit.exact.derive import derive
from kernelkit.exact.functional import Functional, derivative, integral, value
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.offsets import Points, Stencil, line
from kernelkit.exact.rational import written

LARGEST_RULE = 512
"""Samples of a rule; the weights of longer ones are of no use."""


class Ends(enum.StrEnum):
    """Whether a rule uses the samples at the two ends of its interval."""

    CLOSED = "closed"
    OPEN = "open"

    @classmethod
    def _missing_(cls, value: object) -> Ends:
        raise UnknownNameError(f"no ends are called {value!r}", next="ends are closed and open")


def newton_cotes(points: int, *, ends: Ends | str = Ends.CLOSED) -> Kernel:
    """Return the equispaced rule on ``points`` samples of unit step.

    The closed rule integrates over ``[0, points - 1]`` from samples 0, 1, ..., ``points - 1``; the open one
    over ``[0, points + 1]`` from samples 1, ..., ``points``.  Both are exact through degree ``points - 1``,
    and one more when ``points`` is odd.  Weights turn negative from nine points on (closed; ten points are
    the exception) and from three on (open), so long rules amplify noise.

    Raises
    ------
    InputError
        ``points`` is less than two (closed) or one (open).
    LimitError
        ``points`` is above `LARGEST_RULE`.

    References
    ----------
    Davis and Rabinowitz, Methods of Numerical Integration, section 2.5.

    Examples
    --------
    >>> newton_cotes(3)
    Kernel({0: 1/3, 1: 4/3, 2: 1/3})
    >>> newton_cotes(3, ends="open")
    Kernel({1: 8/3, 2: -4/3, 3: 8/3})
    """
    closed = Ends(ends) is Ends.CLOSED
    _check_size(points, 2 if closed else 1)
    if closed:
        return derive(integral(0, points - 1), line(0, points - 1))
    return derive(integral(0, points + 1), line(1, points))


def adams_bashforth(steps: int) -> Kernel:
    """Return the explicit Adams weights: the integral over [0, 1] from samples 0, -1, ..., ``1 - steps``.

    Examples
    --------
    >>> adams_bashforth(2)
    Kernel({-1: -1/2, 0: 3/2})
    """
    _check_size(steps, 1)
    return derive(integral(0, 1), line(1 - steps, 0))


def adams_moulton(points: int) -> Kernel:
    """Return the implicit Adams weights: the integral over [0, 1] from samples 1, 0, ..., ``2 - points``.

    Examples
    --------
    >>> adams_moulton(3)
    Kernel({-1: -1/12, 0: 2/3, 1: 5/12})
    """
    _check_size(points, 1)
    return derive(integral(0, 1), line(2 - points, 1))


def end_correction(differences: int) -> Kernel:
    """Return Gregory's correction at the left end of a sum, with differences up to the given one.

    The plain sum of all samples plus this kernel at the first sample, and its mirror image at the last,
    integrates polynomials through degree ``differences`` (one more when ``differences`` is even).

    By the Euler-Maclaurin formula the correction computes ``-f/2 + sum B_2k / (2k)! f^(2k-1)`` at the end;
    Gregory's form reads those derivatives off the samples 0, ..., ``differences``.

    References
    ----------
    Davis and Rabinowitz, Methods of Numerical Integration, section 2.9.

    Examples
    --------
    >>> end_correction(1)
    Kernel({0: -7/12, 1: 1/12})
    """
    _check_size(differences + 1, 1)
    return derive(_euler_maclaurin_end(differences), line(0, differences))


def gregory(samples: int, *, differences: int = 0) -> Kernel:
    """Return Gregory's rule for the integral over ``[0, samples - 1]``: end-corrected sum of all samples.

    ``differences=0`` is the composite trapezoidal rule.

    Raises
    ------
    InputError
        Fewer than two samples, or fewer than the differences need.

    Examples
    --------
    >>> gregory(5, differences=1)
    Kernel({0: 5/12, 1: 13/12, 2: 1, 3: 13/12, 4: 5/12})
    """
    _check_size(samples, 2)
    if differences + 1 > samples:
        raise InputError(
            f"differences of order {differences} need {differences + 1} samples, and there are {samples}",
            next=f"gregory({differences + 1}, differences={differences})",
        )
    left = end_correction(differences)
    plain = Kernel(dict.fromkeys(range(samples), 1))
    return plain + left + left.flipped().shifted(samples - 1)


def bernoulli(count: int) -> list[Fraction]:
    """Return the Bernoulli numbers B_0 to B_count, with B_1 = -1/2.

    Examples
    --------
    >>> [str(b) for b in bernoulli(4)]
    ['1', '-1/2', '1/6', '0', '-1/30']
    """
    numbers = [Fraction(1)]
    for m in range(1, count + 1):
        numbers.append(-sum((math.comb(m + 1, k) * b for k, b in enumerate(numbers)), Fraction(0)) / (m + 1))
    return numbers


def _euler_maclaurin_end(differences: int) -> Functional:
    total = value() * Fraction(-1, 2)
    numbers = bernoulli(differences + 1)
    for order in range(1, differences + 1, 2):
        total += derivative(order) * (numbers[order + 1] / math.factorial(order + 1))
    return total


@dataclass(frozen=True, slots=True)
class RunningIntegral:
    """An integral from a fixed start to every sample: a recursion, and no finite kernel.

    Attributes
    ----------
    rule
        The integral over the cell from sample -1 to sample 0.
    """

    rule: Kernel

    @property
    def recursion(self) -> str:
        """How the running integral y follows from the samples f."""
        parts = []
        for (offset,), tap in self.rule.taps:
            index = "n" if not offset else f"n{'+' if offset > 0 else '-'}{written(abs(offset))}"
            parts.append(f"{'-' if tap < 0 else '+'} {written(abs(tap))} f[{index}]")
        return f"y[n] = y[n-1] {' '.join(parts)}"

    @property
    def proof(self) -> str:
        """Why no finite kernel computes a running integral."""
        return (
            "Were y = K f with finitely many taps, then y[n] - y[n-1] would be the kernel D K, "
            "where D f = f[n] - f[n-1]. "
            f"The taps of D add up to {written(self.difference.moment((0,)))}, so those of D K do, whatever K is; "
            f"but the cell from n-1 to n holds {written(self.rule.moment((0,)))} for f = 1. "
            "So a running integral needs its own last value: a recursion."
        )

    @property
    def difference(self) -> Kernel:
        """The kernel D with ``D y = rule f``: the difference of neighbouring outputs."""
        return Kernel({-1: -1, 0: 1})

    def accumulated(self, samples: list[Fraction]) -> list[Fraction]:
        """Return y at every sample the rule reaches, starting from 0 at the first, in exact numbers.

        Parameters
        ----------
        samples
            Values of f one step apart.

        Returns
        -------
        list of Fraction
            One value for each cell that the rule can read, and the starting 0 before them.
        """
        places = [int(offset) for (offset,), _ in self.rule.taps]
        total = [Fraction(0)]
        for n in range(max(0, -min(places)), len(samples) - max(0, *places)):
            total.append(
                total[-1] + sum((tap * samples[n + int(x)] for (x,), tap in self.rule.taps), Fraction(0))
            )
        return total


def running_integral(offsets: Points | Stencil = (-1, 0)) -> RunningIntegral:
    """Return the recursion for a running integral whose cell is read from the given whole offsets.

    Parameters
    ----------
    offsets
        Samples used for the cell from -1 to 0: ``(-1, 0)`` is the trapezoidal rule, ``(-2, -1, 0)`` causal.

    Raises
    ------
    InputError
        An offset is no whole number.

    Examples
    --------
    >>> running_integral((-2, -1, 0)).recursion
    'y[n] = y[n-1] - 1/12 f[n-2] + 2/3 f[n-1] + 5/12 f[n]'
    """
    stencil = Stencil.of(offsets)
    if any(x.denominator != 1 for offset in stencil.offsets for x in offset):
        raise InputError("a recursion reads whole samples", next="give whole offsets such as -1, 0")
    return RunningIntegral(derive(integral(-1, 0), stencil))


def _check_size(points: int, fewest: int) -> None:
    if points < fewest:
        raise InputError(f"the rule needs at least {fewest} sample{'s' if fewest > 1 else ''}")
    if points > LARGEST_RULE:
        raise LimitError(f"a rule has at most {LARGEST_RULE} samples")
