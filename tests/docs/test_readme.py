"""What a newcomer types in the first ten minutes works, in this order, in an empty folder with one picture."""

from __future__ import annotations

import re
import shlex

import numpy as np
from architecture.sources import ROOT
from fashion_mnist import the_folder
from PIL import Image

from kernelkit.cli.app import run

README = (ROOT / "README.md").read_text(encoding="utf-8")
PLACES = [
    "slope.tif",
    "slope.png",
    "edges.png",
    "filters.png",
    "runs/lenet-modern/seed-0/best.safetensors",
    "reports",
]


def lines_of(heading):
    block = re.search(rf"^## {heading}\n.*?^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return block[1].splitlines()


def test_the_first_ten_minutes(tmp_path, monkeypatch, capsys):
    """The net sees a part of its images only; nothing else is changed."""
    the_folder()
    monkeypatch.chdir(tmp_path)
    y, x = np.mgrid[:40, :60]
    Image.fromarray(np.where((x - 30) ** 2 + (y - 20) ** 2 < 150, 200, 40).astype(np.uint8)).save("photo.png")
    for line in lines_of("The first ten minutes"):
        program, *words = shlex.split(line)
        assert program == "kernelkit"
        assert run(words + ["--subset", "300"] * (words[0] == "train")) == 0, (line, capsys.readouterr())
    assert all((tmp_path / place).exists() for place in PLACES)
