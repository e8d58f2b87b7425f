"""An inspected layer as one page of HTML that needs nothing else: no script, no font, no file beside it."""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING

from kernelkit.inspection.classes import RULES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelkit.inspection.classes import Verdict
    from kernelkit.inspection.inspect import Inspection
    from kernelkit.inspection.measures import Filter

_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; color: #222; background: #fff; max-width: 72rem; margin: 2rem auto;
  padding: 0 1rem }
h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin-top: 2rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem } dt { font-weight: 600 } dd { margin: 0 }
img { max-width: 100%; height: auto }
.wide { overflow-x: auto }
table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums }
th, td { padding: .2rem .6rem; text-align: left; border-bottom: 1px solid #ddd; vertical-align: top }
td.n, th.n { text-align: right }
"""

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
"""What a browser may load for the page: nothing but what stands in it."""

_UNITS = (
    "Norm is over the largest of the layer, frequency in cycles per pixel; grey, separable and mean are shares of the "
    "energy. R^2 is about zero."
)

_COLUMNS = (
    ("no", "n"),
    ("class", ""),
    ("norm", "n"),
    ("angle", "n"),
    ("frequency", "n"),
    ("phase", "n"),
    ("Gabor R^2", "n"),
    ("grey", "n"),
    ("separable", "n"),
    ("mean", "n"),
    ("aliased", "n"),
    ("nearest kernel (R^2)", ""),
    ("evidence", ""),
    ("also", ""),
)
"""Heads of the table, and whether a column holds numbers."""


def page(
    inspection: Inspection,
    heading: str,
    facts: Sequence[tuple[str, str]],
    convention: str,
    picture: bytes,
) -> str:
    """Return the page; every text is escaped, and the picture, a png file, stands in it.

    Parameters
    ----------
    inspection
        What was found.
    heading
        One sentence.
    facts
        Labels and sentences about the layer.
    convention
        How numbers count.
    picture
        Bytes of a png file; none when empty.
    """
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f"<title>{escape(heading)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(heading)}</h1>",
        "<dl>"
        + "".join(f"<dt>{escape(label)}</dt><dd>{escape(text)}</dd>" for label, text in facts)
        + "</dl>",
    ]
    if picture:
        code = base64.b64encode(picture).decode("ascii")
        alt = escape(
            f"the filters of {inspection.layer.name} side by side, with number and class", quote=True
        )
        parts.append(f'<p><img alt="{alt}" src="data:image/png;base64,{code}"></p>')
    parts += [
        "<h2>Filters</h2>",
        f"<p>{escape(f'{convention}. {_UNITS}')}</p>",
        '<div class="wide"><table><thead><tr>',
        "".join(_cell("th", name, kind) for name, kind in _COLUMNS),
        "</tr></thead><tbody>",
        *(_row(one, verdict) for one, verdict in zip(inspection.filters, inspection.verdicts, strict=True)),
        "</tbody></table></div>",
        "<h2>Classes, in the order in which they are tried</h2>",
        '<div class="wide"><table><thead><tr><th>class</th><th>meaning</th><th>rule</th><th>reason</th></tr></thead>',
        "<tbody>",
        *(
            "<tr>"
            + "".join(_cell("td", text, "") for text in (r.name, r.meaning, r.condition, r.reason))
            + "</tr>"
            for r in RULES
        ),
        "</tbody></table></div></body></html>",
    ]
    return "\n".join(parts)


def _row(one: Filter, verdict: Verdict) -> str:
    fit = one.gabor
    nearest = ""
    if one.nearest is not None:
        moved = f", {one.nearest.motion}" if one.nearest.motion else ""
        nearest = f"{one.nearest.name}{moved} ({one.nearest.r_squared:.2f})"
    cells = (
        str(one.number),
        verdict.name,
        f"{one.relative_norm:.3g}",
        f"{one.angle:.0f}",
        f"{one.frequency:.3f}",
        f"{fit.phase:.0f}" if fit is not None and one.is_fitted else "",
        "" if fit is None else f"{fit.r_squared:.3f}",
        f"{one.split.grey_share:.2f}" if len(one.split.mix) == 3 else "",
        f"{one.separability:.2f}",
        f"{one.dc_share:.2f}",
        "" if one.aliased is None else f"{one.aliased:.2f}",
        nearest,
        verdict.evidence,
        ", ".join(verdict.flags),
    )
    return (
        "<tr>"
        + "".join(_cell("td", text, kind) for text, (_, kind) in zip(cells, _COLUMNS, strict=True))
        + "</tr>"
    )


def _cell(tag: str, text: str, kind: str) -> str:
    mark = f' class="{kind}"' if kind else ""
    return f"<{tag}{mark}>{escape(text)}</{tag}>"
