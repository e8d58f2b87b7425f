"""``kernelkit doctor``: each line against what this machine has, and what is missing with the way to get it."""

import importlib.metadata
import json
import os
import platform
import tomllib
from pathlib import Path

import pytest

from kernelkit.cli import doctor as module
from kernelkit.cli.app import run
from kernelkit.filtering import native_engine

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def examined(capsys):
    assert run(["doctor", "--format", "json"]) == 0
    return {(line["part"], line["name"]): line for line in json.loads(capsys.readouterr().out)}


def test_versions_of_this_machine(capsys):
    found = examined(capsys)
    assert found["kernelkit", "kernelkit"]["found"] == importlib.metadata.version("kernelkit")
    assert found["kernelkit", "Python"]["found"].startswith(platform.python_version())
    assert found["packages", "numpy"]["found"] == importlib.metadata.version("numpy")


def test_every_package_of_the_project_is_there(capsys):
    """As pyproject.toml lists them: dependencies, and extras but those made of others or for developers."""
    found = examined(capsys)
    bare = lambda text: text.split(">")[0].split("[")[0]  # noqa: E731
    wanted = {("packages", bare(text)) for text in PROJECT["dependencies"]}
    for extra, packages in PROJECT["optional-dependencies"].items():
        if extra not in {"all", "docs", "test"}:
            wanted |= {(f"optional: {extra}", bare(text)) for text in packages}
    assert {key for key in found if key[0] == "packages" or key[0].startswith("optional")} == wanted


def test_every_optional_part_says_what_it_is_for(capsys):
    assert run(["doctor"]) == 0
    said = [line for line in capsys.readouterr().out.splitlines() if line.startswith("optional")]
    extras = set(PROJECT["optional-dependencies"]) - {"all", "docs", "test"}
    assert {line.split(", for ")[0].removeprefix("optional: ") for line in said} == extras
    assert all(len(line.split(", for ")) == 2 for line in said)


def test_the_engine_with_and_without_the_extension(capsys, monkeypatch):
    monkeypatch.setenv(native_engine.THREADS, "1")
    assert examined(capsys)["kernelkit", "engine"]["found"] == (native_engine.name() or "SciPy")
    monkeypatch.setattr(native_engine, "_native", None)
    line = examined(capsys)["kernelkit", "engine"]
    assert line["found"] == "SciPy"
    assert "compiler" in line["next"]


def test_a_wrong_number_of_threads_is_a_finding_and_no_failure(capsys, monkeypatch):
    if native_engine._native is None:
        monkeypatch.setattr(native_engine, "_native", object())
    monkeypatch.setattr(native_engine, "name", native_engine.threads)
    monkeypatch.setenv(native_engine.THREADS, "many")
    line = examined(capsys)["kernelkit", "engine"]
    assert "many" in line["found"]
    assert line["next"]


@pytest.mark.parametrize(
    ("missing", "next_step"), [("torch", 'pip install "kernelkit[learn]"'), ("numpy", "pip install numpy")]
)
def test_what_is_missing_says_how_to_get_it(capsys, monkeypatch, missing, next_step):
    there = importlib.metadata.version

    def version(name):
        if name == missing:
            raise importlib.metadata.PackageNotFoundError(name)
        return there(name)

    monkeypatch.setattr(module.importlib.metadata, "version", version)
    [line] = [line for (_, name), line in examined(capsys).items() if name == missing]
    assert (line["found"], line["next"]) == ("not installed", next_step)


def test_data_sets_where_they_are_or_how_to_fetch_them(capsys, monkeypatch, tmp_path):
    for name in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
        (tmp_path / f"{name}-ubyte").write_bytes(b"")
    monkeypatch.setenv("KERNELKIT_DATA", str(tmp_path))
    assert examined(capsys)["data sets", "mnist"]["found"] == str(tmp_path)
    monkeypatch.delenv("KERNELKIT_DATA")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "none"))
    line = examined(capsys)["data sets", "mnist"]
    assert (line["found"], "--download" in line["next"]) == ("not found", True)


def test_the_device_is_that_of_training(capsys):
    from kernelkit.training.device import device_of, name_of

    assert examined(capsys)["training", "device"]["found"] == name_of(device_of("auto"))


def test_processors_are_those_this_process_may_use(capsys):
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    assert examined(capsys)["kernelkit", "processors"]["found"] == str(count)


def test_people_read_a_table(capsys):
    assert run(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "kernelkit"
    assert all(line.startswith("  ") for line in lines if line and line.split(":")[0] in {"numpy", "torch"})
    assert any(line.split()[:1] == ["engine"] for line in lines)
