"""corr2d and pool2d against torch and naive loops, on arrays and tensors, in all types."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
import torch
from golden.tables import ids, rows
from hypothesis import assume, given
from hypothesis import strategies as st

from kernelkit.errors import InputError, LimitError, ShapeError, UnknownNameError
from kernelkit.learning.window import corr, corr2d, pool, pool2d

F = torch.nn.functional
CONV = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
MAX = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}
AVG = {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}


def exact(value):
    """Return a table entry as an exact number; NaN where it says nothing."""
    return math.nan if value is None else Fraction(value)


def table(entries):
    """Return nested lists of a table as floats."""
    return np.array([[float(exact(v)) for v in row] for row in entries])


@st.composite
def layers(draw, *, half):
    """Sizes, strides, paddings and dilations on one to three axes, and a shape on which they fit.

    ``half`` keeps paddings within half of the window, as pooling needs.
    """
    ndim = draw(st.integers(1, 3))
    longest = {1: 20, 2: 9, 3: 6}[ndim]
    size = [draw(st.integers(1, 3)) for _ in range(ndim)]
    dilation = [draw(st.integers(1, 2)) for _ in range(ndim)]
    padding = [draw(st.integers(0, k // 2 if half else 3)) for k in size]
    shape = [
        draw(st.integers(max(1, (k - 1) * d + 1 - 2 * p), longest))
        for k, d, p in zip(size, dilation, padding, strict=True)
    ]
    stride = [draw(st.integers(1, 3)) for _ in range(ndim)]
    return shape, size, {"stride": stride, "padding": padding, "dilation": dilation}


def data(shape, seed, dtype="float64"):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


@given(layers(half=False), st.integers(1, 3), st.integers(1, 3), st.integers(1, 2), st.integers(0, 99))
def test_correlation_is_that_of_torch(layer, c_in, c_out, n, seed):
    shape, size, options = layer
    ndim = len(shape)
    x, k = data((n, c_in, *shape), seed), data((c_out, c_in, *size), seed + 1)
    expected = CONV[ndim](torch.from_numpy(x), torch.from_numpy(k), **options)
    found = corr(x, k, ndim=ndim, **options)
    assert found.shape == tuple(expected.shape)
    assert np.allclose(found, expected.numpy(), rtol=1e-12, atol=1e-12)
    as_tensor = corr(torch.from_numpy(x), torch.from_numpy(k), ndim=ndim, **options)
    assert torch.allclose(as_tensor, expected, rtol=1e-12, atol=1e-12)
    # one image with channels, and one without
    assert np.allclose(corr(x[0], k, ndim=ndim, **options), expected[0].numpy(), rtol=1e-12, atol=1e-12)
    plain = CONV[ndim](torch.from_numpy(x[:1, :1]), torch.from_numpy(k[:1, :1]), **options)[0, 0]
    assert np.allclose(corr(x[0, 0], k[0, 0], ndim=ndim, **options), plain.numpy(), rtol=1e-12, atol=1e-12)


@given(layers(half=False), st.integers(0, 99))
def test_gradients_are_those_of_torch(layer, seed):
    shape, size, options = layer
    ndim = len(shape)
    grads = []
    for function in (CONV[ndim], lambda x, k, **o: corr(x, k, ndim=ndim, **o)):
        x = torch.from_numpy(data((2, 2, *shape), seed)).requires_grad_()
        k = torch.from_numpy(data((3, 2, *size), seed + 1)).requires_grad_()
        (function(x, k, **options) ** 2).sum().backward()
        grads.append((x.grad, k.grad))
    assert torch.allclose(grads[0][0], grads[1][0], rtol=1e-10, atol=1e-10)
    assert torch.allclose(grads[0][1], grads[1][1], rtol=1e-10, atol=1e-10)


@given(layers(half=True), st.sampled_from(["floor", "ceil"]), st.integers(0, 99))
def test_maximum_pooling_is_that_of_torch(layer, rounding, seed):
    shape, size, options = layer
    ndim = len(shape)
    x = data((2, 3, *shape), seed)
    if not every_window_holds_a_sample(shape, size, options, rounding):
        with pytest.raises(ShapeError):
            pool(x, size, ndim=ndim, rounding=rounding, **options)
        return
    expected = MAX[ndim](torch.from_numpy(x), size, **options, ceil_mode=rounding == "ceil")
    found = pool(x, size, ndim=ndim, rounding=rounding, **options)
    assert np.array_equal(found, expected.numpy())
    assert torch.equal(pool(torch.from_numpy(x), size, ndim=ndim, rounding=rounding, **options), expected)
    assert np.array_equal(pool(-x, size, "min", ndim=ndim, rounding=rounding, **options), -expected.numpy())


def every_window_holds_a_sample(shape, size, options, rounding):
    return all(
        any(0 <= o * s - p + a * d < n for a in range(k))
        for n, k, s, p, d in zip(
            shape, size, options["stride"], options["padding"], options["dilation"], strict=True
        )
        for o in range(F.max_pool1d(torch.zeros(1, 1, n), k, s, p, d, ceil_mode=rounding == "ceil").shape[-1])
    )


@given(
    layers(half=True), st.sampled_from(["floor", "ceil"]), st.sampled_from(["yes", "no"]), st.integers(0, 99)
)
def test_average_pooling_is_that_of_torch(layer, rounding, counts, seed):
    shape, size, options = layer
    ndim = len(shape)
    del options["dilation"]
    # torch's average in space asks the window to fit without the padding; ours does not
    assume(ndim < 3 or all(n >= k for n, k in zip(shape, size, strict=True)))
    x = data((2, 3, *shape), seed)
    expected = AVG[ndim](
        torch.from_numpy(x),
        size,
        options["stride"],
        options["padding"],
        ceil_mode=rounding == "ceil",
        count_include_pad=counts == "yes",
    )
    options |= {"rounding": rounding, "padding_counts": counts}
    assert np.allclose(pool(x, size, "avg", ndim=ndim, **options), expected.numpy(), rtol=1e-13, atol=1e-14)
    tensor = torch.from_numpy(x)
    assert torch.allclose(pool(tensor, size, "avg", ndim=ndim, **options), expected, rtol=1e-13, atol=1e-14)


@given(layers(half=True), st.sampled_from(["floor", "ceil"]), st.integers(0, 99))
def test_averages_and_soft_maxima_of_dilated_windows_are_those_of_a_loop(layer, rounding, seed):
    shape, size, options = layer
    assume(every_window_holds_a_sample(shape, size, options, rounding))
    ndim = len(shape)
    x = 5 * data(shape, seed)
    for mode in ("avg", "softmax"):
        counts = {"padding_counts": "no"} if mode == "avg" else {}
        found = pool(x, size, mode, ndim=ndim, rounding=rounding, **options, **counts)
        tensor = pool(torch.from_numpy(x), size, mode, ndim=ndim, rounding=rounding, **options, **counts)
        for output in np.ndindex(*found.shape):
            held = np.array(samples_of(x, output, size, options))
            weights = np.exp(held) if mode == "softmax" else np.ones(len(held))
            value = (weights * held).sum() / weights.sum()
            assert found[output] == pytest.approx(value, rel=1e-12, abs=1e-12)
            assert tensor[output].item() == pytest.approx(value, rel=1e-12, abs=1e-12)


def samples_of(x, output, size, options):
    """Return the samples in the window of one output, by the definition."""
    places = itertools.product(*(range(k) for k in size))
    found = []
    for place in places:
        at = [
            o * s - p + a * d
            for o, a, s, p, d in zip(
                output, place, options["stride"], options["padding"], options["dilation"], strict=True
            )
        ]
        if all(0 <= i < n for i, n in zip(at, x.shape, strict=True)):
            found.append(x[tuple(at)])
    return found


@pytest.mark.parametrize("row", rows("cases_learn", "corr2d", key="ask"), ids=ids)
def test_known_correlations(row):
    x, k = row["input"]["X"], row["input"]["K"]
    assert corr2d(x, k).tolist() == row["expected"]["Y"]
    if "with_K_transposed" in row["expected"]:
        assert corr2d(x, np.transpose(k)).tolist() == row["expected"]["with_K_transposed"]
        assert np.array_equal(corr2d(np.transpose(x), k).T, corr2d(x, np.transpose(k)))


@pytest.mark.parametrize("row", rows("cases_learn", "both-products", key="ask"), ids=ids)
def test_convolution_is_correlation_with_the_kernel_turned(row):
    x, k = np.array(row["input"]["X"]), np.array(row["input"]["K"])
    assert corr2d(x, k).tolist() == row["expected"]["correlate_valid"]
    assert corr2d(x, k[::-1, ::-1]).tolist() == row["expected"]["convolve_valid"]


@pytest.mark.parametrize("row", rows("cases_learn", "full-products", key="ask"), ids=ids)
def test_all_lags_of_two_sequences(row):
    f, g, expected = np.array(row["input"]["f"]), np.array(row["input"]["g"]), row["expected"]
    assert corr(f, g[::-1], ndim=1, padding=1).tolist() == expected["f_conv_g"]
    assert corr(g, f[::-1], ndim=1, padding=2).tolist() == expected["g_conv_f"]
    assert corr(f, g, ndim=1, padding=1).tolist() == expected["f_corr_g_from_lag_-1"]
    assert corr(g, f, ndim=1, padding=2).tolist() == expected["g_corr_f_from_lag_-2"]


@pytest.mark.parametrize("row", rows("cases_learn", "same-even", key="ask"), ids=ids)
def test_same_with_an_even_kernel_pads_behind(row):
    assert (
        corr(row["input"]["x"], row["input"]["kernel"], ndim=1, padding="same").tolist()
        == row["expected"]["y"]
    )


@pytest.mark.parametrize("row", rows("cases_learn", "conv1x1", key="ask"), ids=ids)
def test_a_1x1_kernel_is_one_matrix_at_every_pixel(row):
    k = np.array(row["input"]["weights_out_by_in"])[:, :, None, None]
    assert corr2d(row["input"]["X_channels_first"], k).tolist() == row["expected"]["Y_channels_first"]


@pytest.mark.parametrize("row", rows("cases_learn", "dense-matrix", key="ask"), ids=ids)
def test_a_dense_layer_can_be_a_correlation(row):
    """Correlation of each unit image gives the columns of the matrix."""
    matrix = np.array(row["expected"]["matrix"])
    for pixel, column in enumerate(matrix.T):
        unit = np.zeros(9, dtype=int)
        unit[pixel] = 1
        assert (
            corr2d(unit.reshape(row["input"]["image_shape"]), row["input"]["K"]).ravel().tolist()
            == column.tolist()
        )


@pytest.mark.parametrize("row", rows("cases_learn", "shift", key="ask"), ids=ids)
def test_a_shift_of_the_image_shifts_the_result_at_stride_one_only(row):
    x, k, expected = np.array(row["input"]["X"]), row["input"]["K"], row["expected"]
    moved = np.pad(x, ((0, 0), (1, 0)))[:, :-1]
    assert corr2d(x, k).tolist() == expected["stride_1_output"]
    assert corr2d(moved, k).tolist() == expected["stride_1_output_of_shifted_input"]
    assert (
        np.array_equal(corr2d(moved, k)[:, 1:], corr2d(x, k)[:, :-1]) is expected["equivariant_at_stride_1"]
    )
    twice = corr2d(moved, k, stride=row["input"]["stride"])
    assert corr2d(x, k, stride=(1, 2)).tolist() == expected["stride_2_output"]
    assert twice.tolist() == expected["stride_2_output_of_shifted_input"]


@pytest.mark.parametrize("row", rows("cases_learn", "transposed", key="ask"), ids=ids)
def test_half_a_stride_is_zeros_between_the_samples_and_then_the_kernel(row):
    spread = np.zeros(6, dtype=int)
    spread[::2] = row["input"]["x"]
    kernel = np.array(row["input"]["kernel"])[::-1]
    assert corr(spread, kernel, ndim=1, padding=((1, 0),)).tolist() == row["expected"]["y"]


@pytest.mark.parametrize("row", rows("cases_learn", "compose", key="ask"), ids=ids)
def test_two_layers_are_one_with_the_full_convolution_of_their_kernels(row):
    first, second = np.array(row["input"]["first"]), np.array(row["input"]["second"])
    h, w = second.shape
    assert corr2d(first, second[::-1, ::-1], padding=(h - 1, w - 1)).tolist() == row["expected"]["kernel"]
    x = np.random.default_rng(5).integers(-9, 9, (9, 11))
    assert np.array_equal(corr2d(corr2d(x, first), second), corr2d(x, row["expected"]["kernel"]))


@pytest.mark.parametrize("row", rows("cases_learn", "kernel-gradient", key="ask"), ids=ids)
def test_the_gradient_for_the_kernel_is_twice_the_correlation_with_the_residual(row):
    x, k, y = (torch.tensor(row["input"][name], dtype=torch.float64) for name in ("X", "K", "Y"))
    k.requires_grad_()
    residual = corr2d(x, k) - y
    (residual**2).sum().backward()
    assert residual.tolist() == row["expected"]["residual"]
    assert k.grad.tolist() == row["expected"]["gradient"]
    assert torch.equal(2 * corr2d(x, residual.detach()), k.grad)


@pytest.mark.parametrize("row", rows("cases_learn", "pool2d", key="ask"), ids=ids)
@pytest.mark.parametrize("kind", ["array", "tensor"])
def test_known_poolings(row, kind):
    given_ = row["input"]
    x = (
        np.array([[math.nan if v is None else v for v in line] for line in given_["X"]])
        if None in np.ravel(given_["X"])
        else np.array(given_["X"])
    )
    options = {name: given_[name] for name in ("stride", "padding") if name in given_}
    if given_.get("ceil_mode"):
        options["rounding"] = "ceil"
    found = pool2d(x if kind == "array" else torch.from_numpy(x), given_["size"], given_["mode"], **options)
    expected = row["expected"]["Y"]
    if np.ndim(expected) == 3:
        assert found.tolist() == expected
    else:
        assert np.allclose(np.asarray(found), table(expected), rtol=1e-15, atol=0, equal_nan=True)
    assert (found.dtype in {np.dtype("int64"), torch.int64}) is (
        given_["mode"] != "avg" and "null" not in str(given_.get("note"))
    )
    if "equals_correlation_with" in row["expected"]:
        assert np.allclose(corr2d(x.astype(float), table(row["expected"]["equals_correlation_with"])), found)
    if given_["mode"] == "min":
        assert np.array_equal(found, -np.asarray(pool2d(-x, given_["size"], "max", **options)))


@pytest.mark.parametrize("row", rows("cases_learn", "pool2d-both", key="ask"), ids=ids)
def test_an_average_counts_the_padding_or_not(row):
    options = {name: row["input"][name] for name in ("stride", "padding")}
    x, size = row["input"]["X"], row["input"]["size"]
    counted = pool2d(x, size, "avg", padding_counts="yes", **options)
    not_counted = pool2d(x, size, "avg", padding_counts="no", **options)
    assert counted[0, 0] == pytest.approx(
        float(Fraction(row["expected"]["corner_counting_padding"])), rel=1e-15
    )
    assert not_counted[0, 0] == float(Fraction(row["expected"]["corner_not_counting"]))


@pytest.mark.parametrize("row", rows("cases_learn", "softmax-pool", key="ask"), ids=ids)
def test_a_soft_maximum_lies_between_mean_and_maximum(row):
    (found,) = pool(row["input"]["window"], 4, "softmax", ndim=1)
    assert found == pytest.approx(float(row["expected"]["value"]), abs=float(row["tolerance"]))


def test_a_soft_maximum_of_large_numbers_does_not_overflow():
    assert pool([1e4, 2e4, -3e5], 3, "softmax", ndim=1, padding=1).tolist() == [2e4, 2e4, 2e4]


def test_a_soft_maximum_has_the_gradient_of_its_formula():
    x = torch.tensor([0.3, -1.2, 2.0, 0.7], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda v: pool(v, 3, "softmax", ndim=1, padding=1), (x,))


def test_one_shift_by_pooling_index_goes_left():
    """Z[i, j] = X[i, j + 1] is a window of two that takes the second: the bump moves to the left."""
    (row,) = (r for r in rows("cases_learn") if r["id"] == "1.3/pool-shift")
    found = corr2d(row["input"]["X"], [[0, 1]], padding=((0, 0), (0, 1)))
    assert found.tolist() == row["expected"]["Z"]


def test_no_correlation_is_a_maximum():
    """A maximum is not additive: for a = (1, 0), b = (0, 1) the maxima add up to 2, the maximum of the sum is 1."""
    (row,) = (r for r in rows("cases_learn") if r["id"] == "2-7.5/max-not-linear")
    a, b = (np.array(x) for x in row["input"]["pairs"])
    assert pool(a, 2, ndim=1)[0] + pool(b, 2, ndim=1)[0] == row["expected"]["sum_of_maxima"]
    assert pool(a + b, 2, ndim=1)[0] == row["expected"]["maximum_of_sum"]


# types


def test_whole_numbers_do_not_wrap():
    x = np.full((4, 4), 255, dtype=np.uint8)
    found = corr2d(x, np.full((3, 3), -2, dtype=np.int8))
    assert found.dtype == np.int64
    assert found.tolist() == [[-4590, -4590], [-4590, -4590]]
    tensor = corr2d(torch.from_numpy(x), torch.full((3, 3), -2, dtype=torch.int8))
    assert (tensor.dtype, tensor.tolist()) == (torch.int64, found.tolist())


@pytest.mark.parametrize("make", [np.array, torch.tensor])
def test_whole_numbers_beyond_the_floats_are_exact(make):
    x = make([[2**61 + 1, -(2**61) + 3, 5]])
    assert corr2d(x, make([[1, 1]])).tolist() == [[4, -(2**61) + 8]]
    assert corr2d(make([[2**40 + 1, 1]]), make([[2**12 + 1, 1]])).tolist() == [
        [(2**40 + 1) * (2**12 + 1) + 1]
    ]
    assert pool2d(make([[16777217, 16777216]]), (1, 2)).tolist() == [[16777217]]


@pytest.mark.parametrize("make", [np.array, torch.tensor])
def test_whole_numbers_that_might_wrap_are_refused(make):
    with pytest.raises(LimitError) as refused:
        corr2d(make([[2**62, 2**62]]), make([[1, 1]]))
    assert "int64 ends at 9.22e+18" in str(refused.value)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "complex64", "complex128"])
def test_types_of_floats_are_kept_by_arrays(dtype):
    x = data((5, 6), 1).astype(dtype)
    assert corr2d(x, x[:2, :2]).dtype == dtype
    assert pool2d(x, 2, "avg").dtype == dtype
    if not dtype.startswith("complex"):
        assert pool2d(x, 2, "max").dtype == pool2d(x, 2, "softmax").dtype == dtype


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_types_of_floats_are_kept_by_tensors(dtype):
    x = torch.from_numpy(data((5, 6), 1)).to(dtype)
    for found in (
        corr2d(x, x[:2, :2]),
        pool2d(x, 2, "avg"),
        pool2d(x, 2, padding=1),
        pool2d(x, 2, "softmax"),
    ):
        assert (found.dtype, found.device) == (dtype, x.device)


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int16", "int32", "int64", "uint64"])
@pytest.mark.parametrize("mode", ["max", "min"])
def test_extremes_of_whole_numbers_keep_the_type_and_ignore_the_padding(dtype, mode):
    x = np.array([[0, 1], [1, 1]]).astype(dtype)
    found = pool2d(x, 3, mode, padding=1)
    assert found.dtype == dtype
    assert np.all(found == (1 if mode == "max" else 0))
    assert np.all(pool2d(1 - x.astype("int8"), 3, mode, padding=1) == (1 if mode == "max" else 0))
    if dtype != "uint64":
        tensor = pool2d(torch.from_numpy(x), 3, mode, padding=1)
        assert (tensor.dtype, tensor.tolist()) == (torch.from_numpy(x).dtype, found.tolist())


def test_results_stay_on_the_device_of_the_data():
    """The device without storage stands for all that are not the processor."""
    x, k = torch.ones(1, 1, 5, 6, device="meta"), torch.ones(2, 1, 3, 3, device="meta")
    results = [
        corr2d(x, k, padding=1),
        *(pool2d(x, 3, mode, padding=1) for mode in ("max", "min", "avg", "softmax")),
    ]
    assert {found.device.type for found in results} == {"meta"}
    assert results[0].shape == (1, 2, 5, 6)


def test_sums_of_sixteen_bits_are_formed_in_thirty_two():
    """4096 + 1 is 4096 in float16: a running sum in that type would stay there."""
    x = np.ones((64, 128), dtype=np.float16)
    assert corr2d(x, x)[0, 0] == 8192
    assert pool2d(x, (64, 128), "avg")[0, 0] == 1
    tensor = torch.from_numpy(x).bfloat16()
    assert corr2d(tensor, tensor).item() == 8192


def test_complex_numbers_keep_their_imaginary_part():
    (row,) = (r for r in rows("cases_learn") if r["id"] == "1.2-E8/complex")
    assert row["expected"]["either"] == "the complex mean 1.5+1j"
    x = np.array([[1 + 2j, 3 - 1j], [0, 2 + 3j]])
    assert pool2d(x, 2, "avg").tolist() == pool2d(torch.from_numpy(x), 2, "avg").tolist() == [[1.5 + 1j]]
    assert corr2d(x, [[1j, 1]]).tolist() == [[1 + 0j], [2 + 3j]]


def test_a_missing_value_spreads_over_its_windows_only():
    x = np.zeros((3, 5))
    x[1, 1] = math.nan
    assert np.isnan(corr2d(x, np.ones((2, 2)))).tolist() == [[True, True, False, False]] * 2
    assert np.isnan(pool2d(x, 2, "softmax")).tolist() == [[True, True, False, False]] * 2


def test_results_share_no_memory_with_the_data():
    x, t = np.zeros((2, 2)), torch.zeros(2, 2)
    for found in (pool2d(x, 1), corr2d(x, [[1.0]]), pool2d(x, 1, "avg"), pool2d(t, 1)):
        found[0, 0] = 1
    assert not x.any()
    assert not t.any()


def test_strided_and_read_only_views_are_read_as_they_are():
    x = data((8, 9), 3)
    view = x.T[::-1, ::2]
    view.flags.writeable = False
    assert np.array_equal(corr2d(view, [[1.0, 2.0]]), corr2d(view.copy(), [[1.0, 2.0]]))


# what is refused


@pytest.mark.parametrize(
    ("x", "k"),
    [
        ((4, 4), (3,)),
        ((4, 4), (1, 1, 2, 2)),
        ((1, 1, 4, 4), (2, 2)),
        ((2, 4, 4), (2, 2)),
        ((4,), (2, 2)),
        ((), (1, 1)),
    ],
)
def test_shapes_that_do_not_belong_together_are_both_written_out(x, k):
    with pytest.raises(ShapeError) as refused:
        corr2d(np.ones(x), np.ones(k))
    assert f"X of shape {x} and K of shape {k} do not belong together" in str(refused.value)


def test_channels_that_differ_are_written_out():
    with pytest.raises(ShapeError) as refused:
        corr2d(np.ones((1, 3, 4, 4)), np.ones((5, 2, 2, 2)))
    assert "X of shape (1, 3, 4, 4) has 3 channels, K of shape (5, 2, 2, 2) is for 2" in str(refused.value)


def test_a_kernel_larger_than_the_image_is_refused():
    with pytest.raises(ShapeError) as refused:
        corr2d(np.ones((2, 9)), np.ones((3, 3)))
    assert "a window over 3 samples does not fit into 2 + 0" in str(refused.value)
    with pytest.raises(ShapeError):
        pool2d(np.ones((2, 2)), 3)


def test_arrays_and_tensors_are_not_mixed():
    with pytest.raises(InputError) as refused:
        corr2d(torch.ones(3, 3), np.ones((2, 2)))
    assert "X is a tensor and K an array" in str(refused.value)
    with pytest.raises(InputError) as refused:
        corr2d(torch.ones(3, 3), torch.ones(2, 2, device="meta"))
    assert "X is on cpu and K on meta" in str(refused.value)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (np.array([["a", "b"]]), "X holds <U1, which is not a type of numbers"),
        ([[Fraction(1, 3)]], "X holds object"),
        ([[1, 2], [3]], "X is no array"),
        (np.zeros((0, 3)), "X is empty: its shape is (0, 3)"),
        (np.ma.masked_equal([[1, 2]], 1), "X is a masked array"),
        (None, "X holds object"),
    ],
)
def test_what_is_no_array_of_numbers_is_refused(value, said):
    for call in (lambda: corr2d(value, [[1]]), lambda: pool2d(value, 1)):
        with pytest.raises(InputError) as refused:
            call()
        assert said in str(refused.value)


@pytest.mark.parametrize(
    "row", [r for r in rows("cases_learn", "pooling", key="topic") if r["ask"] == "refuse"], ids=ids
)
def test_poolings_that_must_be_refused_name_the_cause(row):
    given_ = row["input"]
    with pytest.raises((UnknownNameError, ShapeError)) as refused:
        pool2d(
            given_.get("X", np.ones((6, 6))),
            given_["size"],
            given_.get("mode", "max"),
            padding=given_.get("padding_per_side", 0),
        )
    assert all(word in str(refused.value) for word in row["expected"]["message_names"])


@pytest.mark.parametrize(
    ("options", "kind", "said"),
    [
        ({"mode": "max", "padding_counts": "no"}, InputError, "padding_counts is about averages"),
        ({"mode": "avg", "padding_counts": "maybe"}, InputError, "padding_counts is one of yes, no"),
        ({"mode": "softmax", "pool_size": (2, 2, 2)}, ShapeError, "window size (2, 2, 2) is not for 2 axes"),
    ],
)
def test_options_that_mean_nothing_are_refused(options, kind, said):
    with pytest.raises(kind) as refused:
        pool2d(np.ones((4, 4)), **({"pool_size": 2} | options))
    assert said in str(refused.value)


def test_what_has_no_order_has_no_maximum():
    with pytest.raises(InputError) as refused:
        pool2d(np.ones((2, 2), dtype=complex), 2)
    assert "complex128 numbers have no order" in str(refused.value)


def test_a_window_over_padding_alone_is_refused():
    with pytest.raises(ShapeError) as refused:
        pool([1.0], 2, ndim=1, dilation=3, padding=2)
    assert "the window of output 0 holds padding only" in str(refused.value)
    assert pool([1.0], 2, "avg", ndim=1, dilation=3, padding=2).tolist() == [0, 0]


def test_too_few_axes_are_refused():
    with pytest.raises(ShapeError) as refused:
        pool2d([1, 2, 3], 2)
    assert "X of shape (3,) has no 2 axes to pool over" in str(refused.value)
    with pytest.raises(InputError) as refused:
        corr(np.ones((1, 1, 1, 1)), np.ones((1, 1, 1, 1)), ndim=4)
    assert "windows slide along 1, 2 or 3 axes, not 4" in str(refused.value)


def test_absurd_requests_are_refused_before_memory_is_taken():
    with pytest.raises(LimitError) as refused:
        corr2d(np.ones((4, 4)), np.ones((2, 2)), padding=10**6, stride=10**6)
    assert "the padded data would have" in str(refused.value)
    with pytest.raises(LimitError) as refused:
        pool2d(np.broadcast_to(1.0, (10**4, 10**4)), 5000)
    assert "are too many" in str(refused.value)
