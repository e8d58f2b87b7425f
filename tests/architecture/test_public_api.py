"""The public names: frozen, resolved, described, and the same for people and for type checkers."""

from __future__ import annotations

import ast
import importlib
import inspect

import pytest
from architecture.sources import PACKAGE, ROOT, is_type_checking, name_of, python_files, tree_of

import kernelkit

PUBLIC = [
    "Certificate",
    "Functional",
    "Kernel",
    "KernelkitError",
    "Minimal",
    "Obstruction",
    "Stencil",
    "apply",
    "biharmonic",
    "box",
    "canny",
    "central",
    "certify",
    "corr2d",
    "cross",
    "derivative",
    "derive",
    "discover",
    "excite",
    "gradient",
    "identify",
    "integral",
    "laplacian",
    "learn",
    "line",
    "minimal",
    "named",
    "obstruction",
    "operator",
    "pool2d",
    "study",
    "train_conv2d",
    "value",
]
"""Add a name here on purpose; never take one away."""

MIRRORED_ROOMS = (
    "exact",
    "catalogue",
    "identification",
    "analysis",
    "optimise",
    "learning",
    "images",
    "filtering",
    "edges",
    "datasets",
    "nets",
    "inspection",
    "training",
    "plot",
    "export",
    "symbolic",
    "explain",
    "peers",
    "cli",
    "report",
)

TESTED_WITH = {
    # modules whose laws are tested through those that use them, and the file that does it
    "export/brackets": "test_export_arrays.py",
    "export/matrix": "test_export_matlab.py",
    "export/window": "test_export_arrays.py",
    "export/numpy": "test_export_arrays.py",
    "export/torch": "test_export_arrays.py",
    "export/opencv": "test_export_arrays.py",
    "export/c": "test_export_compiled.py",
    "export/fortran": "test_export_compiled.py",
    "export/julia": "test_export_text_formats.py",
    "export/python": "test_export_text_formats.py",
    "export/markdown": "test_export_text_formats.py",
    "export/typeset": "test_export_latex.py",
    "cli/teacher": "test_learn.py",
    "learning/arrays": "test_window.py",
    "learning/sliding": "test_window.py",
    "symbolic/closed": "test_symbolic_spacing.py",
    "symbolic/plan": "test_symbolic_spacing.py",
    "symbolic/tree": "test_symbolic_spacing.py",
}

MODULES = [pytest.param(path, id=name_of(path)) for path in python_files(PACKAGE)]


def test_the_public_names_are_frozen():
    assert list(kernelkit.__all__) == PUBLIC
    assert dir(kernelkit) == sorted(PUBLIC)


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_resolves_and_is_described(name):
    found = getattr(kernelkit, name)
    assert found.__name__ == name
    assert inspect.getdoc(found)
    assert getattr(kernelkit, name) is found


def test_unknown_names_are_refused_as_python_does():
    with pytest.raises(AttributeError) as refused:
        kernelkit.kernels  # noqa: B018 - reading it is the test
    assert str(refused.value) == "module 'kernelkit' has no attribute 'kernels'"


def test_type_checkers_see_the_same_names_from_the_same_homes():
    twin = {}
    for node in tree_of(PACKAGE / "__init__.py").body:
        if is_type_checking(node):
            for statement in node.body:
                assert isinstance(statement, ast.ImportFrom)
                twin |= {alias.asname or alias.name: statement.module for alias in statement.names}
    assert sorted(twin) == sorted(PUBLIC)
    for name, home in twin.items():
        assert getattr(importlib.import_module(home), name) is getattr(kernelkit, name)
        assert kernelkit._HOMES[name] == home.removeprefix("kernelkit.")


@pytest.mark.parametrize("path", MODULES)
def test_every_public_class_function_and_method_is_described(path):
    tree = tree_of(path)
    assert ast.get_docstring(tree), f"{path} has no docstring"
    for node in definitions(tree):
        assert ast.get_docstring(node), f"{path}:{node.lineno} {node.name} has no docstring"


def is_overload(decorator: ast.expr) -> bool:
    """Whether a decorator marks a signature for type checkers."""
    return isinstance(decorator, ast.Name) and decorator.id == "overload"


def definitions(node: ast.Module | ast.ClassDef):
    """Yield public definitions: of a module, and of its public classes; overloads are described by the last."""
    for child in node.body:
        if isinstance(child, ast.FunctionDef) and any(map(is_overload, child.decorator_list)):
            continue
        if isinstance(child, ast.FunctionDef | ast.ClassDef) and not child.name.startswith("_"):
            yield child
            if isinstance(child, ast.ClassDef):
                yield from definitions(child)


def test_every_module_of_a_room_has_its_tests():
    """Named after it, or in the file that the table names, which speaks of it."""
    missing = []
    for room in MIRRORED_ROOMS:
        for path in python_files(PACKAGE / room):
            if path.name == "__init__.py":
                continue
            tests = ROOT / "tests" / room
            names = [
                f"test_{path.stem}.py",
                f"test_{room}_{path.stem}.py",
                TESTED_WITH.get(f"{room}/{path.stem}", "?"),
            ]
            if not any((tests / name).exists() for name in names):
                missing.append(f"{room}/{path.stem}")
    assert missing == []


def test_the_table_of_shared_test_files_names_modules_that_exist_and_have_none_of_their_own():
    for entry, shared in TESTED_WITH.items():
        room, _, stem = entry.partition("/")
        assert (PACKAGE / room / f"{stem}.py").exists(), entry
        assert (ROOT / "tests" / room / shared).exists(), entry
        own = [ROOT / "tests" / room / name for name in (f"test_{stem}.py", f"test_{room}_{stem}.py")]
        assert not any(path.exists() for path in own), (
            f"{entry} has its own tests now: take it out of the table"
        )


def test_tests_are_of_modules_that_exist():
    """No test file outlives its module in the exact core."""
    extra = {"test_golden.py", "test_cases.py"}
    stems = {f"test_{path.stem}.py" for path in python_files(PACKAGE / "exact")}
    assert {path.name for path in (ROOT / "tests" / "exact").glob("test_*.py")} <= stems | extra
