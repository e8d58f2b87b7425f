"""Figures inside pages: text stays text, and nothing in them depends on the day."""

from xml.etree import ElementTree as ET

import pytest
from report.documents import drawn

from kernelkit.report.model import Figure
from kernelkit.report.svg import svg_of

FIGURE = Figure({"en": "line", "zh": "线"}, drawn)


@pytest.mark.parametrize(("language", "label"), [("en", "x < 1 & y"), ("zh", "横轴")])
def test_labels_stay_text_in_well_formed_svg(language, label):
    root = ET.fromstring(svg_of(FIGURE, language))  # noqa: S314 - our own
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert label in [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]


def test_the_same_figure_is_the_same_text_and_two_in_a_page_do_not_share_names():
    import re

    first, second = svg_of(FIGURE, "en"), svg_of(FIGURE, "en")
    assert first == second
    used = set(re.findall(r"(?:url\(|href=\")#([^)\"]+)", first))
    assert set(re.findall(r' id="([^"]+)"', first)) == used  # names that nothing refers to are gone
    assert "<metadata>" not in first


def test_missing_glyphs_of_the_measuring_font_do_not_warn(recwarn):
    svg_of(FIGURE, "zh")
    assert not [warning for warning in recwarn if "Glyph" in str(warning.message)]
