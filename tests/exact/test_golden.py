"""Every row of the golden tables, compared as fractions."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pytest
from exact.oracles import evaluated, operator_on_monomial, power, rank
from golden.tables import (
    errors_of,
    ids,
    kernel_of,
    offset_of,
    offsets_of,
    polynomial_of,
    read,
    rows,
    target_of,
)

from kernelkit.errors import UnderdeterminedError, UnsolvableError
from kernelkit.exact.bounds import lower_bound
from kernelkit.exact.certify import ErrorTerm, certify
from kernelkit.exact.derive import derive
from kernelkit.exact.fewest import fewest_taps
from kernelkit.exact.functional import Functional, derivative, integral, laplacian
from kernelkit.exact.integrals import adams_bashforth, adams_moulton, end_correction, gregory, newton_cotes
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.minimal import minimal
from kernelkit.exact.obstruct import obstruction, required_degree
from kernelkit.exact.offsets import Stencil, box, central, line

TABLES = (
    "fd_weights",
    "compact",
    "drp_hermite",
    "nd_kernels",
    "integrals",
    "smoothing_differentiators",
    "closures",
    "theory_examples",
)

ROUND_OFF = {
    # field of which kinds of row: why an exact core has nothing to compare it with
    "value": ({"resolving-efficiency"}, "a root of a trigonometric equation, found in floating point"),
    "epsilon": ({"resolving-efficiency"}, "belongs to that root"),
    "error_is_not_monotone": ({"resolving-efficiency"}, "belongs to that root"),
    "exact_wavenumbers": ({"spectral-like"}, "the symbol at wavenumbers that are no multiples of pi"),
    "published": ({"spectral-like", "drp"}, "the same numbers with fewer digits"),
    "published_tolerance": ({"spectral-like", "drp"}, "belongs to those"),
    "eta": ({"drp"}, "the range of an integral of a trigonometric error"),
    "max_symbol": ({"central-gain"}, "the largest value of a trigonometric polynomial"),
    "forward_euler_limit": (
        {"central-gain", "laplacian-2d", "laplacian-3d"},
        "from the least value of the symbol",
    ),
    "min_symbol": ({"laplacian-2d", "laplacian-3d"}, "the least value of the symbol"),
    "leapfrog_limit_squared": ({"laplacian-2d", "laplacian-3d"}, "from the least value of the symbol"),
    "sign_changes": ({"peano"}, "roots of a polynomial, given as decimals"),
}
"""All that is left out, by field: floating-point quantities, which belong to the analysis of spectra."""

WORDS = {"id", "source", "verified", "kind", "note", "theorem", "scheme", "also_called", "name", "tolerance"}


def exactly(row: dict, field: str = "C") -> Fraction:
    return Fraction(row[field])


# ---------------------------------------------------------------------------------------------------------
# explicit weights on a line


@pytest.mark.parametrize("row", rows("fd_weights"), ids=ids)
def test_weights_accuracy_and_error_constant_of_the_table_are_certified(row):
    found = certify(kernel_of(row), derivative(row["order"]))
    p = row["accuracy"]
    assert found.accuracy == p
    assert found.leading_terms == (ErrorTerm(exactly(row), (row["order"] + p,), p),)


@pytest.mark.parametrize("row", rows("fd_weights"), ids=ids)
def test_weights_of_the_table_are_derived_from_their_offsets(row):
    assert derive(derivative(row["order"]), offsets_of(row)) == kernel_of(row)


@pytest.mark.parametrize("row", rows("fd_weights", "central", "forward", "staggered"), ids=ids)
def test_weights_of_the_table_are_derived_from_side_and_accuracy(row):
    assert derive(derivative(row["order"]), accuracy=row["accuracy"], side=row["kind"]) == kernel_of(row)


@pytest.mark.parametrize("row", rows("fd_weights", "forward"), ids=ids)
def test_backward_weights_are_the_mirrored_forward_weights(row):
    mirrored = kernel_of(row).flipped() * (-1) ** row["order"]
    assert derive(derivative(row["order"]), accuracy=row["accuracy"], side="backward") == mirrored


@pytest.mark.parametrize("row", rows("fd_weights", "upwind"), ids=ids)
def test_upwind_weights_have_one_more_point_on_their_side(row):
    side = "upwind" if sum(x for (x,) in offsets_of(row)) < 0 else "downwind"
    assert derive(derivative(row["order"]), accuracy=row["accuracy"], side=side) == kernel_of(row)


def closed_form_id(form: dict) -> str:
    return form["id"]


def _central_first(m: int) -> tuple[Kernel, Functional, Fraction, int]:
    f = math.factorial
    taps = {j: Fraction((-1) ** (j + 1) * f(m) ** 2, j * f(m - j) * f(m + j)) for j in range(1, m + 1)}
    constant = Fraction((-1) ** (m + 1) * f(m) ** 2, f(2 * m + 1))
    return Kernel(taps) - Kernel(taps).flipped(), derivative(1), constant, 2 * m


def _central_second(m: int) -> tuple[Kernel, Functional, Fraction, int]:
    f = math.factorial
    taps = {j: Fraction(2 * (-1) ** (j + 1) * f(m) ** 2, j**2 * f(m - j) * f(m + j)) for j in range(1, m + 1)}
    centre = Kernel({0: -2 * sum(Fraction(1, k * k) for k in range(1, m + 1))})
    constant = Fraction((-1) ** (m + 1) * 2 * f(m) ** 2, f(2 * m + 2))
    return Kernel(taps) + Kernel(taps).flipped() + centre, derivative(2), constant, 2 * m


def _staggered_first(m: int) -> tuple[Kernel, Functional, None, int]:
    taps = {}
    for k in range(1, m + 1):
        others = [i for i in range(1, m + 1) if i != k]
        product = math.prod(
            (Fraction((2 * i - 1) ** 2, abs((2 * i - 1) ** 2 - (2 * k - 1) ** 2)) for i in others),
            start=Fraction(1),
        )
        taps[Fraction(2 * k - 1, 2)] = Fraction((-1) ** (k + 1), 2 * k - 1) * product
    return Kernel(taps) - Kernel(taps).flipped(), derivative(1), None, 2 * m


def _pure_differences(m: int) -> tuple[Kernel, Functional, None, int]:
    return Kernel({i: (-1) ** (m - i) * math.comb(m, i) for i in range(m + 1)}), derivative(m), None, 1


CLOSED_FORMS = {
    "central-d1": _central_first,
    "central-d2": _central_second,
    "staggered-d1": _staggered_first,
    "pure-differences": _pure_differences,
}


@pytest.mark.parametrize("form", read("fd_weights")["closed_forms"], ids=closed_form_id)
def test_closed_forms_agree_with_derived_weights(form):
    for m in range(1, form["checked_to"] + 1):
        if form["id"] == "forward-d1":
            found = certify(derive(derivative(1), line(0, m)), derivative(1))
            assert found.accuracy == m
            assert found.leading_terms[0].coefficient == Fraction((-1) ** (m + 1), m + 1)
        elif form["id"] == "l1-central-d1":
            assert derive(derivative(1), accuracy=2 * m).l1_norm == sum(
                Fraction(1, k) for k in range(1, m + 1)
            )
        else:
            kernel, target, constant, accuracy = CLOSED_FORMS[form["id"]](m)
            assert derive(target, kernel.support.offsets) == kernel
            found = certify(kernel, target)
            assert found.accuracy == accuracy
            assert constant in {None, found.leading_terms[0].coefficient}


# ---------------------------------------------------------------------------------------------------------
# implicit schemes: the right side computes the left side's combination of derivatives


def combination(row: dict, side: str = "lhs") -> Functional:
    """Return the sum of tap times the derivative at offset."""
    terms = zip(row[side]["offsets"], row[side]["taps"], strict=True)
    parts = [derivative(row["order"], at=at) * tap for at, tap in terms]
    return sum(parts[1:], start=parts[0])


@pytest.mark.parametrize("row", rows("compact", "collocated", "midpoint", "boundary"), ids=ids)
def test_compact_schemes_are_kernels_for_a_combination_of_derivatives(row):
    target, kernel = combination(row), kernel_of(row["rhs"])
    found = certify(kernel, target)
    p, d = row["accuracy"], row["order"]
    assert found.accuracy == p
    assert found.leading_terms == (ErrorTerm(exactly(row), (d + p,), p),)
    assert exactly(row) / sum(map(Fraction, row["lhs"]["taps"])) == exactly(row, "C_result")
    assert derive(target, offsets_of(row["rhs"])) == kernel


LELE = {
    # for each parameter the taps at k > 0, in Lele's normalisation; those at -k follow by symmetry
    1: {"a": {1: "1/2"}, "b": {2: "1/4"}, "c": {3: "1/6"}},
    2: {"a": {1: "1"}, "b": {2: "1/4"}, "c": {3: "1/9"}},
    3: {"a": {1: "-1", 2: "1/2"}, "b": {1: "-3/8", 3: "1/8"}},
    4: {"a": {1: "-4", 2: "1"}, "b": {1: "-3/2", 3: "1/6"}},
}


def lele_scheme(order: int, parameters: dict[str, Fraction]) -> tuple[Kernel, Functional]:
    kernel = Kernel({}, ndim=1)
    for name, taps in LELE[order].items():
        half = Kernel(taps) * parameters.get(name, Fraction(0))
        centre = Kernel({0: -2 * half.moment((0,))})
        kernel += half - half.flipped() if order % 2 else half + half.flipped() + centre
    target = derivative(order)
    for name, k in (("alpha", 1), ("beta", 2)):
        both = derivative(order, at=k) + derivative(order, at=-k)
        target += both * parameters.get(name, Fraction(0))
    return kernel, target


@pytest.mark.parametrize("row", rows("compact", "collocated"), ids=ids)
def test_compact_parameters_are_those_of_the_taps(row):
    kernel, target = lele_scheme(row["order"], {k: Fraction(v) for k, v in row["parameters"].items()})
    assert kernel == kernel_of(row["rhs"])
    assert target == combination(row)


@pytest.mark.parametrize("row", rows("compact", "midpoint"), ids=ids)
def test_midpoint_parameters_are_those_of_the_taps(row):
    parameters = {k: Fraction(v) for k, v in row["parameters"].items()}
    d = row["order"]
    total = Kernel({}, ndim=1)
    for name, k in (("a", 1), ("b", 3)):
        half = Kernel({Fraction(k, 2): parameters.get(name, Fraction(0)) / (k if d else 2)})
        total += half - half.flipped() if d else half + half.flipped()
    assert total == kernel_of(row["rhs"])
    assert row["lhs"]["taps"] == [row["parameters"]["alpha"], "1", row["parameters"]["alpha"]]


@pytest.mark.parametrize("alpha", ["0", "1/4", "1/3", "3/8", "-2/7", "5"])
@pytest.mark.parametrize("row", rows("compact", "family"), ids=ids)
def test_compact_families_keep_their_accuracy_for_every_parameter(row, alpha):
    assert row["parameter"] == "alpha"
    parameters = {
        name: Fraction(constant) + Fraction(slope) * Fraction(alpha)
        for name, (constant, slope) in row["coefficients"].items()
    }
    kernel, target = lele_scheme(row["order"], {"alpha": Fraction(alpha), **parameters})
    assert certify(kernel, target).accuracy >= row["accuracy"]


def assert_accurate_through_printed_digits(
    kernel: Kernel, target: Functional, accuracy: int, digits: Fraction
):
    """Moments through the accuracy's degree differ by no more than rounding each decimal can make them."""
    reach = max(abs(x) for (x,), _ in kernel.taps) + 1
    for k in range(target.order + accuracy):
        slack = digits * 2 * len(kernel) * reach**k * math.factorial(target.order)
        assert abs(kernel.moment((k,)) - target.moment((k,))) <= slack


