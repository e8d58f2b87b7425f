"""Freeman and Adelson's factors as printed, and the masks that are steered from them."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from golden.tables import ids, rows, target_of
from hypothesis import given, settings
from hypothesis import strategies as st

from kernelkit.catalogue.steerable import FAMILIES, PRECISION, entries, steerable_g2
from kernelkit.errors import InputError
from kernelkit.exact.certify import certify
from kernelkit.exact.functional import derivative
from kernelkit.exact.kernel import Kernel

angles = st.integers(-720, 720).map(lambda n: Fraction(n, 2))


def named(name: str):
    return next(entry for entry in entries() if entry.name == name)


def array(kernel: Kernel) -> np.ndarray:
    found = np.zeros((9, 9))
    for (y, x), tap in kernel.taps:
        found[int(y) + 4, int(x) + 4] = float(tap)
    return found


@pytest.mark.parametrize("row", rows("catalogue", "steerable", key="family"), ids=ids)
def test_the_printed_factors(row):
    """Taps, gain, what they compute and what they miss, as the golden table has them."""
    entry = named(row["id"])
    taps = {int(x): Fraction(tap) for x, tap in zip(row["offsets"][0], row["taps"], strict=True)}
    assert entry.published == Kernel(taps)
    assert entry.target == target_of(row["target"])
    assert entry.gain == Fraction(row["gain"])
    assert entry.published.moment((0,)) == Fraction(row["sum"])
    assert entry.precision == Fraction(row["published_precision"])
    assert entry.consistent is row["consistent"]
    found = certify(entry.published / entry.gain, entry.target)
    if row["consistent"]:
        assert found.accuracy == row["accuracy"]
        errors = {term.derivative: float(term.coefficient) for term in found.leading_terms}
        right = {tuple(term["multi_index"]): float(term["coefficient"]) for term in row["leading_error"]}
        assert errors == pytest.approx(right, abs=float(row["tolerance"]))
    else:
        residual = {
            tuple(term["multi_index"]): Fraction(term["coefficient"]) for term in row["residual_terms"]
        }
        assert {alpha: entry.published.moment(alpha) for alpha in residual} == residual
    assert entry.certificate.consistent


def test_the_factors_are_their_formulas_to_the_places_printed():
    x = 0.67 * np.arange(-4, 5)
    formulas = {
        "f1": 0.9213 * (2 * x**2 - 1) * np.exp(-(x**2)),
        "f2": np.exp(-(x**2)),
        "f3": math.sqrt(1.843) * x * np.exp(-(x**2)),
    }
    for key, samples in formulas.items():
        published = named(f"freeman-adelson-{key}").published
        taps = [float(dict(published.taps).get((Fraction(n),), 0)) for n in range(-4, 5)]
        assert taps == pytest.approx(samples, abs=float(PRECISION) * 1.0001)


@given(angles)
@settings(max_examples=25, deadline=None)
def test_steering_is_sampling_in_that_direction(theta):
    """The mask is the second derivative of the Gaussian along theta, to the precision of the print."""
    entry = steerable_g2(theta=theta)
    y, x = 0.67 * np.mgrid[-4:5, -4:5]
    along = x * math.cos(math.radians(theta)) + y * math.sin(math.radians(theta))
    sampled = 0.9213 * (2 * along**2 - 1) * np.exp(-(x**2) - y**2)
    assert np.abs(array(entry.published) - sampled).max() <= float(entry.precision)
    assert entry.precision < Fraction(2, 10_000)


@given(angles)
@settings(max_examples=25, deadline=None)
def test_steered_masks_turn_with_theta(theta):
    mask = array(steerable_g2(theta=theta).published)
    # y points down: from x towards y is clockwise as arrays are printed, np.rot90 turns the other way
    assert array(steerable_g2(theta=theta + 90).published) == pytest.approx(np.rot90(mask, -1), abs=1e-14)
    assert array(steerable_g2(theta=theta + 180).published) == pytest.approx(mask, abs=1e-14)
    assert array(steerable_g2(theta=90 - theta).published) == pytest.approx(mask.T, abs=1e-14)


def test_a_quarter_turn_transposes_exactly():
    lying, upright = (steerable_g2(theta=theta).published for theta in (0, 90))
    assert dict(upright.taps) == {(x, y): tap for (y, x), tap in lying.taps}
    assert lying == named("freeman-adelson-f2").published.outer(named("freeman-adelson-f1").published)


@pytest.mark.parametrize("theta", [0, 30, 45, "45/2", 90, 135, -60])
def test_the_corrected_mask_computes_the_oriented_derivative(theta):
    entry = steerable_g2(theta=theta)
    radians = math.radians(Fraction(theta))
    right = {(0, 2): math.cos(radians) ** 2, (1, 1): math.sin(2 * radians), (2, 0): math.sin(radians) ** 2}
    kernel = entry.kernel
    assert certify(kernel, entry.target).accuracy == 2
    for alpha, coefficient in right.items():
        monomial = math.prod(map(math.factorial, alpha))
        assert float(kernel.moment(alpha)) == pytest.approx(coefficient * monomial, abs=1e-15)
    assert max(abs(tap) for _, tap in (kernel - entry.published / entry.gain).taps) < Fraction(1, 1000)


def test_diagonals_are_exact():
    assert steerable_g2(theta=45).target == (
        derivative((0, 2)) / 2 + derivative((1, 1)) + derivative((2, 0)) / 2
    )
    assert steerable_g2(theta=135).target == (
        derivative((0, 2)) / 2 - derivative((1, 1)) + derivative((2, 0)) / 2
    )


def test_members_and_names():
    assert steerable_g2(theta="45/2").name == "steerable-g2:theta=45/2"
    assert FAMILIES[0].members == tuple(steerable_g2(theta=theta).name for theta in (0, 45, 90))
    assert [entry.name for entry in entries()] == [f"freeman-adelson-f{n}" for n in (1, 2, 3)]
    with pytest.raises(InputError, match="an angle must be finite"):
        steerable_g2(theta=math.inf)
