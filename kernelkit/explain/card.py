"""The card of a net in words: its layers, what they cost, what they see, and which net it is."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from kernelkit.exact.rational import counted
from kernelkit.explain.formats import known_format
from kernelkit.export.json import SCHEMA
from kernelkit.export.text import row
from kernelkit.nets.card import CONVOLUTIONAL, FULLY_CONNECTED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kernelkit.nets.card import Card, Row

FORMATS = {"text": "for reading in a terminal", "json": "for scripts", "markdown": "for pages"}
WIDTH = 100
"""Columns of the table in text."""

HEADS = ("layer", "kind", "output", "parameters", "multiply-adds", "field", "jump", "first")
MEBIBYTE = 2**20
MOST_SPANS = 6
"""Runs of unread rows that are written out."""


def told(card: Card, form: str = "text") -> str:
    """Write the card of a net.

    Parameters
    ----------
    card
        From `kernelkit.nets.card.card`.
    form
        A key of `FORMATS`.

    Raises
    ------
    UnknownNameError
        Another format.
    """
    if known_format(form, FORMATS, of="the card of a net") == "json":
        return json.dumps(_record(card), indent=2, allow_nan=False)
    if form == "markdown":
        return _markdown(card)
    facts = "\n".join(row(label, text) for label, text in _facts(card))
    return f"{_table(card)}\n\n{facts}"


def unread_text(card: Card) -> str:
    """Say which rows and columns of the image reach no output."""
    rows, columns = (_spans(lines) for lines in (card.unread_rows, card.unread_columns))
    if not rows and not columns:
        return "every row and column of the input is read"
    if rows == columns:
        return f"rows and columns {rows} of the input are read by nothing"
    both = [f"{name} {lines}" for name, lines in (("rows", rows), ("columns", columns)) if lines]
    return f"{' and '.join(both)} of the input are read by nothing"


def memory_text(card: Card) -> str:
    """Say how much memory training takes, in MiB."""
    memory = card.memory
    parts = [("weights", memory.weights), ("gradients", memory.gradients)]
    parts += [(f"state of {card.optimiser}", memory.optimiser)] if memory.optimiser else []
    parts += [(f"values kept for the backward pass of {counted(card.batch, 'image')}", memory.activations)]
    listed = ", ".join(f"{name} {_mebibytes(size)}" for name, size in parts)
    return f"training in {card.precision} takes {_mebibytes(memory.total)} MiB: {listed}"


def _facts(card: Card) -> list[tuple[str, str]]:
    count = card.layers
    kinds = f"{count['convolutional']} convolutional and {count['fully_connected']} fully connected"
    names = [*("net" for _ in card.identity[:1]), *("" for _ in card.identity[1:])]
    found = [
        *zip(names, card.identity, strict=True),
        ("input", " x ".join(map(str, card.shape))),
        ("layers", f"{kinds}: {counted(count['learned'], 'learned layer')}"),
        ("parameters", _shared(card.parameters, card.parameters_of, "")),
        ("multiply-adds", _shared(card.multiply_adds, card.multiply_adds_of, " an image")),
    ]
    if card.heights:
        found += [("unread", unread_text(card)), ("sizes", _sizes_text(card))]
    return [*found, ("memory", memory_text(card))]


def _shared(total: int, of: Callable[[str], int], what: str) -> str:
    """Write a total, and what convolutions and fully connected layers have of it."""
    parts = [
        f"{name} {of(kind):,} ({of(kind) / total:.2%})"
        for kind, name in ((CONVOLUTIONAL, "convolutions"), (FULLY_CONNECTED, "fully connected"))
        if total and of(kind)
    ]
    return f"{total:,}{what}" + (f": {', '.join(parts)}" if parts else "")


def _sizes_text(card: Card) -> str:
    if card.heights == card.widths:
        return f"heights and widths from {_span(card.heights)} leave maps of this size"
    return f"heights from {_span(card.heights)} and widths from {_span(card.widths)} leave maps of this size"


def _spans(lines: Sequence[int]) -> str:
    """Write whole numbers as runs: ``0, 218 to 223``."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    shown = [_span(run) for run in runs[:MOST_SPANS]]
    left = sum(map(len, runs[MOST_SPANS:]))
    return ", ".join(shown) + (f" and {left} more" if left else "")


