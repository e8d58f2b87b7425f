"""``kernelkit train``: the nets of the post, from images to tested weights; their cards without training."""

from __future__ import annotations

import functools
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click
from click.core import ParameterSource

from kernelkit.cli.app import INTERRUPTED
from kernelkit.cli.io import tell, write
from kernelkit.cli.options import output_options, plot_options, read_whole_numbers
from kernelkit.errors import InputError
from kernelkit.exact.rational import counted
from kernelkit.explain.paragraphs import paragraph
from kernelkit.explain.training import FORMATS, configured, epoch_line, time_left, told
from kernelkit.learning.extra import need_torch
from kernelkit.training.config import Augmentation, Inputs, Normalisation, Optimiser, Precision, Schedule
from kernelkit.training.device import Device
from kernelkit.training.processes import environment, silent_ones_last
from kernelkit.training.recipes import RECIPES, recipe
from kernelkit.training.symptoms import chance, plateau, plateau_advice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kernelkit.datasets.labelled import LabelledImages
    from kernelkit.datasets.picture import Colour
    from kernelkit.training.config import Config
    from kernelkit.training.loop import Outcome, Progress

_RECIPES = list(dict.fromkeys(name for recipes in RECIPES.values() for name in recipes))
_NET_OPTIONS = ("activation", "pooling", "padding", "widths", "hidden")
_OF_CARDS = {
    *("net", "shapes", "recipe_name", "size", "batch", "optimiser", *_NET_OPTIONS, "classes", "channels"),
    *("form", "output"),
}
"""Parameters that decide what a card says, and where."""

_CLEAR = "\r\x1b[K"
"""Begins a line anew on a terminal."""

_PATIENT = 1.0
"""Seconds between two lines of progress on a terminal."""


