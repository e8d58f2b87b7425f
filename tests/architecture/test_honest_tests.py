"""Tests of the tests: each asserts something, skips have reasons, and exact results have no tolerance."""

from __future__ import annotations

import ast

import pytest
from architecture.sources import ROOT, called, name_of, python_files, tree_of

TESTS = ROOT / "tests"
FILES = [pytest.param(path, id=str(path.relative_to(TESTS))) for path in python_files(TESTS)]

FLOATS_NEEDED = {
    # files of tests/exact that measure something in floating point, and what
    "test_certify.py": "slopes of errors on a sine, in sixty digits",
    "test_integrals.py": "NumPy's polynomials as an oracle, and the error of long rules",
    "test_operator.py": "the time in which an absurd request is refused",
}
TOLERANCES = {"isclose", "approx", "assert_allclose", "allclose", "assert_almost_equal", "assertAlmostEqual"}


def every_test_of(tree: ast.AST):
    """Yield the test functions of a file, those in classes too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node


def asserting_helpers() -> set[str]:
    """Return the names of helpers that themselves assert: assert_*, check_*, and fixtures that return a check."""
    return {
        node.name
        for path in python_files(TESTS)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef)
        and (node.name.startswith(("assert_", "check_")) or returns_a_check(node))
        and any(isinstance(inner, ast.Assert) for inner in ast.walk(node))
    }


def returns_a_check(node: ast.FunctionDef) -> bool:
    """Whether a function is a fixture whose value is a function called check."""
    fixture = any(isinstance(d, ast.Attribute) and d.attr == "fixture" for d in node.decorator_list)
    last = node.body[-1]
    return (
        fixture
        and isinstance(last, ast.Return)
        and isinstance(last.value, ast.Name)
        and last.value.id == "check"
    )


HELPERS = asserting_helpers()


def asserts_something(function: ast.AST) -> bool:
    """Whether a function compares anything: assert, raises or warns, or a helper that does."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assert) and not isinstance(node.test, ast.Constant | ast.Tuple):
            return True
        if isinstance(node, ast.Call):
            name = called(node)
            if name in {"pytest.raises", "pytest.warns"} or name.split(".")[-1] in HELPERS:
                return True
    return False


@pytest.mark.parametrize("path", FILES)
def test_every_test_asserts_something(path):
    silent = [f.name for f in every_test_of(tree_of(path)) if not asserts_something(f)]
    assert silent == []


@pytest.mark.parametrize("path", FILES)
def test_no_assertion_is_true_whatever_happens(path):
    """Not a constant, and not a tuple, which is true because it is not empty."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Assert):
            assert not isinstance(node.test, ast.Constant | ast.Tuple), f"{path}:{node.lineno}"


@pytest.mark.parametrize("path", FILES)
def test_no_two_tests_of_a_file_have_one_name(path):
    """The second would replace the first without a word."""
    names = [f.name for f in tree_of(path).body if isinstance(f, ast.FunctionDef)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("path", FILES)
def test_comparisons_are_asserted_and_not_left_standing(path):
    """A line ``a == b`` on its own compares nothing."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Expr):
            assert not isinstance(node.value, ast.Compare | ast.BoolOp), f"{path}:{node.lineno}"


@pytest.mark.parametrize("path", FILES)
def test_every_skip_says_why(path):
    for node in ast.walk(tree_of(path)):
        if not isinstance(node, ast.Call):
            continue
        name = called(node)
        keywords = {k.arg for k in node.keywords}
        if name in {"pytest.skip", "pytest.xfail", "pytest.fail"}:
            assert node.args or "reason" in keywords, f"{path}:{node.lineno}"
        if name in {"pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail", "pytest.importorskip"}:
            assert "reason" in keywords, f"{path}:{node.lineno}"
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef):
            bare = [
                d for d in node.decorator_list if isinstance(d, ast.Attribute) and d.attr in {"skip", "xfail"}
            ]
            assert not bare, f"{path}:{node.lineno}"


@pytest.mark.parametrize("path", [p for p in FILES if p.id.startswith("exact")])
def test_exact_results_are_compared_without_tolerance(path):
    """No approximate comparison, and no decimal literal, outside the files that measure in floats."""
    floats = [
        node.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, float)
    ]
    compared = [
        node.lineno
        for node in ast.walk(tree_of(path))
        if (
            isinstance(node, ast.Compare)
            and any(isinstance(c, ast.Constant) and isinstance(c.value, float) for c in node.comparators)
        )
        or (isinstance(node, ast.Call) and called(node).split(".")[-1] in TOLERANCES)
    ]
    assert path.name in FLOATS_NEEDED or not compared, f"{path}: lines {compared}; floats in lines {floats}"


def test_files_that_need_floats_exist_and_say_what_for():
    for name, reason in FLOATS_NEEDED.items():
        assert (TESTS / "exact" / name).exists()
        assert reason


def test_helpers_that_assert_are_known():
    assert "assert_summation_by_parts" in HELPERS
    assert name_of(ROOT / "kernelkit" / "__init__.py") == "kernelkit"


@pytest.mark.parametrize(
    ("source", "honest"),
    [
        ("def test_a():\n    assert f() == 1", True),
        ("def test_a():\n    f() == 1", False),
        ("def test_a():\n    assert True", False),
        ("def test_a():\n    assert (f(), 'message')", False),
        ("def test_a():\n    with pytest.raises(ValueError):\n        f()", True),
        ("def test_a():\n    assert_summation_by_parts(row)", True),
        ("def test_a():\n    assert_nothing(row)", False),
        ("def test_a():\n    pass", False),
    ],
)
def test_the_test_of_the_tests_tells_empty_ones(source, honest):
    (function,) = every_test_of(ast.parse(source))
    assert asserts_something(function) is honest
