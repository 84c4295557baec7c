"""The inner tree as terminal text."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from rich.text import Text

from mlready.mathtext.widths import END_OF_MARK, MARK
from mlready.terminal.ascii_text import to_ascii
from mlready.terminal.display import Look
from mlready.terminal.documents.formulas import Displayed, Hole, Tex, join_parts, show_source
from mlready.terminal.documents.paragraphs import Prose
from mlready.terminal.documents.tables import ProseTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

    from mlready.content.document import Document, Node
    from mlready.mathtext.rendering import Form

# Control characters, of either set, that could move the cursor or worse; what would turn the
# direction of writing, or end a line; and halves of characters, which cannot be written.
_OBEYED = [*range(32), *range(127, 160), *range(0x2028, 0x202F), *range(0x2066, 0x206A)]
_CONTROLS = dict.fromkeys([*_OBEYED, *range(0xD800, 0xE000)], "�")
_INLINE_CONTROLS = _CONTROLS | {ord("\n"): " ", ord("\t"): " "}
_BLOCK_CONTROLS = _CONTROLS | {ord("\n"): "\n", ord("\t"): "    "}
_MARKS = dict.fromkeys(map(ord, (MARK, END_OF_MARK)), "�")
_ROW_OR_END = re.compile(r"\s*(\\\\(?:\*?\[[^\]]*\])?|\\end\{[^{}]*\})[^\S\n]*\n?[^\S\n]*")
_USUAL_LOOK = Look(80)
_LEAST_ROOM = 8  # columns; what hangs behind a marker goes below it instead of getting less


def clean(text: str, *, lines: bool = False) -> str:
    """The text without anything a terminal would obey; `lines` keeps line breaks."""
    return text.translate(_BLOCK_CONTROLS if lines else _INLINE_CONTROLS)


class Hanging:
    """Content behind a marker, its further lines indented below its first."""

    def __init__(self, marker: str, rest: str, content: Sequence[RenderableType]) -> None:
        self.marker = marker
        self.rest = rest
        self.content = content

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Render the content narrower, and put the marker before it."""
        marker, rest = self.marker, self.rest
        room = options.max_width - max(len(marker), len(rest))
        if room < _LEAST_ROOM:
            if marker.strip():
                yield Text(marker.rstrip())
            marker, rest, room = "", "", options.max_width
        inner = options.update_width(room)
        first = self.content[0] if self.content else None
        above = first.rows_above(room) if isinstance(first, Prose) else 0
        rows = [
            row for part in self.content for row in console.render_lines(part, inner, pad=False)
        ]
        for number, row in enumerate(rows):
            # The marker stands on the first line, not on what a formula has above it.
            yield Segment(marker if number == above else rest)
            yield from row
            yield Segment.line()


