"""Answers as PDF: Pandoc turns the Markdown into Typst, and Typst sets it."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from kernelkit.errors import MissingExtraError, ReportError
from kernelkit.report.svg import FONTS, svg_of

if TYPE_CHECKING:
    from kernelkit.report.document import Document
    from kernelkit.report.model import Language

_LATIN = ("Libertinus Serif", "New Computer Modern Math", "DejaVu Sans Mono")
"""Fonts that come with Typst: of text, formulas and code."""

_CHINESE = (
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Songti SC",
    "SimSun",
    *FONTS,
    "Noto Sans SC",
    "SimHei",
)

_PREAMBLE = """\
#set document(title: {title}, date: none)
#set page(paper: "a4", margin: (x: 2.4cm, y: 2.2cm), numbering: "1")
#set text(font: {fonts}, size: 10.5pt, lang: "{language}")
#set par(justify: true, leading: 0.75em, spacing: 1.1em)
#show math.equation: set text(font: {math})
#show raw: set text(font: {raw}, size: 9pt)
#show raw.where(block: true): it => block(fill: luma(245), inset: 8pt, radius: 3pt, width: 100%, it)
#show heading: set block(above: 1.4em, below: 0.8em)
#set table(stroke: (x, y) => (bottom: if y == 0 {{ 1pt }} else {{ 0.4pt + luma(180) }}), inset: 5pt)
#show figure: set block(breakable: true)
#show figure.where(kind: table): set text(size: 9.5pt)
#let horizontalrule = line(length: 100%)
"""


def pdf(document: Document, *, made_by: str) -> bytes:
    """Set an answer; the same one gives the same bytes.

    Raises
    ------
    MissingExtraError
        Pandoc or Typst is not installed.
    ReportError
        No font with Chinese characters is installed, for Chinese text.
    """
    try:
        import pypandoc
        import typst
    except ImportError as missing:
        raise MissingExtraError(
            "reports as pdf need Pandoc and Typst", next='pip install "kernelkit[pdf]"'
        ) from missing

    fonts = [_LATIN[0], *_chinese_font(document.language)]
    text = re.sub(r"\]\(figure:([a-z0-9_]+)\)", r"](\1.svg)", document.markdown())
    body = pypandoc.convert_text(
        text, "typst", format="markdown-auto_identifiers-smart", extra_args=["--wrap=none"]
    )
    preamble = _PREAMBLE.format(
        title=_string(document.problem.title[document.language]),
        fonts=_array(fonts),
        math=_array([_LATIN[1], *fonts[1:]]),
        raw=_array([_LATIN[2], *fonts[1:]]),
        language=document.language,
    )
    with tempfile.TemporaryDirectory() as folder:
        for name, figure in document.figures.items():
            (Path(folder) / f"{name}.svg").write_text(svg_of(figure, document.language), encoding="utf-8")
        source = Path(folder) / "report.typ"
        source.write_text(
            f"{preamble}\n{body}\n#text(size: 8pt, fill: luma(90))[#{_string(made_by)}]\n", encoding="utf-8"
        )
        day = dt.datetime.fromtimestamp(0, dt.UTC)
        return typst.compile(source, root=Path(folder), timestamp=day)


def _chinese_font(language: Language) -> list[str]:
    """Return the first font with Chinese characters that is there; none is needed for other languages."""
    import typst

    there = set(typst.Fonts().families())
    found = next((name for name in _CHINESE if name in there), None)
    if found is None and language == "zh":
        raise ReportError(
            "no font with Chinese characters is installed",
            why="Typst brings none, and a page without one would be empty",
            next="install Noto Serif CJK SC: apt-get install fonts-noto-cjk; or write html",
        )
    return [found] if found else []


def _string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _array(names: list[str]) -> str:
    """Write fonts in the order of preference; where a Chinese one follows, punctuation is left to it."""
    first, *rest = map(_string, names)
    if rest:
        first = f'(name: {first}, covers: "latin-in-cjk")'
    return f"({', '.join([first, *rest])},)"
