"""Lower bounds: how many taps any kernel for a target needs, with the theorem that proves it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.exact import linear
from kernelkit.exact.factor import Point
from kernelkit.exact.moments import count_through, of_degree, through_degree
from kernelkit.exact.obstruct import required_degree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kernelkit.exact.functional import Functional

_LARGEST_MATRIX = 200
_ALL_SPLITS = 12


@dataclass(frozen=True, slots=True)
class Bound:
    """No kernel of the asked accuracy has fewer than ``count`` taps, wherever they are.

    Attributes
    ----------
    count
        The number of taps.
    theorem
        The name of the argument.
    proof
        The argument, with the numbers of this target in it.
    """

    count: int
    theorem: str
    proof: str


def lower_bound(target: Functional, accuracy: int = 1) -> Bound:
    """Return the best of the known lower bounds on the number of taps, over all supports whatever.

    Raises
    ------
    InputError
        ``accuracy`` is less than 1.

    Examples
    --------
    >>> from kernelkit.exact.functional import derivative, laplacian
    >>> lower_bound(derivative(3)).count, lower_bound(laplacian(2)).count, lower_bound(laplacian(3), 2).count
    (4, 4, 7)
    """
    degree = required_degree(target, accuracy)
    # on a line the theorems are sharp to within one tap, and row reduction is not needed
    rules = (_order_on_line,) if is_line_derivative(target) else RULES
    return max((bound for rule in rules for bound in rule(target, accuracy, degree)), key=lambda b: b.count)


def is_line_derivative(target: Functional) -> bool:
    """Whether the target is one derivative of order 1 or more, at one place of a line."""
    if target.ndim > 1 or len(target.terms) > 1:
        return False
    factor = target.terms[0][1][0]
    return isinstance(factor, Point) and factor.order > 0


def _something(target: Functional, _accuracy: int, degree: int) -> Iterator[Bound]:
    if any(target.moment(alpha) for alpha in through_degree(target.ndim, degree)):
        yield Bound(
            1, "consistency", f"the kernel without taps gives 0 on all polynomials of degree {degree} or less"
        )
    else:
        yield Bound(
            0, "consistency", f"the target itself gives 0 on all polynomials of degree {degree} or less"
        )


def _order_on_line(target: Functional, accuracy: int, _degree: int) -> Iterator[Bound]:
    """Bound a derivative on a line, by the Vandermonde and Rolle arguments."""
    point = target.terms[0][1][0]
    d = point.order
    place = f"(x - {point.at})" if isinstance(point, Point) and point.at else "x"
    if d == 1:
        proof = "on one point x_1 the polynomial x - x_1 is zero, but its first derivative is 1"
    else:
        proof = (
            f"on n <= {d} points x_1, ..., x_n the polynomial {place}^({d} - n) (x - x_1) ... (x - x_n) has degree "
            f"{d} and is zero on all of them, but its derivative of order {d} is {d}!"
        )
    yield Bound(d + 1, "Vandermonde", proof)
    yield Bound(
        d + accuracy - 1,
        "Rolle",
        f"on n points with w(x) = (x - x_1) ... (x - x_n) the accuracy is n - {d}, and one more where w's derivative "
        f"of order {d} vanishes; never two more, for by Rolle's theorem it shares no zero with the one of order "
        f"{d - 1}; so accuracy {accuracy} needs n >= {d} + {accuracy} - 1",
    )


def _moment_matrix(target: Functional, _accuracy: int, degree: int) -> Iterator[Bound]:
    """Bound by the rank of prescribed moment matrices: n taps give rank n at most."""
    # the balanced split is the best for integrals; all of them are tried where that costs little
    for low in range(degree // 2 + 1) if degree <= _ALL_SPLITS else [degree // 2]:
        rows, columns = through_degree(target.ndim, low), through_degree(target.ndim, degree - low)
        if len(columns) > _LARGEST_MATRIX:
            continue
        found = linear.rank(_hankel(target, rows, columns))
        if found:
            yield Bound(
                found,
                "moment matrix",
                f"the moments of x^(a + b), |a| <= {low}, |b| <= {degree - low}, are all prescribed; they form a "
                f"matrix of rank {found}, and a kernel with n taps gives a sum of n matrices of rank 1",
            )


def _apolarity(target: Functional, _accuracy: int, _degree: int) -> Iterator[Bound]:
    """Bound a homogeneous operator at one place by the sum of the ranks of its catalecticants."""
    local = _at_origin(target)
    if local is None:
        return
    m = target.order
    if len(local.terms) == 1:
        # of x^i the pairing sees which part each factor takes; the ranks of products add up to the product
        orders = [factor.order for factor in local.terms[0][1]]
        ranks = _choices(orders)
    elif count_through(target.ndim, m) > _LARGEST_MATRIX:
        return
    else:
        ranks = [
            linear.rank(_hankel(local, list(of_degree(target.ndim, i)), list(of_degree(target.ndim, m - i))))
            for i in range(m + 1)
        ]
    yield Bound(
        sum(ranks),
        "catalecticants",
        f"the moments below degree {m} vanish and those of degree {m} are prescribed, so the moment matrix through "
        f"degree {m} is zero above its antidiagonal blocks; these have the ranks {' + '.join(map(str, ranks))} = "
        f"{sum(ranks)}, and a kernel with n taps has a moment matrix of rank at most n",
    )


def _choices(orders: list[int]) -> list[int]:
    """Return, for each i, in how many ways i can be put together from parts of at most the given orders."""
    ways = [1]
    for order in orders:
        longer = [0] * (len(ways) + order)
        for i, count in enumerate(ways):
            for part in range(order + 1):
                longer[i + part] += count
        ways = longer
    return ways


def _second_order(target: Functional, accuracy: int, _degree: int) -> Iterator[Bound]:
    """Bound a second-order operator of full rank, with accuracy 2: more taps than the catalecticants say."""
    local = _at_origin(target)
    n = target.ndim
    if accuracy < 2 or local is None or target.order != 2 or n == 1:
        return
    units = list(of_degree(n, 1))
    matrix = _hankel(local, units, units)
    definite = _is_definite(matrix)
    if linear.rank(matrix) < n or (n == 2 and not definite):
        return
    start = (
        "with accuracy 2 the sum of tap u v vanishes for u among 1 and the linear functions, v among 1 and the "
        f"quadratic forms that the target maps to zero; these u have dimension {n + 1} on the points, and these v "
    )
    if definite and n > 2:
        yield Bound(
            n + 4,
            "orthogonality",
            start
            + "have dimension 3 or more: were it 2, then in suitable axes all products x_i x_j would be "
            f"constant on the points, which puts the points into a hyperplane; so {n + 1} + 3 taps are needed",
        )
    else:
        yield Bound(
            n + 3,
            "orthogonality",
            start + f"have dimension 2 or more on more than two points; so {n + 1} + 2 taps are needed",
        )


def _is_definite(matrix: list[list[int]]) -> bool:
    """Whether a symmetric matrix is positive or negative definite, by elimination without exchanges."""
    rows = [[Fraction(x) for x in row] for row in matrix]
    signs = set()
    for i, row in enumerate(rows):
        if not row[i]:
            return False
        signs.add(row[i] > 0)
        for other in rows[i + 1 :]:
            factor = other[i] / row[i]
            other[:] = [a - factor * b for a, b in zip(other, row, strict=True)]
    return len(signs) == 1


RULES: tuple[Callable[[Functional, int, int], Iterator[Bound]], ...] = (
    _something,
    _moment_matrix,
    _apolarity,
    _second_order,
)


def _at_origin(target: Functional) -> Functional | None:
    """Return a homogeneous differential operator moved to the origin; None for any other target."""
    places = set()
    for _, factors in target.terms:
        if not all(isinstance(f, Point) for f in factors):
            return None
        places.add(tuple(f.at for f in factors if isinstance(f, Point)))
    if len(places) != 1 or not target.homogeneous:
        return None
    from kernelkit.exact.symmetry import centre_of, translated

    return translated(target, centre_of(target))


def _hankel(
    target: Functional, rows: list[tuple[int, ...]], columns: list[tuple[int, ...]]
) -> list[list[int]]:
    moments = [
        [target.moment(tuple(x + y for x, y in zip(a, b, strict=True))) for b in columns] for a in rows
    ]
    scale = math.lcm(*(m.denominator for row in moments for m in row))
    return [[int(m * scale) for m in row] for row in moments]