@pytest.mark.parametrize("row", rows("compact", "spectral-like"), ids=ids)
def test_spectral_like_schemes_have_their_accuracy_through_printed_digits(row):
    kernel, target = lele_scheme(row["order"], {k: Fraction(v) for k, v in row["parameters"].items()})
    assert_accurate_through_printed_digits(kernel, target, row["accuracy"], exactly(row, "tolerance"))


@pytest.mark.parametrize("row", rows("compact", "resolving-efficiency"), ids=ids)
def test_schemes_whose_resolution_is_listed_have_their_accuracy(row):
    kernel, target = kernel_of(row["rhs"]), combination(row)
    if any("." in tap for tap in row["lhs"]["taps"]):
        assert_accurate_through_printed_digits(kernel, target, row["accuracy"], Fraction("1e-14"))
    else:
        assert certify(kernel, target).accuracy == row["accuracy"]


# ---------------------------------------------------------------------------------------------------------
# values and first derivatives together; optimised weights


@pytest.mark.parametrize("row", rows("drp_hermite", "drp"), ids=ids)
def test_optimised_weights_have_their_accuracy_through_printed_digits(row):
    kernel, target = kernel_of(row), derivative(row["order"])
    assert kernel.symmetry == "odd"
    assert_accurate_through_printed_digits(kernel, target, row["accuracy"], exactly(row, "tolerance"))
    degree = row["order"] + row["accuracy"]
    constant = (kernel.moment((degree,)) - target.moment((degree,))) / math.factorial(degree)
    assert abs(constant - exactly(row)) < Fraction("1e-16")


