"""The exercise on the size of a kernel: its limits are published ones, and the test on data finds the true window."""

import math


def test_derivatives_need_the_weights_of_the_theorem_and_the_windows_of_the_published_tables(solved):
    """The d-th difference has d + 1 binomial weights; centred windows are those of Fornberg (1988), table 1."""
    rows = solved("kernel-size").facts["derivatives"].rows
    assert [row[1] for row in rows] == [d + 1 for d in range(1, 5)]
    assert [row[2:4] for row in rows] == [[3, 5], [3, 5], [5, 7], [5, 7]]
    assert [row[4] for row in rows] == [math.comb(2 * d, d) for d in range(1, 5)]


def test_stacks_of_three_by_three_cost_less_than_what_sees_as_much(solved):
    """Simonyan and Zisserman, ICLR 2015: two layers 18 instead of 25 weights, three layers 27 instead of 49."""
    rows = solved("kernel-size").facts["stacks"].rows
    assert [row[1:] for row in rows[1:3]] == [["5 × 5", 18, 25], ["7 × 7", 27, 49]]


def test_a_first_layer_of_alexnet_is_not_determined_by_one_picture_of_fashion_mnist(solved):
    facts = solved("kernel-size").facts
    assert (facts["windows"], facts["unknowns"], facts["rank"]) == (25, 121, 25)
    assert facts["largest"] == 14  # (28 - k + 1)^2 >= k^2 up to half of 29


def test_data_find_the_row_of_five(solved):
    facts = solved("kernel-size").facts
    assert facts["found"] == "1 × 5"
    assert facts["chance"] < 1e-4
