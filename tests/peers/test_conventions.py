"""How taps are applied: filters made of loops, and what the documentation of libraries says of theirs."""

import itertools
from fractions import Fraction

import numpy as np
import pytest

from kernelkit.errors import InputError, LimitError, OffGridError, ShapeError
from kernelkit.exact.kernel import Kernel
from kernelkit.peers.calls import Call, Library, listed
from kernelkit.peers.conventions import LARGEST, conventions

CALLS, _ = listed()
PADS = {"zero": "constant", "edge": "edge", "reflect": "reflect", "symmetric": "symmetric", "wrap": "wrap"}


def looped(image, taps, middle, mode, *, turned):
    """Sum taps times samples, one by one: the tap at the index ``middle``, as given, meets the sample itself."""
    reach = max(taps.shape)
    padded = np.pad(image, reach, mode)
    found = np.zeros(image.shape)
    for place in np.ndindex(image.shape):
        for index in np.ndindex(taps.shape):
            offset = [m - i if turned else i - m for i, m in zip(index, middle, strict=True)]
            sample = tuple(p + o + reach for p, o in zip(place, offset, strict=True))
            found[place] += taps[index] * padded[sample]
    return found


@pytest.mark.parametrize(
    ("turned", "border", "middle"),
    list(itertools.product([False, True], PADS, [(0, 0), (1, 2), (2, 1)])),
    ids=str,
)
def test_filters_made_of_loops_are_seen_through(turned, border, middle):
    taps = [[1, -2, 0], [3, 5, 1], [0, 2, 7]]
    run = lambda image, taps: looped(image, taps, middle, PADS[border], turned=turned)  # noqa: E731
    [found] = conventions(
        Kernel.from_array(taps), [(Library("numpy", "numpy", list), Call("filter", "run(image, taps)", run))]
    )
    assert found.taps == ("turned around" if turned else "as given")
    assert found.middle == str(middle)
    assert found.border == border


@pytest.mark.parametrize(
    ("kernel", "expected"),
    [
        # convolve turns taps around, the others do not; ndimage puts the middle of two behind, OpenCV's anchor too
        (
            [[-1, 1]],
            {
                "scipy.ndimage.correlate": ("as given", "(0, 1)", "d/dx at (y, x) = (0, -1/2)"),
                "scipy.ndimage.convolve": ("turned around", "(0, 1)", "-d/dx at (y, x) = (0, 1/2)"),
                "scipy.signal.convolve2d": ("turned around", "(0, 0)", "-d/dx at (y, x) = (0, -1/2)"),
                "cv2.filter2D": ("as given", "(0, 1)", "d/dx at (y, x) = (0, -1/2)"),
                "torch.nn.functional.conv2d": ("as given", "(0, 0)", "d/dx at (y, x) = (0, 1/2)"),
                "kernelkit.filtering.apply.apply": ("as given", "(0, 0)", "d/dx at (y, x) = (0, 1/2)"),
            },
        ),
        (
            [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
            {
                "scipy.ndimage.correlate": ("as given", "(1, 1)", "8 d/dx"),
                "scipy.ndimage.convolve": ("turned around", "(1, 1)", "-8 d/dx"),
                "scipy.signal.correlate2d": ("as given", "(1, 1)", "8 d/dx"),
                "kornia.filters.filter2d": ("as given", "(1, 1)", "8 d/dx"),
            },
        ),
        ([[1, 2, 1]], {"scipy.ndimage.convolve": ("either way", "(0, 1)", "4 times the value")}),
    ],
)
def test_libraries_apply_taps_as_they_document(kernel, expected):
    found = {row.call.partition("(")[0]: row for row in conventions(Kernel.from_array(kernel), CALLS)}
    for name, values in expected.items():
        if name in found:
            assert (found[name].taps, found[name].middle, found[name].computes) == values


def test_borders_are_those_that_libraries_document():
    """With a kernel that reaches two samples, so that no two borders agree."""
    found = {
        row.call.partition("(")[0]: row.border
        for row in conventions(Kernel.from_array([1, 0, 2, 0, 4]), CALLS)
    }
    documented = {
        "scipy.ndimage.correlate": "symmetric",  # its own word is reflect
        "scipy.signal.convolve2d": "zero",  # boundary="fill", fillvalue=0
        "cv2.filter2D": "reflect",  # BORDER_REFLECT_101
        "kornia.filters.filter2d": "reflect",
        "torch.nn.functional.conv2d": "zero",
    }
    assert {name: found[name] for name in documented if name in found} == {
        name: border for name, border in documented.items() if name in found
    }


def test_a_kernel_on_a_line_goes_along_x():
    on_line, in_plane = (conventions(Kernel.from_array(taps), CALLS) for taps in ([-1, 0, 1], [[-1, 0, 1]]))
    assert on_line == in_plane


def test_a_kernel_far_from_its_place_is_put_in_the_middle():
    """An array of taps does not say where offset 0 is."""
    near, far, half = (conventions(Kernel({x: -1, x + 2: 1}), CALLS) for x in (-1, 500, Fraction(1, 2)))
    assert near == far == half


def test_a_filter_that_shows_other_taps_is_not_said_to_be_anything():
    call = Call("filter", "run(image, taps)", lambda image, taps: image**2 + taps.sum())
    [found] = conventions(Kernel.from_array([[1, 2]]), [(Library("numpy", "numpy", list), call)])
    assert (found.taps, found.middle, found.computes, found.border) == (None,) * 4


@pytest.mark.parametrize(
    ("kernel", "error"),
    [
        (Kernel({(0, 0, 0): 1, (0, 0, 1): -1}), ShapeError),
        (Kernel({}, ndim=1), InputError),
        (Kernel({0: 1, "1/2": -1}), OffGridError),
        (Kernel({0: 1, LARGEST: 1}), LimitError),
    ],
    ids=["three axes", "no taps", "between samples", "wide"],
)
def test_what_cannot_be_asked_is_refused(kernel, error):
    with pytest.raises(error) as refused:
        conventions(kernel, CALLS)
    assert refused.value.next
