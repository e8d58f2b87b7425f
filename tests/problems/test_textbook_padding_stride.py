"""The exercises on padding and stride, against published shapes and values worked out by hand."""

import pytest


@pytest.fixture(scope="module")
def facts(solved):
    return solved("textbook-padding-stride").facts


def test_the_example_of_the_textbook_and_the_first_layer_of_alexnet(facts):
    outputs = [row[-1] for row in facts["shapes"].rows]
    assert outputs == ["2 × 2", "8 × 8", "4 × 4", "28 × 28", "54 × 54", "55 × 55"]


def test_a_tone_above_half_of_the_new_rate_is_mirrored_at_it(facts):
    assert facts["alias"] == facts["rate"] // 2 - facts["tone"] == 2000


def test_two_customs_of_mirroring(facts):
    assert facts["mirrored"].tolist() == [3, 2, 1, 2, 3, 4, 3, 2]
    assert facts["repeated"].tolist() == [2, 1, 1, 2, 3, 4, 4, 3]


def test_half_a_stride_copies_and_makes_checkerboards(facts):
    assert facts["doubled"].tolist() == [1, 1, 2, 2, 3, 3]
    assert facts["uneven"].tolist() == [1, 1, 2, 1, 2, 1, 2, 1, 2, 1, 1]
    assert facts["even"].tolist() == [1, 1, *[2] * 8, 1, 1]


def test_what_strides_save(facts):
    assert (facts["strided"], facts["saving"]) == (33_872_256, 16)
    assert (facts["narrow"], facts["wide"]) == (5, 7)
    assert (facts["many"], facts["few"]) == (6 * 784 * 120, 6 * 196 * 120)
