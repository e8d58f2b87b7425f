"""Too little memory is said with what takes it and what takes less; everything else comes through as it is."""

import pytest
import torch
from training.striped import striped

from kernelkit.errors import LimitError
from kernelkit.training.config import Config
from kernelkit.training.memory import enough_memory

CONFIG = Config(net="lenet", size=28, batch=256)
IMAGES = striped(2048, seed=0)


def too_much():
    """Ask for more bytes than any machine can address."""
    torch.empty(2**60, dtype=torch.uint8)


def raised(failure):
    def act():
        raise failure

    return act


@pytest.mark.parametrize(
    "act",
    [
        too_much,
        raised(MemoryError()),
        raised(torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")),
        raised(RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`")),
    ],
)
def test_too_little_memory_names_what_takes_less(act):
    with pytest.raises(LimitError, match="too little memory") as refused, enough_memory(CONFIG, IMAGES):
        act()
    assert all(option in refused.value.next for option in ("--batch", "--widths", "--size", "--shapes"))


def test_what_takes_memory_is_counted():
    """9.13 MiB is the card of LeNet with 10 classes, and 4 classes save 510 of 61,706 numbers; images take 6.125."""
    with pytest.raises(LimitError) as refused, enough_memory(CONFIG, IMAGES):
        too_much()
    assert "9 MiB for weights and a batch of 256 images" in refused.value.why
    assert f"{2048 * 28 * 28 * 4 / 2**20:.0f} MiB more" in refused.value.why


@pytest.mark.parametrize(
    "failure", [RuntimeError("shapes cannot be multiplied"), ValueError("out of memory")]
)
def test_other_failures_come_through(failure):
    with pytest.raises(type(failure), match=str(failure)), enough_memory(CONFIG, IMAGES):
        raise failure
