"""Progress is for people who wait: not at once, not too often, and not in files."""

import itertools

import pytest

from kernelkit.cli import progress


@pytest.fixture
def _clock(monkeypatch):
    seconds = itertools.count()
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(seconds) / 2)


@pytest.mark.usefixtures("_clock")
def test_it_is_said_after_a_while_and_then_now_and_again(monkeypatch, capsys):
    monkeypatch.setattr(progress.sys.stderr, "isatty", lambda: True, raising=False)
    told = progress.progress_of("band {} of {}")
    for done in range(1, 13):  # half a second each
        told(done, 12)
    assert capsys.readouterr().err.split("\n") == ["band 5 of 12", "band 8 of 12", "band 11 of 12", ""]


def test_nobody_watches_a_file():
    assert progress.progress_of("band {} of {}") is None
