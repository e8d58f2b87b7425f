"""Shape arithmetic: PyTorch's own layers and the tables of known slips are the oracles."""

from fractions import Fraction

import pytest
import torch
from golden.tables import ids, rows
from hypothesis import assume, given
from hypothesis import strategies as st

from kernelkit.errors import InputError, ShapeError
from kernelkit.learning.shapes import Window, output_shape, same_padding, split_total, windows_along


@given(
    n=st.integers(1, 40),
    k=st.integers(1, 7),
    s=st.integers(1, 5),
    p=st.integers(0, 6),
    d=st.integers(1, 4),
)
def test_sizes_are_those_of_torch_convolutions(n, k, s, p, d):
    window = Window(k, s, p, d)
    if n + 2 * p < window.span:
        with pytest.raises(ShapeError):
            window.output(n)
    else:
        found = torch.nn.functional.conv1d(
            torch.zeros(1, 1, n), torch.zeros(1, 1, k), stride=s, padding=p, dilation=d
        )
        assert output_shape((n,), k, stride=s, padding=p, dilation=d) == (found.shape[-1],)


@given(
    n=st.integers(1, 40),
    k=st.integers(1, 7),
    s=st.integers(1, 5),
    p=st.integers(0, 3),
    d=st.integers(1, 4),
)
def test_sizes_rounded_up_are_those_of_torch_pooling(n, k, s, p, d):
    assume(2 * p <= k and n + 2 * p >= (k - 1) * d + 1)
    found = torch.nn.functional.max_pool1d(
        torch.zeros(1, 1, n), k, stride=s, padding=p, dilation=d, ceil_mode=True
    )
    assert Window(k, s, p, d, "ceil").output(n) == found.shape[-1]


