"""Stopping between steps: the first Ctrl-C, or a scheduler's SIGTERM, is noted and obeyed when a step is complete."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


class Stop:
    """Whether somebody asked to stop."""

    def __init__(self) -> None:
        self.asked = False

    def note(self, number: int, frame: FrameType | None) -> None:
        """Note the first signal; the second Ctrl-C interrupts at once, whatever is lost."""
        if self.asked and number == signal.SIGINT:
            signal.default_int_handler(number, frame)
        self.asked = True


@contextmanager
def listening() -> Iterator[Stop]:
    """Listen for signals that ask to stop; outside the main thread, where none arrive, only wait for the end."""
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    former = {number: signal.signal(number, stop.note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