def without_slopes(row: dict, target: Functional) -> Functional:
    """Return the target minus what the derivative taps contribute: the values compute the rest."""
    for at, tap in zip(row["offsets"], row["derivative_taps"], strict=True):
        target -= derivative(1, at=at) * tap
    return target


@pytest.mark.parametrize("row", rows("drp_hermite", "hermite"), ids=ids)
def test_hermite_formulas_are_kernels_for_the_rest_of_the_target(row):
    target = without_slopes(row, derivative(row["order"]))
    kernel = kernel_of(row)
    assert derive(target, offsets_of(row)) == kernel
    found = certify(kernel, target)
    p = row["accuracy"]
    assert found.accuracy == p
    assert found.leading_terms == (ErrorTerm(exactly(row), (row["order"] + p,), p),)


@pytest.mark.parametrize("row", rows("drp_hermite", "hermite-integral"), ids=ids)
def test_hermite_integrals_are_kernels_for_the_rest_of_the_integral(row):
    target = without_slopes(row, integral(*row["interval"]))
    found = certify(kernel_of(row), target)
    assert found.degree_of_exactness == row["degree_of_exactness"]
    (term,) = found.leading_terms
    assert (-term.coefficient, term.derivative) == (exactly(row, "E"), (row["degree_of_exactness"] + 1,))


# ---------------------------------------------------------------------------------------------------------
# several dimensions

ND_KINDS = ("laplacian-2d", "laplacian-3d", "biharmonic-2d", "gradient-2d", "second-derivative-2d")


@pytest.mark.parametrize("row", rows("nd_kernels", *ND_KINDS), ids=ids)
def test_kernels_in_space_have_the_listed_error(row):
    kernel = kernel_of(row)
    found = certify(kernel, target_of(row["target"]))
    assert kernel.ndim == row["ndim"]
    assert found.accuracy == row["accuracy"]
    assert set(found.leading_terms) == errors_of(row["leading_error"], row["accuracy"])
    assert found.isotropic is row["isotropic"]


