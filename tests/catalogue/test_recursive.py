"""Deriche's filters: the golden table, recursions run sample by sample, and taps cut off."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

import mpmath
import numpy as np
import pytest
from golden.tables import ids, rows, target_of
from scipy import signal

from kernelkit.catalogue.recursive import FAMILIES, Recursive, deriche, deriche_derivative, deriche_smooth
from kernelkit.errors import InputError, LimitError

if TYPE_CHECKING:
    from kernelkit.exact.kernel import Kernel

GOLDEN = rows("catalogue", "recursive", key="family")


def kind_of(row: dict) -> str:
    return row["id"].split("-")[1]


def tap(kernel: Kernel, n: int) -> Fraction:
    return dict(kernel.taps).get((Fraction(n),), Fraction(0))


def run(filter_: Recursive, samples: list[float]) -> np.ndarray:
    """Run both passes as their docstring writes them, in binary64, with nothing beyond the ends."""
    b0, b1 = map(float, filter_.causal)
    a1, a2 = map(float, filter_.anticausal)
    d1, d2 = map(float, filter_.feedback)
    count = len(samples)
    f = [0.0, 0.0, *samples, 0.0, 0.0]
    p, q = [0.0] * (count + 4), [0.0] * (count + 4)
    for i in range(2, count + 2):
        p[i] = b0 * f[i] + b1 * f[i - 1] + d1 * p[i - 1] + d2 * p[i - 2]
    for i in range(count + 1, 1, -1):
        q[i] = a1 * f[i + 1] + a2 * f[i + 2] + d1 * q[i + 1] + d2 * q[i + 2]
    return np.array([x + y for x, y in zip(p[2:-2], q[2:-2], strict=True)])


def impulse_response(filter_: Recursive, radius: int) -> np.ndarray:
    """Return the taps at -radius to radius, read from the answer to an impulse, which is flipped."""
    samples = [0.0] * (2 * radius + 1)
    samples[radius] = 1.0
    return run(filter_, samples)[::-1]


def test_the_golden_table_has_both_kinds():
    assert {kind_of(row) for row in GOLDEN} == {"smooth", "derivative"}
    assert len(GOLDEN) == 4


@pytest.mark.parametrize("row", GOLDEN, ids=ids)
def test_taps_of_the_recursion(row):
    filter_ = deriche(row["parameter"]["alpha"], kind=kind_of(row))
    sign = -1 if kind_of(row) == "derivative" else 1
    listed = [float(sample) for sample in row["taps_from_centre"]]
    run_taps = impulse_response(filter_, 40)
    kernel = filter_.response(40)
    for n, sample in enumerate(listed):
        for place, right in ((n, sample), (-n, sign * sample)):
            assert run_taps[40 + place] == pytest.approx(right, abs=float(row["tolerance"]))
            assert float(tap(kernel, place)) == pytest.approx(right, abs=float(row["tolerance"]))
    assert filter_.target == target_of(row["target"])


@pytest.mark.parametrize("row", GOLDEN, ids=ids)
def test_scales_and_gains(row):
    """A ramp answers its slope and a constant itself; the published scale of the derivative is another."""
    alpha, slack = row["parameter"]["alpha"], float(row["tolerance"])
    filter_ = deriche(alpha, kind=kind_of(row))
    q = float(filter_.feedback[0]) / 2
    assert q == pytest.approx(math.exp(-float(Fraction(alpha))), abs=1e-15)
    response = filter_.response(200)
    if kind_of(row) == "smooth":
        assert float(filter_.causal[0]) == pytest.approx(float(row["k"]), abs=slack)
        assert float(response.moment((0,))) == pytest.approx(float(row["gain"]), abs=slack)
        assert float(response.moment((2,))) == pytest.approx(float(row["second_moment"]), abs=5e-13)
        entry = deriche_smooth(alpha=alpha)
        assert float(entry.gain) == pytest.approx(1, abs=2e-12)
    else:
        assert float(filter_.anticausal[0]) / q == pytest.approx(float(row["c"]), abs=slack)
        assert float(response.moment((1,))) == pytest.approx(float(row["gain"]), abs=slack)
        entry = deriche_derivative(alpha=alpha)
        assert float(tap(entry.published, 1)) / q == pytest.approx(float(row["classical_c"]), abs=slack)
        assert float(entry.gain) == pytest.approx(float(row["classical_ramp_gain"]), rel=2e-12)
    assert float(response.moment((0,))) == pytest.approx(float(row["sum"]), abs=slack)


def test_the_published_derivative_answers_a_unit_step_with_one():
    """Just before the step, where all offsets above 0 read the 1."""
    published = deriche_derivative(alpha="1/2", tail="1e-18").published
    assert float(sum(weight for (x,), weight in published.taps if x > 0)) == pytest.approx(1, abs=1e-15)


@pytest.mark.parametrize("kind", ["derivative", "smooth"])
@pytest.mark.parametrize("alpha", ["1/20", "1/2", "3", "16"])
def test_responses_follow_the_formula(kind, alpha):
    kernel = deriche(alpha, kind=kind).response(60)
    with mpmath.workdps(60):
        a = mpmath.mpf(Fraction(alpha).numerator) / Fraction(alpha).denominator
        q = mpmath.exp(-a)
        c = (1 - q) ** 3 / (2 * q * (1 + q))
        k = (1 - q) ** 2 / (1 + 2 * a * q - q**2)
        for n in range(-60, 61):
            right = c * n * q ** abs(n) if kind == "derivative" else k * (a * abs(n) + 1) * q ** abs(n)
            found = mpmath.mpf(tap(kernel, n).numerator) / tap(kernel, n).denominator
            assert abs(found - right) <= mpmath.mpf("0.5000001e-24")


@pytest.mark.parametrize("kind", ["derivative", "smooth"])
def test_scipy_runs_the_same_recursion(kind):
    filter_ = deriche("2/3", kind=kind)
    samples = np.random.default_rng(3).normal(size=50)
    denominator = [1, -float(filter_.feedback[0]), -float(filter_.feedback[1])]
    forwards = signal.lfilter(list(map(float, filter_.causal)), denominator, samples)
    backwards = signal.lfilter([0, *map(float, filter_.anticausal)], denominator, samples[::-1])[::-1]
    assert run(filter_, list(samples)) == pytest.approx(forwards + backwards, abs=1e-13)
    kernel = filter_.response(49)
    slow = [
        sum(float(tap(kernel, j - i)) * samples[j] for j in range(len(samples))) for i in range(len(samples))
    ]
    assert run(filter_, list(samples)) == pytest.approx(np.array(slow), abs=1e-12)


@pytest.mark.parametrize("build", [deriche_derivative, deriche_smooth])
@pytest.mark.parametrize("alpha", ["1/5", "1", "5/2", "16"])
def test_cut_off_taps_are_consistent_at_unit_gain(build, alpha):
    entry = build(alpha=alpha)
    assert entry.certificate.accuracy == 2
    assert entry.consistent
    assert entry.kernel.symmetry == ("odd" if build is deriche_derivative else "even")
    filter_ = deriche(alpha, kind="derivative" if build is deriche_derivative else "smooth")
    radius = int(entry.kernel.width[0]) // 2
    apart = entry.kernel - filter_.response(radius)
    assert apart.l1_norm < Fraction(1, 10**11)
    assert f"radius {radius};" in entry.remarks[1]


def test_the_radius_is_the_least_that_leaves_out_the_tail():
    for build, kind, power in ((deriche_derivative, "derivative", 1), (deriche_smooth, "smooth", 0)):
        reach = int(build(alpha=1, tail="1e-6").published.width[0]) // 2
        kernel = deriche(1, kind=kind).response(100)
        left = [
            sum(float(x**power * weight) for (x,), weight in kernel.taps if abs(x) > r)
            for r in (reach - 1, reach)
        ]
        assert left[0] > 1e-6 >= left[1]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: deriche(0), LimitError, "alpha lies between"),
        (lambda: deriche(17), LimitError, "alpha lies between"),
        (lambda: deriche(math.nan), InputError, "finite"),
        (lambda: deriche(1, kind="second"), InputError, "no kind"),
        (lambda: deriche(1).response(-1), InputError, "negative"),
        (lambda: deriche(1).response(601), LimitError, "above 600"),
        (lambda: deriche_derivative(alpha="1/100"), LimitError, "radius above 600"),
        (lambda: deriche_smooth(alpha="1/100"), LimitError, "radius above 600"),
        (lambda: deriche_smooth(tail=1), InputError, "tail"),
    ],
)
def test_what_means_nothing_is_refused(call, error, words):
    with pytest.raises(error) as refused:
        call()
    assert words in refused.value.what


@pytest.mark.parametrize("build", [deriche_derivative, deriche_smooth])
@pytest.mark.parametrize("tail", ["1/100", "1e-12", "1e-20"])
def test_the_alpha_that_is_offered_serves_and_a_smaller_one_does_not(build, tail):
    with pytest.raises(LimitError) as refused:
        build(alpha="1/1000", tail=tail)
    width = int(refused.value.next.removeprefix("alpha=1/").split()[0])
    assert build(alpha=Fraction(1, width), tail=tail).certificate.consistent
    with pytest.raises(LimitError):
        build(alpha=Fraction(1, width + 1), tail=tail)


def test_names_and_members():
    assert deriche_derivative(alpha="1/2", tail="1e-6").name == "deriche:alpha=1/2,tail=1/1000000"
    assert [name for family in FAMILIES for name in family.members] == [
        deriche_derivative().name,
        deriche_smooth().name,
    ]
