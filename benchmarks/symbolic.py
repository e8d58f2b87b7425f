"""Symbolic spacings: kernelkit's closed form against SymPy's weights, factored.

Both get the same nodes, cells h1, h2, ... around the middle node, in one process, and the results are checked
to be equal.  "again" repeats a call with all caches warm on both sides.  "first" empties SymPy's cache and
kernelkit's plans and parts before every call.  kernelkit's time includes the nodes and the error term.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import time
from typing import TYPE_CHECKING

import sympy
from machine import processor
from sympy.core.cache import clear_cache

from kernelkit.symbolic import plan, tree
from kernelkit.symbolic.spacing import spaced

if TYPE_CHECKING:
    from collections.abc import Callable


def peer(order: int, nodes: tuple[sympy.Expr, ...]) -> list[sympy.Expr]:
    """Return SymPy's weights, factored so that they read like kernelkit's."""
    return [sympy.factor(tap) for tap in sympy.finite_diff_weights(order, nodes, 0)[order][-1]]


def median(call: Callable[[], object], seconds: float, prepare: Callable[[], None]) -> float:
    """Return the median time of a call in seconds, over at least three calls."""
    times: list[float] = []
    end = time.perf_counter() + seconds
    while len(times) < 3 or (time.perf_counter() < end and len(times) < 1000):
        prepare()
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def forget() -> None:
    """Empty the caches of both sides."""
    clear_cache()
    plan.forget()
    tree.forget()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=7, help="number of nodes to go up to")
    parser.add_argument("--seconds", type=float, default=1.0, help="time spent on each number of the table")
    options = parser.parse_args()
    print(f"{processor()}; Python {platform.python_version()}, SymPy {sympy.__version__}; medians\n")
    print("nodes order |  SymPy again  kernelkit  ratio |  SymPy first  kernelkit  ratio")
    for count in range(3, options.most + 1):
        names = tuple(f"h{i}" for i in range(1, count))
        for order in (1, 2):
            nodes = spaced(order, names).nodes
            pairs = zip(spaced(order, names).taps, peer(order, nodes), strict=True)
            if any((ours - theirs).cancel() for ours, theirs in pairs):
                raise SystemExit(f"the taps of order {order} on {count} nodes differ")
            row = f"{count:5} {order:5} |"
            for prepare in (lambda: None, forget):
                theirs = median(lambda: peer(order, nodes), options.seconds, prepare)
                ours = median(lambda: spaced(order, names), options.seconds / 4, prepare)
                row += f" {1e6 * theirs:9.0f} us {1e6 * ours:7.1f} us {theirs / ours:6.0f} |"
            print(row.removesuffix(" |"), flush=True)


if __name__ == "__main__":
    main()
