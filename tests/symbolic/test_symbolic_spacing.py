"""Kernels with symbols for the spacings: what they compute, how they are factored, what they refuse."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from strategies import positive

from kernelkit.errors import InputError, LimitError, UnsolvableError
from kernelkit.exact.certify import certify
from kernelkit.exact.derive import derive
from kernelkit.exact.functional import derivative
from kernelkit.exact.kernel import Kernel
from kernelkit.symbolic.spacing import SymbolicKernel, at, spaced

H = sympy.symbols("h1:7", positive=True)
NAMES = tuple(symbol.name for symbol in H)

CELLS = st.lists(
    st.one_of(st.sampled_from(["a", "b", "c", "h9", "h10"]), positive(3)), min_size=1, max_size=6
).map(tuple)


@st.composite
def requests(draw: st.DrawFn) -> tuple[int, tuple[str | Fraction, ...], int, dict[str, Fraction]]:
    """Order, cells with repetitions and numbers, base node, and widths for the names."""
    cells = draw(st.one_of(CELLS, st.integers(1, 6).map(lambda k: NAMES[:k])))
    order, base = draw(st.integers(0, len(cells))), draw(st.integers(0, len(cells)))
    names = sorted({cell for cell in cells if isinstance(cell, str)})
    return order, cells, base, {name: draw(positive(9)) for name in names}


def places(cells: tuple[str | Fraction, ...], base: int, widths: dict[str, Fraction]) -> list[Fraction]:
    """Node positions by plain addition."""
    numbers = [widths[cell] if isinstance(cell, str) else cell for cell in cells]
    ends = [Fraction(0), *itertools.accumulate(numbers)]
    return [end - ends[base] for end in ends]


def fraction(value: sympy.Expr, widths: dict[str, Fraction]) -> Fraction:
    """Evaluate an expression exactly."""
    numbers = {s: sympy.Rational(*widths[s.name].as_integer_ratio()) for s in value.free_symbols}
    result = value.subs(numbers)
    return Fraction(int(result.p), int(result.q))


def in_field(expressions: tuple[sympy.Expr, ...], symbols: tuple[sympy.Symbol, ...]) -> list[Any]:
    """Turn expressions into elements of the field of rational functions, where equality is decided."""
    field = sympy.field(symbols, sympy.QQ)[0]
    return [field.from_expr(expression) for expression in expressions]


def assert_moments(kernel: SymbolicKernel, numbers: dict[sympy.Symbol, int]) -> None:
    """Check ``sum tap node^k = order! [k = order]`` for all k below the number of nodes, as an identity."""
    left = tuple(symbol for symbol in kernel.symbols if symbol not in numbers)
    terms = in_field(tuple(tap.subs(numbers) for tap in kernel.taps), left)
    nodes = in_field(tuple(node.subs(numbers) for node in kernel.nodes), left)
    for k in range(len(nodes)):
        assert sum(terms) == (math.factorial(kernel.order) if k == kernel.order else 0)
        terms = [term * node for term, node in zip(terms, nodes, strict=True)]


def test_second_derivative_on_two_cells_is_the_textbook_formula() -> None:
    h1, h2 = H[:2]
    kernel = spaced(2, ("h1", "h2"))
    assert kernel.taps == (2 / (h1 * (h1 + h2)), -2 / (h1 * h2), 2 / (h2 * (h1 + h2)))
    assert kernel.nodes == (-h1, 0, h2)
    assert (kernel.accuracy, kernel.base) == (1, 1)
    assert (kernel.leading_error - (h2 - h1) / 3).expand() == 0


def test_first_derivative_on_two_cells_is_the_textbook_formula() -> None:
    h1, h2 = H[:2]
    kernel = spaced(1, ("h1", "h2"))
    expected = (-h2 / (h1 * (h1 + h2)), (h2 - h1) / (h1 * h2), h1 / (h2 * (h1 + h2)))
    assert all((a - b).cancel() == 0 for a, b in zip(kernel.taps, expected, strict=True))
    assert (kernel.accuracy, kernel.leading_error) == (2, h1 * h2 / 6)


@pytest.mark.parametrize("count", range(1, 6))
def test_moments_are_those_of_the_derivative_for_all_spacings(count: int) -> None:
    for order in range(count + 1):
        assert_moments(spaced(order, NAMES[:count]), {})


@pytest.mark.parametrize("base", range(5))
@pytest.mark.parametrize("order", range(5))
def test_moments_are_right_at_every_base_node(order: int, base: int) -> None:
    assert_moments(spaced(order, NAMES[:4], base=base), {})


@pytest.mark.parametrize("order", range(7))
@pytest.mark.parametrize("numbers", [(2, 3, 5, 0, 0, 0), (0, 0, 0, 7, 3, 2), (0, 5, 0, 2, 0, 3)])
def test_moments_on_six_cells_hold_for_any_three_of_them(order: int, numbers: tuple[int, ...]) -> None:
    """Three of the six symbols stay symbols; the identity in all six follows from SymPy's weights below."""
    assert_moments(spaced(order, NAMES), {s: n for s, n in zip(H, numbers, strict=True) if n})


