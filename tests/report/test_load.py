"""Exercises are found in kernelkit and in folders of the user's own; what has another shape is refused."""

import pytest

from kernelkit.errors import InputError, MissingExtraError, ReportError, UnknownNameError
from kernelkit.report.load import chosen, exercises

OWN = """
from dataclasses import dataclass
from kernelkit.report.model import Answer, Check, Problem

both = {{"en": "text", "zh": "文字"}}
PROBLEM = Problem(slug="{slug}", title=both, question=both, source=both, rank={rank})
QUICK = {{"size": 2}}


@dataclass(frozen=True, slots=True)
class Row:
    size: int


def solve(*, size=100):
    return Answer({{"en": "{{n}}", "zh": "{{n}}"}}, {{"n": Row(size).size}}, (Check(both, holds=True),))
"""


def write(folder, name, slug, rank=0):
    (folder / name).write_text(OWN.format(slug=slug, rank=rank), encoding="utf-8")


def test_a_folder_of_ones_own_in_the_order_of_rank_and_slug(tmp_path):
    write(tmp_path, "a.py", "zeta")
    write(tmp_path, "b.py", "alpha")
    write(tmp_path, "c.py", "first", rank=-1)
    (tmp_path / "_shared.py").write_text("raise SystemExit")
    found = exercises(tmp_path)
    assert [one.problem.slug for one in found] == ["first", "alpha", "zeta"]
    assert [found[0].solve(quick=quick).facts["n"] for quick in (False, True)] == [100, 2]
    assert [one.problem.slug for one in chosen(found, ["zeta", "first"])] == ["first", "zeta"]


def test_an_unknown_slug_offers_similar_ones():
    with pytest.raises(UnknownNameError, match="second-derivative"):
        chosen(exercises(), ["second-derivate"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1/0", "cannot be loaded: ZeroDivisionError"),
        ("raise SystemExit(0)", "cannot be loaded: SystemExit"),
        ("def", "cannot be loaded: SyntaxError"),
        ("x = 1", "is no problem"),
        ("PROBLEM = 1\ndef solve(): pass", "is no problem"),
    ],
)
def test_files_of_another_shape_are_refused(tmp_path, text, words):
    (tmp_path / "odd.py").write_text(text)
    with pytest.raises(InputError, match=words):
        exercises(tmp_path)


def test_folders_without_problems_and_twins_are_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read: no such file or directory"):
        exercises(tmp_path / "none")
    with pytest.raises(InputError, match="no problem lies in"):
        exercises(tmp_path)
    write(tmp_path, "a.py", "same")
    write(tmp_path, "b.py", "same")
    with pytest.raises(InputError, match=r"a\.py and b\.py have one slug"):
        exercises(tmp_path)


@pytest.mark.parametrize(
    ("line", "kind", "words"),
    [
        ("import torch.nothing_there", MissingExtraError, r"torch is not installed.*\n.*kernelkit\[learn\]"),
        ("import no_such_package", MissingExtraError, "pip install no_such_package"),
        ("1 / 0", ReportError, r"a\.py failed: ZeroDivisionError: division by zero"),
        ("raise SystemExit(0)", ReportError, r"a\.py failed: SystemExit"),
        ("[].remove(1)", ReportError, "failed: ValueError"),
        ("from kernelkit import named; named('sobbel')", UnknownNameError, "sobel"),
    ],
)
def test_what_goes_wrong_in_a_module_is_told_in_words(tmp_path, line, kind, words):
    write(tmp_path, "a.py", "a")
    with (tmp_path / "a.py").open("a") as file:
        file.write(f"\ndef solve(size=1):\n    {line}\n")
    with pytest.raises(kind, match=words):
        exercises(tmp_path)[0].solve()


def test_a_module_that_returns_something_else_is_refused(tmp_path):
    write(tmp_path, "a.py", "a")
    with (tmp_path / "a.py").open("a") as file:
        file.write("\ndef solve(size=1):\n    return 'text'\n")
    with pytest.raises(ReportError, match="returned no Answer but str"):
        exercises(tmp_path)[0].solve()
