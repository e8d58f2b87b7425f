"""Who may import whom: every import of every module against one table."""

from __future__ import annotations

import ast
import importlib
import sys

import pytest
from architecture.sources import (
    PACKAGE,
    ROOT,
    called,
    imports_of,
    name_of,
    python_files,
    running_code,
    tree_of,
)

import kernelkit

ROOMS = {
    # room: the rooms it may use besides itself
    "errors": set(),
    "files": {"errors"},
    "images": {"errors", "files"},
    "exact": {"errors"},
    "catalogue": {"errors", "exact"},
    "identification": {"errors", "exact", "catalogue"},
    "analysis": {"errors", "exact", "identification"},
    "optimise": {"errors", "exact", "catalogue", "analysis"},
    "filtering": {"errors", "exact", "catalogue", "identification", "analysis"},
    "edges": {"errors", "analysis", "filtering"},
    "learning": {"errors", "exact", "catalogue", "identification"},
    "datasets": {"errors", "images"},
    "nets": {"errors", "learning"},
    "training": {"errors", "files", "datasets", "learning", "nets"},
    "inspection": {"errors", "exact", "catalogue", "identification", "learning"},
    "plot": {"errors", "files", "exact", "analysis", "inspection"},
    "symbolic": {"errors", "exact"},
    "export": {"errors", "exact"},
    "explain": {
        "errors",
        "exact",
        "export",
        "catalogue",
        "identification",
        "analysis",
        "optimise",
        "nets",
        "training",
        "inspection",
    },
    "peers": {"errors", "exact", "identification", "filtering", "export", "explain"},
    "report": {"errors", "files", "exact"},
    "cli": {
        "errors",
        "files",
        "images",
        "exact",
        "catalogue",
        "identification",
        "analysis",
        "optimise",
        "filtering",
        "edges",
        "learning",
        "datasets",
        "nets",
        "training",
        "inspection",
        "plot",
        "symbolic",
        "export",
        "explain",
        "peers",
        "report",
    },
    "__main__": {"cli"},
}

THIRD_PARTY = {
    # room: packages of others, and where they may be imported
    "symbolic": {"sympy": "anywhere"},
    "exact": {"flint": "inside functions"},
    "catalogue": {"flint": "inside functions"},
    "identification": {"numpy": "inside functions"},
    "analysis": {"flint": "inside functions", "numpy": "inside functions", "scipy": "inside functions"},
    "optimise": {"flint": "inside functions", "numpy": "inside functions", "scipy": "inside functions"},
    "learning": {
        "flint": "inside functions",
        "numpy": "inside functions",
        "scipy": "inside functions",
        "torch": "inside functions",
    },
    "filtering": {
        "numpy": "inside functions",
        "scipy": "inside functions",
        "torch": "inside functions",
        "dask": "inside functions",
        "xarray": "inside functions",
        "zarr": "inside functions",
    },
    "edges": {"numpy": "inside functions", "scipy": "inside functions"},
    "images": {
        "imagecodecs": "inside functions",
        "numpy": "inside functions",
        "PIL": "inside functions",
        "tifffile": "inside functions",
        "zarr": "inside functions",
    },
    "datasets": {"numpy": "inside functions", "PIL": "inside functions", "pooch": "inside functions"},
    "nets": {"torch": "inside functions"},
    "training": {
        "numpy": "inside functions",
        "safetensors": "inside functions",
        "torch": "inside functions",
    },
    "inspection": {
        "numpy": "inside functions",
        "safetensors": "inside functions",
        "scipy": "inside functions",
        "torch": "inside functions",
    },
    "plot": {"matplotlib": "inside functions", "numpy": "inside functions"},
    "peers": dict.fromkeys(
        ("cv2", "findiff", "kornia", "numpy", "scipy", "skimage", "torch"), "inside functions"
    ),
    "report": {
        "latex2mathml": "inside functions",
        "markdown_it": "inside functions",
        "matplotlib": "inside functions",
        "mdit_py_plugins": "inside functions",
        "pypandoc": "inside functions",
        "typst": "inside functions",
        "unicodeit": "inside functions",
    },
    "cli": {"click": "anywhere", "numpy": "inside functions", "PIL": "inside functions"},
}

ANY_ROOM = {"__init__", "notebook"}
"""Files whose one purpose is to hand out, or show, the values of all rooms, on first use."""

WITH_TORCH = {"layer", "loop", "gradient"}
"""Modules of ``learning`` that use torch; ``layer`` alone at its top, because its class is one of torch's."""

PROBLEMS_MAY_USE = {"PIL", "matplotlib", "numpy", "scipy", "sympy", "torch"}
"""Packages of others that exercises show things with; inside functions, so that a list of exercises is quick."""

MODULES = [pytest.param(path, id=name_of(path)) for path in python_files(PACKAGE)]
PROBLEMS = [pytest.param(path, id=path.stem) for path in python_files(ROOT / "problems")]


