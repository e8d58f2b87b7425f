"""The source files of the project, read as syntax trees and never run."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "kernelkit"


def python_files(folder: Path) -> list[Path]:
    """Return the Python files below a folder, in a fixed order."""
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def tree_of(path: Path) -> ast.Module:
    """Return a file as a syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name_of(path: Path) -> str:
    """Return the dotted name of a module: ``kernelkit/exact/kernel.py`` is kernelkit.exact.kernel."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_type_checking(node: ast.AST) -> bool:
    """Whether a node is ``if TYPE_CHECKING:``."""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def running_code(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all below it, but not what stands under ``if TYPE_CHECKING:``."""
    yield node
    for child in ast.iter_child_nodes(node):
        if is_type_checking(child):
            for other in child.orelse:
                yield from running_code(other)
        else:
            yield from running_code(child)


def imports_of(path: Path) -> Iterator[tuple[str, int]]:
    """Yield every module that a file may import when it runs, with the line, those inside functions too.

    A call of ``importlib.import_module`` counts with the fixed beginning of its argument.
    """
    package = name_of(path).split(".") if path.name == "__init__.py" else name_of(path).split(".")[:-1]
    for node in running_code(tree_of(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            for alias in node.names:
                # "from package import module" may name a module of ours
                inside = PACKAGE.parent.joinpath(*base.split("."), alias.name).with_suffix(".py")
                yield f"{base}.{alias.name}" if inside.exists() else base, node.lineno
        elif isinstance(node, ast.Call) and called(node) in {
            "importlib.import_module",
            "import_module",
            "__import__",
        }:
            yield fixed_beginning(node.args[0]), node.lineno


def fixed_beginning(argument: ast.expr) -> str:
    """Return the literal text with which a string expression begins."""
    if isinstance(argument, ast.JoinedStr) and argument.values:
        argument = argument.values[0]
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value.rstrip(".")
    return "?"


def called(node: ast.Call) -> str:
    """Return the dotted name that is called, as written; empty for other expressions."""
    parts: list[str] = []
    function = node.func
    while isinstance(function, ast.Attribute):
        parts.append(function.attr)
        function = function.value
    if not isinstance(function, ast.Name):
        return ""
    return ".".join([function.id, *reversed(parts)])
