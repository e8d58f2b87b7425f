"""Every input on which a user's tool went wrong, with the right answer; each test bears the id of its row."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
import sympy
from exact.oracles import applied, evaluated, operator_on_monomial
from exact.test_golden import assert_summation_by_parts
from golden.tables import errors_of, ids, kernel_of, offset_of, offsets_of, polynomial_of, rows, target_of

from kernelkit.errors import InputError, UnsolvableError
from kernelkit.exact.certify import certify
from kernelkit.exact.derive import derive
from kernelkit.exact.functional import derivative, integral, value
from kernelkit.exact.integrals import gregory, newton_cotes
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.obstruct import obstruction
from kernelkit.exact.offsets import central, line
from kernelkit.symbolic.spacing import spaced


def asking(ask: str, *fields: str) -> list[dict]:
    """Return the rows of one kind of question whose input has the given fields."""
    return [
        row for row in rows("cases_derive", ask, key="ask") if all(field in row["input"] for field in fields)
    ]


def derived(asked: dict) -> Kernel:
    """Derive what a row's input asks for."""
    chosen = {name: asked[name] for name in ("accuracy", "side", "prefer") if name in asked}
    return derive(target_of(asked["target"]), offsets_of(asked) if "offsets" in asked else None, **chosen)


@pytest.mark.parametrize("row", asking("derive", "target") + asking("value"), ids=ids)
def test_derive(row):
    """The taps, their accuracy and the leading error are the expected ones."""
    right, target = row["expected"], target_of(row["input"]["target"])
    kernel = derived(row["input"])
    assert kernel == kernel_of(right)
    found = certify(kernel, target)
    if "accuracy" in right:
        assert found.accuracy == right["accuracy"]
        assert set(found.leading_terms) == errors_of(right["leading_error"], right["accuracy"])
    if "C" in right:
        assert found.leading_terms[0].coefficient == Fraction(right["C"])
    if "exact_degree" in right:
        assert found.degree_of_exactness == right["exact_degree"]
    if "tap_sum" in right:
        assert kernel.moment((0,)) == Fraction(right["tap_sum"])
    assert found.isotropic is right.get("isotropic", found.isotropic)
    assert (found.failing_degree is None) is right.get("exact", False)


@pytest.mark.parametrize("row", [r for r in asking("derive", "target") if r["input"].get("form")], ids=ids)
def test_mixed_derivatives_are_products_of_kernels_on_lines(row):
    assert row["input"]["form"] == "tensor product of 1-D kernels"
    once = derive(derivative(1), accuracy=row["input"]["accuracy"])
    assert derived(row["input"]) == once.outer(once)


@pytest.mark.parametrize("row", asking("derive", "system"), ids=ids)
def test_compact_system(row):
    """The values compute the left side's combination of derivatives; no other parameter is as accurate."""
    system, right = row["input"]["system"], row["expected"]
    assert system["kind"] == "collocated"

    def left(alpha: Fraction):
        neighbours = derivative(system["order"], at=-1) + derivative(system["order"], at=1)
        return derivative(system["order"]) * system["lhs_centre_tap"] + neighbours * alpha

    alpha = Fraction(right["parameters"]["alpha"])
    assert right["lhs"] == {"offsets": system["lhs_offsets"], "taps": [str(alpha), "1", str(alpha)]}
    kernel = derive(left(alpha), system["rhs_offsets"])
    assert kernel == kernel_of(right["rhs"])
    found = certify(kernel, left(alpha))
    assert found.accuracy == right["accuracy"] == row["input"]["accuracy"]
    constant = found.leading_terms[0].coefficient
    assert constant == Fraction(right["C"])
    assert constant / (1 + 2 * alpha) == Fraction(right["C_result"])
    for other in (alpha + Fraction(1, 1000), alpha - Fraction(1, 1000)):
        assert certify(derive(left(other), system["rhs_offsets"]), left(other)).accuracy < right["accuracy"]


@pytest.mark.parametrize("row", asking("derive", "symbolic"), ids=ids)
def test_symbolic_spacing(row):
    asked, right = row["input"], row["expected"]
    assert asked["offsets"] == ["-h1", "0", "h2"]
    kernel = spaced(asked["order"], asked["symbols"])
    names = {str(symbol): symbol for symbol in kernel.symbols}
    h1, h2 = names["h1"], names["h2"]
    expected = {
        "2/(h1*(h1+h2))": 2 / (h1 * (h1 + h2)),
        "-2/(h1*h2)": -2 / (h1 * h2),
        "2/(h2*(h1+h2))": 2 / (h2 * (h1 + h2)),
        "(h2-h1)/3": (h2 - h1) / 3,
    }
    for tap, text in zip(kernel.taps, right["taps"], strict=True):
        assert sympy.cancel(tap - expected[text]) == 0
    assert kernel.accuracy == right["accuracy"]
    assert sympy.cancel(kernel.leading_error - expected[right["C"]]) == 0
    even = spaced(asked["order"], ("h", "h"))
    assert even.accuracy == 2


