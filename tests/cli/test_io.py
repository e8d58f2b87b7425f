"""Results go to standard output, or to files."""

import io
import os
import sys
from pathlib import Path

from kernelkit.cli.io import tell, write


def test_a_dash_is_standard_output(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write("text", Path("-"))
    assert capsys.readouterr().out == "text\n"
    assert not list(tmp_path.iterdir())


def test_a_file_gets_the_text_and_a_last_line_break(tmp_path):
    write("text", tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"text\n"


def test_what_is_told_goes_to_standard_error(capsys):
    tell("half", end="")
    tell(" a line")
    assert capsys.readouterr() == ("", "half a line\n")


def leads_nowhere(stream):
    return os.path.samestat(os.fstat(stream.fileno()), Path(os.devnull).stat())


def test_a_listener_who_left_stops_nothing(monkeypatch):
    ears, mouth = os.pipe()
    os.close(ears)
    with io.TextIOWrapper(os.fdopen(mouth, "wb")) as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        tell("nobody hears this")
        tell("nor this")
        assert leads_nowhere(stream)


def test_a_reader_who_has_seen_enough_is_no_failure(monkeypatch):
    ears, mouth = os.pipe()
    os.close(ears)
    with io.TextIOWrapper(os.fdopen(mouth, "wb")) as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        write("nobody reads this", None)
        assert leads_nowhere(stream)
