"""Sizes of maps: against every size tried one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.learning.receptive import output_sizes
from kernelkit.learning.shapes import Window
from kernelkit.nets.sizes import (
    MOST_SIZE,
    MOST_UNITS,
    alike,
    features_of,
    fitting,
    map_size,
    same_maps,
    several,
    units,
)

LENET = {"0": Window(5, padding=2), "2": Window(2, 2), "3": Window(5), "5": Window(2, 2)}
STACKS = st.lists(
    st.builds(Window, st.integers(1, 5), st.integers(1, 3), st.integers(0, 2)), min_size=1, max_size=4
)


def test_height_and_width_go_their_own_ways():
    assert map_size("lenet", LENET, 28, usual=28) == (5, 5)
    assert map_size("lenet", LENET, (28, 44), usual=28) == (5, 9)


@pytest.mark.parametrize("size", [(11, 28), (28, 11), 11])
def test_an_image_too_small_is_refused_with_the_layer_and_sizes_that_work(size):
    with pytest.raises(ShapeError) as refused:
        map_size("lenet", LENET, size, usual=28)
    text = str(refused.value)
    assert 'layer "5" reads windows of 2 x 2 and gets 1 samples' in text
    assert "the nearest size is 12, and all larger ones work" in text
    assert "28 to 31 give the maps of the usual 28" in text
    assert map_size("lenet", LENET, 12, usual=28) == (1, 1)


@pytest.mark.parametrize("size", [0, -1, 2.5, True])
def test_sizes_are_whole_numbers_from_1(size):
    with pytest.raises(InputError):
        map_size("lenet", LENET, size, usual=28)


@given(STACKS, st.integers(1, 40))
def test_sizes_that_leave_the_same_are_all_those_and_no_others(windows, samples):
    if len(fitting(windows, samples)) < len(windows):
        with pytest.raises(ShapeError):
            same_maps(windows, samples)
        return
    left = output_sizes(windows, samples)[-1]
    tried = [n for n in range(1, 200) if fitting(windows, n)[len(windows) - 1 :] == (left,)]
    assert list(same_maps(windows, samples)) == tried


@given(STACKS, st.integers(1, 20))
def test_what_fits_ends_before_the_first_window_that_does_not(windows, samples):
    sizes = fitting(windows, samples)
    assert sizes == (output_sizes(windows[: len(sizes)], samples) if sizes else ())
    if len(sizes) < len(windows):
        with pytest.raises(ShapeError):
            output_sizes(windows[: len(sizes) + 1], samples)


def test_without_windows_only_the_size_itself_leaves_as_much():
    assert same_maps([], 28) == range(28, 29)


@given(st.integers(1, 60), st.integers(0, 59), st.integers(0, 60))
def test_the_range_around_a_size_is_found_at_both_ends(size, below, above):
    low, high = max(1, size - below), size + above
    assert alike(lambda n: low <= n <= high, size) == range(low, high + 1)


def test_a_range_ends_at_the_largest_size_tried():
    assert alike(lambda n: n >= 5, 9) == range(5, MOST_SIZE + 1)


def test_features_are_counted_and_bounded():
    assert features_of("alexnet", 256, (5, 5), outputs=4096) == 6400
    with pytest.raises(LimitError):
        features_of("alexnet", 256, (3000, 3000), outputs=4096)


@pytest.mark.parametrize("values", [(1,), (1, 2, 3), "12", 5, {1, 2}])
def test_another_count_of_numbers_is_refused(values):
    with pytest.raises(ShapeError):
        several(values, 2, what="widths")


def test_the_numbers_that_are_refused_are_named_as_they_are_typed():
    with pytest.raises(ShapeError) as refused:
        several((6, 16), 5, what="widths")
    assert refused.value.what == "widths are 5 whole numbers, not 6, 16"


def test_more_units_than_a_tensor_has_room_for_are_refused():
    assert units(MOST_UNITS, what="classes") == MOST_UNITS
    with pytest.raises(LimitError, match="classes is 10,000,000,000"):
        units(10**10, what="classes")
    with pytest.raises(LimitError):
        several((1, 10**30), 2, what="widths")


@pytest.mark.parametrize("values", [(0, 1), (1.5, 2), ("1", 2)])
def test_numbers_that_are_no_counts_are_refused(values):
    with pytest.raises(InputError):
        several(values, 2, what="widths")