@click.command()
@click.argument("net", type=click.Choice(list(RECIPES)))
@click.option("--shapes", is_flag=True, help="Print the net's card, layer by layer, and train nothing.")
@click.option(
    "--recipe", "recipe_name", type=click.Choice(_RECIPES), help="How to train. [default: textbook]"
)
@click.option(
    "--data",
    default="fashion-mnist",
    show_default=True,
    metavar="NAME|DIR",
    help="fashion-mnist, mnist, or a folder: IDX files, or images in a folder a class.",
)
@click.option("--download", is_flag=True, help="Fetch a missing data set, checked by content hashes.")
@click.option(
    "--picture-size",
    type=click.IntRange(min=1),
    metavar="PIXELS",
    help="Of a folder of pictures: cut all to a square, and resize it to this.",
)
@click.option(
    "--colour", type=click.Choice(["grey", "rgb"]), help="Of a folder of pictures: turn all into this kind."
)
@click.option(
    "--test-share",
    type=float,
    metavar="SHARE",
    help="Of a folder of pictures without a test part: hold back such a share of each class.",
)
@click.option("--folder", metavar="DIR", help="Where runs are kept. [default: runs/NET-RECIPE]")
@click.option("--resume", is_flag=True, help="Go on with the runs in the folder where they stopped.")
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of everything random."
)
@click.option(
    "--seeds",
    type=click.IntRange(1, 100),
    default=1,
    show_default=True,
    help="Runs, with seeds that follow --seed.",
)
@click.option("--epochs", type=click.IntRange(min=1), help="Passes over the training images.")
@click.option("--batch", type=click.IntRange(min=1), help="Images a step.")
@click.option("--lr", type=float, metavar="RATE", help="Learning rate, or its peak.")
@click.option("--optimiser", type=click.Choice(get_args(Optimiser)), help="Plain gradient descent, or AdamW.")
@click.option(
    "--schedule", type=click.Choice(get_args(Schedule)), help="A constant --lr, or up to it and down to 0."
)
@click.option(
    "--weight-decay", type=float, metavar="SHARE", help="Of weights, not of biases, decoupled; 0 is none."
)
@click.option("--initialisation", metavar="WORD", help="How weights start: default, xavier.")
@click.option("--normalisation", type=click.Choice(get_args(Normalisation)), help="While learning only.")
@click.option(
    "--inputs", type=click.Choice(get_args(Inputs)), help="Pixels from 0 to 1, or of mean 0 and deviation 1."
)
@click.option(
    "--augmentation",
    type=click.Choice(get_args(Augmentation)),
    help="Training images moved by up to a pixel; with flips, half of them mirrored.",
)
@click.option(
    "--label-smoothing", type=float, metavar="SHARE", help="Of every label, spread over the classes."
)
@click.option("--averaging", type=float, metavar="DECAY", help="Of the averaged weights, a step; 0 is none.")
@click.option(
    "--validation", type=click.IntRange(min=0), metavar="N", help="Training images held back to choose on."
)
@click.option(
    "--patience", type=click.IntRange(min=0), metavar="N", help="Stop after N epochs without a better one."
)
@click.option(
    "--subset",
    type=click.IntRange(min=1),
    metavar="N",
    help="Only N images, and at most N to test on, for trying out.",
)
@click.option("--size", type=click.IntRange(min=1), metavar="PIXELS", help="Height and width of the input.")
@click.option("--activation", metavar="WORD", help="sigmoid, tanh or relu.")
@click.option("--pooling", metavar="WORD", help="average or max.")
@click.option("--padding", type=click.IntRange(min=0), metavar="PIXELS", help="Of the first layer.")
@click.option("--widths", metavar="N,N", help="Maps of the convolutions.")
@click.option("--hidden", metavar="N,N", help="Units of the hidden fully connected layers.")
@click.option("--classes", type=click.IntRange(min=1), help="Of the card; training counts those of the data.")
@click.option(
    "--channels", type=click.IntRange(min=1), help="Of the card; training counts those of the data."
)
@click.option(
    "--precision", type=click.Choice(get_args(Precision)), help="Of arithmetic; bfloat16 is autocast."
)
@click.option("--compile", "compiled", is_flag=True, help="Compile the net with torch.compile first.")
@click.option(
    "--device",
    type=click.Choice(get_args(Device)),
    default="auto",
    show_default=True,
    help="Where to train; auto takes a GPU where there is one.",
)
@click.option(
    "--save-every",
    type=click.FloatRange(min=0),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="Inside an epoch.",
)
@plot_options(what="the learning curve")
@output_options(FORMATS)
@silent_ones_last()
def train(
    net: str,
    *,
    shapes: bool,
    recipe_name: str | None,
    data: str,
    download: bool,
    picture_size: int | None,
    colour: Colour | None,
    test_share: float | None,
    folder: str | None,
    resume: bool,
    seed: int,
    seeds: int,
    device: Device,
    save_every: float,
    compiled: bool,
    plot: str | None,
    form: str,
    output: str | None,
    classes: int | None,
    channels: int | None,
    **changes: object,
) -> None:
    """Train LeNet or AlexNet as posted, and test the weights once; or print a net's card.

    The recipe textbook is the published one; best trains the same LeNet as well as it can be; modern trains a
    LeNet with ReLU.  Everything is kept in the folder of the run: configuration, log, the best and the last
    weights, the result.  Ctrl-C stops after the step at hand, and --resume goes on as if nothing had happened.
    Under torchrun the same command trains with several processes.

    \b
    Examples:
      kernelkit train lenet --shapes
      kernelkit train alexnet --shapes --size 227
      kernelkit train lenet --recipe textbook --subset 2000 --epochs 2
      kernelkit train lenet --recipe best --subset 2000 --epochs 2 --seeds 2 --plot curve.svg
      kernelkit train alexnet --subset 64 --batch 32 --epochs 1
    """
    if shapes:
        _refuse_beside_card(click.get_current_context())
    config = _config(recipe(net, recipe_name), changes, compiled=compiled)
    if shapes:
        _write_card(config, form, output, classes=classes, channels=channels)
        return
    if classes is not None or channels is not None:
        raise InputError(
            "the data decide classes and channels", next="leave --classes and --channels out, or add --shapes"
        )
    if folder == "":
        raise InputError("--folder is empty", next=f"--folder runs/{net}, or leave it out")
    need_torch("train")
    processes = environment()
    place = Path(folder or f"runs/{net}-{config.recipe}")
    session = _Session(place, resume, device, save_every, processes.first)
    for option, target in (("-o", output), ("--plot", plot)):
        _refuse_in_run(option, target, [session.place(one) for one in range(seed, seed + seeds)])
    from kernelkit.datasets.load import load

    read = functools.partial(
        load,
        data,
        download="if missing" if download else "never",
        picture_size=picture_size,
        colour=colour or "as is",
        test_share=test_share,
    )
    outcomes = _runs(
        config,
        [read("train"), read("test")],
        range(seed, seed + seeds),
        session,
        scaled="validation" not in {name for name, value in changes.items() if value is not None},
    )
    if not processes.first:
        return
    if plot is not None:
        from kernelkit.plot.curves import curves
        from kernelkit.plot.save import save

        figure = curves(
            [outcome.history for outcome in outcomes],
            chance=chance(len(outcomes[0].classes)),
            title=f"{net}, recipe {config.recipe}",
        )
        save(figure, plot)
    write(told(outcomes, form), output)


