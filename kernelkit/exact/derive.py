"""Deriving: the kernels that compute a functional."""

from __future__ import annotations

import math
from fractions import Fraction

from kernelkit.errors import InputError, LimitError, UnderdeterminedError, UnsolvableError
from kernelkit.exact import linear
from kernelkit.exact.certify import certify
from kernelkit.exact.factor import Factor, Point, Span
from kernelkit.exact.functional import Functional
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.lagrange import interpolatory_weights
from kernelkit.exact.moments import axis_scales, count_through, power_rows, through_degree
from kernelkit.exact.obstruct import (
    MOST_ENTRIES,
    check_axes,
    check_size,
    check_target,
    obstruction,
    required_degree,
)
from kernelkit.exact.offsets import Points, Stencil, line
from kernelkit.exact.preferences import check_preference
from kernelkit.exact.sides import Side, points_for

DEFAULT_ACCURACY = 2

MOST_GENERAL = 512
"""Points on a line for targets other than one derivative: integrals, sums, values between samples."""


def derive(
    target: Functional,
    offsets: Points | Stencil | None = None,
    *,
    accuracy: int | None = None,
    side: Side | str | None = None,
    prefer: str | None = None,
) -> Kernel:
    """Return the kernel that computes a target, exactly.

    Parameters
    ----------
    target
        What is to be computed: `derivative`, `value`, `integral`, `laplacian`, `operator`, or a combination.
    offsets
        Where samples are taken.  Left out, the fewest points of the ``side`` that reach the accuracy are
        chosen, and targets in several dimensions are put together from one-dimensional kernels.
    accuracy
        The p of an error O(h^p), relative to the scaling of the target.  Left out, it is the highest that the
        offsets allow; without offsets it is 2, and integrals use the samples inside their interval.
    side
        ``central`` (the default), ``forward``, ``backward``, ``upwind``, ``downwind`` or ``staggered``; only
        without offsets.
    prefer
        How to choose where taps stay free: ``fewest``, ``symmetric``, ``isotropic`` or ``least-norm``; see
        `kernelkit.exact.preferences`.

    Raises
    ------
    UnsolvableError
        No kernel on the offsets reaches the accuracy; ``.obstruction`` is the polynomial that proves it.
    UnderdeterminedError
        Several kernels do; ``.freedom`` says how many taps stay free.
    InputError, ShapeError, LimitError
        Arguments that do not fit together, or a system above the size limit.

    Notes
    -----
    One-dimensional weights cost O(N d) operations on whole numbers for a derivative of order d on N nodes,
    O(N^2) for any other target; systems in more dimensions are row-reduced over the rationals.

    Examples
    --------
    >>> from kernelkit.exact.functional import derivative, laplacian
    >>> derive(derivative(2))
    Kernel({-1: 1, 0: -2, 1: 1})
    >>> derive(derivative(1), [-2, 3, 6])
    Kernel({-2: -9/40, 3: 4/15, 6: -1/24})
    >>> derive(laplacian(2))
    Kernel({(-1, 0): 1, (0, -1): 1, (0, 0): -4, (0, 1): 1, (1, 0): 1})
    """
    check_target(target)
    if offsets is None:
        if prefer is not None:
            check_preference(prefer)
            raise InputError(
                f"the preference {prefer!r} chooses among kernels on given points, and no points are given",
                next="give points too, such as box(1) (--offsets box:1)",
            )
        return _composed(target, accuracy, Side(Side.CENTRAL if side is None else side))
    stencil = Stencil.of(offsets)
    check_axes(target, stencil)
    if side is not None:
        raise InputError("side chooses the points, but points are given", next="leave one of the two out")
    if prefer is not None:
        from kernelkit.exact.prefer import preferred

        return preferred(target, stencil, accuracy, prefer)
    if target.ndim == 1:
        return _on_line(target, stencil, accuracy)
    degree = highest_degree(target, stencil) if accuracy is None else required_degree(target, accuracy)
    return _in_space(target, stencil, degree)


def weights_on_line(target: Functional, nodes: list[Fraction]) -> list[Fraction]:
    """Return the weights on a line that are exact through degree ``len(nodes) - 1``: one kernel, always."""
    if len(target.terms) == 1 and isinstance(point := target.terms[0][1][0], Point):
        # about its own place a derivative has a single moment
        if point.order >= len(nodes):
            return [Fraction(0)] * len(nodes)
        coefficient, step = target.terms[0][0], target.spacing[0]
        moment: Fraction | int = math.factorial(point.order)
        if coefficient != 1:
            moment *= coefficient
        if step != 1:
            moment /= step**point.order
        if point.at:
            nodes = [x - point.at / step for x in nodes]
        return interpolatory_weights(nodes, [0] * point.order + [moment])
    if len(nodes) > MOST_GENERAL:
        raise LimitError(
            f"{target.name} on {len(nodes)} points is above the limit of {MOST_GENERAL}",
            why="its weights are fractions of thousands of digits",
            next="take fewer points; a composite rule is a sum of shorter ones",
        )
    return interpolatory_weights(nodes, [target.moment((k,)) for k in range(len(nodes))])


def highest_degree(target: Functional, stencil: Stencil) -> int:
    """Return the highest degree through which some kernel on the stencil is exact.

    For a kernel without any error it is the degree at which its taps are determined.

    Raises
    ------
    UnsolvableError
        Not even a consistent kernel exists.
    """
    degree = required_degree(target, 1)
    solutions = _solutions(target, stencil, degree)
    if solutions is None:
        raise unsolvable(target, stencil, 1)
    while solutions.freedom:
        check_size(stencil, degree + 1)
        further = _solutions(target, stencil, degree + 1)
        if further is None:
            return degree
        solutions = further
        degree += 1
    # the taps are determined, and what they reach can be read off
    kernel = Kernel.from_ordered(target.ndim, zip(stencil.offsets, solutions.particular, strict=True))
    failing = certify(kernel, target).failing_degree
    return degree if failing is None else failing - 1


