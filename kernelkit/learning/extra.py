"""What needs PyTorch asks for it here, and says how to get it where it is absent."""

from __future__ import annotations

import importlib.util

from kernelkit.errors import MissingExtraError


def need_torch(what: str) -> None:
    """Refuse what needs PyTorch where PyTorch is not installed; load nothing.

    Parameters
    ----------
    what
        What needs it, as the subject of a sentence: ``"Conv2D"``.

    Raises
    ------
    MissingExtraError
        PyTorch is not installed.
    """
    if importlib.util.find_spec("torch") is None:
        raise MissingExtraError(
            f"{what} needs PyTorch, which is not installed",
            why="PyTorch is large, and nothing but the layer and the training loops uses it",
            next='pip install "kernelkit[learn]"',
        )
