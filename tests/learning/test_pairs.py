"""Pairs: what is accepted, in which shape it comes out, and what is refused and why."""

import numpy as np
import pytest
import torch
from golden.tables import rows
from learning.images import DIFFERENCES, EDGES, LAYERS, name_of, rough

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.learning.pairs import LARGEST_UNKNOWNS, pairs
from kernelkit.learning.solve import solve

CASES = {row["id"]: row for row in rows("cases_learn")}


@pytest.mark.parametrize(
    ("shape", "size", "wanted", "form"),
    [
        ((7,), 2, (1, 1, 7), "plain"),
        ((6, 8), 3, (1, 1, 6, 8), "plain"),
        ((5, 6, 7), 3, (1, 1, 5, 6, 7), "plain"),
        ((2, 3, 6, 8), 3, (2, 3, 6, 8), "batch"),
        ((2, 3, 5, 6, 7), 2, (2, 3, 5, 6, 7), "batch"),
        ((2, 3, 9), (4,), (2, 3, 9), "batch"),
        ((6, 8), (1, 2), (1, 1, 6, 8), "plain"),
    ],
)
def test_images_come_to_one_shape(shape, size, wanted, form):
    given = pairs(np.ones(shape), None, size)
    assert (given.x.shape, given.form) == (wanted, form)
    assert given.space == wanted[2:]


@pytest.mark.parametrize("layer", LAYERS, ids=name_of)
def test_the_output_has_the_shape_torch_makes(layer):
    shape, size, settings = layer
    given = pairs(rough(shape), None, size, **settings)
    made = (torch.nn.functional.conv1d, torch.nn.functional.conv2d, torch.nn.functional.conv3d)[
        len(size) - 1
    ](torch.zeros(shape), torch.zeros(1, shape[1], *size), **settings)
    assert given.out == tuple(made.shape[2:])
    assert given.windows == made.numel()


def test_unknowns_count_channels_and_the_bias():
    assert pairs(np.ones((2, 3, 6, 8)), None, (2, 4)).unknowns == 24
    assert pairs(np.ones((2, 3, 6, 8)), None, (2, 4), bias="fit").unknowns == 25


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        (np.float32, np.float32),
        (np.float16, np.float32),
        (np.float64, np.float64),
        (np.uint8, np.float64),
        (np.int64, np.float64),
        (bool, np.float64),
    ],
)
def test_types_are_kept_or_widened_and_integers_are_not_scaled(kind, kept):
    x = np.array([[0, 1, 1], [1, 0, 1]]).astype(kind)
    given = pairs(x, None, 2)
    assert given.x.dtype == kept
    assert given.x[0, 0].tolist() == x.tolist()


def test_tensors_are_read_and_types_of_images_and_labels_agree():
    x = torch.arange(6.0, requires_grad=True)
    given = pairs(x, np.ones(5), 2)
    assert given.x.tolist() == [[[0, 1, 2, 3, 4, 5]]]
    assert given.x.dtype == given.labels.dtype == np.float64


def test_images_are_not_copied():
    x = rough((6, 8))
    assert np.shares_memory(pairs(x, None, 3).x, x)


def test_labels_that_are_missing_are_asked_for():
    with pytest.raises(InputError, match=r"the labels Y are missing"):
        _ = pairs(EDGES, None, 2).labels


def test_labels_of_a_wrong_shape_are_refused_with_both_shapes():
    case = CASES["1.2-E6/row-target"]
    with pytest.raises(ShapeError) as refused:
        pairs(
            np.ones(case["input"]["X_shape"]),
            np.ones(case["input"]["Y_shape"]),
            case["input"]["kernel_shape"],
        )
    assert all(shape in str(refused.value) for shape in case["expected"]["message_names"])


@pytest.mark.parametrize("shape", [(6, 1), (6, 8), (1, 1, 6, 7), (42,), (7, 6)])
def test_no_label_is_broadcast_or_flattened(shape):
    with pytest.raises(ShapeError, match=r"Y must have shape \(6, 7\)"):
        pairs(EDGES, np.zeros(shape), (1, 2))


