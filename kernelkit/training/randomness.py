"""Randomness without a state: every draw is a function of seed, purpose and step, so a resumed run draws the same."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def seed_of(seed: int, purpose: str, *numbers: int) -> int:
    """Return a seed of 63 bits that belongs to a purpose and to its place: epoch, step, process.

    Examples
    --------
    >>> seed_of(0, "dropout", 7) == seed_of(0, "dropout", 7)
    True
    >>> seed_of(0, "dropout", 7) == seed_of(0, "dropout", 8)
    False
    """
    text = "/".join([str(seed), purpose, *map(str, numbers)])
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) >> 1


def generator(seed: int, purpose: str, *numbers: int) -> torch.Generator:
    """Return torch's generator for a purpose and its place, on the CPU."""
    import torch

    return torch.Generator().manual_seed(seed_of(seed, purpose, *numbers))
