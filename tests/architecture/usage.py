"""A program that uses kernelkit from outside, as its type checker sees it: run by test_types.py, checked by .ci/run."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

import kernelkit
from kernelkit import (
    Certificate,
    Kernel,
    Minimal,
    certify,
    derivative,
    derive,
    identify,
    learn,
    minimal,
    named,
)
from kernelkit.analysis.measure import measure
from kernelkit.edges.canny import canny
from kernelkit.edges.points import points
from kernelkit.errors import KernelkitError
from kernelkit.filtering.apply import apply
from kernelkit.filtering.derivatives import gradient


def main() -> None:
    """Use one call of each room that people import from."""
    kernel = derive(derivative(2), [-1, 0, 1])
    assert_type(kernel, Kernel)
    assert_type(kernel.taps[0][1], Fraction)
    proof = certify(kernel, derivative(2))
    assert_type(proof, Certificate)
    assert_type(proof.accuracy, int | None)
    assert_type(minimal(derivative(3)), Minimal)
    sobel = named("sobel-x")
    print(
        kernel, proof.accuracy, sobel, identify([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]), kernelkit.__version__
    )
    image: NDArray[np.float64] = np.tile(np.arange(12.0), (12, 1))
    slopes: Any = gradient(image)
    print(apply("sobel-x", image), slopes, measure("sobel", sobel.kernel))
    assert_type(canny(image, low=1.0, high=2.0), NDArray[Any])
    assert_type(points(image, low=1.0, high=2.0), NDArray[Any])
    print(learn(image, np.diff(image, axis=1), (1, 2)))
    try:
        derive(derivative(2), [0, 1])
    except KernelkitError as refused:
        print(refused)


if __name__ == "__main__":
    main()
