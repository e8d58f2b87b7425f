"""Measurements of several kernels as one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernelkit.explain.identity import reading_text
from kernelkit.export.table import Column, Table, shown
from kernelkit.export.wording import terms_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kernelkit.analysis.measure import Measurement
    from kernelkit.export.table import Value

COLUMNS = (
    Column("name", "kernel", "name, or the text it was given by"),
    Column(
        "computes", "computes", "operator with its factor in the taps; all other columns are at unit gain"
    ),
    Column("taps", "taps", "number of taps other than zero"),
    Column("accuracy", "acc", "p of an error O(h^p)"),
    Column("error", "leading error", "kernel minus exact at unit gain, h = 1"),
    Column("noise_gain", "noise", "deviation of the output for white noise of deviation 1"),
    Column("response_at_pi", "at pi", "exact response to the fastest wave, along every axis"),
    Column("c4", "c4", "direction error of a gradient starts as c4 w^2 sin(4 phi), radians", by_size=True),
    Column("angle_quarter", "pi/4", "largest direction error of plane waves with |w| = pi/4, degrees"),
    Column("angle_half", "pi/2", "the same at |w| = pi/2"),
    Column(
        "angle_three_quarters", "3pi/4", "the same at |w| = 3 pi/4; empty where the direction turns round"
    ),
    Column("step_edge", "step", "largest direction error of an ideal step edge through the pixel, degrees"),
    Column(
        "anisotropy", "anisotropy", "m22 - 2 m40 of a Laplacian at unit gain; 0 is isotropic", by_size=True
    ),
    Column("rank", "rank", "largest rank along an axis; 1 is separable"),
    Column("resolving_efficiency", "resolved", "share of the waves up to pi within 1 percent"),
    Column(
        "forward_euler",
        "Euler",
        "largest stable step of u_t = K u by forward Euler, for decaying waves, units of h^order",
    ),
    Column("leapfrog", "leapfrog", "the same by leapfrog, for waves that keep their size"),
)


def table_of(measurements: Iterable[Measurement]) -> Table:
    """Return one row a kernel, in the order given; `Table.sorted_by` sorts them."""
    return Table(COLUMNS, tuple(_row(m) for m in measurements))


def _row(m: Measurement) -> tuple[Value, ...]:
    reading = m.reading
    return (
        m.name,
        reading_text(reading),
        len(m.kernel),
        reading.accuracy,
        terms_text(reading.leading_terms, powers=False, number=shown) or None,
        m.noise_gain,
        m.response_at_pi,
        m.direction_coefficient,
        *m.direction_error,
        m.step_edge_error,
        m.anisotropy,
        None if m.ranks is None else max(m.ranks),
        m.resolving_efficiency,
        m.euler_limit,
        m.leapfrog_limit,
    )
