"""The post's loop: its numbers, predicted exactly, and its silent traps as errors."""

import inspect
import math
from fractions import Fraction

import numpy as np
import pytest
import torch
from golden.tables import rows

from kernelkit.errors import DivergenceError, InputError, ShapeError
from kernelkit.learning.layer import Conv2D
from kernelkit.learning.loop import train_conv2d

CASES = {row["id"]: row for row in rows("cases_learn")}
EDGES = torch.tensor(CASES["1.2-E2/losses"]["input"]["X"], dtype=torch.float64)
DIFFERENCE = EDGES[:, :-1] - EDGES[:, 1:]


def numbers(entries):
    return torch.tensor([[float(Fraction(v)) for v in row] for row in entries], dtype=torch.float64)


def layer_from(start, **options):
    """Return a layer in float64 whose taps start at given numbers."""
    layer = Conv2D(tuple(start.shape), **options).double()
    with torch.no_grad():
        layer.weight.copy_(start)
    return layer


def printed(text):
    """Return the printed losses by epoch."""
    lines = [line.removeprefix("epoch ").split(", loss ") for line in text.splitlines()]
    return {int(epoch): float(loss) for epoch, loss in lines}


def test_the_signature_is_that_of_the_post():
    positional = [
        p.name for p in inspect.signature(train_conv2d).parameters.values() if p.kind is not p.KEYWORD_ONLY
    ]
    assert positional == ["conv2d", "X", "Y", "lr", "num_epochs"]


@pytest.mark.parametrize("case", ["1.2-E2/losses", "1.2-E2/one-output"])
def test_losses_and_taps_are_those_of_exact_gradient_descent(case, capsys):
    """The sum is printed every second epoch; with a single output too."""
    given, expected = CASES[case]["input"], CASES[case]["expected"]
    x = numbers(given["X"])
    y = numbers(given["Y"]) if "Y" in given else x[:, :-1] - x[:, 1:]
    layer = layer_from(numbers(given["init"]))
    assert train_conv2d(layer, x, y, float(Fraction(given["lr"])), given["steps"]) is layer
    tolerance = float(CASES[case]["tolerance"])
    losses = printed(capsys.readouterr().out)
    assert list(losses) == list(range(2, given["steps"] + 1, 2))
    for epoch, loss in losses.items():
        assert loss == pytest.approx(
            float(expected["losses_before_each_step_and_last"][epoch - 1]), abs=10 * tolerance
        )
    assert torch.allclose(layer.weight.data, numbers(expected["taps"]), rtol=0, atol=tolerance)
    assert layer.bias.item() == 0


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-6), (torch.float64, 1e-12)])
@pytest.mark.parametrize("route", ["ours with channels", "torch"])
def test_batched_layers_walk_through_the_same_numbers(dtype, tolerance, route):
    case = CASES["1.2-E5/four-dimensional"]
    start = numbers(case["input"]["init"])
    layer = (
        torch.nn.Conv2d(1, 1, (1, 2), bias=False) if route == "torch" else Conv2D((1, 2), channels=(1, 1))
    ).to(dtype)
    with torch.no_grad():
        layer.weight.copy_(start[None, None])
    train_conv2d(layer, EDGES[None, None].to(dtype), DIFFERENCE[None, None].to(dtype), 0.03, 10)
    expected = numbers(case["expected"]["taps_of_both"])
    assert torch.allclose(layer.weight[0, 0].double(), expected, rtol=0, atol=tolerance)


def test_a_bias_that_is_kept_bends_the_taps_and_one_that_is_updated_does_not():
    """Y + 1/2: the taps end at 1.3 and -0.7 with a loss of 5.1; with the bias trained all is found."""
    expected = CASES["1.2-E3/bias-not-updated"]["expected"]
    y = numbers(CASES["1.2-E3/bias-not-updated"]["input"]["Y"])
    kept = train_conv2d(layer_from(torch.zeros(1, 2)), EDGES, y, 1 / 36, 200)
    assert torch.allclose(kept.weight.data, numbers(expected["taps"]), atol=1e-12)
    assert ((kept(EDGES) - y) ** 2).sum().item() == pytest.approx(
        float(Fraction(expected["loss"])), abs=1e-12
    )
    assert kept.bias.item() == 0
    moved = train_conv2d(layer_from(torch.zeros(1, 2)), EDGES, y, 0.014, 600, bias="updated")
    assert torch.allclose(moved.weight.data, numbers(expected["with_trained_bias"]["taps"]), atol=1e-9)
    assert moved.bias.item() == pytest.approx(0.5, abs=1e-9)