def _span(run: Sequence[int]) -> str:
    return str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}"


def _mebibytes(size: int) -> str:
    """Write bytes in MiB with three digits or more: 178.4, 0.235."""
    value = size / MEBIBYTE
    decimals = 1 if value >= 100 or not value else max(1, 2 - math.floor(math.log10(value)))
    return f"{value:,.{decimals}f}"


def _cells(entry: Row) -> tuple[str, ...]:
    seen = entry.fields if entry.has_windows else None
    pairs = [(f.size, f.jump, f.first) for f in seen] if seen else [("", "", "")] * 2
    fields = (str(a) if a == b else f"{a}x{b}" for a, b in zip(*pairs, strict=True))
    return (
        entry.name,
        f"{entry.kind} {entry.words}".strip(),
        " x ".join(map(str, entry.output)),
        f"{entry.parameters:,}" if entry.parameters else "",
        f"{entry.multiply_adds:,}" if entry.multiply_adds else "",
        *fields,
    )


def _total(card: Card) -> tuple[str, ...]:
    return ("", "together", "", f"{card.parameters:,}", f"{card.multiply_adds:,}", "", "", "")


def _table(card: Card) -> str:
    """Draw the layers within `WIDTH` columns; kinds with many options are cut, and json holds them whole."""
    lines = [HEADS, *map(_cells, card.rows), _total(card)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    room = WIDTH - 2 - sum(widths) - 2 * (len(widths) - 1)
    widths[1] = max(widths[1] + min(room, 0), len("together"))
    drawn = []
    for line in lines:
        cells = [
            _cut(cell, width).ljust(width) if place in {0, 1, 2} else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        drawn.append(("  " + "  ".join(cells)).rstrip())
    return "\n".join(drawn)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 3] + "..."


def _markdown(card: Card) -> str:
    rule = ["---"] * 3 + ["---:"] * 5
    lines = [HEADS, tuple(rule), *map(_cells, card.rows), _total(card)]
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    facts = "\n".join(f"- {f'{label}: ' if label else ''}{text}" for label, text in _facts(card))
    return f"{table}\n\n{facts}"


def _record(card: Card) -> dict[str, object]:
    memory, kept = card.memory, card.kept
    return {
        "schema": SCHEMA,
        "identity": list(card.identity),
        "input": list(card.shape),
        "layers": [_row_record(entry) for entry in card.rows],
        "counts": card.layers,
        "parameters": card.parameters,
        "parameters_convolutional": card.parameters_of(CONVOLUTIONAL),
        "parameters_fully_connected": card.parameters_of(FULLY_CONNECTED),
        "multiply_adds": card.multiply_adds,
        "multiply_adds_convolutional": card.multiply_adds_of(CONVOLUTIONAL),
        "multiply_adds_fully_connected": card.multiply_adds_of(FULLY_CONNECTED),
        "values": card.values,
        "unread_rows": list(card.unread_rows),
        "unread_columns": list(card.unread_columns),
        "heights_with_the_same_maps": [card.heights[0], card.heights[-1]] if card.heights else None,
        "widths_with_the_same_maps": [card.widths[0], card.widths[-1]] if card.widths else None,
        "batch": card.batch,
        "precision": card.precision,
        "optimiser": card.optimiser,
        "memory_bytes": {
            "weights": memory.weights,
            "gradients": memory.gradients,
            "optimiser": memory.optimiser,
            "activations": memory.activations,
            "total": memory.total,
        },
        "kept_for_backward": {
            "values_an_image": kept.values,
            "indices_an_image": kept.indices,
            "values_a_batch": kept.batch_values,
        },
    }


def _row_record(entry: Row) -> dict[str, object]:
    fields = entry.fields
    return {
        "name": entry.name,
        "kind": entry.kind,
        "options": entry.words,
        "output": list(entry.output),
        "parameters": entry.parameters,
        "multiply_adds": entry.multiply_adds,
        "receptive_field": [f.size for f in fields] if fields else None,
        "jump": [f.jump for f in fields] if fields else None,
        "first": [f.first for f in fields] if fields else None,
    }
