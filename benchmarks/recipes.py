"""What the recipes reach on Fashion-MNIST, over several seeds; the weights of the posted net's best recipe are kept.

    python benchmarks/recipes.py RUNS > docs/benchmarks/recipes.txt

Runs that are finished in the folder RUNS are only tested again, others are trained; everything together takes about
forty minutes on two cores.  No figure is typed: each is what `kernelkit.training.loop.train` returned.  AlexNet is not
among them: ten epochs at 224 pixels take a night on two cores, and no GPU was at hand.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from machine import processor

from kernelkit.datasets.load import load
from kernelkit.explain.training import configured, epoch_line, told
from kernelkit.nets.lenet import lenet
from kernelkit.training.checkpoint import load_checkpoint
from kernelkit.training.loop import Progress, train
from kernelkit.training.recipes import recipe
from kernelkit.training.weights import save_weights

SEEDS = {"textbook": 5, "best": 3, "modern": 1}
KEPT = Path(__file__).resolve().parent.parent / "docs" / "weights" / "lenet-best.safetensors"


def main() -> None:
    """Train and test all recipes of LeNet; print what they reached."""
    folder = Path(sys.argv[1])
    training, test = (load("fashion-mnist", part) for part in ("train", "test"))
    print(f"{processor()}, {torch.get_num_threads()} threads, PyTorch {torch.__version__}")
    print(f"{training.name}, {len(training):,} images; {test.name}, {len(test):,} images; {test.identity}")
    for name, seeds in SEEDS.items():
        seen = 0

        def tell(progress: Progress) -> None:
            nonlocal seen
            if len(progress.history) != seen:
                seen = len(progress.history)
                print(epoch_line(progress.history[-1], progress.epochs), file=sys.stderr)

        config = recipe("lenet", name)
        outcomes = [
            train(
                config.with_changes(seed=seed),
                training,
                test,
                folder=folder / f"lenet-{name}" / f"seed-{seed}",
                earlier="continue",
                progress=tell,
            )
            for seed in range(seeds)
        ]
        print("\n" + configured(config, [training.name]))
        print("\n" + told(outcomes))
    KEPT.parent.mkdir(exist_ok=True)
    weights, facts = load_checkpoint(folder / "lenet-best" / "seed-0" / "best.safetensors")
    save_weights(KEPT, lenet(), weights, facts)


if __name__ == "__main__":
    main()
