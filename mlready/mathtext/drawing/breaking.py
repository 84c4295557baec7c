"""Formulas too wide for their place, broken as a mathematician would break them.

Before relations first, then before the operators between terms, then after commas; within
parentheses only where nothing else is left. Lines that go on stand under the first relation.
"""

from __future__ import annotations

from math import inf

from mlready.mathtext.boxes import Box, stack
from mlready.mathtext.commands import ALIGNMENTS
from mlready.mathtext.drawing.break_costs import LATER_CLAUSE, QUAD, cost_before, cost_before_middle
from mlready.mathtext.drawing.layout import lay, lay_items, lay_row, marked
from mlready.mathtext.drawing.pieces import Piece, Setting, join
from mlready.mathtext.records import Record
from mlready.mathtext.spacing import kinds_in_row
from mlready.mathtext.symbols import BIN, CLOSE, OPEN, REL, Symbol
from mlready.mathtext.tree import (
    EMPTY_ROW,
    Big,
    Fenced,
    Grid,
    Marked,
    Node,
    Row,
    Scripts,
    Space,
    Style,
    Styled,
    Tagged,
    kinds_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

# What a line costs, beside the break at its end.
_LINE: Final = 10.0
_UNALIGNED: Final = 15.0
_RAGGED: Final = 3.0  # of a line that leaves all its room
_INDENT: Final = 4
_FARTHEST: Final = 0.4  # of the width: a first relation farther right is not aligned with
_WRAPPERS: Final = (Grid, Style, Tagged, Row, Marked)  # what is one thing, and holds others
_MOST_ITEMS: Final = 400  # more are not weighed against one another


class Item(Record):
    """A thing of a row that is to be broken.

    Attributes:
        node: what it is; delimiters stand by themselves.
        depth: how many delimiters are open around it.
        cost: of a break before it; None where none may be.
    """

    node: Node
    depth: int
    cost: float | None


def fit(row: Row, width: int, setting: Setting) -> Box | None:
    """A formula in no more than a width; None if it cannot be broken so far.

    Args:
        row: the formula.
        width: columns there are.
        setting: how to set it.
    """
    box = lay_row(row, setting).box
    if box.width <= width:
        return box
    items = row.items
    if len(items) == 1 and isinstance(items[0], _WRAPPERS):
        return _fit_one(items[0], width, setting)
    return _break(_open(items, width, setting), width, setting)


def _fit_one(node: Node, width: int, setting: Setting) -> Box | None:
    """A formula that is one thing: aligned equations, a style, a tag."""
    match node:
        case Grid() if node.name in ALIGNMENTS:
            return _fit_lines(node, width, setting)
        case Style():
            return fit(node.body, width, setting._replace(style=node.name))
        case Tagged():
            return _fit_tagged(node, width, setting)
        case Row() | Marked():
            box = fit(node if isinstance(node, Row) else node.body, width, setting)
            return marked(box) if box is not None and isinstance(node, Marked) else box
        case _:
            return None


def _fit_tagged(node: Tagged, width: int, setting: Setting) -> Box | None:
    """A formula with its tag behind its first line, or below it where there is no room."""
    label = lay_row(node.label, setting).box
    body = fit(node.body, width - label.width - 2, setting)
    if body is None:
        body = fit(node.body, width, setting)
        if body is None or label.width > width:
            return None
        return stack([body, label], 0, align="right")
    blank = Box((" " * 2,) * body.height, body.baseline, 2)
    return join([Piece(body, 0, 0), Piece(blank, 0, 0), Piece(label, 0, 0)]).box


def _fit_lines(grid: Grid, width: int, setting: Setting) -> Box | None:
    """Equations one below the other, each broken by itself; their alignment is given up."""
    tags = dict(grid.tags)
    boxes: list[Box] = []
    for at, cells in enumerate(grid.rows):
        items: list[Node] = []
        for cell in cells:
            items += cell.items
        starts = at > 0 and not cells[0].items
        indent = _INDENT if starts and grid.columns.startswith("r") else 0
        row: Row = Row((EMPTY_ROW, *items) if starts else tuple(items))
        if at in tags:
            row = Row((Tagged(row, tags[at]),))
        box = fit(row, width - indent, setting)
        if box is None:
            return None
        boxes.append(_indented(box, indent))
    return _stacked(boxes)


# --- what can be broken -----------------------------------------------------------------


def _open(items: Sequence[Node], width: int, setting: Setting, depth: int = 0) -> list[Item]:
    """The things of a row, groups and delimiters that are too wide taken apart."""
    opened: list[Item] = []
    things = [at for at, item in enumerate(items) if not isinstance(item, Space)]
    kinds = dict(zip(things, kinds_in_row(items, things), strict=True))
    before = -1
    space = 0
    nesting = 0
    later = 0.0
    for at, node in enumerate(items):
        if isinstance(node, Space):
            space += node.mu
            opened.append(Item(node, depth + nesting, None))
            continue
        if _is_delimiter(node, kinds[at], CLOSE):
            nesting = max(nesting - 1, 0)
        cost = None
        if before >= 0:
            between = kinds[before][1], kinds[at][0]
            cost = cost_before(node, items[before], between, space, depth + nesting)
        if space >= QUAD:
            later = LATER_CLAUSE
        elif cost is not None and kinds[at][0] == REL:
            cost += later
        opened += _open_one(node, width, setting, Item(node, depth + nesting, cost))
        nesting += _is_delimiter(node, kinds[at], OPEN)
        before, space = at, 0
    return opened


def _open_one(node: Node, width: int, setting: Setting, item: Item) -> list[Item]:
    base = node.base if isinstance(node, Scripts) else node
    inner = base.body if isinstance(base, Style | Styled) else base
    if isinstance(inner, Row) and node is base and inner.items:
        if lay(node, setting).box.width <= width // 2:
            return [item]
        parts = _open(inner.items, width, setting, item.depth)
        return [parts[0]._replace(cost=item.cost), *parts[1:]]
    if not isinstance(base, Fenced) or _holds_grid(base):
        return [item]
    if lay(node, setting).box.width <= width // 3:
        return [item]
    closing: Node = Big(base.right, CLOSE)
    if isinstance(node, Scripts):
        closing = node._replace(base=closing)
    parts = [Item(Big(base.left, OPEN), item.depth, item.cost)]
    for at, part in enumerate(base.parts):
        if at:
            middle = Big(base.middles[at - 1], REL)
            parts.append(Item(middle, item.depth + 1, cost_before_middle(item.depth + 1)))
        parts += _open(part.items, width, setting, item.depth + 1)
    return [*parts, Item(closing, item.depth + 1, None)]


def _is_delimiter(node: Node, kinds: tuple[int, int], kind: int) -> bool:
    """Whether this by itself opens or closes something, a bar of a pair as well."""
    base = node.base if isinstance(node, Scripts) else node
    return isinstance(base, Symbol) and kind in kinds and base.text not in "!?"


def _holds_grid(fenced: Fenced) -> bool:
    """Whether rows stand between the delimiters, which cannot be broken."""
    items = [item for part in fenced.parts for item in part.items]
    return len(items) == 1 and isinstance(items[0], Grid)


# --- where to break ---------------------------------------------------------------------


def _break(items: list[Item], width: int, setting: Setting) -> Box | None:
    """Things on as many lines as they need, at the places that cost least."""
    if len(items) > _MOST_ITEMS:
        return None
    nodes = [item.node for item in items]
    columns = [piece.box.width for piece in lay_items(nodes, setting)]
    found = [
        (*cheapest, indent)
        for indent in {_relation_column(items, columns, width), _INDENT}
        if (cheapest := _cheapest(items, columns, width, indent)) is not None
    ]
    if not found:
        return None
    # Lines that go on stand under the relation, unless that costs a worse break.
    _, starts, indent = min(found, key=lambda way: way[0] + (way[2] == _INDENT) * _UNALIGNED)
    boxes = []
    for start, end in zip(starts, [*starts[1:], len(items)], strict=True):
        line = _without_room_behind(nodes[start:end])
        if start:
            kind = kinds_of(line[0])[0]
            under = indent if kind == REL else indent + 2
            box = join(lay_items([EMPTY_ROW, *line], setting)).box
            if kind in {REL, BIN}:
                box = Box(tuple([row[1:] for row in box.rows]), box.baseline, box.width - 1)
            box = _indented(box, under)
        else:
            box = join(lay_items(line, setting)).box
        boxes.append(box)
    done = _stacked(boxes)
    return done if done.width <= width else None


def _without_room_behind(line: list[Node]) -> list[Node]:
    """A line without the room at its end, which the break takes the place of."""
    end = len(line)
    while end > 1 and isinstance(line[end - 1], Space):
        end -= 1
    return line[:end]


def _relation_column(items: Sequence[Item], columns: Sequence[int], width: int) -> int:
    """Where the first relation stands, if lines can go on under it."""
    at = 0
    for item, column in zip(items, columns, strict=True):
        if item.depth == 0 and at and kinds_of(item.node)[0] == REL:
            column_of_sign = at + 1
            return column_of_sign if column_of_sign <= width * _FARTHEST else _INDENT
        at += column
    return _INDENT


def _cheapest(
    items: Sequence[Item], columns: Sequence[int], width: int, indent: int
) -> tuple[float, list[int]] | None:
    """What the best breaks cost, and where lines begin then; None if they cannot fit."""
    count = len(items)
    best: list[tuple[float, int]] = [(0.0, -1)] + [(inf, -1)] * count
    for start in range(count):
        room = width - (indent + 3 if start else 0)
        used = 0
        for end in range(start, count):
            used += columns[end]
            if used > room or best[start][0] == inf:
                break
            price = _price(items, end + 1, used / room)
            total = best[start][0] + price
            if total < best[end + 1][0]:
                best[end + 1] = (total, start)
    if best[count][1] < 0:
        return None
    starts = [best[count][1]]
    while starts[-1] > 0:
        starts.append(best[starts[-1]][1])
    return best[count][0], starts[::-1]


def _price(items: Sequence[Item], end: int, filled: float) -> float:
    """What a line costs that ends before an item; infinite where none may end."""
    if end == len(items):
        return _LINE
    penalty = items[end].cost
    return inf if penalty is None else _LINE + penalty + _RAGGED * (1 - filled) ** 2


def _indented(box: Box, columns: int) -> Box:
    blank = " " * columns
    rows = tuple([blank + row for row in box.rows])
    return Box(rows, box.baseline, box.width + columns)


def _stacked(boxes: list[Box]) -> Box:
    """Lines one below the other, with a blank one between those that would run together."""
    parted: list[Box] = []
    for box in boxes:
        if parted and parted[-1].below + box.above > 0:
            parted.append(Box(("",), 0, 0))
        parted.append(box)
    return stack(parted, 0, align="left")
