"""README and docs show what the code prints, and their links lead somewhere."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "docs" / "execute.py"


def checked(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(folder / "docs" / "execute.py")], capture_output=True, text=True, check=False
    )


def test_every_block_shows_what_the_code_prints():
    done = checked(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (
            "```console\n$ kernelkit derive --order 2\nd^2/dx^2, accuracy 3\n```\n",
            "shows what the code does not print",
        ),
        ("```pycon\n>>> 1 + 1\n3\n```\n", "shows what the code does not print"),
        ("[a](missing.md)\n", "the link missing.md leads nowhere"),
        ("```pycon\n>>> 1 / 0\n```\n", "a pycon block fails at: >>> 1 / 0"),
        ("```console\n$ rm -rf x\n```\n", "only kernelkit commands are run in a console block"),
    ],
)
def test_a_page_that_says_something_else_fails(page, words, tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "execute.py").write_text(SCRIPT.read_text())
    (tmp_path / "README.md").write_text(page)
    done = checked(tmp_path)
    assert done.returncode == 1
    assert words in done.stdout + done.stderr
