"""Answers are shown only when every number in them is computed and every check holds."""

import numpy as np
import pytest

from kernelkit.errors import InputError, ReportError
from kernelkit.report.document import document
from kernelkit.report.model import Answer, Check, Code, Problem, Table, Tex

SIX = {"en": "six", "zh": "六"}
PROBLEM = Problem(slug="six", title=SIX, question=SIX, source=SIX)
HOLDS = (Check(SIX, holds=True),)


def body(text, facts, checks=HOLDS, language="en"):
    return document(PROBLEM, Answer({"en": text, "zh": text}, facts, checks), language).body


def test_facts_fill_the_text():
    assert body("{a} and {b:.1f}", {"a": 1, "b": 2.04}) == "1 and 2.0"


def test_braces_of_formulas_and_code_are_their_own():
    text = r"$\frac{n}{m}$ and `{n}` and {n}; $$x_{n}$$"
    assert body(text, {"n": 4}) == r"$\frac{n}{m}$ and `{n}` and 4; $$x_{n}$$"


def test_a_fact_with_braces_is_not_filled_again():
    assert body("{a}", {"a": "{b}"}) == "{b}"


def test_blocks_are_paragraphs_of_their_own():
    table = Table({"en": ("n",), "zh": ("n",)}, [(1,)])
    found = body("Look:\n\n{t}\n\n{c}\n\n{f}\n\nor {f}.", {"t": table, "c": Code("x = 1"), "f": Tex("y")})
    assert found.split("\n\n") == [
        "Look:",
        "|   n |\n| --: |\n|   1 |",
        "```python\nx = 1\n```",
        "$$\ny\n$$",
        "or $y$.",
    ]
    with pytest.raises(InputError, match="Table is no part of a sentence"):
        body("Look: {t}", {"t": table})


def test_folded_chinese_lines_are_joined_without_a_gap_and_words_keep_theirs():
    assert body("卷积核\n  的大小，\n  kernel\n  size", {}, language="zh") == "卷积核的大小，kernel\n  size"
    for apart in ("一。\n\n二", "- 一。\n- 二；\n- **三**", "一：\n1. 二", "一。\n## 二"):
        assert body(apart, {}, language="zh") == apart
    assert body("“a”\n“b”", {}) == "“a”\n“b”"


def test_strong_chinese_text_ends_where_its_author_ended_it():
    from kernelkit.report.html_page import html_of

    for text in ("**不能再小了。**不管", "**不能再小了。** 不管"):
        assert html_of(body(text, {}, language="zh"), {}) == "<p><strong>不能再小了</strong>。不管</p>\n"
    assert body("一。**二**三，**四。**五", {}, language="zh") == "一。**二**三，**四**。五"


def test_checks_may_name_facts_and_use_them():
    check = Check({"en": "{a} is right", "zh": "{a} 正确"}, holds=True)
    assert document(PROBLEM, Answer(SIX, {"a": 1}, (check,)), "zh").checks == ("1 正确",)


@pytest.mark.parametrize(
    ("text", "facts", "checks", "words"),
    [
        ("{a}", {}, HOLDS, "names no fact: a"),
        ("none", {"a": 1}, HOLDS, "does not use: a"),
        ("none", {}, (), "checks nothing"),
        (
            "none",
            {},
            (Check({"en": "one is two", "zh": "一是二"}, holds=False),),
            "a check of six failed: one is two",
        ),
        (
            "none",
            {"a": 3},
            (Check({"en": "{a} is even", "zh": "{a} 是偶数"}, holds=False),),
            "a check of six failed: 3 is even",
        ),
        ("none", {}, (Check(SIX, holds=1),), "neither true nor false"),
        ("none", {}, (Check(SIX, holds=np.False_),), "a check of six failed"),
        ("none", {}, (Check(SIX, holds=np.array([True])),), "neither true nor false"),
        ("![x](http://example.org/x.png)", {}, HOLDS, "a picture outside itself"),
        ("a { b", {}, HOLDS, "a brace in the text of six is no placeholder"),
        ("{A}", {}, HOLDS, "a brace in the text of six is no placeholder"),
    ],
)
def test_what_is_not_wholly_computed_is_not_shown(text, facts, checks, words):
    with pytest.raises(ReportError, match=words) as caught:
        body(text, facts, checks)
    assert caught.value.exit_code == 1


def test_a_check_may_hold_by_numpy():
    assert body("none", {}, (Check(SIX, holds=np.float64(1) < 2),)) == "none"


def test_every_language_has_its_text():
    with pytest.raises(InputError, match="the answer of six is not there in every language"):
        document(PROBLEM, Answer({"zh": "无"}, {}, HOLDS), "en")
    with pytest.raises(InputError, match="a check of six is not there in every language"):
        document(PROBLEM, Answer(SIX, {}, (Check({"en": "x"}, holds=True),)), "en")


def test_the_page_says_what_was_asked_where_it_comes_from_and_what_was_checked():
    markdown = document(PROBLEM, Answer(SIX, {}, HOLDS), "zh").markdown()
    assert markdown.startswith("# 六\n\n**问题：** 六\n\n*出处：六*\n\n六\n\n")
    assert markdown.endswith("- ✓ 六\n")
