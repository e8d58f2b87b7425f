"""Errata of the textbook: the right values, worked out by hand or published elsewhere."""


def rows(facts, name):
    """Return the rows of a table by their first words."""
    return {row[0]["en"] if isinstance(row[0], dict) else row[0]: row[1:] for row in facts[name].rows}


def test_the_kernel_subtracts_to_the_right(solved):
    facts = solved("errata-textbook").facts
    assert facts["given"].tolist() == [[1 - 4, 4 - 9], [2 - 6, 6 - 3]]
    assert facts["below"].tolist() == [[1 - 2, 4 - 6, 9 - 3]]


def test_what_is_called_a_shift_to_the_right_goes_left(solved):
    assert solved("errata-textbook").facts["after"].tolist() == [0, 7, 0, 0, 0]


def test_counts(solved):
    facts = solved("errata-textbook").facts
    counted = [row[2] for row in facts["counts"].rows]
    assert counted == [1, 9, 25, 49, 441, "23.4", "0.235", "172.0 = 164.0 MiB", "86.0", 16]
    assert facts["saved"] == 23.4375
    assert (round(facts["original"], 1), round(facts["ours"] * 1e6 / 2**20, 1)) == (234.5, 164.0)


def test_all_ten_points_are_listed(solved):
    facts = solved("errata-textbook").facts
    assert (facts["count"], len(facts["overview"].rows)) == (10, 10)


def test_padding_of_one_is_two_in_total(solved):
    """8 - 3 + 1 + 1 is 7; with a row of zeros on each side eight outputs are left."""
    facts = solved("errata-textbook").facts
    assert (facts["by_total"], facts["by_side"]) == (7, 8)
    assert "half of" in facts["refused"].text


def test_the_printed_losses_of_the_port_are_those_of_a_net_that_learns_slowly(solved):
    found = rows(solved("errata-textbook").facts, "losses")
    assert found == {
        2: ["0.4793", "0.959"],
        3: ["0.2637", "0.791"],
        4: ["0.1747", "0.699"],
        5: ["0.1282", "0.641"],
    }
