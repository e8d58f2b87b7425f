"""Gaussians: the golden table, what libraries compute, and the inputs on which they went wrong."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import mpmath
import pytest
from golden.tables import ids, read, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from kernelkit.catalogue.gaussian import FAMILIES, gaussian, variance_of
from kernelkit.catalogue.named import named
from kernelkit.catalogue.tail import DEFAULT_TAIL
from kernelkit.errors import InputError, LimitError, UnsolvableError
from kernelkit.exact.certify import certify
from kernelkit.exact.functional import derivative
from kernelkit.exact.kernel import Kernel

KINDS = ("samples", "moments", "tail", "derivative-1", "derivative-2", "semigroup")
LIGHT = "1e-20"


def of_kind(*kinds: str) -> list[dict]:
    """Return the rows of the golden table whose ids begin so."""
    return [row for row in rows("gaussian") if row["id"].split("/")[0] in kinds]


def cases(ask: str) -> list[dict]:
    """Return the cases of one kind that are about Gaussian derivatives."""
    return [row for row in rows("cases_filters", ask, key="ask") if row["topic"] != "dtype"]


def tap(kernel: Kernel, *offset: int) -> Fraction:
    return dict(kernel.taps).get(tuple(map(Fraction, offset)), Fraction(0))


def answer(kernel: Kernel, signal: list[Fraction], at: int) -> Fraction:
    """Apply a kernel at one place of a signal, which must hold all it reads."""
    assert all(0 <= at + x < len(signal) for (x,), _ in kernel.taps)
    return sum((weight * signal[int(at + x)] for (x,), weight in kernel.taps), Fraction(0))


def test_every_row_of_the_golden_table_is_tested():
    assert {row["id"].split("/")[0] for row in rows("gaussian")} == set(KINDS)


@pytest.mark.parametrize("row", of_kind("samples"), ids=ids)
def test_samples(row):
    published = gaussian(variance=row["t"], tail=LIGHT).published
    for n, sample in enumerate(row["samples"]):
        assert abs(tap(published, n) - Fraction(sample)) < Fraction(row["tolerance"])
        assert tap(published, -n) == tap(published, n)


@pytest.mark.parametrize("row", of_kind("moments"), ids=ids)
def test_moments(row):
    """Sum and variance are exact; higher moments miss what lies in the tail."""
    kernel = gaussian(variance=row["t"], tail=LIGHT).kernel
    right = {int(k): Fraction(m) for k, m in row["moments"].items()}
    assert {k: kernel.moment((k,)) for k in (0, 2)} == {k: right[k] for k in (0, 2)}
    for k in (4, 6):
        assert abs(kernel.moment((k,)) / right[k] - 1) < Fraction(1, 10**12)
    assert {kernel.moment((k,)) for k in (1, 3, 5)} == {Fraction(row["odd_moments"])}


@pytest.mark.parametrize("row", of_kind("derivative-1", "derivative-2"), ids=ids)
def test_derivatives(row):
    order = int(row["id"][len("derivative-")])
    kernel = gaussian("x" * order, variance=row["t"], tail=LIGHT).kernel
    for n, sample in enumerate(row["taps_from_centre"]):
        assert abs(tap(kernel, n) - Fraction(sample)) < Fraction(row["tolerance"]["taps_from_centre"])
    gains = {
        "sum": kernel.moment((0,)),
        "ramp": kernel.moment((1,)),
        "x_squared": kernel.moment((2,)),
        "x_cubed_over_6": kernel.moment((3,)) / 6,
    }
    assert {name: gains[name] for name in row["gains"]} == {
        name: Fraction(gain) for name, gain in row["gains"].items()
    }


@pytest.mark.parametrize("row", of_kind("semigroup"), ids=ids)
def test_smoothing_twice_is_smoothing_once_with_the_variances_added(row):
    first, second = (gaussian(variance=row[name], tail=LIGHT).kernel for name in "st")
    both = first @ second
    for n, sample in enumerate(row["values_n_0_to_5"]):
        assert abs(tap(both, n) - Fraction(sample)) < Fraction(row["tolerance"])
    assert both.moment((2,)) == Fraction(row["s"]) + Fraction(row["t"])


FORMULAS = {
    "2 n": lambda n: 2 * n,
    "50 - 3 n": lambda n: 50 - 3 * n,
    "n^3": lambda n: n**3,
    "10 n": lambda n: 10 * n,
}


@pytest.mark.parametrize("row", cases("gaussian-derivative"), ids=ids)
def test_derivatives_of_users_signals(row):
    asked = row["input"]
    signal = [Fraction(FORMULAS[asked["signal_formula"]](n)) for n in range(asked["length"])]
    kernel = gaussian("x" * asked["order"], variance=asked["variance"]).kernel
    assert answer(kernel, signal, asked["at"]) == row["expected"]["value"]


@pytest.mark.parametrize(
    ("row", "axes", "radius"),
    [
        (row, axes, radius)
        for row in cases("refuse")
        for axes, radius in (("x", 0), ("xxx", 1))
        if f"kernel radius {radius} " in row["input"]["request"]
    ],
    ids=lambda value: value["id"] if isinstance(value, dict) else str(value),
)
@pytest.mark.parametrize("form", ["discrete", "sampled", "integrated"])
def test_too_few_taps_are_refused(row, axes, radius, form):
    with pytest.raises(UnsolvableError) as refused:
        gaussian(axes, radius=radius, form=form)
    for words in row["expected"]["message_names"]:
        assert words in refused.value.what
    assert refused.value.obstruction.value != 0


@pytest.mark.parametrize(
    "row", [r for r in rows("cases_filters", "hessian", key="ask") if "#6451" in r["id"]], ids=ids
)
def test_second_derivatives_of_a_quadratic(row):
    polynomial = {(0, 2): 1, (1, 1): 6, (2, 0): 4}
    assert row["input"]["polynomial"] == {"x^2": 1, "x y": 6, "y^2": 4}
    for sigma, form in itertools.product((1, 2), ("discrete", "sampled")):
        kernels = [gaussian(axes, sigma=sigma, form=form, dim=2).kernel for axes in ("yy", "xy", "xx")]
        assert [
            sum(c * kernel.moment(alpha) for alpha, c in polynomial.items()) for kernel in kernels
        ] == row["expected"]["hessian_00_01_11"]


@pytest.mark.parametrize("row", cases("scale-selection"), ids=ids)
def test_the_scale_at_which_a_box_answers_most_is_its_half_width(row):
    right, slack = row["expected"], row["tolerance"]
    halves = range(2 * 106, 2 * 116)
    measures = {}
    for half in halves:
        kernel = gaussian("xx", variance=Fraction(half, 2), tail="1e-8").kernel
        inside = sum(weight for (x,), weight in kernel.taps if abs(x) <= 10)
        measures[half / 2] = half / 2 * abs(float(inside))
    best = max(measures, key=measures.__getitem__)
    assert best == pytest.approx(float(right["t_of_maximum"]), abs=float(slack["t_of_maximum"]))
    assert best**0.5 == pytest.approx(float(right["sigma_of_maximum"]), abs=float(slack["sigma_of_maximum"]))


def analysed(*names: str) -> list[dict]:
    return [row for row in rows("analysis") if row["id"].startswith(names)]


def scipy_radius(sigma: str) -> int:
    return int(4 * float(sigma) + 0.5)


@pytest.mark.parametrize("row", analysed("sampled-gaussian/"), ids=ids)
def test_what_sampling_gives(row):
    """As published, sampled derivatives have the figures of libraries; corrected, the right ones."""
    sigma = row["sigma"]
    options = {"sigma": sigma, "form": "sampled", "radius": scipy_radius(sigma)}
    smooth, first, second = (gaussian(axes, **options) for axes in ("", "x", "xx"))
    published = second.published
    figures = {
        "ramp_gain_order_1": first.published.moment((1,)),
        "order_2_dc": published.moment((0,)),
        "order_2_on_x_squared_at_20": published.moment((2,)) + 400 * published.moment((0,)),
        "log_2d_of_constant_1": 2 * published.moment((0,)) * smooth.published.moment((0,)),
    }
    for name, figure in figures.items():
        tolerance = row["tolerance"][name].split()
        slack = {"rel" if len(tolerance) > 1 else "abs": float(tolerance[0])}
        assert float(figure) == pytest.approx(float(row[name]), **slack)
    assert first.kernel.moment((1,)) == int(row["right"]["ramp_gain_order_1"])
    at_20 = second.kernel.moment((2,)) + 400 * second.kernel.moment((0,))
    assert at_20 == int(row["right"]["order_2_on_x_squared_at_20"])


@pytest.mark.parametrize("row", analysed("gradient/sampled-gaussian-"), ids=ids)
def test_the_sampled_gradient_in_the_plane(row):
    sigma = row["id"].rpartition("-")[2]
    entry = gaussian("x", sigma=sigma, form="sampled", radius=scipy_radius(sigma), dim=2)
    assert float(entry.gain) == pytest.approx(float(row["raw_gain"]), abs=1e-11)
    noise = math.sqrt(entry.kernel.noise_gain_squared)
    assert noise == pytest.approx(float(row["noise_gain"]), abs=1e-11)
    assert entry.consistent


def test_the_precision_of_a_product_covers_its_worst_tap():
    """In the plane taps are products of Bessel functions."""
    entry = gaussian("x", variance=1, radius=5, dim=2)
    with mpmath.workdps(40):
        t = mpmath.mpf(1)
        bessel = [mpmath.exp(-t) * mpmath.besseli(n, t) for n in range(6)]
        errors = []
        for (y, x), weight in entry.published.taps:
            exact = bessel[abs(int(y))] * int(x) * bessel[abs(int(x))]
            errors.append(abs(mpmath.mpf(weight.numerator) / weight.denominator - exact))
        assert max(errors) <= mpmath.mpf(entry.precision.numerator) / entry.precision.denominator
        assert max(errors) > mpmath.mpf(10) ** -12  # cut off and corrected, not just rounded


axes_of_a_derivative = (
    st.lists(st.sampled_from("xy"), max_size=5)
    .map("".join)
    .filter(lambda axes: max(axes.count("x"), axes.count("y")) <= 4)
)


@given(axes_of_a_derivative, st.integers(1, 900).map(lambda n: Fraction(n, 100)))
@settings(max_examples=40, deadline=None)
def test_discrete_derivatives_are_exact_at_any_scale(axes, variance):
    """The leading error is t/2 from the heat equation, and that of the differences."""
    entry = gaussian(axes, variance=variance, dim=2, tail="1e-6")
    orders = (axes.count("y"), axes.count("x"))
    assert entry.gain == 1
    assert entry.kernel == entry.published
    found = certify(entry.kernel, derivative(orders))
    assert {(term.derivative, term.coefficient, term.h_power) for term in found.leading_terms} == {
        (
            tuple(order + 2 * (axis == i) for i, order in enumerate(orders)),
            variance / 2 + Fraction(orders[axis] // 2, 12) + Fraction(orders[axis] % 2, 6),
            2,
        )
        for axis in range(2)
    }


@given(st.integers(1, 300_000).map(lambda n: Fraction(n, 1000)))
@settings(max_examples=40, deadline=None)
def test_smoothing_has_its_variance_and_falls_off(variance):
    for tail in ("1/100", "1e-12"):
        kernel = gaussian(variance=variance, tail=tail).kernel
        assert [kernel.moment((k,)) for k in range(4)] == [1, 0, variance, 0]
        half = [weight for (x,), weight in kernel.taps if x >= 0]
        assert half == sorted(half, reverse=True)
        assert half[-1] > 0


@pytest.mark.parametrize("form", ["discrete", "sampled", "integrated"])
@pytest.mark.parametrize("axes", ["", "x", "xx", "xxx", "xxxx", "xy", "xxy"])
def test_every_form_is_certified(form, axes):
    entry = gaussian(axes, sigma="3/2", form=form, dim=2, tail="1e-6")
    found = entry.certificate
    assert found.consistent
    assert found.kernel.moment(tuple(axes.count(letter) for letter in "yx")) > 0


@pytest.mark.parametrize("sigma", ["0.1", "0.2", "0.3", "1e-9"])
@pytest.mark.parametrize("axes", ["", "x", "xx", "xxx", "xxxx"])
def test_tiny_gaussians_are_nearly_plain_differences(sigma, axes):
    entry = gaussian(axes, sigma=sigma)
    assert entry.certificate.accuracy == 2
    plain = {
        "": Kernel({0: 1}),
        "x": Kernel({-1: "-1/2", 1: "1/2"}),
        "xx": Kernel({-1: 1, 0: -2, 1: 1}),
        "xxx": Kernel({-2: "-1/2", -1: 1, 1: -1, 2: "1/2"}),
        "xxxx": Kernel({-2: 1, -1: -4, 0: 6, 1: -4, 2: 1}),
    }[axes]
    # the Gaussian's own spread moves taps by a few times its variance
    assert (entry.kernel - plain).l1_norm <= 32 * Fraction(sigma) ** 2


def test_kernels_multiply_in_more_dimensions():
    along = {axes: gaussian(axes, sigma=1).kernel for axes in ("", "x", "xx")}
    assert gaussian("x", dim=2).kernel == along[""].outer(along["x"])
    assert gaussian("yyx", dim=2).kernel == along["xx"].outer(along["x"])
    assert gaussian("zx", dim=3, tail="1e-3").published.symmetry == "even"


def test_a_rising_signal_has_a_positive_derivative():
    signs = {
        form: [tap(gaussian("x", form=form).published, n) > 0 for n in (-1, 1)]
        for form in ("discrete", "sampled", "integrated")
    }
    assert set(map(tuple, signs.values())) == {(False, True)}


def test_remarks_tell_the_radius_and_what_lies_beyond():
    row = next(row for row in of_kind("tail") if row["t"] == "1")
    assert float(row["tail"]["6"]) == pytest.approx(1.3e-6, rel=0.05)
    assert "radius 6; 1.3e-6 of the Gaussian's mass" in gaussian(radius=6).remarks[0]
    assert "radius 6x7" in gaussian("x", dim=2, tail="2e-6").remarks[0]
    assert "less than 1e-20" in gaussian(radius=30).remarks[0]


def test_a_radius_wider_than_all_digits_changes_no_tap():
    assert gaussian(radius=60).published == gaussian(tail=LIGHT).published


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: gaussian(sigma=0), InputError, "must be positive"),
        (lambda: gaussian(sigma=-2), InputError, "must be positive"),
        (lambda: gaussian(variance="-1/2"), InputError, "must be positive"),
        (lambda: gaussian(sigma=float("nan")), InputError, "finite"),
        (lambda: gaussian(sigma=1, variance=1), InputError, "not both"),
        (lambda: gaussian(sigma=65), LimitError, "above 64"),
        (lambda: gaussian(sigma="1e-10"), InputError, "below a billionth"),
        (lambda: gaussian(form="fancy"), InputError, "no form"),
        (lambda: gaussian("w"), InputError, "names no axes"),
        (lambda: gaussian("y"), InputError, "beyond 1"),
        (lambda: gaussian("xxxxx"), LimitError, "4 at most"),
        (lambda: gaussian("xxxxyyyy", dim=2), LimitError, "6 in all"),
        (lambda: gaussian(dim=4), LimitError, "1 to 3"),
        (lambda: gaussian(radius=-1), InputError, "negative"),
        (lambda: gaussian(radius=601), LimitError, "above 600"),
        (lambda: gaussian(radius=1.5), InputError, "whole number"),
        (lambda: gaussian(radius=9, tail="1/1000"), InputError, "a radius and a tail"),
        (lambda: gaussian(tail="1/2"), InputError, "tail lies between"),
        (lambda: gaussian(tail="1e-21"), InputError, "tail lies between"),
        (lambda: gaussian(sigma=30, dim=2), LimitError, "taps"),
        (lambda: gaussian(sigma=2, radius=3), InputError, "no room"),
        (lambda: gaussian("xxx", radius=2), InputError, "no room"),
        (lambda: gaussian("xx", sigma=3, radius=2, form="sampled"), InputError, "does not hold"),
        (lambda: gaussian("xxx", sigma="0.1", form="sampled"), InputError, "does not hold"),
    ],
)
def test_what_means_nothing_is_refused(call, error, words):
    with pytest.raises(error) as refused:
        call()
    assert words in refused.value.what
    assert refused.value.next or "finite" in words or "whole" in words


def test_the_advice_of_a_refusal_works():
    for sigma in (2, 64):
        with pytest.raises(InputError) as refused:
            gaussian(sigma=sigma, radius=3)
        radius = int(refused.value.next.split()[1])
        assert gaussian(sigma=sigma, radius=radius).kernel.moment((2,)) == sigma**2


def test_names_tell_the_parameters_that_are_not_the_default():
    assert (
        gaussian("yx", sigma="3/2", form="sampled", dim=2).name == "gaussian-xy:sigma=3/2,form=sampled,dim=2"
    )
    assert gaussian(variance=2, radius=9).name == "gaussian:variance=2,radius=9"
    assert gaussian("xx", tail="1e-3").name == "gaussian-xx:tail=1/1000"
    assert gaussian(sigma=1).name == "gaussian"


def test_listed_members_build():
    family = FAMILIES[0]
    for name in family.members:
        entry = family.build(axes=name.removeprefix("gaussian").removeprefix("-"))
        assert entry.name == name
        assert entry.certificate.accuracy == 2


def test_sigma_and_variance_name_the_same_thing():
    assert variance_of("3/2") == variance_of(None, "9/4") == Fraction(9, 4)
    assert gaussian("x", sigma="3/2").published == gaussian("x", variance="9/4").published
    assert variance_of(None) == 1
    assert read("gaussian")["count"] == len(rows("gaussian"))
    assert Fraction(1, 10**12) == DEFAULT_TAIL


@pytest.mark.parametrize("name", ["gaussian", "gaussian-x", "gaussian-xxxx"])
@pytest.mark.parametrize("tail", ["1e-12", "1e-20"])
def test_the_largest_sigma_that_is_stated_serves_on_a_line(name, tail):
    entry = named(f"{name}:sigma=64,tail={tail}")
    assert entry.consistent
    assert entry.published.moment((0,)) == (name == "gaussian")


def test_in_the_plane_the_limit_is_the_number_of_taps():
    assert named("gaussian:sigma=20,dim=2").published.moment((0, 2)) == 400
    with pytest.raises(LimitError, match="more than 100,000 taps"):
        named("gaussian:sigma=64,dim=2")


@pytest.mark.parametrize("name", ["gaussian", "log", "dog"])
def test_a_gaussian_too_narrow_for_anything_is_refused(name):
    with pytest.raises(InputError, match="below a billionth"):
        named(f"{name}:sigma=1e-50")
    assert named(f"{name}:sigma=1e-9").certificate.consistent
