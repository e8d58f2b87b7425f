"""Entries in words: what was published, what is proved of it, and what was changed."""

import json
from fractions import Fraction

import pytest

from kernelkit import certify, named
from kernelkit.catalogue.named import entries, families, names
from kernelkit.exact.kernel import Kernel
from kernelkit.explain.entry import entry_json, entry_table, entry_text, family_table
from kernelkit.export.json import parse


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
