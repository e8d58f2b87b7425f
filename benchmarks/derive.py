"""How fast kernels are derived and proved, as ratios against peers in one process.

    python benchmarks/derive.py

Every row times kernelkit and a peer in turn and prints medians. Peers: SymPy's finite_diff_weights and row reduction,
findiff's symbolic coefficients, Fornberg's recurrence in Fractions (Math. Comp. 51:699, 1988).
"""

from __future__ import annotations

import platform
import random
import statistics
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import sympy
from findiff import coefficients

from kernelkit import Functional, Stencil, box, derivative, derive, laplacian, line, minimal
from kernelkit.exact import linear
from kernelkit.exact.derive import moment_system
from kernelkit.exact.fewest import fewest_taps
from kernelkit.exact.moments import through_degree

if TYPE_CHECKING:
    from collections.abc import Callable

REPETITIONS = 7


def paired(
    ours: Callable[[], object], peer: Callable[[], object], *, peer_repetitions: int = 3
) -> tuple[float, float]:
    """Return the median seconds of both, timed in turn."""
    times: tuple[list[float], list[float]] = ([], [])
    for repetition in range(REPETITIONS):
        times[0].append(_seconds(ours))
        if repetition < peer_repetitions:
            times[1].append(_seconds(peer))
    return statistics.median(times[0]), statistics.median(times[1])


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    once = time.perf_counter() - start
    loops = max(1, int(0.01 / max(once, 1e-9)))
    start = time.perf_counter()
    for _ in range(loops):
        call()
    return (time.perf_counter() - start) / loops


def fornberg(order: int, nodes: list[Fraction]) -> list[Fraction]:
    """Return the weights at 0 by Fornberg's recurrence."""
    count = len(nodes)
    table = [[Fraction(0)] * count for _ in range(order + 1)]
    table[0][0] = Fraction(1)
    product = Fraction(1)
    for n in range(1, count):
        scale = Fraction(1)
        for v in range(n):
            gap = nodes[n] - nodes[v]
            scale *= gap
            for m in range(min(n, order), -1, -1):
                below = table[m - 1][v] if m else Fraction(0)
                if v == n - 1:
                    last = table[m - 1][n - 1] if m else Fraction(0)
                    table[m][n] = (
                        product / scale * (m * last - nodes[n - 1] * table[m][n - 1])
                        if m <= n
                        else table[m][n]
                    )
                table[m][v] = (nodes[n] * table[m][v] - m * below) / gap
        product = scale
    return table[order]


def show(name: str, ours: float, peer: float | None, peer_name: str, aim: str) -> None:
    """Print one row."""
    ratio = "" if peer is None else f"{peer / ours:8.0f} x {peer_name}"
    print(f"{name:<58}{ours * 1e3:10.3f} ms  {ratio:<36} aim: {aim}")