@pytest.mark.parametrize("row", asking("differentiate-samples"), ids=ids)
def test_differentiate_samples(row):
    """At each node the derivative comes from the three nearest nodes, one-sided at the ends."""
    asked = row["input"]
    nodes, samples = list(map(Fraction, asked["nodes"])), list(map(Fraction, asked["samples"]))
    assert asked["accuracy"] == 2
    found = []
    for i, x in enumerate(nodes):
        first = min(max(i - 1, 0), len(nodes) - 3)
        kernel = derive(derivative(asked["order"], at=x), nodes[first : first + 3])
        assert certify(kernel, derivative(asked["order"], at=x)).accuracy >= asked["accuracy"]
        found.append(sum(tap * samples[nodes.index(at)] for (at,), tap in kernel.taps))
    assert found == list(map(Fraction, row["expected"]["values"]))


@pytest.mark.parametrize("row", asking("flux-form"), ids=ids)
def test_flux_form(row):
    """The staggered difference of coefficient times staggered difference; with coefficient 1 the plain one."""
    half = derive(derivative(1), side="staggered", accuracy=2)
    assert half == Kernel({"-1/2": -1, "1/2": 1})

    def flux(coefficient: dict[str, str]) -> Kernel:
        total = Kernel({}, ndim=1)
        for (at,), outer in half.taps:
            total += half.shifted(at) * outer * coefficient[str(at)]
        return total

    assert flux(row["input"]["coefficient_at"]) == kernel_of(row["expected"])
    assert flux({"-1/2": "1", "1/2": "1"}) == derive(derivative(2))
    assert flux(row["input"]["coefficient_at"]).moment((0,)) == 0


@pytest.mark.parametrize("row", asking("refuse"), ids=ids)
def test_refuse(row):
    """What no kernel can do is refused, with a polynomial that proves it."""
    asked, right = row["input"], row["expected"]
    target, operator = target_of(asked["target"]), polynomial_of(asked["target"])
    found = obstruction(target, offsets_of(asked), accuracy=asked["accuracy"])
    for witness in (dict(found.polynomial), polynomial_of(right["witness"])):
        assert all(evaluated(witness, x) == 0 for x in offsets_of(asked))
        value_of = sum(c * operator_on_monomial(operator, alpha) for alpha, c in witness.items())
        assert value_of == Fraction(right["witness_value"])
    with pytest.raises(UnsolvableError):
        derived(asked)


@pytest.mark.parametrize("row", asking("identify"), ids=ids)
def test_identify(row):
    """The published taps compute the stated multiple of the operator, with the stated error."""
    right = row["expected"]
    found = certify(kernel_of(row["input"]), target_of(right["target"]))
    assert found.accuracy == right["accuracy"]
    assert set(found.leading_terms) == errors_of(right["leading_error"], right["accuracy"])


@pytest.mark.parametrize("row", asking("apply"), ids=ids)
def test_apply(row):
    """Taps over h^order, applied to polynomials, give the derivative at any spacing."""
    asked, right = row["input"], row["expected"]
    kernel = derived(asked)
    assert kernel == kernel_of(right["kernel"])
    h = Fraction(asked["spacing"])
    scaled = derive(
        target_of(asked["target"]).on_grid(h), [offset_of(entry) for entry in right["kernel"]["offsets"]]
    )
    assert scaled == kernel / h ** asked["scaling_order"]
    for terms, point, wanted in zip(asked["polynomials"], asked["points"], right["values"], strict=True):
        polynomial, at = polynomial_of(terms), offset_of(point)
        taps = {tuple(h * x for x in offset): tap for offset, tap in scaled.taps}
        assert applied(taps, lambda *x, p=polynomial: evaluated(p, x), at) == Fraction(wanted)


@pytest.mark.parametrize("row", asking("compose"), ids=ids)
def test_compose(row):
    first, second = map(kernel_of, row["input"]["kernels"])
    right = row["expected"]
    kernel = first @ second
    assert kernel == kernel_of(right)
    found = certify(kernel, target_of(row["input"]["target"]))
    assert found.accuracy == right["accuracy"]
    assert set(found.leading_terms) == errors_of(right["leading_error"], right["accuracy"])
    assert kernel.moment((0,)) == Fraction(right.get("tap_sum", 0))


@pytest.mark.parametrize("row", asking("integrate"), ids=ids)
def test_integrate(row):
    asked, right = row["input"], row["expected"]
    target = integral(*asked["interval"])
    kernel = derive(target, asked["offsets"])
    assert kernel == Kernel(dict(zip(asked["offsets"], right["taps"], strict=True)))
    found = certify(kernel, target)
    assert found.degree_of_exactness == right["degree_of_exactness"]
    assert -found.leading_terms[0].coefficient == Fraction(right["E"])


