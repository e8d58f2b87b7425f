"""What pyproject.toml cannot say: the exercises lie beside the package and are installed inside it."""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["kernelkit*"]), "kernelkit.problems"],
    package_dir={"kernelkit.problems": "problems"},
)