def test_training_the_bias_at_the_usual_step_diverges_and_names_the_limit():
    case = CASES["1.2-E4/divergence"]
    layer = layer_from(numbers(case["input"]["init"]))
    with pytest.raises(DivergenceError) as refused:
        train_conv2d(layer, EDGES, DIFFERENCE, 0.03, 10, bias="updated")
    closed_form = 1 / (36 + math.sqrt(684))
    assert CASES["1.2-E4/limit-with-bias"]["expected"]["closed_form"] == "1/(36 + sqrt 684)"
    assert refused.value.limit == pytest.approx(closed_form, rel=1e-12)
    assert str(refused.value) == (
        "training diverged: the loss rose from 17.625 to 3.54051e+09\n"
        "  why:  the step 0.03 is beyond the largest stable one, 1/lambda_max = 0.01609, "
        "for the loss as a sum over all outputs with weight and bias trained\n"
        "  next: lr=0.008"
    )


def test_the_losses_printed_before_a_divergence_are_the_true_ones(capsys):
    case = CASES["1.2-E4/divergence"]
    with pytest.raises(DivergenceError):
        train_conv2d(layer_from(numbers(case["input"]["init"])), EDGES, DIFFERENCE, 0.03, 10, bias="updated")
    losses = printed(capsys.readouterr().out)
    expected = case["expected"]["losses_before_each_step_and_last"]
    assert losses == pytest.approx({e: float(expected[e - 1]) for e in (2, 4, 6, 8, 10)}, rel=1e-9)


def test_a_loss_that_leaves_the_range_stops_at_once(capsys):
    layer = layer_from(torch.tensor([[0.5, 0.25]])).float()
    with pytest.raises(DivergenceError) as refused:
        train_conv2d(layer, EDGES.float(), DIFFERENCE.float(), 1.0, 10_000)
    assert "the loss is inf after" in refused.value.what
    assert refused.value.limit == pytest.approx(1 / 30, rel=1e-12)
    assert len(capsys.readouterr().out.splitlines()) < 20


@pytest.mark.parametrize(("share", "diverges"), [(0.999, False), (1.001, True)])
def test_the_limit_is_where_training_turns(share, diverges):
    """Just below 1/30 the loss falls, just above it grows: 1500 steps tell."""
    layer = layer_from(torch.tensor([[0.5, 0.25]]))
    if diverges:
        with pytest.raises(DivergenceError) as refused:
            train_conv2d(layer, EDGES, DIFFERENCE, share / 30, 1500)
        assert refused.value.limit == pytest.approx(1 / 30, rel=1e-12)
    else:
        train_conv2d(layer, EDGES, DIFFERENCE, share / 30, 1500)
        assert torch.allclose(layer.weight.data, torch.tensor([[1.0, -1.0]], dtype=torch.float64), atol=0.05)


@pytest.mark.parametrize("bias", ["kept", "updated"])
def test_the_limit_is_that_of_the_unfolded_patches(bias):
    """Two channels in, three out, stride, padding and dilation: eigenvalues of the patches of torch's unfold."""
    torch.manual_seed(1)
    x = torch.randn(2, 2, 9, 8, dtype=torch.float64)
    options = {"stride": 2, "padding": 1, "dilation": (1, 2)}
    layer = Conv2D(3, channels=(2, 3), **options).double()
    patches = torch.nn.functional.unfold(x, 3, **options).transpose(1, 2).reshape(-1, 18).numpy()
    if bias == "updated":
        patches = np.hstack([patches, np.ones((len(patches), 1))])
    limit = 1 / np.linalg.eigvalsh(patches.T @ patches)[-1]
    y = torch.randn_like(layer(x))
    with pytest.raises(DivergenceError) as refused:
        train_conv2d(layer, x, y, 1.5 * limit, 100, bias=bias)
    assert refused.value.limit == pytest.approx(limit, rel=1e-9)


def test_numbers_out_of_range_at_a_stable_step_are_told_apart():
    layer = layer_from(torch.zeros(1, 1)).float()
    with pytest.raises(DivergenceError) as refused:
        train_conv2d(layer, torch.ones(2, 2), torch.full((2, 2), 3e30), 0.1, 4)
    assert "the step 0.1 is stable, below 1/lambda_max = 0.25: the numbers ran out of range" in str(
        refused.value
    )


