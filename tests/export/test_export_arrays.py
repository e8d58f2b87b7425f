"""numpy, torch and opencv: what is written runs, and gives what the loop over the taps gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
import scipy.ndimage
import torch
from export.kernels import kernel_of

from kernelkit.errors import LimitError, OffGridError, ShapeError
from kernelkit.exact.certify import certify
from kernelkit.exact.functional import derivative
from kernelkit.exact.kernel import Kernel
from kernelkit.export.base import render
from kernelkit.export.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable

    from kernelkit.exact.certify import Certificate

ARRAYS = ["numpy", "torch", "opencv", "matlab"]


def run(source: str) -> dict[str, object]:
    names: dict[str, object] = {"cv2": cv2, "scipy": scipy, "torch": torch}
    exec(source, names)  # noqa: S102 - the point of the test: what is exported is run
    return names


def test_numpy_calls_match_the_loop(
    lattice: Kernel | Certificate, samples: Callable, naive: Callable, usages: Callable, agrees: Callable
) -> None:
    kernel = kernel_of(lattice)
    source = render(lattice, "numpy")
    names = run(source)
    names["f"] = samples(kernel.ndim)
    expected = naive(kernel, names["f"])
    calls = usages(source)
    assert len(calls) == (2 if kernel.ndim == 1 else 1)
    for call, claim in calls:
        exec(call, names)  # noqa: S102 - as above
        agrees(names["out"], claim, expected)


def test_numpy_flipped_array_convolves(
    lattice: Kernel | Certificate, samples: Callable, naive: Callable, agrees: Callable
) -> None:
    """SciPy's convolve takes the flipped array, with the origin negated where the size is odd."""
    kernel = kernel_of(lattice)
    source = render(lattice, "numpy")
    taps = run(source)["taps"]
    flip = source.split("use the flipped array ")[1].split(".\n")[0]
    flipped = eval(flip, {"taps": taps})  # noqa: S307 - as above
    window = Window.of(kernel)
    f = samples(kernel.ndim)
    full = scipy.signal.convolve(f, flipped, mode="valid", method="direct")
    agrees(full, "# " + window.place((0,) * kernel.ndim), naive(kernel, f))


def test_torch_calls_match_the_loop(
    lattice: Kernel | Certificate, samples: Callable, naive: Callable, usages: Callable, agrees: Callable
) -> None:
    kernel = kernel_of(lattice)
    source = render(lattice, "torch")
    names = run(source)
    f = samples(kernel.ndim)
    names["f"] = torch.from_numpy(f)
    assert names["weight"].dtype == torch.float64
    assert names["weight"].shape[:2] == (1, 1)
    calls = usages(source)
    assert len(calls) == 2
    for call, claim in calls:
        exec(call, names)  # noqa: S102 - as above
        agrees(names["out"].numpy(), claim, naive(kernel, f))
    assert names["out"].shape == names["f"].shape


def test_opencv_call_matches_the_loop(
    lattice: Kernel | Certificate, samples: Callable, naive: Callable, usages: Callable, agrees: Callable
) -> None:
    kernel = kernel_of(lattice)
    if kernel.ndim == 3:
        with pytest.raises(ShapeError, match="2 axes, and this one has 3"):
            render(lattice, "opencv")
        return
    rows = kernel if kernel.ndim == 2 else Kernel({0: 1}).outer(kernel)
    source = render(lattice, "opencv")
    names = run(source)
    names["f"] = np.tile(samples(2), (1, 2))
    [(call, claim)] = usages(source)
    exec(call, names)  # noqa: S102 - as above
    agrees(names["out"], claim, naive(rows, names["f"]))


def test_opencv_default_border_is_the_one_named() -> None:
    source = render(Kernel({-1: 1, 1: "1/2"}), "opencv")
    assert "BORDER_REFLECT_101, f(-1) = f(1)" in source
    names = run(source)
    f = np.array([[3.0, 5.0, 11.0]])
    out = cv2.filter2D(f, cv2.CV_64F, names["taps"], anchor=names["anchor"])
    assert out.tolist() == [[5 + 2.5, 3 + 5.5, 5 + 2.5]]


def test_taps_are_the_nearest_floats(lattice: Kernel | Certificate) -> None:
    kernel = kernel_of(lattice)
    found = run(render(lattice, "numpy"))["taps"]
    assert found.dtype == np.float64
    assert sorted(found[found != 0]) == sorted(float(tap) for _, tap in kernel.taps)


@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_refuse_what_lies_on_no_lattice(name: str) -> None:
    with pytest.raises(OffGridError, match="no whole number of steps"):
        render(Kernel({0: 1, "1/3": 1}), name)


@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_that_must_reach_too_far_to_offset_0_are_refused(name: str) -> None:
    with pytest.raises(LimitError, match="it must reach from the taps to offset 0"):
        render(Kernel({10**9: 1, 10**9 + 1: -1}), name)


def test_torch_has_no_convolution_along_four_axes() -> None:
    with pytest.raises(ShapeError, match="at most 3 axes, and the kernel has 4"):
        render(Kernel({(0, 0, 0, 0): 1}), "torch")


def test_numpy_takes_four_axes() -> None:
    kernel = Kernel({(0, 0, 0, 0): 1, (0, 1, 0, -1): "1/4"})
    names = run(render(kernel, "numpy"))
    assert names["taps"].shape == (1, 2, 1, 2)
    assert names["taps"][0, 0, 0, 1] == 1
    assert names["taps"][0, 1, 0, 0] == 0.25


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_offset_0_lies_inside_the_window(ndim: int) -> None:
    """The window is padded up to offset 0 on each side, and no further."""
    kernel = Kernel({(3,) * ndim: 1, (4,) * ndim: 2})
    window = Window.of(kernel)
    assert (window.shape, window.anchor) == ((5,) * ndim, (0,) * ndim)
    window = Window.of(kernel.flipped())
    assert (window.shape, window.anchor) == ((5,) * ndim, (4,) * ndim)
    assert window.first == (-4,) * ndim


def test_an_even_window_is_centred_before_its_middle() -> None:
    """Conventions: the centre index of n entries is (n - 1) // 2."""
    for size in (2, 4, 6):
        offsets = [f"{2 * k + 1 - size}/2" for k in range(size)]
        assert Window.of(Kernel(dict.fromkeys(offsets, 1))).anchor == ((size - 1) // 2,)


def test_first_entry_has_the_offset_stated(lattice: Kernel | Certificate) -> None:
    kernel = kernel_of(lattice)
    window = Window.of(kernel)
    for index, tap in window.entries.items():
        offset = tuple(i + x for i, x in zip(index, window.first, strict=True))
        assert dict(kernel.taps)[offset] == tap
    assert len(window.entries) == len(kernel)


def test_scaling_is_stated_where_the_target_is_known() -> None:
    result = certify(Kernel({-1: 1, 0: -2, 1: 1}), derivative(2))
    for name in ARRAYS:
        assert "Scaling: divide by h^2." in render(result, name)
