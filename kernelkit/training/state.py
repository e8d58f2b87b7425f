"""The state of a run between two steps: everything that a checkpoint holds, and the files of the run's folder."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kernelkit.errors import CheckpointError, InputError
from kernelkit.files import write_whole
from kernelkit.training.checkpoint import fill, load_checkpoint, part, save_checkpoint
from kernelkit.training.config import differences, from_dict
from kernelkit.training.history import Epoch, as_csv, as_dicts, as_json_lines, best_of, from_dicts
from kernelkit.training.result import as_dict
from kernelkit.training.schedule import rate
from kernelkit.training.weights import save_weights

if TYPE_CHECKING:
    import os

    import torch
    from torch import Tensor, nn

    from kernelkit.datasets.labelled import LabelledImages
    from kernelkit.training.batches import Batches, Scale
    from kernelkit.training.config import Config
    from kernelkit.training.evaluate import Metrics
    from kernelkit.training.loop import Earlier, Outcome
    from kernelkit.training.processes import Processes

_NAMES = {"training_data", "test_data"}
"""Facts that say where the data came from: the same data may lie elsewhere when a run goes on."""

LAST = "last.safetensors"
BEST = "best.safetensors"


@dataclass(slots=True, kw_only=True)
class State:
    """What a run knows between two steps; `save` writes it and `enter` reads it."""

    config: Config
    processes: Processes
    folder: Path | None
    plain: nn.Sequential
    net: nn.Sequential
    shadow: nn.Sequential | None
    optimiser: torch.optim.Optimizer
    training: Batches
    validation: Batches | None
    test: Batches
    data: str
    classes: tuple[str, ...]
    facts: dict[str, object]
    sums: Tensor
    drops: bool
    steps: int
    step: int = 0
    seconds: float = 0.0
    history: tuple[Epoch, ...] = ()
    best: dict[str, Tensor] = field(default_factory=dict)

    @property
    def epoch(self) -> int:
        """Epochs that are complete."""
        return len(self.history)

    def enter(self, earlier: Earlier) -> None:
        """Go on where an earlier session left the run, or write its configuration; its folder is there and held.

        Raises
        ------
        InputError
            The folder holds a run, which is not to be continued.
        CheckpointError
            Its run is another one, or damaged.
        """
        if self.folder is None:
            return
        if earlier == "refuse":
            refuse_earlier(self.folder)
        if holds_run(self.folder):
            self.restore()
        else:
            self._write("config.json", json.dumps(self.config.as_dict() | self.facts, indent=2) + "\n")
        self.processes.wait()

    def order(self) -> Tensor:
        """Return the order of the training images in this epoch."""
        import torch

        from kernelkit.datasets.sampling import order

        found = order(len(self.training), seed=self.config.seed, epoch=self.epoch)
        return torch.from_numpy(found).to(self.training.images.device)

    def average(self) -> None:
        """Move the average towards the weights of this step; faster at first, so that the start is forgotten."""
        if self.shadow is None:
            return
        import torch

        decay = min(self.config.averaging, self.step / (self.step + 10))
        with torch.no_grad():
            pairs = list(zip(self.shadow.state_dict().values(), self.net.state_dict().values(), strict=True))
            moving = [(kept, new) for kept, new in pairs if kept.is_floating_point()]
            torch._foreach_lerp_([kept for kept, _ in moving], [new for _, new in moving], 1 - decay)

    def evaluated(self) -> nn.Sequential:
        """Return the net whose weights count: the averaged ones where there are such."""
        return self.net if self.shadow is None else self.shadow

    def plain_weights(self) -> dict[str, Tensor]:
        """Return the weights of the plain net that count now, on the processor."""
        from kernelkit.training.normalisation import folded

        found = folded(self.evaluated(), self.plain)
        return {name: tensor.detach().cpu().clone() for name, tensor in found.items()}

    def chosen_net(self) -> nn.Sequential:
        """Return the plain net with the chosen weights."""
        fill(self.plain, self.best, source=str(self.folder or "the run"))
        return self.plain

    def complete(self, learned: Metrics, validation: Metrics | None) -> None:
        """Close an epoch: note it, keep its weights if they are the best, and write everything."""
        lr = rate(self.config, self.step - 1, self.steps * self.config.epochs)
        before = self.history[-1].seconds_in_all if self.history else 0.0
        row = Epoch(
            epoch=self.epoch + 1,
            step=self.step,
            lr=lr,
            train_loss=learned.loss,
            train_accuracy=learned.accuracy,
            validation_loss=None if validation is None else validation.loss,
            validation_accuracy=None if validation is None else validation.accuracy,
            seconds=self.seconds - before,
            seconds_in_all=self.seconds,
        )
        self.history = (*self.history, row)
        self.sums.zero_()
        if best_of(self.history) is row:
            self.best = self.plain_weights()
            self._write_best(row)
        self.save()
        self._write("log.csv", as_csv(self.history))
        self._write("log.jsonl", as_json_lines(self.history))

    def save(self) -> None:
        """Write everything that is needed to go on from here."""
        if self.folder is None or not self.processes.first:
            return
        tensors = {f"net.{name}": tensor for name, tensor in self.net.state_dict().items()}
        if self.shadow is not None:
            tensors |= {f"average.{name}": tensor for name, tensor in self.shadow.state_dict().items()}
        for index, values in self.optimiser.state_dict()["state"].items():
            tensors |= {
                f"optimiser.{index}.{name}": value for name, value in values.items() if value is not None
            }
        facts = {
            "config": self.config.as_dict(),
            "step": self.step,
            "seconds": self.seconds,
            "history": as_dicts(self.history),
            **self.facts,
        }
        save_checkpoint(self.folder / LAST, tensors | {"sums": self.sums}, facts)

    def finish(self, outcome: Outcome) -> None:
        """Write the result."""
        self._write("result.json", json.dumps(as_dict(outcome) | self.facts, indent=2) + "\n")

    def _write_best(self, row: Epoch) -> None:
        if self.folder is None or not self.processes.first:
            return
        facts = {"config": self.config.as_dict(), "epoch": row.epoch, **self.facts}
        save_weights(self.folder / BEST, self.plain, self.best, facts)

    def _write(self, name: str, text: str) -> None:
        if self.folder is not None and self.processes.first:
            write_whole(self.folder / name, text.encode(), next="free some space, or name another --folder")

    def restore(self) -> None:
        """Go back to the last checkpoint of the folder.

        Raises
        ------
        CheckpointError
            It is damaged, or that of another run.
        """
        assert self.folder is not None
        path = self.folder / LAST
        tensors, facts = load_checkpoint(path)
        try:
            config = from_dict(facts["config"])  # type: ignore[arg-type]
            self.step, self.seconds = int(facts["step"]), float(facts["seconds"])  # type: ignore[call-overload,arg-type]
            self.history = from_dicts(facts["history"])  # type: ignore[arg-type]
            sums = tensors["sums"]
        except (KeyError, TypeError, ValueError) as refused:
            raise CheckpointError(
                f"{path} does not hold what a run needs to go on",
                why=f"reading it fails at {str(refused)[:100]}",
                next="start anew in another folder",
            ) from refused
        self._check_same(config, facts)
        fill(self.net, part(tensors, "net."), source=str(path))
        if self.shadow is not None:
            fill(self.shadow, part(tensors, "average."), source=str(path))
        self._restore_optimiser(part(tensors, "optimiser."))
        self.sums.copy_(sums)
        if self.history:
            self._restore_best(self.folder / BEST)

    @property
    def _lasting(self) -> dict[str, object]:
        """The facts that stay the same as long as the run is the same."""
        return {name: value for name, value in self.facts.items() if name not in _NAMES}

    def _restore_best(self, path: Path) -> None:
        """Read the weights that were kept, which must be of this run and of its best epoch, or of the one after it."""
        self.best, facts = load_checkpoint(path)
        expected = {"config": self.config.as_dict(), **self._lasting}
        mine = json.loads(json.dumps(expected))
        later = {best_of(self.history).epoch, self.epoch + 1}
        if {name: facts.get(name) for name in mine} != mine or facts.get("epoch") not in later:
            raise CheckpointError(
                f"{path} holds the weights of another run, or of another epoch",
                why=f"epoch {best_of(self.history).epoch} of this run was the best",
                next="put its own file back, or start anew in another folder",
            )

    def _check_same(self, config: Config, facts: dict[str, object]) -> None:
        differing = list(differences(config, self.config))
        differing += [
            f"{name} {facts.get(name)} and {mine}"
            for name, mine in self._lasting.items()
            if facts.get(name) != mine
        ]
        if differing:
            raise CheckpointError(
                f"{self.folder} holds another run",
                why="it differs in " + "; ".join(differing[:4]),
                next="give the options of that run, or name another --folder",
            )

    def _restore_optimiser(self, tensors: dict[str, Tensor]) -> None:
        import torch

        whole = self.optimiser.state_dict()
        order = [index for group in whole["param_groups"] for index in group["params"]]
        parameters = [weights for group in self.optimiser.param_groups for weights in group["params"]]
        state: dict[int, dict[str, Tensor]] = {}
        for name, tensor in tensors.items():
            index, _, value = name.partition(".")
            weights = parameters[order.index(int(index))]
            if tensor.shape == weights.shape:
                # fused steps go through memory as it lies, so moments must lie as their weights do
                tensor = torch.empty_like(weights).copy_(tensor)  # noqa: PLW2901
            state.setdefault(int(index), {})[value] = tensor
        whole["state"] = state
        self.optimiser.load_state_dict(whole)


def begun(
    config: Config,
    training: LabelledImages,
    test: LabelledImages,
    *,
    folder: str | os.PathLike[str] | None,
    device: torch.device,
    processes: Processes,
) -> State:
    """Return the state of a run before its first step; nothing is written."""
    import torch
    from torch import nn

    from kernelkit.nets.initialise import initialise
    from kernelkit.training.evaluate import accumulator
    from kernelkit.training.normalisation import normalised
    from kernelkit.training.randomness import seed_of
    from kernelkit.training.schedule import optimiser_of
    from kernelkit.training.splits import splits_of

    splits = splits_of(config, training, test, device=device)
    plain = net_of(config, training)
    initialise(plain, config.initialisation, seed=seed_of(config.seed, "initialisation"))
    form = torch.channels_last if config.layout == "channels last" else torch.contiguous_format
    plain = plain.to(device, memory_format=form)  # type: ignore[call-overload]
    kept = copy.deepcopy(plain)
    net = normalised(plain).to(device) if config.normalisation == "batch" else plain
    return State(
        config=config,
        processes=processes,
        folder=None if folder is None else Path(folder),
        plain=kept,
        net=net,
        shadow=copy.deepcopy(net) if config.averaging else None,
        optimiser=optimiser_of(config, net),
        training=splits.training,
        validation=splits.validation,
        test=splits.test,
        data=training.name,
        classes=training.classes,
        facts=_facts(training, test, splits.scale),
        sums=torch.zeros(3, dtype=accumulator(device), device=device),
        drops=any(isinstance(layer, nn.Dropout) and layer.p > 0 for layer in plain),
        steps=steps_of(config, len(splits.training)),
    )


def net_of(config: Config, training: LabelledImages) -> nn.Sequential:
    """Return the net of a configuration for the channels and classes of the images."""
    from kernelkit.nets.known import build

    channels, classes = training.images.shape[1], len(training.classes)
    return build(config.net, **config.net_options(channels=channels, classes=classes))


def steps_of(config: Config, images: int) -> int:
    """Return the steps of an epoch; the last one may be smaller.

    With batch normalisation a last batch of a single image is left out: its variance is nothing.
    """
    whole, rest = divmod(images, config.batch)
    return max(1, whole + (rest > (1 if config.normalisation == "batch" else 0)))


def _facts(training: LabelledImages, test: LabelledImages, scale: Scale) -> dict[str, object]:
    """Return what must be the same when a run goes on, but for `_NAMES`, and what is needed to use its weights."""
    return {
        "training_data": training.name,
        "training_sha256": training.sha256,
        "test_data": test.name,
        "test_sha256": test.sha256,
        "classes": list(training.classes),
        "mean": list(scale.mean),
        "deviation": list(scale.deviation),
    }


def holds_run(folder: Path) -> bool:
    """Whether a folder holds the state of a run."""
    return (folder / LAST).exists()


def refuse_earlier(folder: Path) -> None:
    """Refuse a folder that holds an earlier run.

    Raises
    ------
    InputError
        It does.
    """
    if holds_run(folder):
        raise InputError(
            f"{folder} holds an earlier run",
            why="its checkpoints would be lost",
            next="--resume goes on with it, --folder names another one",
        )