def test_a_perfect_start_is_no_divergence():
    layer = layer_from(torch.tensor([[1.0, -1.0]])).float()
    noise = 1 + 1e-7 * torch.arange(42.0).reshape(6, 7)
    train_conv2d(layer, EDGES.float(), DIFFERENCE.float() * noise, 0.03, 50)
    assert torch.allclose(layer.weight.data, torch.tensor([[1.0, -1.0]]), atol=1e-4)


def test_no_epoch_changes_nothing(capsys):
    layer = layer_from(torch.tensor([[0.5, 0.25]]))
    assert train_conv2d(layer, EDGES, DIFFERENCE, 0.03, 0).weight.tolist() == [[0.5, 0.25]]
    assert capsys.readouterr().out == ""


# what the post lets pass in silence


def test_a_target_of_another_shape_is_refused_with_both_shapes():
    case = CASES["1.2-E6/row-target"]
    for shape in (case["input"]["Y_shape"], [6, 1], [1, 6, 7], [6, 8]):
        with pytest.raises(ShapeError) as refused:
            train_conv2d(Conv2D((1, 2)).double(), EDGES, torch.zeros(shape, dtype=torch.float64), 0.03, 10)
        assert f"the layer makes (6, 7) of X, and Y has the shape {tuple(shape)}" in str(refused.value)
        assert case["expected"]["message_names"][0] in str(refused.value)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"X": np.ones((6, 8))}, "X is ndarray, no tensor"),
        ({"Y": [[1.0]]}, "Y is list, no tensor"),
        ({"X": torch.ones(6, 8, dtype=torch.int64)}, "X holds torch.int64, no floating point"),
        ({"X": EDGES * math.nan}, "X holds NaN or infinity"),
        ({"Y": DIFFERENCE / 0}, "Y holds NaN or infinity"),
        ({"lr": 0.0}, "a step must be positive and finite, not 0.0"),
        ({"lr": math.inf}, "a step must be a finite number, not inf"),
        ({"lr": "a"}, "a step must be a finite number, not 'a'"),
        ({"conv2d": None}, "the layer is NoneType, no torch.nn.Module"),
        ({"X": EDGES * 1e200}, "rescale"),
        ({"Y": DIFFERENCE * 1e-200}, "rescale"),
        ({"num_epochs": -1}, "a number of epochs must be 0 or more, not -1"),
        ({"num_epochs": 2.5}, "a number of epochs must be a whole number, not 2.5"),
        ({"bias": "trained"}, "bias is one of kept, updated, not 'trained'"),
        ({"conv2d": torch.nn.ReLU()}, "the layer has no weight that can be trained"),
    ],
)
def test_what_cannot_be_trained_is_refused(changed, said):
    arguments = {"conv2d": Conv2D((1, 2)).double(), "X": EDGES, "Y": DIFFERENCE, "lr": 0.03, "num_epochs": 2}
    with pytest.raises(InputError) as refused:
        train_conv2d(**(arguments | changed))
    assert said in str(refused.value)


def test_a_bias_that_is_not_there_cannot_be_updated():
    layer = torch.nn.Conv2d(1, 1, (1, 2), bias=False).double()
    with pytest.raises(InputError) as refused:
        train_conv2d(layer, EDGES[None, None], DIFFERENCE[None, None], 0.03, 2, bias="updated")
    assert "the layer has no bias that can be trained" in str(refused.value)


@pytest.mark.parametrize("steps", [1, 2])
def test_the_last_step_is_tested_too(steps):
    """A single step at 150 times the limit throws the taps away, and no loss is printed after it."""
    with pytest.raises(DivergenceError) as refused:
        train_conv2d(layer_from(torch.zeros(1, 2)), EDGES, DIFFERENCE, 5.0, steps)
    assert refused.value.limit == pytest.approx(1 / 30)


def test_data_of_another_type_than_the_layer_name_both_and_the_way_out():
    layer = torch.nn.Conv2d(1, 1, (1, 2))
    with pytest.raises(InputError) as refused:
        train_conv2d(layer, EDGES[None, None], DIFFERENCE[None, None], 0.01, 2)
    assert all(word in str(refused.value) for word in ("torch.float64", "torch.float32", "layer.double()"))


@pytest.mark.parametrize("layer", [torch.nn.Conv2d(1, 1, (9, 9)), torch.nn.Conv2d(3, 1, (1, 2))])
def test_a_layer_that_does_not_fit_says_so_in_the_words_of_torch(layer):
    with pytest.raises(ShapeError, match=r"size|channels"):
        train_conv2d(layer.double(), EDGES[None, None], DIFFERENCE[None, None], 0.01, 2)
