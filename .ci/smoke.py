"""Use an installed kernelkit from an empty folder: python smoke.py "compiled, PyTorch" says what has to be there."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from importlib import metadata
from pathlib import Path

wanted = sys.argv[1]


def run(*words: str, code: int = 0) -> str:
    """Run a command of the installed program, and return what it prints."""
    done = subprocess.run(["kernelkit", *words], capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    if done.returncode != code or "Traceback" in said:
        raise SystemExit(f"kernelkit {' '.join(words)} left with {done.returncode}:\n{said}")
    return said


def main() -> None:
    """Try what people try first."""
    assert "-2" in run("derive", "--order", "2")
    assert "8 d/dx" in run("identify", "[[-1,0,1],[-2,0,2],[-1,0,1]]")
    assert run("--version").split()[-1] == metadata.version("kernelkit")

    import numpy as np

    y, x = np.mgrid[:40, :60]
    np.save("ramp.npy", 2 * x + 3 * y)
    run("apply", "sobel-x", "ramp.npy", "-o", "dx.npy")
    assert np.allclose(np.load("dx.npy"), 2)
    np.save("step.npy", (x > 30) * 200)
    run("edges", "step.npy", "-o", "edges.png")
    assert Path("edges.png").stat().st_size > 50
    run("report", "minimal-size", "-o", "reports")
    assert list(Path("reports").rglob("*.html"))
    lines = {line["name"]: line["found"] for line in json.loads(run("doctor", "--format", "json"))}
    engine = lines["engine"]
    assert engine.startswith("SciPy" if "without a compiler" in wanted else "compiled"), engine
    if "PyTorch" in wanted:
        assert "determined" in run("learn", "--teacher", "sobel-x", "--image", "post")
    else:
        assert importlib.util.find_spec("torch") is None
        assert "pip install" in run("train", "lenet", code=4)


main()
