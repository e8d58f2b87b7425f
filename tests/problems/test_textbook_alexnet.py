"""The exercises on AlexNet, against the published counts of the textbook's net."""

import pytest


@pytest.fixture(scope="module")
def facts(solved):
    return solved("textbook-alexnet").facts


def test_weights_lie_in_connected_layers_and_work_in_convolutions(facts):
    assert (facts["conv_parameters"], facts["fc_parameters"]) == (3_723_968, 43_040_778)
    assert (facts["conv_macs"], facts["fc_macs"]) == (895_113_600, 43_032_576)
    assert (facts["parameters"], facts["macs"]) == (46_764_746, 938_146_176)
    assert facts["fc_share"] == pytest.approx(92.04, abs=0.005)
    assert facts["conv_share"] == pytest.approx(95.41, abs=0.005)


def test_each_layer(facts):
    rows = [row[1:] for row in facts["layers"].rows]
    assert rows == [
        [11_712, 33_872_256, 54 * 54],
        [614_656, 415_334_400, 26 * 26],
        [885_120, 127_401_984, 144],
        [1_327_488, 191_102_976, 144],
        [884_992, 127_401_984, 144],
        [26_218_496, 26_214_400, 1],
        [16_781_312, 16_777_216, 1],
        [40_970, 40_960, 1],
    ]


def test_memory_of_the_weights_in_single_precision(facts):
    assert facts["weights"] == pytest.approx(46_764_746 * 4 / 2**20)


def test_the_small_net_by_hand(facts):
    *_, pixels, parameters, macs = facts["designs"].rows[-1]
    assert pixels == 28
    assert parameters == 32 * 26 + 64 * 289 + 64 * 577 + 3137 * 128 + 1290
    assert macs == 784 * 32 * 25 + 196 * 64 * 288 + 196 * 64 * 576 + 3136 * 128 + 1280


def test_the_smallest_picture_of_alexnet(facts):
    """Backwards through its windows: three rows for the last pooling, and at each one what it reads."""
    rows = 3  # read by the last pooling; the three convolutions before keep the number
    rows = (rows - 1) * 2 + 3  # the second pooling; the convolution before keeps the number
    rows = (rows - 1) * 2 + 3  # the first pooling
    assert facts["least_size"] == (rows - 1) * 4 + 11 - 2
