"""Bad input: an error, its reason and a way out in three lines; no traceback, no output, nothing written."""

import itertools
import random
import string

import pytest

from kernelkit.cli.app import run

CODE = [
    "__import__('os').system('touch owned')",
    "().__class__.__bases__[0].__subclasses__()",
    "open('owned','w').write('x')",
    "lambda: 0",
    "dxx; import os",
    "exec('x=1')",
    "dxx if 1 else dyy",
    "{dxx}",
    "f'{1}'",
    "dxx @ dyy",
]
NUMBERS = [
    "",
    " ",
    "nan",
    "inf",
    "-inf",
    "1/0",
    "1//2",
    "0x10",
    "1e99999",
    "--1",
    "½",
    "1,,2",
    ",",
    "1;2",
    "1_000",
    "9" * 1500,
]
OPERATORS = [
    "",
    " ",
    "d",
    "dxx +",
    "* dxx",
    "dxx dyy)",
    "(dxx",
    "dxx^-1",
    "dxx^1.5",
    "dxx^99999",
    "dq",
    "D[",
    "D[1,]",
    "D[-1]",
    "D[1,2,3,4,5,6,7]",
    "dxx - dxx",
    "0",
    "0*dxx",
    "1/0",
    "dxx/0",
    "dxx/dyy",
    "e",
    "nan*dxx",
    "(" * 60 + "dx" + ")" * 60,
    "d" * 30000,
    "(1+dx+dy+dz)^200",
    "\x00",
    "dxx\ndyy\n+",
    "ｄｘｘ",
    "dxx" * 400,
]
POINTS = ["", "0:", ":1", "1:0", "0:1:2", "box", "box:", "box:-1", "box:x", "box:9999999", "cross:99999"]
POINTS += [
    "0:99999999",
    "(0,0",
    "(0,),1",
    "()",
    "(0,0),(0,0)",
    "0,0",
    "1,2,1",
    "0,(0,1)",
    "a",
    "0,nan",
    "1/0,1",
]
POINTS += ["0;1", "[0,1]"]
SPACINGS = ["", "0", "-1", "1,0", "nan", "h1,h1+h2", "h-1", "1,,2", "0,0", "h1 h2"]
INTERVALS = ["", "0", "0,1,2", "1,0", "0,0", "a,b", "nan,1", "0,inf", "1/0,1"]


def bad_commands() -> list[tuple[str, ...]]:
    """List commands that each have exactly one thing wrong."""
    cases: list[tuple[str, ...]] = []
    cases += [("derive", "--operator", text) for text in CODE + OPERATORS]
    cases += [("certify", "[1,-2,1]", "--operator", text) for text in CODE]
    cases += [("minimal", "--operator", text) for text in CODE]
    cases += [
        ("derive", "--order", text)
        for text in [*NUMBERS, "1.5", "-1", "100000", "2,-1", "999999999999", "1,2,3,4,5,6,7"]
    ]
    cases += [("derive", "--order", "2", "--offsets", text) for text in POINTS]
    cases += [("minimal", "--order", "2", "--within", text) for text in POINTS]
    cases += [("derive", "--order", "2", "--at", text) for text in [*NUMBERS, "0,0"]]
    cases += [("derive", "--order", "2", "--spacing", text) for text in [*NUMBERS, *SPACINGS]]
    cases += [
        ("derive", "--order", "2", "--accuracy", text) for text in ["0", "-1", "x", "1.5", "", "99999999"]
    ]
    cases += [
        ("derive", "--order", "2", option, "nonsense")
        for option in ("--side", "--prefer", "--format", "--dim", "--what")
    ]
    cases += [("derive", "--integral", text) for text in INTERVALS]
    cases += [("certify", f"[{text}]", "--order", "2") for text in NUMBERS]
    cases += [
        ("certify", text, "--order", "2")
        for text in ["[", "]", "[1,[2]]", "[[1],[1,2]]", "[1]/0", "[1]/", "[[[[[[[1]]]]]]]", "nofile"]
    ]
    cases += [("certify", "--taps", text, "--order", "2") for text in NUMBERS]
    cases += [
        ("derive",),
        ("certify",),
        ("minimal",),
        ("derive", "--order", "2", "--operator", "dxx"),
        ("derive", "--order", "2", "--integral", "0,1"),
        ("derive", "--order", "2", "--dim", "0"),
        ("derive", "--order", "2", "--dim", "99"),
        ("derive", "--order", "1,1", "--dim", "3"),
        ("derive", "--integral", "0,1", "--integral", "0,1", "--dim", "3"),
        ("derive", "--integral", "0,1", "--at", "1"),
        ("derive", "--order", "1,1", "--offsets", "0,1,2"),
        ("derive", "--order", "2", "--offsets", "0"),
        ("derive", "--order", "2", "--offsets", "0,1"),
        ("derive", "--order", "1,1", "--offsets", "cross:1"),
        ("derive", "--operator", "dxx+dyy", "--offsets", "box:1"),
        ("derive", "--order", "2", "--offsets", "0:4", "--side", "forward"),
        ("derive", "--order", "2", "--prefer", "fewest"),
        ("derive", "--order", "1", "--offsets", "0,1/3", "--format", "numpy"),
        ("derive", "--order", "2", "--explain", "--format", "json"),
        ("derive", "--order", "2", "-o", "no/such/folder/taps.json"),
        ("derive", "--order", "2", "-o", "."),
        ("certify", "[1,-2,1]", "--taps", "1", "--order", "2"),
        ("certify", "[1,-2,1]"),
        ("certify", "[1,-2,1]", "--order", "1,1"),
        ("certify", "[1,-2,1]", "--offsets", "0:2", "--order", "2"),
        ("certify", "--taps", "1,2", "--offsets", "0:2", "--order", "2"),
        ("certify", ".", "--order", "2"),
        ("certify", "derive:", "--order", "2"),
        ("certify", "derive:2:x", "--order", "2"),
        ("certify", "derive:100000", "--order", "2"),
        ("certify", "derive:2:0", "--order", "2"),
        ("minimal", "--order", "2", "--within", "0,1"),
        ("minimal", "--operator", "dxx+dyy", "--accuracy", "0"),
        ("minimal", "--order", "300,300"),
    ]
    generator = random.Random(20)
    alphabet = "dxyz0123456789+-*/^()[]., " + string.ascii_letters
    for _ in range(60):
        text = "".join(generator.choices(alphabet, k=generator.randint(1, 25))) + "&"
        cases.append(("derive", "--operator", text))
    return list(dict.fromkeys(cases))


