"""What the calls of libraries answer to images whose derivatives are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kernelkit.peers.questions import QUESTIONS, SIDE, drawn, step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelkit.peers.calls import Array, Call, Library
    from kernelkit.peers.questions import Question

DIGITS = 9
"""Decimals to which answers are rounded: what is smaller is rounding of the libraries."""

CLOSE = 1e-6
"""How far an answer may be from the right one, in units of it."""

MIDDLE = SIDE // 2


class Answer(NamedTuple):
    """One call, measured; None where there is nothing to say.

    Attributes
    ----------
    asked, library, version, call
        What was asked, and of whom.
    inside, right
        The answer in the middle of the image, and the right one.
    scale
        By which the answers have to be divided.
    along
        The axes along which it changes.
    border, border_right
        The answer in the last column of x^2, divided by the scale, and the right one.
    flat
        Of the answers to an image of ones, the farthest from 0.
    step, step_8bit
        The answer in front of a step that falls by 255, and the one where the image has 8 bits without a sign.
    wrong
        What is not right.
    """

    asked: str
    library: str
    version: str
    call: str
    inside: float | None
    right: float
    scale: float | None
    along: str | None
    border: float | None
    border_right: float
    flat: float | None
    step: float | None
    step_8bit: float | None
    wrong: str | None


def answers(calls: Sequence[tuple[Library, Call]]) -> list[Answer]:
    """Return what calls answer, question by question; calls of filters are passed over."""
    return [measured(library, call) for asked in QUESTIONS for library, call in calls if call.asked == asked]


def measured(library: Library, call: Call) -> Answer:
    """Return what one call answers."""
    import numpy as np

    question = QUESTIONS[call.asked]

    def at(image: Array, column: int = MIDDLE) -> float | None:
        found = library.answer(call, image)
        return None if found is None else _rounded(found[MIDDLE, column])

    image, falling = drawn(question.image), step()
    inside = at(image)
    along = ", ".join(axis for axis, part in question.parts.items() if at(drawn(part)))
    derives = along == question.along and at(image + 1) == inside
    scale = _rounded(inside / question.right) if inside and derives else None
    border = at(drawn(lambda x, _: x**2), column=SIDE - 1)
    flat = library.answer(call, drawn(lambda x, _: x**0))
    answer = Answer(
        asked=call.asked,
        library=library.name,
        version=library.version,
        call=call.text,
        inside=inside,
        right=question.right,
        scale=scale,
        along=along or None,
        border=_rounded(border / scale) if border is not None and scale else None,
        border_right=question.border,
        flat=None if flat is None else _rounded(flat.flat[np.abs(flat).argmax()]),
        step=at(falling),
        step_8bit=at(falling.astype(np.uint8)),
        wrong=None,
    )
    return answer._replace(wrong=", ".join(_faults(answer, question)) or None)


def _rounded(number: float) -> float:
    return round(float(number), DIGITS) + 0.0  # no -0.0


def _faults(answer: Answer, question: Question) -> list[str]:
    if answer.inside is None:
        return ["refused"]
    size = 1 if answer.scale is None else abs(answer.scale)
    wrong = {
        "axis": answer.along != question.along,
        "sign": answer.scale is not None and answer.scale < 0,
        "scale": not _close(size, 1),
        "border": answer.border is not None and not _close(answer.border, question.border),
        "flat": not _close(answer.flat, 0),
        "8 bits": not _close(answer.step_8bit, answer.step),
    }
    return [fault for fault, found in wrong.items() if found]


def _close(found: float | None, right: float | None) -> bool:
    if found is None or right is None:
        return False
    return abs(found - right) <= CLOSE * max(abs(right), 1)
