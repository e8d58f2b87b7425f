"""Results go to standard output, or to files."""

from pathlib import Path

from kernelkit.cli.io import write


def test_a_dash_is_standard_output(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write("text", Path("-"))
    assert capsys.readouterr().out == "text\n"
    assert not list(tmp_path.iterdir())


def test_a_file_gets_the_text_and_a_last_line_break(tmp_path):
    write("text", tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"text\n"
