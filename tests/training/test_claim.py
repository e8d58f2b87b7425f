"""The folder of a run belongs to one run at a time, until its process ends, however it ends."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kernelkit.errors import InputError, OutputError
from kernelkit.training.claim import claimed
from kernelkit.training.processes import Processes

ONE = Processes()
SESSION = str(Path(__file__).with_name("session.py"))


def session(folder, *, pace):
    options = {"epochs": 3, "batch": 32, "validation": 40, "pace": pace}
    return subprocess.Popen(
        [sys.executable, SESSION, str(folder), json.dumps(options)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )


def test_a_folder_is_made_and_held_until_the_end(tmp_path):
    place = tmp_path / "runs" / "one"
    with claimed(place, ONE):
        with (
            pytest.raises(InputError, match="another process is training in") as refused,
            claimed(place, ONE),
        ):
            pass
        assert "--folder" in refused.value.next
    with claimed(place, ONE):
        assert place.is_dir()


def test_a_run_that_fails_lets_go_of_its_folder(tmp_path):
    with pytest.raises(ZeroDivisionError), claimed(tmp_path, ONE):
        raise ZeroDivisionError
    with claimed(tmp_path, ONE):
        assert tmp_path.is_dir()


def test_processes_that_train_together_do_not_refuse_each_other(tmp_path):
    """Only the first of them takes the folder."""
    with claimed(tmp_path, ONE), claimed(tmp_path, Processes(rank=1)):
        assert tmp_path.is_dir()


def test_a_run_in_memory_holds_no_folder():
    with claimed(None, ONE), claimed(None, ONE) as held:
        assert held is None


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("here")
    with pytest.raises(OutputError, match="cannot be made"), claimed(tmp_path / "file" / "run", ONE):
        pass


def test_of_two_runs_in_one_folder_the_second_is_refused_and_the_first_is_whole(tmp_path):
    first = session(tmp_path, pace=0.3)
    assert first.stdout.readline()  # it has begun
    second = session(tmp_path, pace=0)
    _, err = second.communicate(timeout=120)
    assert second.returncode
    assert f"another process is training in {tmp_path}" in err
    out, err = first.communicate(timeout=120)
    assert (first.returncode, out.split()[-1]) == (0, "finished"), err


def test_a_killed_run_lets_go_of_its_folder(tmp_path):
    first = session(tmp_path, pace=0.3)
    assert first.stdout.readline()
    first.kill()
    first.communicate()
    assert first.returncode == -signal.SIGKILL
    second = session(tmp_path, pace=0)
    out, err = second.communicate(timeout=120)
    assert (second.returncode, out.split()[-1]) == (0, "finished"), err
