"""Paragraphs: words and formulas in lines, where a formula may take a row above and one below."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.measure import Measurement
from rich.text import Text

from mlready.terminal.documents.formulas import Rows, write_inline
from mlready.terminal.documents.line_breaking import Span, columns_of, find_breaks, widest_word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console, ConsoleOptions, RenderResult

    from mlready.mathtext.rendering import Form
    from mlready.terminal.documents.formulas import Tex


class _Row(NamedTuple):
    """A row of a formula off its line: how far below it (negative: above), and where it begins."""

    drop: int
    offset: int
    row: Text


class _Line(NamedTuple):
    """A paragraph laid out as if there were room for it on one line."""

    text: Text
    formulas: Sequence[Span]
    off_line: Sequence[_Row]


class Prose:
    """Words and formulas, each with its styles, in lines as long as the place has room for.

    Attributes:
        form: how formulas are written.
        flat: whether each formula takes one row, as in headings.
    """

    def __init__(self, form: Form, *, flat: bool = False) -> None:
        self.form = form
        self.flat = flat
        self._pieces: list[tuple[str | Tex, tuple[str, ...]]] = []

    def append(self, piece: str | Tex, *styles: str) -> None:
        """Add words (a line break ends their line) or a formula; later styles win."""
        self._pieces.append((piece, styles))

    def append_prose(self, prose: Prose) -> None:
        """Add what another has."""
        self._pieces += prose._pieces

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it."""
        return not self._pieces

    @property
    def widths(self) -> tuple[int, int]:
        """The columns of its longest word, or formula on one row; and of its longest line."""
        whole = _lay_out(self._written(0))
        text = whole.text.plain
        return widest_word(text, whole.formulas), max(map(columns_of, text.split("\n")))

    def rows_above(self, width: int) -> int:
        """The rows that formulas of its first line take above it."""
        whole = _lay_out(self._written(0 if self.flat else width))
        end = next(_ends(whole, width), len(whole.text))
        return -min((0, *(row.drop for row in whole.off_line if row.offset < end)))

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """The widths at which a table can have it as a cell."""
        return Measurement(*self.widths)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The paragraph's lines."""
        width = options.max_width
        for line in fill_lines(self._written(0 if self.flat else width), width):
            line.no_wrap, line.overflow = True, "crop"
            yield line

    def _written(self, width: int) -> list[Text | Rows]:
        """Words and formulas, those wider than the width on one row each."""
        written: list[Text | Rows] = []
        for piece, styles in self._pieces:
            if isinstance(piece, str):
                written.append(_stylize(Text(piece), styles))
                continue
            formula = write_inline(piece, self.form, width)
            rows = [_stylize(row, styles) for row in formula.rows]
            written.append(formula._replace(rows=rows))
        return written


def fill_lines(pieces: Sequence[Text | Rows], width: int) -> Iterator[Text]:
    """Words and formulas in lines, each as full as it goes, with rows above and below them."""
    whole = _lay_out(pieces)
    start = 0
    for end in [*_ends(whole, width), len(whole.text)]:
        line = whole.text[start:end]
        line.rstrip()
        beside = [row for row in whole.off_line if start <= row.offset < end]
        first, last = (choose((0, *(row.drop for row in beside))) for choose in (min, max))
        for drop in range(first, last + 1):
            yield _lay_beside(whole.text.plain, start, beside, drop) if drop else line
        start = end


def _lay_out(pieces: Sequence[Text | Rows]) -> _Line:
    """All pieces on one long line."""
    text = Text()
    formulas, off_line = [], []
    for piece in pieces:
        start = len(text)
        if isinstance(piece, Text):
            text.append_text(piece)
            continue
        text.append_text(piece.rows[piece.baseline])
        for drop, row in enumerate(piece.rows, -piece.baseline):
            if drop:
                off_line.append(_Row(drop, start, row))
        if not piece.is_words:
            formulas.append(Span(start, len(text), len(piece.rows) > 1))
    return _Line(text, formulas, off_line)


def _stylize(text: Text, styles: Sequence[str]) -> Text:
    for style in styles:
        text.stylize(style)
    return text


def _ends(whole: _Line, width: int) -> Iterator[int]:
    """The offsets at which all lines but the last end."""
    start = 0
    for line in whole.text.plain.split("\n"):
        if start:
            yield start
        end = start + len(line)
        inside = [
            Span(s.start - start, s.end - start, s.solid)
            for s in whole.formulas
            if start <= s.start < end
        ]
        yield from (start + offset for offset in find_breaks(line, width, inside))
        start = end + 1


def _lay_beside(text: str, start: int, rows: Sequence[_Row], drop: int) -> Text:
    """The rows so far below (or above) a line that begins at an offset, each at its formula."""
    beside = Text()
    used = 0
    for row in rows:
        if row.drop == drop:
            column = columns_of(text[start : row.offset])
            beside.append(" " * (column - used)).append_text(row.row)
            used = column + columns_of(row.row.plain)
    beside.rstrip()
    return beside
