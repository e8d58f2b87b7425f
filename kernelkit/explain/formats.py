"""The formats in which a result can be told, and the refusal of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernelkit.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Iterable


def known_format(form: str, formats: Iterable[str], *, of: str) -> str:
    """Return a format that is known.

    Parameters
    ----------
    form
        Its name.
    formats
        The names there are.
    of
        What is to be told, for the message.

    Raises
    ------
    UnknownNameError
        Another format; those there are are named.

    Examples
    --------
    >>> known_format("json", ("text", "json"), of="training")
    'json'
    """
    names = tuple(formats)
    if form not in names:
        raise UnknownNameError(
            f"no format for {of} is called {form!r:.60}", next=f"formats are {', '.join(names)}"
        )
    return form
