"""The table of boundaries, executed: NumPy, SciPy and PyTorch make the same samples up."""

import numpy as np
import pytest
import torch
from scipy import ndimage

from kernelkit.errors import UnknownNameError
from kernelkit.filtering.boundary import OUTSIDE, SCIPY, sources

PAD = {"zero": "constant", "edge": "edge", "reflect": "reflect", "symmetric": "symmetric", "wrap": "wrap"}
TORCH = {"zero": "constant", "edge": "replicate", "reflect": "reflect", "wrap": "circular"}
SIGNAL = np.arange(1.0, 8.0)


def extended(name, before, after, signal=SIGNAL):
    places = sources(name, len(signal), -before, len(signal) + after)
    return np.where(places == OUTSIDE, 0, signal[places])


@pytest.mark.parametrize("name", PAD)
def test_numpy_pads_the_same(name):
    assert np.array_equal(extended(name, 5, 4), np.pad(SIGNAL, (5, 4), mode=PAD[name]))
    assert np.array_equal(extended(name, 30, 25), np.pad(SIGNAL, (30, 25), mode=PAD[name]))  # again and again


@pytest.mark.parametrize("name", PAD)
def test_one_sample_extends_too(name):
    assert np.array_equal(extended(name, 2, 3, SIGNAL[:1]), np.pad(SIGNAL[:1], (2, 3), mode=PAD[name]))


@pytest.mark.parametrize("name", SCIPY)
def test_scipy_shifts_in_the_same(name):
    """A kernel that is one far from its centre shows what lies beyond the border."""
    far = np.zeros(9)
    far[0] = 1
    assert np.array_equal(
        extended(name, 4, 0)[: len(SIGNAL)], ndimage.correlate1d(SIGNAL, far, mode=SCIPY[name])
    )


@pytest.mark.parametrize("name", TORCH)
def test_torch_pads_the_same(name):
    found = torch.nn.functional.pad(torch.tensor(SIGNAL)[None, None], (3, 3), mode=TORCH[name])[0, 0]
    assert np.array_equal(extended(name, 3, 3), found.numpy())


def test_unknown_words_list_the_known_ones():
    with pytest.raises(UnknownNameError, match="symmetric"):
        sources("mirror", 3, 0, 3)
