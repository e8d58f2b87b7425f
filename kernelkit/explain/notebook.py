"""Values as notebooks show them."""

from __future__ import annotations

import html

from kernelkit.analysis.separable import separate
from kernelkit.catalogue.entry import Entry
from kernelkit.errors import KernelkitError
from kernelkit.exact.certify import Certificate
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.minimal import Minimal
from kernelkit.export.base import render
from kernelkit.identification.identify import Identification

LONGEST = 4000
"""Taps of a kernel that is written out; a larger one shows its size only."""


def html_of(shown: object) -> str:
    """Return the text that the command line writes for a value, as HTML; every character is escaped."""
    return f"<pre>{html.escape(text_of(shown))}</pre>"


def latex_of(shown: object) -> str | None:
    """Return a kernel with its error as a formula for MathJax; None where it has no formula."""
    if not isinstance(shown, Kernel | Certificate):
        return None
    try:
        lines = render(shown, "latex").splitlines()
    except KernelkitError:
        return None  # offsets or numbers that a formula has no room for: the text says all
    # comments are for TeX, and what follows the formula is in the text
    kept = [line for line in lines if not line.startswith("%")]
    end = next((i for i, line in enumerate(kept) if line == r"\]"), None)
    return None if end is None else "$$" + "\n".join(kept[1:end]) + "$$"


def text_of(shown: object) -> str:
    """Return the text that the command line writes for a value."""
    if isinstance(shown, Kernel | Certificate):
        kernel = shown if isinstance(shown, Kernel) else shown.kernel
        return f"a kernel of {len(kernel)} taps" if len(kernel) > LONGEST else render(shown, "text")
    if isinstance(shown, Identification):
        from kernelkit.explain.identity import described

        return described(
            shown, separate(shown.kernel, tolerance=shown.tolerance) if shown.kernel.taps else None
        )
    if isinstance(shown, Entry):
        from kernelkit.explain.entry import entry_text

        return entry_text(shown)
    if isinstance(shown, Minimal):
        from kernelkit.explain.minimality import told

        return told(shown, "text")
    return repr(shown)
