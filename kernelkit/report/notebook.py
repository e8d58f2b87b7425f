"""Answers as Jupyter notebooks: a cell of code that computes the answer anew, then a cell a section."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from kernelkit.report.svg import svg_of

if TYPE_CHECKING:
    from kernelkit.report.document import Document

_CODE = """\
from kernelkit.report.load import chosen, exercises

[exercise] = chosen(exercises({folder}), ["{slug}"])
answer = exercise.solve()
assert all(check.holds for check in answer.checks)
answer.facts"""


def notebook(document: Document, *, folder: str | None = None) -> str:
    """Return a notebook of format 4.5; figures are attached to the cells that show them.

    Parameters
    ----------
    document
        What it tells.
    folder
        Where the problem lies, for its cell of code; none for those of kernelkit.
    """
    svgs = {name: svg_of(figure, document.language) for name, figure in document.figures.items()}
    sections = re.split(r"\n(?=## )", document.markdown())
    cells = [_cell(text, svgs, number) for number, text in enumerate(sections)]
    code = _CODE.format(slug=document.problem.slug, folder="" if folder is None else repr(folder))
    cells.insert(
        1,
        {
            "cell_type": "code",
            "id": "solve",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": code,
        },
    )
    metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    }
    whole = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _cell(text: str, svgs: dict[str, str], number: int) -> dict[str, object]:
    names = re.findall(r"\]\(figure:([a-z0-9_]+)\)", text)
    cell: dict[str, object] = {"cell_type": "markdown", "id": f"section-{number}", "metadata": {}}
    if names:
        cell["attachments"] = {f"{name}.svg": {"image/svg+xml": svgs[name]} for name in names}
    cell["source"] = re.sub(r"\]\(figure:([a-z0-9_]+)\)", r"](attachment:\1.svg)", text).strip()
    return cell
