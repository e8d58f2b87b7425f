"""The exercise on the second derivative, solved and told in both languages."""

import importlib.util
import re
from pathlib import Path

import pytest

from kernelkit.report.model import LANGUAGES

FILE = Path(__file__).parents[2] / "problems" / "second_derivative.py"
SPEC = importlib.util.spec_from_file_location("second_derivative", FILE)
MODULE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(MODULE)


def test_the_answer_is_the_classical_kernel_and_the_popular_one_has_the_wrong_sign():
    facts = MODULE.solve().facts
    assert facts["taps"] == [1, -2, 1]
    assert (facts["count"], facts["popular_gain"]) == (3, -1)
    assert facts["error"] == "1/12 h^2 f^(4)"


def test_every_check_holds():
    checks = MODULE.solve().checks
    assert checks
    assert all(check.holds for check in checks)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_is_complete_and_no_digit_is_typed(language):
    answer = MODULE.solve()
    assert "[1, -2, 1]" in answer.filled(language)
    assert not re.search(r"\d", re.sub(r"\{[^}]*\}", "", answer.text[language]))
    assert MODULE.PROBLEM.title[language]
    assert MODULE.PROBLEM.question[language]
