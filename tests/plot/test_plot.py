"""What all figures share: no pyplot, nothing heavy at import, figures that are values."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import kernelkit.plot

MODULES = sorted(
    f"kernelkit.plot.{path.stem}" for path in Path(kernelkit.plot.__file__).parent.glob("[a-z]*.py")
)


def loaded_by(code):
    """Run code in a fresh process and return the names of the modules it has loaded at its end."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_importing_every_module_of_plot_loads_neither_matplotlib_nor_numpy():
    loaded = loaded_by("\n".join(f"import {module}" for module in MODULES))
    assert loaded.issuperset(MODULES)
    assert not {"matplotlib", "numpy", "scipy"} & loaded


def test_drawing_and_saving_never_load_pyplot(tmp_path):
    loaded = loaded_by(
        "from kernelkit import Kernel, derive, derivative\n"
        "from kernelkit.plot.save import save\n"
        "from kernelkit.plot.stencil import stencil\n"
        "from kernelkit.plot.surface import image, surface\n"
        "from kernelkit.plot.response import response\n"
        "from kernelkit.plot.wavenumber import wavenumber\n"
        "from kernelkit.plot.direction import direction\n"
        "from kernelkit.plot.tradeoff import tradeoff\n"
        "sobel = Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 8\n"
        "for figure in (stencil(sobel), surface(sobel), image(sobel), response(sobel), direction(sobel),\n"
        "               wavenumber(derive(derivative(1)), 1), tradeoff({'a': (1, 2)}, 'x', 'y')):\n"
        f"    for kind in ('png', 'svg', 'pdf'):\n        save(figure, {str(tmp_path / 'figure')!r} + '.' + kind)"
    )
    assert "matplotlib.figure" in loaded
    assert "matplotlib.pyplot" not in loaded
    assert len(list(tmp_path.iterdir())) == 3