@pytest.mark.parametrize("count", range(2, 7))
def test_taps_are_those_of_sympy(count: int) -> None:
    for order in range(1, count + 1):
        kernel = spaced(order, NAMES[:count])
        theirs = sympy.finite_diff_weights(order, list(kernel.nodes), 0)[order][-1]
        assert in_field(kernel.taps, H[:count]) == in_field(tuple(theirs), H[:count])


@given(requests())
def test_widths_put_in_give_the_derived_kernel(
    request_: tuple[int, tuple[str | Fraction, ...], int, dict[str, Fraction]],
) -> None:
    order, cells, base, widths = request_
    exact = derive(derivative(order), places(cells, base, widths))
    assert at(spaced(order, cells, base=base), widths) == exact


@given(requests())
def test_the_leading_error_is_certified(
    request_: tuple[int, tuple[str | Fraction, ...], int, dict[str, Fraction]],
) -> None:
    order, cells, base, widths = request_
    kernel = spaced(order, cells, base=base)
    certificate = certify(derive(derivative(order), places(cells, base, widths)), derivative(order))
    coefficient = fraction(kernel.leading_error, widths)
    if order == 0:
        assert certificate.accuracy is kernel.accuracy is None
        assert coefficient == 0
    elif coefficient:
        assert certificate.accuracy == kernel.accuracy
        assert [term.coefficient for term in certificate.leading_terms] == [coefficient]
    else:  # these widths gain one order by accident
        assert kernel.accuracy is not None
        assert certificate.accuracy == kernel.accuracy + 1


@pytest.mark.parametrize("order", range(1, 7))
@pytest.mark.parametrize("count", range(1, 7))
def test_equal_spacings_are_the_unit_kernel_scaled(order: int, count: int) -> None:
    if order > count:
        with pytest.raises(UnsolvableError):
            spaced(order, ("h",) * count)
        return
    h = sympy.Symbol("h", positive=True)
    middle = count // 2
    unit = derive(derivative(order), range(-middle, count - middle + 1))
    certificate = certify(unit, derivative(order))
    kernel = spaced(order, ("h",) * count)
    by_offset = {int(x): sympy.Rational(*tap.as_integer_ratio()) for (x,), tap in unit.taps}
    assert kernel.taps == tuple(by_offset.get(i - middle, 0) / h**order for i in range(count + 1))
    (term,) = certificate.leading_terms
    assert kernel.accuracy == certificate.accuracy
    assert kernel.leading_error == sympy.Rational(*term.coefficient.as_integer_ratio()) * h**kernel.accuracy


def test_symmetric_spacings_gain_one_order() -> None:
    assert spaced(2, ("g", "h", "h", "g")).accuracy == 4
    assert spaced(2, ("g", "h", "k", "g")).accuracy == 3
    assert spaced(2, ("h", "h")).leading_error == sympy.Symbol("h", positive=True) ** 2 / 12


