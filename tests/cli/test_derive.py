"""``kernelkit derive``: what it prints, in which formats, and that it is the twin of the API."""

import json
import math
import re
import shlex
from fractions import Fraction

import pytest

from kernelkit import box, certify, derivative, derive, integral, laplacian, value
from kernelkit.cli.app import run
from kernelkit.export import json as json_format
from kernelkit.export.base import FORMATS

QUESTIONS = {
    # asked in public, answered there or by hand; see docs/derive.md
    "--order 2": ["1", "-2", "1"],
    "--order 3 --side forward --accuracy 2": ["-5/2", "9", "-12", "7", "-3/2"],
    "--order 2 --offsets=-3:1": ["-1/12", "1/3", "1/2", "-5/3", "11/12"],
    "--order 2 --offsets -3:1": ["-1/12", "1/3", "1/2", "-5/3", "11/12"],
    "--order 3 --offsets=-4,-2,-1,0,1,2,4": ["1/48", "-17/24", "4/3", "-4/3", "17/24", "-1/48"],
    "--order 1 --side forward --accuracy 3": ["-11/6", "3", "-3/2", "1/3"],
    "--order 2 --offsets 0,9/2,7 --at 9/2": ["4/63", "-8/45", "4/35"],
    "--order 1 --offsets 0,4.5,7 --at 4.5": ["-5/63", "-8/45", "9/35"],
    "--integral 0,1 --offsets 0,1": ["1/2", "1/2"],
    "--integral 0:1": ["1/2", "1/2"],
    "--integral 0,2": ["1/3", "4/3", "1/3"],
    "--integral=-1,0 --offsets=-2:0": ["-1/12", "2/3", "5/12"],
    "--integral=-1/2,1/2 --offsets=-1:1": ["1/24", "11/12", "1/24"],
    "--order 2 --spacing 1/10": ["100", "-200", "100"],
    "--order 2 --spacing 1,2": ["2/3", "-1", "1/3"],
    "--order 0 --at 1/2": ["1/2", "1/2"],
    "--order 1,1": ["1/4", "-1/4", "-1/4", "1/4"],
    "--operator dxx+dyy": ["1", "1", "-4", "1", "1"],
}


