"""``kernelkit report``: the exercises, answered anew and written as pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from kernelkit.cli.io import tell
from kernelkit.errors import InputError, KernelkitError, ReportError
from kernelkit.report.document import document
from kernelkit.report.html_page import grouped
from kernelkit.report.load import chosen, exercises
from kernelkit.report.model import GROUPS, LANGUAGES
from kernelkit.report.write import FORMATS, differences, files_of, index_of, save

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kernelkit.report.load import Exercise
    from kernelkit.report.model import Language, Problem


@click.command()
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@click.option("--list", "listing", is_flag=True, help="List the exercises and answer none.")
@click.option("-o", "--output", metavar="DIR", help="Where to; made when it is not there.")
@click.option(
    "--format",
    "forms",
    type=click.Choice(FORMATS),
    multiple=True,
    help="May be given several times. [default: html and md]",
)
@click.option(
    "--lang",
    "languages",
    type=click.Choice(LANGUAGES),
    multiple=True,
    help="May be given twice. [default: both]",
)
@click.option("--only", "group", type=click.Choice(list(GROUPS)), help="The exercises of one group.")
@click.option("--quick", is_flag=True, help="Smaller sizes, where an exercise has any.")
@click.option(
    "--check", is_flag=True, help="Write nothing; compare with the reports in DIR; 1 if they differ."
)
@click.option(
    "--problems", metavar="DIR", help="A folder of your own problems; the modules in it are executed."
)
def report(
    slugs: tuple[str, ...],
    *,
    listing: bool,
    output: str | None,
    forms: tuple[str, ...],
    languages: tuple[str, ...],
    group: str | None,
    quick: bool,
    check: bool,
    problems: str | None,
) -> None:
    """Answer exercises with computed numbers, and write a page for each, with an index.

    Every number, proof and figure is computed when the report is written; an answer with a failed check is not
    written.  Pages of HTML need no network and no other file.

    \b
    Examples:
      kernelkit report --list
      kernelkit report second-derivative -o reports
      kernelkit report second-derivative minimal-size -o reports --lang zh --format md
      kernelkit report second-derivative -o reports --check
    """
    known = exercises(problems)
    found = [one for one in (chosen(known, slugs) if slugs else known) if group in {None, one.problem.group}]
    spoken = cast("Sequence[Language]", tuple(dict.fromkeys(languages)) or LANGUAGES)
    if not found:
        raise InputError(f"no such exercise is of the group {group}", next="kernelkit report --list")
    if listing:
        _list(found, spoken[0])
        return
    if output is None:
        raise InputError(
            "reports are written to a folder", next="-o DIR, or kernelkit problem SLUG to read one here"
        )
    reports = _Reports(
        Path(output), tuple(dict.fromkeys(forms)) or FORMATS[:2], spoken, problems=problems, compare=check
    )
    for number, exercise in enumerate(found, 1):
        hint = "; it takes its time, --quick less of it" if exercise.takes_long and not quick else ""
        tell(f"{number} of {len(found)}: {exercise.problem.slug}{hint}")
        reports.answer(exercise, quick=quick)
    reports.index([one.problem for one in known])
    reports.close()


def _list(found: Sequence[Exercise], language: Language) -> None:
    widest = max(len(one.problem.slug) for one in found)
    for heading, group in grouped((one.problem for one in found), language):
        click.echo(heading)
        for problem in group:
            click.echo(f"  {problem.slug:{widest}}  {problem.title[language]}")


class _Reports:
    """Pages going out: to files, or to a comparison with those of an earlier run."""

    def __init__(
        self,
        folder: Path,
        forms: Sequence[str],
        languages: Sequence[Language],
        *,
        problems: str | None,
        compare: bool,
    ) -> None:
        self.folder = folder
        self.forms = forms
        self.languages = languages
        self.problems = problems
        self.compare = compare
        self.pages = 0
        self.different: list[str] = []
        self.failures: list[KernelkitError] = []

    def answer(self, exercise: Exercise, *, quick: bool) -> None:
        """Solve one exercise and put its pages out; what keeps it from that is told at the end."""
        failed = len(self.failures)
        try:
            answer = exercise.solve(quick=quick)
            # all languages and formats first: a page is not written where its twin is refused
            pages = [
                files_of(
                    document(exercise.problem, answer, language), form, self.languages, problems=self.problems
                )
                for language in self.languages
                for form in self.forms
            ]
        except KernelkitError as error:
            self.failures.append(error)
        except Exception as error:  # noqa: BLE001 - figures and formulas are drawn here by code of the problem
            kind = type(error).__name__
            self.failures.append(
                ReportError(f"{exercise.path.name} cannot be written: {kind}: {error}"[:400])
            )
        if len(self.failures) > failed:
            tell(f"{exercise.problem.slug} is not answered: {self.failures[-1].what}")
            return
        for files in pages:
            self._put(files)
        self.pages += len(pages)

    def index(self, known: Sequence[Problem]) -> None:
        """Write the list of all answers in the folder, of this run and of earlier ones."""
        for language in self.languages:
            for form in self.forms:
                there = [one for one in known if (self.folder / language / f"{one.slug}.{form}").is_file()]
                self._put(index_of(there, form, language, self.languages))

    def close(self) -> None:
        """Say what became of it; raise what kept an answer from being written."""
        # what several lack is said once; an answer that is wrong weighs more than a package that is missing
        told = {str(error): error for error in sorted(self.failures, key=lambda error: -error.exit_code)}
        if told:
            *others, last = told.values()
            for error in others:
                tell(f"error: {error}")
            raise last
        if self.different:
            raise ReportError(
                "the reports are not what kernelkit writes now: " + "; ".join(self.different),
                next="the same command without --check writes them anew",
            )
        click.echo(f"{self.pages} pages {'are as they were' if self.compare else 'written'} in {self.folder}")

    def _put(self, files: Mapping[str, bytes]) -> None:
        if self.compare:
            self.different += differences(files, self.folder)
        else:
            save(files, self.folder)
