"""Points, numbers and kernels as people type them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from exact.oracles import outcome
from hypothesis import given
from hypothesis import strategies as st
from strategies import kernels, nonzero, point_sets, rationals

from kernelkit.errors import ExpressionError, InputError, KernelkitError, LimitError, ShapeError
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.notation import read_kernel, read_numbers, read_points, read_table
from kernelkit.exact.offsets import Stencil, box, cross, line

TOO_MANY = "a stencil has at most 2048 points\n  next: take fewer points"
POINTS = '\n  next: points look like "-2,-1,0,1", "0:4", "-1/2:3/2", "box:1", "cross:2" or "(0,0),(1,0)"'
KERNELS = '\n  next: kernels look like "[1,-2,1]" or "[[0,1,0],[1,-4,1],[0,1,0]]/4"'


@given(point_sets(1))
def test_numbers_with_commas_are_points_on_a_line(points):
    assert read_points(", ".join(str(x) for (x,) in points)) == Stencil.of(points)


@given(st.integers(1, 3).flatmap(point_sets))
def test_tuples_are_points_in_axis_order(points):
    assert read_points(",".join(f"({', '.join(map(str, x))})" for x in points)) == Stencil.of(points)


@given(rationals(), st.integers(0, 9))
def test_a_colon_is_a_line_with_both_ends(first, steps):
    assert read_points(f"{first}:{first + steps}") == line(first, first + steps)


@pytest.mark.parametrize(
    ("text", "ndim", "expected"),
    [
        ("box:1", None, box(1)),
        ("box:2", 3, box(2, ndim=3)),
        ("cross:2", None, cross(2)),
        ("cross:1", 1, line(-1, 1)),
        ("-2:0, 1/2, 3:4", None, Stencil.of([-2, -1, 0, "1/2", 3, 4])),
        ("cross:1,(1,1)", None, Stencil.of([*cross(1).offsets, (1, 1)])),
        ("(0)", None, Stencil.of([0])),
        ("+1,-.5,2e-1", None, Stencil.of([1, "-1/2", "1/5"])),
    ],
)
def test_points_and_their_stencils(text, ndim, expected):
    assert read_points(text, ndim=ndim) == expected


@given(st.lists(rationals(), min_size=1, max_size=6))
def test_numbers_are_read_in_their_order_and_may_repeat(numbers):
    assert read_numbers(",".join(map(str, numbers)), "list of taps") == numbers


@given(st.integers(1, 3).flatmap(lambda n: kernels(n, fewest=1, whole=True)), nonzero())
def test_nested_lists_with_a_divisor_are_kernels(kernel, divisor):
    moved = kernel.shifted(tuple(-x for x in kernel.origin))
    middles = tuple((Fraction(int(w) // 2)) for w in kernel.width)
    written = str(nested(moved.dense())).replace(" ", "").replace("'", "")
    top, bottom = abs(divisor).numerator, abs(divisor).denominator
    found = read_kernel(f"{written}/{top}")
    assert found == moved.shifted(tuple(-m for m in middles)) / top
    assert bottom > 0


def nested(table):
    return [nested(entry) if isinstance(entry, list) else str(entry) for entry in table]


@pytest.mark.parametrize(
    ("text", "kernel"),
    [
        ("[1,-2,1]", Kernel({-1: 1, 0: -2, 1: 1})),
        ("[-1, 1]", Kernel({0: -1, 1: 1})),
        ("[1/2, -0.5]", Kernel({0: "1/2", 1: "-1/2"})),
        ("[[0,1,0],[1,-4,1],[0,1,0]]/2", Kernel.from_array([[0, 1, 0], [1, -4, 1], [0, 1, 0]]) / 2),
        ("[[[1]]]", Kernel({(0, 0, 0): 1})),
        ("[3]/1.5", Kernel({0: 2})),
    ],
)
def test_kernels_and_their_taps(text, kernel):
    assert read_kernel(text) == kernel


@pytest.mark.parametrize(
    ("text", "message", "place", "hint"),
    [
        ("1 2", "expected a comma, found '2'", 2, POINTS),
        ("0:1:2", "expected a comma, found ':'", 3, POINTS),
        ("1,", "expected a number, found the end", 2, POINTS),
        ("1/0", "division by zero", 2, POINTS),
        ("1/2/3", "expected a comma, found '/'", 3, POINTS),
        ("x", "expected a number, found 'x'", 0, POINTS),
        ("box", "expected ':', found the end", 3, POINTS),
        ("box:x", "expected a whole number, found 'x'", 4, POINTS),
        ("box:-1", "expected a whole number, found '-'", 4, POINTS),
        ("(1,2", "expected ')', found the end", 4, POINTS),
        ("(1;2)", "expected ')', found ';'", 2, POINTS),
        ("()", "expected a number, found ')'", 1, POINTS),
        ("--1", "expected a number, found '-'", 1, POINTS),
    ],
)
def test_what_is_no_list_of_points_is_refused_with_a_caret(text, message, place, hint):
    with pytest.raises(ExpressionError) as refused:
        read_points(text)
    assert (
        str(refused.value)
        == f"this is no list of points: {message}\n  why:  {text}\n{' ' * (8 + place)}^{hint}"
    )


@pytest.mark.parametrize(
    ("read", "refusal"),
    [
        (read_points, f"this is no list of points: it is empty{POINTS}"),
        (read_kernel, f"this is no kernel: expected '[', found the end{KERNELS}"),
    ],
)
@pytest.mark.parametrize("text", ["", "  "])
def test_empty_text_is_refused_without_a_caret(read, refusal, text):
    with pytest.raises(ExpressionError) as refused:
        read(text)
    assert str(refused.value) == refusal


@pytest.mark.parametrize(
    ("text", "message", "place", "hint"),
    [
        ("1,2", "expected '[', found '1'", 0, KERNELS),
        ("[1,2", "expected ',' or ']', found the end", 4, KERNELS),
        ("[1;2]", "expected ',' or ']', found ';'", 2, KERNELS),
        ("[]", "expected a number, found ']'", 1, KERNELS),
        ("[1]]", "']' does not belong here", 3, KERNELS),
        ("[1]/0", "division by zero", 4, KERNELS),
        ("[1]/-2", "expected a number, found '-'", 4, KERNELS),
        ("[1]/2/3", "'/' does not belong here", 5, KERNELS),
        ("[1]*2", "'*' does not belong here", 3, KERNELS),
    ],
)
def test_what_is_no_kernel_is_refused_with_a_caret(text, message, place, hint):
    with pytest.raises(ExpressionError) as refused:
        read_kernel(text)
    assert str(refused.value) == f"this is no kernel: {message}\n  why:  {text}\n{' ' * (8 + place)}^{hint}"


def test_what_is_no_list_of_numbers_is_refused_with_a_caret():
    with pytest.raises(ExpressionError) as refused:
        read_numbers("1, 2 3", "list of taps")
    assert str(refused.value) == (
        "this is no list of taps: expected a comma, found '3'\n  why:  1, 2 3\n             ^\n"
        '  next: numbers look like "1, -2, 1/2" or "0.1"'
    )


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (
            lambda: read_points("0,1,0"),
            InputError,
            "the point 0 is given 2 times\n"
            "  why:  two taps at one point are one tap, so the kernel would not be determined\n"
            "  next: give each point once",
        ),
        (
            lambda: read_points("0,(0,1)"),
            ShapeError,
            "points of dimension 1 and 2 cannot be mixed\n  next: give every point the same number of coordinates",
        ),
        (lambda: read_points("0:999999999"), LimitError, TOO_MANY),
        (lambda: read_points("box:999999999"), LimitError, TOO_MANY),
        (lambda: read_points("0:2000,3000:5000"), LimitError, TOO_MANY.partition("\n")[0]),
        (
            lambda: read_points("1:0"),
            InputError,
            "no points run from 1 to 0 in steps of 1\n"
            "  next: give the smaller end first, and a whole number of steps between them",
        ),
        (
            lambda: read_kernel("[[1,2],[3]]"),
            ShapeError,
            "the rows of an array of taps must have equal length and depth\n  next: fill short rows with zeros",
        ),
        (
            lambda: read_kernel("[1,[2]]"),
            ShapeError,
            "the rows of an array of taps must have equal length and depth\n  next: fill short rows with zeros",
        ),
        (lambda: read_kernel("[" * 7 + "1" + "]" * 7), LimitError, "a kernel has at most 6 axes"),
    ],
)
def test_points_and_kernels_that_cannot_be_are_refused_with_a_reason(call, error, text):
    with pytest.raises(error) as refused:
        call()
    assert str(refused.value) == text


@given(st.text(alphabet="[](),:;/+-*.0123456789eEbox crs", max_size=30))
def test_any_text_is_read_or_refused_on_purpose(text):
    """No input ends in anything but an answer or an error of ours."""
    for read in (read_points, read_kernel):
        found, refused = outcome(lambda read=read: read(text), KernelkitError)
        assert refused.what if refused else isinstance(found, Stencil | Kernel)


def test_tables_are_read_exactly():
    half = Fraction(1, 2)
    assert read_table("[[0, 1/2], [-1, 0.5]]") == [[0, half], [-1, half]]
    assert read_table(" [1,2] ") == [1, 2]


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("1", ExpressionError, "expected '\\['"),
        ("[1;2]", ExpressionError, "expected ',' or ']'"),
        ("[1] 2", ExpressionError, "does not belong here"),
        ("[[1,2],[3]]", ShapeError, "equal length and depth"),
        ("[1,[2]]", ShapeError, "equal length and depth"),
        ("[" * 7 + "1" + "]" * 7, LimitError, "at most 6 axes"),
    ],
)
def test_what_is_no_table_is_refused(text, error, words):
    with pytest.raises(error, match=words):
        read_table(text)
