"""The generated pages of the site, as reStructuredText: Python, the commands, the kernels, the exercises."""

from __future__ import annotations

import importlib
import re
import textwrap
from typing import TYPE_CHECKING

import click
from public_names import homes, names_in, rooms

from kernelkit.catalogue.named import named
from kernelkit.catalogue.published import published_names
from kernelkit.cli.app import COMMANDS, kernelkit, main
from kernelkit.explain.drawing import drawn
from kernelkit.export.wording import short, target_text
from kernelkit.report.html_page import grouped
from kernelkit.report.load import exercises

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kernelkit.catalogue.entry import Entry


def pages() -> dict[str, str]:
    """Return the text of every generated page by its place below docs, without the suffix."""
    found = {
        "reference/python/index": python_index(),
        "reference/commands/index": command_index(),
        "reference/kernels": kernels(),
        "reference/exercises": exercise_list(),
    }
    found |= {f"reference/python/{room}": room_page(room, modules) for room, modules in rooms().items()}
    return found | {f"reference/commands/{name}": command_page(name) for name in COMMANDS}


def heading(text: str, line: str = "=") -> str:
    """Return a heading; Chinese characters are two columns wide."""
    return f"{text}\n{line * 2 * len(text)}\n"


def plain(text: str) -> str:
    """Return text whose signs mean nothing to reStructuredText; options in it are code."""
    return re.sub(r"(?<!\S)(--[a-z][\w-]*)", r"``\1``", re.sub(r"([\\*`|_])", r"\\\1", text))


def prose(docstring: str) -> str:
    """Return a docstring whose asterisks and bars mean nothing but themselves, outside code and examples."""
    return re.sub(
        r"(``.+?``|^ *>>>.*?(?:\n *\n|\Z))|([*|])",
        lambda found: found[1] or "\\" + found[2],
        docstring,
        flags=re.DOTALL | re.MULTILINE,
    )


def block(directive: str, body: str) -> str:
    """Return a directive with an indented body."""
    return f".. {directive}\n\n{textwrap.indent(body, '   ')}\n"


def hidden(names: Iterable[str]) -> str:
    """Return a list of pages that only the navigation shows."""
    return block("toctree::\n   :hidden:", "\n".join(names))


def python_index() -> str:
    """Return the page that lists the names `kernelkit` hands out, and the rooms."""
    listed = "\n".join(f"* :py:obj:`{name} <{home}>`: {first_line(home)}" for name, home in homes().items())
    rows = "\n".join(f"* :doc:`{room}`: {summary(importlib.import_module(room).__doc__)}" for room in rooms())
    return "\n".join(
        [
            heading("Python"),
            "What ``from kernelkit import ...`` finds; importing loads a name's module on first use.\n",
            f"{listed}\n",
            heading("By room", "-"),
            "Other names come from their own modules: ``from kernelkit.filtering.apply import apply``.\n",
            f"{rows}\n",
            hidden(rooms()),
        ]
    )


def first_line(name: str) -> str:
    """Return the first line of what a full name stands for."""
    module, _, own = name.rpartition(".")
    words = summary(getattr(importlib.import_module(module), own).__doc__)
    return re.sub(r"(?<!`)(`[^`]+`)(?!`)", r"`\1`", words)  # names are links in the entry itself


def summary(docstring: str | None) -> str:
    """Return the first paragraph of a docstring in one line."""
    return " ".join(prose(docstring or "").partition("\n\n")[0].split())


def room_page(room: str, modules: list[str]) -> str:
    """Return the page of a room: a table of its names, then every module with all entries."""
    listed = [f"{module}.{name}" for module in modules for name in names_in(module)]
    rows = "\n".join(f"* - :py:obj:`~{full}`\n  - {first_line(full)}" for full in listed)
    parts = [heading(room), block("list-table::\n   :widths: auto", rows)]
    if room not in modules:
        parts.insert(1, f"{importlib.import_module(room).__doc__}\n")
    for module in modules:
        if module != room:
            parts.append(heading(module.removeprefix("kernelkit."), "-"))
        parts.append(f".. automodule:: {module}\n   :members:\n")
    return "\n".join(parts)


