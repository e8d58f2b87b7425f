"""Receptive fields and unread samples: published nets, an independent loop, and the gradients of torch."""

from fractions import Fraction

import pytest
import torch
from golden.tables import ids, rows
from hypothesis import given
from hypothesis import strategies as st

from kernelkit.errors import LimitError, ShapeError
from kernelkit.learning.receptive import output_sizes, receptive_field, unread
from kernelkit.learning.shapes import Window


def stack_of(layers):
    """Return the windows of a net's layers; dense layers have none."""
    return [
        Window(x["kernel"], x["stride"], x["padding"], x.get("dilation", 1))
        for x in layers
        if x.get("type") != "linear"
    ]


@pytest.mark.parametrize("row", rows("cases_learn", "net-cost", key="ask"), ids=ids)
def test_sizes_fields_and_jumps_of_known_nets(row):
    """LeNet: 5, 6, 14, 16; AlexNet: 11, 19, 51, 67, 99, 131, 163, 195 with a final jump of 32."""
    windows = stack_of(row["input"]["layers"])
    fields = receptive_field(windows)
    assert [f.size for f in fields] == row["expected"]["receptive_field"]
    assert [f.jump for f in fields] == row["expected"]["jump"]
    shapes = [s for s in row["expected"]["output_shapes"] if len(s) == 3]
    assert list(output_sizes(windows, row["input"]["input"][1])) == [s[1] for s in shapes]


@pytest.mark.parametrize("row", rows("cases_learn", "receptive-field", key="ask"), ids=ids)
def test_first_samples_and_centres_are_exact(row):
    fields = receptive_field(stack_of(row["input"]["layers"]))
    assert [f.size for f in fields] == row["expected"]["receptive_field"]
    assert [f.jump for f in fields] == row["expected"]["jump"]
    assert [f.first for f in fields] == row["expected"]["first_index_seen_by_output_0"]
    assert [f.centre for f in fields] == row["expected"]["centre_of_output_0"]


def test_an_even_field_has_its_centre_between_two_samples():
    (field,) = receptive_field([Window(2)])
    assert field.centre == Fraction(1, 2)


@pytest.mark.parametrize("row", rows("cases_learn", "unread-border", key="ask"), ids=ids)
def test_unread_samples_of_known_nets(row):
    """AlexNet at 224 pixels: 6 rows and columns with padding 1, 5 with 0, none with 2."""
    found = unread(stack_of(row["input"]["layers"]), row["input"]["size"])
    assert list(found) == row["expected"]["unread_indices"]
    assert len(found) == row["expected"]["count"]
    if "share_of_pixels" in row["expected"]:
        read = 1 - Fraction(len(found), row["input"]["size"])
        assert 1 - read**2 == Fraction(row["expected"]["share_of_pixels"])


def test_a_stack_of_3x3_layers_sees_two_more_samples_a_layer():
    (row,) = (r for r in rows("cases_learn") if r["id"] == "1.4/stack")
    found = [receptive_field([Window(row["input"]["kernel"])] * n)[-1].size for n in row["input"]["layers"]]
    assert found == row["expected"]["receptive_field"]


STACKS = st.lists(
    st.builds(Window, st.integers(1, 4), st.integers(1, 3), st.integers(0, 2), st.integers(1, 2)),
    min_size=1,
    max_size=4,
)


@given(STACKS, st.integers(1, 30))
def test_samples_without_a_gradient_are_the_unread_ones(windows, n):
    """All weights are one, so a sample has a gradient exactly where some output reads it."""
    try:
        sizes = output_sizes(windows, n)
    except ShapeError:
        return
    x = torch.zeros(1, 1, n, dtype=torch.float64, requires_grad=True)
    y = x
    for w, size in zip(windows, sizes, strict=True):
        y = torch.nn.functional.conv1d(
            y,
            torch.ones(1, 1, w.size, dtype=torch.float64),
            stride=w.stride,
            padding=w.padding,
            dilation=w.dilation,
        )
        assert y.shape[-1] == size
    y.sum().backward()
    assert unread(windows, n) == tuple(i for i in range(n) if x.grad[0, 0, i] == 0)


@given(STACKS)
def test_the_field_is_where_one_output_has_a_gradient(windows):
    """An output in the middle of a long signal sees exactly the samples from first to last, moved by jumps."""
    field = receptive_field(windows)[-1]
    n = 4 * field.size + 4 * field.jump + 40
    x = torch.zeros(1, 1, n, dtype=torch.float64, requires_grad=True)
    y = x
    for w in windows:
        y = torch.nn.functional.conv1d(
            y,
            torch.ones(1, 1, w.size, dtype=torch.float64),
            stride=w.stride,
            padding=w.padding,
            dilation=w.dilation,
        )
    middle = y.shape[-1] // 2
    y[0, 0, middle].backward()
    seen = x.grad[0, 0].nonzero()[:, 0].tolist()
    assert seen[0] == field.first + middle * field.jump
    assert seen[-1] - seen[0] + 1 == field.size


def test_alexnet_in_the_plane_leaves_rows_and_columns_without_a_gradient():
    """The net of the post with one channel and all weights one, at 224 pixels."""
    layers = [
        torch.nn.Conv2d(1, 1, 11, stride=4, padding=1, bias=False),
        torch.nn.AvgPool2d(3, 2),
        torch.nn.Conv2d(1, 1, 5, padding=2, bias=False),
        torch.nn.AvgPool2d(3, 2),
        *(torch.nn.Conv2d(1, 1, 3, padding=1, bias=False) for _ in range(3)),
        torch.nn.AvgPool2d(3, 2),
    ]
    net = torch.nn.Sequential(*layers)
    for parameter in net.parameters():
        torch.nn.init.ones_(parameter)
    x = torch.zeros(1, 1, 224, 224, requires_grad=True)
    net(x).sum().backward()
    dead = (x.grad[0, 0] == 0).nonzero()
    expected = {(i, j) for i in range(224) for j in range(224) if max(i, j) >= 218}
    assert {tuple(place) for place in dead.tolist()} == expected


def test_a_window_that_does_not_fit_is_named_by_its_layer():
    with pytest.raises(ShapeError) as refused:
        output_sizes([Window(5), Window(2, 2), Window(9)], 16)
    assert "layer 3: a window over 9 samples does not fit into 6 + 0" in str(refused.value)


def test_absurd_stacks_are_refused():
    with pytest.raises(LimitError) as refused:
        unread([Window(10_000)], 10_000_000)
    assert "too many" in str(refused.value)
