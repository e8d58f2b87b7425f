"""The rooms of kernelkit and which of them use which, read from the imports of their modules."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "kernelkit"
DOORS = {"__init__", "__main__", "notebook"}
"""Modules that lead into other rooms when they are asked to: the public names, the command, values in notebooks."""

LONG = 2
"""Floors that a line crosses openly."""


def uses() -> dict[str, set[str]]:
    """Return for each room the other rooms whose modules it imports when it runs."""
    found: dict[str, set[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        room = path.relative_to(PACKAGE).with_suffix("").parts[0]
        if room not in DOORS:
            mine = found.setdefault(room, set())
            mine |= {
                other
                for other in _imported(ast.parse(path.read_text("utf-8")))
                if other not in DOORS | {room}
            }
    return found


def _imported(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kernelkit."):
            found.add(node.module.split(".")[1])
        elif isinstance(node, ast.ImportFrom) and node.module == "kernelkit":
            found |= {alias.name for alias in node.names}
        found |= _imported(node)
    return found


def direct(table: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return what is used, without what is also used by something else that is used."""
    return {
        room: {one for one in used if not any(one in _all(two, table) for two in used - {one})}
        for room, used in table.items()
    }


def _all(room: str, table: dict[str, set[str]]) -> set[str]:
    return table[room].union(*(_all(other, table) for other in table[room]))


def floors(table: dict[str, set[str]]) -> list[list[str]]:
    """Return the rooms in floors: each stands on those below, and on none of its own floor."""
    left, found = dict(table), []
    while left:
        floor = sorted(room for room, used in left.items() if not used & left.keys())
        found.append(floor)
        for room in floor:
            del left[room]
    return found


def text() -> str:
    """Write the floors, the highest first, each room with what it stands on."""
    table = uses()
    below = direct(table)
    lines = []
    for floor in reversed(floors(table)):
        lines += [f"{room:14} {', '.join(sorted(below[room])) or '-'}" for room in floor] + [""]
    return "\n".join(lines).rstrip()


def draw(path: str) -> None:
    """Draw the floors, and lines down to what each room stands on."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    table = uses()
    below, levels = direct(table), floors(table)
    places: dict[str, tuple[float, float]] = {}
    for height, floor in enumerate(levels):
        # over the middle of what they stand on, as far as there is room
        def middle(room: str) -> float:
            under = [places[other][0] for other in below[room]]
            return sum(under) / len(under) if under else 0.0

        for number, room in enumerate(sorted(floor, key=middle)):
            # staggered, so that few lines pass behind a room that they do not lead to
            places[room] = (number - (len(floor) - 1) / 2) * 1.6 + 0.45 * (-1) ** height, float(height)
    figure = Figure(figsize=(9, 7.5))
    axes = figure.add_axes((0, 0, 1, 1))
    for room, others in below.items():
        for other in others:
            (x, y), (u, v) = places[room], places[other]
            style = "-" if y - v <= LONG else (0, (2, 4))  # long lines pass behind other rooms
            axes.plot([x, u], [y, v], color="#7f8c99", linewidth=1, linestyle=style, zorder=1)
    box = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": "#3b6ea5"}
    for room, (x, y) in places.items():
        axes.text(x, y, room, ha="center", va="center", zorder=2, fontsize=11, bbox=box)
    axes.set_axis_off()
    axes.margins(0.12, 0.06)
    with mpl.rc_context({"svg.hashsalt": "rooms", "svg.fonttype": "path"}):
        figure.savefig(path, metadata={"Date": None} if path.endswith("svg") else None)
