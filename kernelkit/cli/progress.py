"""How far long work is: said on a terminal, once it has taken a while."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from kernelkit.cli.io import tell

if TYPE_CHECKING:
    from collections.abc import Callable

MODEST = 2.0
"""Seconds of work that nothing is said about."""


def progress_of(sentence: str) -> Callable[..., None] | None:
    """Return what is told how far work is; None where nobody watches.

    Parameters
    ----------
    sentence
        With braces for what is told: ``"filter {} of {}"``.
    """
    if not sys.stderr.isatty():
        return None
    began = said = time.monotonic()

    def progress(*numbers: float) -> None:
        nonlocal said
        now = time.monotonic()
        if now - began > MODEST and now - said > 1:
            said = now
            tell(sentence.format(*numbers))

    return progress
