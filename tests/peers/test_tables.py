"""Answers as tables: whole for programs, and for people without what headings say."""

import csv
import io
import json

import pytest
import scipy

from kernelkit.peers.answers import Answer, answers
from kernelkit.peers.calls import listed
from kernelkit.peers.conventions import Convention
from kernelkit.peers.tables import ANSWER_COLUMNS, CONVENTION_COLUMNS, answers_as, conventions_as

ASKED = [(library, call) for library, call in listed()[0] if library.name in {"kernelkit", "scipy"}]
ROW = Convention("scipy", "1.0", "scipy.filter(image, taps)", "as given", "(0, 1)", "8 d/dx", None)


@pytest.mark.parametrize(("columns", "row"), [(ANSWER_COLUMNS, Answer), (CONVENTION_COLUMNS, Convention)])
def test_columns_are_the_fields_in_their_order(columns, row):
    assert tuple(column.key for column in columns) == row._fields


def test_programs_get_everything():
    found = answers(ASKED)
    rows = json.loads(answers_as(found, "json"))["rows"]
    assert [tuple(row.values()) for row in rows] == found
    [row] = csv.DictReader(io.StringIO(conventions_as([ROW], "csv")))
    assert tuple(row.values()) == (*ROW[:-1], "")


def test_people_get_one_table_a_question_and_the_versions():
    lines = answers_as(answers(ASKED), "text").splitlines()
    assert [line.partition(":")[0] for line in lines if ": right is" in line] == [
        "d/dx",
        "length of the gradient",
        "Laplacian",
    ]
    assert "3.606 on 2x + 3y" in "\n".join(lines)
    assert lines[-1] == f"scipy {scipy.__version__}"
    heads = [line.split()[:3] for line in lines if line.startswith("call")]
    assert heads == [["call", "inside", "scale"]] * 3


def test_versions_stand_once_below_conventions():
    text = conventions_as([ROW, ROW], "text")
    assert text.endswith("\n\nscipy 1.0")
    assert text.count("1.0") == 1
