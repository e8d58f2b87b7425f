"""Tokens of small languages, and errors that point at their place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernelkit.errors import ExpressionError, LimitError
from kernelkit.exact.scanner import LONGEST_TEXT, Scanner, Token


@given(st.text(max_size=60))
def test_tokens_cover_the_text_in_order_and_lose_nothing_but_space(text):
    scanner = Scanner(text, "text", "as it should be")
    assert len(scanner.source) == len(text)
    tokens = []
    while scanner.token.kind != "end":
        tokens.append(scanner.take())
    for token in tokens:
        assert scanner.source[token.place : token.place + len(token.text)] == token.text
        assert token.kind in {"number", "word", "sign"}
    assert "".join(token.text for token in tokens) == "".join(scanner.source.split())
    assert scanner.found == "the end"


@given(st.text(max_size=60))
def test_whatever_is_read_is_printable(text):
    """Nothing in a message can move the cursor, change colours or turn the direction of writing."""
    assert all(c.isprintable() for c in Scanner(text, "text", "as it should be").source)


def test_numbers_words_and_signs():
    scanner = Scanner("2.5e-3*dxx **.5", "text", "as it should be")
    kinds = [(t.kind, t.text) for t in iter(scanner.take, Token("end", "the end", 15))]
    assert kinds == [("number", "2.5e-3"), ("sign", "*"), ("word", "dxx"), ("sign", "**"), ("number", ".5")]


def test_the_cursor_steps_only_over_what_is_accepted():
    scanner = Scanner("a , 7", "text", "as it should be")
    assert scanner.accept(",", ";") is None
    assert scanner.peek.text == ","
    assert scanner.token.text == "a"
    assert scanner.expect("a").place == 0
    assert scanner.accept(",", ";").text == ","
    assert scanner.found == "'7'"
    assert scanner.whole() == 7
    assert scanner.peek.kind == "end"
    assert scanner.accept("the end") is None
    with pytest.raises(ExpressionError, match="expected 'the end', found the end"):
        scanner.expect("the end")


def test_numbers_are_exact_and_a_divisor_is_not_zero():
    scanner = Scanner("0.1 0 x", "text", "as it should be")
    assert scanner.number() * 10 == 1
    with pytest.raises(ExpressionError) as refused:
        scanner.number(zero="refused")
    assert str(refused.value) == (
        "this is no text: division by zero\n  why:  0.1 0 x\n            ^\n  next: as it should be"
    )
    assert scanner.number() == 0
    with pytest.raises(ExpressionError) as refused:
        scanner.number()
    assert str(refused.value) == (
        "this is no text: expected a number, found 'x'\n  why:  0.1 0 x\n              ^\n  next: as it should be"
    )


@pytest.mark.parametrize("before", [0, 10, 29, 30, 31, 100])
@pytest.mark.parametrize("after", [0, 29, 30, 100])
def test_the_caret_stands_under_the_place_in_a_window_of_the_text(before, after):
    text = "1" * before + "!" + "2" * after
    scanner = Scanner(text, "list", "as it should be")
    error = scanner.error("no", place=before, next="do")
    what, why, caret, hint = str(error).split("\n")
    assert what == "this is no list: no"
    assert why[caret.index("^")] == "!"
    assert why.startswith("  why:  ")
    assert len(why) <= 8 + 60 + 6
    assert why.endswith("...") is (text not in why and not why.endswith("2" * after if after else "!"))
    assert hint == "  next: do"


def test_a_long_text_is_refused_unread():
    assert Scanner("x" * LONGEST_TEXT, "list", "as it should be").token.text == "x" * LONGEST_TEXT
    with pytest.raises(LimitError) as refused:
        Scanner("x" * (LONGEST_TEXT + 1), "list", "as it should be")
    assert str(refused.value) == (
        "the list has 20001 characters; at most 20000 are read\n  next: as it should be"
    )
