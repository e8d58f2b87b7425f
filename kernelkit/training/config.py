"""The configuration of one training run: frozen, checked, written beside its results."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from kernelkit.errors import InputError
from kernelkit.learning.shapes import at_least, finite, one_of, positive

if TYPE_CHECKING:
    from collections.abc import Mapping

Option = int | float | str | tuple[int, ...]
"""A value of an option of a net."""

Optimiser = Literal["sgd", "adamw"]
Schedule = Literal["constant", "one-cycle"]
Inputs = Literal["unit", "standardised"]
Augmentation = Literal["none", "shifts", "flips and shifts"]
Normalisation = Literal["none", "batch"]
Precision = Literal["float32", "bfloat16"]
Layout = Literal["channels first", "channels last"]
Compilation = Literal["none", "whole net"]

_WORDS = {
    "optimiser": get_args(Optimiser),
    "schedule": get_args(Schedule),
    "inputs": get_args(Inputs),
    "augmentation": get_args(Augmentation),
    "normalisation": get_args(Normalisation),
    "precision": get_args(Precision),
    "layout": get_args(Layout),
    "compilation": get_args(Compilation),
}
_NAMES = {"net": "lenet", "recipe": "own", "initialisation": "default"}
"""Fields that hold a name, each with one."""

_POSTED = "as posted"
_LEAST = {"size": 1, "epochs": 1, "batch": 1, "validation": 0, "subset": 0, "patience": 0, "seed": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that decides the numbers of a run, but for the data and the machine.

    Attributes
    ----------
    net
        Name of the net: ``lenet``, ``alexnet``.
    recipe
        Name of the recipe it comes from.
    options
        Options of the net that differ from the posted ones, as (name, value).
    size
        Height and width of its input in pixels; images of another size are resized bilinearly, batch by batch.
    epochs, batch
        Passes over the training images, and images a step (of all processes together).
    optimiser, lr, schedule, weight_decay
        ``sgd`` is plain gradient descent without momentum; ``one-cycle`` rises to ``lr`` over the first 30 % of the
        steps and falls to 0 by a cosine.  Decay is decoupled and acts on weights, not on biases.
    initialisation
        How weights begin, see `kernelkit.nets.initialise`.
    normalisation
        ``batch``: batch normalisation stands behind every hidden layer while the net learns, and is folded into
        the weights at the end; what is saved is the plain net.
    inputs
        ``unit`` divides pixels by 255; ``standardised`` also takes off the mean and divides by the deviation of
        the training images, one of each a channel.
    augmentation
        ``shifts`` moves every image by up to one pixel along each axis; ``flips`` also mirrors half of them.
    label_smoothing
        Share of every label that is spread evenly over the classes.
    averaging
        Decay per step of the moving average of the weights that is evaluated and kept; 0 keeps the last weights.
    precision, layout, compilation
        ``bfloat16`` is autocast; the layout is that of images in memory.
    validation
        Training images held back, the same ones for every seed; the best epoch is chosen on them, never on the
        test images.  With 0 nothing is chosen and the last epoch counts.
    patience
        Epochs without a better validation accuracy after which training stops; 0 never stops early.
    subset
        Use only so many training images, and at most as many test images; 0 uses all.
    seed
        Of everything random.
    """

    net: str
    size: int
    recipe: str = "own"
    options: tuple[tuple[str, Option], ...] = ()
    epochs: int = 10
    batch: int = 256
    optimiser: Optimiser = "sgd"
    lr: float = 0.1
    schedule: Schedule = "constant"
    weight_decay: float = 0.0
    initialisation: str = "default"
    normalisation: Normalisation = "none"
    inputs: Inputs = "unit"
    augmentation: Augmentation = "none"
    label_smoothing: float = 0.0
    averaging: float = 0.0
    precision: Precision = "float32"
    layout: Layout = "channels last"
    compilation: Compilation = "none"
    validation: int = 5000
    patience: int = 0
    subset: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            object.__setattr__(self, field.name, _of_python(getattr(self, field.name)))
        self._check_names()
        for name, known in _WORDS.items():
            one_of(getattr(self, name), known, what=name)
        for name, least in _LEAST.items():
            at_least(getattr(self, name), least, what=name)
        positive(self.lr, what="lr")
        for name in ("weight_decay", "label_smoothing", "averaging"):
            if not 0 <= finite(getattr(self, name), what=name) < 1:
                raise InputError(
                    f"{name} {getattr(self, name)} is not from 0 to below 1", next="0 turns it off"
                )
        if self.normalisation == "batch" and self.batch == 1:
            raise InputError(
                "batch normalisation cannot learn from batches of one image",
                why="it divides by the spread within a batch, and that of one image is 0",
                next="larger batches (--batch 256), or no normalisation (--normalisation none)",
            )
        if self.patience and not self.validation:
            raise InputError(
                "early stopping needs validation images",
                why="nothing is ever chosen on test images",
                next="hold images back (--validation N), or never stop early (--patience 0)",
            )

    def _check_names(self) -> None:
        for name, usual in _NAMES.items():
            if not isinstance(getattr(self, name), str):
                raise InputError(f"{name} is a name, not {getattr(self, name)!r:.60}", next=f'take "{usual}"')
        if not _are_options(self.options):
            raise InputError(
                f"options are pairs of a name and a value, not {self.options!r:.60}",
                next='options=(("activation", "relu"), ("widths", (20, 40)))',
            )
        given = {name for name, _ in self.options} & {"classes", "channels", "size"}
        if given:
            raise InputError(
                f"{min(given)} is no option of a configuration",
                why="the images decide classes and channels, and size is a field of its own",
                next="leave it out of the options",
            )

    def with_changes(self, **changes: object) -> Config:
        """Return the same configuration with some fields changed.

        Raises
        ------
        InputError
            A value that means nothing, or a field nobody knows.
        """
        unknown = changes.keys() - {field.name for field in dataclasses.fields(self)}
        if unknown:
            raise InputError(f"a configuration has no {min(unknown)}", next="print(config) lists what it has")
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]

    def net_options(self, *, channels: int, classes: int) -> dict[str, object]:
        """Return the options that build the net for images of so many channels and classes."""
        return {"channels": channels, "classes": classes, "size": self.size} | dict(self.options)

    def as_dict(self) -> dict[str, object]:
        """Return plain values that json can hold."""
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return values | {"options": {name: _plain(value) for name, value in self.options}}


