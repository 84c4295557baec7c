"""A formula's tree in two dimensions: symbols and words, and all other kinds of nodes together."""

from __future__ import annotations

from mlready.mathtext.boxes import Box
from mlready.mathtext.drawing import decorations, fractions, grids, scripting
from mlready.mathtext.drawing.operators import big_operator
from mlready.mathtext.drawing.pieces import NOTHING, Piece, Setting, flat, join, shifted, whole
from mlready.mathtext.drawing.rows import (
    NOBODY,
    Neighbours,
    lay,
    lay_items,
    lay_row,
    lays,
    lays_in_rows,
)
from mlready.mathtext.symbols import BIG_OPERATORS, BIN, CLOSE, INNER, ORD, Symbol
from mlready.mathtext.tree import (
    EMPTY_ROW,
    Classed,
    Marked,
    Name,
    Phantom,
    Row,
    Space,
    Style,
    Styled,
    Tagged,
    Unknown,
    Words,
    kinds_of,
)
from mlready.mathtext.widths import END_OF_MARK, MARK
from mlready.mathtext.writing.line_words import plain
from mlready.mathtext.writing.linear import linearize

__all__ = [
    "decorations",
    "fractions",
    "grids",
    "lay",
    "lay_items",
    "lay_row",
    "marked",
    "scripting",
]

lays(Row)(lay_row)
lays_in_rows(Row)(lay_row)


@lays(Symbol)
def _lay_symbol(symbol: Symbol, setting: Setting) -> Piece:
    if setting.style == "display" and symbol.command in BIG_OPERATORS:
        return whole(big_operator(symbol, 0, 0, ascii_only=setting.ascii))
    return flat(plain(symbol.ascii, is_ascii=True) if setting.ascii else symbol.text)


@lays(Styled)
def _lay_styled(node: Styled, setting: Setting) -> Piece:
    if setting.ascii and node.alphabet not in {"rm", "it"}:
        return flat(linearize(node, ascii=True))
    return lay_row(node.body, setting)


@lays(Words)
def _lay_words(node: Words, setting: Setting) -> Piece:
    pieces = []
    for part in node.parts:
        if isinstance(part, Row):
            inner = setting if setting.style == "script" else setting._replace(style="text")
            pieces.append(lay_row(part, inner))
        else:
            pieces.append(flat(plain(part, is_ascii=setting.ascii)))
    return join(pieces) if pieces else NOTHING


@lays(Name)
def _lay_name(node: Name, setting: Setting) -> Piece:
    return flat(plain(node.text, is_ascii=setting.ascii))


@lays(Style)
def _lay_style(node: Style, setting: Setting) -> Piece:
    return _lay_style_in_row(node, setting, NOBODY)


@lays_in_rows(Style)
def _lay_style_in_row(node: Style, setting: Setting, beside_it: Neighbours) -> Piece:
    return lay_row(node.body, setting._replace(style=node.name), beside_it)


@lays(Classed)
def _lay_within(node: Classed, setting: Setting) -> Piece:
    return lay_row(node.body, setting)


@lays_in_rows(Classed)
def _lay_within_row(node: Classed, setting: Setting, beside_it: Neighbours) -> Piece:
    return lay_row(node.body, setting, beside_it)


@lays(Phantom)
def _lay_phantom(node: Phantom, setting: Setting) -> Piece:
    piece = lay_row(node.body, setting)
    box = piece.box
    width = 0 if node.name == "vphantom" else box.width
    if node.name == "hphantom":
        return flat(" " * width)
    return piece._replace(box=Box((" " * width,) * box.height, box.baseline, width))


@lays_in_rows(Marked)
def _lay_marked_in_row(node: Marked, setting: Setting, beside_it: Neighbours) -> Piece:
    items = node.body.items
    joins = len(items) > 1 and beside_it.before in {ORD, CLOSE, INNER}
    if not joins or kinds_of(items[0])[0] != BIN:
        return _marked(lay_row(node.body, setting, beside_it))
    # What it begins with stands between two things, one of them before the mark.
    pieces = lay_items((EMPTY_ROW, *items), setting, beside_it)
    box = pieces[1].box
    if box.width and setting.style != "script":
        rows = tuple([row[1:] for row in box.rows])  # the blank before it is the row's
        pieces[1] = pieces[1]._replace(box=Box(rows, box.baseline, box.width - 1))
    return _marked(join(pieces))


@lays(Marked)
def _lay_marked(node: Marked, setting: Setting) -> Piece:
    return _marked(lay_row(node.body, setting))


def _marked(piece: Piece) -> Piece:
    return piece._replace(box=marked(piece.box))


def marked(box: Box) -> Box:
    """The box with the signs around each row that its caller looks for."""
    return box._replace(rows=tuple([f"{MARK}{row}{END_OF_MARK}" for row in box.rows]))


@lays(Tagged)
def _lay_tagged(node: Tagged, setting: Setting) -> Piece:
    body, label = lay_row(node.body, setting), lay_row(node.label, setting)
    return join([body, shifted(label, 4)])


@lays(Unknown)
def _lay_unknown(node: Unknown, setting: Setting) -> Piece:
    return flat(plain(node.source, is_ascii=setting.ascii))


@lays(Space)
def _lay_space(node: Space, _setting: Setting) -> Piece:
    del node
    return NOTHING
