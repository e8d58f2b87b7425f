"""Sobel's derivative of a file of 20000 x 20000 numbers, by a process that may hold 1 GiB: seconds and memory.

    python benchmarks/big_images.py > docs/benchmarks/big-images.txt

Each way runs in a process of its own, limited by the operating system (RLIMIT_DATA), which does not count pages of
files that are mapped.  The files lie in a folder that is deleted afterwards; 5 GB of disk are needed.  Linux only.
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import dask.array as da
import numpy as np
import zarr
from machine import processor

from kernelkit.filtering import engine
from kernelkit.filtering.apply import apply
from kernelkit.filtering.chunked import apply_in_bands

SIDE = 20_000
CHUNK = 1000
LIMIT = 2**30
SHAPE = (SIDE, SIDE)


def empty(path: Path) -> object:
    """Create a file for numbers, of the kind that its name says."""
    if path.suffix == ".npy":
        return np.lib.format.open_memmap(path, "w+", np.float32, SHAPE)
    return zarr.create_array(path, shape=SHAPE, chunks=(CHUNK, CHUNK), dtype="float32", overwrite=True)


def copy(folder: Path) -> None:
    """Copy the npy file in bands, as the least that can be done."""
    source, target = np.load(folder / "in.npy", mmap_mode="r"), empty(folder / "out.npy")
    for start in range(0, SIDE, CHUNK):
        target[start : start + CHUNK] = source[start : start + CHUNK]


def npy(folder: Path) -> None:
    """Filter from one npy file to another."""
    apply_in_bands("sobel-x", np.load(folder / "in.npy", mmap_mode="r"), empty(folder / "out.npy"))


def zarr_store(folder: Path) -> None:
    """Filter from one zarr store to another."""
    apply_in_bands("sobel-x", zarr.open_array(folder / "in.zarr", mode="r"), empty(folder / "out.zarr"))


def dask_store(folder: Path) -> None:
    """Filter from one zarr store to another by dask's threads."""
    da.store(apply("sobel-x", da.from_zarr(folder / "in.zarr")), empty(folder / "out.zarr"), lock=False)


WAYS = {
    "npy to npy, copied only": copy,
    "npy to npy, apply_in_bands": npy,
    "zarr to zarr, apply_in_bands": zarr_store,
    "zarr to zarr, dask": dask_store,
}


def held() -> int:
    """Return the bytes that this process holds, not counting pages of files."""
    return int(re.search(r"RssAnon:\s+(\d+)", Path("/proc/self/status").read_text(encoding="utf-8"))[1]) << 10


def measured(way: str, folder: Path) -> str:
    """Run one way under the limit; return its row."""
    resource.setrlimit(resource.RLIMIT_DATA, (LIMIT, LIMIT))
    most = [0]

    def watch() -> None:
        while True:
            most[0] = max(most[0], held())
            time.sleep(0.005)

    threading.Thread(target=watch, daemon=True).start()
    start = time.perf_counter()
    WAYS[way](folder)
    return f"{way:32}{time.perf_counter() - start:10.1f}{most[0] / 2**20:12.0f}"


def main() -> None:
    """Write the files, run each way, and print the table."""
    if len(sys.argv) > 1:
        print(measured(sys.argv[1], Path(sys.argv[2])))
        return
    print(
        f"{processor()}, {len(os.sched_getaffinity(0))} processors; {engine.name()}; NumPy {np.__version__}"
    )
    print(f"{SIDE} x {SIDE} float32, {SIDE * SIDE * 4 / 2**20:.0f} MiB; zarr in chunks of {CHUNK} x {CHUNK};")
    print(f"processes may hold {LIMIT >> 20} MiB; the files are in the system's cache\n")
    print(f"{'':32}{'seconds':>10}{'MiB held':>12}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        random = np.random.default_rng(0)
        files = [empty(folder / f"in{kind}") for kind in (".npy", ".zarr")]
        for start in range(0, SIDE, CHUNK):
            band = random.standard_normal((CHUNK, SIDE), np.float32)
            for file in files:
                file[start : start + CHUNK] = band
        for way in WAYS:
            done = subprocess.run(
                [sys.executable, __file__, way, name], capture_output=True, text=True, check=False
            )
            print(done.stdout.rstrip() or f"{way:32}{'fails: ' + done.stderr.splitlines()[-1]}", flush=True)


if __name__ == "__main__":
    main()
