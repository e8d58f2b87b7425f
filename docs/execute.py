"""Run every console and Python block of README and docs, and compare with what the page shows.

    python docs/execute.py                   check all pages; exit 1 where a block differs
    python docs/execute.py docs/apply.md     check some
    python docs/execute.py --write [PAGE...] put the real output into the pages

Each page is run in a folder of its own.

A console block holds ``$ kernelkit ...`` lines, each followed by its output; a pycon block is a session; a text block
that names a file of docs, as in ``text benchmarks/learn.txt``, holds that file.  What a page writes into ``figures/``
is a figure of docs; ``weights/`` are the weights of docs.  Links to files are checked too.
"""

from __future__ import annotations

import code
import contextlib
import io
import os
import re
import shlex
import shutil
import sys
import tempfile
from pathlib import Path

from kernelkit.cli.app import run

ROOT = Path(__file__).resolve().parent.parent
_BLOCK = re.compile(r"^```(?P<kind>console|pycon)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^```text (?P<name>\S+)\n.*?^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)[^)]*\)")


def pages() -> list[Path]:
    """Return README and all pages of docs."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def executed(text: str) -> str:
    """Return a page with the real output in its blocks; all pycon blocks of a page are one session."""
    session = code.InteractiveConsole()

    def block(match: re.Match[str]) -> str:
        body = match["body"]
        played = _console(body) if match["kind"] == "console" else _session(body, session)
        return f"```{match['kind']}\n{played}```"

    def file(match: re.Match[str]) -> str:
        content = (ROOT / "docs" / match["name"]).read_text(encoding="utf-8").strip("\n")
        return f"```text {match['name']}\n{content}\n```"

    return _FILE.sub(file, _BLOCK.sub(block, text))


def _console(body: str) -> str:
    lines = []
    for line in body.splitlines():
        if line.startswith("$ kernelkit"):
            lines += [line, *_output(shlex.split(line.removeprefix("$ kernelkit")))]
        elif line.startswith("$ "):
            raise SystemExit(f"only kernelkit commands are run in a console block, not: {line}")
    return "\n".join(lines) + "\n"


def _output(arguments: list[str]) -> list[str]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        run(arguments)
    return out.getvalue().rstrip("\n").splitlines()


def _session(body: str, console: code.InteractiveConsole) -> str:
    """Replay the ``>>>`` and ``...`` lines of a session; a block ends where its ``...`` lines end."""
    lines = []
    typed = [
        line for line in body.splitlines() if line.startswith((">>> ", "... ")) or line in {">>>", "..."}
    ]
    for line, following in zip(typed, [*typed[1:], ""], strict=True):
        lines.append(line)
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            more = console.push(line[4:])
            if more and not following.startswith("..."):
                console.push("")
        if "Traceback (most recent call last)" in out.getvalue():
            raise SystemExit(f"a pycon block fails at: {line}\n{out.getvalue()}")
        lines += out.getvalue().rstrip("\n").splitlines()
    return "\n".join(lines) + "\n"


def broken_links(page: Path, text: str) -> list[str]:
    """Return the links of a page that lead to no file."""
    return [link for link in _LINK.findall(text) if not (page.parent / link).exists()]


def missing_figures(drawn: Path, *, some: bool, write: bool) -> int:
    """Count the figures of docs that no page draws; put those that were drawn in their place if asked to.

    Where only some pages were run, other figures are not asked for.
    """
    figures = ROOT / "docs" / "figures"
    made = {path.name for path in drawn.iterdir()}
    if write:
        figures.mkdir(exist_ok=True)
        for name in made:
            shutil.copyfile(drawn / name, figures / name)
    kept = {path.name for path in figures.iterdir()} if figures.exists() else set()
    unmatched = made - kept if some else made ^ kept
    for name in sorted(unmatched):
        print(
            f"docs/figures/{name}: {'no page draws it' if name in kept else 'it is not there; --write puts it there'}"
        )
    return len(unmatched)


def main() -> int:
    """Check or write all pages; return the exit code."""
    write = "--write" in sys.argv[1:]
    asked = [Path(word).resolve() for word in sys.argv[1:] if word != "--write"]
    failures = 0
    sources = {page: page.read_text(encoding="utf-8") for page in asked or pages()}
    with tempfile.TemporaryDirectory() as folder:
        drawn = Path(folder, "figures")
        drawn.mkdir()
        for number, (page, text) in enumerate(sources.items()):
            name = page.relative_to(ROOT)
            place = Path(folder, str(number))
            place.mkdir()
            os.chdir(place)  # commands of a page may write files
            Path("figures").symlink_to(drawn)
            Path("docs").symlink_to(ROOT / "docs")  # as README names the weights
            Path("weights").symlink_to(ROOT / "docs" / "weights")  # as the pages beside them do
            real = executed(text)
            if real == text:
                continue
            if write:
                page.write_text(real, encoding="utf-8")
                print(f"{name}: written")
            else:
                print(f"{name}: a block shows what the code does not print; python docs/execute.py --write")
                failures += 1
        failures += missing_figures(drawn, some=bool(asked), write=write)
        for page, text in sources.items():
            for link in broken_links(page, text):
                print(f"{page.relative_to(ROOT)}: the link {link} leads nowhere")
                failures += 1
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
