"""Tables of numbers: csv files, with commas, semicolons or tabs."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.images.image import Decoded

if TYPE_CHECKING:
    from collections.abc import Sequence


_LOOKED_AT = 100_000
"""Characters in which commas are looked for beside other separators."""


def read_csv(file: IO[bytes], name: str, most: int) -> Decoded:
    """Read a table; one row or one column is a signal.

    Raises
    ------
    InputError
        Cells that are no numbers.
    ShapeError
        Rows that differ in length, or none.
    LimitError
        More than ``most`` characters.
    """
    import numpy as np

    content = file.read(most + 1)
    if len(content) > most:
        raise LimitError(
            f"{name!r} has more than {most:,} characters",
            next="save it as npy, or allow as many: open_image(..., most=...)",
        )
    lines: list[str] = []
    looked_at = content[:_LOOKED_AT].decode("utf-8", "replace").splitlines()
    if any("," in line and (";" in line or "\t" in line) for line in looked_at):
        raise InputError(
            f"{name!r} has commas inside of cells",
            why="semicolons or tabs separate them, and a comma may be that of a decimal or of thousands",
            next="save it with decimal points",
        )
    try:
        lines = [line for line in content.decode("utf-8-sig").splitlines() if line.strip()]
        rows = [_cells(line) for line in lines]
    except ValueError as unread:
        headed = _has_header(lines)
        raise InputError(
            f"{name!r} is no table of numbers",
            why="its first line is a header, not numbers"
            if headed
            else "every cell must be a number; cells are separated by commas, semicolons or tabs",
            next="delete the first line"
            if headed
            else "numpy.savetxt(file, array, delimiter=',') writes one, numpy.save an npy file",
        ) from unread
    if not rows or len({len(row) for row in rows}) > 1:
        raise ShapeError(
            f"the rows of {name!r} differ in length" if rows else f"{name!r} is empty",
            next="give every row the same number of cells",
        )
    table = np.array(rows)
    return Decoded(table.ravel(), "x") if 1 in table.shape else Decoded(table, "yx")


def _cells(line: str) -> Sequence[float]:
    from array import array  # an eighth of a list's memory

    if "_" in line:  # Python reads 1_000 as a number, people may mean anything
        raise ValueError(line)
    return array("d", map(float, line.replace(";", ",").replace("\t", ",").split(",")))


def _has_header(lines: list[str]) -> bool:
    """Whether only the first line of a table that cannot be read holds words."""
    try:
        return len(lines) > 1 and all(map(_cells, lines[1:]))
    except ValueError:
        return False
