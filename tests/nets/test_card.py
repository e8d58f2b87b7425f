"""Cards of nets: the published costs, torch's own shapes, counters and gradients, and what is refused."""

import math
from fractions import Fraction

import pytest
import torch
from golden.tables import ids, rows
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from kernelkit.errors import InputError, KernelkitError, ShapeError
from kernelkit.nets.card import CONVOLUTIONAL, FULLY_CONNECTED, card, sizes_that_fit
from kernelkit.nets.known import build
from kernelkit.nets.lenet import lenet
from kernelkit.training.evaluate import metrics
from kernelkit.training.symptoms import chance

POST = {"LeNet of the post": ("lenet", (1, 28, 28)), "AlexNet of the post": ("alexnet", (1, 224, 224))}
KINDS = {"conv": nn.Conv2d, "avgpool": nn.AvgPool2d, "maxpool": nn.MaxPool2d}


def on_paper(name, **options):
    """Return a known net whose weights take no memory."""
    with torch.device("meta"):
        return build(name, **options)


def net_of(row):
    """Return the net that a row names, or that its layers describe."""
    known = POST.get(row["input"]["net"])
    if known:
        return on_paper(known[0])
    shape = row["input"]["input"]
    layers = []
    with torch.device("meta"):
        x = torch.zeros(1, *shape)
        for given in row["input"]["layers"]:
            if given["type"] == "linear":
                layers += [] if x.dim() == 2 else [nn.Flatten()]
                x = x.flatten(1)
                layers.append(nn.Linear(x.shape[1], given["out"]))
            else:
                sizes = {
                    "kernel_size": given["kernel"],
                    "stride": given["stride"],
                    "padding": given["padding"],
                }
                ends = (x.shape[1], given["out"]) if given["type"] == "conv" else ()
                layers.append(KINDS[given["type"]](*ends, **sizes))
            x = layers[-1](x)
    return nn.Sequential(*layers)


@pytest.mark.parametrize("row", rows("cases_learn", "net-cost", key="ask"), ids=ids)
def test_known_nets_cost_what_is_published(row):
    """LeNet: 61,706 parameters, 416,520 multiply-adds; AlexNet: 46,764,746 and 938,146,176."""
    found = card(net_of(row), row["input"]["input"])
    learned = [entry for entry in found.rows if entry.kind in {CONVOLUTIONAL, FULLY_CONNECTED}]
    windowed = [entry for entry in found.rows if entry.has_windows]
    expected = row["expected"]
    assert [entry.parameters for entry in learned] == expected["parameters"]
    assert [entry.multiply_adds for entry in learned] == expected["macs"]
    assert (found.parameters, found.multiply_adds) == (expected["parameters_total"], expected["macs_total"])
    assert [entry.fields[0].size for entry in windowed] == expected["receptive_field"]
    assert [entry.fields[1].jump for entry in windowed] == expected["jump"]
    shapes = [list(entry.output) for entry in found.rows if entry.has_windows or entry in learned]
    assert shapes == expected["output_shapes"]


@pytest.mark.parametrize("row", rows("cases_learn", "shares", key="ask"), ids=ids)
def test_the_weights_sit_in_the_dense_layers_and_the_work_in_the_convolutions(row):
    found = card(net_of(row), row["input"]["input"])
    expected, tolerance = row["expected"], Fraction(row["tolerance"])
    assert found.parameters_of("Conv2d") == expected["conv_parameters"]
    assert found.parameters_of("Linear") == expected["fc_parameters"]
    assert found.multiply_adds_of("Conv2d") == expected["conv_macs"]
    assert found.multiply_adds_of("Linear") == expected["fc_macs"]
    share = 100 * found.share_of_parameters("Linear")
    assert abs(share - Fraction(expected["fc_share_of_parameters_percent"])) < tolerance
    share = 100 * found.share_of_multiply_adds("Conv2d")
    assert abs(share - Fraction(expected["conv_share_of_macs_percent"])) < tolerance


@pytest.mark.parametrize("row", rows("cases_learn", "layer-count", key="ask"), ids=ids)
def test_the_post_has_five_convolutional_and_three_fully_connected_layers(row):
    assert card(net_of(row), POST[row["input"]["net"]][1]).layers == row["expected"]


def test_alexnet_has_sixteen_times_the_maps_of_lenet():
    (row,) = (r for r in rows("cases_learn") if r["id"] == "1.2-E14/channel-ratio")
    widths = [
        [entry.output[0] for entry in card(on_paper(name), shape).rows if entry.kind == "Conv2d"][:2]
        for name, shape in POST.values()
    ]
    assert widths == [row["input"]["lenet_channels"], row["input"]["alexnet_channels"]]
    assert [Fraction(a, b) for b, a in zip(*widths, strict=True)] == row["expected"]["ratios"]


