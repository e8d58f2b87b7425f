"""Names of axes, and bounds that are kept before memory is taken."""

import numpy as np
import pytest

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.images.image import check_array, check_size, plain_axes


def test_the_last_axis_is_x():
    """As everywhere here: rows first, x last."""
    for ndim, axes in [(1, "x"), (2, "yx"), (3, "zyx"), (4, "tzyx")]:
        assert plain_axes("a", (2,) * ndim) == axes
    assert len(set(plain_axes("a", (1,) * 8))) == 8


@pytest.mark.parametrize("ndim", [0, 9])
def test_too_few_and_too_many_axes_are_refused(ndim):
    with pytest.raises(ShapeError, match=f"of {ndim} axes"):
        plain_axes("a", (1,) * ndim)


def test_the_limit_itself_is_allowed():
    check_size("a", 100, 100)
    with pytest.raises(LimitError, match="101 samples, more than 100"):
        check_size("a", 101, 100)


@pytest.mark.parametrize("shape", [(0,), (3, 0), (-1, -5), (-2,)])
def test_no_samples_and_less_are_refused(shape):
    """Two negative sides would multiply to a size."""
    with pytest.raises(InputError, match="is empty"):
        check_array("a", np.dtype("f4"), shape, 100)
