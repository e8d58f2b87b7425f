"""The log of a run: one row an epoch, as csv and as json lines."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """What one epoch gave.

    Attributes
    ----------
    epoch, step
        Counted from 1; steps since the start of the run.
    lr
        Learning rate of its last step.
    train_loss, train_accuracy
        Means over the epoch's images, each seen with the weights of its step: they lag behind.
    validation_loss, validation_accuracy
        Over the whole validation split after the epoch; None without one.
    seconds, seconds_in_all
        Time the epoch took with its validation, and all epochs so far.
    """

    epoch: int
    step: int
    lr: float
    train_loss: float
    train_accuracy: float
    validation_loss: float | None
    validation_accuracy: float | None
    seconds: float
    seconds_in_all: float


COLUMNS = tuple(field.name for field in dataclasses.fields(Epoch))


def as_csv(history: Sequence[Epoch]) -> str:
    """Return the history as csv with a header; empty where there was no validation."""
    rows = [",".join(COLUMNS)]
    rows += [
        ",".join("" if value is None else repr(value) for value in dataclasses.astuple(epoch))
        for epoch in history
    ]
    return "\n".join(rows) + "\n"


def as_json_lines(history: Sequence[Epoch]) -> str:
    """Return the history as one json object a line."""
    return "".join(json.dumps(dataclasses.asdict(epoch)) + "\n" for epoch in history)


def as_dicts(history: Sequence[Epoch]) -> list[dict[str, object]]:
    """Return rows that json can hold."""
    return [dataclasses.asdict(epoch) for epoch in history]


def from_dicts(rows: Sequence[Mapping[str, object]]) -> tuple[Epoch, ...]:
    """Return what `as_dicts` wrote.

    Raises
    ------
    TypeError
        Columns that are missing or unknown.
    """
    return tuple(Epoch(**row) for row in rows)  # type: ignore[arg-type]


def best_of(history: Sequence[Epoch]) -> Epoch:
    """Return the epoch that counts: the first with the best validation accuracy; the last without validation."""
    scored = [epoch for epoch in history if epoch.validation_accuracy is not None]
    if not scored:
        return history[-1]
    return max(scored, key=lambda epoch: (epoch.validation_accuracy, -epoch.epoch))
