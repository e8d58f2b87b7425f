"""The exercise on AlexNet: figures counted by hand from the post's code, and those published for its namesakes."""


def test_the_layers_have_the_shapes_and_costs_of_the_posted_code(solved):
    rows = solved("alexnet").facts["layer_table"].rows
    sides = [row[1] for row in rows if "×" in row[1]]
    assert sides[0::7] == ["96 × 54 × 54", "256 × 5 × 5"]
    assert [row[2] for row in rows if row[2]] == [
        11_712,
        614_656,
        885_120,
        1_327_488,
        884_992,
        26_218_496,
        16_781_312,
        40_970,
    ]
    assert [row[3] for row in rows if row[3]][:5] == [
        33_872_256,
        415_334_400,
        127_401_984,
        191_102_976,
        127_401_984,
    ]
    assert [row[4] for row in rows[:8]] == [11, 19, 51, 67, 99, 131, 163, 195]


def test_the_totals_are_those_of_the_posted_code(solved):
    facts = solved("alexnet").facts
    assert (facts["parameters"], facts["macs"], facts["features"]) == (46_764_746, 938_146_176, 6400)
    assert round(facts["fc_share"], 1) == 92.0
    assert round(facts["conv_share"], 1) == 95.4
    assert (facts["more_parameters"], facts["more_macs"]) == (758, 2252)  # of 61,706 and of 416,520


def test_images_of_193_to_224_pixels_fit_and_the_last_six_rows_of_the_largest_are_not_read(solved):
    facts = solved("alexnet").facts
    assert (facts["least"], facts["most"]) == (193, 224)
    assert (facts["first_unread"], facts["last_unread"]) == (218, 223)


def test_paddings_of_the_first_layer(solved):
    """By hand: (n + 2 p - 11) // 4 + 1."""
    assert solved("alexnet").facts["paddings"].rows == [[224, 54, 54, 55], [227, 55, 55, 56]]


def test_its_namesakes_have_the_parameters_that_are_published(solved):
    [ours, original, torchvision] = [row[1] for row in solved("alexnet").facts["nets"].rows]
    assert ours < original
    assert (original // 10**6, torchvision) == (60, 61_100_840)


def test_the_channels_are_sixteen_times_as_many_as_in_lenet(solved):
    assert solved("alexnet").facts["channels_ratio"] == 96 / 6 == 256 / 16
