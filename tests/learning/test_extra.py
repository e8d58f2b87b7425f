"""Without PyTorch: the layer and the loop say how to get it, and everything else works."""

import subprocess
import sys

import pytest

from kernelkit.errors import MissingExtraError
from kernelkit.learning.extra import need_torch

WITHOUT = "import sys\nsys.modules['torch'] = None\n"


def test_torch_that_is_here_is_not_asked_for():
    assert need_torch("Conv2D") is None


def test_the_error_names_what_is_missing_and_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtraError) as refused:
        need_torch("train_conv2d")
    assert str(refused.value) == (
        "train_conv2d needs PyTorch, which is not installed\n"
        "  why:  PyTorch is large, and nothing but the layer and the training loops uses it\n"
        '  next: pip install "kernelkit[learn]"'
    )
    assert refused.value.exit_code == 4
    assert isinstance(refused.value, ImportError)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import kernelkit.learning.layer", "Conv2D needs PyTorch"),
        (
            "from kernelkit.learning.loop import train_conv2d\ntrain_conv2d(None, None, None, 1, 1)",
            "train_conv2d needs PyTorch",
        ),
    ],
)
def test_layer_and_loop_refuse_to_start_without_torch(code, said):
    done = subprocess.run([sys.executable, "-c", WITHOUT + code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"kernelkit.errors.MissingExtraError: {said}" in done.stderr


def test_windows_and_shapes_need_no_torch_and_load_none():
    code = (
        "from kernelkit.learning.window import corr2d, pool2d\n"
        "from kernelkit.learning.receptive import unread\n"
        "import kernelkit.learning.loop\n"
        "assert corr2d([[1, 2]], [[3]]).tolist() == [[3, 6]]\n"
        "assert pool2d([[1, 2]], (1, 2)).tolist() == [[2]]\n"
        "import sys\n"
    )
    without = subprocess.run([sys.executable, "-c", WITHOUT + code], capture_output=True, check=False)
    loaded = subprocess.run(
        [sys.executable, "-c", code + "assert 'torch' not in sys.modules"], capture_output=True, check=False
    )
    assert (without.returncode, loaded.returncode) == (0, 0)