@pytest.mark.parametrize("row", [r for r in rows("nd_kernels") if "layout" in r], ids=ids)
def test_layouts_by_distance_are_the_listed_taps(row):
    classes = ["centre", "edge", "corner"] if row["ndim"] == 2 else ["centre", "face", "edge", "corner"]
    taps = {
        offset: row["layout"][classes[sum(map(abs, map(int, offset)))]]
        for offset in box(1, ndim=row["ndim"]).offsets
    }
    assert Kernel(taps) == kernel_of(row)


@pytest.mark.parametrize("row", rows("nd_kernels", "mehrstellen-pair"), ids=ids)
def test_mehrstellen_pairs_are_kernels_for_a_combination_of_laplacians(row):
    operator = target_of(row["target"])
    assert operator == laplacian(row["ndim"])
    pairs = zip(row["rhs"]["offsets"], row["rhs"]["taps"], strict=True)
    parts = [laplacian(row["ndim"], at=offset_of(at)) * tap for at, tap in pairs]
    found = certify(kernel_of(row["lhs"]), sum(parts[1:], start=parts[0]))
    assert found.accuracy == row["accuracy"]
    assert set(found.leading_terms) == errors_of(row["defect"], row["accuracy"])


# ---------------------------------------------------------------------------------------------------------
# integrals; E is (exact - rule), the opposite sign of a certificate's

LINE_RULES = (
    "newton-cotes-closed",
    "newton-cotes-open",
    "running-integral",
    "cell-integral",
    "adams-bashforth",
    "adams-moulton",
)


@pytest.mark.parametrize("row", rows("integrals", *LINE_RULES), ids=ids)
def test_rules_have_the_listed_weights_degree_and_error(row):
    target, kernel = integral(*row["interval"]), kernel_of(row)
    assert derive(target, offsets_of(row)) == kernel
    found = certify(kernel, target)
    degree = row["degree_of_exactness"]
    assert found.degree_of_exactness == degree
    assert found.leading_terms == (ErrorTerm(-exactly(row, "E"), (degree + 1,), degree + 2),)
    assert any(tap < 0 for _, tap in kernel.taps) is row["negative_taps"]


@pytest.mark.parametrize("row", rows("integrals", *LINE_RULES), ids=ids)
def test_named_rules_are_those_of_the_table(row):
    n = len(row["offsets"])
    named = {
        "newton-cotes-closed": lambda: newton_cotes(row["panels"] + 1),
        "newton-cotes-open": lambda: newton_cotes(row["panels"] - 1, ends="open"),
        "running-integral": lambda: derive(integral(0, 1), line(row["offsets"][0], row["offsets"][-1])),
        "cell-integral": lambda: derive(integral(*row["interval"]), central(n)),
        "adams-bashforth": lambda: adams_bashforth(row["steps"]),
        "adams-moulton": lambda: adams_moulton(row["points"]),
    }
    assert named[row["kind"]]() == kernel_of(row)


@pytest.mark.parametrize("row", rows("integrals", "gregory"), ids=ids)
def test_gregory_rules_have_the_listed_ends_and_degree(row):
    ends = list(map(Fraction, row["end_taps"]))
    for samples in (2 * len(ends), 2 * len(ends) + 3):
        rule = gregory(samples, differences=row["differences"])
        taps = [tap for _, tap in rule.taps]
        inner = [Fraction(row["interior_tap"])] * (samples - 2 * len(ends))
        assert taps == ends + inner + ends[::-1]
        assert certify(rule, integral(0, samples - 1)).degree_of_exactness == row["degree_of_exactness"]


@pytest.mark.parametrize("row", rows("integrals", "sequence"), ids=ids)
def test_sequences_are_the_steps_from_rule_to_longer_rule(row):
    """Each rule is the one before plus a multiple of one more difference; the multiples are the sequence."""
    forward, backward = Kernel({0: -1, 1: 1}), Kernel({-1: -1, 0: 1})
    power_of_difference = Kernel({0: 1})
    for j, c in enumerate(map(Fraction, row["values"])):
        if row["name"] == "gregory-numbers":
            if j:
                before = end_correction(j - 2) if j > 1 else Kernel({}, ndim=1)
                assert end_correction(j - 1) - before == power_of_difference * -c
                power_of_difference @= forward
            continue
        rule = adams_bashforth if row["name"] == "adams-bashforth-gamma" else adams_moulton
        before = rule(j) if j else Kernel({}, ndim=1)
        newest = 0 if rule is adams_bashforth else 1
        assert rule(j + 1) - before == power_of_difference.shifted(newest) * c
        power_of_difference @= backward


@pytest.mark.parametrize("row", rows("integrals", "cubature"), ids=ids)
def test_cubature_has_the_listed_degree_and_error(row):
    found = certify(kernel_of(row), integral(row["box"]))
    degree = row["degree_of_exactness"]
    assert row["ndim"] == len(row["box"])
    assert found.degree_of_exactness == degree
    listed = {ErrorTerm(-t.coefficient, t.derivative, t.h_power) for t in found.leading_terms}
    assert listed == errors_of(row["error_terms"], degree + 1 + row["ndim"])


# ---------------------------------------------------------------------------------------------------------
# smoothing differentiators