@given(n=st.integers(1, 60), k=st.integers(1, 9), s=st.integers(1, 6), d=st.integers(1, 3))
def test_same_gives_the_size_over_the_stride_rounded_up_and_pads_behind(n, k, s, d):
    before, after = same_padding(n, k, stride=s, dilation=d)
    assert Window(k, s, (before, after), d).output(n) == -(-n // s)
    assert 0 <= after - before <= 1
    if after:
        # one sample less would not do
        less = Window(k, s, (before, after - 1), d)
        assert n + before + after - 1 < less.span or less.output(n) < -(-n // s)


@given(st.integers(0, 20), st.integers(3, 30), st.integers(1, 4))
def test_a_total_is_shared_between_the_sides(total, n, s):
    before, after = split_total(total)
    assert (before + after, after - before) == (total, total % 2)
    assert output_shape((n,), 3, stride=s, padding=total, convention="total") == output_shape(
        (n,), 3, stride=s, padding=((before, after),)
    )


@pytest.mark.parametrize("row", rows("cases_learn", "conv-shape", key="ask"), ids=ids)
def test_known_output_shapes(row):
    given_, expected = row["input"], row["expected"]
    options = {"stride": given_["stride"], "padding": given_["padding_per_side"]}
    assert output_shape(given_["input"], given_["kernel"], **options) == tuple(expected["output"])
    if "padding_total" in expected:
        options |= {"padding": expected["padding_total"], "convention": "total"}
        assert output_shape(given_["input"], given_["kernel"], **options) == tuple(expected["output"])


@pytest.mark.parametrize("row", rows("cases_learn", "conv-shape-table", key="ask"), ids=ids)
def test_which_inputs_give_alexnet_55(row):
    given_ = row["input"]
    found = [Window(given_["kernel"], given_["stride"], p).output(n) for _, n, p in given_["rows"]]
    assert found == row["expected"]["outputs"]
    assert output_shape((224,), 11, stride=4, padding="same") == (row["expected"]["input_224_same"],)


@pytest.mark.parametrize("row", rows("cases_learn", "same-shape", key="ask"), ids=ids)
def test_same_with_a_stride(row):
    n, k, s = row["input"]["n"], row["input"]["kernel"], row["input"]["stride"]
    assert output_shape((n,), k, stride=s, padding="same") == (row["expected"]["output"],)
    if "padding_total" in row["expected"]:
        assert list(same_padding(n, k, stride=s)) == row["expected"]["padding_before_after"]
        assert sum(same_padding(n, k, stride=s)) == row["expected"]["padding_total"]


@pytest.mark.parametrize("row", rows("cases_learn", "conv1d-cost", key="ask"), ids=ids)
def test_the_length_after_a_padded_stride(row):
    given_ = row["input"]
    (length,) = output_shape(
        (given_["length"],), given_["kernel"], stride=given_["stride"], padding=given_["padding"]
    )
    assert length == row["expected"]["output_length"]
    assert length * given_["c_in"] * given_["c_out"] * given_["kernel"] == row["expected"]["macs_per_item"]


def test_windows_needed_for_a_kernel_are_counted():
    (row,) = (r for r in rows("cases_learn") if r["id"] == "1.4/size-from-windows")
    height, width = output_shape(row["input"]["image"], row["input"]["kernel"], stride=row["input"]["stride"])
    assert height * width == row["expected"]["windows"]


def test_one_number_is_for_all_axes_and_a_pair_for_the_sides_of_one():
    assert windows_along((9, 9), 3, padding=((1, 2), 0)) == (
        Window(3, padding=(1, 2)),
        Window(3, padding=(0, 0)),
    )
    assert windows_along((9, 9, 9), (1, 2, 3))[2].size == 3


@pytest.mark.parametrize(
    ("options", "kind", "said"),
    [
        ({"size": (3, 3, 3)}, ShapeError, "window size (3, 3, 3) is not for 2 axes"),
        ({"size": 3, "stride": (1,)}, ShapeError, "stride (1,) is not for 2 axes"),
        ({"size": 3, "padding": ((1, 2, 3), 0)}, ShapeError, "is not for 2 axes"),
        ({"size": 3, "padding": (1,)}, ShapeError, "padding (1,) is not for 2 axes"),
        ({"size": 0}, InputError, "a window's size must be 1 or more, not 0"),
        ({"size": 3, "stride": 0}, InputError, "a stride must be 1 or more, not 0"),
        ({"size": 3, "dilation": -1}, InputError, "a dilation must be 1 or more, not -1"),
        ({"size": 3, "padding": -1}, InputError, "a padding must be 0 or more, not -1"),
        ({"size": 3, "padding": "valid"}, InputError, "a padding in words is one of same, not 'valid'"),
        ({"size": 3, "rounding": "up"}, InputError, "rounding is one of floor, ceil, not 'up'"),
        ({"size": 3, "convention": "both"}, InputError, "a padding convention is one of per side, total"),
        ({"size": 3.0}, InputError, "a window size must be a whole number, not 3.0"),
        ({"size": True}, InputError, "must be a whole number, not True"),
        ({"size": "33"}, InputError, "must be a whole number, not '3'"),
        ({"size": 9}, ShapeError, "a window over 9 samples does not fit into 5 + 0"),
        ({"size": 3, "dilation": 3, "padding": (0, 1)}, ShapeError, "a window over 7 samples does not fit"),
    ],
)
def test_what_means_nothing_is_refused(options, kind, said):
    with pytest.raises(kind) as refused:
        output_shape((5, 8), **options)
    assert said in str(refused.value)


def test_nothing_slides_over_nothing():
    with pytest.raises(ShapeError):
        output_shape((0, 5), 1, padding=3)


def test_counts_of_weights_by_sharing_and_locality():
    """From 10^12 weights to (2 * 1000 - 1)^2 by sharing, (2 delta + 1)^2 by locality: windows of all offsets."""
    (row,) = (r for r in rows("cases_learn") if r["id"] == "S1/pixels")
    (n, _), delta = row["input"]["image"], row["input"]["delta"]
    # every output reads every input when the padding is n - 1 on each side of a window of 2 n - 1
    assert output_shape((n, n), 2 * n - 1, padding=n - 1) == (n, n)
    assert (2 * n - 1) ** 2 == row["expected"]["shared_all_offsets"]
    assert Window(2 * delta + 1).span ** 2 == row["expected"]["local"]
    assert Fraction(row["expected"]["dense"], n * n) == n * n
