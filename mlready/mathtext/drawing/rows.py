"""A formula's tree in two dimensions: the things of a row beside one another.

Set as TeX sets: what stands in a fraction or a matrix is smaller (operators have their limits
beside them), scripts are smaller still. How each kind of node is laid out stands in the modules
that register it here; `layout` brings them together.
"""

from __future__ import annotations

from mlready.mathtext.drawing.pieces import NOTHING, Piece, Setting, join, shifted
from mlready.mathtext.records import Record
from mlready.mathtext.spacing import gaps
from mlready.mathtext.symbols import (
    BIG_OPERATORS,
    BIN,
    CLOSE,
    INNER,
    INTEGRALS,
    LIMIT_FUNCTIONS,
    OP,
    OPEN,
    ORD,
    PUNCT,
    REL,
    Symbol,
)
from mlready.mathtext.tree import (
    EMPTY_ROW,
    Accent,
    Big,
    Brace,
    Classed,
    Fraction,
    Marked,
    Name,
    Node,
    Root,
    Row,
    Scripts,
    Space,
    Style,
    Styled,
    kinds_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, Final, TypeAlias, TypeVar

Layer: TypeAlias = "Callable[[Any, Setting], Piece]"


class Neighbours(Record):
    """What stands beside a thing in its row.

    Attributes:
        before: the kind of what stands on the left; None at the beginning.
        after: the kind of what stands on the right; None at the end.
        is_apart: whether there is a blank between it and what is on the right.
    """

    before: int | None
    after: int | None
    is_apart: bool


LayerInRows: TypeAlias = "Callable[[Any, Setting, Neighbours], Piece]"
_LAYERS: Final[dict[type[Any], Layer]] = {}
_LAYERS_IN_ROWS: Final[dict[type[Any], LayerInRows]] = {}
_MOST_GROWING: Final = 400  # things in a row; with more it would take too long
_BARS: Final = frozenset("|‖")
_CLOSE_BY: Final = frozenset((ORD, CLOSE, INNER))


if TYPE_CHECKING:
    _Layer = TypeVar("_Layer", bound=Layer)


def lays(kind: type[Any]) -> Callable[[_Layer], _Layer]:
    """Register how nodes of a type are laid out."""

    def register(layer: _Layer) -> _Layer:
        _LAYERS[kind] = layer
        return layer

    return register


def lays_in_rows(kind: type[Any]) -> Callable[[LayerInRows], LayerInRows]:
    """Register how nodes of a type are laid out that look at what stands beside them."""

    def register(layer: LayerInRows) -> LayerInRows:
        _LAYERS_IN_ROWS[kind] = layer
        return layer

    return register


def lay(node: Node, setting: Setting) -> Piece:
    """One node as a piece."""
    return _LAYERS[type(node)](node, setting)


def lay_row(row: Row, setting: Setting) -> Piece:
    """A row's things beside one another, with TeX's spaces between them."""
    items = row.items
    if len(items) == 1:
        return _lay_in_row(items, 0, (0,), setting)
    if not items:
        return NOTHING
    return join(lay_items(items, setting))


def lay_items(items: Sequence[Node], setting: Setting) -> list[Piece]:
    """The pieces of a row, each with the blanks before it; delimiters and operators have grown."""
    blanks = gaps(items, in_script=setting.style == "script")
    pieces = [_lay_in_row(items, at, blanks, setting) for at in range(len(items))]
    _close_up(items, pieces, blanks)
    if len(items) <= _MOST_GROWING and any(piece.is_tall for piece in pieces):
        from mlready.mathtext.drawing.growing import grow  # noqa: PLC0415 - each needs the other

        grow(items, pieces, setting)
    spaced = []
    before: Node | None = None
    for item, piece, blank in zip(items, pieces, blanks, strict=True):
        room = blank
        if not room and before is not None and piece.box.width:
            room = int(_must_part(before, item, piece, setting))
        spaced.append(shifted(piece, room) if room else piece)
        if piece.box.width:
            before = item
    return spaced


def _lay_in_row(items: Sequence[Node], at: int, blanks: Sequence[int], setting: Setting) -> Piece:
    item = items[at]
    layer = _LAYERS_IN_ROWS.get(type(item))
    if layer is None:
        return lay(item, setting)
    following = at + 1
    while following < len(items) and type(items[following]) is Space:
        following += 1
    preceding = at - 1
    while preceding >= 0 and type(items[preceding]) is Space:
        preceding -= 1
    before = kinds_of(items[preceding])[1] if preceding >= 0 else None
    if following == len(items):
        return layer(item, setting, Neighbours(before, None, True))
    after = kinds_of(items[following])[0]
    return layer(item, setting, Neighbours(before, after, blanks[following] > 0))


def _close_up(items: Sequence[Node], pieces: Sequence[Piece], blanks: list[int]) -> None:
    """A fraction on one row stands as close to its neighbours as a letter would."""
    for at, (item, piece) in enumerate(zip(items, pieces, strict=True)):
        if type(item) is not Fraction or piece.is_tall or not piece.box.width:
            continue
        if at and not isinstance(items[at - 1], Space):
            kind = kinds_of(items[at - 1])[1]
            is_sign = kind == BIN and not blanks[at - 1]  # of a term, not between two
            blanks[at] = 0 if kind in _CLOSE_BY or is_sign else blanks[at]
        if at + 1 < len(items) and kinds_of(items[at + 1])[0] in {ORD, OPEN}:
            after = items[at + 1]
            if not isinstance(after, Space):
                blanks[at + 1] = 0


def _must_part(before: Node, item: Node, piece: Piece, setting: Setting) -> bool:
    """Whether two things need a blank between them so as not to be read as one."""
    if isinstance(item, Fraction) and piece.is_tall:
        return kinds_of(before)[1] != OPEN and not _is_bar(before)
    if _is_big_operator(before) or takes_limits(*_operator(before, setting)):
        return kinds_of(item)[0] not in {CLOSE, PUNCT}
    if isinstance(before, Brace) and isinstance(item, Brace):
        return True
    if _is_big_operator(item) and piece.is_tall and kinds_of(before)[1] == BIN:
        return piece.box.rows[piece.box.baseline][:1] != " "  # a sign, not an operator
    return setting.ascii and _must_part_words(before, item)


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
    base = node.base if isinstance(node, Scripts) else node
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
    base = node.base if isinstance(node, Scripts) else node
    if isinstance(base, Symbol):
        return base.ascii[-1:].isalnum()
    return isinstance(base, Styled | Name | Accent | Root)


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
