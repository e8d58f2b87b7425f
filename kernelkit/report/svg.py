"""Figures as small SVG that can stand inside a page: text stays text, nothing depends on the day or the run."""

from __future__ import annotations

import io
import re
import warnings
from typing import TYPE_CHECKING

from kernelkit.errors import ReportError

if TYPE_CHECKING:
    from kernelkit.report.model import Figure, Language

FONTS = ["Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei"]
"""Sans-serif fonts with Chinese characters, those of common systems."""


def svg_of(figure: Figure, language: Language) -> str:
    """Draw a figure with its labels in a language; the same figure gives the same text."""
    from matplotlib import rc_context

    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "kernelkit"}), warnings.catch_warnings():
        # the reader's browser has the glyphs; matplotlib only measures with its own font
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        whole = io.BytesIO()
        drawn = figure.draw(language)
        if not hasattr(drawn, "savefig"):
            raise ReportError(f"a figure drew {type(drawn).__name__}, and no figure of matplotlib")
        drawn.savefig(whole, format="svg", metadata={"Date": None, "Creator": None})
    text = whole.getvalue().decode()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    # names of groups, which nothing refers to, would repeat from figure to figure
    text = re.sub(r' id="[A-Za-z0-9]+(?:\.[A-Za-z0-9]+)*_\d+"', "", text)
    text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.DOTALL)
    return re.sub(r"font: ([^;\"]*?)'DejaVu Sans'[^;\"]*", _family, text).strip()


def _family(match: re.Match[str]) -> str:
    names = ", ".join(f"'{name}'" for name in FONTS)
    return f"font: {match[1]}'DejaVu Sans', {names}, sans-serif"
