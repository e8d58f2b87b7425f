"""Formats that nobody knows are refused in the same words wherever something is told."""

import pytest

from kernelkit.errors import UnknownNameError
from kernelkit.explain.formats import known_format


@pytest.mark.parametrize("form", ["yaml", "", None, ["text"], "text "])
def test_another_format_is_refused_with_what_it_is_of_and_those_there_are(form):
    with pytest.raises(UnknownNameError) as refused:
        known_format(form, {"text": "", "json": ""}, of="nets")
    assert str(refused.value) == f"no format for nets is called {form!r}\n  next: formats are text, json"
