"""Names that say nothing, and calls that evaluate text, are in no file."""

from __future__ import annotations

import ast

import pytest
from architecture.sources import PACKAGE, ROOT, called, name_of, python_files, tree_of

SAY_NOTHING = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "core",
    "manager",
    "tools",
    "stuff",
    "base_utils",
}
EVALUATE = {
    "eval",
    "exec",
    "compile",
    "sympify",
    "parse_expr",
    "sympy.sympify",
    "sympy.parse_expr",
    "pickle.load",
    "pickle.loads",
}

MODULES = [
    pytest.param(path, id=name_of(path)) for path in python_files(PACKAGE) + python_files(ROOT / "problems")
]


def test_no_file_or_folder_has_a_name_that_says_nothing():
    for folder in ("kernelkit", "problems", "tests", "benchmarks", "docs"):
        for path in (ROOT / folder).rglob("*"):
            assert path.stem not in SAY_NOTHING, path


@pytest.mark.parametrize("path", MODULES)
def test_no_text_is_ever_evaluated(path):
    """Users' text is read by grammars of our own; ``re.compile`` is another matter."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            name = called(node)
            assert name not in EVALUATE, f"{path}:{node.lineno} calls {name}"
            assert name.split(".")[-1] not in {"sympify", "parse_expr", "literal_eval_unsafe"}, (
                f"{path}:{node.lineno}"
            )
        if isinstance(node, ast.ImportFrom):
            assert not {alias.name for alias in node.names} & {"sympify", "parse_expr"}, (
                f"{path}:{node.lineno}"
            )


@pytest.mark.parametrize("path", MODULES)
def test_errors_are_caught_by_name_and_never_swallowed(path):
    """No bare except, none that passes; broad ones only where anything can come and is told or cleaned up after.

    That is the edge of the command line, files that are written whole, and modules of users that are executed.
    """
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"{path}:{node.lineno}"
            broad = isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}
            may = "cli" in path.parts or name_of(path) in {"kernelkit.files", "kernelkit.report.load"}
            assert not broad or may, f"{path}:{node.lineno}"
            assert not all(isinstance(statement, ast.Pass) for statement in node.body), (
                f"{path}:{node.lineno}"
            )


@pytest.mark.parametrize("path", MODULES)
def test_nothing_is_left_to_do_in_comments(path):
    words = {"TODO", "FIXME", "XXX", "HACK"}
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        assert not any(f"{word}:" in text or f"# {word}" in text for word in words), f"{path}:{number}"