@pytest.mark.parametrize("row", rows("smoothing_differentiators", "savitzky-golay", "holoborodko"), ids=ids)
def test_smoothing_kernels_have_the_listed_error_and_noise_gain(row):
    kernel = kernel_of(row)
    found = certify(kernel, derivative(row["order"]))
    p = row["accuracy"]
    assert found.accuracy == p
    assert found.leading_terms == (ErrorTerm(exactly(row), (row["order"] + p,), p),)
    assert kernel.noise_gain_squared == exactly(row, "noise_gain_squared")


@pytest.mark.parametrize("row", rows("smoothing_differentiators", "savitzky-golay"), ids=ids)
def test_savitzky_golay_is_the_kernel_of_least_norm(row):
    """Fitting a polynomial of degree m is least noise gain among kernels exact through degree m."""
    assert len(row["offsets"]) == row["window"]
    for degree in row["degrees"]:
        accuracy = degree + 1 - row["order"]
        kernel = derive(
            derivative(row["order"]), central(row["window"]), accuracy=accuracy, prefer="least-norm"
        )
        assert kernel == kernel_of(row)


@pytest.mark.parametrize(
    "row", [r for r in rows("smoothing_differentiators") if "noise_formula" in r], ids=ids
)
def test_lanczos_noise_gain_has_a_closed_form(row):
    assert row["noise_formula"] == "3/(m(m+1)(2m+1)), m = (window-1)/2"
    m = row["window"] // 2
    assert kernel_of(row).noise_gain_squared == Fraction(3, m * (m + 1) * (2 * m + 1))


@pytest.mark.parametrize("row", rows("smoothing_differentiators", "holoborodko"), ids=ids)
def test_holoborodko_symbols_vanish_at_pi_to_the_listed_order(row):
    """At the highest frequency samples alternate in sign; derivatives of the symbol there are moments."""
    alternating = Kernel({x: -tap if x[0] % 2 else tap for x, tap in kernel_of(row).taps})
    order = row["zero_order_at_pi"]
    assert [alternating.moment((k,)) for k in range(order)] == [0] * order
    assert alternating.moment((order,)) != 0
    assert certify(kernel_of(row), derivative(row["order"])).degree_of_exactness >= row["exact_degree"]
    assert len(row["offsets"]) == row["window"]


@pytest.mark.parametrize("row", rows("smoothing_differentiators", "central-gain"), ids=ids)
def test_central_differences_have_the_listed_noise_gain(row):
    kernel = derive(derivative(row["order"]), accuracy=row["accuracy"])
    assert kernel.noise_gain_squared == exactly(row, "noise_gain_squared")


# ---------------------------------------------------------------------------------------------------------
# summation by parts


def assert_summation_by_parts(row: dict):
    """Rows are certified, the norm is a rule, and H D + (H D)^T is -1 and 1 at the two ends, else zero."""
    norm, edge = list(map(Fraction, row["norm"])), len(row["norm"])
    size = max(row["min_points"], 2 * edge) + 3
    weights = [*norm, *[Fraction(1)] * (size - 2 * edge), *norm[::-1]]
    rule = Kernel(dict(enumerate(weights)))
    assert certify(rule, integral(0, size - 1)).degree_of_exactness == row["norm_degree_of_exactness"]
    interior = kernel_of(row["interior"])
    assert certify(interior, derivative(1)).accuracy == row["interior_accuracy"]
    matrix = [[Fraction(0)] * size for _ in range(size)]
    for i in range(edge, size - edge):
        for (x,), tap in interior.taps:
            matrix[i][i + int(x)] = tap
    assert [closure["row"] for closure in row["closure_rows"]] == list(range(edge))
    for closure in row["closure_rows"]:
        kernel, i = kernel_of(closure), closure["row"]
        found = certify(kernel, derivative(1))
        assert found.accuracy == closure["accuracy"]
        assert found.leading_terms[0].coefficient == exactly(closure)
        assert [i + int(x) for (x,), _ in kernel.taps] == closure["columns"]
        for column, (_, tap) in zip(closure["columns"], kernel.taps, strict=True):
            matrix[i][column] = tap
            matrix[size - 1 - i][size - 1 - column] = -tap
    assert min(closure["accuracy"] for closure in row["closure_rows"]) == row["boundary_accuracy"]
    for i, j in itertools.product(range(size), repeat=2):
        ends = {(0, 0): -1, (size - 1, size - 1): 1}.get((i, j), 0)
        assert weights[i] * matrix[i][j] + weights[j] * matrix[j][i] == ends


@pytest.mark.parametrize("row", rows("closures", "sbp-first-derivative"), ids=ids)
def test_closures_sum_by_parts_exactly(row):
    assert row["boundary"].startswith("B = diag(-1, 0, ..., 0, 1); H D + D^T H = B")
    assert_summation_by_parts(row)


@pytest.mark.parametrize("row", rows("closures", "sbp-norm"), ids=ids)
def test_the_norm_of_a_closure_is_a_rule_of_its_degree(row):
    norm = list(map(Fraction, row["norm"]))
    weights = [*norm, 1, 1, 1, *norm[::-1]]
    rule = Kernel(dict(enumerate(weights)))
    found = certify(rule, integral(0, len(weights) - 1))
    assert found.degree_of_exactness == row["degree_of_exactness"] == row["interior_accuracy"] - 1
    assert len(norm) == 2 * row["boundary_accuracy"]


