"""Writing reports: every exercise in every format and language, or a comparison with what was written before."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from kernelkit.errors import OutputError
from kernelkit.files import write_whole
from kernelkit.report.html_page import TITLE, grouped, index, page
from kernelkit.report.notebook import notebook
from kernelkit.report.pdf import pdf
from kernelkit.report.shown import escaped
from kernelkit.report.svg import svg_of

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping, Sequence

    from kernelkit.report.document import Document
    from kernelkit.report.model import Language, Problem

FORMATS = ("html", "md", "ipynb", "pdf")


def made_by() -> str:
    """Return the line that says what made a report."""
    from importlib.metadata import version

    return f"kernelkit {version('kernelkit')}"


def files_of(
    document: Document, form: str, languages: Sequence[Language], *, problems: str | None = None
) -> dict[str, bytes]:
    """Return the files of one answer in one format, by their path inside the folder of reports.

    Parameters
    ----------
    document
        The answer.
    form
        One of `FORMATS`.
    languages
        All that are written: pages link to each other.
    problems
        The folder that the problem comes from; none for those of kernelkit.

    Raises
    ------
    MissingExtraError
        A package that only this format needs is not installed.
    ReportError
        It cannot be set in this format here.
    """
    slug, language = document.problem.slug, document.language
    name = f"{language}/{slug}.{form}"
    if form == "html":
        return {name: page(document, languages, made_by=made_by()).encode()}
    if form == "ipynb":
        return {name: notebook(document, folder=problems).encode()}
    if form == "pdf":
        return {name: pdf(document, made_by=made_by())}
    text = re.sub(r"\]\(figure:([a-z0-9_]+)\)", rf"]({slug}-\1.svg)", document.markdown())
    figures = {
        f"{language}/{slug}-{figure}.svg": svg_of(drawn, language).encode()
        for figure, drawn in document.figures.items()
    }
    return {name: text.encode(), **figures}


def index_of(
    problems: Iterable[Problem], form: str, language: Language, languages: Sequence[Language]
) -> dict[str, bytes]:
    """Return the page that lists the answers, in the formats that have one."""
    if form == "html":
        return {f"{language}/index.html": index(problems, language, languages, made_by=made_by()).encode()}
    if form == "md":
        lines = [f"# {TITLE[language]}"]
        for heading, group in grouped(problems, language):
            lines += [f"\n## {heading}\n"]
            lines += [
                f"- [{escaped(one.title[language])}]({one.slug}.md): {escaped(one.question[language])}"
                for one in group
            ]
        return {f"{language}/index.md": ("\n".join(lines) + "\n").encode()}
    return {}


def save(files: Mapping[str, bytes], folder: str | os.PathLike[str]) -> None:
    """Write files into a folder, each whole or not at all.

    Raises
    ------
    OutputError
        A file or a folder cannot be written.
    """
    for name, content in files.items():
        target = Path(folder) / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as refused:
            raise OutputError(
                f"{target.parent} cannot be made: {(refused.strerror or str(refused)).lower()}",
                next="name another folder with -o",
            ) from refused
        write_whole(target, content, next="name another folder with -o")


def differences(files: Mapping[str, bytes], folder: str | os.PathLike[str]) -> list[str]:
    """Return what is not as it was written: a line a file.

    Examples
    --------
    >>> differences({"en/a.md": b"text"}, "no such folder")
    ['en/a.md is not there']
    """
    found = []
    for name, content in files.items():
        target = Path(folder) / name
        if not target.is_file():
            found.append(f"{name} is not there")
        elif target.read_bytes() != content:
            found.append(f"{name} differs")
    return found
