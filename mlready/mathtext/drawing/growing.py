"""Delimiters and operators that grow with the tall things beside them."""

from __future__ import annotations

from mlready.mathtext.drawing.delimiters import delimiter
from mlready.mathtext.drawing.pieces import Piece, Setting, whole
from mlready.mathtext.drawing.scripting import lay_operator, with_scripts
from mlready.mathtext.spacing import bar_of, kinds_in_row
from mlready.mathtext.symbols import BIG_OPERATORS, CLOSE, OPEN, ORD, PUNCT, REL, Symbol
from mlready.mathtext.tree import Big, Node, Scripts, Space, kinds_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

_BETWEEN_TERMS: Final = frozenset("+−±∓")


def grow(items: Sequence[Node], pieces: list[Piece], setting: Setting) -> None:
    """Let a row's delimiters and operators grow with the tall things they belong to.

    Args:
        items: the row.
        pieces: what its items are laid out as; changed in place.
        setting: how they are set.
    """
    for at, item in enumerate(items):
        if _is_big_operator(item):
            pieces[at] = lay_operator(item, setting, _reach(items, pieces, at))
    spans = _spans(items)
    for span in spans:
        _stretch_pair(items, pieces, span, setting)
    partners = {at for span in spans for at in span}
    for at, item in enumerate(items):
        base = item.base if isinstance(item, Scripts) else item
        if isinstance(base, Big) and base.kind == ORD and at not in partners:
            _stretch(items, pieces, at, (0, len(items)), setting)


def _spans(items: Sequence[Node]) -> list[tuple[int, int]]:
    """Where delimiters stand that belong together; beyond the row where one has no partner."""
    spans: list[tuple[int, int]] = []
    opened: list[int] = []
    bars: list[int] = []
    things = [at for at, item in enumerate(items) if not isinstance(item, Space)]
    for (kind, _), at in zip(kinds_in_row(items, things), things, strict=True):
        if bar_of(items[at]):
            if kind == OPEN:
                bars.append(at)
            elif kind == CLOSE and bars:
                spans.append((bars.pop(), at))
            continue
        symbol = _delimiter_of(items[at])
        if symbol is None:
            continue
        if symbol.kind == OPEN:
            opened.append(at)
        elif opened or _is_cut_off(items[at]):
            spans.append((opened.pop() if opened else -1, at))
    return spans + [(at, len(items)) for at in opened if _is_cut_off(items[at])]


def _is_cut_off(item: Node) -> bool:
    """Whether a delimiter's partner may stand on another line; others are as in `]0, 1[`."""
    return isinstance(item.base if isinstance(item, Scripts) else item, Big)


def _delimiter_of(item: Node) -> Symbol | None:
    """The delimiter that a thing is, with or without scripts."""
    base = item.base if isinstance(item, Scripts) else item
    if isinstance(base, Big):
        return base.symbol._replace(kind=base.kind) if base.kind in {OPEN, CLOSE} else None
    if isinstance(base, Symbol) and base.kind in {OPEN, CLOSE}:
        return base if base.text not in "!?" else None
    return None


def _stretch_pair(
    items: Sequence[Node], pieces: list[Piece], span: tuple[int, int], setting: Setting
) -> None:
    for at in span:
        if 0 <= at < len(items):
            _stretch(items, pieces, at, (span[0] + 1, span[1]), setting)


def _stretch(
    items: Sequence[Node],
    pieces: list[Piece],
    at: int,
    span: tuple[int, int],
    setting: Setting,
) -> None:
    """Make the delimiter at a place cover the pieces of a span, if one of them is tall."""
    inner = [piece for place, piece in enumerate(pieces[: span[1]]) if place >= max(span[0], 0)]
    inner = [piece for piece in inner if piece is not pieces[at]]
    if not any(piece.is_tall for piece in inner):
        return
    above = max(piece.box.above for piece in inner)
    below = max(piece.box.below for piece in inner)
    item = items[at]
    base = item.base if isinstance(item, Scripts) else item
    symbol = base.symbol if isinstance(base, Big) else base
    if not isinstance(symbol, Symbol):
        return
    piece = whole(delimiter(symbol.text, above, below, ascii_only=setting.ascii))
    if isinstance(item, Scripts):
        piece = with_scripts(piece, item.sub, item.sup, setting)
    pieces[at] = piece


def _reach(items: Sequence[Node], pieces: Sequence[Piece], at: int) -> tuple[int, int]:
    """How far up and down reaches what an operator stands before."""
    above = below = 0
    depth = 0
    for item, piece in zip(items[at + 1 :], pieces[at + 1 :], strict=True):
        kind = kinds_of(item)[0]
        if _delimiter_of(item) is not None:
            depth += (kind == OPEN) - (kind == CLOSE)
        ends = kind in {REL, PUNCT} or (isinstance(item, Symbol) and item.text in _BETWEEN_TERMS)
        if depth < 0 or (ends and not depth):
            break
        if not _is_big_operator(item):  # one behind another is as large as that
            above, below = max(above, piece.above), max(below, piece.below)
    return above, below


def _is_big_operator(item: Node) -> bool:
    base = item.base if isinstance(item, Scripts) else item
    return isinstance(base, Symbol) and base.command in BIG_OPERATORS