def test_the_closure_of_accuracy_8_keeps_three_free_parameters():
    """Unknowns of the 8 x 8 corner and its coupling, minus the rank of skew-symmetry and accuracy conditions."""
    (row,) = rows("closures", "sbp-norm")
    norm = list(map(Fraction, row["norm"]))
    interior = dict(derive(derivative(1), accuracy=row["interior_accuracy"]).taps)
    edge, p = len(norm), row["boundary_accuracy"]
    # Q = H D is skew but for Q_00 = -1/2; columns beyond the corner are those of the interior scheme
    unknown = {pair: i for i, pair in enumerate(itertools.combinations(range(edge), 2))}
    conditions, right = [], []
    for i in range(edge):
        for k in range(p + 1):
            line_of = [Fraction(0)] * len(unknown)
            known = Fraction(-1, 2) * (0**k) if i == 0 else Fraction(0)
            for j in range(edge + 4):
                if j < edge and j != i:
                    line_of[unknown[min(i, j), max(i, j)]] += Fraction(j) ** k * (1 if i < j else -1)
                elif j >= edge:
                    known += interior.get((Fraction(j - i),), Fraction(0)) * Fraction(j) ** k
            conditions.append(line_of)
            right.append(norm[i] * (k * Fraction(i) ** (k - 1) if k else 0) - known)
    assert rank(conditions) == rank([[*c, b] for c, b in zip(conditions, right, strict=True)])
    assert len(unknown) - rank(conditions) == row["free_parameters_of_D"]


# ---------------------------------------------------------------------------------------------------------
# examples of the theorems


@pytest.mark.parametrize("row", rows("theory_examples", "infeasible"), ids=ids)
def test_infeasible_examples_are_refused_with_a_valid_witness(row):
    target, points = target_of(row["target"]), offsets_of(row)
    operator = polynomial_of(row["target"])
    found = obstruction(target, points, accuracy=row["accuracy"])
    witnesses = [polynomial_of(row["witness"]), dict(found.polynomial)]
    for witness in witnesses:
        assert all(evaluated(witness, x) == 0 for x in points)
        assert max(map(sum, witness)) <= required_degree(target, row["accuracy"])
        assert sum(c * operator_on_monomial(operator, alpha) for alpha, c in witness.items()) != 0
    listed = sum(c * operator_on_monomial(operator, alpha) for alpha, c in witnesses[0].items())
    assert listed == exactly(row, "witness_value")
    with pytest.raises(UnsolvableError) as refused:
        derive(target, points, accuracy=row["accuracy"])
    assert refused.value.obstruction == found


@pytest.mark.parametrize("row", rows("theory_examples", "freedom"), ids=ids)
def test_free_taps_are_counted(row):
    target, points = target_of(row["target"]), offsets_of(row)
    degree = required_degree(target, row["accuracy"])
    conditions = [a for a in itertools.product(range(degree + 1), repeat=target.ndim) if sum(a) <= degree]
    assert rank([[power(x, alpha) for x in points] for alpha in conditions]) == row["rank"]
    assert len(points) == row["taps_available"]
    with pytest.raises(UnderdeterminedError) as refused:
        derive(target, points, accuracy=row["accuracy"])
    assert refused.value.freedom == row["free_taps"]


@pytest.mark.parametrize("row", rows("theory_examples", "minimal-window"), ids=ids)
def test_minimal_windows(row):
    target = derivative(row["order"])
    assert minimal(target).count == row["minimal_taps"]
    windows = [(row["centred_window"], row["centred_taps"], row["centred_C"])]
    if row["half_shifted_window"] is not None:
        windows.append((row["half_shifted_window"], row["half_shifted_taps"], row["half_shifted_C"]))
    for size, taps, constant in windows:
        kernel = derive(target, central(size))
        assert kernel == Kernel(dict(zip(central(size).offsets, taps, strict=True)))
        found = certify(kernel, target)
        assert (found.accuracy, found.leading_terms[0].coefficient) == (row["accuracy"], Fraction(constant))
        if size > 2:
            assert obstruction(target, central(size - 2)) is not None


@pytest.mark.parametrize("row", rows("theory_examples", "gained-order", "generic-order"), ids=ids)
def test_gained_and_generic_orders(row):
    target, kernel = derivative(row["order"]), kernel_of(row)
    assert derive(target, offsets_of(row)) == kernel
    found = certify(kernel, target)
    assert (found.accuracy, found.leading_terms[0].coefficient) == (row["accuracy"], exactly(row))
    assert found.accuracy - (len(row["offsets"]) - row["order"]) == row["gain"]
    nodes = [x for (x,) in offsets_of(row)]
    assert (sorted(-x for x in nodes) == sorted(nodes)) is row["symmetric"]


@pytest.mark.parametrize("row", rows("theory_examples", "gain-count"), ids=ids)
def test_how_many_sets_of_points_gain_an_order(row):
    """Over all subsets of the box the gain is 0 or 1, as often as listed."""
    low, high = row["box"]
    n, d = row["taps"], row["order"]
    subsets = list(itertools.combinations(range(low, high + 1), n))
    gains = {}
    for nodes in subsets:
        kernel = derive(derivative(d), nodes)
        gains[nodes] = certify(kernel, derivative(d)).accuracy - (n - d)
    gained = [nodes for nodes, gain in gains.items() if gain == 1]
    assert set(gains.values()) <= {0, 1}
    assert len(subsets) == row["subsets"]
    assert len(gained) == row["gained"]
    assert sum(1 for nodes in gained if sorted(-x for x in nodes) == list(nodes)) == row["gained_symmetric"]


