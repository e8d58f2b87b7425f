"""``kernelkit problem``: one exercise, answered in the terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

import click

from kernelkit.cli.io import write
from kernelkit.cli.options import output_options
from kernelkit.errors import InputError
from kernelkit.report.document import document
from kernelkit.report.load import chosen, exercises
from kernelkit.report.model import LANGUAGES
from kernelkit.report.terminal import plain

if TYPE_CHECKING:
    from kernelkit.report.document import Document
    from kernelkit.report.model import Language

FORMATS = ("text", "markdown", "json")


@click.command()
@click.argument("slug", required=False)
@click.option(
    "--lang",
    "language",
    type=click.Choice(LANGUAGES),
    default="en",
    show_default=True,
    help="Of the answer.",
)
@click.option("--quick", is_flag=True, help="Smaller sizes, where the exercise has any.")
@click.option(
    "--problems", metavar="DIR", help="A folder of your own problems; the modules in it are executed."
)
@output_options(FORMATS)
def problem(
    slug: str | None, *, language: str, quick: bool, problems: str | None, form: str, output: str | None
) -> None:
    """Answer one exercise: text, tables and what was checked; figures stand in the reports.

    \b
    Examples:
      kernelkit problem second-derivative
      kernelkit problem second-derivative --lang zh
      kernelkit problem second-derivative --format json
    """
    if slug is None:
        raise InputError("a problem has a name", next="kernelkit report --list lists them")
    [exercise] = chosen(exercises(problems), [slug])
    filled = document(exercise.problem, exercise.solve(quick=quick), cast("Language", language))
    write(_told(filled, form), output)


def _told(filled: Document, form: str) -> str:
    if form == "text":
        return plain(filled)
    if form == "markdown":
        return filled.markdown().rstrip()
    asked, language = filled.problem, filled.language
    found = {
        "slug": asked.slug,
        "language": language,
        "title": asked.title[language],
        "question": asked.question[language],
        "source": asked.source[language],
        "answer": filled.body,
        "checks": list(filled.checks),
    }
    return json.dumps(found, ensure_ascii=False, indent=2)