def central() -> None:
    """Time central derivatives against three peers."""
    for count, aim in ((9, "20 x SymPy"), (65, "200 x SymPy"), (129, "200 x SymPy")):
        points = line(-(count // 2), count // 2)
        nodes = [x for (x,) in points.offsets]
        whole = [int(x) for x in nodes]
        for order in (1, 2, 3, 4):
            target = derivative(order)
            repetitions = 3 if count < 100 else 1
            ours, peer = paired(
                lambda t=target, p=points: derive(t, p),
                lambda d=order, w=whole: sympy.finite_diff_weights(d, w, 0),
                peer_repetitions=repetitions,
            )
            show(f"central, order {order}, {count} nodes", ours, peer, "SymPy", aim)
            if count == 9:
                accuracy = count - 1 - 2 * ((order - 1) // 2)
                ours, peer = paired(
                    lambda t=target, p=points: derive(t, p),
                    lambda d=order, a=accuracy: coefficients(deriv=d, acc=a, symbolic=True),
                )
                show(f"central, order {order}, {count} nodes", ours, peer, "findiff, symbolic", "")
            ours, peer = paired(
                lambda t=target, p=points: derive(t, p),
                lambda d=order, x=nodes: fornberg(d, x),
                peer_repetitions=1,
            )
            show(f"central, order {order}, {count} nodes", ours, peer, "Fornberg, Fractions", "")
    points = line(-256, 256)
    for order in (1, 2, 3, 4):
        ours = statistics.median(
            _seconds(lambda d=order: derive(derivative(d), points)) for _ in range(REPETITIONS)
        )
        show(f"central, order {order}, 513 nodes", ours, None, "", "5 ms")


def rational() -> None:
    """Time arbitrary rational nodes."""
    generator = random.Random(1)
    nodes: set[Fraction] = set()
    while len(nodes) < 65:
        nodes.add(Fraction(generator.randint(-999, 999), generator.randint(1, 99)))
    points = Stencil.of(sorted(nodes))
    peers = [sympy.Rational(x.numerator, x.denominator) for (x,) in points.offsets]
    for order in (1, 2, 3, 4):
        ours, peer = paired(
            lambda d=order: derive(derivative(d), points),
            lambda d=order: sympy.finite_diff_weights(d, peers, 0),
            peer_repetitions=1,
        )
        show(f"rational nodes, order {order}, 65 nodes", ours, peer, "SymPy", "40 x SymPy")


def systems() -> None:
    """Time moment systems in two and three dimensions: from points to all solutions, and row reduction alone."""
    for name, points, degree in (
        ("3x3", box(1), 3),
        ("5x5", box(2), 5),
        ("7x7", box(3), 7),
        ("3x3x3", box(1, ndim=3), 3),
        ("5x5x5", box(2, ndim=3), 5),
    ):
        target = laplacian(points.ndim)
        rows, right = moment_system(target, points, degree)
        title = f"moment system {name}, {len(rows)} x {len(points)}"
        ours, peer = paired(
            lambda t=target, p=points, d=degree: linear.solve(*moment_system(t, p, d)),
            lambda t=target, p=points, d=degree: sympy.linsolve(sympy_system(t, p, d)),
            peer_repetitions=1,
        )
        show(f"{title}, built and solved", ours, peer, "SymPy linsolve", "50 x SymPy")
        left, side = sympy_system(target, points, degree)
        matrix = left.row_join(side)
        ours, peer = paired(
            lambda r=rows, b=right: linear.solve(r, b), lambda m=matrix: m.rref(), peer_repetitions=3
        )
        show(f"{title}, reduced only", ours, peer, "SymPy rref", "")


def sympy_system(target: Functional, points: Stencil, degree: int) -> tuple[sympy.Matrix, sympy.Matrix]:
    """Build the moment system as a user of SymPy would."""
    exponents = through_degree(points.ndim, degree)
    places = [[sympy.Rational(x.numerator, x.denominator) for x in offset] for offset in points.offsets]
    left = [
        [sympy.prod([x**k for x, k in zip(place, alpha, strict=True)]) for place in places]
        for alpha in exponents
    ]
    moments = [target.moment(alpha) for alpha in exponents]
    return sympy.Matrix(left), sympy.Matrix([sympy.Rational(m.numerator, m.denominator) for m in moments])


def proofs() -> None:
    """Time minimality proofs."""
    ours = statistics.median(
        _seconds(lambda: minimal(laplacian(2), within=box(1))) for _ in range(REPETITIONS)
    )
    show("Laplacian minimal in 3x3", ours, None, "", "50 ms")
    start = time.perf_counter()
    found = fewest_taps(laplacian(2), box(2), 5, through=6)
    ours = time.perf_counter() - start
    show(f"accuracy 4, 5x5, all {found.sets:,} sets to six", ours, None, "", "2000 ms")


def process() -> None:
    """Time the command as a process against importing SymPy."""
    command = [str(Path(sys.executable).with_name("kernelkit")), "derive", "--order", "2"]
    importing = [sys.executable, "-c", "import sympy"]
    bare = [sys.executable, "-c", "pass"]
    times: dict[str, list[float]] = {"derive": [], "sympy": [], "bare": []}
    for _ in range(3 * REPETITIONS):
        for name, arguments in (("derive", command), ("sympy", importing), ("bare", bare)):
            start = time.perf_counter()
            subprocess.run(arguments, check=True, capture_output=True)
            times[name].append(time.perf_counter() - start)
    ours, peer, idle = (statistics.median(times[name]) for name in ("derive", "sympy", "bare"))
    print(
        f"{'kernelkit derive --order 2, a process':<58}{ours * 1e3:10.1f} ms  "
        f"{ours / peer:8.2f} of import sympy ({peer * 1e3:.0f} ms; bare Python {idle * 1e3:.0f} ms)   aim: 0.25"
    )


def machine() -> str:
    """Name the machine."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            row.split(":", 1)[1].strip()
            for row in info.read_text().splitlines()
            if row.startswith("model name")
        ]
        cpu = f"{len(names)} x {names[0]}" if names else cpu
    return f"{cpu}, Python {platform.python_version()}, SymPy {sympy.__version__}"


if __name__ == "__main__":
    print(machine())
    central()
    rational()
    systems()
    proofs()
    process()
