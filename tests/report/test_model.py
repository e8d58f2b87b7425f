"""Problems say who they are in every language, or are refused."""

import pytest

from kernelkit.errors import InputError
from kernelkit.report.model import Problem

SIX = {"en": "six", "zh": "六"}


@pytest.mark.parametrize("slug", ["", "Six", "six_seven", "../six", "six.html", "六", "-six", "index"])
def test_a_slug_is_safe_as_a_file_name_and_in_a_link(slug):
    with pytest.raises(InputError, match="is no slug"):
        Problem(slug=slug, title=SIX, question=SIX, source=SIX)


@pytest.mark.parametrize("name", ["title", "question", "source"])
def test_every_language_has_every_text(name):
    words = {"title": SIX, "question": SIX, "source": SIX} | {name: {"en": "six"}}
    with pytest.raises(InputError, match=f"the {name} of six is not there in every language"):
        Problem(slug="six", **words)


def test_a_group_that_no_index_has_is_refused():
    with pytest.raises(InputError, match="is no group of problems"):
        Problem(slug="six", title=SIX, question=SIX, source=SIX, group="misc")
