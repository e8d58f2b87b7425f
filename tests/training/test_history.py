"""The log of a run reads the same as csv and as json lines, and says which epoch counts."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernelkit.training.history import (
    COLUMNS,
    Epoch,
    as_csv,
    as_dicts,
    as_json_lines,
    best_of,
    from_dicts,
)

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
MAYBE = st.none() | NUMBERS
EPOCHS = st.builds(
    Epoch,
    epoch=st.integers(1, 10**6),
    step=st.integers(1, 10**9),
    lr=NUMBERS,
    train_loss=NUMBERS,
    train_accuracy=NUMBERS,
    validation_loss=MAYBE,
    validation_accuracy=MAYBE,
    seconds=NUMBERS,
    seconds_in_all=NUMBERS,
)


def scored(*accuracies):
    """Return a history with these validation accuracies."""
    return tuple(
        Epoch(
            epoch=number,
            step=10 * number,
            lr=0.1,
            train_loss=1.0,
            train_accuracy=0.5,
            validation_loss=None if accuracy is None else 1.0,
            validation_accuracy=accuracy,
            seconds=1.0,
            seconds_in_all=float(number),
        )
        for number, accuracy in enumerate(accuracies, 1)
    )


@given(st.lists(EPOCHS, max_size=4))
def test_csv_and_json_lines_read_back_to_the_same_rows(history):
    """Every number to its last bit."""
    from_csv = list(csv.DictReader(io.StringIO(as_csv(history))))
    from_json = [json.loads(line) for line in as_json_lines(history).splitlines()]
    assert len(from_csv) == len(from_json) == len(history)
    for texts, values, epoch in zip(from_csv, from_json, history, strict=True):
        assert texts.keys() == values.keys() == set(COLUMNS)
        for name in COLUMNS:
            value = getattr(epoch, name)
            assert values[name] == value
            assert texts[name] == "" if value is None else float(texts[name]) == value
        assert isinstance(values["epoch"], int)
        assert texts["step"] == str(epoch.step)


def test_the_log_of_no_epoch_is_its_header():
    assert as_csv(()).strip().split(",") == list(COLUMNS)
    assert as_json_lines(()) == ""


@given(st.lists(EPOCHS, max_size=4))
def test_rows_come_back_through_json(history):
    assert from_dicts(json.loads(json.dumps(as_dicts(history)))) == tuple(history)


@pytest.mark.parametrize("spoil", [lambda row: row.pop("lr"), lambda row: row.update(momentum=0.9)])
def test_rows_of_another_form_are_refused(spoil):
    (row,) = as_dicts(scored(0.5))
    spoil(row)
    with pytest.raises(TypeError):
        from_dicts([row])


@pytest.mark.parametrize(
    ("accuracies", "epoch"),
    [
        ((0.1, 0.9, 0.5), 2),
        ((0.5, 0.9, 0.9, 0.9), 2),
        ((0.7,), 1),
        ((0.0, 0.0), 1),
        ((0.1, 0.2, 0.3), 3),
        ((None, None, None), 3),
        ((None,), 1),
    ],
)
def test_the_first_of_the_best_counts_and_without_validation_the_last(accuracies, epoch):
    assert best_of(scored(*accuracies)).epoch == epoch


@given(st.lists(st.integers(0, 5), min_size=1, max_size=30))
def test_a_better_epoch_counts_as_soon_as_it_is_there(shares):
    """What counts after each epoch only ever changes to the epoch just done: its weights are still at hand."""
    history = scored(*[share / 5 for share in shares])
    counted = 1
    for done in range(1, len(history) + 1):
        now = best_of(history[:done]).epoch
        assert now in {counted, done}
        counted = now
