"""Reports as files: whole ones, in every format, and compared with what was written before."""

import pytest
from report.documents import made

from kernelkit.errors import OutputError
from kernelkit.report.write import FORMATS, differences, files_of, index_of, save


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_written_is_found_unchanged_until_it_changes(tmp_path, form):
    files = files_of(made(), form, ("en", "zh")) | index_of([made().problem], form, "en", ("en", "zh"))
    assert f"en/sample.{form}" in files
    assert differences(files, tmp_path) == [f"{name} is not there" for name in files]
    save(files, tmp_path)
    assert differences(files, tmp_path) == []
    (tmp_path / f"en/sample.{form}").write_bytes(b"another")
    assert differences(files, tmp_path) == [f"en/sample.{form} differs"]


def test_markdown_names_the_figures_that_lie_beside_it():
    files = files_of(made(), "md", ("en",))
    assert set(files) == {"en/sample.md", "en/sample-picture.svg"}
    assert "](sample-picture.svg)" in files["en/sample.md"].decode()


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be made"):
        save({"en/a.md": b""}, tmp_path / "file")
