"""Central differences: the shortest centred kernels of every order and accuracy."""

from __future__ import annotations

from kernelkit.catalogue.entry import Entry
from kernelkit.catalogue.family import DIM, Family, Parameter, kind_along, orders_of, target_along
from kernelkit.catalogue.masks import whole_taps
from kernelkit.catalogue.member_name import member_name
from kernelkit.errors import InputError, LimitError
from kernelkit.exact.derive import derive
from kernelkit.exact.rational import whole

HIGHEST_ORDER = 12
"""Order of a derivative asked for by name; `kernelkit.derive` goes further."""

HIGHEST_ACCURACY = 24
"""Accuracy asked for by name; `kernelkit.derive` goes further."""

_ACCURACY = 2


def central(axes: str = "x", *, accuracy: int = _ACCURACY, dim: int = 1) -> Entry:
    """Return the central difference for a derivative, in the smallest whole taps.

    Parameters
    ----------
    axes
        The derivative, letter by letter: ``x``, ``xx``, ``xy``, ...
    accuracy
        The p of the error O(h^p): 2, 4, 6, ...
    dim
        Number of axes.

    Raises
    ------
    InputError
        No letters, or an accuracy that is not even.
    LimitError
        An order above `HIGHEST_ORDER` or an accuracy above `HIGHEST_ACCURACY`.

    References
    ----------
    Fornberg 1988, Math. Comp. 51:699, table 1.

    Examples
    --------
    >>> central("xx").published, central("x", accuracy=4).published
    (Kernel({-1: 1, 0: -2, 1: 1}), Kernel({-2: 1, -1: -8, 1: 8, 2: -1}))
    """
    target = target_along(axes, dim)
    accuracy = whole(accuracy, what="an accuracy")
    if not axes:
        raise InputError("a central difference is a derivative", next="central-x is d/dx")
    if accuracy < 2 or accuracy % 2:
        raise InputError(
            f"the accuracy of a central difference is an even number from 2 on, not {accuracy}",
            why="symmetry cancels every second term of the error",
            next=f"take accuracy={max(2, accuracy + accuracy % 2)}",
        )
    if target.order > HIGHEST_ORDER or accuracy > HIGHEST_ACCURACY:
        raise LimitError(
            f"order {target.order} with accuracy {accuracy} is above the limit of kernels by name, order "
            f"{HIGHEST_ORDER} and accuracy {HIGHEST_ACCURACY}",
            next=f"kernelkit derive --order {','.join(map(str, orders_of(axes, dim)))} --accuracy {accuracy}",
        )
    return Entry(
        name=member_name(
            "central", "".join(sorted(axes)), (("accuracy", accuracy, _ACCURACY), ("dim", target.ndim, 1))
        ),
        title=f"Central difference of accuracy {accuracy}, {target.name}",
        published=whole_taps(derive(target, accuracy=accuracy)),
        target=target,
        source="Taylor; tables in Fornberg 1988, Math. Comp. 51:699",
        family=kind_along(axes),
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        "central",
        "the shortest centred differences",
        central,
        parameters=(Parameter("accuracy", "whole", "the p of the error O(h^p), even"), DIM),
        letters=True,
        members=(
            *(
                f"central-{'x' * order}" + (f":accuracy={accuracy}" if accuracy > _ACCURACY else "")
                for order in (1, 2, 3, 4)
                for accuracy in (2, 4, 6, 8)
            ),
            *(f"central-{axes}:dim=2" for axes in ("x", "y", "xx", "xy", "yy")),
        ),
    ),
)
