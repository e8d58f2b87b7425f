"""Methods by name: a threshold leaves out what is weaker, and nothing else."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from edges.images import whole

from kernelkit.edges.methods import Method, detected_by
from kernelkit.edges.prepared import prepared


@pytest.mark.parametrize("method", get_args(Method))
def test_a_threshold_leaves_out_what_is_weaker(method):
    ready = prepared(whole(), sigma=1, kernel=None, boundary="reflect", mask=None)
    every, strong = detected_by(method, ready, 0.0), detected_by(method, ready, 8.0)
    kept = every.strength >= 8
    assert 0 < kept.sum() < len(kept)
    assert np.array_equal(every.places[kept], strong.places[strong.strength >= 8])
