"""Words for what the nets can be built of, and the nearest known word to one that is unknown."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from kernelkit.errors import UnknownNameError
from kernelkit.learning.shapes import one_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from torch import nn

ACTIVATIONS = {"sigmoid": "Sigmoid", "tanh": "Tanh", "relu": "ReLU"}
"""Functions between the layers, and the class of torch.nn that each one is."""

POOLINGS = {"average": "AvgPool2d", "max": "MaxPool2d"}
"""Ways to pool, and the class of torch.nn that each one is."""


def activation_of(word: str) -> Callable[[], nn.Module]:
    """Return what makes an activation; words are the keys of `ACTIVATIONS`.

    Raises
    ------
    InputError
        Another word.
    """
    from torch import nn

    made: Any = getattr(nn, ACTIVATIONS[one_of(word, tuple(ACTIVATIONS), what="an activation")])
    return made  # type: ignore[no-any-return]


def pooling_of(word: str) -> Callable[..., nn.Module]:
    """Return what makes a pooling layer; words are the keys of `POOLINGS`.

    Raises
    ------
    InputError
        Another word.
    """
    from torch import nn

    made: Any = getattr(nn, POOLINGS[one_of(word, tuple(POOLINGS), what="a pooling")])
    return made  # type: ignore[no-any-return]


def known_name(word: str, known: Iterable[str], *, what: str, of: str = "") -> str:
    """Return a name that is known.

    Raises
    ------
    UnknownNameError
        Another name; the nearest known one is offered, and all are named.

    Examples
    --------
    >>> known_name("lenet", ("lenet", "alexnet"), what="net")
    'lenet'
    """
    names = tuple(known)
    if word in names:
        return word
    near = difflib.get_close_matches(str(word).lower(), names, n=1)
    whose = f" of {of}" if of else ""
    listed = f"{what}s{whose} are {', '.join(names)}"
    raise UnknownNameError(
        f"no {what}{whose} is called {word!r}"[:200],
        next=f"did you mean {near[0]}? {listed}" if near else listed,
    )
