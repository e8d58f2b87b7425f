"""Every row of the golden catalogue, found by its id and compared: taps, gain, target, error, factors."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pytest
from golden.tables import ids, read, rows, target_of

from kernelkit.catalogue.entry import Entry
from kernelkit.catalogue.named import named
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.moments import factorial, through_degree

TESTED_ELSEWHERE = {
    # rows without a finite table of taps, in test_recursive.py
    "deriche-smooth-1",
    "deriche-derivative-1",
    "deriche-smooth-1_2",
    "deriche-derivative-1_2",
}
ROWS = [row for row in rows("catalogue") if row["id"] not in TESTED_ELSEWHERE]


def factor_kernel(factor: dict) -> Kernel:
    return Kernel(zip(factor["offsets"], factor["taps"], strict=True))


def table_kernel(row: dict) -> Kernel:
    """Return the kernel of nested taps, or of factors that multiply."""
    if "taps" not in row:
        factors = [factor_kernel(factor) for factor in row["factors"]]
        total = factors[0]
        for factor in factors[1:]:
            total = total.outer(factor)
        return total
    places = itertools.product(*([Fraction(x) for x in axis] for axis in row["offsets"]))
    return Kernel(zip(places, flat(row["taps"]), strict=True), ndim=row["dim"])


def flat(nested):
    return itertools.chain.from_iterable(map(flat, nested)) if isinstance(nested, list) else [nested]


def agree(found: Fraction, text: str, tolerance: str) -> bool:
    """Whether numbers agree: exactly, or to the tolerance of the row and the 15 digits it is printed with."""
    stated = Fraction(text)
    if tolerance == "exact":
        return found == stated
    if not stated:
        return abs(found) <= Fraction(tolerance)
    digits = math.floor(math.log10(abs(stated))) - 14
    printed = Fraction(10) ** digits / 2
    return abs(found - stated) <= max(Fraction(tolerance) * max(1, abs(stated)), printed)


def assert_same_terms(found: dict, row: dict, key: str) -> None:
    """Compare Taylor terms by multi-index."""
    stated = {tuple(term["multi_index"]): term["coefficient"] for term in row[key]}
    assert found.keys() == stated.keys()
    assert all(agree(found[alpha], stated[alpha], row["tolerance"]) for alpha in found)


def separable(kernel: Kernel) -> bool:
    """Whether a kernel is a product along its axes: each tap times powers of one tap is the product of its lines."""
    taps = dict(kernel.taps)
    pivot, centre = kernel.taps[0]
    axes = [sorted({offset[axis] for offset in taps}) for axis in range(kernel.ndim)]
    for place in itertools.product(*axes):
        lines = [
            taps.get(tuple(place[i] if i == axis else pivot[i] for i in range(kernel.ndim)), 0)
            for axis in range(kernel.ndim)
        ]
        if taps.get(place, 0) * centre ** (kernel.ndim - 1) != math.prod(lines):
            return False
    return True


def test_no_row_is_lost():
    assert len(rows("catalogue")) == read("catalogue")["count"] == len(ROWS) + len(TESTED_ELSEWHERE)
    assert {row["id"] for row in rows("catalogue")} >= TESTED_ELSEWHERE


@pytest.mark.parametrize("name", sorted(TESTED_ELSEWHERE))
def test_rows_tested_elsewhere_are_found_by_their_id_too(name):
    assert isinstance(named(name), Entry)


@pytest.mark.parametrize("row", ROWS, ids=ids)
def test_published_taps(row):
    entry = named(row["id"])
    assert entry.published == table_kernel(row)
    assert agree(sum(tap for _, tap in entry.published.taps), row["sum"], row["tolerance"])


@pytest.mark.parametrize("row", ROWS, ids=ids)
def test_gain_and_target(row):
    entry = named(row["id"])
    assert entry.target == target_of(row["target"])
    assert agree(entry.gain, row["gain"], row["tolerance"])
    assert entry.consistent is row["consistent"]


@pytest.mark.parametrize("row", [row for row in ROWS if row["consistent"]], ids=ids)
def test_accuracy_and_leading_error(row):
    certificate = named(row["id"]).certificate
    assert certificate.accuracy == row["accuracy"]
    assert_same_terms({t.derivative: t.coefficient for t in certificate.leading_terms}, row, "leading_error")


@pytest.mark.parametrize("row", [row for row in ROWS if not row["consistent"]], ids=ids)
def test_residual_terms_of_inconsistent_taps(row):
    """Raw kernel minus gain times target, through the order of the target."""
    entry = named(row["id"])
    left = {
        alpha: (entry.published.moment(alpha) - entry.gain * entry.target.moment(alpha)) / factorial(alpha)
        for alpha in through_degree(entry.target.ndim, entry.target.order)
    }
    assert_same_terms({alpha: c for alpha, c in left.items() if c}, row, "residual_terms")


@pytest.mark.parametrize("row", [row for row in ROWS if "separable" in row], ids=ids)
def test_separability(row):
    entry = named(row["id"])
    assert separable(entry.published) is row["separable"]
    if row["separable"]:
        factors = [factor_kernel(factor) for factor in row["factors"]]
        assert [factor["axis"] for factor in row["factors"]] == list(range(row["dim"]))
        total = factors[0]
        for factor in factors[1:]:
            total = total.outer(factor)
        assert entry.published == total


@pytest.mark.parametrize("row", [row for row in ROWS if "published_precision" in row], ids=ids)
def test_precision_of_the_print(row):
    """Half a unit of the last place; that of the closed form with sqrt 2 is stated in words."""
    precision = named(row["id"]).precision
    if row["published_precision"] == "22 digits of the closed form":
        assert precision == Fraction(1, 2 * 10**22)
    else:
        assert precision == Fraction(row["published_precision"])


def test_frei_chen_gains_are_close_to_their_closed_forms():
    """The squares of 1 + sqrt 2 and 1 - 1 / sqrt 2, to the 22 places of the print."""
    for name, whole, root in [("frei-chen-1", 1, 1), ("frei-chen-3", 1, Fraction(-1, 2))]:
        gain = named(name).gain
        square = ((gain - whole) / root) ** 2
        assert abs(square - 2) < Fraction(1, 10**20)
