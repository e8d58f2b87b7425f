"""Answers as plain text for a terminal."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from kernelkit.report.document import COLON, HEADINGS
from kernelkit.report.shown import width

if TYPE_CHECKING:
    from kernelkit.report.document import Document

WIDTH = 88


def plain(document: Document) -> str:
    """Return an answer without marks of Markdown; formulas in Unicode, figures are named by their captions."""
    problem, language = document.problem, document.language
    words = {name: heading[language] for name, heading in HEADINGS.items()}
    parts = [
        _heading(problem.title[language], "="),
        _folded(f"{words['question']}{COLON[language]}{problem.question[language]}", language),
        _folded(f"{words['source']}{COLON[language]}{problem.source[language]}", language),
        *(_paragraph(part, language) for part in re.split(r"\n\n+(?![^`]*```\n\n)", document.body)),
        _heading(words["checks"], "-"),
        "\n".join(_folded(f"✓ {_bare(check)}", language, indent="  ") for check in document.checks),
    ]
    return "\n\n".join(parts)


def _paragraph(text: str, language: str) -> str:  # noqa: PLR0911 - one return a kind of paragraph
    if text.startswith("```"):
        return textwrap.indent("\n".join(text.split("\n")[1:-1]), "    ")
    if text.startswith("$$"):
        return textwrap.indent(formula(text.strip("$\n"), apart=True), "    ")
    if text.startswith("#"):
        return _heading(_bare(text.lstrip("# ")), "-")
    if text.startswith("|"):
        return _table(text)
    if text.startswith("!["):
        return _folded("[" + _bare(text[2 : text.rindex("](")]) + "]", language)
    if re.match(r"[-*] |\d+\. ", text):
        items = re.split(r"\n(?=[-*] |\d+\. )", text)
        return "\n".join(_folded(_bare(item), language, indent="  ") for item in items)
    return _folded(_bare(text), language)


def _table(text: str) -> str:
    """Set a table again: without the marks its cells have other widths."""
    lines = [
        [_bare(cell.strip()) for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in text.split("\n")
    ]
    rule = lines.pop(1)
    widths = [max(width(line[i]) for line in lines) for i in range(len(rule))]
    set_again = [
        "  ".join(
            " " * (widest - width(cell)) + cell if kind.endswith(":") else cell + " " * (widest - width(cell))
            for cell, widest, kind in zip(line, widths, rule, strict=True)
        ).rstrip()
        for line in [lines[0], ["-" * widest for widest in widths], *lines[1:]]
    ]
    return textwrap.indent("\n".join(set_again), "    ")


def _bare(text: str) -> str:
    """Take the marks away, and what kept other signs from being marks."""
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(formula(match[1]) if match[1] else match[2])
        return f"\0{len(kept) - 1}\0"

    text = re.sub(r"(?<!\\)(?:\$([^$\n]+)\$|`([^`]+)`)", keep, text)
    text = re.sub(r"\*\*(.+?)\*\*", r"\1", text, flags=re.DOTALL)
    text = re.sub(r"(?<!\\)(?<!\*)\*(?!\s)([^*]+?)\*", r"\1", text)
    text = re.sub(r"\\([\\`*_\[\]<>$|~])", r"\1", text)
    return re.sub(r"\0(\d+)\0", lambda match: kept[int(match[1])], text)


_GROUP = r"\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}"
"""Braces with up to two levels of braces in them."""

_SIGNS = {
    r"\dots": "…",
    r"\lvert": "|",
    r"\rvert": "|",
    r"\vert": "|",
    r"\lVert": "‖",
    r"\rVert": "‖",
    r"\Vert": "‖",
    r"\quad": "  ",
    "\\ ": " ",
}
"""Signs that unicodeit does not know."""

_MATRIX = r"\\begin\{[bpv]?matrix\}(.*?)\\end\{[bpv]?matrix\}"


def formula(tex: str, *, apart: bool = False) -> str:
    r"""Return a formula in Unicode; what has no signs there stays LaTeX.  One set apart may take several lines.

    Examples
    --------
    >>> print(formula(r"\frac{f(x+h)}{h^2} = \frac{1}{12} h^{2} \sigma + \frac{3}{8}"))
    f(x+h)/h² = 1/12 h² σ + 3/8
    """
    from unicodeit import replace

    def ratio(match: re.Match[str]) -> str:
        above, below = (
            part if re.fullmatch(r"\w+|\w*\([^()]*\)|\w\^\w", part) else f"({part})"
            for part in match.groups()
        )
        return f"{above}/{below}"

    tex = re.sub(r"\\(?:text|mathrm|operatorname)\{([^{}]*)\}", r"\1", tex)
    tex = re.sub(r"\\(?:left|right|[bB]ig[lr]?|displaystyle|[,;!])(?![a-zA-Z])", "", tex)
    tex = re.sub(r"\\(max|min|log|ln|exp|sin|cos|det|gcd|lim)(?![a-zA-Z])", r"\1", tex)
    tex = re.sub(r"_\{([^{}]*,[^{}]*)\}", r"[\1]", tex)  # there is no small comma
    for sign, shown in _SIGNS.items():
        tex = re.sub(rf"(?<!\\){re.escape(sign)}(?![a-zA-Z])", shown, tex)
    while (found := re.sub(rf"\\[dt]?frac{_GROUP}{_GROUP}", ratio, tex)) != tex:
        tex = found
    if (
        apart
        and tex.count(r"\begin") == 1
        and (matrix := re.fullmatch(rf"(.*?){_MATRIX}(.*)", tex, re.DOTALL))
    ):
        return _matrix(f"{replace(matrix[1])} ".lstrip(), _cells(matrix[2]), replace(matrix[3]))
    tex = re.sub(rf"\{{({_MATRIX})\}}", r"\1", tex)
    tex = re.sub(_MATRIX, lambda found: f"[{'; '.join(map(' '.join, _cells(found[1])))}]", tex)
    return str(replace(tex))


def _cells(body: str) -> list[list[str]]:
    """Return the cells of a matrix by row."""
    from unicodeit import replace

    rows = [
        [str(replace(cell.strip())) for cell in row.split("&")] for row in body.split(r"\\") if row.strip()
    ]
    most = max(map(len, rows))
    return [row + [""] * (most - len(row)) for row in rows]


def _matrix(before: str, rows: list[list[str]], after: str) -> str:
    """Set a matrix in lines; what stands beside it stands beside its middle."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(f"{cell:>{widest}}" for cell, widest in zip(row, widths, strict=True)) for row in rows]
    middle = (len(lines) - 1) // 2
    return "\n".join(
        f"{before if number == middle else ' ' * width(before)}[ {line} ]{after if number == middle else ''}"
        for number, line in enumerate(lines)
    )


def _heading(text: str, mark: str) -> str:
    return f"{text}\n{mark * width(text)}"


def _folded(text: str, language: str, *, indent: str = "") -> str:
    text = re.sub(r"\s*\n\s*", " ", text)
    if language == "zh":
        return text  # the terminal folds it: words have no spaces between them
    return textwrap.fill(
        text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
