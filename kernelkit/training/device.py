"""Which device a net is trained on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from kernelkit.errors import InputError
from kernelkit.learning.shapes import one_of

if TYPE_CHECKING:
    import torch

Device = Literal["auto", "cpu", "cuda", "mps"]


def device_of(wanted: Device, *, local: int = 0, local_count: int = 1) -> torch.device:
    """Return the device; ``auto`` takes a CUDA GPU, else Apple's, else the processor.

    Parameters
    ----------
    wanted
        A kind of device, or ``auto``.
    local, local_count
        Number of this process on its machine, which is that of its GPU, and how many there are.

    Raises
    ------
    InputError
        The device is not there.
    """
    import torch

    one_of(wanted, get_args(Device), what="device")
    kind: str = wanted
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if kind == "auto":
        kind = next(name for name, found in there.items() if found)
    if not there[kind]:
        found = ", ".join(name for name, found in there.items() if found)
        raise InputError(
            f"there is no {kind} device here",
            why=f"PyTorch {torch.__version__} sees {found}",
            next="--device auto",
        )
    if kind == "cuda":
        gpus = torch.cuda.device_count()
        if max(local + 1, local_count) > gpus:  # all processes refuse, so none waits for the others
            raise InputError(
                f"{max(local + 1, local_count)} processes on this machine cannot each have a GPU: there are {gpus}",
                why="every process trains on the GPU of its number, counted from 0",
                next=f"torchrun --nproc-per-node {gpus}, or --device cpu",
            )
        torch.cuda.set_device(local)
        return torch.device("cuda", local)
    return torch.device(kind)


def name_of(device: torch.device) -> str:
    """Return what the device is, for people: the name of a GPU, or the processor with its threads."""
    import torch

    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if device.type == "mps":
        return "Apple GPU"
    threads = torch.get_num_threads()
    return f"CPU, {threads} thread{'s' if threads != 1 else ''}"
