"""Gaps: every dot is kept, and no two neighbours that jump stay joined."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kernelkit.plot.gaps import with_gaps


@given(st.lists(st.integers(-180, 180), min_size=1, max_size=20), st.integers(1, 300))
def test_all_dots_are_kept_in_order_and_no_jump_is_joined(degrees, jump):
    places = np.arange(len(degrees), dtype=float)
    x, y = with_gaps(places, np.array(degrees, dtype=float), jump)
    kept = ~np.isnan(y)
    assert x[kept].tolist() == places.tolist()
    assert y[kept].tolist() == degrees
    steps = abs(np.diff(y))
    assert not (steps[~np.isnan(steps)] > jump).any()
    assert (~kept).sum() == sum(abs(a - b) > jump for a, b in itertools.pairwise(degrees))
