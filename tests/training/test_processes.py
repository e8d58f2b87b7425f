"""What torchrun says of this process is read, and nonsense refused."""

import pytest
import torch

from kernelkit.errors import InputError
from kernelkit.training.processes import Processes, environment, joined, silent_ones_last, speaks

VARIABLES = ("RANK", "WORLD_SIZE", "LOCAL_RANK")


@pytest.fixture(autouse=True)
def nobody_else(monkeypatch):
    """Take away what a surrounding torchrun may say."""
    for name in ("LOCAL_WORLD_SIZE", "MASTER_ADDR"):
        monkeypatch.delenv(name, raising=False)


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
    assert environment() == Processes(rank=0, count=1, local=0, local_count=1)


@pytest.mark.parametrize(
    ("values", "rank", "count", "local"), [(("5", "8", "1"), 5, 8, 1), (("0", "1", "0"), 0, 1, 0)]
)
def test_the_variables_of_torchrun_are_read(set_variables, values, rank, count, local):
    set_variables(*values)
    assert environment() == Processes(rank, count, local, local_count=local + 1)


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


@pytest.mark.parametrize(
    ("values", "address", "told"),
    [
        ((None, None, None), None, "yes"),
        (("0", "4", "0"), "host", "yes"),
        (("1", "4", "1"), "host", "no"),
        (("2", "4", "0"), "host", "yes"),  # the first process of the second machine
        (("1", "4", "1"), None, "yes"),  # left over in a shell: nobody else is there to tell
        (("0", "1", "1"), "host", "yes"),
        (("x", "4", "1"), "host", "yes"),
    ],
)
def test_what_all_processes_of_a_machine_know_one_of_them_tells(
    set_variables, monkeypatch, values, address, told
):
    set_variables(*values)
    if address is not None:
        monkeypatch.setenv("MASTER_ADDR", address)
    assert speaks() == (told == "yes")


def test_how_many_processes_are_on_the_machine_is_read(set_variables, monkeypatch):
    set_variables("1", "8", "1")
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "4")
    assert environment() == Processes(rank=1, count=8, local=1, local_count=4)


@pytest.mark.parametrize(("rank", "waits"), [("0", []), ("1", [2.0])])
def test_who_tells_nothing_leaves_after_who_does(set_variables, monkeypatch, rank, waits):
    """When one process leaves with an error, torchrun ends the others, which may not have told it yet."""
    set_variables(rank, "2", rank)
    monkeypatch.setenv("MASTER_ADDR", "host")
    waited = []
    monkeypatch.setattr("time.sleep", waited.append)
    with pytest.raises(InputError, match="no"), silent_ones_last():
        raise InputError("no")
    with silent_ones_last():
        pass
    assert waited == waits


def test_one_process_agrees_with_itself():
    assert Processes().agree(holds=True)
    assert not Processes().agree(holds=False)
