"""Padding, stride and channels: sizes and weights against published ones and a second implementation."""

import pytest


@pytest.fixture
def facts(solved):
    return solved("padding-stride-channels").facts


def test_layers_of_the_textbook_have_their_published_sizes(facts):
    """LeNet keeps 28, AlexNet makes 54 of 224, keeps 26 and 12; the 8 x 8 example gives 2."""
    assert [(row[1], row[5]) for row in facts["sizes"].rows] == [
        (28, 28),
        (26, 26),
        (12, 12),
        (224, 54),
        (8, 2),
    ]


def test_a_layer_of_pytorch_takes_padding_on_each_side(facts):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    for _, n, k, s, p, each, _ in facts["sizes"].rows:
        assert torch.nn.Conv1d(1, 1, k, s, p)(torch.zeros(1, 1, n)).shape[-1] == each


def test_weights_and_biases_add_up_to_the_published_parameters(facts):
    """LeNet 156 and 2,416, AlexNet 11,712 and 614,656; 34,944 with three channels of colour."""
    assert [row[4] + row[5] for row in facts["layers"].rows[:5]] == [156, 2416, 11712, 34944, 614656]


def test_the_way_down_to_64_channels_and_up_again(facts):
    """256 x 256 x 9 against 256 x 64 + 64 x 64 x 9 + 64 x 256."""
    assert (facts["direct"], facts["bottleneck"]) == (589_824, 69_632)


def test_alexnet_reads_neither_of_the_last_two_rows(facts):
    """The last of 54 windows starts at 53 * 4 - 1 and ends at 221 of 0 to 223."""
    assert facts["unread"]["en"] == "222 and 223"