def test_unsymmetric_spacings_can_gain_too() -> None:
    """The asymmetric sets of the theory, T3: -2, 3, 6 for f' and -1, 0, 2, 3, 6 for f''."""
    first = spaced(1, (2, 3, 3), base=1)
    assert at(first, {}) == Kernel([(-2, "-9/40"), (3, "4/15"), (6, "-1/24")])
    assert (first.taps[1], first.accuracy) == (0, 3)
    assert spaced(2, (1, 2, 1, 3), base=1).accuracy == 4


@given(requests())
def test_taps_are_in_lowest_terms(
    request_: tuple[int, tuple[str | Fraction, ...], int, dict[str, Fraction]],
) -> None:
    order, cells, base, _ = request_
    for tap in spaced(order, cells, base=base).taps:
        top, bottom = tap.as_numer_denom()
        if bottom.free_symbols:
            assert sympy.gcd(top, bottom).is_number


@pytest.mark.parametrize("order", range(1, 7))
def test_denominators_are_sums_of_neighbouring_spacings(order: int) -> None:
    sums = {sympy.Add(*H[i:j]) for i in range(6) for j in range(i + 1, 7)}
    for tap in spaced(order, NAMES).taps:
        powers = [f for f in sympy.Mul.make_args(tap) if f.is_Pow and f.exp.is_negative]
        assert {f.base for f in powers} <= sums
        assert len(powers) == 6
        assert all(f.exp == -1 for f in powers)


@given(requests())
def test_arguments_are_in_sympy_s_own_order(
    request_: tuple[int, tuple[str | Fraction, ...], int, dict[str, Fraction]],
) -> None:
    order, cells, base, _ = request_
    kernel = spaced(order, cells, base=base)
    for expression in (*kernel.nodes, *kernel.taps, kernel.leading_error):
        for part in sympy.preorder_traversal(expression):
            # SymPy itself would multiply out a number times a sum
            if part.args and not (part.is_Mul and len(part.args) == 2 and part.args[0].is_Number):
                assert part.func(*part.args) == part


def test_the_order_of_names_does_not_matter() -> None:
    first, second = spaced(2, ("z", "a", "m")), spaced(2, ("a", "b", "c"))
    a, b, c, m, z = sympy.symbols("a b c m z", positive=True)
    renamed = [tap.subs({a: z, b: a, c: m}, simultaneous=True) for tap in second.taps]
    assert all((x - y).cancel() == 0 for x, y in zip(first.taps, renamed, strict=True))


def test_a_number_is_never_taken_for_a_name() -> None:
    """Plans are kept by pattern, and 1 == Fraction(1)."""
    named = at(spaced(2, ("b", "a")), {"a": 3, "b": 5})
    assert at(spaced(2, (1, "a")), {"a": 3}) == derive(derivative(2), [-1, 0, 3])
    assert at(spaced(2, (0.5, "a")), {"a": 3}) == derive(derivative(2), ["-1/2", 0, 3])
    assert named == derive(derivative(2), [-5, 0, 3])


@pytest.mark.parametrize("base", range(4))
def test_order_zero_is_the_value_at_the_node(base: int) -> None:
    kernel = spaced(0, ("a", 2, "b"), base=base)
    assert kernel.taps == tuple(int(i == base) for i in range(4))
    assert (kernel.accuracy, kernel.leading_error) == (None, 0)


def test_numbers_are_read_as_elsewhere() -> None:
    assert spaced(2, (1, "1/2", "0.25")) == spaced(2, (Fraction(1), Fraction(1, 2), 0.25))


def test_many_cells_are_no_problem_where_few_names_occur() -> None:
    kernel = spaced(1, ("h",) * 12)
    assert kernel.accuracy == 12
    assert at(kernel, {"h": 1}) == derive(derivative(1), range(-6, 7))


def test_twelve_names_are_taken() -> None:
    names = tuple(f"h{i}" for i in range(12))
    widths = {name: Fraction(i + 1, 2) for i, name in enumerate(names)}
    exact = derive(derivative(10), places(names, 6, widths))
    assert at(spaced(10, names), widths) == exact


