"""Formulas as styled rows: what `mathtext` makes of TeX, with the holes of a cloze found again.

TeX comes in clean: without control characters, and without marks but those set here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.text import Text

from mlready.mathtext.widths import END_OF_MARK, MARK
from mlready.terminal.documents.line_breaking import Span, columns_of, find_breaks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console, ConsoleOptions, RenderResult

    from mlready.mathtext.boxes import Box
    from mlready.mathtext.rendering import Form
    from mlready.terminal.typeset.pictures import Pictures

_ENDS_IN_COMMAND = re.compile(r"\\[A-Za-z]+$")
_EDGE_OF_MARK = re.compile(f"([{MARK}{END_OF_MARK}])")
_UNMARKED = f"[^{MARK}{END_OF_MARK}]*"
_PAIRED = re.compile(f"{_UNMARKED}(?:{MARK}{_UNMARKED}{END_OF_MARK}{_UNMARKED})*")
_INNERMOST = re.compile(r"\\begin\{(?:(?!\\begin\{).)*?\\end\{[^}]*\}", re.DOTALL)
_NEXT_CELL = re.compile(r"(?<!\\)&|\\\\")
_MEANS_SOMETHING = re.compile(r"[{}$&#%_]")
_LOOK_ALIKE = str.maketrans("\\~", "∖∼")  # noqa: RUF001 - LaTeX's own cannot be had within text
_ROW_BY_ROW = frozenset(("linear", "speech"))  # forms whose rows stand by themselves
_HANGING = 2  # columns by which a broken formula is indented below its first line


class Tex(NamedTuple):
    """A formula's source.

    Attributes:
        marked: with what fills the hole that is asked for, or the gap, marked.
        bare: without marks, for where they would keep the formula from being understood.
    """

    marked: str
    bare: str


class Hole(NamedTuple):
    """The hole that a card asks for.

    Attributes:
        number: its number in the cloze; None: the card asks for none.
        revealed: whether it is filled in.
        bracketed: whether brackets mark what fills it.
    """

    number: int | None
    revealed: bool
    bracketed: bool


class Rows(NamedTuple):
    """A formula that is written out.

    Attributes:
        rows: from the top down.
        baseline: which of them stands on the line of its prose, from 0.
        is_words: whether it is read, and so broken, as prose is.
    """

    rows: Sequence[Text]
    baseline: int
    is_words: bool = False


def join_parts(parts: Sequence[Any], hole: Hole, gap: str) -> Tex:
    """The formula of a cloze, from its parts; holes the card does not ask for are filled.

    Args:
        parts: TeX, or `["cloze", number, hint, tex]`.
        hole: what the card asks for.
        gap: what stands for a hole without a hint.
    """
    from mlready.mathtext.rendering import mark  # noqa: PLC0415 - only where there are formulas

    marked = bare = ""
    for part in parts:
        tex = part if isinstance(part, str) else part[3]
        shown = tex
        if not isinstance(part, str) and part[1] == hole.number:
            if not hole.revealed:
                tex = rf"\text{{[{_escape(part[2] or gap)}]}}"
            elif hole.bracketed:
                # No brackets of the formula's own, but with the space around that those have.
                tex = rf"\mathopen{{\text{{[}}}}{tex}\mathclose{{\text{{]}}}}"
            shown = mark(tex) if _is_whole(tex) else tex
        marked, bare = _attach(marked, shown), _attach(bare, tex)
    return Tex(marked, bare)


def _is_whole(tex: str) -> bool:
    """Whether TeX can be marked: balanced, and within one cell of a matrix or an alignment."""
    from mlready.mathtext.reading.balance import find_imbalance  # noqa: PLC0415

    outside = tex
    while outside != (outside := _INNERMOST.sub("", outside)):
        pass
    return find_imbalance(tex) is None and not _NEXT_CELL.search(outside)


def show_source(parts: Sequence[Any], hole: Hole, gap: str) -> list[tuple[str, str]]:
    """The source of a formula as it was written, in pieces with their styles; as `join_parts`."""
    pieces: list[tuple[str, str]] = []
    written = ""
    for part in parts:
        tex = part if isinstance(part, str) else part[3]
        apart = _attach(written, tex)[len(written) : -len(tex) or None]
        written += apart + tex
        pieces.append((apart, "math"))
        if isinstance(part, str) or part[1] != hole.number:
            pieces.append((tex, "math"))
        elif not hole.revealed:
            pieces.append((f"[{part[2] or gap}]", "hole"))
        elif hole.bracketed:
            pieces += [("[", ""), (tex, "math"), ("]", "")]
        else:
            pieces.append((tex, "hole"))
    return pieces


def _attach(before: str, tex: str) -> str:
    """Two pieces of TeX as one."""
    # What stood apart from a command by the hole's braces must not become part of it.
    apart = " " if tex[:1].isalpha() and _ENDS_IN_COMMAND.search(before) else ""
    return f"{before}{apart}{tex}"


def _escape(text: str) -> str:
    """Words as they are written within LaTeX's text."""
    return _MEANS_SOMETHING.sub(r"\\\g<0>", text.translate(_LOOK_ALIKE))


