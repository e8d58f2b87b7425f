"""The page of a layer: whole, well-formed, with nothing to load and nothing unescaped."""

import base64
from html.parser import HTMLParser

import numpy as np
from inspection.layers import face_api

from kernelkit.explain.filters import told
from kernelkit.inspection.classes import NAMES
from kernelkit.inspection.inspect import inspect
from kernelkit.inspection.layer import first_layer
from kernelkit.plot.filters import mosaic, png

HOSTILE = "<script>alert('x')</script>\" onload=\"y&amp;"
VOID = {"meta", "img", "link", "br"}


class Reader(HTMLParser):
    """Collects tags, attributes and rows, and checks that tags close in order."""

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.sources, self.rows, self.texts = [], [], [], 0, []

    def handle_starttag(self, tag, attrs):
        """Note a tag; none may carry a script."""
        self.seen.append(tag)
        self.rows += tag == "tr"
        self.sources += [value for name, value in attrs if name in {"src", "href"}]
        assert not any(name.startswith("on") for name, _ in attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        """Close the last open tag, which must be this one."""
        assert self.open.pop() == tag

    def handle_data(self, data):
        """Note a text, its escapes undone."""
        self.texts.append(data)


def read(page):
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


def test_the_page_is_whole_and_shows_the_picture_it_was_given():
    found = inspect(first_layer(face_api(), stride=2))
    picture = png(mosaic(found))
    reader = read(told(found, "html", picture=picture))
    assert len(reader.sources) == 1
    head, _, code = reader.sources[0].partition(",")
    assert head == "data:image/png;base64"
    assert base64.b64decode(code) == picture
    assert reader.rows == 1 + 32 + 1 + len(NAMES)
    text = " ".join(reader.texts)
    assert all(verdict.evidence in text for verdict in found.verdicts)
    assert "script" not in reader.seen


def test_columns_that_say_nothing_of_any_filter_are_left_out():
    """Grey filters without a stride have no share of grey and none beyond the stride."""
    coloured = read(told(inspect(first_layer(face_api(), stride=2)), "html")).texts
    grey = read(told(inspect(np.ones((2, 1, 3, 3))), "html")).texts
    for head in ("grey", "aliased", "Gabor R^2"):
        assert head in coloured
        assert head not in grey


def test_names_and_sources_are_escaped_everywhere():
    found = inspect(first_layer({HOSTILE: np.ones((2, 3, 3, 3))}))
    page = told(found, "html", picture=b"x")
    assert "<script" not in page
    reader = read(page)
    assert "script" not in reader.seen
    assert any(HOSTILE in text for text in reader.texts)


def test_without_a_picture_there_is_none():
    assert "img" not in read(told(inspect(np.ones((1, 1, 3, 3))), "html")).seen