def test_too_few_cells_are_refused_with_a_witness() -> None:
    with pytest.raises(UnsolvableError) as caught:
        spaced(3, ("h1", "h2"))
    assert str(caught.value) == (
        "no kernel on 3 nodes computes d^3/dx^3, not even for h1 = h2 = 1\n"
        "  why:  x (x - 1) (x + 1) is zero on all 3 points, but its d^3/dx^3 is 6\n"
        "  next: 3 cells always suffice"
    )
    assert caught.value.exit_code == 3
    assert caught.value.obstruction.value == 6


def test_the_witness_uses_the_numbers_given() -> None:
    with pytest.raises(UnsolvableError) as caught:
        spaced(20, (2, 3), base=0)
    assert "no kernel on 3 nodes computes d^20/dx^20\n" in str(caught.value)
    assert "20 cells always suffice, but at most 12 are taken" in str(caught.value)
    assert [x for (x,) in caught.value.obstruction.stencil.offsets] == [0, 2, 5]


@pytest.mark.parametrize(
    "name", ["__import__('os')", "h 1", "h1+h2", "h;1", "", " ", "-h", "h.real", "h" * 65, "h\n", "η"]
)
def test_text_that_is_no_plain_name_is_refused_unread(name: str) -> None:
    with pytest.raises(InputError, match="a spacing is a name or a positive number, not"):
        spaced(1, ("h", name))


def test_a_name_that_sympy_knows_is_only_a_name() -> None:
    kernel = spaced(1, ("pi", "E", "lambda", "__class__"))
    assert [type(symbol) for symbol in kernel.spacings] == [sympy.Symbol] * 4


@pytest.mark.parametrize("width", [0, "0", Fraction(-1, 2), -3])
def test_widths_that_are_not_positive_are_refused(width: Fraction | int | str) -> None:
    with pytest.raises(InputError, match=r"a spacing must be positive, not .*\n  why:  nodes are distinct"):
        spaced(1, ("h", width))


def test_widths_put_in_must_be_positive() -> None:
    with pytest.raises(InputError, match="a spacing must be positive, not -1"):
        at(spaced(1, ("h",)), {"h": -1})


@pytest.mark.parametrize(
    ("order", "cells", "base", "message"),
    [
        (1, "h1", None, "spacings are a sequence of cells, not the one text 'h1'"),
        (1, (), None, "a kernel needs at least one cell"),
        (1, ("h",), 2, "base 2 is no node of 1 cell\n  next: nodes are counted from 0 to 1"),
        (1, ("h", "g"), -1, "base -1 is no node of 2 cells"),
        (1, ("h", "g"), 0.5, "base 0.5 is no node of 2 cells"),
        (-1, ("h",), None, "a derivative's order must not be negative: -1"),
        (1.5, ("h",), None, "a derivative's order must be a whole number: 1.5"),
    ],
)
def test_meaningless_arguments_are_refused(
    order: int, cells: tuple[str, ...], base: int | None, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        spaced(order, cells, base=base)
    assert str(caught.value).startswith(message)


def test_numerators_that_nobody_reads_are_refused() -> None:
    with pytest.raises(LimitError) as caught:
        spaced(2, tuple(f"h{i}" for i in range(12)))
    assert str(caught.value) == (
        "numerators of about 352716 terms are above the limit of 10000\n"
        "  next: use fewer names, or numbers for some spacings"
    )


def test_more_than_twelve_cells_are_refused() -> None:
    with pytest.raises(LimitError) as caught:
        spaced(1, ("h",) * 13)
    assert str(caught.value) == (
        "13 cells are above the limit of 12\n"
        "  why:  the numerators would have up to a million terms\n"
        "  next: give numbers for all spacings and use derive, which takes any number of points"
    )


def test_widths_must_fit_the_names() -> None:
    kernel = spaced(2, ("h1", "h2", 3))
    with pytest.raises(InputError, match=r"no value for h2\n  why:  the kernel's spacings are h1, h2, 3"):
        at(kernel, {"h1": 1})
    with pytest.raises(InputError, match="no spacing is called h3"):
        at(kernel, {"h1": 1, "h2": 1, "h3": 1})
