"""PDF through Pandoc and Typst: the same bytes every time, Chinese included, and plain words where a font lacks."""

import sys

import pytest
import typst
from report.documents import made

from kernelkit.errors import MissingExtraError, ReportError
from kernelkit.report import pdf as module
from kernelkit.report.pdf import pdf

HAS_CHINESE = any("CJK" in name or "WenQuanYi" in name for name in typst.Fonts().families())


@pytest.mark.parametrize(
    "language",
    [
        "en",
        pytest.param(
            "zh", marks=pytest.mark.skipif(not HAS_CHINESE, reason="no font with Chinese characters")
        ),
    ],
)
def test_the_same_answer_gives_the_same_whole_file(language):
    found = pdf(made(language), made_by="kernelkit")
    assert found.startswith(b"%PDF-")
    assert found == pdf(made(language), made_by="kernelkit")


def test_without_a_chinese_font_nothing_is_written_and_the_font_is_named(monkeypatch):
    monkeypatch.setattr(module, "_CHINESE", ("No Such Font",))
    assert pdf(made("en"), made_by="").startswith(b"%PDF-")
    with pytest.raises(ReportError, match="fonts-noto-cjk"):
        pdf(made("zh"), made_by="")


def test_without_the_packages_the_command_that_installs_them_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(MissingExtraError, match=r"kernelkit\[pdf\]"):
        pdf(made(), made_by="")
