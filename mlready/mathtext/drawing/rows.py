"""A formula's tree in two dimensions: the things of a row beside one another.

Set as TeX sets: what stands in a fraction or a matrix is smaller (operators have their limits
beside them), scripts are smaller still. How each kind of node is laid out stands in the modules
that register it here; `layout` brings them together.
"""

from __future__ import annotations

from mlready.mathtext.drawing.parting import must_stand_apart
from mlready.mathtext.drawing.pieces import NOTHING, Piece, Setting, join, shifted
from mlready.mathtext.records import Record
from mlready.mathtext.spacing import gaps
from mlready.mathtext.symbols import (
    BIN,
    CLOSE,
    INNER,
    OPEN,
    ORD,
    Symbol,
)
from mlready.mathtext.tree import (
    EMPTY_ROW,
    Fraction,
    Node,
    Row,
    Space,
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


NOBODY: Final = Neighbours(None, None, True)
LayerInRows: TypeAlias = "Callable[[Any, Setting, Neighbours], Piece]"
_LAYERS: Final[dict[type[Any], Layer]] = {}
_LAYERS_IN_ROWS: Final[dict[type[Any], LayerInRows]] = {}
_MOST_GROWING: Final = 400  # things in a row; with more it would take too long
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


def lay_row(row: Row, setting: Setting, beside_it: Neighbours = NOBODY) -> Piece:
    """A row's things beside one another, with TeX's spaces between them.

    Args:
        row: the things.
        setting: how to set them.
        beside_it: what stands beside the row, if it is a thing in another one.
    """
    items = row.items
    if len(items) == 1:
        return _lay_in_row(items, 0, (0,), setting, beside_it)
    if not items:
        return NOTHING
    return join(lay_items(items, setting, beside_it))


def lay_items(
    items: Sequence[Node], setting: Setting, beside_it: Neighbours = NOBODY
) -> list[Piece]:
    """The pieces of a row, each with the blanks before it; delimiters and operators have grown."""
    blanks = gaps(items, in_script=setting.style == "script")
    pieces = [_lay_in_row(items, at, blanks, setting, beside_it) for at in range(len(items))]
    _close_up(items, pieces, blanks)
    if len(items) <= _MOST_GROWING and any(piece.is_tall for piece in pieces):
        from mlready.mathtext.drawing.growing import grow  # noqa: PLC0415 - each needs the other

        grow(items, pieces, setting)
    spaced = []
    last = -1  # that shows
    for at, (piece, blank) in enumerate(zip(pieces, blanks, strict=True)):
        room = blank
        if not room and last >= 0 and piece.box.width:
            left = items[last], pieces[last]
            room = int(must_stand_apart(left, (items[at], piece), setting))
        spaced.append(shifted(piece, room) if room else piece)
        if piece.box.width:
            last = at
    return spaced


def _lay_in_row(
    items: Sequence[Node],
    at: int,
    blanks: Sequence[int],
    setting: Setting,
    beside_it: Neighbours,
) -> Piece:
    item = items[at]
    layer = _LAYERS_IN_ROWS.get(type(item))
    if layer is None:
        return lay(item, setting)
    following = at + 1
    while following < len(items) and _is_nothing(items[following]):
        following += 1
    preceding = at - 1
    while preceding >= 0 and _is_nothing(items[preceding]):
        preceding -= 1
    before = kinds_of(items[preceding])[1] if preceding >= 0 else beside_it.before
    if following == len(items):
        return layer(item, setting, beside_it._replace(before=before))
    after = items[following]
    # A factorial closes nothing: it is of what stands before it.
    kind = ORD if isinstance(after, Symbol) and after.text == "!" else kinds_of(after)[0]
    return layer(item, setting, Neighbours(before, kind, blanks[following] > 0))


def _is_nothing(node: Node) -> bool:
    return type(node) is Space or node == EMPTY_ROW


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
