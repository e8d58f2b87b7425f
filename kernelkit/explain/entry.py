"""Entries of the catalogue in words, and the catalogue as a table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kernelkit.exact.certify import certify
from kernelkit.exact.rational import written
from kernelkit.explain.drawing import drawn
from kernelkit.explain.paragraphs import paragraph
from kernelkit.export.base import Sheet
from kernelkit.export.json import record
from kernelkit.export.table import Column, Table
from kernelkit.export.text import conventions, facts, row
from kernelkit.export.wording import short, target_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kernelkit.catalogue.entry import Entry
    from kernelkit.catalogue.family import Family

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


def family_table(families: Iterable[Family]) -> Table:
    """Return the families with their parameters, one row a family."""
    return Table(
        FAMILY_COLUMNS,
        tuple(
            (
                family.name,
                family.name
                + ("-AXES" if family.letters else "")
                + (":KEY=VALUE,..." if family.parameters else ""),
                "; ".join(f"{p.name}: {p.help}" for p in family.parameters) or None,
                family.summary,
            )
            for family in families
        ),
    )


def entry_text(entry: Entry) -> str:
    """Write an entry for reading in a terminal: published taps, gain, proof, source."""
    blocks = [paragraph(f"{entry.name}: {entry.title}", indent="  "), drawn(entry.published)]
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
