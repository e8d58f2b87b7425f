"""Two kernels in one pass give what they give one after the other, borders included."""

import numpy as np
import pytest

from kernelkit import Kernel, named
from kernelkit.errors import ShapeError
from kernelkit.filtering import one_pass
from kernelkit.filtering.apply import apply
from kernelkit.filtering.boundary import EXTENSIONS
from kernelkit.filtering.derivatives import gradient
from kernelkit.filtering.one_pass import in_one_pass, pays, windows
from kernelkit.filtering.plan import plan

ACROSS = Kernel.from_array([[-1, 0, 1]])
DOWN = Kernel.from_array([[-1], [0], [1]])


def test_windows_of_unlike_kernels_become_one():
    far = Kernel({(0, 0): -1, (0, 3): 1})
    first, second, anchor = windows([plan(DOWN), plan(far)])
    assert anchor == (1, 0)
    assert np.allclose(first, [[-0.5, 0, 0, 0], [0, 0, 0, 0], [0.5, 0, 0, 0]])
    assert np.allclose(second, [[0, 0, 0, 0], [-1 / 3, 0, 0, 1 / 3], [0, 0, 0, 0]])


@pytest.mark.parametrize("boundary", [name for name in EXTENSIONS if name != "valid"])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32, float])
def test_one_pass_gives_what_two_give(boundary, dtype):
    image = np.random.default_rng(0).integers(0, 99, (9, 21)).astype(dtype)
    plans = [plan(kernel, boundary=boundary, spacing=(0.3, 0.7)) for kernel in (DOWN, ACROSS)]
    assert pays(image, plans)
    wanted = [apply(kernel, image, boundary=boundary, spacing=(0.3, 0.7)) for kernel in (DOWN, ACROSS)]
    near = {"rtol": 1e-6 if dtype is np.float32 else 1e-14, "atol": 1e-4 if dtype is np.float32 else 1e-12}
    assert np.allclose(in_one_pass(image, plans, "components"), wanted, **near)
    assert np.allclose(in_one_pass(image, plans, "magnitude"), np.hypot(*wanted), **near)


@pytest.mark.parametrize("kernel", [None, "sobel", "scharr-5-x", "gaussian-x:sigma=1,dim=2"])
@pytest.mark.parametrize("output", ["components", "magnitude", "orientation"])
def test_borders_of_large_images_are_those_of_small_ones(monkeypatch, kernel, output):
    image = np.random.default_rng(0).normal(size=(120, 130))
    wanted = gradient(image, kernel=kernel, output=output)
    monkeypatch.setattr(one_pass, "WORTH_A_FRAME", 0)
    monkeypatch.setattr("kernelkit.filtering.derivatives.apply", None)  # one pass is all that is left
    assert np.allclose(gradient(image, kernel=kernel, output=output), wanted, rtol=1e-12, atol=1e-12)


def test_small_images_and_volumes_go_one_by_one():
    plans = [plan(kernel) for kernel in (DOWN, ACROSS)]
    assert not pays(np.zeros((50, 50)), plans)
    assert pays(np.zeros((2000, 2000)), plans)
    assert not pays(np.zeros((4, 1_000_000)), plans)  # nothing would be left between the borders
    assert not pays(np.zeros((2000, 2000, 2)), plans)
    assert not pays(np.zeros((2000, 2000)), plans[:1])


def test_a_window_that_fits_nowhere():
    sobel = named("sobel").kernel
    with pytest.raises(ShapeError, match="fits nowhere"):
        in_one_pass(np.ones((2, 9)), [plan(sobel, boundary="valid")] * 2, "magnitude")
