"""The post's layer: what it computes, how it starts, and what it refuses."""

import pytest
import torch
from golden.tables import rows

from kernelkit.errors import InputError, ShapeError
from kernelkit.learning.layer import Conv2D


def test_the_plain_layer_is_that_of_the_post():
    """Taps of the kernel's shape uniform in [0, 1) from torch's own stream, one bias at 0."""
    torch.manual_seed(3)
    layer = Conv2D((2, 3))
    torch.manual_seed(3)
    assert torch.equal(layer.weight, torch.rand((2, 3)))
    assert layer.bias.tolist() == [0]
    assert [name for name, _ in layer.named_parameters()] == ["weight", "bias"]
    many = Conv2D(40).weight
    assert 0 <= many.min() < 0.05
    assert 0.95 < many.max() < 1


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
@pytest.mark.parametrize(
    "options",
    [{}, {"stride": 2}, {"padding": (1, 2)}, {"dilation": (1, 2), "stride": (2, 1)}, {"padding": "same"}],
)
def test_the_layer_with_channels_is_torch_s(options):
    torch.manual_seed(0)
    ours = Conv2D((3, 2), channels=(2, 4), **options).double()
    theirs = torch.nn.Conv2d(2, 4, (3, 2), **options).double()
    theirs.load_state_dict(ours.state_dict())
    with torch.no_grad():
        ours.bias.copy_(theirs.bias.copy_(torch.arange(4.0)))
    x = torch.randn(5, 2, 9, 8, dtype=torch.float64)
    assert torch.allclose(ours(x), theirs(x), rtol=1e-13, atol=1e-13)
    assert torch.allclose(ours(x[0]), theirs(x)[0], rtol=1e-13, atol=1e-13)


def test_the_plain_layer_adds_its_bias_everywhere():
    layer = Conv2D(2)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[0.0, 1.0], [2.0, 3.0]]))
        layer.bias.fill_(0.5)
    x = torch.arange(9.0).reshape(3, 3)
    assert layer(x).tolist() == [[19.5, 25.5], [37.5, 43.5]]


def test_an_integer_size_is_a_square():
    (row,) = (r for r in rows("cases_learn") if r["id"] == "1.2-E7/int-size")
    assert row["expected"]["either"] == "treated as (3, 3): output (3, 3)"
    assert Conv2D(3)(torch.ones(5, 5)).shape == (3, 3)


@pytest.mark.parametrize(
    ("layer", "x", "kind", "said"),
    [
        (Conv2D(3), torch.ones(1, 1, 6, 8), ShapeError, "X of shape (1, 1, 6, 8) is no plain image (H, W)"),
        (Conv2D(3), torch.ones(8), ShapeError, "X of shape (8,) is no plain image (H, W)"),
        (Conv2D(3, channels=(1, 1)), torch.ones(6, 8), ShapeError, "do not belong together"),
        (Conv2D(3, channels=(2, 1)), torch.ones(1, 3, 6, 8), ShapeError, "has 3 channels"),
        (Conv2D(3), torch.ones(2, 8), ShapeError, "a window over 3 samples does not fit into 2 + 0"),
        (Conv2D(1), [[1.0]], InputError, "a layer takes tensors, not list"),
    ],
)
def test_images_that_do_not_fit_are_refused(layer, x, kind, said):
    with pytest.raises(kind) as refused:
        layer(x)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("arguments", "kind", "said"),
    [
        ({"kernel_size": (1, 2, 3)}, ShapeError, "kernel size (1, 2, 3) is not for 2 axes"),
        ({"kernel_size": 0}, InputError, "a kernel size must be 1 or more, not 0"),
        ({"kernel_size": 2.5}, InputError, "a kernel size must be a whole number, not 2.5"),
        ({"kernel_size": 2, "channels": (0, 1)}, InputError, "a number of channels must be 1 or more"),
        ({"kernel_size": 2, "channels": (1, 1, 1)}, ShapeError, "channels (1, 1, 1)"),
    ],
)
def test_layers_that_cannot_be_are_refused(arguments, kind, said):
    with pytest.raises(kind) as refused:
        Conv2D(**arguments)
    assert said in str(refused.value)


def test_a_layer_prints_its_geometry():
    assert repr(Conv2D((1, 2), stride=2)) == "Conv2D(taps (1, 2), stride=2, padding=0, dilation=1)"
