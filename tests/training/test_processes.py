"""What torchrun says of this process is read, and nonsense refused."""

import pytest
import torch

from kernelkit.errors import InputError
from kernelkit.training.processes import Processes, environment, joined

VARIABLES = ("RANK", "WORLD_SIZE", "LOCAL_RANK")


@pytest.fixture
def set_variables(monkeypatch):
    """Return what sets the three variables; None takes one away."""

    def put(*values):
        for name, value in zip(VARIABLES, values, strict=True):
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)

    return put


def test_without_torchrun_there_is_one_process(set_variables):
    set_variables(None, None, None)
    assert environment() == (Processes(rank=0, count=1), 0)


@pytest.mark.parametrize(
    ("values", "rank", "count", "local"), [(("5", "8", "1"), 5, 8, 1), (("0", "1", "0"), 0, 1, 0)]
)
def test_the_variables_of_torchrun_are_read(set_variables, values, rank, count, local):
    set_variables(*values)
    assert environment() == (Processes(rank=rank, count=count), local)


def test_only_the_first_process_writes_and_tells():
    assert [Processes(rank, 3).first for rank in range(3)] == [True, False, False]


@pytest.mark.parametrize(
    "values",
    [
        ("", "1", "0"),
        ("zero", "1", "0"),
        ("0", "1.0", "0"),
        ("0", "2", "gpu0"),
        ("2", "2", "0"),
        ("-1", "2", "0"),
        ("0", "0", "0"),
        ("1", None, "1"),
        ("0", "2", "-1"),
    ],
)
def test_what_cannot_be_is_refused_before_anybody_waits_for_the_others(set_variables, values):
    set_variables(*values)
    with pytest.raises(InputError, match="RANK"):
        environment()


def test_processes_that_nobody_started_together_are_refused(monkeypatch):
    monkeypatch.setenv("RANK", "0")
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.delenv("MASTER_ADDR", raising=False)
    with pytest.raises(InputError, match="MASTER_ADDR does not say"), joined(torch.device("cpu")):
        pass
