"""Training in words: the configuration before a run, each epoch during it, the result after it."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import TYPE_CHECKING

from kernelkit.errors import InputError
from kernelkit.exact.rational import counted
from kernelkit.explain.formats import known_format
from kernelkit.explain.paragraphs import paragraph
from kernelkit.export.json import SCHEMA
from kernelkit.export.text import row
from kernelkit.training.published import Published, published
from kernelkit.training.recipes import WORDS, recipe
from kernelkit.training.result import as_dict
from kernelkit.training.seeds import Spread, accuracies, spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelkit.training.config import Config
    from kernelkit.training.history import Epoch
    from kernelkit.training.loop import Outcome

_PUBLISHED_ON = "Fashion-MNIST train"
FORMATS = {"text": "for reading in a terminal", "json": "for scripts"}


def configured(config: Config, data: Sequence[str]) -> str:
    """Write a configuration and what it is run on, before anything is trained.

    Parameters
    ----------
    config
        What will be run.
    data
        What the data are, one sentence a part.
    """
    options = ", ".join(f"{name} {_value(value)}" for name, value in config.options)
    chosen = (
        f"the best of all epochs on {config.validation:,} training images held back, the same for every seed"
        if config.validation
        else "the last epoch: no images are held back, so nothing is chosen"
    )
    if config.patience:
        chosen += f"; training stops after {counted(config.patience, 'epoch')} without a better one"
    decay = f", decay {config.weight_decay:g}" if config.weight_decay else ""
    averaged = f"; weights averaged, decay {config.averaging:g} a step" if config.averaging else ""
    norm = (
        "; batch normalisation while learning, folded into the weights"
        if config.normalisation == "batch"
        else ""
    )
    smooth = f"; labels smoothed by {config.label_smoothing:g}" if config.label_smoothing else ""
    lines = [
        row(
            "net",
            f"{config.net}{', ' + options if options else ', as posted'}; {config.size} x {config.size} pixels",
        ),
        row("recipe", _recipe_text(config)),
        *[row("data", text) for text in data],
        *(
            [
                row(
                    "subset",
                    f"{config.subset:,} of the training images, and at most as many to test on, for trying out",
                )
            ]
            if config.subset
            else []
        ),
        row(
            "inputs",
            f"{config.inputs}, augmented by {config.augmentation}".replace(
                "augmented by none", "not augmented"
            ),
        ),
        row(
            "steps",
            f"{config.optimiser}, learning rate {config.lr:g}, {config.schedule}{decay}, batches of {config.batch}, "
            f"{counted(config.epochs, 'epoch')}",
        ),
        row("start", f"{config.initialisation}, seed {config.seed}{norm}{averaged}{smooth}"),
        row("chosen", chosen),
        row("arithmetic", _arithmetic(config)),
    ]
    return "\n".join(lines)


def epoch_line(epoch: Epoch, epochs: int) -> str:
    """Write one epoch as one line."""
    held_back = (
        ""
        if epoch.validation_loss is None or epoch.validation_accuracy is None
        else f"  validation {epoch.validation_loss:.4f} {epoch.validation_accuracy:.4f}"
    )
    width = len(str(epochs))
    return (
        f"epoch {epoch.epoch:{width}}/{epochs}  train {epoch.train_loss:.4f} {epoch.train_accuracy:.4f}"
        f"{held_back}  {epoch.seconds:.1f} s"
    )


def time_left(seconds: float) -> str:
    """Write a time for people: ``8 s``, ``3 min 20 s``, ``2 h 5 min``.

    Examples
    --------
    >>> time_left(200)
    '3 min 20 s'
    """
    if not math.isfinite(seconds):
        return "unknown"
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def told(outcomes: Sequence[Outcome], form: str = "text") -> str:
    """Write what runs of one configuration and several seeds gave.

    Raises
    ------
    UnknownNameError
        The form is none of `FORMATS`.
    InputError
        No runs.
    """
    if not outcomes:
        raise InputError("there are no runs to tell of", next="told([train(config, training, test)])")
    return _record(outcomes) if known_format(form, FORMATS, of="training") == "json" else _text(outcomes)


def _text(outcomes: Sequence[Outcome]) -> str:
    first = outcomes[0]
    config = first.config
    found = accuracies(outcomes)
    lines = []
    if found is not None:
        lines.append(row("test accuracy", _spread_text(found)))
        if first.test is not None and len(outcomes) == 1:
            lines.append(
                row(
                    "test loss",
                    f"{first.test.loss:.4f}, mean cross-entropy of {counted(first.test.images, 'image')}",
                )
            )
    held_back = [outcome.validation.accuracy for outcome in outcomes if outcome.validation is not None]
    if held_back:
        lines.append(row("validation", _spread_text(spread(held_back))))
    learned = [outcome.chosen.train_accuracy for outcome in outcomes if outcome.chosen is not None]
    if learned:
        lines.append(
            row("train", f"{_spread_text(spread(learned))}, over the epoch, with weights on the move")
        )
    if any(outcome.reason == "stopped early" for outcome in outcomes):
        taken = ", ".join(str(len(outcome.history)) for outcome in outcomes)
        lines.append(
            row(
                "stopped early",
                f"after {taken} of {counted(config.epochs, 'epoch')}: none better in the last {config.patience}",
            )
        )
    epochs = ", ".join(str(outcome.chosen.epoch) for outcome in outcomes if outcome.chosen is not None)
    if epochs:
        kept = "the best on validation images" if config.validation else "the last"
        after = "; the test images were looked at after that" if found is not None else ""
        lines.append(row("epoch kept", f"{epochs} of {config.epochs}, {kept}{after}"))
    lines += [
        row("published", f"{one.accuracy:.3f} on Fashion-MNIST, {one.source}") for one in _comparable(first)
    ]
    seconds = [outcome.seconds for outcome in outcomes]
    each = " a seed" if len(seconds) > 1 else ""
    lines.append(row("time", f"{time_left(sum(seconds) / len(seconds))}{each}, {first.device}"))
    lines += [row("weights", f"{outcome.folder}/best.safetensors") for outcome in outcomes if outcome.folder]
    title = f"{config.net}, recipe {config.recipe}: {first.parameters:,} parameters"
    return "\n\n".join([paragraph(title, indent="  "), "\n".join(lines)])


def _spread_text(found: Spread) -> str:
    if found.deviation is None:
        return f"{found.mean:.4f}"
    each = ", ".join(f"{value:.4f}" for value in found.values)
    return (
        f"{found.mean:.4f} over {len(found.values)} seeds, standard deviation {found.deviation:.4f} ({each})"
    )


def _comparable(outcome: Outcome) -> tuple[Published, ...]:
    """Return what was published for the very same net, recipe and data; for others nothing is comparable."""
    config = outcome.config
    if outcome.data != _PUBLISHED_ON or config.recipe not in WORDS or _changes(config):
        return ()
    return published(config.net, config.recipe)


def _changes(config: Config) -> tuple[str, ...]:
    """Return what differs from the recipe of that name, each with its own value and the recipe's."""
    mine, others = config.as_dict(), recipe(config.net, config.recipe).as_dict()
    return tuple(
        f"{name} {mine[name]} in place of {others[name]}"
        for name in mine
        if name not in {"seed", "options"} and mine[name] != others[name]
    ) + (("other options of the net",) if mine["options"] != others["options"] else ())