@pytest.mark.parametrize(
    ("shape", "size", "dilation"), [((9, 8), (3, 5), 1), ((12,), (3,), 2), ((7, 6, 8), 3, 1)]
)
def test_labels_as_large_as_the_image_lose_the_border_that_no_window_reaches(shape, size, dilation):
    """Whatever was put beyond the image, what is left are the labels of a layer without padding."""
    random = np.random.default_rng(0)
    image, labels = random.normal(size=(2, *shape))
    given = pairs(image, labels, size, dilation=dilation)
    sides = [(n, n - o) for n, o in zip(shape, given.out, strict=True)]
    inner = labels[tuple(slice(lost // 2, n - lost // 2) for n, lost in sides)]
    assert np.array_equal(given.labels[0, 0], inner)
    assert given.cut == tuple(lost // 2 for _, lost in sides)
    many = pairs(image[None, None], labels[None, None], given.size, dilation=dilation)
    assert np.array_equal(many.labels, given.labels)


def test_labels_as_large_as_the_image_want_a_window_with_a_middle():
    with pytest.raises(ShapeError, match="Y must have shape") as refused:
        pairs(EDGES, EDGES, (2, 1))
    assert "size 3x1" in refused.value.next
    with pytest.raises(ShapeError, match=r"has shape \(3, 1, 6, 8\)"):
        pairs(np.ones((2, 3, 6, 8)), np.ones((3, 1, 6, 8)), 3)
    assert pairs(EDGES, EDGES, (5, 5), padding=2).cut == ()
    assert pairs(EDGES, EDGES, 1).cut == ()
    with pytest.raises(ShapeError) as refused:
        pairs(EDGES, EDGES, 3, stride=2)
    assert "size" not in refused.value.next


@pytest.mark.parametrize("shape", [(2, 4, 7), (3, 1, 6, 7), (2, 1, 6, 8), (6, 7)])
def test_labels_of_many_images_are_held_to_their_number_and_size(shape):
    with pytest.raises(ShapeError, match=r"Y must have shape \(2, C_out, 6, 7\)"):
        pairs(np.ones((2, 3, 6, 8)), np.zeros(shape), (1, 2))


@pytest.mark.parametrize(
    ("x", "size", "kind", "said"),
    [
        ([1, 2, float("nan")], 2, InputError, r"X is nan at index \(2,\)"),
        ([[1, 2], [float("inf"), 0]], 2, InputError, r"X is inf at index \(1, 0\)"),
        ([1j, 2], 2, InputError, "X must hold real numbers, not complex128"),
        (["a"], 1, InputError, "X must hold real numbers"),
        ([[1, 2], [3]], 1, ShapeError, "its rows differ in length"),
        (np.zeros((0, 3)), 1, InputError, r"X is empty: its shape is \(0, 3\)"),
        (np.ma.masked_equal([1, 2, 3], 2), 2, InputError, "X has masked entries"),
        ([1, 2, 3], 4, ShapeError, "does not fit into 3"),
        (np.ones((3, 6, 8)), (2, 2), ShapeError, r"a window \(2, 2\) does not fit X of shape \(3, 6, 8\)"),
        (np.ones((1,) * 6), 1, ShapeError, "a window of 4 axes"),
        (5, 1, ShapeError, "a window of 0 axes"),
        ([1, 2, 3], 0, InputError, "size must be whole numbers from 1 on"),
        ([1, 2, 3], 1.5, InputError, "a window has whole sizes, not 1.5"),
        ([1, 2, 3], "2", InputError, "a window has whole sizes"),
        ([1, 2, 3], True, InputError, "a window has whole sizes"),
    ],
)
def test_bad_images_and_windows_are_refused(x, size, kind, said):
    with pytest.raises(kind, match=said):
        pairs(x, None, size)


@pytest.mark.parametrize(
    ("settings", "kind", "said"),
    [
        ({"stride": 0}, InputError, r"stride must be whole numbers from 1 on, not \(0, 0\)"),
        ({"padding": -1}, InputError, "padding must be whole numbers from 0 on"),
        ({"padding": "same"}, InputError, "padding must be whole numbers, not 'same'"),
        ({"dilation": (1, 2, 3)}, ShapeError, r"dilation \(1, 2, 3\) has 3 numbers for 2 axes"),
        ({"dilation": 9}, ShapeError, "does not fit"),
        ({"bias": "yes"}, InputError, "bias is one of none, fit, not 'yes'"),
    ],
)
def test_bad_settings_are_refused(settings, kind, said):
    with pytest.raises(kind, match=said):
        pairs(EDGES, DIFFERENCES, (1, 2), **settings)


@pytest.mark.parametrize("size", [1e308, 1e200, 2e75, 5e-76, 1e-200, 5e-324])
@pytest.mark.parametrize("labelled", [False, True])
def test_data_whose_squares_leave_the_floats_are_refused(size, labelled):
    data = np.array([0, 1, -1]) * size
    with pytest.raises(InputError, match=r"sums of squares(.|\n)*rescale"):
        pairs([1, 2, 3] if labelled else data, data if labelled else None, 1)


@pytest.mark.parametrize("size", [3e74, 2e-75, 0])
def test_data_within_the_range_have_a_gram_matrix(size):
    """Nothing overflows or warns, and rescaled data give the same taps."""
    given = pairs(np.array([1.0, -1, 3]) * size, np.array([2.0, -2, 6]) * 1e-20, 1)
    if size:
        assert solve(given).taps.item() * size == pytest.approx(2e-20, rel=1e-9)
    else:
        assert not given.x.any()


@pytest.mark.parametrize("size", [1e-45, 3e38])
def test_all_single_numbers_are_within_the_range(size):
    assert pairs(np.array([size], dtype=np.float32), None, 1).x.dtype == np.float32


def test_padding_that_no_memory_holds_is_refused_at_once():
    with pytest.raises(LimitError, match="samples"):
        pairs([1, 2, 3], None, 2, padding=100_000_000_000)
    with pytest.raises(LimitError, match="samples"):
        pairs(np.ones((2, 3, 4, 4)), None, 2, padding=10_000)


@pytest.mark.parametrize(
    "values", [[torch.ones(2, requires_grad=True)] * 2, torch.ones(3, dtype=torch.bfloat16), [[1], [1, 2]]]
)
def test_what_numpy_cannot_read_is_refused(values):
    with pytest.raises((InputError, ShapeError), match="is no array"):
        pairs(values, None, 1)


def test_more_unknowns_than_can_be_handled_are_refused():
    side = int(LARGEST_UNKNOWNS**0.5) + 1
    with pytest.raises(LimitError, match="unknowns for each output channel are more than 4,096"):
        pairs(np.ones((side, side)), None, side)
