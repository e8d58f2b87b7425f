"""Each question has an answer that the program printed, and where the right one is known, the page shows it."""

import re
from fractions import Fraction
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "questions.md").read_text(encoding="utf-8")
HEADING = re.compile(r"^### (.+)$", re.MULTILINE)
BLOCK = re.compile(r"^```(?:console|pycon)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

QUESTIONS = dict(zip(HEADING.findall(PAGE), HEADING.split(PAGE)[2::2], strict=True))

MASK = "y \\ x"


def printed(words: str) -> str:
    """Return what was printed below the question whose title has these words."""
    (section,) = [text for title, text in QUESTIONS.items() if words in title]
    lines = "".join(BLOCK.findall(section)).splitlines()
    return "\n".join(line for line in lines if not line.startswith(("$ ", ">>>", "...")))


def divisor(text: str) -> int:
    """Return the number below the bar in words such as ``/ (12 h^2)``."""
    found = re.search(r"/ \(?(\d+)", text)
    return int(found[1]) if found else 1


def rows_of_taps(text: str) -> list[list[Fraction]]:
    """Return the taps of each kernel on a line, divided by what stands behind them."""
    rows = re.findall(r"^  tap +(\S.*?)(?:    (.*))?$", text, re.MULTILINE)
    return [[Fraction(tap) / divisor(behind) for tap in taps.split()] for taps, behind in rows]


def mask(text: str) -> list[list[Fraction]]:
    """Return the first table of taps in the plane."""
    table, _, rest = text.partition(MASK)[2].partition("\n\n")
    below = divisor(rest.partition("\n")[0]) if rest.startswith("  every tap") else 1
    return [[Fraction(tap) / below for tap in row.split()[1:]] for row in table.splitlines()[1:]]


def table(text: str) -> list[dict[str, str]]:
    """Return the rows of a comparison by the names of their columns."""
    names, rule, *rows = text.splitlines()
    ends = [match.span() for match in re.finditer("-+", rule)]
    return [{names[a:b].strip(): row[a:b].strip() for a, b in ends} for row in rows]


def outer(column: str, row: str) -> list[list[Fraction]]:
    """Return the product of two lines of taps."""
    return [[Fraction(a) * Fraction(b) for b in row.split()] for a in column.split()]


def test_at_least_thirty_questions_each_with_its_source_and_an_executed_answer():
    assert len(QUESTIONS) >= 30
    for title, text in QUESTIONS.items():
        assert re.match(r"\n\n\*.+\*\n\n```", text), title
        assert printed(title), title


def test_the_contents_list_all_questions_in_order_and_lead_to_them():
    """The anchor of a heading: lower case, punctuation dropped, hyphens for blanks."""
    assert re.findall(r"^- \[(.+)\]\(#(.+)\)$", PAGE, re.MULTILINE) == [
        (title, re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")) for title in QUESTIONS
    ]


@pytest.mark.parametrize(
    ("words", "kernels"),
    [
        ("[-1, 2, -1]", ["-1 2 -1"]),
        ("forward formula of second order", ["-5/2 9 -12 7 -3/2"]),
        ("offsets -3 to 1", ["-1/12 1/3 1/2 -5/3 11/12"]),
        ("middle coefficient not zero", ["1/48 -17/24 4/3 -4/3 17/24 -1/48"]),
        ("accuracy be odd", ["-11/6 3 -3/2 1/3"]),
        ("upwind stencils", ["1/6 -1 1/2 1/3", "-2/3 1/2 1/6"]),
        ("half way between samples", ["-5/192 39/192 -34/192 -34/192 39/192 -5/192"]),
        ("stylus", ["-5/63 -8/45 9/35", "4/63 -8/45 4/35"]),
        ("Simpson's rule", ["-1/12 2/3 5/12"]),
        ("Savitzky-Golay", ["1", "-3 12 17 12 -3"]),
    ],
)
def test_kernels_on_a_line_are_the_published_ones(words, kernels):
    assert rows_of_taps(printed(words)) == [[Fraction(tap) for tap in kernel.split()] for kernel in kernels]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("five points an axis", outer("1/12 -8/12 0 8/12 -1/12", "1/12 -8/12 0 8/12 -1/12")),
        ("which single kernel", outer("1 -2 1", "1 -2 1")),
        ("LeVeque", [[Fraction(tap, 6) for tap in row] for row in ([1, 4, 1], [4, -20, 4], [1, 4, 1])]),
        ("5 by 5 Sobel", outer("1 4 6 4 1", "-1 -2 0 2 1")),
    ],
)
def test_kernels_in_the_plane_are_the_published_ones(words, expected):
    assert mask(printed(words)) == expected