@pytest.mark.parametrize("row", rows("theory_examples", "lower-bound"), ids=ids)
def test_lower_bounds_and_their_attainment(row):
    target, operator = target_of(row["target"]), polynomial_of(row["target"])
    assert lower_bound(target).count == row["bound"]
    a, b = row["split"]
    pairing = [
        [
            operator_on_monomial(operator, tuple(map(sum, zip(u, v, strict=True))))
            for v in forms(target.ndim, b)
        ]
        for u in forms(target.ndim, a)
    ]
    assert rank(pairing) == row["rank"]
    assert sum(row["rho"]) + row["rank"] == row["bound"]
    if row["attained"] is not None:
        kernel = kernel_of(row["attained"])
        assert len(kernel) == row["bound"]
        assert certify(kernel, target).accuracy == row["attained"]["accuracy"]


def forms(ndim: int, degree: int) -> list[tuple[int, ...]]:
    return [a for a in itertools.product(range(degree + 1), repeat=ndim) if sum(a) == degree]


@pytest.mark.parametrize("row", rows("theory_examples", "minimal-supports"), ids=ids)
def test_minimal_supports_inside_a_box(row):
    target = integral(row["box_integral"]) if "box_integral" in row else target_of(row["target"])
    sides = [range(int(low), int(high) + 1) for low, high in row["box"]]
    stencil = Stencil.of(list(itertools.product(*sides)))
    degree = row["degree"]
    if "accuracy" in row:
        assert required_degree(target, row["accuracy"]) == degree
    searched = fewest_taps(target, stencil, degree)
    found = {kernel.taps for kernel in searched.kernels}
    assert row["exhaustive"]
    assert {len(taps) for taps in found} == {row["size"]}
    assert len(found) == len(searched.kernels) == row["count"]
    listed = {kernel_of(support).taps for support in row["supports"]}
    assert found == listed if row["all_listed"] else found > listed
    best = minimal(target, within=stencil, accuracy=degree - target.order + 1)
    assert (best.count, best.supports, best.optimal_within) == (row["size"], row["count"], True)


@pytest.mark.parametrize("row", rows("theory_examples", "isotropic-unique"), ids=ids)
def test_isotropic_kernels_inside_a_box_are_unique(row):
    target, kernel = target_of(row["target"]), kernel_of(row)
    inside = box(1, ndim=len(row["box"]))
    assert inside.offsets == tuple(offsets_of(row))
    assert derive(target, inside, accuracy=row["accuracy"], prefer="isotropic") == kernel
    assert len(kernel) == row["taps_needed"]
    found = certify(kernel, target)
    assert (found.accuracy, found.isotropic) == (row["accuracy"], True)
    assert min(term.coefficient for term in found.leading_terms) == exactly(row, "factor")
    for offset in inside.offsets:
        rest = [x for x in inside.offsets if x != offset]
        with pytest.raises(UnsolvableError):
            derive(target, rest, accuracy=row["accuracy"], prefer="isotropic")


@pytest.mark.parametrize("row", rows("theory_examples", "no-orbit"), ids=ids)
def test_one_orbit_of_the_square_has_no_isotropic_laplacian(row):
    assert row["condition"].startswith("a^4 - 6 a^2 b^2 + b^4 = 0 has no integer solution except 0")
    reach = range(row["checked_to"] + 1)
    solutions = {(a, b) for a in reach for b in reach if a**4 - 6 * a**2 * b**2 + b**4 == 0}
    assert solutions == {(0, 0)}
    for a, b in itertools.combinations_with_replacement(range(4), 2):
        if b:
            orbit = {(s * x, t * y) for x, y in ((a, b), (b, a)) for s in (1, -1) for t in (1, -1)}
            assert not certify(
                derive(laplacian(2), [(0, 0), *orbit], accuracy=2, prefer="symmetric"), laplacian(2)
            ).isotropic
            with pytest.raises(UnsolvableError, match="isotropic"):
                derive(laplacian(2), [(0, 0), *orbit], accuracy=2, prefer="isotropic")


@pytest.mark.parametrize("row", rows("theory_examples", "isotropic-family"), ids=ids)
def test_the_family_of_isotropic_laplacians_in_space(row):
    target = target_of(row["target"])
    assert row["parameter"] == "corner tap c"

    def member(c: Fraction) -> Kernel:
        by_class = {k: Fraction(a) + Fraction(b) * c for k, (a, b) in row["family"].items()}
        classes = ["centre", "face", "edge", "corner"]
        return Kernel({x: by_class[classes[sum(map(abs, map(int, x)))]] for x in box(1, ndim=3).offsets})

    sizes = {}
    for c in (Fraction(0), Fraction(1, 12), Fraction(-1, 12), Fraction(1, 13), Fraction(2), Fraction(-1, 2)):
        found = certify(member(c), target)
        assert (found.accuracy, found.isotropic) == (row["accuracy"], True)
        sizes[c] = len(member(c))
    assert sorted(sizes.values()) == [15, 19, 21, 26, 27, 27]
    assert (sizes[Fraction(1, 12)], sizes[Fraction(0)]) == (15, 19)
    assert derive(target, box(1, ndim=3), accuracy=2, prefer="isotropic") == member(Fraction(1, 12))


