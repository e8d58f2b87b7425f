"""Files to read from: there, or said not to be."""

import os

import pytest

from kernelkit.errors import InputError
from kernelkit.images.source import existing


def test_files_links_and_stores_are_found(tmp_path):
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "zarr.json").write_text("{}")
    for name in ("a", "link", "store"):
        assert existing(tmp_path / name) == tmp_path / name


@pytest.mark.parametrize("name", ["", "missing", "x" * 300, "x" * 5000, "null\0"])
def test_what_is_not_there_is_said_in_a_short_sentence(name):
    with pytest.raises(InputError, match="there is no image") as refused:
        existing(name)
    assert len(refused.value.what) < 300


def test_other_folders_are_no_images_and_pipes_may_be(tmp_path):
    with pytest.raises(InputError, match="is a folder, no image"):
        existing(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    assert existing(tmp_path / "pipe") == tmp_path / "pipe"
