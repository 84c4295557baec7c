"""Blanks between things that would be taken for one, were there none.

A minus before the bar of a fraction, a star that is raised behind its letter, a sum before what it
is of; in ASCII words, too, of which many signs consist there.
"""

from __future__ import annotations

from mlready.mathtext.drawing.operators import takes_limits
from mlready.mathtext.symbols import BIG_OPERATORS, BIN, CLOSE, OP, OPEN, ORD, PUNCT, REL, Symbol
from mlready.mathtext.tree import (
    EMPTY_ROW,
    Accent,
    Big,
    Brace,
    Classed,
    Grid,
    Marked,
    Name,
    Node,
    Root,
    Row,
    Scripts,
    Style,
    Styled,
    kinds_of,
)
from mlready.mathtext.widths import END_OF_MARK, MARK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from mlready.mathtext.drawing.pieces import Piece, Setting

_BARS: Final = frozenset("|‖")


def must_stand_apart(left: tuple[Node, Piece], right: tuple[Node, Piece], setting: Setting) -> bool:
    """Whether two things need a blank between them so as not to be read as one.

    Args:
        left: the first of them, and what it is laid out as.
        right: the second one.
        setting: how they are set.
    """
    before, item = _at_edge(left[0], -1), _at_edge(right[0], 0)
    piece = right[1]
    is_bar = _ends_in_bar(left[1], -1, setting) or _ends_in_bar(piece, 0, setting)
    if isinstance(before, Grid) or isinstance(item, Grid) or is_bar:
        return not _encloses(before, item)
    if _is_big_operator(before) or takes_limits(*_operator(before, setting)):
        return kinds_of(item)[0] not in {CLOSE, PUNCT}
    if _is_big_operator(item) and piece.is_tall and kinds_of(before)[1] == BIN:
        return piece.box.rows[piece.box.baseline][:1] != " "  # a sign, not an operator
    if isinstance(before, Brace) and isinstance(item, Brace):
        return True
    if isinstance(before, Scripts) and isinstance(item, Scripts) and item.base == EMPTY_ROW:
        return bool((before.sup and item.sup) or (before.sub and item.sub))
    return _must_part_words(before, item) if setting.ascii else _is_product(before, item)


def _ends_in_bar(piece: Piece, edge: int, setting: Setting) -> bool:
    """Whether the bar of a fraction ends at an edge, where it could be taken for a minus."""
    row = piece.box.rows[piece.box.baseline].strip(MARK + END_OF_MARK)
    return piece.is_tall and row[edge:][:1] == ("-" if setting.ascii else "─")


def _encloses(before: Node, item: Node) -> bool:
    """Whether one of two things is a delimiter of the other, or ends it."""
    if _is_bar(before) or _is_bar(item.base if isinstance(item, Scripts) else item):
        return True
    return kinds_of(before)[1] == OPEN or kinds_of(item)[0] in {CLOSE, PUNCT}


def _at_edge(node: Node, edge: int) -> Node:
    """What stands first (0) or last (-1) in groups and whatever else shows only its content."""
    while isinstance(node, Row | Marked | Style | Classed):
        items = node.items if isinstance(node, Row) else node.body.items
        if not items:
            break
        node = items[edge]
    return node


def _is_product(before: Node, item: Node) -> bool:
    """Whether a raised star, as that of `A* B`, could be taken for one between two things."""
    sup = before.sup if isinstance(before, Scripts) and before.base != EMPTY_ROW else None
    last = _at_edge(sup, -1) if sup is not None else None
    is_star = isinstance(last, Symbol) and last.text == "∗"
    base = item.base if isinstance(item, Scripts) else item
    return is_star and kinds_of(item)[0] in {ORD, OP} and not _is_bar(base)


def _must_part_words(before: Node, item: Node) -> bool:
    """Whether things run into each other in ASCII, where many signs are words."""
    if _is_word_between(before) or _is_word_between(item):
        return True
    return (_name_within(before) or _name_within(item)) and _touch(before, item)


def _is_bar(node: Node) -> bool:
    symbol = node.symbol if isinstance(node, Big) else node
    return isinstance(symbol, Symbol) and symbol.text in _BARS


def _is_big_operator(node: Node) -> bool:
    base = node.base if isinstance(node, Scripts) else node
    return isinstance(base, Symbol) and base.command in BIG_OPERATORS


def _operator(node: Node, setting: Setting) -> tuple[Node, Setting, bool | None]:
    """What may have limits: the base of scripts."""
    if isinstance(node, Scripts):
        return node.base, setting, node.limits
    return EMPTY_ROW, setting, None


def _name_within(node: Node) -> bool:
    """Whether in ASCII this is a word, which letters beside it would run into."""
    base = _at_edge(node.base if isinstance(node, Scripts) else node, 0)
    if isinstance(base, Symbol):
        return len(base.ascii) > 1 and base.ascii[0].isalpha()
    if isinstance(base, Accent):
        return len(base.body.items) == 1 and _name_within(base.body.items[0])
    return isinstance(base, Styled | Name | Root)


def _is_word_between(node: Node) -> bool:
    """Whether in ASCII this is a word for what stands between two things, as `in` is."""
    return isinstance(node, Symbol) and node.kind in {BIN, REL} and node.ascii[:1].isalpha()


def _touch(before: Node, item: Node) -> bool:
    return _is_wordlike(before) and _is_wordlike(item)


def _is_wordlike(node: Node) -> bool:
    base = _at_edge(node.base if isinstance(node, Scripts) else node, 0)
    if isinstance(base, Symbol):
        return base.ascii[-1:].isalnum()
    return isinstance(base, Styled | Name | Accent | Root)
