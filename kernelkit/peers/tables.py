"""What libraries answer, as tables: for people one a question, otherwise one in all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernelkit.export.table import Column, Table, render_table
from kernelkit.peers.questions import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelkit.export.table import Value
    from kernelkit.peers.answers import Answer
    from kernelkit.peers.calls import Asked
    from kernelkit.peers.conventions import Convention

HEADINGS: dict[Asked, str] = {
    "d/dx": "d/dx: right is {right:g} on 2x + 3y, {border:g} in the last column of x^2",
    "gradient": "length of the gradient: right is {right:.4g} on 2x + 3y, {border:g} in the last column of x^2",
    "Laplacian": "Laplacian: right is {right:g} on x^2, {border:g} in its last column",
}

ANSWER_COLUMNS = (
    Column("asked", "asked", "d/dx, the length of the gradient, or the Laplacian"),
    Column("library", "library", "as it is imported"),
    Column("version", "version", "that is installed"),
    Column("call", "call", "as it is written in a program"),
    Column("inside", "inside", "answer in the middle of 2x + 3y, or of x^2 where the Laplacian is asked for"),
    Column("right", "right", "what is right there"),
    Column("scale", "scale", "divide by it: answer / right"),
    Column("along", "along", "axes along which it is a derivative"),
    Column("border", "border", "answer in the last column of x^2, divided by the scale"),
    Column("border_right", "right", "what is right there"),
    Column("flat", "flat", "of the answers to an image of ones the farthest from 0, which is right"),
    Column("step", "step", "answer in front of a step that falls by 255"),
    Column("step_8bit", "8 bits", "the same where the image has 8 bits without a sign"),
    Column("wrong", "not right", "what is not right"),
)


CONVENTION_COLUMNS = (
    Column("library", "library", "as it is imported"),
    Column("version", "version", "that is installed"),
    Column("call", "call", "as it is written in a program"),
    Column("taps", "taps", "as given (correlation) or turned around (convolution)"),
    Column("middle", "middle", "index of the tap, as given, that belongs to the sample of the answer"),
    Column("computes", "computes", "operator with its factor"),
    Column("border", "border", "what lies beyond the border, by its name in kernelkit"),
)

_IN_HEADINGS = {"asked", "library", "version", "right", "border_right"}
"""Columns that people read above and below a table."""


def answers_as(found: Sequence[Answer], form: str) -> str:
    """Write answers in one of `kernelkit.export.table.TABLE_FORMATS`."""
    if form != "text":
        return render_table(Table(ANSWER_COLUMNS, tuple(found)), form)
    lines = []
    for asked, question in QUESTIONS.items():
        heading = HEADINGS[asked].format(right=question.right, border=question.border)
        lines += [heading, _for_people(ANSWER_COLUMNS, [one for one in found if one.asked == asked]), ""]
    return "\n".join([*lines, _versions(found)])


def conventions_as(found: Sequence[Convention], form: str) -> str:
    """Write conventions in one of `kernelkit.export.table.TABLE_FORMATS`."""
    if form != "text":
        return render_table(Table(CONVENTION_COLUMNS, tuple(found)), form)
    return "\n\n".join([_for_people(CONVENTION_COLUMNS, found), _versions(found)])


def _for_people(columns: Sequence[Column], rows: Sequence[tuple[Value, ...]]) -> str:
    kept = [place for place, column in enumerate(columns) if column.key not in _IN_HEADINGS]
    cells = tuple(tuple(_short(row[place]) for place in kept) for row in rows)
    return render_table(Table(tuple(columns[place] for place in kept), cells))


def _short(value: Value) -> Value:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _versions(rows: Sequence[Answer | Convention]) -> str:
    others = (row for row in rows if row.library != "kernelkit")
    return ", ".join(dict.fromkeys(f"{row.library} {row.version}" for row in others))