@pytest.mark.parametrize(
    ("words", "facts"),
    [
        ("d-th derivative", ["[2, 3, 4, 5, 6, 7]"]),
        ("[-1, 2, -1]", ["it computes -1 times the target"]),
        (
            "computes an integral",
            [
                "{0: 1/2, 1: 1/2}",
                "{0: 1/3, 1: 4/3, 2: 1/3}",
                "{-1: -1/24, 0: 13/24, 1: 13/24, 2: -1/24}",
                "{-1: 1/24, 0: 11/12, 1: 1/24}",
                "{-1: -1/12, 0: 2/3, 1: 5/12}",
                "y[n] = y[n-1] + 1/2 f[n-1] + 1/2 f[n]",
            ],
        ),
        ("forward formula of second order", ["-7/4 h^2 d^5/dx^5 f"]),
        ("offsets -3 to 1", ["accuracy 3", "1/12 h^3 d^5/dx^5 f"]),
        ("middle coefficient not zero", ["accuracy 4", "-1/10 h^4 d^7/dx^7 f"]),
        ("np.gradient twice", ["1/3 d^4/dx^4 f", "1/12 d^4/dx^4 f"]),
        ("spacings differ", [" 1/(4*h1*h2)", "-1/(4*h1*h2)"]),
        ("which single kernel", ["1/12 h^2 d^6/dx^4dy^2 f + 1/12 h^2 d^6/dx^2dy^4 f"]),
        ("LeVeque", ["1/12 h^2 d^4/dx^4 f + 1/6 h^2 d^4/dx^2dy^2 f + 1/12 h^2 d^4/dy^4 f"]),
        ("exercise sheet", ["-2 times the value"]),
        ("5 by 5 Sobel", ["128 times d/dx"]),
        ("divide Sobel's answer", ["3 8 8\n5 128 96\n7 2048 1280\n9 32768 "]),
        ("scikit-image answers 2", ["8.0 2.0 1.0"]),
        ("separable", ["[1, 2, 1] along y times [1, 2, 1] along x"]),
        ("del2", ["1/4 (d^2/dx^2 + d^2/dy^2)"]),
        ("divide by 159", ["159 times the value"]),
        ("learning rate", [f"{1 / 30:.6g}", f"{1 / 36:.6g}"]),
        ("224 or 227", ["5] 6400", "[55, 27, 27, 13, 13, 13, 13, 6] 9216"]),
        ("LeNet: 16", ["(16, 4, 4), (256,)", "(16, 5, 5), (400,)"]),
        ("50 million parameters", ["50,844,008"]),
        ("one output see", ["195 pixels, one every 32"]),
        ("negative weights", ["[0.   0.5  0.75 1.  ]"]),
    ],
)
def test_known_answers_stand_in_the_output(words, facts):
    text = printed(words)
    assert [fact for fact in facts if fact not in text] == []


def test_noise_of_differentiators():
    """Variances for white noise of variance 1, and the share of the band that is right to one per cent."""
    rows = table(printed("amplify noise"))
    variances = [2, 1 / 2, 65 / 72, 1 / 10, 5 / 32, 1 / 28, 1 / 110]
    assert [float(row["noise"]) ** 2 for row in rows] == pytest.approx(variances, rel=1e-3)
    resolved = [0.156, 0.078, 0.240, 0.042, 0.049, 0.030, 0.019]
    assert [float(row["resolved"]) for row in rows] == pytest.approx(resolved, abs=6e-4)


def test_errors_of_direction_of_both_kernels_of_scharr():
    """In degrees in the middle of the band; and the variance of the answer to noise."""
    small, optimal, bickley, _ = table(printed("Scharr"))
    assert (small["computes"], optimal["computes"]) == ("32 d/dx", "512 d/dx")
    assert [float(row["pi/2"]) for row in (small, optimal)] == pytest.approx([0.289, 0.114], abs=6e-4)
    assert [float(row["noise"]) ** 2 for row in (small, optimal)] == pytest.approx([0.2305, 0.2339], abs=1e-4)
    assert float(bickley["pi/4"]) == pytest.approx(0.032, abs=6e-4)


def test_the_loop_ends_where_its_modes_say():
    """Eigenvalues 6 and 30 at a step of 0.03: the errors along (1, -1) and (1, 1) shrink by 0.64 and -0.8 a step."""
    text = printed("1.03 and -0.94")
    left, right = [float(tap) for tap in re.findall(r"^ +\(0, \d\) +(\S+)", text, re.MULTILINE)]
    (last,) = re.findall(r"^ +10 +(\S+) ", text, re.MULTILINE)
    # it is the loss before the tenth step; that of a mode is its eigenvalue times its squared error
    slow, fast = (left - right - 2) ** 2 / 2 / 0.64**2, (left + right) ** 2 / 2 / 0.8**2
    assert float(last) == pytest.approx(6 * slow + 30 * fast, rel=1e-3)