def record(arguments: str, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    assert run(["derive", *shlex.split(arguments), "--format", "json"]) == 0
    loaded: dict[str, object] = json.loads(capsys.readouterr().out)
    return loaded


@pytest.mark.parametrize("arguments", QUESTIONS)
def test_answers_public_questions(arguments, capsys):
    assert [entry["tap"] for entry in record(arguments, capsys)["taps"]] == QUESTIONS[arguments]


def test_the_json_holds_what_scripts_need(capsys):
    entries = record("--order 1,2 --accuracy 4", capsys)
    assert entries["schema"] == "kernelkit/1"
    assert entries["target"] == {"name": "d^3/dx^2dy", "order": 3, "dim": 2}
    assert entries["h_power"] == -3
    assert entries["accuracy"] == 4
    assert entries["axes"] == ["y", "x"]
    error = {
        tuple(term["derivative"]): (term["coefficient"], term["h_power"]) for term in entries["leading_error"]
    }
    # central d/dy of accuracy 4 errs by -1/30 h^4 d^5, central d^2/dx^2 by -1/90 h^4 d^6
    assert error == {(5, 2): ("-1/30", 4), (1, 6): ("-1/90", 4)}


def test_the_error_of_an_integral_is_kernel_minus_exact(capsys):
    """The trapezoidal rule overestimates a convex function."""
    (term,) = record("--integral 0,1", capsys)["leading_error"]
    assert (term["coefficient"], term["derivative"]) == ("1/12", [2])


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_written_to_a_file_as_to_the_terminal(form, capsys, tmp_path):
    arguments = ["derive", "--operator", "dxx + dyy", "--format", form]
    assert run(arguments) == 0
    shown = capsys.readouterr().out
    assert run([*arguments, "-o", str(tmp_path / "kernel")]) == 0
    assert capsys.readouterr().out == ""
    assert (tmp_path / "kernel").read_text() == shown
    assert [path.name for path in tmp_path.iterdir()] == ["kernel"]


@pytest.mark.parametrize(
    ("arguments", "kernel"),
    [
        ("--order 2 --accuracy 6", derive(derivative(2), accuracy=6)),
        (
            "--order 0,1 --offsets box:1 --prefer isotropic",
            derive(derivative((0, 1)), box(1), prefer="isotropic"),
        ),
        ("--operator laplacian --dim 3 --accuracy 4", derive(laplacian(3), accuracy=4)),
        ("--integral=-1,1 --dim 2", derive(integral([(-1, 1), (-1, 1)]))),
        ("--integral=-1,1 --integral 0,1", derive(integral([(-1, 1), (0, 1)]))),
        ("--order 0 --at 1/3 --accuracy 4", derive(value(at="1/3"), accuracy=4)),
        ("--operator dxx+dyy --spacing 1,1/2", derive(laplacian(2).on_grid((1, "1/2")))),
    ],
)
def test_the_command_is_the_twin_of_the_call(arguments, kernel, capsys):
    assert json_format.parse(json.dumps(record(arguments, capsys))) == kernel


def test_uneven_cells_are_seen_from_the_named_node(capsys):
    """Cells 1 and 2: nodes 0, 1, 3 seen from the middle, the first and the last."""
    for side, nodes in (("central", [-1, 0, 2]), ("forward", [0, 1, 3]), ("backward", [-3, -2, 0])):
        entries = record(f"--order 1 --spacing 1,2 --side {side}", capsys)
        assert [Fraction(entry["offset"][0]) for entry in entries["taps"]] == nodes


def test_nodes_that_an_accuracy_does_not_need_get_taps_of_zero_and_a_word(capsys):
    """Three nodes reach accuracy 2 for a slope; on cells 1 and 2 its taps at one end are -4/3, 3/2, -1/6."""
    assert (
        run(["derive", "--order", "1", "--side", "forward", "--accuracy", "2", "--spacing", "1,2,4,8"]) == 0
    )
    said = capsys.readouterr()
    assert said.err == "3 of 5 nodes are needed for accuracy 2; the others get taps of 0\n"
    assert said.out.startswith("d/dx at node 0 of 0..4, accuracy 2\n")
    assert "  offset   0  1   3  7  15\n  tap     -8  9  -1  0   0    / (6 h)\n" in said.out


@pytest.mark.parametrize(("side", "place"), [("forward", 0), ("central", 3), ("backward", 31)])
def test_taps_meet_the_nodes_that_were_given(side, place, capsys):
    """On the whole grid 0, 1, 3, 7, 15, 31 the slope of x^2 is twice the place of the node, whatever was not needed."""
    widths = "1,2,4,8,16"
    entries = record(f"--order 1 --side {side} --accuracy 2 --spacing {widths}", capsys)
    taps = {Fraction(entry["offset"][0]) + place: Fraction(entry["tap"]) for entry in entries["taps"]}
    assert taps.keys() <= {0, 1, 3, 7, 15, 31}
    assert sum(tap * x**2 for x, tap in taps.items()) == 2 * place
    run(["derive", *f"--order 1 --side {side} --accuracy 2 --spacing {widths} --format numpy".split()])
    row = re.search(r"taps = np.array\((.*)\)", capsys.readouterr().out)[1]
    found = json.loads(row)
    assert len(found) == 6
    assert math.isclose(
        sum(tap * x**2 for tap, x in zip(found, [0, 1, 3, 7, 15, 31], strict=True)), 2 * place, abs_tol=1e-12
    )


def test_a_preference_searches_all_uneven_cells(capsys):
    entries = record("--order 1 --accuracy 2 --spacing 1,1,1,2 --prefer fewest", capsys)
    assert [entry["tap"] for entry in entries["taps"]] == ["0", "-1/2", "0", "1/2", "0"]


def test_code_gets_the_name_asked_for(capsys):
    assert run(["derive", "--order", "2", "--format", "c", "--name", "bend"]) == 0
    assert "static inline double bend_at(const double *f, double h)" in capsys.readouterr().out


def test_an_accuracy_that_is_no_number_is_called_so(capsys):
    assert run(["derive", "--order", "2", "--accuracy", "6th"]) == 2
    assert "'6th' is not a valid whole number" in capsys.readouterr().err


def test_symbols_keep_their_names(capsys):
    entries = record("--order 2 --spacing h1,h2", capsys)
    assert [entry["tap"] for entry in entries["taps"]] == [
        "2/(h1*(h1 + h2))",
        "-2/(h1*h2)",
        "2/(h2*(h1 + h2))",
    ]


def test_explain_and_prove_follow_the_kernel(capsys):
    assert run(["derive", "--order", "2", "--explain", "--prove"]) == 0
    out = capsys.readouterr().out
    places = [
        out.index(words) for words in ("scaling ", "Wanted:", "The taps:", "Every kernel", "it is minimal")
    ]
    assert places == sorted(places)


def test_a_search_is_told_in_the_proof_and_only_there(capsys):
    arguments = ["derive", "--order", "2", "--offsets", "0:5", "--accuracy", "2", "--prove", "--prefer"]
    assert run([*arguments, "fewest"]) == 0
    assert "On the 6 points given none has fewer, by exhaustive search." in capsys.readouterr().out
    assert run([*arguments, "least-norm"]) == 0
    assert "search." not in capsys.readouterr().out


def test_a_refusal_is_in_the_unit_of_the_spacing(capsys):
    """2 x (x - 1/2) (x - 1) = 2 x^3 - 3 x^2 + x, and its third derivative is 12."""
    assert run(["derive", "--order", "3", "--offsets", "0:2", "--spacing", "1/2"]) == 3
    assert capsys.readouterr().err == (
        "error: no kernel on offsets 0, 1, 2 computes d^3/dx^3\n"
        "  why:  2 x (x - 1/2) (x - 1) is zero on all 3 points, but its d^3/dx^3 is 12\n"
        "  next: 4 points always suffice\n"
    )


def test_the_printed_kernel_is_certified_not_assumed(capsys):
    """On -2, 0, 5 three points give accuracy 2, on -2, 3, 6 they give 3."""
    for offsets, accuracy in (("-2,0,5", 2), ("-2,3,6", 3)):
        found = record(f"--order 1 --offsets={offsets}", capsys)
        kernel = json_format.parse(json.dumps(found))
        assert found["accuracy"] == accuracy == certify(kernel, derivative(1)).accuracy
