"""``kernelkit report``: pages for people, comparison for scripts, one's own problems."""

import pytest

from kernelkit.cli.app import run

OWN = """
from kernelkit.report.model import Answer, Check, Problem

both = {{"en": "text", "zh": "文字"}}
PROBLEM = Problem(slug="{slug}", title=both, question=both, source=both)


def solve():
    return Answer(both, {{}}, (Check(both, holds={holds}),))
"""


@pytest.fixture
def own(tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "good.py").write_text(OWN.format(slug="good", holds=True), encoding="utf-8")
    return folder


def test_the_list_names_all_and_answers_none(capsys):
    assert run(["report", "--list"]) == 0
    out = capsys.readouterr().out
    assert "second-derivative" in out
    assert run(["report", "--list", "--lang", "zh", "--only", "post"]) == 0
    assert "求二阶导数" in capsys.readouterr().out


def test_pages_in_both_languages_and_an_index_of_what_is_there(tmp_path, own, capsys):
    target = tmp_path / "out"
    assert run(["report", "--problems", str(own), "-o", str(target)]) == 0
    found = {str(path.relative_to(target)) for path in target.rglob("*.*")}
    assert found == {
        f"{language}/{name}.{form}"
        for language in ("en", "zh")
        for name in ("good", "index")
        for form in ("html", "md")
    }
    assert capsys.readouterr().err == "1 of 1: good\n"


def test_a_check_compares_and_writes_nothing(tmp_path, own, capsys):
    target = tmp_path / "out"
    command = ["report", "--problems", str(own), "-o", str(target), "--format", "md", "--lang", "en"]
    assert run([*command, "--check"]) == 1
    assert "en/good.md is not there" in capsys.readouterr().err
    assert not target.exists()
    assert run(command) == 0
    assert run([*command, "--check"]) == 0
    (target / "en" / "good.md").write_text("other")
    assert run([*command, "--check"]) == 1
    assert "en/good.md differs" in capsys.readouterr().err


def test_an_answer_that_fails_is_not_written_and_the_others_are(tmp_path, own, capsys):
    (own / "bad.py").write_text(OWN.format(slug="bad", holds=False), encoding="utf-8")
    assert run(["report", "--problems", str(own), "-o", str(tmp_path / "out")]) == 1
    assert "a check of bad failed: text" in capsys.readouterr().err
    names = {path.stem for path in (tmp_path / "out").rglob("*.html")}
    assert names == {"good", "index"}
    assert "bad" not in (tmp_path / "out" / "en" / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        ("Figure(both, lambda language: 1 / 0)", "ZeroDivisionError"),
        ("Figure(both, lambda language: None)", "a figure drew NoneType"),
        (r'Tex(r"\frac{1}{")', "cannot be written"),
    ],
)
def test_what_cannot_be_drawn_keeps_no_other_page_from_being_written(tmp_path, own, capsys, fact, words):
    text = OWN.format(slug="bad", holds=True).replace("both, {}, (", 'named, {"it": ' + fact + "}, (")
    text = text.replace("import Answer", "import Answer, Figure, Tex")
    text = text.replace("def solve", 'named = {"en": "{it}", "zh": "{it}"}\n\n\ndef solve')
    (own / "bad.py").write_text(text, encoding="utf-8")
    assert run(["report", "--problems", str(own), "-o", str(tmp_path / "out"), "--format", "html"]) == 1
    assert words in capsys.readouterr().err
    assert {path.stem for path in (tmp_path / "out").rglob("*.html")} == {"good", "index"}


def test_what_several_lack_is_said_once_and_the_others_are_written(tmp_path, own, capsys):
    needs = """
def solve():
    from kernelkit.errors import MissingExtraError

    raise MissingExtraError("torch is needed", next="pip install it")
"""
    for slug in ("first", "second"):
        text = OWN.format(slug=slug, holds=True)
        (own / f"{slug}.py").write_text(text[: text.index("def solve")] + needs, encoding="utf-8")
    assert run(["report", "--problems", str(own), "-o", str(tmp_path / "out")]) == 4
    err = capsys.readouterr().err
    assert err.count("pip install it") == 1
    assert "first is not answered: torch is needed" in err
    assert (tmp_path / "out" / "zh" / "good.html").is_file()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["report"], "-o DIR"),
        (["report", "no-such-thing", "-o", "x"], "no exercise is called 'no-such-thing'"),
        (
            ["report", "second-derivative", "--only", "errata", "-o", "x"],
            "no such exercise is of the group errata",
        ),
        (["report", "--problems", "no such folder", "--list"], "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said_before_any_work(arguments, words, capsys):
    assert run(arguments) == 2
    assert words in capsys.readouterr().err