def _recipe_text(config: Config) -> str:
    if config.recipe not in WORDS:
        return config.recipe
    changed = _changes(config)
    if changed:
        return f"{config.recipe}, but " + "; ".join(changed)
    return f"{config.recipe}: {WORDS[config.recipe]}"


def _record(outcomes: Sequence[Outcome]) -> str:
    found = accuracies(outcomes)
    values: dict[str, object] = {
        "schema": SCHEMA,
        "test_accuracy": None if found is None else dataclasses.asdict(found),
        "published": [dataclasses.asdict(one) for one in _comparable(outcomes[0])],
        "runs": [
            {
                **as_dict(outcome),
                "folder": outcome.folder,
                "history": [dataclasses.asdict(e) for e in outcome.history],
            }
            for outcome in outcomes
        ],
    }
    return json.dumps(_finite(values), indent=2, allow_nan=False)


def _finite(value: object) -> object:
    """Return plain values with null for every number that json has no word for, as the loss of a net that blew up."""
    if isinstance(value, dict):
        return {name: _finite(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _arithmetic(config: Config) -> str:
    compiled = ", compiled" if config.compilation == "whole net" else ""
    return f"{config.precision}, {config.layout}{compiled}"


def _value(value: object) -> str:
    return "/".join(map(str, value)) if isinstance(value, tuple) else str(value)
