"""The site: pages of docs as they are, a reference generated from the package, the exercises answered anew.

    python -m sphinx -W --keep-going -q docs build/site

Whatever is missing, undocumented or linked wrongly is a warning, and with ``-W`` a failure.  ``-D exercises=0`` leaves
out the exercises, which take most of the time.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pygments.lexers.shell import BashSessionLexer
from sphinx.addnodes import pending_xref
from sphinx.errors import ExtensionError
from sphinx.ext.napoleon import Config, NumpyDocstring
from sphinx.util import logging

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS))

import public_names  # noqa: E402 - it lies beside this file
import reference_pages  # noqa: E402 - as above

from kernelkit.cli.app import COMMANDS  # noqa: E402 - as above

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

project = "kernelkit"
copyright = "the authors of kernelkit"  # noqa: A001 - Sphinx's own name
language = "en"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["figures", "weights"]
myst_heading_anchors = 3

smartquotes_action = "D"  # dashes; quotes in commands are typed as they stand
default_role = "py:obj"
nitpicky = True
nitpick_ignore_regex = [("py:class", ".*")]  # types in signatures: those of others, and inner ones
suppress_warnings = ["toc.empty_glob"]
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints = "description"

html_context = {"default_mode": "auto"}
html_theme = "pydata_sphinx_theme"
html_title = "kernelkit"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "show_toc_level": 2,
    "navigation_with_keys": False,
    "secondary_sidebar_items": {"**": ["page-toc"], "index": []},
    "footer_start": ["copyright"],
    "footer_end": [],
}

_SECTIONS = Config(napoleon_use_ivar=True, napoleon_use_rtype=False, napoleon_attr_annotations=False)
_log = logging.getLogger(__name__)


class Console(BashSessionLexer):
    """Sessions whose only prompt is ``$``: a line of output may begin with ``#`` or ``%``."""

    _ps1rgx = re.compile(r"^(\$ )(.*\n?)")


def write_reference(_: Sphinx) -> None:
    """Write the generated pages, and take away those of an earlier build that are no more."""
    folder = DOCS / "reference"
    folder.mkdir(exist_ok=True)
    texts = {DOCS / f"{name}.rst": text for name, text in reference_pages.pages().items()}
    texts[folder / ".gitignore"] = "*\n"
    for path in folder.rglob("*.rst"):
        if path not in texts:
            path.unlink()
    for path, text in texts.items():
        path.parent.mkdir(exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    silent = [
        name
        for modules in public_names.rooms().values()
        for module in modules
        for name in public_names.undocumented(module)
    ]
    silent += [
        words for name in COMMANDS for words in reference_pages.without_help(reference_pages.registered(name))
    ]
    for name in silent:
        _log.warning("%s is public and has no description", name)


def write_exercises(app: Sphinx, failed: Exception | None) -> None:
    """Answer the exercises into the finished site."""
    if failed or not app.config.exercises or app.builder.format != "html":
        return
    reports = Path(app.outdir, "reports")
    shutil.rmtree(reports, ignore_errors=True)
    # a process of its own: autodoc leaves its marks on the functions it has read
    command = [sys.executable, "-m", "kernelkit", "report", "-o", str(reports), "--format", "html"]
    if subprocess.run(command, check=False).returncode:  # noqa: S603 - our own command
        raise ExtensionError("an exercise is not answered")


def name_fully(_: Sphinx, document: nodes.document) -> None:
    """Give names of Python their full form, so that they lead to what is meant where they stand."""
    for node in document.findall(pending_xref):
        if node.get("refdomain") == "py":
            node.attributes.pop("refspecific", None)
            full = public_names.meant(node["reftarget"], node.get("py:module"), node.get("py:class"))
            if full is not None:
                node["reftarget"], node["exists"] = full, True


def unlinked(
    _: Sphinx, __: BuildEnvironment, node: pending_xref, shown: nodes.TextElement
) -> nodes.Node | None:
    """Leave names without a link that exist and are not in the reference; others are reported."""
    return shown if node.get("exists") else None


def sections(app: Sphinx, what: str, name: str, entry: object, options: object, lines: list[str]) -> None:
    """Read the sections of a docstring; its first line is a sentence, also where a colon is in it.

    Attributes of a class that describes no parameters are those it is made with.
    """
    text = reference_pages.prose("\n".join(lines))
    if "\nParameters\n" not in text:
        text = text.replace("\nAttributes\n-", "\nParameters\n-")
    kind = what if what in {"module", "class", "exception"} else "function"
    lines[:] = NumpyDocstring(text, _SECTIONS, app, kind, name, entry, options).lines()
    if kind == "class" and not getattr(getattr(entry, "__dataclass_params__", None), "init", True):
        # its own __init__ takes other types than the class holds, and Sphinx would show the latter
        types = vars(entry)["__init__"].__annotations__
        lines += [f":type {name}: {words}" for name, words in types.items() if name != "return"]


def without_counts(*arguments: object) -> bool | None:
    """Leave out the fields of named tuples, which Python describes by their number."""
    return True if str(getattr(arguments[3], "__doc__", "")).startswith("Alias for field number") else None


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the steps to the build."""
    app.add_lexer("console", Console)
    app.add_config_value("exercises", default=True, rebuild="", types=(bool,))
    app.connect("builder-inited", write_reference)
    app.connect("build-finished", write_exercises)
    app.connect("doctree-read", name_fully)
    app.connect("missing-reference", unlinked)
    app.connect("autodoc-process-docstring", sections)
    app.connect("autodoc-skip-member", without_counts)
    return {"parallel_read_safe": True}
