"""The site: all pages are in its navigation, all public names and commands in its reference, and described."""

from __future__ import annotations

import ast
import importlib
import re
import sys
import types
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import kernelkit
from kernelkit.cli.app import kernelkit as command_line

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PACKAGE = ROOT / "kernelkit"

TOCTREE = re.compile(
    r"^(?:```\{toctree\}\n(.*?)^```|\.\. toctree::\n(.*?)(?=^\S|\Z))", re.MULTILINE | re.DOTALL
)
IMPORT = re.compile(r"from (kernelkit[\w.]*) import (\([^)]*\)|[\w, ]+)")


def module_of_docs(name: str) -> types.ModuleType:
    """Return a script of docs as a module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(DOCS)
        return importlib.import_module(name)


public_names = module_of_docs("public_names")
reference_pages = module_of_docs("reference_pages")


@cache
def texts() -> dict[str, str]:
    """Return the text of every page by its name: those of docs, and those generated."""
    written = {
        path.relative_to(DOCS).with_suffix("").as_posix(): path.read_text(encoding="utf-8")
        for path in DOCS.rglob("*.md")
    }
    return written | reference_pages.pages()


def listed_on(page: str) -> set[str]:
    """Return the pages that a page puts into the navigation."""
    folder = Path(page).parent
    found = set()
    for match in TOCTREE.finditer(texts()[page]):
        for line in (match[1] or match[2]).splitlines():
            entry = line.strip()
            if entry and not entry.startswith(":"):
                pattern = (folder / entry).as_posix()
                found |= {name for name in texts() if fnmatch(name, pattern)} or {pattern}
    return found


def test_every_page_is_reached_from_the_front_page_and_none_is_missing():
    reached, new = set(), {"index"}
    while new:
        reached |= new
        new = set().union(*(listed_on(page) for page in new)) - reached
        assert new <= texts().keys()
    assert reached == texts().keys()


def test_every_room_has_a_page_or_a_reason():
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    files = {path.stem for path in PACKAGE.glob("*.py") if not path.stem.startswith("_")}
    shown = {room.removeprefix("kernelkit.") for room in public_names.rooms()}
    assert rooms | files == shown | public_names.INSIDE.keys()
    assert not shown & public_names.INSIDE.keys()


def defined_in(module: str) -> set[str]:
    """Return the public functions and classes of a module, from its source."""
    source = (ROOT / module.replace(".", "/")).with_suffix(".py").read_text(encoding="utf-8")
    return {
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    }


@pytest.mark.parametrize(("room", "modules"), public_names.rooms().items())
def test_every_public_name_of_a_room_stands_in_its_page(room, modules):
    page = texts()[f"reference/python/{room}"]
    for module in modules:
        assert f".. automodule:: {module}\n" in page
        missing = {name for name in defined_in(module) if f"`~{module}.{name}`" not in page}
        assert missing == set()


def imported_by_users() -> list[tuple[str, str, str]]:
    """Return what README, docs and the exercises import from rooms: the file, the module and the name."""
    files = [ROOT / "README.md", *DOCS.rglob("*.md"), *(ROOT / "problems").glob("*.py")]
    return [
        (path.name, match[1], name)
        for path in files
        for match in IMPORT.finditer(path.read_text(encoding="utf-8"))
        for name in re.findall(r"\w+", match[2])
        if match[1] != "kernelkit"
    ]


def test_what_pages_and_exercises_import_is_public():
    public = {module for modules in public_names.rooms().values() for module in modules}
    inner = [
        (file, module, name)
        for file, module, name in imported_by_users()
        if module not in public and f"{module}.{name}" not in public and module != "kernelkit.images"
    ]
    assert inner == []


@pytest.mark.parametrize("door", ["kernelkit", "kernelkit.images"])
def test_what_a_package_hands_out_has_its_entry_in_the_reference(door):
    package = importlib.import_module(door)
    public = {module for modules in public_names.rooms().values() for module in modules}
    homes = {getattr(getattr(package, name), "__module__", None) for name in package.__all__}
    assert homes - {None, "builtins"} <= public


def test_the_page_of_python_names_all_that_kernelkit_hands_out():
    page = texts()["reference/python/index"]
    assert [name for name in kernelkit.__all__ if f"`{name} <kernelkit." not in page] == []


def test_all_commands_and_options_stand_in_the_reference():
    for file in (PACKAGE / "cli").glob("*.py"):
        if "@click.command()" not in file.read_text(encoding="utf-8"):
            continue
        shown = CliRunner().invoke(command_line, [file.stem, "--help"]).output.partition("\nOptions:\n")[2]
        page = texts()[f"reference/commands/{file.stem}"]
        told = re.findall(r"^  (?:-\w, )?(--[\w-]+)", shown, re.MULTILINE)
        assert told
        assert re.findall(r"^\.\. option:: (?:-\w, )?(--[\w-]+)", page, re.MULTILINE) == told
        assert f":doc:`kernelkit {file.stem} <{file.stem}>`" in texts()["reference/commands/index"]


def test_what_has_no_description_is_reported(monkeypatch):
    class Silent:
        """Described, and its method is not."""

        def method(self): ...

    def described():
        """Return nothing."""

    def silent(): ...

    module = types.ModuleType("silent_module")
    for name, one in {"Silent": Silent, "described": described, "silent": silent, "_inner": silent}.items():
        one.__module__ = "silent_module"
        setattr(module, name, one)
    monkeypatch.setitem(sys.modules, "silent_module", module)
    assert public_names.undocumented("silent_module") == [
        "silent_module",
        "silent_module.Silent.method",
        "silent_module.silent",
    ]


def test_a_command_or_an_option_without_help_is_reported():
    silent = click.Command("silent", params=[click.Option(["--all"]), click.Option(["--few"], help="A few.")])
    assert reference_pages.without_help(click.Context(silent, info_name="silent")) == [
        "silent",
        "silent --all",
    ]


@pytest.mark.parametrize(
    ("name", "module", "owner", "full"),
    [
        ("Kernel", "kernelkit.exact.certify", None, "kernelkit.exact.kernel.Kernel"),
        ("Kernel.from_array", "kernelkit.learning.run", None, "kernelkit.exact.kernel.Kernel.from_array"),
        ("kernelkit.derive", None, None, "kernelkit.exact.derive.derive"),
        (
            "consistent",
            "kernelkit.exact.certify",
            "Certificate",
            "kernelkit.exact.certify.Certificate.consistent",
        ),
        ("InputError", "kernelkit.plot.surface", None, "kernelkit.errors.InputError"),
        ("Kernel.from_nowhere", "kernelkit.exact.certify", None, None),
        ("kernelkit.exact.no_such", None, None, None),
    ],
)
def test_a_name_in_a_docstring_means_what_it_means_in_its_module(name, module, owner, full):
    assert public_names.meant(name, module, owner) == full


@pytest.mark.parametrize(
    ("docstring", "text"),
    [
        ("of shape (C, *size), |C| M", r"of shape (C, \*size), \|C\| M"),
        ("``a * b`` and a * b", r"``a * b`` and a \* b"),
        (">>> 2 * 3\n6\n\n2 * 3", ">>> 2 * 3\n6\n\n" + r"2 \* 3"),
    ],
)
def test_signs_of_mathematics_are_no_markup_outside_code(docstring, text):
    assert reference_pages.prose(docstring) == text
