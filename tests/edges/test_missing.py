"""What lies near missing samples: the window of a kernel around each; masks that cannot be."""

from __future__ import annotations

import numpy as np
import pytest

from kernelkit.edges.missing import near_missing
from kernelkit.errors import InputError, ShapeError


def test_the_window_around_a_missing_sample_is_unknown_and_borders_are_not():
    mask = np.zeros((7, 9), bool)
    mask[2, 3] = True
    wanted = np.zeros((7, 9), bool)
    wanted[0:5, 1:6] = True
    assert np.array_equal(near_missing(mask, (7, 9), 2), wanted)
    assert not near_missing(np.zeros((7, 9), bool), (7, 9), 2).any()


def test_masks_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="true where a sample is missing"):
        near_missing(np.zeros((3, 3)), (3, 3), 1)
    with pytest.raises(ShapeError, match="does not fit"):
        near_missing(np.zeros((3, 3), bool), (3, 4), 1)
