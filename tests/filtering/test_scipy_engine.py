"""What lies beyond the border, put there before SciPy sees the image."""

import numpy as np
import pytest

from kernelkit.filtering.boundary import EXTENSIONS
from kernelkit.filtering.scipy_engine import extended

PAD = {"zero": "constant", "edge": "edge", "reflect": "reflect", "symmetric": "symmetric", "wrap": "wrap"}


@pytest.mark.parametrize("name", EXTENSIONS)
def test_windows_reach_as_far_as_their_anchor_says(name):
    image = np.random.default_rng(0).integers(0, 9, (4, 5))
    found = extended(image, (4, 3), (1, 2), name)
    wanted = image if name == "valid" else np.pad(image, ((1, 2), (2, 0)), mode=PAD[name])
    assert np.array_equal(found, wanted)
