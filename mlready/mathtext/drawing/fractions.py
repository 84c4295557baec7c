"""Fractions and roots: one row where that cannot be misread, otherwise drawn."""

from __future__ import annotations

from mlready.mathtext.boxes import Box, beside, box_of, raised, stack
from mlready.mathtext.drawing.pieces import NOTHING, Piece, Setting, flat, join, whole
from mlready.mathtext.drawing.rows import Neighbours, lay_row, lays, lays_in_rows
from mlready.mathtext.drawing.scripting import with_scripts
from mlready.mathtext.symbols import BIN, CLOSE, INNER, OP, OPEN, ORD, PUNCT, REL, Symbol
from mlready.mathtext.tree import Fraction, Root, Row
from mlready.mathtext.writing.linear import linearize, slashed
from mlready.mathtext.writing.scripts import superscript

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


_BOUND_BEFORE: Final = frozenset((ORD, CLOSE, OP, INNER))
_FREE_AFTER: Final = frozenset((None, REL, CLOSE, BIN, PUNCT))
_SHORTEST_ASCII_BAR: Final = 3


@lays_in_rows(Fraction)
def _lay_fraction_in_row(node: Fraction, setting: Setting, beside_it: Neighbours) -> Piece:
    # Multiplied with something, or behind a function, `a/b` could be misread.
    first = beside_it.before not in _BOUND_BEFORE
    alone = first and beside_it.after in _FREE_AFTER
    return _lay_fraction(node, setting, first=first, alone=alone)


@lays(Fraction)
def _lay_fraction(
    node: Fraction, setting: Setting, *, first: bool = True, alone: bool = True
) -> Piece:
    style = node.style or setting.style
    if node.bar and style != "display":
        # Behind something, `2⅓` would be a mixed number.
        one_row = (_vulgar(node, setting) if first else "") or _one_row(node, setting, alone=alone)
        if one_row:
            return flat(one_row)
    inner = Setting("script" if style == "script" else "text", setting.ascii)
    above, below = lay_row(node.numerator, inner).box, lay_row(node.denominator, inner).box
    width = max(above.width, below.width, 1)
    if not node.bar:
        gap = box_of(" ") if above.height + below.height > 2 else None
        parts = [above, *([gap] if gap else []), below]
        rows = stack(parts, 0)
        return whole(rows._replace(baseline=(rows.height - 1) // 2))
    if _has_bar(above, setting) or _has_bar(below, setting):
        width += 2
    if setting.ascii:
        width = max(width, _SHORTEST_ASCII_BAR)  # a single one is a minus
    bar = box_of(("-" if setting.ascii else "─") * width)
    return whole(stack([above, bar, below], above.height))


_VULGAR: Final = {
    ("1", "2"): "½",
    ("1", "3"): "⅓",
    ("2", "3"): "⅔",
    ("1", "4"): "¼",
    ("3", "4"): "¾",
    ("1", "5"): "⅕",
    ("2", "5"): "⅖",
    ("3", "5"): "⅗",
    ("4", "5"): "⅘",
    ("1", "6"): "⅙",
    ("5", "6"): "⅚",
    ("1", "8"): "⅛",
    ("3", "8"): "⅜",
    ("5", "8"): "⅝",
    ("7", "8"): "⅞",
}


def _vulgar(node: Fraction, setting: Setting) -> str:
    """The fraction as one character, if there is one for it."""
    above, below = node.numerator.items, node.denominator.items
    if setting.ascii or not len(above) == len(below) == 1:
        return ""
    return _VULGAR.get((getattr(above[0], "text", ""), getattr(below[0], "text", "")), "")


def _one_row(node: Fraction, setting: Setting, *, alone: bool) -> str | None:
    """The fraction with a slash, where nobody can misread it."""
    if setting.style == "script" and _is_low(node, setting):
        line = linearize(node, ascii=setting.ascii)
        return line if alone else f"({line})"
    return slashed(node, ascii=setting.ascii) if alone else None


def _is_low(node: Fraction, setting: Setting) -> bool:
    """Whether both sides of a fraction take one row."""
    parts = (node.numerator, node.denominator)
    return all(lay_row(part, setting).box.height == 1 for part in parts)


def _has_bar(box: Box, setting: Setting) -> bool:
    """Whether the whole width of a box is the bar of a fraction."""
    bar = ("-" if setting.ascii else "─") * box.width
    return box.height > 1 and bar in box.rows


@lays_in_rows(Root)
def _lay_root_in_row(node: Root, setting: Setting, beside_it: Neighbours) -> Piece:
    bare = beside_it.is_apart or beside_it.after not in {ORD, OPEN}
    return _lay_root(node, setting, bare=bare)


@lays(Root)
def _lay_root(node: Root, setting: Setting, *, bare: bool = False) -> Piece:
    body = lay_row(node.body, setting)
    index = _index(node.degree, setting)
    if body.box.height == 1:
        sign = "sqrt" if setting.ascii else "√"
        one = len(node.body.items) == 1 and isinstance(node.body.items[0], Symbol)
        text = body.box.rows[0]
        if not (bare and one and not setting.ascii):
            text = f"({text})"
        if isinstance(index, str):
            return flat(f"{index or sign}{text}")
        return join([with_scripts(NOTHING, None, node.degree, setting), flat(f"{sign}{text}")])
    line, corner, wall, foot = ("_", " ", "|", "\\|") if setting.ascii else ("─", "┌", "│", "√│")
    top = " " * (len(foot) - 1) + corner + line * body.box.width
    rows = [top]
    for at, row in enumerate(body.box.rows):
        is_last = at == body.box.height - 1
        rows.append((foot if is_last else " " * (len(foot) - 1) + wall) + row)
    box = Box(tuple(rows), body.box.baseline + 1, body.box.width + len(foot))
    if node.degree is not None:
        small = lay_row(node.degree, setting.small).box
        box = beside([raised(small, small.below - box.below + 1), box])
    return whole(box)


_ROOT_SIGNS: Final = {"3": "∛", "4": "∜"}


def _index(index: Row | None, setting: Setting) -> str | None:
    """The sign of a root of one row, index included; None if the index needs rows of its own."""
    if index is None:
        return ""
    if setting.ascii:
        return None
    text = superscript(index)
    if text is None:
        return None
    plain = "".join(getattr(item, "text", "") for item in index.items)
    return _ROOT_SIGNS.get(plain, f"{text}√")
