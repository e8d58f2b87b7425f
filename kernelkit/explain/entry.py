"""Entries of the catalogue in words, and the catalogue as a table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kernelkit.exact.certify import certify
from kernelkit.exact.offsets import offset_text
from kernelkit.exact.rational import counted, written
from kernelkit.explain.drawing import drawn
from kernelkit.explain.paragraphs import WIDTH, paragraph
from kernelkit.export.base import Sheet
from kernelkit.export.json import record
from kernelkit.export.table import Column, Table
from kernelkit.export.text import conventions, facts, row
from kernelkit.export.wording import short, target_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    from kernelkit.catalogue.entry import Entry
    from kernelkit.catalogue.family import Family
    from kernelkit.exact.kernel import Kernel
    from kernelkit.export.table import Value

MOST_LINES, MOST_DRAWN = 72, 2000
"""Lines and taps of a drawing; taps of a larger kernel are only counted."""

MOST_WRAPPED = 33
"""Taps on a line that are listed in several rows where one is too short for them."""

LONGEST_OPERATOR = 29
"""Characters of an operator in a list, which keeps lines within 100."""

_LONGEST_TAP = 12

ENTRY_COLUMNS = (
    Column("name", "name", "what it is asked for by"),
    Column("family", "family", "the kind of kernel"),
    Column("dim", "dim", "number of axes"),
    Column("taps", "taps", "number of taps other than zero"),
    Column("target", "computes", "operator, times the gain in the published taps"),
    Column("gain", "gain", "divide the published taps by it"),
    Column("consistent", "consistent", "whether the published taps, so divided, converge to the operator"),
    Column("source", "source", "where it was published"),
)

FAMILY_COLUMNS = (
    Column("name", "family", "what its names begin with"),
    Column("pattern", "name", "how its members are asked for"),
    Column("parameters", "parameters", "name: what it is"),
    Column("summary", "what it is", "one line"),
)


def entry_table(entries: Iterable[Entry]) -> Table:
    """Return the catalogue as a table, one row an entry."""
    return Table(
        ENTRY_COLUMNS,
        tuple(
            (
                entry.name,
                entry.family,
                entry.published.ndim,
                len(entry.published),
                target_text(entry.target),
                entry.gain,
                entry.consistent,
                entry.source,
            )
            for entry in entries
        ),
    )


def entry_list(entries: Iterable[Entry]) -> Table:
    """Return the catalogue as a table that is narrow enough for a terminal: no sources, and operators cut short."""
    full = entry_table(entries)
    kept = [i for i, column in enumerate(full.columns) if column.key not in {"consistent", "source"}]
    place = [column.key for column in ENTRY_COLUMNS].index("target")

    def cut(i: int, value: Value) -> Value:
        is_long = i == place and isinstance(value, str) and len(value) > LONGEST_OPERATOR
        return f"{str(value)[: LONGEST_OPERATOR - 3]}..." if is_long else value

    return Table(
        tuple(full.columns[i] for i in kept),
        tuple(tuple(cut(i, row[i]) for i in kept) for row in full.rows),
    )


def family_cards(families: Iterable[Family]) -> str:
    """Write the families for reading in a terminal: what each is, and a line for every parameter."""
    cards = []
    for family in families:
        lines = [paragraph(f"{family.name}: {family.summary}", indent="  "), f"  {_pattern(family)}"]
        width = max((len(parameter.name) for parameter in family.parameters), default=0)
        for parameter in family.parameters:
            words = f" ({' or '.join(parameter.words)})" if parameter.words else ""
            text = f"    {parameter.name:<{width}}  {parameter.help}{words}"
            lines.append(paragraph(text, indent=" " * (width + 6)))
        if family.aliases:
            lines.append(f"  also called {', '.join(family.aliases)}")
        if family.members:
            lines.append(f"  for example {family.members[-1]}")
        cards.append("\n".join(lines))
    return "\n\n".join(cards)


def _pattern(family: Family) -> str:
    """Write how members of a family are asked for."""
    return family.name + ("-AXES" if family.letters else "") + (":KEY=VALUE,..." if family.parameters else "")


def family_table(families: Iterable[Family]) -> Table:
    """Return the families with their parameters, one row a family."""
    return Table(
        FAMILY_COLUMNS,
        tuple(
            (
                family.name,
                _pattern(family),
                "; ".join(f"{p.name}: {p.help}" for p in family.parameters) or None,
                family.summary,
            )
            for family in families
        ),
    )


def entry_text(entry: Entry) -> str:
    """Write an entry for reading in a terminal: published taps, gain, proof, source."""
    blocks = [paragraph(f"{entry.name}: {entry.title}", indent="  "), _taps(entry.published)]
    lines = [row("as published", f"{short(entry.gain)} times {target_text(entry.target)}")]
    if entry.consistent:
        if entry.gain != 1:
            lines.append(
                row("unit gain", f"divide the taps by {short(entry.gain)}; that kernel is proved below")
            )
    else:
        lines.append(row("not consistent", _leak_text(entry)))
        lines.append(
            row("unit gain", "the nearest consistent kernel to the taps over the gain; it is proved below")
        )
    if entry.precision is not None:
        lines.append(row("printed to", f"{float(entry.precision):.2g}"))
    blocks.append("\n".join(lines + facts(entry.certificate, number=short)))
    about = [row("source", entry.source)]
    if entry.aliases:
        about.append(row("also called", ", ".join(entry.aliases)))
    about += [row("remark" if i == 0 else "", remark) for i, remark in enumerate(entry.remarks)]
    blocks.append("\n".join(about))
    blocks.append("\n".join(conventions(Sheet(entry.kernel, entry.certificate))))
    return "\n\n".join(blocks)


def entry_json(entry: Entry) -> str:
    """Write an entry for scripts: the unit kernel with its certificate, and the published taps."""
    entries = record(Sheet(entry.kernel, entry.certificate))
    entries |= {
        "name": entry.name,
        "title": entry.title,
        "family": entry.family,
        "published_taps": record(Sheet(entry.published, None))["taps"],
        "published_gain": written(entry.gain),
        "published_consistent": entry.consistent,
        "precision": None if entry.precision is None else written(entry.precision),
        "source": entry.source,
        "aliases": list(entry.aliases),
        "remarks": list(entry.remarks),
    }
    return json.dumps(entries, indent=2)


def _taps(kernel: Kernel) -> str:
    """Draw the taps, or say how many there are: thousands of lines are for files."""
    if kernel.ndim == 1 and len(kernel) <= MOST_WRAPPED:
        text = drawn(kernel)
        # a row of offsets and one of taps
        return text if text.count("\n") == 1 else _wrapped(kernel)
    if len(kernel) <= MOST_DRAWN:
        text = drawn(kernel)
        # a drawing of one line is none: it says that there was no room
        if 0 < text.count("\n") < MOST_LINES:
            return text
    first, last = (offset_text(kernel.taps[i][0]) for i in (0, -1))
    return f"  {counted(len(kernel), 'tap')} from {first} to {last}; json and csv list them"


def _wrapped(kernel: Kernel) -> str:
    """Draw a kernel on a line in as many pairs of rows as it takes."""
    rows = (
        ["offset", *(written(x) for (x,), _ in kernel.taps)],
        ["tap", *(_brief(tap) for _, tap in kernel.taps)],
    )
    width = max(len(cell) for row in rows for cell in row)
    count = (WIDTH - len("  offset")) // (width + 2)
    return "\n\n".join(
        "\n".join(
            f"  {row[0]:<6}" + "".join(f"  {cell:>{width}}" for cell in row[start : start + count])
            for row in rows
        )
        for start in range(1, len(rows[0]), count)
    )


def _brief(tap: Fraction) -> str:
    """Write a tap exactly where that is short, in six digits otherwise."""
    text = short(tap)
    return text if len(text) <= _LONGEST_TAP else f"{float(tap):.6g}"


def _leak_text(entry: Entry) -> str:
    """Say on which monomial the published taps, over their gain, first miss the target."""
    from fractions import Fraction

    from kernelkit.exact.polynomial import text as polynomial_text

    failed = certify(entry.published / entry.gain, entry.target)
    alpha, defect = failed.defect[0]
    wanted = entry.target.moment(alpha)
    monomial = polynomial_text(((alpha, Fraction(1)),))
    return (
        f"divided by the gain, on {monomial} the published taps give {short(wanted + defect)}, "
        f"not {short(wanted)}"
    )
