"""Reading the names of members: ``FAMILY[-SIZE][-LETTERS][:key=value,...]``; text is never evaluated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kernelkit.errors import ExpressionError, InputError, LimitError, UnknownNameError
from kernelkit.exact.rational import rational

if TYPE_CHECKING:
    from collections.abc import Callable

    from kernelkit.catalogue.family import Family, Parameter, Value

_WHOLE = re.compile(r"[+-]?[0-9]{1,9}")
_SIZE = re.compile(r"[0-9]{1,9}")
_AXES = re.compile(r"[xyz]+")


class Member(NamedTuple):
    """A member of a family as it is asked for."""

    family: Family
    arguments: dict[str, Value]


def read_member(name: str, family_of: Callable[[str], Family | None]) -> Member | None:
    """Read the name of a member, or return None where it begins with no family's name.

    Parameters
    ----------
    name
        Folded: lower case, no blanks.
    family_of
        Finds the family of a name, or None.

    Raises
    ------
    UnknownNameError
        A parameter, or a word, that the family does not know.
    InputError
        A value that is no number, a parameter given twice, or axes or a size that the family does not take.
    """
    head, colon, tail = name.partition(":")
    parts = head.split("-")
    for length in range(len(parts), 0, -1):
        family = family_of("-".join(parts[:length]))
        if family is not None and (form := _size_and_axes(parts[length:])) is not None:
            return Member(family, _arguments(family, form, tail if colon else None))
    return None


def _size_and_axes(parts: list[str]) -> tuple[str, str] | None:
    """Return the size and the letters that follow a family's name, or None where something else does."""
    size = parts[0] if parts and _SIZE.fullmatch(parts[0]) else ""
    letters = parts[1:] if size else parts
    if not letters:
        return size, ""
    return (size, letters[0]) if len(letters) == 1 and _AXES.fullmatch(letters[0]) else None


def _arguments(family: Family, form: tuple[str, str], tail: str | None) -> dict[str, Value]:
    size, axes = form
    pairs = [("size", size)] if size else []
    if tail is not None:
        pairs += [_pair(family, piece) for piece in tail.split(",")]
    arguments: dict[str, Value] = {}
    for key, text in pairs:
        parameter = _parameter(family, key)
        if parameter.name in arguments:
            raise InputError(f"the parameter {key} is given twice", next=f"give {key} once")
        arguments[parameter.name] = _value(family, parameter, text)
    if axes:
        if not family.letters:
            raise InputError(
                f"{family.name} is no derivative along axes: {axes!r} cannot follow it",
                next=_parameters_text(family),
            )
        arguments["axes"] = axes
    return arguments


def _pair(family: Family, piece: str) -> tuple[str, str]:
    key, equals, text = piece.partition("=")
    if not key or not equals or not text:
        raise InputError(
            f"{piece!r} is no parameter",
            why="parameters are written key=value",
            next=_parameters_text(family),
        )
    return key, text


def _parameter(family: Family, key: str) -> Parameter:
    for parameter in family.parameters:
        if parameter.name == key:
            return parameter
    raise UnknownNameError(f"{family.name} has no parameter {key!r}", next=_parameters_text(family))


def _parameters_text(family: Family) -> str:
    if not family.parameters:
        return f"{family.name} takes no parameters"
    return f"{family.name} takes " + ", ".join(
        f"{p.name} ({' or '.join(p.words) if p.words else p.help})" for p in family.parameters
    )


def _value(family: Family, parameter: Parameter, text: str) -> Value:
    if parameter.kind == "word":
        if text not in parameter.words:
            raise UnknownNameError(
                f"{parameter.name} of {family.name} cannot be {text!r}",
                next=f"{parameter.name} is {' or '.join(parameter.words)}",
            )
        return text
    if parameter.kind == "number":
        try:
            return rational(text, what=f"{parameter.name} of {family.name}")
        except (InputError, ExpressionError, LimitError) as unread:
            raise type(unread)(
                unread.what, why=parameter.help, next=f"{parameter.name}=3/2, 1.5 and 1e-3 are numbers"
            ) from unread
    if not _WHOLE.fullmatch(text):
        raise InputError(
            f"{parameter.name} of {family.name} cannot be {text!r}",
            why=f"it takes a whole number in digits: {parameter.help}",
            next=f"{parameter.name}=3 is one",
        )
    return int(text)