@pytest.mark.parametrize("row", rows("theory_examples", "sign-barrier"), ids=ids)
def test_accuracy_above_two_needs_negative_taps_off_the_centre(row):
    kernel = kernel_of(row)
    found = certify(kernel, derivative(row["order"]))
    assert found.accuracy == row["accuracy"]
    assert row["vanishing_moment"] == row["order"] + 2
    assert (kernel.moment((row["vanishing_moment"],)) == 0) is (row["accuracy"] > 2)
    assert [str(x) for (x,), tap in kernel.taps if x and tap < 0] == row["negative_offsets"]


@pytest.mark.parametrize("row", rows("theory_examples", "gauss-two-point"), ids=ids)
def test_two_taps_reach_degree_three_only_off_the_lattice(row):
    target = integral(*row["interval"])
    gauss = Kernel(dict(zip(row["nodes"], row["taps"], strict=True)))
    for k in range(row["degree"] + 1):
        assert abs(gauss.moment((k,)) - target.moment((k,))) < 10 * exactly(row, "tolerance")
    for nodes in itertools.combinations(range(-6, 7), 2):
        assert obstruction(target, nodes, accuracy=row["degree"] - target.order + 1) is not None


@pytest.mark.parametrize("row", rows("theory_examples", "peano"), ids=ids)
def test_error_constants_of_the_examples_for_peano(row):
    kernel = kernel_of(row)
    target = derivative(row["order"]) if "order" in row else integral(*row["interval"])
    found = certify(kernel, target)
    assert found.failing_degree == row["N"]
    (term,) = found.leading_terms
    assert term.coefficient == (exactly(row) if "C" in row else -exactly(row, "E"))
    # where Peano's kernel keeps one sign its integral is the constant; else that of its absolute value is more
    assert (abs(term.coefficient) == exactly(row, "integral_abs")) is row["one_signed"]
    assert abs(term.coefficient) <= exactly(row, "integral_abs")


# ---------------------------------------------------------------------------------------------------------
# nothing is left out unseen

CHECKED = {
    *("order", "accuracy", "offsets", "taps", "C", "E", "lhs", "rhs", "C_result", "parameters", "parameter"),
    *("coefficients", "derivative_taps", "interval", "degree_of_exactness", "ndim", "target", "layout"),
    *("leading_error", "isotropic", "defect", "panels", "negative_taps", "steps", "points", "differences"),
    *("end_taps", "interior_tap", "values", "box", "error_terms", "window", "degrees", "noise_gain_squared"),
    *("noise_formula", "exact_degree", "zero_order_at_pi", "interior_accuracy", "boundary_accuracy"),
    *("min_points", "norm", "norm_degree_of_exactness", "interior", "closure_rows", "boundary"),
    *("free_parameters_of_D", "witness", "witness_value", "taps_available", "rank", "free_taps"),
    *("minimal_taps", "centred_window", "centred_taps", "centred_C", "half_shifted_window"),
    *("half_shifted_taps", "half_shifted_C", "gain", "symmetric", "subsets", "gained", "gained_symmetric"),
    *("split", "rho", "bound", "attained", "degree", "size", "count", "exhaustive", "all_listed", "supports"),
    *("box_integral", "taps_needed", "factor", "condition", "checked_to", "family", "vanishing_moment"),
    *("negative_offsets", "nodes", "N", "one_signed", "integral_abs"),
}


def test_every_field_of_every_row_is_compared_or_left_out_for_a_stated_reason():
    left = {}
    for name in TABLES:
        for row in rows(name):
            for field in row.keys() - WORDS - CHECKED:
                left.setdefault(field, set()).add(row["kind"])
            allowed = {field for field, (kinds, _) in ROUND_OFF.items() if row["kind"] in kinds}
            assert row.keys() - WORDS - CHECKED <= allowed, row["id"]
    assert left == {field: kinds for field, (kinds, _) in ROUND_OFF.items()}
    assert all(reason for _, reason in ROUND_OFF.values())


def test_every_kind_of_row_has_its_test():
    tested = {
        *("central", "forward", "staggered", "upwind", "wall", "irregular"),
        *("collocated", "midpoint", "boundary", "family", "spectral-like", "resolving-efficiency"),
        *("drp", "hermite", "hermite-integral", *ND_KINDS, "mehrstellen-pair", *LINE_RULES),
        *("gregory", "sequence", "cubature", "savitzky-golay", "holoborodko", "central-gain"),
        *("sbp-first-derivative", "sbp-norm", "infeasible", "freedom", "minimal-window", "gained-order"),
        *("generic-order", "gain-count", "lower-bound", "minimal-supports", "isotropic-unique", "no-orbit"),
        *("isotropic-family", "sign-barrier", "gauss-two-point", "peano"),
    }
    assert {row["kind"] for name in TABLES for row in rows(name)} == tested


def test_rows_have_distinct_names():
    for name in TABLES:
        names = [row["id"] for row in rows(name)]
        assert len(names) == len(set(names)) > 0
