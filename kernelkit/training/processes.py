"""Several processes that train one net, as ``torchrun`` starts them; one process is the same with a count of one."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernelkit.errors import InputError, KernelkitError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import torch
    from torch import Tensor


_BEHIND = 2.0
"""Seconds that a process which tells nothing waits before it leaves with an error."""


@dataclass(frozen=True, slots=True)
class Processes:
    """Which of how many processes this one is, in all and on its machine."""

    rank: int = 0
    count: int = 1
    local: int = 0
    local_count: int = 1

    @property
    def first(self) -> bool:
        """Whether this is the one that writes and tells."""
        return self.rank == 0

    def summed(self, values: Tensor) -> Tensor:
        """Return the sum over all processes."""
        if self.count > 1:
            import torch

            torch.distributed.all_reduce(values)
        return values

    def agree(self, *, holds: bool) -> bool:
        """Return whether something holds in all processes."""
        if self.count == 1:
            return holds
        import torch

        found: list[bool] = [holds] * self.count
        torch.distributed.all_gather_object(found, holds)
        return all(found)

    def wait(self) -> None:
        """Go on when all have come here."""
        if self.count > 1:
            import torch

            torch.distributed.barrier()


def environment() -> Processes:
    """Return what ``torchrun`` says of this process.

    Raises
    ------
    InputError
        Variables that are no numbers, or numbers that do not fit together.
    """
    try:
        rank = int(os.environ.get("RANK", "0"))
        count = int(os.environ.get("WORLD_SIZE", "1"))
        local = int(os.environ.get("LOCAL_RANK", "0"))
        local_count = int(os.environ.get("LOCAL_WORLD_SIZE", local + 1))
    except ValueError as refused:
        raise InputError(
            "RANK, WORLD_SIZE, LOCAL_RANK and LOCAL_WORLD_SIZE are whole numbers",
            why="torchrun sets them",
            next="torchrun --nproc-per-node 2 -m kernelkit train lenet",
        ) from refused
    if not 0 <= rank < count or local < 0:
        raise InputError(
            f"there is no process {rank} of {count}, LOCAL_RANK {local}",
            why="RANK and LOCAL_RANK count from 0, and RANK stays below WORLD_SIZE",
            next="leave these variables to torchrun, or unset them",
        )
    return Processes(rank, count, local, local_count)


def speaks() -> bool:
    """Whether this process tells what fails in all processes of its machine alike: the first one there does."""
    try:
        here = environment()
    except InputError:
        return True
    # variables left over in a shell are no torchrun, which always says where the others are
    return here.count == 1 or here.local == 0 or not os.environ.get("MASTER_ADDR")


@contextmanager
def silent_ones_last() -> Iterator[None]:
    """Let processes that do not tell what fails leave after the one that does: when one leaves, torchrun ends all."""
    try:
        yield
    except KernelkitError:
        if not speaks():
            time.sleep(_BEHIND)
        raise


@contextmanager
def joined(device: torch.device) -> Iterator[Processes]:
    """Join the processes that ``torchrun`` started, and leave them at the end; alone, do nothing.

    Raises
    ------
    InputError
        There are to be several processes, and nothing says where.
    """
    processes = environment()
    if processes.count == 1:
        yield processes
        return
    if not os.environ.get("MASTER_ADDR"):
        raise InputError(
            f"WORLD_SIZE is {processes.count}, and MASTER_ADDR does not say where the others are",
            why="torchrun sets both",
            next="torchrun --nproc-per-node 2 -m kernelkit train lenet, or unset WORLD_SIZE",
        )
    import torch

    torch.distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield processes
    finally:
        torch.distributed.destroy_process_group()