class DocumentView:
    """Renders documents of one card.

    Args:
        look: of the place they are shown in.
        hole: the number of the hole that the card asks for, if it is a cloze.
        revealed: whether that hole is filled in.
    """

    def __init__(
        self, look: Look = _USUAL_LOOK, *, hole: int | None = None, revealed: bool = True
    ) -> None:
        self.form: Form = look.mathematics
        self.plain = look.plain
        self.pictures = look.pictures
        self.hole = Hole(hole, revealed, bracketed=look.plain or not look.styled)
        self.gap = "..." if self.form == "ascii" else "…"

    def render(self, document: Document) -> list[RenderableType]:
        """The document's blocks, with a blank line between them."""
        parts: list[RenderableType] = []
        for block in document:
            if parts:
                parts.append(Text(""))
            parts += self._block(block)
        return parts

    def _block(self, block: Node) -> list[RenderableType]:  # noqa: C901, PLR0911
        match block:
            case ["paragraph", inlines]:
                return self._paragraph(inlines)
            case ["heading", _, inlines]:
                return [self._prose(inlines, "bold", flat=True)]
            case ["code_block", _, code]:
                return [_indented(Text(clean(code, lines=True).rstrip("\n"), "code"))]
            case ["display_math", tex]:
                return [self._displayed([tex])]
            case ["cloze_math", _, parts]:
                return [self._displayed(parts)]
            case ["bullet_list", items]:
                return [Hanging("• ", "  ", self._tight(item)) for item in items]
            case ["ordered_list", start, items]:
                return [self._numbered(number, item) for number, item in enumerate(items, start)]
            case ["quote", blocks]:
                marker = "> " if self.plain else "│ "
                return [Hanging(marker, marker, self.render(blocks))]
            case ["table", aligns, rows]:
                return [self._table(aligns, rows)]
            case ["rule"]:
                return [Text("* * *", "quiet", justify="center")]
        return []

    def _numbered(self, number: int, item: Document) -> Hanging:
        marker = f"{number}. "
        return Hanging(marker, " " * len(marker), self._tight(item))

    def _tight(self, blocks: Document) -> list[RenderableType]:
        return _spread([part for block in blocks for part in self._block(block)])

    def _table(
        self, aligns: Sequence[str], rows: Sequence[Sequence[Sequence[Node]]]
    ) -> RenderableType:
        cells = [[self._prose(cell, flat=True) for cell in row] for row in rows]
        return ProseTable(aligns, cells, plain=self.plain)

    # --- prose -----------------------------------------------------------------------

    def _paragraph(self, inlines: Sequence[Node]) -> list[RenderableType]:
        """A paragraph; displayed formulas within it stand on lines of their own."""
        parts: list[RenderableType] = []
        run: list[Node] = []
        for inline in inlines:
            if not _is_displayed(inline):
                run.append(inline if run else _without_indent(inline))
                continue
            if run:
                parts.append(self._prose(run))
                run = []
            parts += self._block(inline)
        if run:
            parts.append(self._prose(run))
        return _spread(parts)

    def _prose(self, inlines: Sequence[Node], *styles: str, flat: bool = False) -> Prose:
        # Rows that belong together are nothing for those who read line by line.
        prose = Prose(self.form, flat=flat or self.plain)
        self._append_all(prose, inlines, *styles)
        return prose

    def _append_all(self, prose: Prose, inlines: Sequence[Node], *styles: str) -> None:
        for inline in inlines:
            self._append(prose, inline, *styles)

    def _append(self, prose: Prose, inline: Node, *styles: str) -> None:  # noqa: C901
        match inline:
            case ["text", content]:
                prose.append(self._words(content), *styles)
            case ["emphasis", inner]:
                self._append_all(prose, inner, "italic", *styles)
            case ["strong", inner]:
                self._append_all(prose, inner, "bold", *styles)
            case ["code", code]:
                prose.append(clean(code), "code", *styles)
            case ["math" | "display_math", tex]:
                self._append_formula(prose, [tex], *styles)
            case ["cloze_math", _, parts]:
                self._append_formula(prose, parts, *styles)
            case ["link", href, inner]:
                self._append_all(prose, inner, "link", *styles)
                prose.append(f" <{clean(href)}>", "quiet", *styles)
            case ["image", file, description]:
                shown = self._words(description) or clean(file)
                prose.append(f"[picture: {shown}]", "quiet", *styles)
            case ["line_break"]:
                prose.append("\n")
            case ["cloze", number, hint, inner]:
                self._append_hole(prose, (number, hint, inner), *styles)

    def _words(self, text: str) -> str:
        """What an author wrote, as this place can show it."""
        return to_ascii(clean(text)) if self.form == "ascii" else clean(text)

    def _append_hole(
        self, prose: Prose, cloze: tuple[int, str, Sequence[Node]], *styles: str
    ) -> None:
        """What stands in a hole: itself, or a gap where the card asks for it."""
        number, hint, inner = cloze
        if number != self.hole.number:
            self._append_all(prose, inner, *styles)
        elif not self.hole.revealed:
            prose.append(f"[{self._words(hint) or self.gap}]", *styles, "hole")
        elif not self.hole.bracketed:
            self._append_all(prose, inner, *styles, "hole")
        else:
            prose.append("[")
            self._append_all(prose, inner, *styles)
            prose.append("]")

    # --- formulas --------------------------------------------------------------------

    def _append_formula(self, prose: Prose, parts: Sequence[Any], *styles: str) -> None:
        if self.form != "tex":
            prose.append(self._tex(parts), *styles)
            return
        for piece, style in (("$", "math"), *self._source(parts), ("$", "math")):
            prose.append(piece.replace("\n", " "), style, *styles)

    def _displayed(self, parts: Sequence[Any]) -> RenderableType:
        if self.form == "tex":
            pieces = self._source(parts)
            if self.plain:
                pieces = [(_apart(piece), style) for piece, style in pieces]
            lines = Text.assemble(*pieces).split("\n")
            return _indented(Text("\n").join([line for line in lines if line.plain.strip()]))
        shown = Displayed(self._tex(parts), self.form, flat=self.plain)
        shown.pictures = self.pictures
        return shown

    def _tex(self, parts: Sequence[Any]) -> Tex:
        cleaned = [_clean_part(part, lines=False) for part in parts]
        return join_parts(cleaned, self.hole, self.gap)

    def _source(self, parts: Sequence[Any]) -> list[tuple[str, str]]:
        cleaned = [_clean_part(part, lines=True) for part in parts]
        return show_source(cleaned, self.hole, self.gap)


def _clean_part(part: Any, *, lines: bool) -> Any:
    """TeX, or a hole within it, without what a terminal would obey and without marks of ours."""
    if isinstance(part, str):
        return clean(part, lines=lines).translate(_MARKS)
    tag, number, hint, tex = part
    return (tag, number, clean(hint).translate(_MARKS), _clean_part(tex, lines=lines))


def _apart(tex: str) -> str:
    """Source with each row of an array on a line of its own, and so what closes it.

    As what parts two rows begins a line, no line changes when another row comes.
    """
    return _ROW_OR_END.sub(r"\n\1 ", tex)


def _is_displayed(inline: Node) -> bool:
    return inline[0] == "display_math" or tuple(inline[:2]) == ("cloze_math", True)


def _without_indent(inline: Node) -> Node:
    """What begins a line; blanks stood between it and a displayed formula."""
    return ["text", inline[1].lstrip(" ")] if inline[0] == "text" else inline


def _spread(parts: list[RenderableType]) -> list[RenderableType]:
    """Parts one below the other, with room between tall formulas and what is beside them."""
    for upper, lower in pairwise(parts):
        if isinstance(upper, Displayed):
            upper.below = True
        elif isinstance(lower, Displayed):
            lower.above = True
    return parts


def _indented(text: Text) -> Hanging:
    return Hanging("    ", "    ", [text])