def command_index() -> str:
    """Return the page that lists the commands and the exit codes."""
    codes = summary((main.__doc__ or "").partition("\n\n")[2])
    return "\n".join(
        [
            heading("Commands"),
            *(f"* :doc:`kernelkit {name} <{name}>`: {plain(words)}" for name, words in COMMANDS.items()),
            f"\nExit codes: {codes}\n",
            hidden(COMMANDS),
        ]
    )


def registered(name: str) -> click.Context:
    """Return a registered command, as it is called."""
    top = click.Context(kernelkit, info_name="kernelkit", **kernelkit.context_settings)
    command = kernelkit.get_command(top, name)
    if command is None:
        raise LookupError(name)
    return click.Context(command, info_name=name, parent=top)


def command_page(name: str) -> str:
    """Return the page of a command: its own help, all options."""
    context = registered(name)
    parts = [heading(f"kernelkit {name}"), block("code-block:: text", context.command.get_usage(context))]
    for paragraph in (context.command.help or "").split("\n\n"):
        flowing, marked, lines = paragraph.partition("\b\n")
        if marked:
            title, *rest = lines.splitlines()
            parts += [
                plain(title.strip()) + "\n",
                block("code-block:: text", textwrap.dedent("\n".join(rest))),
            ]
        else:
            parts.append(plain(" ".join(flowing.split())) + "\n")
    parts += [heading("Options", "-"), f".. program:: kernelkit {name}\n"]
    records = [one.get_help_record(context) for one in options(context)]
    parts += [block(f"option:: {option}", plain(words)) for option, words in filter(None, records)]
    return "\n".join(parts)


def options(context: click.Context) -> list[click.Option]:
    """Return the options of a command; its arguments stand in its first lines."""
    return [one for one in context.command.get_params(context) if isinstance(one, click.Option)]


def without_help(context: click.Context) -> list[str]:
    """Return the command and those of its options that say nothing of themselves."""
    silent = [] if context.command.help else [context.command_path]
    return silent + [f"{context.command_path} {one.opts[-1]}" for one in options(context) if not one.help]


def kernels() -> str:
    """Return the page of all published kernels of the catalogue, by kind."""
    by_family: dict[str, list[Entry]] = {}
    for name in published_names():
        entry = named(name)
        by_family.setdefault(entry.family, []).append(entry)
    parts = [
        heading("Published kernels"),
        "The fixed names of :doc:`/catalogue`, with taps as printed in their sources.",
        ":doc:`kernelkit show <commands/show>` proves what each computes.\n",
    ]
    for family, entries in by_family.items():
        parts += [heading(family.capitalize(), "-"), *map(kernel_entry, entries)]
    return "\n".join(parts)


def kernel_entry(entry: Entry) -> str:
    """Return a kernel with its taps, operator, gain and source."""
    facts = {
        "Computes": target_text(entry.target)
        + ("" if entry.consistent else ", and not consistently as published"),
        "Gain": short(entry.gain),
        "Source": entry.source,
        "Also called": ", ".join(entry.aliases),
        "Remarks": "; ".join(entry.remarks),
    }
    return "\n".join(
        [
            heading(entry.name, "~"),
            f"{plain(entry.title)}\n",
            block("code-block:: text", textwrap.dedent(drawn(entry.published))),
            *(f":{name}: {plain(text)}" for name, text in facts.items() if text),
            "",
        ]
    )


def exercise_list() -> str:
    """Return the page that links to the answers, which the build writes beside the site's pages."""
    parts = [
        heading("All answers, in English and Chinese"),
        "What :doc:`/report` is about, computed for this site.\n",
    ]
    for words, group in grouped([one.problem for one in exercises()], "en"):
        parts.append(heading(words, "-"))
        for problem in group:
            links = (
                f"`{problem.title[language]} <../reports/{language}/{problem.slug}.html>`__"
                for language in ("en", "zh")
            )
            parts.append(f"* {' / '.join(links)}")
        parts.append("")
    return "\n".join(parts)
