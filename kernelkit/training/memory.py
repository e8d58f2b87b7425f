"""A machine that has too little memory for a run, in words that say what takes it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from kernelkit.errors import LimitError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelkit.datasets.labelled import LabelledImages
    from kernelkit.training.config import Config

_WORDS = ("DefaultCPUAllocator", "out of memory", "ALLOC_FAILED")
"""In what PyTorch says where memory is short: on a processor, on a GPU, in the libraries of one."""

_MEBIBYTE = 2**20


@contextmanager
def enough_memory(config: Config, training: LabelledImages) -> Iterator[None]:
    """Turn what PyTorch and Python say where memory is short into a way out.

    Raises
    ------
    LimitError
        There is too little memory for the run.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as failed:
        if not isinstance(failed, MemoryError) and not any(word in str(failed) for word in _WORDS):
            raise
        from kernelkit.nets.card import card
        from kernelkit.nets.known import sketch

        channels, classes = training.images.shape[1], len(training.classes)
        net = sketch(config.net, **config.net_options(channels=channels, classes=classes))
        shape = (channels, config.size, config.size)
        takes = card(net, shape, batch=config.batch, optimiser=config.optimiser).memory.total
        raise LimitError(
            f"there is too little memory to train this {config.net}",
            why=f"its card counts {takes / _MEBIBYTE:,.0f} MiB for weights and a batch of {config.batch:,} images; all "
            f"training images together take {4 * training.images.size / _MEBIBYTE:,.0f} MiB more",
            next="a smaller --batch, --widths, --hidden, --size or --subset; "
            f"kernelkit train {config.net} --shapes, with the same options of the net, says what takes how much",
        ) from failed
