"""Answers are shown only when every number in them is computed and every check holds."""

import pytest

from kernelkit.errors import InputError
from kernelkit.report.model import Answer, Check


def test_facts_fill_the_text():
    assert Answer({"en": "{a} and {b:.1f}"}, {"a": 1, "b": 2}).filled("en") == "1 and 2.0"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer({"en": "{a}"}, {}), "text and facts of this answer do not match: a"),
        (Answer({"en": "none"}, {"a": 1}), "text and facts of this answer do not match: a"),
        (
            Answer({"en": "none"}, {}, (Check("one is two", holds=False),)),
            "a check of this answer failed: one is two",
        ),
        (Answer({"zh": "无"}, {}), "the answer has no text in 'en'"),
    ],
)
def test_what_is_not_wholly_computed_is_not_shown(answer, words):
    with pytest.raises(InputError, match=words):
        answer.filled("en")
