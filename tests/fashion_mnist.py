"""The real Fashion-MNIST, where it is installed: the one way in which tests reach it, or skip."""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path("/usr/share/datasets/fashion-mnist")
REASON = f"{FOLDER} is missing or incomplete; it comes with Debian's dataset-fashion-mnist"

FILES = [f"{part}-{kind}-ubyte.gz" for part in ("train", "t10k") for kind in ("images-idx3", "labels-idx1")]


def the_folder() -> Path:
    """Return the folder of the four files, or skip the test."""
    if not all((FOLDER / name).exists() for name in FILES):
        pytest.skip(REASON)
    return FOLDER
