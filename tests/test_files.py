"""Files are written whole or not at all."""

import os
import stat

import pytest

from kernelkit.errors import OutputError
from kernelkit.files import check_place, write_whole


def write(text, path):
    write_whole(path, f"{text}\n".encode(), next="name another file with -o")


def test_an_existing_file_is_replaced_whole(tmp_path):
    path = tmp_path / "out"
    path.write_text("before, and longer than what comes")
    write("after", path)
    assert path.read_text() == "after\n"


def test_a_new_file_has_ordinary_permissions(tmp_path):
    path, plain = tmp_path / "out", tmp_path / "plain"
    write("text", path)
    plain.write_text("text")
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_a_full_disk_leaves_the_old_file_and_no_rest(tmp_path, monkeypatch):
    path = tmp_path / "out"
    path.write_text("before")

    def full(*_arguments, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(OutputError) as caught:
        write("after", path)
    assert (
        str(caught.value)
        == f"{path} cannot be written: no space left on device\n  next: name another file with -o"
    )
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(OutputError, match="no such file or directory"):
        write("text", tmp_path / "no" / "out")


def test_a_link_is_followed_and_permissions_are_kept(tmp_path):
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("before")
    real.chmod(0o600)
    link.symlink_to(real)
    write("after", link)
    assert link.is_symlink()
    assert real.read_text() == "after\n"
    assert stat.S_IMODE(real.stat().st_mode) == 0o600


def test_what_is_no_file_is_written_to_not_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write("through", pipe)
    assert os.read(reader, 100) == b"through\n"
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_what_could_not_be_written_is_refused_before_the_work(tmp_path):
    """As `write_whole` would refuse it afterwards; and what it would not refuse is let through."""
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(tmp_path)
    for path, reason in [
        (tmp_path, "it is a folder"),
        (link, "it is a folder"),
        ("", "an empty path cannot be written"),
        (tmp_path / "no" / "out", "its folder does not exist"),
        (tmp_path / "pipe" / "out", "its folder does not exist"),
    ]:
        with pytest.raises(OutputError, match=reason) as caught:
            check_place(path, next="name another file")
        assert caught.value.next == "name another file"
    for path in (tmp_path / "new", pipe, os.devnull):
        check_place(path, next="name another file")
    assert sorted(tmp_path.iterdir()) == [link, pipe]


def test_a_folder_that_may_not_be_written_to_is_refused_before_the_work(tmp_path, monkeypatch):
    """Asked of the system, since a test may run as root, who may write everywhere."""
    asked = []
    monkeypatch.setattr(os, "access", lambda *question: bool(asked.append(question)))
    with pytest.raises(OutputError, match="permission denied"):
        check_place(tmp_path / "out", next="name another file")
    assert asked == [(str(tmp_path.resolve()), os.W_OK)]


def test_a_folder_is_named(tmp_path):
    with pytest.raises(OutputError, match="cannot be written: it is a folder"):
        write("text", tmp_path)
