"""Entries in words: what was published, what is proved of it, and what was changed."""

import json
from fractions import Fraction

import pytest

from kernelkit import certify, named
from kernelkit.catalogue.named import entries, families, names
from kernelkit.exact.kernel import Kernel
from kernelkit.explain.entry import (
    entry_json,
    entry_list,
    entry_table,
    entry_text,
    family_cards,
    family_table,
)
from kernelkit.export.json import parse
from kernelkit.export.table import render_table


def flat(text):
    return " ".join(text.split())


def test_a_consistent_entry_says_gain_proof_and_source():
    text = flat(entry_text(named("scharr-3-x")))
    assert "as published 32 times d/dx" in text
    assert "divide the taps by 32" in text
    assert "3/16 h^2 d^3/dxdy^2 f" in text
    assert "Scharr" in text
    assert "correlation, (K f)(x) = sum tap * f(x + offset)" in text


def test_an_inconsistent_entry_says_where_the_print_leaks():
    """Freeman and Adelson's rounded second derivative does not add up to zero: 0.0003 over its gain 2.7091."""
    text = flat(entry_text(named("freeman-adelson-f1")))
    leak = Fraction("-0.0003") / Fraction("2.7091")
    assert f"on 1 the published taps give {leak}, not 0" in text
    assert "the nearest consistent kernel" in text
    assert "printed to 5e-05" in text


def test_json_holds_both_versions_exactly():
    entry = named("freeman-adelson-f1")
    read = json.loads(entry_json(entry))
    assert read["name"] == "freeman-adelson-f1"
    assert read["published_consistent"] is False
    assert parse(entry_json(entry)) == entry.kernel
    published = Kernel([(tuple(map(Fraction, t["offset"])), t["tap"]) for t in read["published_taps"]])
    assert published == entry.published
    assert certify(parse(entry_json(entry)), entry.target).consistent


def test_the_list_has_one_row_an_entry_and_true_gains():
    table = entry_table(entries())
    keys = [column.key for column in table.columns]
    assert [row[0] for row in table.rows] == list(names())
    for row in table.rows:
        entry = named(row[0])
        assert row[keys.index("gain")] == entry.gain
        assert row[keys.index("taps")] == len(entry.published)


def test_families_are_listed_with_every_parameter():
    table = family_table(families().values())
    for family, row in zip(families().values(), table.rows, strict=True):
        for parameter in family.parameters:
            assert parameter.name in row[2]


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.name)
def test_every_entry_can_be_written(entry):
    text = entry_text(entry)
    assert text.startswith(entry.name)
    assert max(map(len, text.splitlines())) <= 110


def listed_taps(text):
    """Read offsets and taps back from the rows of a drawing on a line."""
    rows = [row.split() for row in text.splitlines() if row.startswith(("  offset ", "  tap "))]
    offsets = [Fraction(x) for row in rows if row[0] == "offset" for x in row[1:]]
    taps = [Fraction(x) for row in rows if row[0] == "tap" for x in row[1:]]
    return dict(zip(offsets, taps, strict=True))


@pytest.mark.parametrize(
    "name",
    ["gaussian", "gaussian-x:sigma=1/2", "savgol-x:size=25,degree=4", "central-x:accuracy=24", "binomial-33"],
)
def test_up_to_33_taps_on_a_line_are_shown(name):
    entry = named(name)
    text = entry_text(entry)
    shown = listed_taps(text)
    taps = {x: tap for (x,), tap in entry.published.taps}
    assert {x for x, tap in shown.items() if tap} == taps.keys()
    assert all(abs(shown[x] - tap) <= abs(tap) / 10**5 for x, tap in taps.items())
    assert max(map(len, text.splitlines())) <= 100


def test_small_taps_are_written_with_their_power_of_ten():
    assert "e-13" in entry_text(named("gaussian-x:sigma=1/2"))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sobel-x:size=101", "10,100 taps from (-50, -50) to (50, 50); json and csv list them"),
        ("savgol:size=9,dim=3", "729 taps from (-4, -4, -4) to (4, 4, 4)"),
        ("binomial-255", "255 taps from -127 to 127"),
    ],
)
def test_large_kernels_are_counted(name, words):
    text = entry_text(named(name))
    assert words in text
    assert len(text.splitlines()) < 40


def test_the_list_fits_a_terminal_and_keeps_every_row():
    table = entry_list(entries())
    full = entry_table(entries())
    assert [row[0] for row in table.rows] == [row[0] for row in full.rows]
    assert not {"source", "consistent"} & {column.key for column in table.columns}
    assert max(map(len, render_table(table).splitlines())) <= 100


def test_cards_of_families_hold_every_parameter_and_word_within_the_width():
    text = family_cards(families().values())
    assert max(map(len, text.splitlines())) <= 88
    cards = dict(zip(families(), text.split("\n\n"), strict=True))
    for family in families().values():
        card = flat(cards[family.name])
        assert card.startswith(f"{family.name}: {family.summary}")
        for parameter in family.parameters:
            assert f"{parameter.name} " in card
            assert parameter.help in card
            assert all(word in card for word in parameter.words)
