"""What every exercise of kernelkit keeps: both languages whole, checks that hold, no number typed, small when quick."""

import re
import time
from pathlib import Path

import pytest
from problems.conftest import _answer

from kernelkit.report.document import document
from kernelkit.report.html_page import page
from kernelkit.report.load import exercises
from kernelkit.report.model import LANGUAGES

EXERCISES = [pytest.param(exercise, id=exercise.problem.slug) for exercise in exercises()]
NAMES = re.compile(
    r"LeNet-5|Conv[12]d|Conv2D|[a-z]+_?[123]d|AlexNet|ILSVRC-20\d\d|float(?:16|32|64)|R\^2|[123]-D|[一二三]维|L2|D2L"
)
"""Words that have digits in them and are names."""


def typed_digits(text):
    """Return digits that stand in prose, and results typed into formulas or code."""
    prose = re.sub(r"\$\$.+?\$\$|\$[^$\n]+\$|`[^`]+`|\{[^{}]*\}", " ", text, flags=re.DOTALL)
    found = re.findall(r"\S*\d\S*", NAMES.sub(" ", prose))
    for formula in re.findall(r"\$\$.+?\$\$|\$[^$\n]+\$", text, re.DOTALL):
        found += re.findall(r"\d{2,}|\d\.\d", formula)
    for code in re.findall(r"`[^`]+`", text):
        found += re.findall(r"(?<![A-Za-z_\d])\d+", code)
    return found


def test_typed_digits_are_found_where_they_stand():
    assert typed_digits("It has 3 taps of $x^2$, {count} and LeNet-5") == ["3"]
    assert typed_digits("$0.5 x$ and `[1, 2]` and `conv2d`") == ["0.5", "1", "2"]


@pytest.mark.parametrize("exercise", EXERCISES)
def test_no_number_is_typed_into_text(exercise):
    """Numbers of a text are computed; formulas keep single digits that are part of their form."""
    answer = _answer(exercise.problem.slug)
    for language in LANGUAGES:
        assert typed_digits(answer.text[language]) == []
        for check in answer.checks:
            assert typed_digits(check.statement[language]) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_answer_is_whole_proved_and_a_page_that_is_not_too_large(exercise, language):
    filled = document(exercise.problem, _answer(exercise.problem.slug), language)
    assert filled.checks
    assert len(page(filled, LANGUAGES, made_by="kernelkit").encode()) <= 500_000


@pytest.mark.parametrize("exercise", EXERCISES)
def test_chinese_text_is_chinese(exercise):
    """Chinese prose has Chinese punctuation, and no English sentence was left in it."""
    prose = re.sub(
        r"\$\$.+?\$\$|\$[^$\n]+\$|`[^`]+`|\{[^{}]*\}",
        "",
        _answer(exercise.problem.slug).text["zh"],
        flags=re.DOTALL,
    )
    assert not re.search(r"[\u4e00-\u9fff] ?[,;:?!](?!\d)", prose)
    assert not re.search(r"(?:[A-Za-z]+ ){6}", prose)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_slug_is_the_name_of_the_file(exercise):
    assert Path(exercise.path).stem.replace("_", "-") == exercise.problem.slug


@pytest.mark.parametrize("exercise", EXERCISES)
def test_quick_answers_are_quick(exercise):
    """Twenty of them, drawn in two languages, fit two minutes on two cores."""
    started = time.process_time()
    exercise.solve(quick=True)
    assert time.process_time() - started < 30
