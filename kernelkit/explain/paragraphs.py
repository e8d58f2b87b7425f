"""Folding sentences for a terminal."""

from __future__ import annotations

import textwrap

WIDTH = 88


def paragraph(text: str, *, indent: str = "") -> str:
    """Fold a paragraph; lines after the first are indented.

    Examples
    --------
    >>> print(paragraph("word " * 20, indent="  "))
    word word word word word word word word word word word word word word word word word
      word word word
    """
    return textwrap.fill(
        text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
