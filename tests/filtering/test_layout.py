"""Layouts: axes grouped to three, samples beyond borders by formula, kernels as products where that is less work."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernelkit.filtering.boundary import EXTENSIONS
from kernelkit.filtering.layout import layout_of, plan_of

NUMPY = {"edge": "edge", "reflect": "reflect", "symmetric": "symmetric", "wrap": "wrap"}


@given(
    st.lists(st.tuples(st.integers(1, 70), st.sampled_from([1, 1, 3])), min_size=1, max_size=6),
    st.sampled_from(EXTENSIONS),
)
def test_every_sample_keeps_its_place_and_windows_end_where_the_extended_image_ends(axes, extension):
    shape, sizes = zip(*axes, strict=True)
    layout = layout_of(shape, sizes, tuple(size // 2 for size in sizes), extension)
    if layout is None:  # more than three axes at once are somebody else's work
        assert sum(size > 1 for size in sizes) > 3 or len(axes) > 3
        return
    laid = layout.shape(shape)
    assert len(laid) == 4
    assert math.prod(laid) == math.prod(shape)
    assert math.prod(layout.window) == math.prod(sizes)
    for axis in range(3):
        before, after = (layout.edges[2 * axis + side] for side in (0, 1))
        step = layout.step if axis == 2 else 1
        lost = 0 if extension == "valid" else (layout.window[axis] - 1) * step
        assert len(before) + len(after) == lost


@pytest.mark.parametrize("extension", NUMPY)
def test_what_lies_beyond_is_what_numpy_pads(extension):
    layout = layout_of((4, 90), (3, 7), (1, 2), extension)
    rows = np.arange(4)
    padded = np.pad(rows, (1, 1), NUMPY[extension])
    assert np.concatenate([layout.edges[2], rows, layout.edges[3]]).tolist() == padded.tolist()
    columns = np.arange(90)
    padded = np.pad(columns, (2, 4), NUMPY[extension])
    assert np.concatenate([layout.edges[4], columns, layout.edges[5]]).tolist() == padded.tolist()


def test_channels_share_rows_with_the_axis_before_them():
    layout = layout_of((50, 60, 3), (3, 3, 1), (1, 1, 0), "edge")
    assert (layout.window, layout.step, layout.shape((50, 60, 3))) == ((1, 3, 3), 3, (1, 1, 50, 180))
    assert layout.edges[4].tolist() == [0, 1, 2]
    assert layout.edges[5].tolist() == [177, 178, 179]


@pytest.mark.parametrize(
    ("weights", "parts"), [(np.outer(np.arange(1, 16), np.arange(1, 16)), 2), (np.eye(15), 1)]
)
def test_a_product_is_summed_by_its_factors(weights, parts):
    kernel = ((weights.astype(float).tobytes(),),)
    plan = plan_of(kernel, ((weights.shape,),), (100, 100), (7, 7), "edge")
    assert len(plan.weights[0]) == parts
    product = math.prod(part.reshape(part.shape[1:]) for part in plan.weights[0])
    assert np.allclose(product, weights, rtol=1e-15, atol=0)
