"""How members of a family are written: its name, the axes, and the parameters that are not the default."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kernelkit.catalogue.family import Value


def member_name(family: str, axes: str, parameters: Iterable[tuple[str, Value, Value]]) -> str:
    """Write the name of a member, as it is asked for.

    Parameters
    ----------
    family
        Name of the family.
    axes
        Letters of the derivative; may be empty.
    parameters
        ``(name, value, default)``; values equal to their default are not written.

    Examples
    --------
    >>> member_name("gaussian", "x", [("sigma", 2, 1), ("form", "discrete", "discrete"), ("dim", 2, 1)])
    'gaussian-x:sigma=2,dim=2'
    """
    given = [f"{name}={value}" for name, value, default in parameters if value != default]
    return family + (f"-{axes}" if axes else "") + (":" + ",".join(given) if given else "")