def from_dict(values: Mapping[str, object]) -> Config:
    """Return the configuration that `Config.as_dict` wrote; anything else is refused.

    Raises
    ------
    InputError
        Fields that are unknown, missing or of the wrong kind.
    """
    fields = {field.name: field for field in dataclasses.fields(Config)}
    if not isinstance(values, dict):
        raise InputError(f"a configuration is a table of names and values, not {values!r:.40}")
    options = values.get("options", {})
    if not isinstance(options, dict) or values.keys() != fields.keys():
        odd = sorted(values.keys() ^ fields.keys())
        raise InputError(f"this is no configuration: {', '.join(odd[:5])} is unknown or missing")
    given: dict[str, object] = {}
    for name, value in values.items():
        kinds = {"int": (int,), "float": (int, float)}.get(str(fields[name].type), (str,))
        if name != "options" and (not isinstance(value, kinds) or isinstance(value, bool)):
            raise InputError(f"{name} of a configuration cannot be {value!r:.40}")
        given[name] = value
    given["options"] = tuple(
        (name, tuple(value) if isinstance(value, list) else value) for name, value in options.items()
    )
    return Config(**given)  # type: ignore[arg-type]


def differences(one: Config, other: Config) -> tuple[str, ...]:
    """Return the fields, and the options of the net, in which two configurations differ, with both values."""
    mine, others = _flat(one), _flat(other)
    return tuple(
        f"{name} {mine.get(name, _POSTED)} and {others.get(name, _POSTED)}"
        for name in dict.fromkeys([*mine, *others])
        if mine.get(name) != others.get(name)
    )


def _flat(config: Config) -> dict[str, object]:
    """Return fields and options side by side, as they are typed."""
    values = config.as_dict() | dict(config.options)
    del values["options"]
    return {
        name: ",".join(map(str, value)) if isinstance(value, tuple) else value
        for name, value in values.items()
    }


def _are_options(value: object) -> bool:
    return isinstance(value, tuple) and all(
        isinstance(pair, tuple)
        and len(pair) == 2
        and isinstance(pair[0], str)
        and isinstance(pair[1], int | float | str | tuple)
        for pair in value
    )


def _of_python(value: object) -> object:
    """Return a number of NumPy or PyTorch as one of Python, which json can hold; anything else as it is."""
    if isinstance(value, tuple):
        return tuple(map(_of_python, value))
    return value.item() if hasattr(value, "item") and getattr(value, "ndim", None) == 0 else value


def _plain(value: Option) -> int | float | str | list[int]:
    return list(value) if isinstance(value, tuple) else value
