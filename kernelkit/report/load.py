"""Finding exercises: modules of problems that come with kernelkit, or in a folder of the user's own."""

from __future__ import annotations

import difflib
import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kernelkit.errors import InputError, KernelkitError, MissingExtraError, ReportError, UnknownNameError
from kernelkit.report.model import GROUPS, Answer, Problem

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence
    from types import ModuleType

_PACKAGE = Path(__file__).parents[1]
_HOMES = (_PACKAGE / "problems", _PACKAGE.parent / "problems")
"""Where the exercises lie: inside the package once it is installed, beside it in a checkout."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """A problem and the function that solves it.

    Attributes
    ----------
    problem
        What is asked.
    path
        The file.
    """

    problem: Problem
    path: Path
    _solve: Callable[..., object]
    _quick: Mapping[str, object]

    @property
    def takes_long(self) -> bool:
        """Whether the module names smaller sizes for those in a hurry."""
        return bool(self._quick)

    def solve(self, *, quick: bool = False) -> Answer:
        """Compute the answer; quick ones use smaller sizes, as the module says.

        Raises
        ------
        ReportError
            The module failed, or returned no answer.
        MissingExtraError
            A package that it needs is not installed.
        KernelkitError
            Whatever it met in kernelkit.
        """
        try:
            found = self._solve(**(self._quick if quick else {}))
        except KernelkitError:
            raise
        except ModuleNotFoundError as missing:
            raise _needs(missing, "an exercise") from missing
        except (Exception, SystemExit) as error:  # nothing that a module does ends kernelkit
            raise ReportError(f"{self.path.name} failed: {type(error).__name__}: {error}"[:400]) from error
        if not isinstance(found, Answer):
            raise ReportError(f"solve() of {self.path.name} returned no Answer but {type(found).__name__}")
        return found


def exercises(folder: str | os.PathLike[str] | None = None) -> list[Exercise]:
    """Return all exercises of a folder in the order of the index; those of kernelkit without one.

    The modules are Python programs and are executed: point this only at files that you would run.

    Parameters
    ----------
    folder
        Files ``*.py``; those whose name begins with an underscore are left out.

    Raises
    ------
    InputError
        No folder, no exercise in it, a file that cannot be loaded or has not the shape of a problem, or two files with
        one slug.

    Examples
    --------
    >>> "second-derivative" in [found.problem.slug for found in exercises()]
    True
    """
    home = Path(folder) if folder is not None else next((home for home in _HOMES if home.is_dir()), _HOMES[0])
    try:
        paths = sorted(path for path in home.iterdir() if path.suffix == ".py" and path.name[0] != "_")
    except OSError as refused:
        cause = (refused.strerror or str(refused)).lower()
        raise InputError(
            f"the folder {home} cannot be read: {cause}", next="a folder with one module a problem"
        ) from refused
    found = [_exercise(path) for path in paths]
    if not found:
        raise InputError(f"no problem lies in {home}", next="modules with PROBLEM and solve()")
    seen: dict[str, Path] = {}
    for exercise in found:
        if twin := seen.get(exercise.problem.slug):
            raise InputError(f"{twin.name} and {exercise.path.name} have one slug, {exercise.problem.slug}")
        seen[exercise.problem.slug] = exercise.path
    groups = list(GROUPS)
    return sorted(
        found, key=lambda one: (groups.index(one.problem.group), one.problem.rank, one.problem.slug)
    )


def chosen(found: Sequence[Exercise], slugs: Sequence[str]) -> list[Exercise]:
    """Return the exercises of some slugs, in their own order.

    Raises
    ------
    UnknownNameError
        A slug that no exercise has.
    """
    known = {exercise.problem.slug for exercise in found}
    for slug in slugs:
        if slug not in known:
            near = difflib.get_close_matches(slug, known, n=3, cutoff=0.4)
            raise UnknownNameError(
                f"no exercise is called {slug[:60]!r}",
                why=f"similar ones are {', '.join(near)}" if near else "",
                next="kernelkit report --list",
            )
    return [exercise for exercise in found if exercise.problem.slug in slugs]


def _exercise(path: Path) -> Exercise:
    module = _loaded(path)
    problem, solve = getattr(module, "PROBLEM", None), getattr(module, "solve", None)
    if not isinstance(problem, Problem) or not callable(solve):
        raise InputError(
            f"{path} is no problem",
            why="it lacks PROBLEM, a Problem, or solve(), which returns an Answer",
            next="a name that begins with an underscore leaves a file out",
        )
    quick: Mapping[str, object] = getattr(module, "QUICK", {})
    return Exercise(problem, path, solve, quick)


def _needs(missing: ModuleNotFoundError, what: str) -> MissingExtraError:
    package = (missing.name or "").split(".")[0]
    extra = '"kernelkit[learn]"' if package in {"safetensors", "torch"} else package
    return MissingExtraError(f"{package} is not installed, and {what} needs it", next=f"pip install {extra}")


def _loaded(path: Path) -> ModuleType:
    name = f"kernelkit_problem_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    try:
        spec.loader.exec_module(module)
    except ModuleNotFoundError as missing:
        del sys.modules[name]
        raise _needs(missing, path.name) from missing
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise InputError(f"{path} cannot be loaded: {type(error).__name__}: {error}"[:400]) from error
    return module