def test_there_are_enough_of_them():
    assert len(bad_commands()) >= 200


@pytest.mark.parametrize(
    "command", bad_commands(), ids=lambda command: " ".join(command)[:60].encode("unicode_escape").decode()
)
def test_bad_input_gets_three_lines(command, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code = run(list(command))
    out, err = capsys.readouterr()
    assert code in {2, 3}
    assert out == ""
    assert err.startswith("error: ")
    assert "Traceback" not in err
    labels = [row[:8] for row in err.splitlines()[1:] if row.startswith(("  why:  ", "  next: "))]
    assert labels in ([], ["  why:  "], ["  next: "], ["  why:  ", "  next: "])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("command", "code"),
    [(("derive", "--order", "2", "--offsets", "0,1"), 3), (("derive", "--order", "x"), 2)],
)
def test_nothing_is_written_for_bad_input(command, code, tmp_path):
    target = tmp_path / "taps.json"
    target.write_text("kept")
    assert run([*command, "-o", str(target)]) == code
    assert target.read_text() == "kept"
    assert list(tmp_path.iterdir()) == [target]


FILES = {
    "empty": b"",
    "binary": bytes(range(256)) * 4,
    "not-utf-8": b"\xff\xfe\x00",
    "html": b"<!doctype html><html></html>",
    "half-json": b'{"taps": [',
    "json-list-of-text": b'["a"]',
    "json-no-taps": b'{"dim": 1}',
    "json-odd-taps": b'{"taps": [1, 2]}',
    "json-bool": b'{"taps": [{"offset": ["0"], "tap": true}]}',
    "json-float": b'{"taps": [{"offset": ["0"], "tap": 0.1}]}',
    "json-nan": b'{"taps": [{"offset": ["0"], "tap": NaN}]}',
    "json-mixed": b'{"taps": [{"offset": ["0"], "tap": "1"}, {"offset": ["0", "1"], "tap": "1"}]}',
    "json-twice": b'{"taps": [{"offset": ["0"], "tap": "1"}, {"offset": ["0"], "tap": "1"}]}',
    "json-deep": b'{"taps": ' + b"[" * 100_000,
    "csv-text": b"offset,tap,float\n0,one,1.0\n",
    "csv-ragged": b"offset,tap,float\n0,1\n1\n",
    "csv-nan": b"offset,tap,float\n0,nan,nan\n",
}


@pytest.mark.parametrize("name", FILES)
def test_hostile_kernel_files_are_refused(name, capsys, tmp_path):
    path = tmp_path / "kernel"
    path.write_bytes(FILES[name])
    assert run(["certify", str(path), "--order", "2"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert "Traceback" not in err


def test_all_kinds_of_code_in_operators_stay_text(tmp_path, monkeypatch):
    """No text given as an operator is evaluated: none of them can make a file."""
    monkeypatch.chdir(tmp_path)
    codes = {run(["derive", "--operator", a + b]) for a, b in itertools.product(CODE, ["", " + dxx", "\n"])}
    assert codes == {2}
    assert not list(tmp_path.iterdir())
