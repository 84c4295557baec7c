"""Rows and columns on a line: `[a, b; c, d]`, `{ 1, if x > 0; 0, else }`, rows of equations."""

from __future__ import annotations

from mlready.mathtext.commands import ALIGNMENTS
from mlready.mathtext.grouping import base_of, things_in
from mlready.mathtext.symbols import CLOSE, OPEN, PUNCT, REL, Symbol
from mlready.mathtext.tree import Grid, Row, Words
from mlready.mathtext.writing.line_rows import Line, write_row, writes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

_SIDES_AND_SIGN: Final = 3  # columns: what stands on the left, a relation, what on the right
_ENDS: Final = (",", ";", ".")


@writes(Grid)
def _write_grid(grid: Grid, line: Line) -> str:
    return f"[{write_rows(grid, line)}]"


def write_rows(grid: Grid, line: Line) -> str:
    """Its rows one after the other, without anything around them."""
    if is_equations(grid):
        return joined(equations(grid, line))
    return "; ".join([_write_cells(grid, row, line) for row in grid.rows])


def _write_cells(grid: Grid, row: tuple[Row, ...], line: Line) -> str:
    text = ""
    for at, cell in enumerate(row):
        if at:
            text += " | " if at in grid.rules else ", "
        # Behind its first comma a case may have others, as rows without columns may.
        is_open = grid.name == "substack" or (grid.name == "cases" and 0 < at == len(row) - 1)
        text += _write_cell(cell, line, {";"} if is_open else {",", ";"})
    return text


def _write_cell(cell: Row, line: Line, ends: set[str]) -> str:
    """A cell without a comma at its end, which the next sign replaces.

    In parentheses where a sign in it would be taken for its end.
    """
    things = things_in(cell.items)
    text = write_row(cell, line).strip()
    if things and isinstance(things[-1], Symbol | Words):
        text = text.rstrip(",; ")
    depth = 0
    for thing in things[:-1]:
        base = base_of(thing)
        if isinstance(base, Symbol):
            depth += (base.kind == OPEN) - (base.kind == CLOSE and base.text not in {"!", "?"})
            if base.kind == PUNCT and base.text in ends and depth <= 0:
                return f"({text})"
    return text


def is_equations(grid: Grid) -> bool:
    """Whether its columns are only there to align signs, as in `aligned`."""
    if grid.name in ALIGNMENTS:
        return True
    return grid.name == "array" and all(
        len(row) == _SIDES_AND_SIGN and _is_relation(row[1]) for row in grid.rows
    )


def _is_relation(cell: Row) -> bool:
    things = things_in(cell.items)
    return len(things) == 1 and isinstance(things[0], Symbol) and things[0].kind == REL


def equations(grid: Grid, line: Line) -> list[str]:
    """The rows of a grid of equations, each with its tag."""
    tags = dict(grid.tags)
    lines = []
    for at, row in enumerate(grid.rows):
        # Two columns to an equation; what stands in a third one is another equation.
        step = 2 if grid.name in ALIGNMENTS else len(row)
        parts = [
            write_row(
                Row(tuple(item for cell in row[start : start + step] for item in cell.items)), line
            )
            for start in range(0, len(row), max(step, 1))
        ]
        text = "  ".join(part.strip() for part in parts)
        tag = f"   {write_row(tags[at], line)}" if at in tags else ""
        lines.append(text + tag)
    return lines


def joined(texts: Sequence[str]) -> str:
    """Rows one after the other; a semicolon between them where no sign ends the first."""
    line = ""
    for text in texts:
        if line:
            line += " " if line.endswith(_ENDS) else "; "
        line += text
    return line
