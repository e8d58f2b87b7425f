"""What pyproject.toml cannot say: exercises are installed in the package, and the engine is compiled if it can be."""

import sys
from pathlib import Path

from setuptools import Extension, find_packages, setup

NATIVE = Path("kernelkit", "filtering", "native")

setup(
    packages=[*find_packages(include=["kernelkit*"]), "kernelkit.problems"],
    package_dir={"kernelkit.problems": "problems"},
    include_package_data=False,  # else sources in C, which the sdist has, were installed too
    ext_modules=[
        Extension(
            "kernelkit.filtering._native",
            sources=sorted(path.as_posix() for path in NATIVE.glob("*.c")),
            depends=sorted(path.as_posix() for path in NATIVE.glob("*.h")),
            # square roots need no errno; everything else keeps the meaning of C, NaN and infinities too
            extra_compile_args=["-O3", "-std=gnu11", "-fno-math-errno", "-fvisibility=hidden"],
            extra_link_args=[] if sys.platform == "win32" else ["-pthread"],
            py_limited_api=True,
            optional=True,  # without a compiler that takes this, SciPy does the work
        )
    ],
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
