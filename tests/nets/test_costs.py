"""Costs from sizes: the textbook's figures, torch's own layers, and torch's counter of operations."""

import itertools
from fractions import Fraction

import pytest
import torch
from golden.tables import ids, rows
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from kernelkit.errors import InputError, ShapeError
from kernelkit.learning.receptive import receptive_field
from kernelkit.learning.shapes import Window
from kernelkit.nets.costs import PRECISIONS, bytes_of, conv_cost, fc_cost, pool_steps


def row_called(ident):
    """Return one row of the table by its name."""
    (row,) = (r for r in rows("cases_learn") if r["id"] == ident)
    return row["input"], row["expected"]


@pytest.mark.parametrize("row", rows("cases_learn", "conv-cost", key="ask"), ids=ids)
def test_convolutions_cost_what_the_textbook_says(row):
    given, expected = row["input"], row["expected"]

    def cost(c_in, c_out, groups=1):
        return conv_cost(
            c_in,
            c_out,
            given["kernel"],
            given["input"],
            stride=given["stride"],
            padding=given["padding_per_side"],
            groups=groups,
        )

    found = cost(given["c_in"], given["c_out"], given.get("groups", 1))
    assert list(found.output) == expected["output"]
    assert found.multiply_adds == expected["macs"]
    assert (found.weights, found.biases) == (expected["weights"], expected["biases"])
    assert found.values_in + found.values_out == expected["activations_in_plus_out"]
    if "ratio_to_half_the_channels" in expected:
        half = cost(given["c_in"] // 2, given["c_out"] // 2)
        assert Fraction(found.multiply_adds, half.multiply_adds) == expected["ratio_to_half_the_channels"]
    if "ratio_to_one_group" in expected:
        one = cost(given["c_in"], given["c_out"])
        assert Fraction(found.multiply_adds, one.multiply_adds) == Fraction(expected["ratio_to_one_group"])


@pytest.mark.parametrize("row", rows("cases_learn", "fc-cost", key="ask"), ids=ids)
def test_fully_connected_layers_cost_what_they_do_and_not_a_gigabyte(row):
    given, expected = row["input"], row["expected"]
    found = fc_cost(given["sizes"], biases="with" if given.get("biases") else "without")
    assert found.bytes("float32") == expected["bytes_float32"]
    if given.get("biases"):
        assert found.parameters == expected["parameters"]
    else:
        assert found.weights == expected["weights"]
        assert f"{found.bytes() / 2**20:.1f}" == expected["MiB"]
        assert found.flops == expected["flop_at_2_per_mac"]


def test_a_local_window_has_2_delta_plus_1_squared_weights():
    given, expected = row_called("1.3/local-weights")
    found = [conv_cost(1, 1, 2 * delta + 1, 32).weights for delta in given["deltas"]]
    assert found == expected["weights_per_map"]


def test_from_a_million_million_weights_to_441():
    """Dense, shared over all offsets, local."""
    given, expected = row_called("S1/pixels")
    (n, _), delta = given["image"], given["delta"]
    assert fc_cost((n * n, given["hidden"][0] * given["hidden"][1])).weights == expected["dense"]
    everywhere = conv_cost(1, 1, 2 * n - 1, n, padding=n - 1)
    assert everywhere.output == tuple(given["hidden"])
    assert everywhere.weights == expected["shared_all_offsets"]
    assert conv_cost(1, 1, 2 * delta + 1, n, padding=delta).weights == expected["local"]


def test_stacked_small_kernels_have_fewer_weights_than_one_of_their_field():
    given, expected = row_called("1.4/stack")
    kernel = given["kernel"]
    small = [count * conv_cost(1, 1, kernel, 32).weights for count in given["layers"]]
    fields = [receptive_field([Window(kernel)] * count)[-1].size for count in given["layers"]]
    assert small == expected["weights_per_channel_pair"]
    assert [conv_cost(1, 1, field, 32).weights for field in fields] == expected["one_layer_weights"]


def test_pooling_compares_three_times_in_a_2x2_window():
    given, expected = row_called("2-7.5/cost")
    assert pool_steps(given["channels"], given["output"], given["window"]) == expected["comparisons"]


def test_trimming_32_pixels_to_28_saves_15_64ths_of_the_input():
    given, expected = row_called("1.3/lenet-trim")
    small, large = (conv_cost(1, 6, 5, given[size]).values_in for size in ("small", "large"))
    saved = 1 - Fraction(small, large)
    assert saved == Fraction(expected["saved"])
    assert 100 * saved == Fraction(expected["percent"])


@given(
    st.integers(1, 3),
    st.integers(1, 3),
    st.integers(1, 2),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.integers(1, 3),
    st.integers(0, 2),
    st.integers(1, 2),
)
def test_convolutions_cost_what_torch_counts(a, b, groups, kernel, stride, padding, dilation):
    found = conv_cost(
        a * groups,
        b * groups,
        kernel,
        (9, 8),
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
    )
    layer = nn.Conv2d(a * groups, b * groups, kernel, stride, padding, dilation, groups=groups, device="meta")
    with FlopCounterMode(display=False) as counter:
        y = layer(torch.zeros(1, a * groups, 9, 8, device="meta"))
    assert found.flops == counter.get_total_flops()
    assert found.output == tuple(y.shape[2:])
    assert (found.values_in, found.values_out) == (a * groups * 72, y.numel())
    assert found.parameters == sum(p.numel() for p in layer.parameters())


@given(st.lists(st.integers(1, 30), min_size=2, max_size=5))
def test_fully_connected_layers_cost_what_torch_counts(sizes):
    found = fc_cost(sizes)
    net = nn.Sequential(*(nn.Linear(a, b) for a, b in itertools.pairwise(sizes))).to("meta")
    with FlopCounterMode(display=False) as counter:
        net(torch.zeros(1, sizes[0], device="meta"))
    assert found.flops == counter.get_total_flops()
    assert found.parameters == sum(p.numel() for p in net.parameters())


def test_precisions_have_the_bytes_of_torchs_types():
    assert all(
        torch.empty(0, dtype=getattr(torch, name)).element_size() == n for name, n in PRECISIONS.items()
    )
    assert conv_cost(1, 1, 3, 9, biases="without").bytes("float64") == 9 * bytes_of("float64")


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: conv_cost(4, 6, 3, 9, groups=4), InputError),
        (lambda: conv_cost(4, 6, 3, 9, groups=0), InputError),
        (lambda: conv_cost(0, 6, 3, 9), InputError),
        (lambda: conv_cost(1, 1, 10, 9), ShapeError),
        (lambda: conv_cost(1, 1, 3, 9, biases="some"), InputError),
        (lambda: fc_cost((5,)), ShapeError),
        (lambda: fc_cost((5, -1)), InputError),
        (lambda: pool_steps(0, 2, 2), InputError),
        (lambda: bytes_of("int8"), InputError),
    ],
)
def test_what_means_nothing_is_refused(call, error):
    with pytest.raises(error):
        call()