def test_a_net_that_tells_nothing_has_the_loss_of_guessing():
    """A last layer of zeros scores all classes alike: cross-entropy ln(10), and the first class is the answer."""
    (row,) = (r for r in rows("cases_learn") if r["id"] == "wuziheng/CNN-Numpy#5")
    classes = row["input"]["classes"]
    net = lenet(classes=classes).double()
    nn.init.zeros_(net[-1].weight)
    nn.init.zeros_(net[-1].bias)
    labels = torch.arange(classes)
    scores = net(torch.randn(classes, 1, 28, 28, dtype=torch.float64))
    loss = nn.functional.cross_entropy(scores, labels).item()
    assert loss == pytest.approx(float(row["expected"]["chance_cross_entropy"]), abs=1e-12)
    assert chance(classes) == pytest.approx(loss, abs=1e-12)
    right = int((scores.argmax(1) == labels).sum())
    assert Fraction(right, classes) == Fraction(row["expected"]["chance_accuracy"])


def test_a_count_that_is_never_reset_divides_the_loss_by_the_epoch():
    """The printed losses are sums of one epoch over the images of all epochs so far."""
    (row,) = (r for r in rows("cases_learn") if r["id"] == "ShusenTang/loss-counter")
    images = 60_000
    for printed, true, epoch in zip(
        row["input"]["printed_losses"], row["expected"]["true_losses"], row["input"]["epochs"], strict=True
    ):
        total = float(true) * images
        sums = torch.tensor([total, 0, images], dtype=torch.float64)
        assert metrics(sums).loss == pytest.approx(float(true), abs=1e-9)
        never_reset = torch.tensor([total, 0, images * epoch], dtype=torch.float64)
        assert metrics(never_reset).loss == pytest.approx(float(printed), abs=1e-9)


@pytest.mark.parametrize("name", ["lenet", "alexnet"])
def test_shapes_parameters_and_operations_are_those_that_torch_counts(name):
    net, shape = on_paper(name), dict(POST.values())[name]
    found = card(net, shape)
    x = torch.zeros(1, *shape, device="meta")
    with FlopCounterMode(display=False) as counter:
        for layer, entry in zip(net, found.rows, strict=True):
            x = layer(x)
            assert entry.output == tuple(x.shape[1:])
            assert entry.values == x.numel()
            assert entry.parameters == sum(p.numel() for p in layer.parameters())
    assert 2 * found.multiply_adds == counter.get_total_flops()


def test_alexnets_layers_leave_1_34_million_values_of_an_image():
    """The figure of the textbook's exercise; PyTorch keeps 783,360 of them, and places of maxima."""
    found = card(on_paper("alexnet"), (1, 224, 224))
    assert found.values == 1_340_042
    assert found.kept.values == 783_360


def unread_by_gradient(net, shape):
    """Return rows and columns without a gradient, where all weights are one and every pixel is positive."""
    for parameter in net.parameters():
        nn.init.ones_(parameter)
    x = torch.ones(1, *shape, dtype=torch.float64, requires_grad=True)
    net.double().eval()(x).sum().backward()
    seen = (x.grad[0] != 0).any(0)
    return tuple(tuple((~seen.any(axis)).nonzero()[:, 0].tolist()) for axis in (1, 0))


@pytest.mark.parametrize(("padding", "count"), [(0, 5), (1, 6), (2, 0)])
def test_alexnet_leaves_rows_and_columns_unread(padding, count):
    """At 224 pixels: 5 without padding, 218 to 223 with padding 1, none with padding 2."""
    options = {"widths": (1, 1, 1, 1, 1), "hidden": (2, 2), "pooling": "average", "padding": padding}
    net = build("alexnet", **options)
    found = card(net, (1, 224, 224))
    assert found.unread_rows == found.unread_columns == tuple(range(224 - count, 224))
    assert (found.unread_rows, found.unread_columns) == unread_by_gradient(net, (1, 224, 224))


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["conv", "average"]),
            st.tuples(st.integers(1, 3), st.integers(1, 4)),
            st.tuples(st.integers(1, 3), st.integers(1, 3)),
            st.sampled_from(["floor", "ceil"]),
        ),
        min_size=1,
        max_size=3,
    ),
    st.sampled_from(["end", "flatten"]),
)
def test_unread_rows_and_columns_have_no_gradient(layers, end):
    net = nn.Sequential()
    for kind, size, stride, rounding in layers:
        if kind == "conv":
            net.append(nn.Conv2d(1, 1, size, stride, padding=1, dilation=2))
        else:
            net.append(nn.AvgPool2d(size, stride, ceil_mode=rounding == "ceil"))
    try:
        found = card(net, (1, 17, 19))
    except ShapeError:
        with pytest.raises(RuntimeError):
            net(torch.zeros(1, 1, 17, 19))
        return
    if end == "flatten":
        net.append(nn.Flatten())
        net.append(nn.Linear(math.prod(found.rows[-1].output), 1))
        found = card(net, (1, 17, 19))
    assert (found.unread_rows, found.unread_columns) == unread_by_gradient(net, (1, 17, 19))


