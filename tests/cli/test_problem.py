"""``kernelkit problem``: one answer in the terminal."""

import json

from kernelkit.cli.app import run


def test_an_answer_as_text_in_both_languages(capsys):
    assert run(["problem", "second-derivative"]) == 0
    assert "The kernel is [1, -2, 1]" in capsys.readouterr().out
    assert run(["problem", "second-derivative", "--lang", "zh"]) == 0
    assert "[1, -2, 1]" in capsys.readouterr().out


def test_an_answer_for_scripts(capsys):
    assert run(["problem", "second-derivative", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["slug"] == "second-derivative"
    assert len(found["checks"]) >= 3


def test_an_unknown_one_names_the_list(capsys):
    assert run(["problem", "third-derivative"]) == 2
    assert "second-derivative" in capsys.readouterr().err


def test_without_a_name_the_list_is_named(capsys):
    assert run(["problem"]) == 2
    assert "kernelkit report --list" in capsys.readouterr().err
