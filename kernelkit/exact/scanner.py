"""Reading small languages safely: tokens, and errors with a caret under the place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kernelkit.errors import ExpressionError, KernelkitError, LimitError
from kernelkit.exact.rational import rational

if TYPE_CHECKING:
    from fractions import Fraction

LONGEST_TEXT = 20_000
"""Characters of one expression; more is refused before it is read."""

_TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(?P<word>[A-Za-z_][A-Za-z_0-9]*)|(?P<sign>\*\*|.)"
)
_WHOLE = re.compile(r"[0-9]{1,9}")
_WINDOW = 60


class Token(NamedTuple):
    """A piece of text: ``kind`` is number, word, sign or end."""

    kind: str
    text: str
    place: int


class Scanner:
    """A cursor over the tokens of a text.

    Parameters
    ----------
    text
        What is read; it is never evaluated.
    what
        What the text should be, for error messages.
    example
        What such text looks like: the way out in error messages.
    """

    def __init__(self, text: str, what: str, example: str) -> None:
        self.example = example
        if len(text) > LONGEST_TEXT:
            raise LimitError(
                f"the {what} has {len(text)} characters; at most {LONGEST_TEXT} are read", next=example
            )
        self.source = "".join(c if c.isprintable() else " " if c.isspace() else "?" for c in text)
        self.what = what
        self._tokens = [
            Token(match.lastgroup or "", match.group(), match.start())
            for match in _TOKEN.finditer(self.source)
            if not match.group().isspace()
        ]
        self._next = 0

    @property
    def token(self) -> Token:
        """The token under the cursor."""
        if self._next < len(self._tokens):
            return self._tokens[self._next]
        return Token("end", "the end", len(self.source.rstrip()))

    @property
    def peek(self) -> Token:
        """The token after the one under the cursor."""
        self._next += 1
        token = self.token
        self._next -= 1
        return token

    def take(self) -> Token:
        """Return the token under the cursor and step over it."""
        token = self.token
        self._next += 1
        return token

    def accept(self, *texts: str) -> Token | None:
        """Step over the token if it is one of ``texts``."""
        if self.token.kind != "end" and self.token.text in texts:
            return self.take()
        return None

    def expect(self, text: str) -> Token:
        """Step over the token ``text``, or fail."""
        if self.token.kind != "end" and self.token.text == text:
            return self.take()
        raise self.error(f"expected {text!r}, found {self.found}")

    @property
    def found(self) -> str:
        """The token under the cursor, for a message."""
        return "the end" if self.token.kind == "end" else repr(self.token.text)

    def whole(self) -> int:
        """Step over a whole number and return it."""
        if self.token.kind != "number" or not _WHOLE.fullmatch(self.token.text):
            raise self.error(f"expected a whole number, found {self.found}")
        return int(self.take().text)

    def number(self, *, zero: str = "allowed") -> Fraction:
        """Step over an unsigned number and return it; ``zero="refused"`` is for divisors."""
        token = self.token
        if token.kind != "number":
            raise self.error(f"expected a number, found {self.found}")
        try:
            value = rational(token.text)
        except KernelkitError as unread:
            raise self.error(unread.what, next=unread.next) from unread
        if zero == "refused" and not value:
            raise self.error("division by zero")
        self.take()
        return value

    def error(self, message: str, *, place: int | None = None, next: str = "") -> ExpressionError:
        """Return the error for the token under the cursor, with a caret below its place."""
        at = self.token.place if place is None else place
        start = max(0, at - _WINDOW // 2)
        shown = self.source[start : start + _WINDOW]
        before = "..." if start else ""
        after = "..." if start + _WINDOW < len(self.source) else ""
        caret = " " * (len("  why:  ") + len(before) + at - start) + "^"
        return ExpressionError(
            f"this is no {self.what}: {message}",
            why=f"{before}{shown}{after}\n{caret}" if shown.strip() else "",
            next=next or self.example,
        )
