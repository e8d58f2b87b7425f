"""The ``kernelkit`` command: its group, and the one place where errors become text and exit codes."""

from __future__ import annotations

import importlib
import re
import sys
from typing import TYPE_CHECKING

import click

from kernelkit.cli.io import open_closed_streams, silence, tell
from kernelkit.errors import KernelkitError, OutputError

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "derive": "The kernel that computes a derivative, an integral or an operator, exactly.",
    "certify": "What a kernel computes, proved: accuracy and error, or where the claim fails.",
    "minimal": "The fewest taps for a target, with the proof that fewer do not suffice.",
    "show": "A kernel of the catalogue, or the list of all: taps, gain, proof, source.",
    "identify": "What any kernel computes, at which scale, and which known kernel it is.",
    "analyse": "Several kernels side by side: error, noise, direction, rank, stability.",
    "compare": "Other libraries: what their calls answer where the derivative is known, and how they filter.",
    "design": "The best kernel by a criterion, with exact moments, compared with the catalogue.",
    "apply": "A kernel applied to images and volumes: in stated units, right up to the border.",
    "gradient": "How fast images change, and in which direction: length, direction, components.",
    "edges": "Edges of images by Canny or zero crossings: on pixels, and between them.",
    "evaluate": "Found edges against true ones: precision, recall, F, figure of merit.",
    "learn": "A kernel from data: taps, intervals, proof, and what it is.",
    "train": "LeNet or AlexNet as posted, on real images, to tested weights; or the net's card.",
    "inspect": "What the first filters of a trained net are: edges, bars, blobs, colours, dead ones.",
    "report": "The exercises of the post and of the textbook, answered anew, as pages to read.",
    "problem": "One exercise, answered in the terminal.",
    "excite": "What an image can teach, and at which steps, before anything is trained.",
    "doctor": "What this installation has, and how it gets what it lacks.",
}
INTERRUPTED = 130
_KEYWORD = re.compile(
    r"\b(array|axis|bits|boundary|channels|dilation|high|kernel|low|method|page|sigma|spacing|stride|tolerance)="
    r"(?:\(([^)]*)\)|\"([^\"]*)\"|'([^']*)'|([-\w.]+))"
)


class _Commands(click.Group):
    """Loads a command's file only when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(f"kernelkit.cli.{cmd_name}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.UsageError(f"no command is called {args[0]!r}", ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="kernelkit", message="kernelkit %(version)s")
def kernelkit() -> None:
    """Convolution kernels, exactly: derive them, prove what they compute, export them.

    \b
    Examples:
      kernelkit derive --order 2
      kernelkit derive --operator "dxx + dyy" --offsets box:1 --prefer isotropic
      kernelkit certify "[1,-2,1]" --order 2
      kernelkit minimal --order 3
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code.

    0 done; 1 a check failed; 2 bad input; 3 mathematically impossible; 4 an optional package is missing; 130
    interrupted.
    """
    open_closed_streams()
    code = run(arguments)
    try:
        sys.stdout.flush()
    except OSError as refused:
        code = _stopped(refused)
    sys.exit(code)


def _stopped(refused: OSError) -> int:
    """Return the exit code for a standard output that takes no more, or for a file that cannot be used."""
    cause = (refused.strerror or str(refused)).lower()
    if refused.filename is not None:
        # what is opened by its name says the name; standard output has none
        _report(f"{str(refused.filename)[:200]!r} cannot be used: {cause}", "", "")
        return OutputError.exit_code
    silence(sys.stdout)
    if isinstance(refused, BrokenPipeError):
        return 0  # the reader has seen enough
    _report(f"standard output cannot be written: {cause}", "", "-o FILE")
    return OutputError.exit_code


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; no exception leaves it on purpose."""
    try:
        code = kernelkit.main(arguments, prog_name="kernelkit", standalone_mode=False)
    except KernelkitError as error:
        _report(error.what, error.why, error.next)
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 0
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        usage = f"{context.command_path} --help" if context else "kernelkit --help"
        _report(error.format_message(), "", usage)
        return 2
    except click.Abort:
        tell("interrupted")
        return INTERRUPTED
    except OSError as refused:
        return _stopped(refused)
    return code if isinstance(code, int) else 0


def _as_typed(step: str) -> str:
    """Return a next step as people type it: ``axis=(0, 1)`` is a word of Python, ``--axis 0,1`` an option."""
    typed = step.replace("open_image(..., most=...)", "--most N").replace("beyond='tried'", "--force")
    return _KEYWORD.sub(_as_option, typed)


def _as_option(found: re.Match[str]) -> str:
    name, *values = found.groups()
    return f"--{name} {next(filter(None, values), '').replace(', ', ',')}"


def _report(what: str, why: str, next_step: str) -> None:
    from kernelkit.training.processes import speaks  # only where something failed

    if not speaks():
        return
    lines = [f"error: {what}"]
    if why:
        lines.append(f"  why:  {why}")
    if next_step:
        lines.append(f"  next: {_as_typed(next_step)}")
    tell("\n".join(lines))
