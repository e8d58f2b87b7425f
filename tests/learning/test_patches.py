"""The patch matrix against loops over every entry, whole and in blocks."""

import numpy as np
import pytest
from golden.tables import rows
from learning.images import LAYERS, naive_patches, name_of, rough

from kernelkit.errors import LimitError
from kernelkit.learning import patches
from kernelkit.learning.pairs import pairs
from kernelkit.learning.patches import blocks, label_rows, patch_matrix


@pytest.mark.parametrize("layer", LAYERS, ids=name_of)
def test_rows_are_windows_and_columns_are_taps(layer):
    shape, size, settings = layer
    x = rough(shape)
    assert (
        patch_matrix(pairs(x, None, size, **settings)).tolist() == naive_patches(x, size, **settings).tolist()
    )


@pytest.mark.parametrize("rows_of_a_block", [1, 50, 10**6])
@pytest.mark.parametrize("layer", LAYERS, ids=name_of)
def test_blocks_are_the_matrix_in_parts(layer, rows_of_a_block):
    shape, size, settings = layer
    given = pairs(rough(shape), None, size, **settings, bias="fit")
    parts = list(blocks(given, rows_of_a_block))
    assert np.concatenate([block for _, block in parts]).tolist() == patch_matrix(given).tolist()
    assert [rows.start for rows, _ in parts] == [0, *(rows.stop for rows, _ in parts[:-1])]
    line = np.prod(given.out[1:], dtype=int)
    assert max(len(block) for _, block in parts) <= max(rows_of_a_block, line)


def test_a_bias_is_a_last_column_of_ones():
    whole = patch_matrix(pairs([[1, 2, 3]], None, (1, 2), bias="fit"))
    assert whole.tolist() == [[1, 2, 1], [2, 3, 1]]


def test_correlation_is_the_patch_matrix_times_the_taps():
    """The row 2-7.2/im2col."""
    case = next(row for row in rows("cases_learn") if row["id"] == "2-7.2/im2col")
    a = patch_matrix(pairs(case["input"]["X"], None, case["input"]["kernel_shape"]))
    assert a.tolist() == case["expected"]["patch_matrix"]
    assert (a @ np.ravel(case["expected"]["K"])).tolist() == case["expected"]["times_vec_K"]


def test_labels_come_in_the_order_of_the_windows():
    y = np.arange(2 * 3 * 2 * 2).reshape(2, 3, 2, 2)
    assert label_rows(y)[:, 1].tolist() == [4, 5, 6, 7, 16, 17, 18, 19]


def test_a_matrix_too_large_for_memory_is_refused(monkeypatch):
    monkeypatch.setattr(patches, "LARGEST_MATRIX", 100)
    with pytest.raises(LimitError, match="36 windows times 9 unknowns is too large"):
        patch_matrix(pairs(np.ones((8, 8)), None, 3))
