"""The device asked for, the best one there is, or a refusal that says what is there."""

import pytest
import torch

from kernelkit.errors import InputError
from kernelkit.training.device import device_of, name_of


@pytest.fixture
def machine(monkeypatch):
    """Return what pretends that the machine has so many CUDA GPUs, and Apple's or not; GPUs chosen are noted."""

    def pretend(*, gpus=0, apple=False):
        chosen = []
        monkeypatch.setattr(torch.cuda, "is_available", lambda: gpus > 0)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: gpus)
        monkeypatch.setattr(torch.cuda, "set_device", chosen.append)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: apple)
        return chosen

    return pretend


@pytest.mark.parametrize(
    ("gpus", "apple", "kind"), [(0, False, "cpu"), (0, True, "mps"), (1, False, "cuda"), (2, True, "cuda")]
)
def test_auto_takes_the_fastest_that_is_there(machine, gpus, apple, kind):
    machine(gpus=gpus, apple=apple)
    assert device_of("auto").type == kind


def test_the_processor_is_always_there(machine):
    machine(gpus=2, apple=True)
    assert device_of("cpu", local=7) == torch.device("cpu")


def test_every_process_has_the_gpu_of_its_number(machine):
    chosen = machine(gpus=4)
    assert [device_of("cuda", local=local) for local in (0, 3)] == [
        torch.device("cuda", 0),
        torch.device("cuda", 3),
    ]
    assert chosen == [0, 3]


@pytest.mark.parametrize("wanted", ["auto", "cuda"])
@pytest.mark.parametrize("numbers", [{"local": 2}, {"local": 2, "local_count": 3}, {"local_count": 3}])
def test_more_processes_than_gpus_are_refused_by_all_of_them(machine, wanted, numbers):
    chosen = machine(gpus=2)
    with pytest.raises(InputError, match=r"3 processes on this machine .* there are 2"):
        device_of(wanted, **numbers)
    assert chosen == []


@pytest.mark.parametrize(("wanted", "there"), [("cuda", "mps, cpu"), ("mps", "cuda, cpu")])
def test_a_device_that_is_not_there_is_refused_with_those_that_are(machine, wanted, there):
    machine(gpus=int(wanted == "mps"), apple=wanted == "cuda")
    with pytest.raises(InputError, match=f"there is no {wanted} device") as refused:
        device_of(wanted)
    assert there in str(refused.value)
    assert "--device auto" in str(refused.value)


def test_words_that_are_no_device_are_refused():
    with pytest.raises(InputError, match="device"):
        device_of("tpu")


def test_the_processor_is_named_with_its_threads(monkeypatch):
    for threads, name in ((1, "CPU, 1 thread"), (6, "CPU, 6 threads")):
        monkeypatch.setattr(torch, "get_num_threads", lambda threads=threads: threads)
        assert name_of(torch.device("cpu")) == name


def test_a_gpu_is_named_by_its_driver(monkeypatch):
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: f"card {device.index}")
    assert name_of(torch.device("cuda", 1)) == "card 1"
    assert name_of(torch.device("mps")) == "Apple GPU"
