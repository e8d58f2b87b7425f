"""Holoborodko's kernels: exact on low degrees, and as flat as possible at the highest frequency."""

from __future__ import annotations

from fractions import Fraction

import pytest
from golden.tables import ids, kernel_of, rows

from kernelkit.catalogue.flat_at_pi import flattest, holoborodko
from kernelkit.errors import InputError, LimitError
from kernelkit.exact import linear
from kernelkit.exact.kernel import Kernel


def zero_order_at_pi(kernel: Kernel) -> int:
    """Return how often the symbol vanishes at pi: moments of the taps with alternating signs."""
    order = 0
    while sum((tap if x % 2 == 0 else -tap) * x**order for (x,), tap in kernel.taps) == 0:
        order += 1
    return order


@pytest.mark.parametrize("row", rows("smoothing_differentiators", "holoborodko"), ids=ids)
def test_golden_tables(row):
    entry = holoborodko("x" * row["order"], size=row["window"], exact=row["exact_degree"])
    assert entry.kernel == kernel_of(row)
    assert entry.certificate.accuracy == row["accuracy"]
    assert entry.certificate.leading_terms[0].coefficient == Fraction(row["C"])
    assert entry.kernel.noise_gain_squared == Fraction(row["noise_gain_squared"])
    assert zero_order_at_pi(entry.kernel) == row["zero_order_at_pi"]


@pytest.mark.parametrize(
    ("order", "size", "exact"), [(1, 5, 2), (1, 13, 4), (1, 15, 8), (2, 9, 2), (2, 11, 6), (2, 21, 10)]
)
def test_the_linear_system_of_all_conditions_has_this_one_solution(order, size, exact):
    """Unknown taps, zero through degree ``exact`` but for one moment, and all other freedom at pi."""
    reach = range(-(size // 2), size // 2 + 1)
    zeros = size - 1 - exact
    rows_ = [[x**k for x in reach] for k in range(exact + 1)]
    rows_ += [[(-1) ** (x % 2) * x**k for x in reach] for k in range(zeros)]
    right = [Fraction(0)] * len(rows_)
    right[order] = Fraction(order)  # 1! and 2!
    found = linear.solve(rows_, right)
    assert found is not None
    assert not found.freedom
    assert flattest(order, size, exact) == Kernel(zip(reach, found.particular, strict=True))


@pytest.mark.parametrize("axes", ["x", "xx"])
def test_the_smallest_sizes_and_large_ones(axes):
    for exact in (2, 4, 6):
        for size in (exact + 3, 51):
            entry = holoborodko(axes, size=size, exact=exact)
            assert entry.certificate.consistent
            assert zero_order_at_pi(entry.kernel) == size - exact - (len(axes) - 1)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"axes": "y"}, InputError, "the derivatives x and xx on a line, not 'y'"),
        ({"axes": "xxx"}, InputError, "not 'xxx'"),
        ({"axes": ["x"]}, InputError, "holoborodko-7-x"),
        ({"exact": 3}, InputError, "an even number from 2 on, not 3"),
        ({"exact": 0}, InputError, "not 0"),
        ({"size": 5, "exact": 4}, InputError, "take size=7 or more"),
        ({"size": 6}, InputError, "odd size, not 6"),
        ({"size": 257}, LimitError, "at most 255"),
    ],
)
def test_kernels_that_do_not_exist_are_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        holoborodko(**arguments)