def test_unequal_axes_are_told_apart():
    net = nn.Sequential(nn.Conv2d(1, 2, (3, 5), stride=(1, 2), padding=(1, 0)), nn.ReLU())
    (first, second) = card(net, (1, 10, 12)).rows
    assert [(f.size, f.jump, f.first) for f in first.fields] == [(3, 1, -1), (5, 2, 0)]
    assert second.fields == first.fields
    assert (first.has_windows, second.has_windows) == (True, False)


@pytest.mark.parametrize(("name", "low", "high"), [("lenet", 28, 31), ("alexnet", 193, 224)])
def test_the_sizes_that_fit_are_those_that_run(name, low, high):
    net = on_paper(name)
    assert sizes_that_fit(net) == range(low, high + 1)
    for size in (low, high):
        assert net(torch.zeros(1, 1, size, size, device="meta")).shape == (1, 10)
    for size in (low - 1, high + 1):
        with pytest.raises(RuntimeError):
            net(torch.zeros(1, 1, size, size, device="meta"))
    found = card(net, (1, low, high))
    assert found.heights == found.widths == range(low, high + 1)


def test_sizes_of_nets_without_fully_connected_layers_have_no_end():
    net = nn.Sequential(nn.Conv2d(3, 4, 5), nn.MaxPool2d(2))
    assert sizes_that_fit(net)[0] == 6
    assert net(torch.zeros(1, 3, 6, 6)).shape == (1, 4, 1, 1)
    assert len(sizes_that_fit(net)) > 1000
    assert not sizes_that_fit(net, channels=2)


def test_any_size_fits_before_pooling_over_the_whole_map():
    net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2))
    assert card(net, (1, 9, 9)).heights[0] == 3
    assert sizes_that_fit(net)[-1] > 1000


def test_nets_without_windows_have_no_places():
    found = card(nn.Sequential(nn.Flatten(), nn.Linear(784, 10)), (1, 28, 28))
    assert [entry.fields for entry in found.rows] == [None, None]
    assert (found.unread_rows, found.heights) == ((), range(0))
    assert sizes_that_fit(nn.Sequential(nn.Flatten(), nn.Linear(784, 10))) == range(28, 29)


def test_a_net_without_layers_costs_nothing():
    found = card(nn.Sequential(), (1, 28, 28))
    assert (found.rows, found.parameters, found.share_of_parameters("Linear")) == ((), 0, 0)


def test_memory_follows_batch_precision_and_optimiser():
    one = card(lenet(), batch=1, precision="float64", optimiser="adamw").memory
    many = card(lenet(), batch=100, precision="float32", optimiser="sgd").memory
    assert (one.weights, many.weights) == (61_706 * 8, 61_706 * 4)
    assert (one.optimiser, many.optimiser) == (61_706 * 16, 0)
    assert many.activations == 50 * one.activations


@pytest.mark.parametrize(
    ("net", "shape", "texts"),
    [
        (lenet(), (1, 27, 28), ['layer "7", Linear', "reads 400 features and gets 320", "28 to 31 pixels"]),
        (lenet(), (1, 3, 3), ['layer "3", Conv2d', "does not fit", "28 to 31 pixels"]),
        (lenet(), (3, 28, 28), ['layer "0", Conv2d', "it takes 1 channel and gets 3"]),
        (lenet(), (784,), ['layer "0", Conv2d', "it takes channels, rows and columns"]),
        (nn.Sequential(nn.ReLU(), nn.LSTM(2, 2)), (4, 2), ['layer "1", LSTM', "not known here"]),
        (nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(2 * 16, 1)), (1, 9, 9), ["of 6 pixels"]),
    ],
)
def test_a_net_that_cannot_take_the_shape_is_refused_by_its_layer(net, shape, texts):
    with pytest.raises(ShapeError) as refused:
        card(net, shape)
    assert all(text in str(refused.value) for text in texts)


@pytest.mark.parametrize("shape", [28, "28", (), None])
def test_what_is_no_shape_is_refused(shape):
    with pytest.raises(ShapeError) as refused:
        card(lenet(), shape)
    assert "channels, rows and columns" in str(refused.value)


@pytest.mark.parametrize(
    "call",
    [
        lambda: card(nn.Linear(2, 2), (2,)),
        lambda: card(lenet(), (1, 28, 0)),
        lambda: sizes_that_fit(lenet(), channels=0),
        lambda: card(lenet(), batch=0),
        lambda: card(lenet(), precision="int8"),
        lambda: card(lenet(), optimiser="lion"),
    ],
)
def test_what_means_nothing_is_refused(call):
    with pytest.raises(InputError) as refused:
        call()
    assert isinstance(refused.value, KernelkitError)
