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
:root { color-scheme: light dark; --ink: #1f2328; --paper: #fff; --line: #d1d9e0 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --paper: #14171a; --line: #3a4149 } }
body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 72rem;
  margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere }
h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin-top: 2rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem } dt { font-weight: 600 } dd { margin: 0 }
@media (max-width: 30rem) { dl { display: block } dd { margin-bottom: .5rem } }
img { max-width: 100%; height: auto; background: #fff; border-radius: .4rem }
.wide { overflow-x: auto }
table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; overflow-wrap: normal }
th, td { padding: .2rem .5rem; text-align: left; border-bottom: 1px solid var(--line); vertical-align: top }
.n { text-align: right } .t { min-width: 7.5rem }
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
    ("nearest kernel (R^2)", "t"),
    ("evidence", "t"),
    ("also", "t"),
)
"""Heads of the table, and whether a column holds numbers (n) or text that needs room (t)."""


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
        # smaller, the names under tiles cannot be read: narrow windows scroll; a png says its width here
        least = round(0.6 * int.from_bytes(picture[16:20], "big"))
        parts.append(
            f'<p class="wide"><img alt="{alt}" style="min-width: {least}px" src="data:image/png;base64,{code}"></p>'
        )
    rows = [
        _texts(one, verdict) for one, verdict in zip(inspection.filters, inspection.verdicts, strict=True)
    ]
    # a column that says nothing of any filter, as of colour in a grey layer, only takes room
    columns = [(*head, texts) for head, *texts in zip(_COLUMNS, *rows, strict=True) if any(texts)]
    parts += [
        "<h2>Filters</h2>",
        f"<p>{escape(f'{convention}. {_UNITS}')}</p>",
        '<div class="wide"><table><thead><tr>',
        "".join(_cell("th", name, kind) for name, kind, _ in columns),
        "</tr></thead><tbody>",
        *(
            "<tr>" + "".join(_cell("td", texts[place], kind) for _, kind, texts in columns) + "</tr>"
            for place in range(len(rows))
        ),
        "</tbody></table></div>",
        "<h2>Classes, in the order in which they are tried</h2>",
        '<div class="wide"><table><thead><tr><th>class</th><th>meaning</th><th>rule</th><th>reason</th></tr></thead>',
        "<tbody>",
        *(
            "<tr>"
            + "".join(_cell("td", text, "t") for text in (r.name, r.meaning, r.condition, r.reason))
            + "</tr>"
            for r in RULES
        ),
        "</tbody></table></div></body></html>",
    ]
    return "\n".join(parts)


def _texts(one: Filter, verdict: Verdict) -> tuple[str, ...]:
    """Return what the table says of a filter, a text for each of `_COLUMNS`."""
    fit = one.gabor
    nearest = ""
    if one.nearest is not None:
        moved = f", {one.nearest.motion}" if one.nearest.motion else ""
        nearest = f"{one.nearest.name}{moved} ({one.nearest.r_squared:.2f})"
    return (
        str(one.number),
        verdict.name,
        f"{one.relative_norm:.3g}",
        f"{one.angle:.0f}",
        f"{one.frequency:.3f}",
        f"{fit.phase:.0f}" if fit is not None and one.has_phase else "",
        "" if fit is None else f"{fit.r_squared:.3f}",
        f"{one.split.grey_share:.2f}" if len(one.split.mix) == 3 else "",
        f"{one.separability:.2f}",
        f"{one.dc_share:.2f}",
        "" if one.aliased is None else f"{one.aliased:.2f}",
        nearest,
        verdict.evidence,
        ", ".join(verdict.flags),
    )


def _cell(tag: str, text: str, kind: str) -> str:
    mark = f' class="{kind}"' if kind else ""
    return f"<{tag}{mark}>{escape(text)}</{tag}>"
