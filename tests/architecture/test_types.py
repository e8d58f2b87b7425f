"""A program outside the package: what it is checked against by mypy --strict is also what it gets when it runs."""

from __future__ import annotations

import ast
import types
import typing
from pathlib import Path

from architecture import usage
from architecture.sources import ROOT

USAGE = Path(usage.__file__)


def test_the_program_runs_and_gets_what_it_says(capsys, monkeypatch):
    """assert_type is a promise to the checker; here each value is held to it."""
    held = []

    def check(value, kind):
        plain = kind if isinstance(kind, types.UnionType) else typing.get_origin(kind) or kind
        held.append(isinstance(value, plain))
        return value

    monkeypatch.setattr(usage, "assert_type", check)
    usage.main()
    promises = [
        node
        for node in ast.walk(ast.parse(USAGE.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "assert_type"
    ]
    assert held == [True] * len(promises)
    assert "no kernel on offsets" in capsys.readouterr().out


def test_the_checker_looks_at_it_with_every_change():
    assert f"mypy {USAGE.relative_to(ROOT).as_posix()}" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