def room_of(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


@pytest.mark.parametrize("path", MODULES)
def test_modules_use_only_the_rooms_below_theirs(path):
    room = room_of(name_of(path))
    for module, line in imports_of(path):
        if module.split(".")[0] == "kernelkit" and room not in ANY_ROOM:
            assert module != "kernelkit", f"{path}:{line} imports the public door from inside"
            assert room_of(module) in ROOMS[room] | {room, "notebook"}, f"{path}:{line} imports {module}"


@pytest.mark.parametrize("path", MODULES)
def test_modules_use_only_the_packages_of_their_room(path):
    allowed = THIRD_PARTY.get(room_of(name_of(path)), {})
    for module, line in imports_of(path):
        top = module.split(".")[0]
        assert top != "?", f"{path}:{line} imports a name that only a run can tell"
        if top != "kernelkit" and top not in sys.stdlib_module_names:
            assert top in allowed, f"{path}:{line} imports {module}"


@pytest.mark.parametrize("path", MODULES)
def test_packages_that_are_slow_to_import_wait_until_a_function_needs_them(path):
    inside_functions = {
        package
        for package, where in THIRD_PARTY.get(room_of(name_of(path)), {}).items()
        if where == "inside functions"
    }
    if name_of(path) == "kernelkit.learning.layer":
        inside_functions -= {"torch"}
    for statement in tree_of(path).body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            names = (
                [a.name for a in statement.names]
                if isinstance(statement, ast.Import)
                else [statement.module or ""]
            )
            assert not inside_functions & {name.split(".")[0] for name in names}, f"{path}:{statement.lineno}"


@pytest.mark.parametrize("path", [p for p in MODULES if room_of(p.id) == "learning"])
def test_torch_is_used_in_three_modules_only(path):
    found = any(module.split(".")[0] == "torch" for module, _ in imports_of(path))
    assert not found or path.stem in WITH_TORCH


def test_every_module_stands_in_a_room_of_the_table():
    rooms = {room_of(name_of(path)) for path in python_files(PACKAGE)}
    assert rooms <= ROOMS.keys() | ANY_ROOM
    assert {"exact", "errors", "export", "symbolic"} <= rooms


@pytest.mark.parametrize("room", ROOMS)
def test_the_table_allows_nothing_that_no_module_uses(room):
    files = [path for path in python_files(PACKAGE) if room_of(name_of(path)) == room]
    used = {
        room_of(module) for path in files for module, _ in imports_of(path) if module.startswith("kernelkit.")
    }
    assert ROOMS[room] <= used


def test_the_page_reads_the_same_table_from_the_code(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "docs")
    drawn = importlib.import_module("rooms")
    assert drawn.uses() == {room: below for room, below in ROOMS.items() if room not in drawn.DOORS}
    floors = drawn.floors(drawn.uses())
    assert floors[0] == ["errors"]
    assert floors[-1] == ["cli"]


def test_no_two_rooms_use_each_other():
    """The table itself has no circle: every room can be placed above those it uses."""
    placed: set[str] = set()
    while len(placed) < len(ROOMS):
        next_ones = {room for room, below in ROOMS.items() if below <= placed} - placed
        assert next_ones, f"a circle among {ROOMS.keys() - placed}"
        placed |= next_ones


@pytest.mark.parametrize("path", [p for p in MODULES if room_of(p.id) == "exact"])
def test_the_exact_core_has_no_float_in_it(path):
    """No decimal literal, no rounding, no function of floats; reading one happens in one file, to refuse it."""
    for node in running_code(tree_of(path)):
        if isinstance(node, ast.Constant):
            assert not isinstance(node.value, float | complex), f"{path}:{node.lineno}"
        if isinstance(node, ast.Call):
            name = called(node)
            if path.name != "rational.py":
                assert name not in {"float", "complex"}, f"{path}:{node.lineno}"
            assert name != "round", f"{path}:{node.lineno}"
            assert not name.startswith(
                ("math.sqrt", "math.log", "math.exp", "math.sin", "math.cos", "math.pow")
            )


@pytest.mark.parametrize("path", PROBLEMS)
def test_problems_use_only_what_users_may_use(path):
    for module, line in imports_of(path):
        top = module.split(".")[0]
        assert top in PROBLEMS_MAY_USE | {"kernelkit"} | sys.stdlib_module_names, (
            f"{path}:{line} imports {module}"
        )
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom) and node.module == "kernelkit":
            assert {alias.name for alias in node.names} <= set(kernelkit.__all__), f"{path}:{node.lineno}"
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kernelkit."):
            assert not any(alias.name.startswith("_") for alias in node.names), f"{path}:{node.lineno}"
            assert not node.module.startswith("kernelkit.cli"), f"{path}:{node.lineno}"
    for statement in tree_of(path).body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            name = statement.module if isinstance(statement, ast.ImportFrom) else statement.names[0].name
            assert (name or "").split(".")[0] not in PROBLEMS_MAY_USE, (
                f"{path}:{statement.lineno} waits for a function"
            )


def test_there_are_problems_to_check():
    assert PROBLEMS
