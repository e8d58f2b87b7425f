"""The public names: which modules people import from, what they find there, and what of it lacks a description.

The rule stands in `MODULES` and nowhere else: every name without an underscore that is defined in one of these modules
is public, and its docstring is its entry in the reference.  All other modules serve these; docs/architecture.md tells
what each is for.
"""

from __future__ import annotations

import ast
import importlib.util
import inspect
import pkgutil
from functools import cache
from pathlib import Path

import kernelkit

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "kernelkit"

MODULES = {
    "exact": """
        kernel functional factor offsets operator sides derive certify nearest minimal bounds
        obstruct isotropy integrals notation kernel_moments rational
    """,
    "catalogue": """
        named entry family central_difference smoothed_difference polynomial_fit flat_at_pi means
        gaussian laplacian_of_gaussian gabor steerable recursive inverse_distance sharpening
    """,
    "identification": "identify matches reading symmetries tolerance",
    "analysis": """
        measure symbol wavenumber spectrum direction anisotropy curvature noise rounding separable
        stability canny merit step_edge
    """,
    "optimise": "design criteria band comparison",
    "filtering": """
        apply derivatives colour recursive chunked xarray_arrays dask_arrays torch_arrays plan
        boundary halo
    """,
    "edges": """
        canny zero_crossings points polylines tensors thresholds noise smoothing suppress crossings
        hysteresis truth match scores comparison
    """,
    "learning": """
        run lesson discover excite experiment loop layer window shapes receptive pairs recover
        region operators composition constrained constraints undetermined rational statistics
        agreement model_errors suspicion nature descent replay solve gradient gram predict attention
        heads
    """,
    "datasets": "load labelled identity locate download folder idx sampling",
    "nets": "lenet alexnet known initialise card costs memory choices sizes layers",
    "training": "config recipes loop result history evaluate weights published seeds symptoms",
    "inspection": """
        inspect layer measures symmetry classes summary gabor colour spectrum nearest pairs first_filters
        weights
    """,
    "images": "read image picture colour mapping write new_npy store",
    "plot": """
        stencil surface response wavenumber direction curves kernels tradeoff filtered filters
        training save style
    """,
    "peers": "answers conventions questions calls tables",
    "symbolic": "spacing axes written",
    "export": "base csv json rounding",
    "explain": "comparison derivation minimality identity card learned training filters filter_page",
    "report": "model document load shown write",
}
"""The modules of each room that people import from, what is most asked for first."""

INSIDE = {
    "cli": "its commands have pages of their own",
    "files": "kernelkit writes files with it",
    "notebook": "values show themselves in notebooks by it",
}
"""Rooms and files that have no page in the reference of Python, and why."""


def rooms() -> dict[str, list[str]]:
    """Return the public modules by room, all by their full names; errors are a room of one module."""
    found = {
        f"kernelkit.{room}": [f"kernelkit.{room}.{name}" for name in names.split()]
        for room, names in MODULES.items()
    }
    return found | {"kernelkit.errors": ["kernelkit.errors"]}


def names_in(module: str) -> list[str]:
    """Return the public functions and classes of a module, in the order of the file."""
    home = importlib.import_module(module)
    return [
        name
        for name, found in vars(home).items()
        if not name.startswith("_")
        and callable(found)
        and (getattr(found, "__module__", ""), getattr(found, "__name__", "")) == (module, name)
    ]


def undocumented(module: str) -> list[str]:
    """Return the public names of a module, and the public members of its classes, that have no docstring."""
    home = importlib.import_module(module)
    silent = [] if home.__doc__ else [module]
    for name in names_in(module):
        found = getattr(home, name)
        entries = {name: found}
        if inspect.isclass(found):
            entries |= {
                f"{name}.{member}": value
                for member, value in vars(found).items()
                if not member.startswith("_")
                and (inspect.isroutine(value) or isinstance(value, property | classmethod | staticmethod))
            }
        silent += [f"{module}.{entry}" for entry, value in entries.items() if not value.__doc__]
    return silent


def homes() -> dict[str, str]:
    """Return the names that `kernelkit` itself hands out, each with the full name of its entry."""
    return {name: f"{getattr(kernelkit, name).__module__}.{name}" for name in kernelkit.__all__}


def meant(name: str, module: str | None, owner: str | None) -> str | None:
    """Return the full name of what is called so in a docstring of a module, or of a class in it; None if there is none.

    Names count that the module defines or imports, for type checkers too, and those of `kernelkit` and its errors.
    """
    known = {error: f"kernelkit.errors.{error}" for error in names_in("kernelkit.errors")} | homes()
    known |= {f"kernelkit.{short}": home for short, home in homes().items()}
    places = [f"{module}.{owner}.{name}", f"{module}.{name}", name] if module else [name]
    if module:
        known |= _imported(module)
    first, dot, rest = name.partition(".")
    places = [*filter(None, [known.get(name), known.get(first, "") + dot + rest]), *places]
    return next(filter(_exists, places), None)


@cache
def _imported(module: str) -> dict[str, str]:
    source = Path(str(importlib.import_module(module).__file__)).read_text(encoding="utf-8")
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


@cache
def _exists(name: str) -> bool:
    """Whether a full name is that of a module, or of what a module or a class of it holds."""
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        pass
    home, _, own = name.rpartition(".")
    try:
        found = pkgutil.resolve_name(home)
    except (ImportError, AttributeError, ValueError):
        return False
    return hasattr(found, own) or own in getattr(found, "__annotations__", {})
