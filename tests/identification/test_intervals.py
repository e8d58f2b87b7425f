"""Integrals read from taps: classical rules, derived rules, and what is no rule."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kernelkit import Kernel, certify, derive, integral, line
from kernelkit.exact.kernel_moments import Moments
from kernelkit.identification.intervals import integral_readings
from kernelkit.identification.reading import leading_forms
from kernelkit.identification.tolerance import Tolerance


def readings_of(kernel, tolerance=Fraction(0)):
    within = Tolerance(tolerance, kernel)
    degree, forms = leading_forms(Moments(kernel), within)
    return integral_readings(Moments(kernel), forms, within) if degree == 0 else []


@given(
    lower=st.integers(-3, 2),
    width=st.integers(1, 4),
    stencil=st.tuples(st.integers(-4, -1), st.integers(1, 4)).map(lambda ends: line(*ends)),
)
def test_an_integral_is_read_back(lower, width, stencil):
    wanted = integral(lower, lower + width)
    kernel = derive(wanted, stencil)
    assume(certify(kernel, wanted).accuracy is not None)
    assert wanted in [reading.target for reading in readings_of(kernel) if reading.scale == 1]


@pytest.mark.parametrize(
    ("taps", "interval", "scale"),
    [
        ([1, 4, 1], (-1, 1), 3),
        ([7, 32, 12, 32, 7], (-2, 2), Fraction(45, 2)),
        (["1/24", "11/12", "1/24"], (Fraction(-1, 2), Fraction(1, 2)), 1),
    ],
    ids=["Simpson", "Boole", "centred cell"],
)
def test_classical_rules_are_read_with_their_factor(taps, interval, scale):
    kernel = Kernel(zip(range(-(len(taps) // 2), len(taps) // 2 + 1), taps, strict=True))
    found = {reading.target: reading.scale for reading in readings_of(kernel)}
    assert found[integral(*interval)] == scale


def test_a_plain_mean_is_no_rule_over_its_points():
    """Any symmetric mean integrates linear functions over its own points; that is no news."""
    targets = [reading.target.name for reading in readings_of(Kernel.from_array([1, 5, 9, 5, 1]))]
    assert all("integral" not in name for name in targets)


def test_rules_on_a_square_are_read_along_both_axes():
    simpson = Kernel({-1: "1/3", 0: "4/3", 1: "1/3"})
    (reading, *_) = readings_of(simpson.outer(simpson))
    assert reading.target == integral([(-1, 1), (-1, 1)])
    assert reading.scale == 1
    cell = Kernel({-1: "1/24", 0: "11/12", 1: "1/24"})
    assert readings_of(simpson.outer(cell))[0].target == integral([(-1, 1), ("-1/2", "1/2")])


def test_a_sample_along_an_axis_integrates_nothing_there():
    simpson = Kernel({-1: "1/3", 0: "4/3", 1: "1/3"})
    assert readings_of(simpson.outer(Kernel({0: 1}))) == []


def test_rounded_taps_are_read_within_their_tolerance():
    rounded = Kernel({-1: "0.3333333333", 0: "1.3333333333", 1: "0.3333333334"})
    (reading, *_) = readings_of(rounded, Fraction(1, 10**9))
    assert (reading.target, reading.scale, reading.accuracy) == (integral(-1, 1), 1, 5)
    assert not reading.exact


def test_taps_that_nearly_cancel_have_a_negative_spread_and_are_read_all_the_same():
    """The sampled Laplacian of a Gaussian adds up to almost nothing: its second moment over that is negative."""
    taps = Kernel({-1: "0.1", 0: "-0.2000001", 1: "0.1"})
    for tolerance in (Fraction(0), Fraction(1, 10**12)):
        assert all(
            certify(taps / r.scale, r.target).degree_of_exactness >= 1 for r in readings_of(taps, tolerance)
        )