def write_inline(tex: Tex, form: Form, width: int) -> Rows:
    """A formula within prose; on one row where it would be wider than the width otherwise."""
    from mlready.mathtext.rendering import render_inline  # noqa: PLC0415

    source, box = _understand(tex, lambda source: render_inline(source, form))
    rows = style_rows(box.rows)
    if len(rows) > 1 and _widest(rows) > width:
        return Rows([_write_on_one_row(source, form)], 0)
    return Rows(rows, box.baseline, is_words=form == "speech")


def _understand(tex: Tex, render: Callable[[str], Box]) -> tuple[str, Box]:
    """The box, and the source it was made of: without marks where they come back unpaired."""
    box = render(tex.marked)
    if _PAIRED.fullmatch("".join(box.rows)):
        return tex.marked, box
    return tex.bare, render(tex.bare)


def _write_on_one_row(source: str, form: Form) -> Text:
    from mlready.mathtext.rendering import render_row  # noqa: PLC0415

    return style_rows([render_row(source, form)])[0]


def _widest(rows: Sequence[Text]) -> int:
    """The columns to set aside for rows."""
    return max((columns_of(row.plain) for row in rows), default=0)


def style_rows(rows: Sequence[str]) -> list[Text]:
    """The rows of a formula, with what was marked in the style of holes."""
    styled, style = [], "math"
    for row in rows:
        text = Text()
        for piece in _EDGE_OF_MARK.split(row):
            if piece in {MARK, END_OF_MARK}:
                style = "hole" if piece == MARK else "math"
            else:
                text.append(piece, style)
        styled.append(text)
    return styled


def break_row(row: Text, width: int) -> list[Text]:
    """A formula's only row on as many lines as it takes, those below the first indented."""
    room = max(width - _HANGING, 2)
    breaks = find_breaks(row.plain, room, [Span(0, len(row))])
    lines = list(row.divide(breaks)) if breaks else [row]
    for line in lines[1:]:
        line.pad_left(min(_HANGING, width - room))
    return lines


class Displayed:
    """A formula on lines of its own, in the middle of them or indented.

    Attributes:
        flat: whether it takes one row, for those who read line by line.
        above: whether a blank line goes before it, if it takes more than one.
        below: whether one goes behind it.
        pictures: the maker of a picture of it, to be shown below it.
    """

    def __init__(self, tex: Tex, form: Form, *, flat: bool = False) -> None:
        self.tex = tex
        self.form = form
        self.flat = flat
        self.above = False
        self.below = False
        self.pictures: Pictures | None = None

    @property
    def centered(self) -> bool:
        """Whether it stands in the middle of its lines."""
        return not self.flat and self.form != "speech"

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The formula's lines, and below them its picture."""
        lines = self._lines(options.max_width)
        strip = None
        if self.pictures is not None:
            width = options.max_width
            strip = self.pictures.strip(self.tex.bare, width, centered=self.centered)
        blank = [Text("")] if len(lines) > 1 or strip else []
        yield from blank * self.above
        for line in lines:
            line.no_wrap, line.overflow = True, "crop"
            yield line
        if strip is not None:
            yield strip
        yield from blank * self.below

    def _lines(self, width: int) -> list[Text]:
        from mlready.mathtext.rendering import render_display  # noqa: PLC0415

        indent = 0 if self.centered else min(4, width // 4)
        room = width - indent
        form, flat = self.form, self.flat
        source, box = _understand(self.tex, lambda tex: render_display(tex, room, form, flat=flat))
        lines = style_rows(box.rows)
        is_tall = len(lines) > 1 and not flat and form not in _ROW_BY_ROW
        if is_tall and _widest(lines) > room:
            lines = [_write_on_one_row(source, form)]
        if _widest(lines) > room:
            lines = [part for line in lines for part in break_row(line, room)]
        if self.centered:
            indent = max(width - _widest(lines), 0) // 2
        for line in lines:
            line.rstrip()
            line.pad_left(indent)
        return lines
