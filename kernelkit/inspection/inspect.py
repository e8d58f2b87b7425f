"""A layer inspected: its filters, their classes and what they add up to, in one value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernelkit.inspection.classes import Verdict, classify
from kernelkit.inspection.layer import Layer, first_layer
from kernelkit.inspection.measures import Filter, measure
from kernelkit.inspection.summary import Summary, summarise

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import ArrayLike

    from kernelkit.inspection.weights import Model


@dataclass(frozen=True, slots=True, eq=False)
class Inspection:
    """What was found in a layer; `filters` and `verdicts` are in the order of the layer."""

    layer: Layer
    filters: tuple[Filter, ...]
    verdicts: tuple[Verdict, ...]
    summary: Summary


def inspect(
    layer: Layer | Model | Mapping[str, ArrayLike] | ArrayLike,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Inspection:
    """Measure and name the filters of a layer.

    Parameters
    ----------
    layer
        A layer; or a model that was read, arrays by name, or one array, of which `first_layer` takes the first layer.
    progress
        Is told, before each filter, how many are done and of how many.

    Raises
    ------
    InputError, CheckpointError, LimitError
        As `first_layer`: a path, which `kernelkit.inspection.weights.read_model` reads first, is among what is refused.

    Examples
    --------
    >>> found = inspect([[[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]], [[1, 1, 1], [1, 1, 1], [1, 1, 1]]])
    >>> [verdict.name for verdict in found.verdicts]
    ['gradient', 'DC']
    """
    chosen = layer if isinstance(layer, Layer) else first_layer(layer)
    filters = measure(chosen, progress=progress)
    verdicts = classify(filters)
    return Inspection(chosen, filters, verdicts, summarise(filters, verdicts))