@pytest.mark.parametrize("row", asking("integrate-samples"), ids=ids)
def test_integrate_samples(row):
    """Simpson's rule on pairs of panels, the last three by the 3/8 rule where their number is odd."""
    asked, right = row["input"], row["expected"]
    panels = asked["number_of_samples"] - 1
    rule, at = Kernel({}, ndim=1), 0
    while at < panels:
        step = 3 if panels - at == 3 else 2
        rule += newton_cotes(step + 1).shifted(at)
        at += step
    low, high = map(Fraction, asked["interval"])
    rule *= (high - low) / panels
    assert [tap for _, tap in rule.taps] == list(map(Fraction, right["taps"]))
    assert rule.moment((0,)) == Fraction(right["tap_sum"])
    spacing = (high - low) / panels
    assert certify(rule, integral(low, high).on_grid(spacing)).degree_of_exactness == 3


@pytest.mark.parametrize("row", asking("gregory-ends"), ids=ids)
def test_gregory_ends(row):
    right, d = row["expected"], row["input"]["differences"]
    rule = gregory(2 * d + 5, differences=d)
    taps = [tap for _, tap in rule.taps]
    ends = list(map(Fraction, right["end_taps"]))
    assert taps == [*ends, *[Fraction(right["interior_tap"])] * (len(taps) - 2 * len(ends)), *ends[::-1]]
    assert certify(rule, integral(0, 2 * d + 4)).degree_of_exactness == right["degree_of_exactness"]


def smoothing(asked: dict) -> Kernel:
    accuracy = asked["degree"] + 1 - asked["order"]
    return derive(
        derivative(asked["order"]), central(asked["window"]), accuracy=accuracy, prefer="least-norm"
    )


@pytest.mark.parametrize(
    "row", [r for r in asking("savitzky-golay") if "refuse" not in r["expected"]], ids=ids
)
def test_savitzky_golay(row):
    """The smoother of a degree is the kernel of least norm; where the degree is too low it is refused."""
    asked, right = row["input"], row["expected"]
    if asked["degree"] < asked["order"]:
        assert not any(map(Fraction, right["taps"]))
        with pytest.raises(InputError, match="an accuracy must be at least 1"):
            smoothing(asked)
        return
    kernel = smoothing(asked)
    taps = dict(kernel.taps)
    if "taps" in right:
        assert kernel == Kernel(dict(zip(central(asked["window"]).offsets, right["taps"], strict=True)))
    if "tap_sum" in right:
        assert sum(taps.values()) == Fraction(right["tap_sum"])
    if "centre_tap" in right:
        assert taps[Fraction(0),] == Fraction(right["centre_tap"])
    if "noise_gain_squared" in right:
        assert kernel.noise_gain_squared == Fraction(right["noise_gain_squared"])


@pytest.mark.parametrize("row", [r for r in asking("savitzky-golay") if "refuse" in r["expected"]], ids=ids)
def test_even_windows_say_where_they_are_evaluated(row):
    """Four samples lie at half steps about the point, or the point is named; either is exact there."""
    asked = row["input"]
    centred = smoothing(asked)
    assert [x for (x,), _ in centred.taps] == [Fraction(k, 2) for k in (-3, -1, 1, 3)]
    assert certify(centred, value()).degree_of_exactness >= asked["degree"]
    place = Fraction(asked["window"] - 1, 2)
    target = value(at=place)
    named = derive(target, line(0, asked["window"] - 1), accuracy=asked["degree"] + 1, prefer="least-norm")
    assert target.name == "value at x = 3/2"
    assert named == centred.shifted(place)


@pytest.mark.parametrize("row", asking("sbp"), ids=ids)
def test_sbp(row):
    asked, right = row["input"], row["expected"]
    assert (asked["order"], asked["norm"]) == (1, "diagonal")
    assert asked["interior_accuracy"] == right["interior_accuracy"]
    assert asked["boundary_accuracy"] == right["boundary_accuracy"]
    assert_summation_by_parts(right)


@pytest.mark.parametrize("row", asking("verify-formula"), ids=ids)
def test_verify_formula(row):
    """A wrong formula fails at its first wrong moment; the right one on the same points is derived."""
    asked, right = row["input"], row["expected"]
    target = derivative(asked["order"])
    found = certify(kernel_of(asked), target)
    assert found.consistent is right["valid"]
    failing = right["first_failing_moment"]
    assert found.failing_degree == failing["degree"]
    assert found.defect == (((failing["degree"],), Fraction(failing["defect"])),)
    kernel = derive(target, asked["offsets"])
    assert kernel == Kernel(dict(zip(asked["offsets"], right["right"]["taps"], strict=True)))
    correct = certify(kernel, target)
    assert correct.accuracy == right["right"]["accuracy"]
    assert correct.leading_terms[0].coefficient == Fraction(right["right"]["C"])


def test_every_question_is_asked():
    """Each row of the table is a parameter of exactly the tests of its kind."""
    asked = {
        *("derive", "value", "differentiate-samples", "flux-form", "refuse", "identify", "apply", "compose"),
        *("integrate", "integrate-samples", "gregory-ends", "savitzky-golay", "sbp", "verify-formula"),
    }
    assert {row["ask"] for row in rows("cases_derive")} == asked
    kinds = asking("derive", "target"), asking("derive", "system"), asking("derive", "symbolic")
    assert sum(map(len, kinds)) == len(asking("derive"))
    assert math.prod(map(len, kinds)) > 0
