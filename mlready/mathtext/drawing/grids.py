"""Rows and columns: matrices, cases, arrays with rules, aligned equations."""

from __future__ import annotations

from mlready.mathtext.boxes import EMPTY, Box, beside, box_of, stack, widened
from mlready.mathtext.commands import ALIGNMENTS
from mlready.mathtext.drawing.pieces import Piece, Setting, whole
from mlready.mathtext.drawing.rows import lay_row, lays
from mlready.mathtext.tree import EMPTY_ROW, Fraction, Grid, Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


_GAPS: Final = {"smallmatrix": 1, "cases": 2, "substack": 0}
_ALIGNED_GAP: Final = 3  # between pairs of columns
_TAG_GAP: Final = 4
_ALIGNS: Final = {"l": "left", "c": "center", "r": "right"}


@lays(Grid)
def lay_grid(grid: Grid, setting: Setting, *, beside_brace: bool = False) -> Piece:
    """A grid as one box; its middle stands on the line.

    Args:
        grid: what to lay out.
        setting: how to set it.
        beside_brace: whether a brace stands beside it, the point of which needs a middle row.
    """
    inner = setting._replace(style=_style_within(grid, setting))
    cells = [[_cell(grid, row, at, inner) for at in range(len(row))] for row in grid.rows]
    count = max(map(len, cells), default=0)
    widths = [
        max([row[at].width for row in cells if at < len(row)], default=0) for at in range(count)
    ]
    lines = [_row(grid, row, widths, setting) for row in cells]
    tags = dict(grid.tags)
    if tags:
        lines = [_tagged(line, tags.get(at), setting) for at, line in enumerate(lines)]
    width = max([line.width for line in lines], default=0)
    gap = _row_gap(grid, lines) or (beside_brace and len(lines) == 2)
    boxes: list[Box] = []
    for at, line in enumerate(lines):
        if at in grid.lines:
            boxes.append(_rule(grid, widths, width, setting, at))
        elif at and gap:
            boxes.append(_blank(grid, widths, setting))
        boxes.append(widened(line, width, align="left"))
    if len(lines) in grid.lines:
        boxes.append(_rule(grid, widths, width, setting, len(lines)))
    box = stack(boxes, 0, align="left")
    return whole(box._replace(baseline=(box.height - 1) // 2))


def _style_within(grid: Grid, setting: Setting) -> str:
    if grid.name in ALIGNMENTS:
        return setting.style
    return "script" if grid.name == "substack" or setting.style == "script" else "text"


def _cell(grid: Grid, row: tuple[Row, ...], at: int, setting: Setting) -> Box:
    cell = row[at]
    if grid.name in ALIGNMENTS and cell.items:
        # As TeX has it: what the alignment begins with has something before it. And something
        # stands behind what it ends with, which has its room: `\min_x & f(x)`.
        if at % 2:
            cell = Row((EMPTY_ROW, *cell.items))
        elif not isinstance(cell.items[-1], Fraction):
            cell = Row((*cell.items, EMPTY_ROW))
    return lay_row(cell, setting).box


def _row(grid: Grid, cells: list[Box], widths: list[int], setting: Setting) -> Box:
    """One row of cells, each as wide as its column, with rules between them."""
    boxes: list[Box] = []
    above = max([cell.above for cell in cells], default=0)
    below = max([cell.below for cell in cells], default=0)
    wall = ("|" if setting.ascii else "│",) * (above + 1 + below)
    count = len(widths)
    for at, width in enumerate(widths):
        cell = cells[at] if at < len(cells) else EMPTY
        gap = _gap_before(grid, at)
        if at in grid.rules:
            gap = 1 if at else 0
            boxes += [_blanks(gap), Box(wall, above, 1), _blanks(1)]
        elif gap:
            boxes.append(_blanks(gap))
        align = _ALIGNS[grid.columns[at]] if at < len(grid.columns) else "center"
        boxes.append(widened(cell, width, align=align))
    if count in grid.rules:
        boxes += [_blanks(1), Box(wall, above, 1)]
    return beside(boxes) if boxes else EMPTY


def _blanks(columns: int) -> Box:
    return box_of(" " * columns)


def _gap_before(grid: Grid, at: int) -> int:
    if at == 0:
        return 0
    if grid.name in ALIGNMENTS:
        return 0 if at % 2 else _ALIGNED_GAP
    return _GAPS.get(grid.name, 2)


def _tagged(line: Box, tag: Row | None, setting: Setting) -> Box:
    if tag is None:
        return line
    return beside([line, _blanks(_TAG_GAP), lay_row(tag, setting._replace(style="text")).box])


def _row_gap(grid: Grid, lines: list[Box]) -> bool:
    """Whether blank rows part the rows, because one of them is tall."""
    if grid.name in {"substack", "smallmatrix"}:
        return False
    return any(line.height > 1 for line in lines)


def _rule(grid: Grid, widths: list[int], width: int, setting: Setting, row: int) -> Box:
    """A horizontal rule above a row, or below the last one."""
    line = "-" if setting.ascii else "─"
    place = 0 if row == 0 else 2 if row == len(grid.rows) else 1
    corners = "+++" if setting.ascii else ("┌┬┐", "├┼┤", "└┴┘")[place]
    return box_of(_across(grid, widths, line, corners).ljust(width, line)[:width])


def _blank(grid: Grid, widths: list[int], setting: Setting) -> Box:
    wall = "|" if setting.ascii else "│"
    return box_of(_across(grid, widths, " ", wall * 3)) if grid.rules else box_of(" ")


def _across(grid: Grid, widths: list[int], line: str, corners: str) -> str:
    """A row without cells: what goes across, with the vertical rules in it.

    Args:
        grid: whose rules they are.
        widths: of its columns.
        line: what goes across.
        corners: the rule at the left edge, within, and at the right edge.
    """
    text = ""
    for at, width in enumerate(widths):
        if at in grid.rules:
            text += (line + corners[1] if at else corners[0]) + line
        else:
            text += line * _gap_before(grid, at)
        text += line * width
    return text + (line + corners[2] if len(widths) in grid.rules else "")
