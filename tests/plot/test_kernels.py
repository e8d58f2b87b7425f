"""What may be drawn: kernels of the right kind, few enough, under names that can be read."""

from __future__ import annotations

from fractions import Fraction

import pytest
from plot.pictures import FIRST, RANDOM, SOBEL

from kernelkit import Kernel
from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.plot.kernels import LONGEST_NAME, MOST_KERNELS, check_kernel, named_kernels


def test_one_kernel_stands_under_the_empty_name_and_a_mapping_keeps_its_order():
    assert named_kernels(SOBEL, ndim=(2,), next="") == {"": SOBEL}
    backwards = dict(reversed(FIRST.items()))
    assert list(named_kernels(backwards, ndim=(1,), next="")) == list(backwards)


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        ({}, InputError, "no kernels to draw"),
        ([SOBEL], InputError, "mapping"),
        (None, InputError, "mapping"),
        ({"a": [1, 2]}, InputError, "not a Kernel but list"),
        ({1: SOBEL}, InputError, "printable text"),
        ({"": SOBEL}, InputError, "printable text"),
        ({"two\nlines": SOBEL}, InputError, "printable text"),
        ({"n" * (LONGEST_NAME + 1): SOBEL}, LimitError, "leaves no room"),
        ({"none": Kernel({}, ndim=2)}, InputError, "no taps"),
        ({"line": Kernel({0: 1})}, ShapeError, "kernels on 2 axes, not on 1 axis"),
        ({"large": Kernel({(0, 0): 10**200})}, InputError, "too large or too small"),
        ({"small": Kernel({(0, 0): Fraction(1, 10**200)})}, InputError, "too large or too small"),
        ({f"{i}": SOBEL for i in range(MOST_KERNELS + 1)}, LimitError, "13 kernels are too many"),
    ],
)
def test_what_cannot_be_drawn_is_refused(given, error, says):
    with pytest.raises(error, match=says):
        named_kernels(given, ndim=(2,), next="stencil(kernel)")


def test_kernels_on_different_axes_do_not_share_a_figure():
    with pytest.raises(ShapeError, match="1 and 2 axes"):
        named_kernels({"line": Kernel({0: 1}), "plane": RANDOM}, ndim=(1, 2), next="")


def test_the_refusal_of_a_dimension_says_what_to_do_instead():
    with pytest.raises(ShapeError) as refused:
        check_kernel(RANDOM, ndim=(1, 3), next="image(kernel)")
    assert refused.value.what == "this figure is of kernels on 1 axis or 3 axes, not on 2 axes"
    assert refused.value.next == "image(kernel)"