@dataclass(frozen=True, slots=True)
class _Session:
    """How runs are carried out, which changes nothing about their numbers."""

    folder: Path
    resume: bool
    device: Device
    save_every: float
    tells: bool

    def place(self, seed: int) -> Path:
        """Return the folder of the run of a seed."""
        return self.folder / f"seed-{seed}"

    def say(self, text: str) -> None:
        """Tell people something, in one process of several."""
        if self.tells:
            tell(text)


def _config(config: Config, changes: Mapping[str, object], *, compiled: bool) -> Config:
    """Return the recipe with what was asked for instead."""
    given = {name: value for name, value in changes.items() if value is not None}
    given |= {
        name: read_whole_numbers(str(given[name]), f"list of --{name}", f"--{name} 20,40")
        for name in ("widths", "hidden")
        if name in given
    }
    options = dict(config.options) | {name: given.pop(name) for name in _NET_OPTIONS if name in given}
    if compiled:
        given["compilation"] = "whole net"
    return config.with_changes(options=tuple(options.items()), **given)


def _refuse_beside_card(context: click.Context) -> None:
    """Refuse options that are about training, where a card is asked for."""
    typed = [
        option.opts[-1]
        for option in context.command.params
        if option.name not in _OF_CARDS
        and context.get_parameter_source(str(option.name)) is ParameterSource.COMMANDLINE
    ]
    if typed:
        raise InputError(
            f"a card does not depend on {', '.join(typed)}",
            why="--shapes trains nothing",
            next="leave out --shapes to train, or these options for the card",
        )


def _refuse_in_run(option: str, target: str | None, places: Sequence[Path]) -> None:
    """Refuse to write a file where a run makes a folder, or among the files of a run."""
    if target in {None, "-"}:
        return
    asked = Path(str(target)).resolve()
    for place in places:
        run = place.resolve()
        if run.is_relative_to(asked) or asked.is_relative_to(run):
            raise InputError(
                f"{option} {target} and the folder of the run, {place}, cannot both be there",
                why="the run makes this folder, and keeps only its own files in it",
                next=f"another name for {option}, outside of this folder; or another --folder",
            )


def _write_card(
    config: Config, form: str, output: str | None, *, classes: int | None, channels: int | None
) -> None:
    from kernelkit.explain.card import told as card_told
    from kernelkit.nets.card import card
    from kernelkit.nets.known import sketch

    channels = channels or 1
    found = card(
        sketch(config.net, **config.net_options(channels=channels, classes=classes or 10)),
        (channels, config.size, config.size),
        batch=config.batch,
        optimiser=config.optimiser,  # weights stay float32: bfloat16 is autocast
    )
    write(card_told(found, form), output)


