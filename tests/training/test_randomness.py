"""Draws belong to seed, purpose and place, and to nothing else."""

import itertools
import os
import subprocess
import sys

import torch
from hypothesis import given
from hypothesis import strategies as st

from kernelkit.training.randomness import generator, seed_of


@given(st.integers(0, 2**63 - 1), st.text(max_size=20), st.lists(st.integers(0, 10**9), max_size=3))
def test_a_seed_is_one_that_torch_takes(seed, purpose, numbers):
    found = seed_of(seed, purpose, *numbers)
    assert 0 <= found < 2**63
    assert torch.Generator().manual_seed(found).initial_seed() == found


def test_no_two_places_share_a_seed():
    """Not even where digits run together: seed 1 of step 23 and seed 12 of step 3."""
    places = [
        (seed, purpose, *numbers)
        for seed in range(13)
        for purpose in ("order", "dropout", "augmentation")
        for length in range(3)
        for numbers in itertools.product(range(24), repeat=length)
    ]
    assert len({seed_of(*place) for place in places}) == len(places)


def test_a_seed_is_the_same_in_every_process():
    """Python's own hash of text is not: it is salted anew in each."""
    code = "from kernelkit.training.randomness import seed_of; print(seed_of(7, 'dropout', 3, 1))"
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": salt},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for salt in ("1", "2")
    }
    assert found == {str(seed_of(7, "dropout", 3, 1))}


def test_a_generator_draws_the_same_whatever_was_drawn_before():
    first = torch.rand(5, generator=generator(0, "augmentation", 4))
    torch.rand(100, generator=generator(0, "augmentation", 4))
    assert torch.equal(first, torch.rand(5, generator=generator(0, "augmentation", 4)))
    assert not torch.equal(first, torch.rand(5, generator=generator(0, "augmentation", 5)))
    assert not torch.equal(first, torch.rand(5, generator=generator(1, "augmentation", 4)))


def test_the_generator_of_everybody_is_left_alone():
    before = torch.get_rng_state()
    torch.rand(5, generator=generator(0, "order", 1))
    assert torch.equal(before, torch.get_rng_state())
