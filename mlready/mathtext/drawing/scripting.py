"""Superscripts, subscripts and limits: beside what they belong to, or above and below it."""

from __future__ import annotations

from functools import lru_cache

from mlready.mathtext.boxes import EMPTY, Box, beside, box_of, raised, stack, widened
from mlready.mathtext.drawing.delimiters import delimiter
from mlready.mathtext.drawing.operators import big_operator, takes_limits
from mlready.mathtext.drawing.pieces import Piece, Setting, flat, join, whole
from mlready.mathtext.drawing.rows import Neighbours, lay, lay_row, lays
from mlready.mathtext.grouping import is_bracketed, only_thing, things_in
from mlready.mathtext.symbols import BIG_OPERATORS, ORD, Symbol
from mlready.mathtext.tree import Brace, Classed, Fraction, Grid, Node, Root, Row, Scripts, Stack
from mlready.mathtext.writing.linear import small_line
from mlready.mathtext.writing.scripts import ascii_primes, ascii_stars, subscript, superscript

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_SCRIPTED: Final = Neighbours(None, ORD, is_apart=False)


@lays(Scripts)
def _lay_scripts(node: Scripts, setting: Setting) -> Piece:
    base = node.base
    if isinstance(base, Symbol) and base.command in BIG_OPERATORS:
        return lay_operator(node, setting, (0, 0))
    # A root in braces has the script right behind it, as one without braces has.
    is_root = isinstance(only_thing((base,))[0], Root)
    piece = lay_row(Row((base,)), setting, _SCRIPTED) if is_root else lay(base, setting)
    if takes_limits(base, setting, node.limits):
        return with_limits(piece.box, node.sub, node.sup, setting)
    if _is_loose(base, node):
        piece = _in_parentheses(piece, setting)
    return with_scripts(piece, node.sub, node.sup, setting)


def _is_loose(base: Node, node: Scripts) -> bool:
    """Whether scripts could be taken to belong to a part of their base only."""
    things = things_in((base,))
    if len(things) != 1:
        return bool(things) and not is_bracketed(things)
    only = things[0]
    if isinstance(only, Scripts | Stack):
        high = only.sup if isinstance(only, Scripts) else only.over
        low = only.sub if isinstance(only, Scripts) else only.under
        return bool((high and node.sup) or (low and node.sub))
    if isinstance(only, Classed):
        return _is_loose(only.body, node)
    return isinstance(only, Brace | Fraction | Grid)


def _in_parentheses(piece: Piece, setting: Setting) -> Piece:
    above, below = (piece.box.above, piece.box.below) if piece.is_tall else (0, 0)
    fences = [delimiter(text, above, below, ascii_only=setting.ascii) for text in "()"]
    return join([whole(fences[0]), piece, whole(fences[1])])


def lay_operator(item: Node, setting: Setting, reach: tuple[int, int]) -> Piece:
    """A big operator with its limits, large enough for what follows."""
    symbol = item.base if isinstance(item, Scripts) else item
    if not isinstance(symbol, Symbol):
        return lay(item, setting)
    if setting.style == "display":
        sign = whole(big_operator(symbol, *reach, ascii_only=setting.ascii))
    else:
        sign = flat(symbol.ascii if setting.ascii else symbol.text)
    if not isinstance(item, Scripts):
        return sign
    if takes_limits(symbol, setting, item.limits):
        return with_limits(sign.box, item.sub, item.sup, setting)
    return with_scripts(sign, item.sub, item.sup, setting)


def with_limits(base: Box, under: Row | None, over: Row | None, setting: Setting) -> Piece:
    """A box with small things centred above and below it."""
    boxes = [base]
    baseline = base.baseline
    if over is not None:
        above = _lay_small(over, setting)
        boxes.insert(0, above)
        baseline += above.height
    if under is not None:
        boxes.append(_lay_below(under, setting))
    return whole(stack(boxes, baseline))


@lru_cache(maxsize=512)  # at each level they are asked for again once something has grown
def _lay_small(row: Row, setting: Setting) -> Box:
    return lay_row(row, setting.small).box


def with_scripts(base: Piece, sub: Row | None, sup: Row | None, setting: Setting) -> Piece:
    """A piece with scripts behind it; only the piece itself has to be covered by delimiters."""
    high = None if sup is None else ascii_primes(sup) if setting.ascii else superscript(sup)
    low = None if setting.ascii or sub is None else subscript(sub)
    top, bottom = base.box.above, base.box.below
    over = under = EMPTY
    if sup is not None:
        over = box_of(high) if high is not None else _lay_script(sup, setting)
        lines = top if high is not None or top else 1
        over = raised(over, lines + over.below)
    if sub is not None:
        under = box_of(low) if low is not None else _lay_below(sub, setting)
        lines = bottom if low is not None or bottom else 1
        under = raised(under, -(lines + under.above))
    if over is EMPTY or under is EMPTY:
        scripts = beside([under, over])
    elif high is not None and low is not None and top == bottom == 0:
        scripts = beside([under, over])  # one behind the other, on the line
    else:
        scripts = _over_each_other(over, under)
    gap = box_of(" " * (setting.ascii and top + bottom > 0))  # `\` and `beta` are not `\beta`
    return Piece(beside([base.box, gap, scripts]), base.above, base.below)


def _lay_script(row: Row, setting: Setting) -> Box:
    stars = ascii_stars(row) if setting.ascii else None
    return _lay_small(row, setting) if stars is None else box_of(stars)


def _lay_below(row: Row, setting: Setting) -> Box:
    """What stands below something, never with anything between the two: `s~d^(pi)`."""
    box = _lay_script(row, setting)
    if not box.above or any(isinstance(item, Grid) for item in row.items):
        return box
    return _lay_small(Row(tuple([_flattened(item, setting) for item in row.items])), setting)


def _flattened(node: Node, setting: Setting) -> Node:
    """A node, as a line of text if it would rise above its line."""
    if _lay_small(Row((node,)), setting).above == 0:
        return node
    line = small_line(Row((node,)), ascii=setting.ascii)
    return Symbol(line, ORD, line, "", "")


def _over_each_other(over: Box, under: Box) -> Box:
    """A superscript and a subscript, which share no row, in the same columns."""
    width = max(over.width, under.width)
    high = widened(over, width, align="left")
    low = widened(under, width, align="left")
    above = max(high.above, low.above)
    below = max(high.below, low.below)
    rows = []
    for line in range(-above, below + 1):
        upper = _row_at(high, line)
        rows.append(upper if upper.strip() else _row_at(low, line))
    return Box(tuple(rows), above, width)


def _row_at(box: Box, line: int) -> str:
    at = box.baseline + line
    return box.rows[at] if 0 <= at < box.height else " " * box.width


@lays(Stack)
def _lay_stack(node: Stack, setting: Setting) -> Piece:
    return with_limits(lay_row(node.body, setting).box, node.under, node.over, setting)
