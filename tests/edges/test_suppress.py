"""Non-maximum suppression: one pixel a crest, the same by every symmetry, plateaus taken at their middle."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernelkit.edges.suppress import crest, maxima, suppress
from kernelkit.errors import ShapeError
from kernelkit.filtering import native_engine


def across(profile):
    """Columns kept of a magnitude that changes along rows only."""
    magnitude = np.tile(np.array(profile, float), (3, 1))
    kept = suppress(magnitude, [np.zeros_like(magnitude), magnitude])
    assert (kept == kept[0]).all()
    return np.flatnonzero(kept[0]).tolist()


@pytest.mark.parametrize(
    ("profile", "columns"),
    [
        ([0, 1, 3, 2, 0], [2]),
        ([0, 2, 2, 0, 0], [1]),
        ([0, 2, 2, 2, 0], [2]),
        ([0, 2, 2, 2, 2, 0], [2]),
        ([0, 2, 2, 3, 0], [3]),
        ([3, 2, 1, 0, 0], []),
        ([2, 2, 2, 1, 0], []),
        ([1, 1, 1, 1, 1], []),
        ([0, 1, 2, 2, 2], []),
        ([0, 2, 2, 0, 5, 0], [1, 4]),
    ],
)
def test_a_plateau_is_one_maximum_at_its_middle_if_it_falls_off_on_both_sides(profile, columns):
    assert across(profile) == columns


@given(st.integers(1, 4), st.integers(3, 9), st.integers(3, 9), st.integers(0, 2**31))
def test_no_symmetry_changes_the_maxima_of_generic_gradients(ndim, rows, columns, seed):
    """Flips and transposition turn them, negation and powers of two leave them, to the last digit."""
    shape = (rows, columns, 4, 3)[:ndim]
    parts = np.random.default_rng(seed).normal(size=(ndim, *shape))
    magnitude = np.sqrt((parts**2).sum(axis=0))
    kept = suppress(magnitude, parts)
    assert np.array_equal(suppress(magnitude, -parts), kept)
    assert np.array_equal(suppress(magnitude * 8, parts / 16), kept)
    for axis in range(ndim):
        turned = np.flip(parts, axis + 1).copy()
        turned[axis] *= -1
        assert np.array_equal(suppress(np.flip(magnitude, axis), turned), np.flip(kept, axis))
    if ndim < 3:  # in more axes sums of three terms are formed in the order of the components
        assert np.array_equal(suppress(magnitude.T, parts[::-1].transpose(0, *range(ndim, 0, -1))), kept.T)


def test_the_place_is_the_vertex_of_the_parabola():
    """Of magnitudes 9 - (x - 2.3)**2 it is 2.3; along a diagonal, a share of a diagonal step."""
    x = np.arange(6.0)
    profile = 9 - (x - 2.3) ** 2
    magnitude = np.tile(profile, (3, 1))
    found = maxima(magnitude, np.stack([0 * magnitude, magnitude]), 0, longest=9)
    assert np.allclose(found.places, [[0, 2.3], [1, 2.3], [2, 2.3]])
    y, x = np.mgrid[:9, :9].astype(float)
    magnitude = 100 - (y + x - 8.4) ** 2
    found = maxima(magnitude, np.ones((2, 9, 9)), 0, longest=9)
    passed = set(zip(*np.divmod(found.pixels, 9), strict=True))
    assert passed == {(i, j) for i in range(1, 8) for j in range(1, 8) if i + j in (8, 9)}  # staircase
    assert np.allclose(found.places.sum(axis=1), 8.4)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**31), st.booleans())
def test_compiled_or_not_the_same_pixels_are_crests(rows, columns, seed, few):
    """With whole numbers of few values, so that there are plateaus and components of one size, and with NaN."""
    rng = np.random.default_rng(seed)
    parts = (
        rng.integers(-2, 3, (2, rows, columns)).astype(float) if few else rng.normal(size=(2, rows, columns))
    )
    magnitude = np.abs(parts).max(axis=0) if few else np.sqrt((parts**2).sum(axis=0))
    magnitude[rng.random((rows, columns)) < 0.05] = np.nan
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native_engine, "_native", None)
        wanted = crest(magnitude, parts, 0.5, longest=5)
    for instructions in reversed(native_engine._native.instruction_sets() if native_engine._native else []):
        native_engine._native.use(instructions)  # the best are used last, and from then on
        assert np.array_equal(crest(magnitude, parts, 0.5, longest=5), wanted)
    assert np.array_equal(maxima(magnitude, parts, 0.5, longest=5).pixels, wanted)


def test_unsigned_numbers_do_not_wrap_around():
    magnitude = np.array([[1, 3, 2, 2, 0]] * 3, np.uint8)
    assert (
        suppress(magnitude, np.stack([0 * magnitude, magnitude]))[1].tolist() == [False, True] + [False] * 3
    )


@pytest.mark.parametrize("shape", [(4, 5), (1, 4, 5), (2, 5, 4), ()])
def test_components_have_to_fit(shape):
    with pytest.raises(ShapeError, match="do not fit"):
        suppress(np.ones((4, 5)), np.ones(shape))
