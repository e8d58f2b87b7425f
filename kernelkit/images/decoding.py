"""Decoders kept in bounds: what they raise becomes one error, and what they say stays off the terminal."""

from __future__ import annotations

import contextlib
import logging
import lzma
import struct
import warnings
import zipfile
import zlib
from tokenize import TokenError
from typing import TYPE_CHECKING

from kernelkit.errors import InputError, KernelkitError, LimitError
from kernelkit.images.image import SHOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

DAMAGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    ImportError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TokenError,
    TypeError,
    ValueError,
    lzma.LZMAError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
"""What damaged headers make decoders stumble over; NumPy parses those of npy files as Python."""

_TALKERS = ("PIL", "tifffile")
"""Loggers that speak to standard error about damage which our error already names."""


@contextlib.contextmanager
def decoding(name: str, form: str) -> Iterator[None]:
    """Let a decoder work on a file that may be damaged or hostile.

    Parameters
    ----------
    name
        The file, as errors call it.
    form
        The format, as errors call it.

    Raises
    ------
    InputError
        The decoder failed.
    LimitError
        It found no memory.
    """
    try:
        with quiet():
            yield
    except KernelkitError:
        raise
    except MemoryError as full:
        raise LimitError(
            f"there is no memory for {name!r}", next="cut out a part of it, or save it as zarr"
        ) from full
    except DAMAGE as damaged:
        raise InputError(
            f"{name!r} is a damaged {form} file, or of a kind that is not read here",
            why=_in_words(damaged),
            next=f"write it anew as {form}, or save the image as npy or tiff",
        ) from damaged


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep the warnings of decoders off the terminal: what matters of them is in our errors."""
    with warnings.catch_warnings(), contextlib.ExitStack() as silenced:
        warnings.simplefilter("ignore")
        for talker in _TALKERS:
            silenced.enter_context(_silent(logging.getLogger(talker)))
        yield


@contextlib.contextmanager
def _silent(logger: logging.Logger) -> Iterator[None]:
    """Keep a logger and those below it from the handlers of others, and from the last resort, the terminal."""
    handler, before = logging.NullHandler(), logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield
    finally:
        logger.propagate = before
        logger.removeHandler(handler)


def _in_words(damaged: Exception) -> str:
    """Return what a decoder said in one line; damaged bytes that it repeats must not reach a terminal."""
    said = "".join(letter if letter.isprintable() else " " for letter in str(damaged))
    return f"{type(damaged).__name__}: {said}"[:SHOWN]
