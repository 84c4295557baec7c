"""Sums, products and integrals, as large as what they stand before, and where limits stand."""

from __future__ import annotations

from mlready.mathtext.boxes import Box, box_of, stack
from mlready.mathtext.symbols import BIG_OPERATORS, INTEGRALS, LIMIT_FUNCTIONS, OP, Symbol
from mlready.mathtext.tree import Classed, Marked, Name, Node, Style

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from mlready.mathtext.drawing.pieces import Setting


# Drawn in boxes that grow: top, filling, bottom.
_UPRIGHT: Final = {
    "prod": ("┬─┬", "│ │", "│ │"),
    "coprod": ("│ │", "│ │", "┴─┴"),
    "bigcup": ("│ │", "│ │", "╰─╯"),
    "bigcap": ("╭─╮", "│ │", "│ │"),
    "bigsqcup": ("│ │", "│ │", "└─┘"),
}
_ASCII_UPRIGHT: Final = {
    "prod": ("===", "| |", "| |"),
    "coprod": ("| |", "| |", "==="),
    "bigcup": ("| |", "| |", "\\_/"),
    "bigcap": ("/^\\", "| |", "| |"),
    "bigsqcup": ("| |", "| |", "|_|"),
}
_STROKES: Final = {"int": 1, "iint": 2, "iiint": 3, "oint": 1}


def big_operator(symbol: Symbol, above: int, below: int, *, ascii_only: bool) -> Box:
    """An operator in display style.

    Args:
        symbol: one of the big operators.
        above: rows that what follows takes above the baseline.
        below: rows that it takes below.
        ascii_only: whether to draw with ASCII.
    """
    if symbol.command in INTEGRALS:
        return _integral(symbol.command, above, below, ascii_only=ascii_only)
    tall = above + below + 1
    if symbol.command == "sum":
        return _sum(tall, ascii_only=ascii_only)
    drawn = (_ASCII_UPRIGHT if ascii_only else _UPRIGHT).get(symbol.command)
    if drawn is None or (tall == 1 and symbol.command in {"bigcup", "bigcap", "bigsqcup"}):
        return box_of(symbol.ascii if ascii_only else symbol.text)
    top, filling, bottom = drawn
    if tall == 1:
        return Box((top, bottom), 1, 3)
    rows = (top, *[filling] * max(above + below - 1, 1), bottom)
    return Box(rows, max(above, 1), 3)


def _sum(tall: int, *, ascii_only: bool) -> Box:
    r"""A capital sigma of two rows, four or more; its strokes meet beside the baseline."""
    down, up, roof, floor = ("\\", "/", "_", "_") if ascii_only else ("╲", "╱", "_", "‾")
    if tall <= 2 and not ascii_only:
        return Box(("⎲", "⎳"), 1, 1)
    half = max((tall - 1) // 2, 1)
    width = half + 2
    rows = [roof * width]
    rows += [" " * at + down + " " * (width - at - 1) for at in range(half)]
    rows += [" " * at + up + " " * (width - at - 1) for at in reversed(range(half))]
    if ascii_only:
        rows[-1] = up + floor * (width - 1)
    else:
        rows.append(floor * width)
    return Box(tuple(rows), half, width)


def _integral(command: str, above: int, below: int, *, ascii_only: bool) -> Box:
    top, filling, bottom = ("/", "|", "/") if ascii_only else ("⌠", "⎮", "⌡")
    above, below = max(above, 1), max(below, 1)
    count = _STROKES[command]
    if ascii_only:
        rows = [" " + "/" * count, *[" " + "|" * count] * (above + below - 1), "/" * count + " "]
        middle = "(|)" if command == "oint" else ""
        width = count + 1
    else:
        rows = [top * count, *[filling * count] * (above + below - 1), bottom * count]
        middle = "∮" if command == "oint" else ""
        width = count
    if middle:
        rows[above] = middle
        width = max(width, len(middle))
    boxes = [box_of(row.ljust(width)) for row in rows]
    return stack(boxes, above, align="left")


def takes_limits(node: Node, setting: Setting, limits: bool | None) -> bool:
    """Whether the scripts of a node stand above and below it."""
    if limits is not None:
        return limits
    return setting.style == "display" and _likes_limits(node)


def _likes_limits(node: Node) -> bool:
    match node:
        case Symbol():
            is_big = node.command in BIG_OPERATORS and node.command not in INTEGRALS
            return is_big or node.command in LIMIT_FUNCTIONS
        case Name():
            return node.limits
        case Classed():
            return node.kind == OP
        case Style() | Marked():
            return len(node.body.items) == 1 and _likes_limits(node.body.items[0])
        case _:
            return False
