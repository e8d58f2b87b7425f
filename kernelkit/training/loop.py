"""The training loop: one run of a net, from its configuration to tested weights, that can be stopped and go on."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from kernelkit.errors import DivergenceError, InputError
from kernelkit.learning.extra import need_torch
from kernelkit.learning.shapes import one_of
from kernelkit.training.device import name_of
from kernelkit.training.evaluate import Metrics, evaluate, metrics, outputs_of, tally
from kernelkit.training.history import Epoch, best_of
from kernelkit.training.schedule import rate
from kernelkit.training.symptoms import divergence_advice

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    import torch
    from torch import Tensor

    from kernelkit.datasets.labelled import LabelledImages
    from kernelkit.training.config import Config
    from kernelkit.training.device import Device
    from kernelkit.training.processes import Processes
    from kernelkit.training.state import State
    from kernelkit.training.stopping import Stop

CHECK = 50
"""Steps between two looks at whether the loss is still a number."""

Earlier = Literal["refuse", "continue"]
Reason = Literal["finished", "stopped early", "interrupted"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is; the seconds left are infinite where nothing was measured yet."""

    epoch: int
    epochs: int
    step: int
    steps: int
    seconds_left: float
    history: tuple[Epoch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run gave.

    Attributes
    ----------
    config
        What was run.
    history
        One row an epoch.
    reason
        Why it ended; an interrupted run has no test result yet and can go on.
    chosen
        The epoch whose weights were kept: the best on validation images, or the last without any.
    validation
        That epoch's result on the validation split; None without one.
    test
        The result of its weights on the test images, looked at once, after the choice; None when interrupted.
    parameters
        Numbers in the net that is kept.
    seconds
        Time in all sessions of the run together.
    data, classes
        What the training images are, and what their labels stand for.
    device
        What it was trained on, in this session.
    folder
        Where everything was written; None for a run in memory.
    """

    config: Config
    history: tuple[Epoch, ...]
    reason: Reason
    chosen: Epoch | None
    validation: Metrics | None
    test: Metrics | None
    parameters: int
    seconds: float
    data: str
    classes: tuple[str, ...]
    device: str
    folder: str | None


def train(  # noqa: PLR0913 - what to run, where to keep it, how to go on
    config: Config,
    training: LabelledImages,
    test: LabelledImages,
    *,
    folder: str | os.PathLike[str] | None = None,
    earlier: Earlier = "refuse",
    device: Device = "auto",
    save_every: float = 60.0,
    progress: Callable[[Progress], None] | None = None,
) -> Outcome:
    """Train a net and test it once.

    Randomness is a function of the configuration's seed and of the step, so a run that was stopped, or killed, and goes
    on ends with the same weights bit for bit on a processor.  PyTorch's global generators are left as they were.

    Parameters
    ----------
    config
        What to run.
    training, test
        Labelled images; `kernelkit.datasets.load.load` reads them.
    folder
        Where to keep ``config.json``, ``log.csv``, ``log.jsonl``, ``best.safetensors``, ``last.safetensors`` and, at
        the end, ``result.json``; made when it is not there.
    earlier
        What to do with an earlier run in the folder: refuse, or continue it from its last checkpoint.
    device
        ``auto`` takes a GPU where there is one.
    save_every
        Seconds between checkpoints inside an epoch; there is one after every epoch anyway.
    progress
        Called when the run has begun or is read back, and after every step and every epoch, in the first process.

    Returns
    -------
    :
        The result; ``reason`` is ``interrupted`` after Ctrl-C or SIGTERM, when the state was saved.

    Raises
    ------
    DivergenceError
        The loss is no longer a number.
    CheckpointError
        The folder holds another run, or a damaged one.
    InputError
        More validation images than images, a device that is not there, a folder in which another process trains, or
        arguments of another kind.
    LimitError
        There is too little memory.
    OutputError
        A checkpoint cannot be written; the one before it is still whole.
    MissingExtraError
        PyTorch or safetensors is not installed.
    KeyboardInterrupt
        Somebody asked to stop after the last step: the run is finished, and its result kept.
    """
    need_torch("train")
    one_of(earlier, get_args(Earlier), what="earlier")
    _check(config, training, test, folder=folder, save_every=save_every, progress=progress)
    import torch

    from kernelkit.training.claim import claimed
    from kernelkit.training.device import device_of
    from kernelkit.training.memory import enough_memory
    from kernelkit.training.processes import environment, joined
    from kernelkit.training.state import begun
    from kernelkit.training.stopping import listening

    here = environment()
    place = device_of(device, local=here.local, local_count=here.local_count)
    with (
        torch.random.fork_rng(enabled=True),
        joined(place) as processes,
        listening() as stop,
        enough_memory(config, training),
    ):
        state = begun(config, training, test, folder=folder, device=place, processes=processes)
        with claimed(state.folder, processes):
            state.enter(earlier)
            run = _Run(state, processes, stop, save_every, progress if processes.first else None)
            try:
                reason = run.epochs()
                outcome = run.outcome(reason)
            finally:
                run.close()
        if stop.asked and reason != "interrupted":
            raise KeyboardInterrupt  # it came during the test, whose result is kept; nothing else is begun
        return outcome


def _check(
    config: object, training: object, test: object, *, folder: object, save_every: object, progress: object
) -> None:
    """Refuse arguments of another kind, before anything is made of them."""
    import os

    from kernelkit.datasets.labelled import LabelledImages
    from kernelkit.training.config import Config

    ways = {
        Config: 'recipe("lenet") of kernelkit.training.recipes is one',
        LabelledImages: 'load("fashion-mnist", "train") of kernelkit.datasets.load reads them',
    }
    for name, value, kind in (
        ("config", config, Config),
        ("training", training, LabelledImages),
        ("test", test, LabelledImages),
    ):
        if not isinstance(value, kind):
            raise InputError(
                f"{name} must be of the kind {kind.__name__}, not {value!r:.60}", next=ways[kind]
            )
    if not isinstance(folder, str | os.PathLike | None):
        raise InputError(
            f"a folder is named by text or a path, not {folder!r:.60}", next='folder="runs/mine"'
        )
    if not isinstance(save_every, int | float) or not save_every >= 0:
        raise InputError(
            f"save_every is a number of seconds from 0 up, not {save_every!r:.60}", next="take 60"
        )
    if not callable(progress) and progress is not None:
        raise InputError(f"progress is a function, not {progress!r:.60}", next="leave it out")


class _Run:
    """One session of a run: the loops over epochs and steps, around a state that can be saved between steps."""

    def __init__(
        self,
        state: State,
        processes: Processes,
        stop: Stop,
        save_every: float,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self.state = state
        self.processes = processes
        self.stop = stop
        self.save_every = save_every
        self.progress = progress
        self.saved = time.monotonic()
        self.began = time.monotonic()
        self.first_step = state.step
        self.forward = _wrapped(state, processes)

    def close(self) -> None:
        """Let go of the wrapper for several processes: gloo aborts now and then when it outlives its group."""
        del self.forward

    def epochs(self) -> Reason:
        """Train until the end, or until somebody asks to stop."""
        state, config = self.state, self.state.config
        self._tell()
        while state.epoch < config.epochs:
            if _patience_is_over(config, state.history):
                return "stopped early"
            if not self._epoch():
                self.state.save()
                return "interrupted"
        return "finished"

    def outcome(self, reason: Reason) -> Outcome:
        """Test the chosen weights, unless there may come better ones, and return what the run gave."""
        state = self.state
        chosen = best_of(state.history) if state.history else None
        test = None
        if reason != "interrupted":
            net = state.chosen_net()
            test = evaluate(net, state.test, precision=state.config.precision, processes=self.processes)
            _refuse_divergence(test.loss, state)
        validation = None
        if chosen is not None and chosen.validation_accuracy is not None:
            assert chosen.validation_loss is not None
            validation = Metrics(chosen.validation_loss, chosen.validation_accuracy, state.config.validation)
        found = Outcome(
            config=state.config,
            history=state.history,
            reason=reason,
            chosen=chosen,
            validation=validation,
            test=test,
            parameters=sum(parameter.numel() for parameter in state.plain.parameters()),
            seconds=state.seconds,
            data=state.data,
            classes=state.classes,
            device=name_of(state.sums.device),
            folder=None if state.folder is None else str(state.folder),
        )
        if reason != "interrupted":
            state.finish(found)
        self.processes.wait()
        return found

    def _epoch(self) -> bool:
        """Train one epoch, or the rest of it; return whether it was completed."""
        state, config = self.state, self.state.config
        order = state.order()
        within = state.step - state.epoch * state.steps
        started = time.monotonic()
        for number in range(within, state.steps):
            self._step(order[number * config.batch : (number + 1) * config.batch])
            if not self._go_on(started):
                return False
            started = self._saved_now_and_then(started)
        validation = None
        if state.validation is not None:
            net = state.evaluated()
            validation = evaluate(net, state.validation, precision=config.precision, processes=self.processes)
        state.seconds += time.monotonic() - started
        learned = metrics(state.sums)
        _refuse_divergence(learned.loss, state)
        if validation is not None:
            _refuse_divergence(validation.loss, state)
        state.complete(learned, validation)
        self._tell()
        self.saved = time.monotonic()
        return True

    def _step(self, indices: Tensor) -> None:
        """Take one step on this process's share of a batch."""
        import torch

        from kernelkit.datasets.sampling import shards
        from kernelkit.training.randomness import seed_of

        state, config, processes = self.state, self.state.config, self.processes
        lr = rate(config, state.step, state.steps * config.epochs)
        for group in state.optimiser.param_groups:
            group["lr"] = lr
        start, stop = shards(len(indices), processes.count)[processes.rank]
        images, labels = state.training.drawn(indices, slice(start, stop), seed=config.seed, step=state.step)
        if state.drops:
            torch.manual_seed(seed_of(config.seed, "dropout", state.step, processes.rank))
        outputs = outputs_of(self.forward, images, config.precision)
        loss = torch.nn.functional.cross_entropy(
            outputs, labels, label_smoothing=config.label_smoothing, reduction="sum"
        )
        state.optimiser.zero_grad(set_to_none=True)
        # the mean over the whole batch; gradients are averaged over processes, whose shares may differ in size
        (loss * (processes.count / len(indices))).backward()  # type: ignore[no-untyped-call]
        state.optimiser.step()
        state.step += 1
        state.average()
        state.sums += self._shared(tally(outputs.detach(), labels))

    def _shared(self, sums: Tensor) -> Tensor:
        """Return the sums of all processes, which at the same time agree on whether to stop."""
        import torch

        if self.processes.count == 1:
            return sums
        asked = torch.tensor([float(self.stop.asked)], dtype=sums.dtype, device=sums.device)
        shared = self.processes.summed(torch.cat([sums, asked]))
        self.stop.asked = bool(shared[-1])
        return shared[:-1]

    def _go_on(self, started: float) -> bool:
        """Tell how far the run is; return whether nobody asked to stop."""
        state = self.state
        if state.step % CHECK == 0:
            _refuse_divergence(float(state.sums[0]), state)
        self._tell()
        if self.stop.asked:
            state.seconds += time.monotonic() - started
            return False
        return True

    def _tell(self) -> None:
        state = self.state
        if self.progress is None:
            return
        total = state.steps * state.config.epochs
        taken = state.step - self.first_step
        left = (time.monotonic() - self.began) / taken * (total - state.step) if taken else math.inf
        epoch = min(state.epoch + 1, state.config.epochs)
        self.progress(Progress(epoch, state.config.epochs, state.step, total, left, state.history))

    def _saved_now_and_then(self, started: float) -> float:
        """Save the state inside an epoch when it is time; return since when seconds are to be counted."""
        now = time.monotonic()
        if now - self.saved < self.save_every:
            return started
        self.state.seconds += now - started
        self.state.save()
        self.saved = time.monotonic()
        return self.saved


def _wrapped(state: State, processes: Processes) -> torch.nn.Module:
    """Return what computes the outputs: the net, compiled and shared among processes as asked."""
    import torch

    forward: torch.nn.Module = state.net
    if state.config.compilation == "whole net":
        forward = torch.compile(forward)  # type: ignore[assignment]
    if processes.count > 1:
        forward = torch.nn.parallel.DistributedDataParallel(forward)
    return forward


def _patience_is_over(config: Config, history: tuple[Epoch, ...]) -> bool:
    return bool(config.patience and history) and history[-1].epoch - best_of(history).epoch >= config.patience


def _refuse_divergence(loss: float, state: State) -> None:
    if not math.isfinite(loss):
        lr = rate(state.config, state.step - 1, state.steps * state.config.epochs)
        raise DivergenceError(
            f"training diverged by step {state.step}: the loss is no longer a number",
            limit=lr,
            why=f"steps of a learning rate of {lr:g} were too long; every stable one is below it",
            next=divergence_advice(state.config),
        )
