"""Notebooks are valid by Jupyter's own schema, and their code computes the answer."""

import json

import nbformat
import pytest
from report.documents import made

from kernelkit.report.model import LANGUAGES
from kernelkit.report.notebook import notebook


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notebook_is_valid_and_its_figures_are_attached(language):
    found = nbformat.reads(notebook(made(language)), as_version=4)
    nbformat.validate(found)
    [cell] = [cell for cell in found.cells if "attachments" in cell]
    assert "](attachment:picture.svg)" in cell.source
    assert cell.attachments["picture.svg"]["image/svg+xml"].startswith("<svg")
    assert "figure:" not in json.dumps(found)


def test_the_code_of_a_notebook_runs():
    code = notebook(made(slug="second-derivative"))
    [cell] = [cell for cell in json.loads(code)["cells"] if cell["cell_type"] == "code"]
    scope = {}
    exec(cell["source"], scope)  # noqa: S102 - what a reader of the notebook does
    assert scope["answer"].facts["count"] == 3


def test_a_notebook_of_ones_own_problem_names_its_folder():
    assert "exercises('my problems')" in notebook(made(), folder="my problems")
