"""``kernelkit certify``: true claims, false claims, and all ways to give a kernel."""

import io
import json

import pytest

from kernelkit.cli.app import run


def certified(capsys, *arguments):
    code = run(["certify", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_true_claim_has_accuracy_and_error(capsys):
    code, out, _ = certified(capsys, "--taps", "1,-2,1", "--offsets", "-1:1", "--operator", "dxx")
    assert code == 0
    assert "accuracy 2" in out
    assert "1/12 h^2 d^4/dx^4 f" in out


def test_a_wrong_formula_fails_at_the_first_moment(capsys):
    """From a README: taps 12, 21, 2, -3, -9 on -1, 0, 2, 3, 6 for the second derivative; their sum is 23."""
    code, out, _ = certified(capsys, "--taps", "12,21,2,-3,-9", "--offsets", "-1,0,2,3,6", "--order", "2")
    assert code == 1
    assert "not d^2/dx^2" in out
    assert "on 1 the kernel gives 23, the target 0" in out


def test_the_popular_second_derivative_has_the_wrong_sign(capsys):
    code, out, _ = certified(capsys, "[-1,2,-1]", "--order", "2")
    assert code == 1
    assert "it computes -1 times the target" in out


def test_sobel_is_eight_times_the_derivative(capsys):
    code, out, _ = certified(capsys, "[[-1,0,1],[-2,0,2],[-1,0,1]]", "--order", "0,1")
    assert code == 1
    assert "it computes 8 times the target" in out
    assert certified(capsys, "[[-1,0,1],[-2,0,2],[-1,0,1]]/8", "--order", "0,1")[0] == 0


def test_an_operator_takes_its_axes_from_the_kernel(capsys):
    """Dx of an image kernel is along the row."""
    assert certified(capsys, "[[-1,0,1]]/2", "--operator", "dx")[0] == 0
    assert certified(capsys, "[[-1],[0],[1]]/2", "--operator", "dy")[0] == 0
    assert certified(capsys, "[[-1],[0],[1]]/2", "--operator", "dx")[0] == 1


def test_a_claimed_accuracy_is_checked(capsys):
    assert certified(capsys, "derive:2:4", "--order", "2", "--accuracy", "4")[0] == 0
    code, _, err = certified(capsys, "derive:2:4", "--order", "2", "--accuracy", "5")
    assert code == 1
    assert err == "the claim fails: the accuracy is 4, not 5\n"


def test_spacing_belongs_to_the_claim(capsys):
    assert certified(capsys, "[100,-200,100]", "--order", "2", "--spacing", "1/10")[0] == 0
    assert certified(capsys, "[100,-200,100]", "--order", "2")[0] == 1


@pytest.mark.parametrize("form", ["json", "csv"])
def test_files_written_by_derive_are_read(form, capsys, tmp_path):
    path = tmp_path / f"kernel.{form}"
    assert (
        run(["derive", "--operator", "dxx + dyy", "--accuracy", "4", "--format", form, "-o", str(path)]) == 0
    )
    code, out, _ = certified(capsys, str(path), "--operator", "dxx + dyy", "--format", "json")
    assert code == 0
    assert json.loads(out)["accuracy"] == 4


def test_standard_input_is_read(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("[1, -2, 1]"))
    assert certified(capsys, "-", "--order", "2")[0] == 0


def test_the_json_of_a_false_claim_says_so(capsys):
    code, out, _ = certified(capsys, "[1,1]", "--order", "1", "--format", "json")
    entries = json.loads(out)
    assert code == 1
    assert entries["consistent"] is False
    assert entries["defect"] == [{"monomial": [0], "defect": "2"}]
    assert entries["gain"] is None


def test_no_claim_of_exactness_is_missed(capsys):
    code, out, _ = certified(capsys, "[1]", "--operator", "1")
    assert code == 0
    assert "without any error" in out


@pytest.mark.parametrize(
    ("target", "steps", "fails"),
    [
        # taps over h^2: 4, -8, 4 and 1/4, -1/2, 1/4, which on samples 1 apart are 4 and 1/4 times the target
        ("--order 2", "1/2", "on x^2 the kernel gives 8, the target 2"),
        ("--order 2", "2", "on x^2 the kernel gives 1/2, the target 2"),
        ("--operator dxx+dyy", "1/2,2", "on y^2 the kernel gives 8, the target 2"),
    ],
)
def test_a_json_file_brings_its_spacing_and_an_explicit_one_overrides_it(
    target, steps, fails, capsys, tmp_path
):
    path = tmp_path / "kernel.json"
    assert run(["derive", *target.split(), "--spacing", steps, "--format", "json", "-o", str(path)]) == 0
    claim = [str(path), *target.split()]
    code, out, _ = certified(capsys, *claim)
    assert code == 0
    assert "accuracy 2" in out
    assert (code, out) == certified(capsys, *claim, "--spacing", steps)[:2]
    written, read = json.loads(path.read_text()), json.loads(certified(capsys, *claim, "--format", "json")[1])
    for entry in ("target", "spacing", "accuracy", "leading_error"):
        assert read[entry] == written[entry]
    code, out, _ = certified(capsys, *claim, "--spacing", "1")
    assert code == 1
    assert fails in out


def test_a_target_of_other_axes_is_refused_for_its_axes(capsys, tmp_path):
    """The stored spacing is one a kernel's axis, and no reason to speak of spacings."""
    path = tmp_path / "kernel.json"
    assert run(["derive", "--operator", "dxx + dyy", "--format", "json", "-o", str(path)]) == 0
    code, _, err = certified(capsys, str(path), "--order", "2")
    assert code == 2
    assert err.startswith("error: a kernel on 2 axes cannot compute a target on 1 axis\n")