def unsolvable(target: Functional, stencil: Stencil, accuracy: int) -> UnsolvableError:
    """Return the error for a kernel that mathematics forbids, with its witness."""
    witness = obstruction(target, stencil, accuracy=accuracy)
    assert witness is not None  # Fredholm: no kernel, so a witness
    asked = "" if accuracy == 1 else f" with accuracy {accuracy}"
    noun = "offset" if len(stencil) == 1 else "offsets"
    shown = f"{noun} {repr(stencil)[9:-2]}" if len(stencil) <= 9 else f"these {len(stencil)} points"
    hint = "take more points, or another set of them"
    if target.ndim == 1 and len(stencil) < required_degree(target, accuracy) + 1:
        hint = f"{required_degree(target, accuracy) + 1} points always suffice"
    return UnsolvableError(
        f"no kernel on {shown} computes {target.name}{asked}", obstruction=witness, next=hint
    )


def _on_line(target: Functional, stencil: Stencil, accuracy: int | None) -> Kernel:
    nodes = [x for (x,) in stencil.offsets]
    degree = required_degree(target, 1 if accuracy is None else accuracy)
    if accuracy is not None and degree + 1 < len(nodes):
        raise _free(target, stencil, accuracy, len(nodes) - degree - 1)
    kernel = Kernel.from_ordered(1, zip(stencil.offsets, weights_on_line(target, nodes), strict=True))
    for k in range(len(nodes), degree + 1):
        if kernel.moment((k,)) != target.moment((k,)):
            raise unsolvable(target, stencil, 1 if accuracy is None else accuracy)
    return kernel


def _in_space(target: Functional, stencil: Stencil, degree: int) -> Kernel:
    solutions = _solutions(target, stencil, degree)
    accuracy = degree - target.order + 1
    if solutions is None:
        raise unsolvable(target, stencil, accuracy)
    if solutions.freedom:
        raise _free(target, stencil, accuracy, solutions.freedom)
    return Kernel.from_ordered(target.ndim, zip(stencil.offsets, solutions.particular, strict=True))


def moment_system(
    target: Functional, stencil: Stencil, degree: int
) -> tuple[list[list[int]], list[Fraction]]:
    """Return rows and right side of the moment conditions through a degree, in whole coordinates."""
    check_size(stencil, degree)
    exponents = through_degree(target.ndim, degree)
    scales = axis_scales(stencil.offsets)
    right = []
    for alpha in exponents:
        moment = target.moment(alpha)
        if moment:
            for scale, k in zip(scales, alpha, strict=True):
                if scale != 1:
                    moment *= scale**k
        right.append(moment)
    return power_rows(stencil.offsets, exponents), right


def _solutions(target: Functional, stencil: Stencil, degree: int) -> linear.Solutions | None:
    rows, right = moment_system(target, stencil, degree)
    return linear.solve(rows, right)


def _free(target: Functional, stencil: Stencil, accuracy: int, freedom: int) -> UnderdeterminedError:
    rules = "symmetric, isotropic, fewest or least-norm"
    if target.ndim == 1:
        rules = (
            "fewest, least-norm or symmetric"  # most stencils on a line that leave taps free lie to one side
        )
    conditions = count_through(target.ndim, accuracy + target.order - 1)
    return UnderdeterminedError(
        f"{freedom} of {len(stencil)} taps {'stays' if freedom == 1 else 'stay'} free: "
        f"several kernels compute {target.name} with accuracy {accuracy}",
        freedom=freedom,
        why=f"the {conditions} moment conditions have rank {len(stencil) - freedom} on these points",
        next=f"choose with prefer (--prefer) {rules}, or take fewer points",
    )


def _composed(target: Functional, accuracy: int | None, side: Side) -> Kernel:
    """Put a kernel together from one-dimensional ones: products along the axes, summed over the terms.

    A product is exact through degree q when each factor is exact through q less the orders of the others.
    """
    if accuracy is not None:
        degree = required_degree(target, accuracy)
    elif any(isinstance(f, Span) for _, factors in target.terms for f in factors):
        degree = -1
    else:
        degree = required_degree(target, DEFAULT_ACCURACY)
    if count_through(target.ndim, degree + 1) > MOST_ENTRIES:
        raise LimitError(
            f"the proof of such a kernel compares more than {MOST_ENTRIES} moments",
            next="ask for a lower order or accuracy, or fewer axes",
        )
    total = Kernel({}, ndim=target.ndim)
    for coefficient, factors in target.terms:
        product: Kernel | None = None
        orders = [max(f.order, 0) for f in factors]
        for axis, factor in enumerate(factors):
            step = target.spacing[axis]
            part = _factor_kernel(factor, degree - sum(orders) + orders[axis], side, step)
            product = part if product is None else product.outer(part)
        assert product is not None  # a term has at least one axis
        total += product * coefficient
    return total


def _factor_kernel(factor: Factor, degree: int, side: Side, step: Fraction) -> Kernel:
    axis = Functional(1, ((Fraction(1), (factor,)),), (step,))
    if isinstance(factor, Span) and degree < 0:
        first, last = math.ceil(factor.lower / step), math.floor(factor.upper / step)
        nodes = line(first, last) if first <= last else Stencil.of(points_for(factor, 0, side, step))
    else:
        nodes = Stencil.of(points_for(factor, degree, side, step))
    weights = weights_on_line(axis, [x for (x,) in nodes.offsets])
    return Kernel.from_ordered(1, zip(nodes.offsets, weights, strict=True))
