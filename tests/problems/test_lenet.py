"""The exercise on LeNet: figures counted by hand from the post's code, and those that LeNet-5's authors published."""


def test_the_layers_have_the_shapes_and_costs_of_the_posted_code(solved):
    rows = solved("lenet").facts["layer_table"].rows
    assert [row[1] for row in rows] == [
        "6 × 28 × 28",
        "6 × 14 × 14",
        "16 × 10 × 10",
        "16 × 5 × 5",
        "120",
        "84",
        "10",
    ]
    assert [row[2] for row in rows if row[2]] == [156, 2416, 48_120, 10_164, 850]
    assert [row[3] for row in rows if row[3]] == [117_600, 240_000, 48_000, 10_080, 840]
    assert [row[4] for row in rows[:4]] == [5, 6, 14, 16]


def test_the_totals_are_those_of_the_posted_code(solved):
    facts = solved("lenet").facts
    assert (facts["parameters"], facts["macs"], facts["features"]) == (61_706, 416_520, 400)


def test_a_fully_connected_layer_in_place_of_a_convolution_has_a_weight_for_every_pair(solved):
    rows = solved("lenet").facts["saving"].rows
    assert [row[1:] for row in rows] == [
        [150, (28 * 28) * (6 * 28 * 28)],
        [2400, (6 * 14 * 14) * (16 * 10 * 10)],
    ]


def test_lenet_5_has_the_published_parameters_layer_by_layer(solved):
    """The paper of 1998 names them all: 156, 12, 1,516, 32, 48,120 and 10,164, which are 60,000."""
    rows = solved("lenet").facts["compared"].rows
    assert [row[1] for row in rows] == [156, 12, 1516, 32, 48_120, 10_164, 0, 60_000]
    assert solved("lenet").facts["connections"] == 340_908
