"""Convolution kernels: derive them exactly, prove what they compute, name, learn and apply them."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kernelkit.catalogue.named import named
    from kernelkit.edges.canny import canny
    from kernelkit.errors import KernelkitError
    from kernelkit.exact.certify import Certificate, certify
    from kernelkit.exact.derive import derive
    from kernelkit.exact.functional import Functional, biharmonic, derivative, integral, laplacian, value
    from kernelkit.exact.kernel import Kernel
    from kernelkit.exact.minimal import Minimal, minimal
    from kernelkit.exact.obstruct import Obstruction, obstruction
    from kernelkit.exact.offsets import Stencil, box, central, cross, line
    from kernelkit.exact.operator import operator
    from kernelkit.filtering.apply import apply
    from kernelkit.filtering.derivatives import gradient
    from kernelkit.identification.identify import identify
    from kernelkit.learning.discover import discover
    from kernelkit.learning.excite import excite
    from kernelkit.learning.lesson import study
    from kernelkit.learning.loop import train_conv2d
    from kernelkit.learning.run import learn
    from kernelkit.learning.window import corr2d, pool2d

_HOMES = {
    "Certificate": "exact.certify",
    "Functional": "exact.functional",
    "Kernel": "exact.kernel",
    "KernelkitError": "errors",
    "Minimal": "exact.minimal",
    "Obstruction": "exact.obstruct",
    "Stencil": "exact.offsets",
    "apply": "filtering.apply",
    "biharmonic": "exact.functional",
    "box": "exact.offsets",
    "canny": "edges.canny",
    "central": "exact.offsets",
    "certify": "exact.certify",
    "corr2d": "learning.window",
    "cross": "exact.offsets",
    "derivative": "exact.functional",
    "derive": "exact.derive",
    "discover": "learning.discover",
    "excite": "learning.excite",
    "gradient": "filtering.derivatives",
    "identify": "identification.identify",
    "integral": "exact.functional",
    "laplacian": "exact.functional",
    "learn": "learning.run",
    "line": "exact.offsets",
    "minimal": "exact.minimal",
    "named": "catalogue.named",
    "obstruction": "exact.obstruct",
    "operator": "exact.operator",
    "pool2d": "learning.window",
    "study": "learning.lesson",
    "train_conv2d": "learning.loop",
    "value": "exact.functional",
}

__all__ = [
    "Certificate",
    "Functional",
    "Kernel",
    "KernelkitError",
    "Minimal",
    "Obstruction",
    "Stencil",
    "apply",
    "biharmonic",
    "box",
    "canny",
    "central",
    "certify",
    "corr2d",
    "cross",
    "derivative",
    "derive",
    "discover",
    "excite",
    "gradient",
    "identify",
    "integral",
    "laplacian",
    "learn",
    "line",
    "minimal",
    "named",
    "obstruction",
    "operator",
    "pool2d",
    "study",
    "train_conv2d",
    "value",
]


def __getattr__(name: str) -> object:
    """Load a public name on first use, so that importing kernelkit costs nothing."""
    if name == "__version__":
        return importlib.import_module("importlib.metadata").version("kernelkit")
    if name not in _HOMES:
        raise AttributeError(f"module 'kernelkit' has no attribute {name!r}")
    found = getattr(importlib.import_module(f"kernelkit.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
