"""Numbers as grey values, and back within half a grey value."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernelkit.errors import InputError
from kernelkit.images import Mapping

BITS = st.sampled_from([8, 16])
NUMBERS = st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), min_size=1, max_size=30)


@given(NUMBERS, BITS)
def test_a_fitted_mapping_clips_nothing_and_loses_half_a_grey_value(numbers, bits):
    values = np.array(numbers)
    found = Mapping.fitting(values, bits)
    greys, clipped = found.greys(values)
    assert clipped == 0
    assert greys.dtype == (np.uint8 if bits == 8 else np.uint16)
    assert np.abs(found.values(greys) - values).max() <= (0.5 + 1e-9) / found.scale


@given(st.floats(1e-6, 1e6), BITS)
def test_zero_is_mid_grey_when_there_are_signs(largest, bits):
    values = np.array([-largest, 0.0, largest])
    greys, _ = Mapping.fitting(values, bits).greys(values)
    assert greys.tolist() == ([1, 128, 255] if bits == 8 else [1, 32768, 65535])


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), BITS)
def test_a_note_is_read_as_it_was_written(low, width, bits):
    found = Mapping.between(low, low + width, bits)
    assert Mapping.read(f"before; {found.note}; after") == found
    assert Mapping.read(found.note.encode()) == found


def test_magnitudes_begin_at_black():
    assert Mapping.fitting([0.0, 2.0, np.nan, np.inf]).words == "0 is 0, 1 unit is 127.5 grey values"
    assert Mapping.fitting([-2.0, 1.0]).words == "0 is 128, 1 unit is 63.5 grey values"
    assert Mapping.fitting([0.0, 0.0]).greys(np.zeros(2))[0].tolist() == [0, 0]


def test_what_is_clipped_is_counted():
    greys, clipped = Mapping.between(-1, 1).greys(np.array([-1.5, -1, 1, 9, np.inf, -np.inf]))
    assert greys.tolist() == [0, 0, 255, 255, 255, 0]
    assert clipped == 4


@pytest.mark.parametrize(
    "note",
    [
        "",
        None,
        b"\xff\xfe",
        "kernelkit: grey = 1.2.3 + 1 * value, 8 bit",
        "kernelkit: grey = 128 + 0 * value, 8 bit",
        "kernelkit: grey = 1e999 + 1 * value, 8 bit",
        "kernelkit: grey = 128 + 1 * value, 9 bit",
    ],
)
def test_notes_of_others_are_no_mapping(note):
    assert Mapping.read(note) is None


@pytest.mark.parametrize(
    "make",
    [
        lambda: Mapping(0, 0),
        lambda: Mapping(float("nan"), 1),
        lambda: Mapping(0, 1, 12),
        lambda: Mapping.between(1, 1),
        lambda: Mapping.between(0, float("inf")),
        lambda: Mapping.symmetric(0),
        lambda: Mapping.symmetric(-1),
    ],
)
def test_what_maps_nothing_is_refused(make):
    with pytest.raises(InputError):
        make()
