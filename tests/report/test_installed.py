"""The installed package brings the exercises, inside itself, and writes reports in an empty folder."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"no wheel can be built here: {made.stderr[-200:]}")
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_every_exercise_is_in_the_package_and_nothing_beside_it(unpacked):
    assert {path.name for path in unpacked.iterdir() if not path.name.endswith(".dist-info")} == {"kernelkit"}
    there = {path.name for path in (unpacked / "kernelkit" / "problems").glob("*.py")}
    assert there == {path.name for path in (ROOT / "problems").glob("*.py")}


def test_a_report_is_written_in_an_empty_folder(unpacked, tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(unpacked)}
    where = [sys.executable, "-c", "import kernelkit.report.load as m; print(m.exercises()[0].path)"]
    found = subprocess.run(where, capture_output=True, text=True, check=True, cwd=tmp_path, env=environment)
    assert found.stdout.startswith(str(unpacked))
    command = [sys.executable, "-m", "kernelkit", "report", "second-derivative", "-o", "out", "--quick"]
    subprocess.run(command, capture_output=True, check=True, cwd=tmp_path, env=environment)
    assert {path.name for path in (tmp_path / "out").rglob("*.html")} == {
        "index.html",
        "second-derivative.html",
    }
