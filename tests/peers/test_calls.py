"""Calls of libraries: their text is what is run, and what is missing is told."""

import ast
import importlib.metadata
import inspect
import sys

import cv2
import numpy as np
import pytest

from kernelkit.peers import calls as module
from kernelkit.peers.calls import LIBRARIES, Call, Library, listed

CALLS, MISSING = listed()
DRAWN = np.add.outer(3.0 * np.arange(11), 2.0 * np.arange(11))


def written():
    """Yield the text and the function of each call as they stand in the file."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Call":
            asked, text, function = node.args
            yield asked.value, text.value, function


def test_the_text_of_each_call_is_what_is_run():
    found = list(written())
    assert {text for _, text, _ in found} >= {call.text for _, call in CALLS}
    for asked, text, function in found:
        assert ast.unparse(function.body) == text
        assert [one.arg for one in function.args.args] == ["image", "taps"][: 1 + (asked == "filter")]


@pytest.mark.skipif(bool(MISSING), reason="some libraries are not installed")
@pytest.mark.parametrize(("library", "call"), CALLS, ids=[call.text for _, call in CALLS])
def test_each_call_runs_and_answers_as_many_samples(library, call):
    taps = np.array([[-1.0, 0.0, 1.0]])
    found = library.answer(call, DRAWN, *([taps] if call.asked == "filter" else []))
    assert found is not None
    assert (found.shape, found.dtype) == (DRAWN.shape, float)
    assert call.text.startswith(f"{library.name}.")


@pytest.mark.skipif(bool(MISSING), reason="some libraries are not installed")
@pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library.name)
def test_the_package_is_the_one_that_holds_the_library(library):
    """OpenCV comes in several packages, with one beginning."""
    held = importlib.metadata.packages_distributions()[library.name]
    assert any(name.startswith(library.package) for name in held)
    assert library.version[0].isdigit()


def test_a_library_that_cannot_be_imported_is_missing_and_the_others_are_not(monkeypatch):
    monkeypatch.setitem(sys.modules, "findiff", None)
    calls, missing = listed()
    assert "findiff" in {library.name for library in missing}
    assert {library.name for library, _ in calls} >= {"kernelkit", "numpy", "scipy"}


def test_versions_leave_the_build_out(monkeypatch):
    monkeypatch.setattr(np, "__version__", "2.0.1+local")
    assert Library("numpy", "numpy", list).version == "2.0.1"


@pytest.mark.parametrize("error", [AttributeError, RuntimeError, TypeError, ValueError, cv2.error])
def test_what_a_library_refuses_has_no_answer(error):
    def refuse(_):
        raise error("not so")

    call = Call("d/dx", "refuse(image)", refuse)
    assert Library("cv2", "opencv-python-headless", list).answer(call, DRAWN) is None
    assert Library("numpy", "numpy", list).answer(Call("d/dx", "", lambda image: image[1:]), DRAWN) is None


def test_tensors_have_a_batch_and_a_channel():
    pytest.importorskip("torch", reason="tensors are those of torch")
    shapes = []

    def seen(image):
        shapes.append(tuple(image.shape))
        return image[0]

    found = Library("torch", "torch", list, tensors=True).answer(Call("d/dx", "", seen), DRAWN)
    assert shapes == [(1, 1, 11, 11)]
    assert (found == DRAWN).all()
