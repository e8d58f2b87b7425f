"""What pieces need around themselves: no more and no less than what answers depend on, and plain refusals."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from filtering.pieces import KERNELS

from kernelkit.errors import InputError, ShapeError, UnknownNameError
from kernelkit.filtering.apply import apply
from kernelkit.filtering.halo import halo
from kernelkit.filtering.plan import BOUNDARIES


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("name", KERNELS)
def test_samples_farther_than_the_margins_change_no_answer(name, boundary):
    kernel = KERNELS[name]
    image = np.random.default_rng(0).normal(size=(60,) * kernel.ndim)
    around = halo(kernel, image, conventions={"boundary": boundary})
    before = around.filtered(image)
    for place in (0, 30, 59):
        changed = image.copy()
        changed[(place,) * kernel.ndim] += 1
        moved = np.argwhere(around.filtered(changed) != before)
        distances = np.abs(moved - place)
        if around.wraps:
            distances = np.minimum(distances, 60 - distances)
        assert (distances <= np.array(around.margins)).all()
        assert len(moved)


@pytest.mark.parametrize("stride", [1, 3])
@pytest.mark.parametrize("name", KERNELS)
def test_the_samples_that_are_kept_are_those_whose_window_lies_inside(name, stride):
    kernel = KERNELS[name]
    image = np.zeros((40,) * kernel.ndim)
    kept = halo(kernel, image, stride=stride, conventions={"boundary": "valid"}).kept
    assert tuple(map(len, kept)) == apply(kernel, image, stride=stride, boundary="valid").shape
    for axis, one in enumerate(kept):
        offsets = [int(offset[axis]) for offset, _ in kernel.taps]
        assert one.start + min(*offsets, 0) == 0
        assert one.step == stride


def test_axes_that_are_not_filtered_need_nothing():
    around = halo([1, 2, 1], np.zeros((9, 9, 9)), axis=-2, conventions={"boundary": "zero"})
    assert around.margins[0] == around.margins[2] == 0 < around.margins[1]


def test_a_halo_travels_between_processes():
    around = halo("sobel-x", np.zeros((9, 9)), conventions={"spacing": [0.1, 0.3]})
    assert pickle.loads(pickle.dumps(around)) == around


@pytest.mark.parametrize(
    ("kernel", "image", "more", "error"),
    [
        ("sobel-x", np.zeros((9, 9), complex), {}, InputError),
        ("sobel-x", np.zeros((9, 9), object), {}, InputError),
        ("sobel-x", np.zeros((9, 0)), {}, ShapeError),
        ("sobel-x", np.zeros((9, 2)), {"boundary": "valid"}, ShapeError),
        ("sobel-x", np.zeros((9, 2)), {"boundary": "one-sided"}, ShapeError),
        ("sobel-x", np.zeros((9, 9, 9)), {}, ShapeError),
        ("sobel-x", np.zeros((9, 9)), {"axis": (0, 2)}, ShapeError),
        ("sobel-x", np.zeros((9, 9)), {"spacing": (1, 2, 3)}, ShapeError),
        ("sobel-x", np.zeros((9, 9)), {"spacing": -1}, InputError),
        ("sobel-x", np.zeros((9, 9)), {"stride": 0}, InputError),
        ("sobel-x", np.zeros((9, 9)), {"boundary": "mirror"}, UnknownNameError),
        ("sobel-x", np.zeros((9, 9)), {"mask": np.zeros((9, 9))}, InputError),
        ("sobel-x", np.zeros((9, 9)), {"mask": np.zeros((9, 8), bool)}, ShapeError),
        ("sobel-x", np.zeros((9, 9)), {"mask": np.zeros((9, 9), bool), "boundary": "zero"}, InputError),
        ("no-such", np.zeros((9, 9)), {}, UnknownNameError),
        ([[0]], np.zeros((9, 9)), {}, InputError),
    ],
)
def test_what_apply_refuses_is_refused_before_a_sample_is_read(kernel, image, more, error):
    with pytest.raises(error) as whole:
        apply(kernel, image, **more)
    apart = {name: more.pop(name) for name in ("axis", "stride", "mask") if name in more}
    with pytest.raises(error) as pieces:
        halo(kernel, image, **apart, conventions=more)
    assert str(pieces.value) == str(whole.value)
