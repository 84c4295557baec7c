"""Tables of prose: in columns, or row by row where columns would be too narrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlready.terminal.documents.paragraphs import Prose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

_GAP = 3  # columns between columns


class ProseTable:
    """A table.

    Attributes:
        aligns: of each column: left, right, center, or nothing.
        rows: the names of the columns, then the rows.
        plain: whether it is for those who read line by line.
    """

    def __init__(
        self, aligns: Sequence[str], rows: Sequence[Sequence[Prose]], *, plain: bool
    ) -> None:
        self.aligns = aligns
        self.rows = rows
        self.plain = plain

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Columns below their names, or row by row each cell behind its column's name."""
        room = options.max_width - _GAP * len(self.aligns)
        needs = [self._measure(number) for number in range(len(self.aligns))]
        if self.plain or sum(least for least, _ in needs) > room:
            yield from self._listed()
        else:
            yield self._in_columns(share_out(needs, room))

    def _measure(self, number: int) -> tuple[int, int]:
        """The columns that a column needs at least, and those it would fill."""
        widths = [row[number].widths for row in self.rows if number < len(row)]
        return max((least for least, _ in widths), default=0), max(
            (w for _, w in widths), default=0
        )

    def _in_columns(self, widths: Sequence[int]) -> RenderableType:
        from rich import box  # noqa: PLC0415 - tables are rare, and dear to import
        from rich.table import Table  # noqa: PLC0415

        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
        for align, cell, width in zip(self.aligns, self.rows[0], widths, strict=False):
            justify: Any = align or "left"
            table.add_column(cell, justify=justify, width=width)
        for row in self.rows[1:]:
            table.add_row(*row)
        return table

    def _listed(self) -> Iterator[RenderableType]:
        from mlready.terminal.documents.document_view import Hanging  # noqa: PLC0415 - it imports this

        names = self.rows[0]
        for row in self.rows[1:] or [[]]:
            line = Prose(names[0].form if names else "linear", flat=True)
            for number, name in enumerate(names):
                line.append("; " if number else "")
                line.append_prose(name)
                if number < len(row):
                    line.append("" if name.is_empty else ": ")
                    line.append_prose(row[number])
            yield Hanging("- ", "  ", [line])


def share_out(needs: Sequence[tuple[int, int]], room: int) -> list[int]:
    """Widths for columns: what each needs at least, and a share of what is left.

    Args:
        needs: of each column what it needs at least, and what it would fill.
        room: columns for all of them, no fewer than they need.
    """
    wanted = sum(most - least for least, most in needs)
    spare = min(room - sum(least for least, _ in needs), wanted)
    return [least + (most - least) * spare // max(wanted, 1) for least, most in needs]
