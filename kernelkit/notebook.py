"""How values show themselves in a notebook: the text of the command line, and formulas."""

from __future__ import annotations

import importlib


class Shown:
    """A value that a notebook shows as the command line writes it; what writes it is loaded then."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        page: str = importlib.import_module("kernelkit.explain.notebook").html_of(self)
        return page


class Told(Shown):
    """A value that also prints as the command line writes it."""

    __slots__ = ()

    def __str__(self) -> str:
        text: str = importlib.import_module("kernelkit.explain.notebook").text_of(self)
        return text


class Formula(Shown):
    """A value that a notebook can also show as a formula."""

    __slots__ = ()

    def _repr_latex_(self) -> str | None:
        formula: str | None = importlib.import_module("kernelkit.explain.notebook").latex_of(self)
        return formula
