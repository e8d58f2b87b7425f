"""Pages of concepts show what they say: each has an executed block, and no measured number is typed."""

import re
from pathlib import Path

import pytest

PAGES = sorted((Path(__file__).parents[2] / "docs" / "concepts").glob("*.md"))
BLOCK = re.compile(r"^```(\w*)\n.*?^```$", re.MULTILINE | re.DOTALL)
NOT_PROSE = re.compile(r"`[^`]*`|\]\([^)]*\)")
TYPED = re.compile(r"\d[.,/]\d\S*")


def typed(text: str) -> list[str]:
    """Return the decimals and fractions outside blocks, code and the targets of links."""
    return TYPED.findall(NOT_PROSE.sub("", BLOCK.sub("", text)))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_a_heading_an_executed_block_and_no_typed_number(page):
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert {"console", "pycon"} & set(BLOCK.findall(text))
    assert typed(text) == []


def test_a_typed_number_is_found_in_prose_and_nowhere_else():
    block = "```pycon\n>>> 1 / 4\n0.25\n```\n"
    assert typed(f"{block}`0.25` of [it](https://dlmf.nist.gov/3.4) in 3 pages, 699.\n{block}") == []
    assert typed("It is 0.25, or 1/4 of 1,000.") == ["0.25,", "1/4", "1,000."]