def _runs(
    config: Config,
    parts: Sequence[LabelledImages],
    seeds: Sequence[int],
    session: _Session,
    *,
    scaled: bool,
) -> list[Outcome]:
    """Train once a seed, and tell what happens."""
    from kernelkit.training.loop import train as train_once
    from kernelkit.training.splits import held_back_of
    from kernelkit.training.state import holds_run, refuse_earlier

    training, test = parts
    if scaled:
        config = config.with_changes(validation=held_back_of(config, len(training)))
    for seed in seeds:
        if not session.resume:
            refuse_earlier(session.place(seed))
        elif not holds_run(session.place(seed)):
            session.say(f"nothing to resume in {session.place(seed)}: this run starts anew")
    opening = [configured(config, [training.description, test.description]), *_remarks(training, test)]
    outcomes = []
    for seed in seeds:
        outcome = train_once(
            config.with_changes(seed=seed),
            training,
            test,
            folder=session.place(seed),
            earlier="continue" if session.resume else "refuse",
            device=session.device,
            save_every=session.save_every,
            progress=_telling(
                session,
                config,
                len(training.classes),
                [*opening, *([f"seed {seed}"] if len(seeds) > 1 else [])],
            ),
        )
        opening = []
        if outcome.reason == "interrupted":
            session.say(
                f"stopped after {len(outcome.history)} of {counted(config.epochs, 'epoch')}; "
                f"all is kept in {outcome.folder}\n"
                "  next: the same command with --resume"
            )
            click.get_current_context().exit(INTERRUPTED)
        if outcome.reason == "stopped early":
            session.say(
                f"stopped early after {len(outcome.history)} of {counted(config.epochs, 'epoch')}: "
                f"none better in the last {config.patience}"
            )
        outcomes.append(outcome)
    return outcomes


def _remarks(training: LabelledImages, test: LabelledImages) -> list[str]:
    """Return what is odd about the data: it can be trained on, and says less than it seems to."""
    from kernelkit.datasets.load import duplicates

    found = []
    present = [name for name, count in zip(training.classes, training.counts, strict=True) if count]
    if len(present) == 1:
        found.append(f"all training images are of the class {present[0]}, so there is nothing to tell apart")
    if training.shape == test.shape and (shared := len(duplicates(test, training))):
        found.append(
            f"{counted(shared, 'test image')} of {len(test):,} {'is' if shared == 1 else 'are'} among the training "
            "images too, pixel by pixel: the test accuracy says less about new ones"
        )
    return [paragraph(f"note: {remark}", indent="  ") for remark in found]


def _telling(
    session: _Session, config: Config, classes: int, opening: Sequence[str]
) -> Callable[[Progress], None]:
    """Return what tells once what is run, then a line an epoch, and on a terminal how far the epoch is."""
    terminal = sys.stderr.isatty()
    told_epochs: int | None = None
    warned = False
    said = time.monotonic()

    def each_step(progress: Progress) -> None:
        nonlocal told_epochs, warned, said
        if told_epochs is None:  # nothing was refused
            for text in opening:
                session.say(text)
            told_epochs = len(progress.history)  # those of an earlier session were told then
        for epoch in progress.history[told_epochs:]:
            session.say(f"{_CLEAR if terminal else ''}{epoch_line(epoch, progress.epochs)}")
        told_epochs = len(progress.history)
        if not warned and plateau(progress.history, classes):
            warned = True
            advice = plateau_advice(config, classes, loss=progress.history[-1].train_loss)
            session.say(paragraph(f"note: {advice}", indent="  "))
        now = time.monotonic()
        if terminal and now - said > _PATIENT:
            said = now
            tell(
                f"{_CLEAR}epoch {progress.epoch}/{progress.epochs}, step {progress.step:,} of {progress.steps:,}, "
                f"{time_left(progress.seconds_left)} left; Ctrl-C keeps everything",
                end="",
            )

    return each_step
