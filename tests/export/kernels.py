"""The kernels every format is tried on."""

from __future__ import annotations

from kernelkit.exact.certify import Certificate, certify
from kernelkit.exact.derive import derive
from kernelkit.exact.functional import Functional, derivative, integral, laplacian, value
from kernelkit.exact.kernel import Kernel

Result = Kernel | Certificate


def _derived(target: Functional, *args: object, **kwargs: object) -> Certificate:
    return certify(derive(target, *args, **kwargs), target)


CASES: dict[str, Result] = {
    "central": _derived(derivative(2)),
    "forward": _derived(derivative(1), side="forward"),
    "half-shifted": _derived(derivative(1), side="staggered"),
    "third-shifted": _derived(derivative(1), ["-2/3", "1/3", "4/3"]),
    "value-between": _derived(value(at="1/2"), [-1, 0, 1, 2]),
    "irregular": _derived(derivative(1), ["-1/3", 0, "1/2", "5/7"]),
    "far": _derived(derivative(1), [3, 4, 5]),
    "far-left": _derived(derivative(1), [-4, -2]),
    "asymmetric": _derived(derivative(3), [-2, -1, 1, 3]),
    "laplacian": _derived(laplacian(2)),
    "mixed": _derived(derivative((1, 2)), side="forward"),
    "cell": certify(
        Kernel(
            {("-1/2", "-3/2"): "1/4", ("-1/2", "-1/2"): "1/4", ("1/2", "-3/2"): "1/4", ("1/2", "-1/2"): "1/4"}
        ),
        value(at=(0, -1)),
    ),
    "stretched": _derived(laplacian(2).on_grid((1, "3/2"))),
    "laplacian-3d": _derived(laplacian(3)),
    "lopsided-3d": Kernel({(0, 0, 0): 1, (1, -2, 0): "-1/3", (0, 1, 3): "2/7"}),
    "simpson": _derived(integral(-1, 1)),
    "box": _derived(integral([(0, 1), (0, 1)])),
    "accuracy-16": _derived(derivative(2), accuracy=16),
    "two-orders": _derived(derivative(2) + value() * 3),
    "inconsistent": certify(Kernel({0: 1}), derivative(3)),
    "no-error": certify(Kernel({-1: 2}), value(at=-1) * 2),
    "no-rest": certify(Kernel({0: 2}), value()),
    "bare": Kernel({-1: "1/7", 2: "-3/5"}),
    "empty": Kernel({}, ndim=2),
}


def kernel_of(result: Result) -> Kernel:
    """Return the kernel of a certificate, or the bare kernel."""
    return result if isinstance(result, Kernel) else result.kernel


def on_lattice(kernel: Kernel) -> bool:
    """Whether all taps are whole steps apart."""
    if not kernel.taps:
        return True
    first = kernel.taps[0][0]
    return all(
        (x - y).denominator == 1 for offset, _ in kernel.taps for x, y in zip(offset, first, strict=True)
    )
