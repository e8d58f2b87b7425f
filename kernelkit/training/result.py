"""What a run gave, as plain values."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kernelkit.training.loop import Outcome


def as_dict(outcome: Outcome) -> dict[str, object]:
    """Return the result of a run as values that json can hold."""
    return {
        "schema": "kernelkit/1",
        "config": outcome.config.as_dict(),
        "reason": outcome.reason,
        "epochs": len(outcome.history),
        "chosen_epoch": None if outcome.chosen is None else outcome.chosen.epoch,
        "train_loss": None if outcome.chosen is None else outcome.chosen.train_loss,
        "train_accuracy": None if outcome.chosen is None else outcome.chosen.train_accuracy,
        "validation": None if outcome.validation is None else dataclasses.asdict(outcome.validation),
        "test": None if outcome.test is None else dataclasses.asdict(outcome.test),
        "parameters": outcome.parameters,
        "seconds": outcome.seconds,
        "data": outcome.data,
        "device": outcome.device,
    }
