"""What is put around things: delimiters, accents, braces, arrows with labels, frames."""

from __future__ import annotations

from mlready.mathtext.boxes import Box, box_of, stack, widened
from mlready.mathtext.commands import ACCENTS
from mlready.mathtext.drawing.delimiters import delimiter
from mlready.mathtext.drawing.grids import lay_grid
from mlready.mathtext.drawing.pieces import Piece, Setting, join, shifted, whole
from mlready.mathtext.drawing.rows import lay_row, lays
from mlready.mathtext.tree import Accent, Arrow, Big, Boxed, Brace, Fenced, Grid, Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from mlready.mathtext.symbols import Symbol

_BRACES: Final = frozenset("{}")


@lays(Fenced)
def _lay_fenced(node: Fenced, setting: Setting) -> Piece:
    parts = [_lay_part(part, node, setting) for part in node.parts]
    above = below = 0
    if any(part.is_tall for part in parts):
        above = max(part.box.above for part in parts)
        below = max(part.box.below for part in parts)
    fences = [node.left, *node.middles, node.right]
    signs = [whole(_fence_box(sign, above, below, setting)) for sign in fences]
    pieces = [signs[0]]
    for part, sign in zip(parts, signs[1:], strict=True):
        pieces += [part, sign]
    for at in range(2, len(pieces) - 1, 2):  # a bar in the middle stands off on both sides
        pieces[at] = shifted(pieces[at], 1)
        pieces[at + 1] = shifted(pieces[at + 1], 1)
    return join(pieces)


def _lay_part(part: Row, node: Fenced, setting: Setting) -> Piece:
    """What stands between delimiters: rows by themselves beside a brace leave its point room."""
    if _BRACES & {node.left.text, node.right.text} and len(part.items) == 1:
        grid = part.items[0]
        if isinstance(grid, Grid):
            return lay_grid(grid, setting, beside_brace=True)
    return lay_row(part, setting)


def _fence_box(sign: Symbol, above: int, below: int, setting: Setting) -> Box:
    return delimiter(sign.text, above, below, ascii_only=setting.ascii)


@lays(Big)
def _lay_big(node: Big, setting: Setting) -> Piece:
    return whole(_fence_box(node.symbol, 0, 0, setting))


_WIDE_MARKS: Final = {
    "hat": "^",
    "widehat": "^",
    "check": "v",
    "breve": "u",
    "tilde": "~",
    "widetilde": "~",
    "dot": ".",
    "ddot": "..",
    "dddot": "...",
    "acute": "/",
    "grave": "\\",
    "mathring": "o",
}
_ARROW_MARKS: Final = {
    "vec": ("─", "→", "-", ">"),
    "overrightarrow": ("─", "→", "-", ">"),
    "overleftarrow": ("←", "─", "<", "-"),
    "overleftrightarrow": ("←", "→", "<", ">"),
}


@lays(Accent)
def _lay_accent(node: Accent, setting: Setting) -> Piece:
    body = lay_row(node.body, setting)
    box = body.box
    if box.width == 1 and box.height == 1 and not setting.ascii and box.rows[0].strip():
        return Piece(Box((box.rows[0] + ACCENTS[node.name],), 0, 1), 0, 0)
    if node.name == "underline":
        line = box_of(("-" if setting.ascii else "‾") * box.width)
        return Piece(stack([box, line], box.baseline), body.above, body.below)
    mark = box_of(_mark_over(node.name, max(box.width, 1), setting))
    return Piece(stack([mark, box], box.baseline + 1), body.above, body.below)


def _mark_over(name: str, width: int, setting: Setting) -> str:
    if name in {"bar", "overline"}:
        return "_" * width
    if name in _ARROW_MARKS:
        first, last = _ARROW_MARKS[name][2:] if setting.ascii else _ARROW_MARKS[name][:2]
        line = "-" if setting.ascii else "─"
        return last if width == 1 else first + line * (width - 2) + last
    if width >= 2 and name in {"hat", "widehat"} and not setting.ascii:
        return "╱" + "‾" * (width - 2) + "╲"
    if width >= 2 and name in {"tilde", "widetilde"}:
        return "~" * width
    return _WIDE_MARKS[name]


@lays(Brace)
def _lay_brace(node: Brace, setting: Setting) -> Piece:
    box = lay_row(node.body, setting).box
    width = max(box.width, 3)
    left, line, right = "\\_/" if setting.ascii else "╰─╯"
    point = "_" if setting.ascii else "┬"
    if node.is_over:
        left, line, right = "/-\\" if setting.ascii else "╭─╮"
        point = "-" if setting.ascii else "┴"
    half = (width - 3) // 2
    brace = box_of(left + line * half + point + line * (width - 3 - half) + right)
    label = lay_row(node.label, setting.small).box if node.label else None
    box = widened(box, width)
    if node.is_over:
        boxes = [*([label] if label else []), brace, box]
        return whole(stack(boxes, sum(part.height for part in boxes[:-1]) + box.baseline))
    return whole(stack([box, brace, *([label] if label else [])], box.baseline))


_LINES: Final = {
    "rightarrow": ("", "─", "→"),
    "leftarrow": ("←", "─", ""),
    "leftrightarrow": ("←", "─", "→"),
    "Rightarrow": ("", "═", "⇒"),
    "Leftarrow": ("⇐", "═", ""),
    "Leftrightarrow": ("⇐", "═", "⇒"),
    "mapsto": ("├", "─", "→"),
    "hookrightarrow": ("╰", "─", "→"),
}
_ASCII_LINES: Final = {
    "rightarrow": ("", "-", ">"),
    "leftarrow": ("<", "-", ""),
    "leftrightarrow": ("<", "-", ">"),
    "Rightarrow": ("", "=", ">"),
    "Leftarrow": ("<", "=", ""),
    "Leftrightarrow": ("<", "=", ">"),
    "mapsto": ("|", "-", ">"),
    "hookrightarrow": ("c", "-", ">"),
}


@lays(Arrow)
def _lay_arrow(node: Arrow, setting: Setting) -> Piece:
    small = setting.small
    over = lay_row(node.over, small).box if node.over else None
    under = lay_row(node.under, small).box if node.under else None
    length = max(over.width if over else 0, under.width if under else 0) + 2
    drawn = (_ASCII_LINES if setting.ascii else _LINES).get(node.symbol.command)
    start, line, end = drawn or ("", "─", "→")
    arrow = box_of(start + line * (length - len(start) - len(end)) + end)
    boxes = [*([over] if over else []), arrow, *([under] if under else [])]
    return whole(stack(boxes, over.height if over else 0))


@lays(Boxed)
def _lay_boxed(node: Boxed, setting: Setting) -> Piece:
    box = lay_row(node.body, setting).box
    corners, line, wall = ("++++", "-", "|") if setting.ascii else ("┌┐└┘", "─", "│")
    bar = line * (box.width + 2)
    rows = [f"{corners[0]}{bar}{corners[1]}"]
    rows += [f"{wall} {row} {wall}" for row in box.rows]
    rows.append(f"{corners[2]}{bar}{corners[3]}")
    return whole(Box(tuple(rows), box.baseline + 1, box.width + 4))
