"""What a fresh process loads: nothing heavy for ``import kernelkit``, little for a derivation."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

HEAVY = {"numpy", "scipy", "sympy", "matplotlib", "torch", "findiff", "cv2", "numba"}


def loaded_by(code: str) -> set[str]:
    """Run code in a fresh process and return the top-level packages it has loaded at its end."""
    report = "print(json.dumps(sorted({m.partition('.')[0] for m in sys.modules})), file=sys.stderr)"
    program = f"{code}\nimport json, sys\n{report}"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "NO_COLOR": "1"},
    )
    return set(json.loads(done.stderr.strip().splitlines()[-1]))


def command(*arguments: str) -> str:
    """Return code that runs the command line as the installed script does, and stays for its modules."""
    return (
        "from kernelkit.cli.app import main\n"
        f"try:\n    main({list(arguments)!r})\n"
        "except SystemExit as done:\n    assert not done.code, done.code"
    )


def test_importing_kernelkit_loads_none_of_its_dependencies():
    found = loaded_by("import kernelkit")
    assert "kernelkit" in found
    assert not found & (HEAVY | {"flint", "click"})


def test_a_kernel_on_a_line_is_derived_without_any_dependency():
    found = loaded_by("import kernelkit as k\nassert len(k.derive(k.derivative(2))) == 3")
    assert not found & (HEAVY | {"flint", "click"})


def test_a_kernel_in_the_plane_loads_row_reduction_and_nothing_heavier():
    found = loaded_by("import kernelkit as k\nassert len(k.derive(k.laplacian(2), k.cross(1))) == 5")
    assert "flint" in found
    assert not found & (HEAVY | {"click"})


@pytest.mark.parametrize(
    "arguments",
    [
        ("derive", "--order", "2"),
        ("derive", "--help"),
        ("certify", "[1,-2,1]", "--order", "2"),
        ("minimal", "--order", "3"),
        ("show", "sobel-x"),
        ("--help",),
    ],
    ids=" ".join,
)
def test_commands_about_kernels_load_nothing_heavy(arguments):
    found = loaded_by(command(*arguments))
    assert "click" in found
    assert not found & HEAVY


@pytest.mark.parametrize(
    "arguments",
    [
        ("identify", "[[-1,0,1],[-2,0,2],[-1,0,1]]"),
        ("analyse", "sobel-x", "scharr-x"),
        ("analyse", "derive:2:4"),
        ("design", "--order", "1", "--size", "5"),
        ("excite", "post", "--size", "3x3"),
        ("learn", "--teacher", "[[1,-1]]", "--image", "post"),
        ("inspect", "sobel-x"),
    ],
    ids=" ".join,
)
def test_commands_that_measure_load_numpy_and_no_plotting_or_learning(arguments):
    found = loaded_by(command(*arguments))
    assert "numpy" in found
    assert not found & (HEAVY - {"numpy", "scipy"})


def test_the_public_names_are_listed_without_loading_their_modules():
    found = loaded_by(
        "import kernelkit, sys\nassert 'derive' in dir(kernelkit)\nassert 'kernelkit.exact' not in sys.modules"
    )
    assert not found & HEAVY
