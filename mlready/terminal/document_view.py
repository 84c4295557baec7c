"""The inner tree as terminal text. Mathematics shows as its LaTeX source."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

    from mlready.content.document import Document, Node

# Control characters, of either set, that could move the cursor or worse; what would turn the
# direction of writing, or end a line; and halves of characters, which cannot be written.
_OBEYED = [*range(32), *range(127, 160), *range(0x2028, 0x202F), *range(0x2066, 0x206A)]
_CONTROLS = dict.fromkeys([*_OBEYED, *range(0xD800, 0xE000)], "�")
_INLINE_CONTROLS = _CONTROLS | {ord("\n"): " ", ord("\t"): " "}
_BLOCK_CONTROLS = _CONTROLS | {ord("\n"): "\n", ord("\t"): "    "}


_ENDS_IN_COMMAND = re.compile(r"\\[A-Za-z]+$")


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
        indent = max(len(self.marker), len(self.rest))
        inner = options.update_width(max(options.max_width - indent, 8))
        marker = self.marker
        for part in self.content:
            for line in console.render_lines(part, inner, pad=False):
                yield Segment(marker)
                yield from line
                yield Segment.line()
                marker = self.rest


class DocumentView:
    """Renders documents of one card.

    Args:
        hole: the number of the hole that the card asks for, if it is a cloze.
        revealed: whether that hole is filled in.
        styled: whether styles will show; without them brackets mark what fills the hole.
    """

    def __init__(
        self, *, hole: int | None = None, revealed: bool = True, styled: bool = True
    ) -> None:
        self.hole = hole
        self.revealed = revealed
        self.styled = styled

    def render(self, document: Document) -> list[RenderableType]:
        """The document's blocks, with a blank line between them."""
        parts: list[RenderableType] = []
        for block in document:
            if parts:
                parts.append(Text(""))
            parts.extend(self._block(block))
        return parts

    def _block(self, block: Node) -> Iterator[RenderableType]:  # noqa: C901 - one case a tag
        match block:
            case ["paragraph", inlines]:
                yield from self._paragraph(inlines)
            case ["heading", _, inlines]:
                heading = self._inlines(inlines)
                heading.stylize("bold")
                yield heading
            case ["code_block", _, code]:
                yield _indented(Text(clean(code, lines=True).rstrip("\n"), "code"))
            case ["display_math", tex]:
                yield _indented(Text(clean(tex, lines=True).strip(), "math"))
            case ["cloze_math", _, parts]:
                yield _indented(self._cloze_math(parts))
            case ["bullet_list", items]:
                for item in items:
                    yield Hanging("• ", "  ", self._tight(item))
            case ["ordered_list", start, items]:
                for number, item in enumerate(items, start):
                    marker = f"{number}. "
                    yield Hanging(marker, " " * len(marker), self._tight(item))
            case ["quote", blocks]:
                yield Hanging("│ ", "│ ", self.render(blocks))
            case ["table", aligns, rows]:
                yield self._table(aligns, rows)
            case ["rule"]:
                yield Text("* * *", "quiet", justify="center")

    def _tight(self, blocks: Document) -> list[RenderableType]:
        return [part for block in blocks for part in self._block(block)]

    def _paragraph(self, inlines: Sequence[Node]) -> Iterator[RenderableType]:
        """A paragraph; displayed formulas within it stand on lines of their own."""
        run: list[Node] = []
        for inline in inlines:
            is_display = inline[0] == "display_math" or tuple(inline[:2]) == (
                "cloze_math",
                True,
            )
            if not is_display:
                run.append(inline)
                continue
            if run:
                yield self._inlines(run)
                run = []
            yield from self._block(inline)
        if run:
            yield self._inlines(run)

    def _inlines(self, inlines: Sequence[Node]) -> Text:
        text = Text()
        for inline in inlines:
            self._append(text, inline)
        return text

    def _append(self, text: Text, inline: Node) -> None:  # noqa: C901 - one case a tag
        match inline:
            case ["text", content]:
                text.append(clean(content))
            case ["emphasis", inner]:
                text.append_text(_styled(self._inlines(inner), "italic"))
            case ["strong", inner]:
                text.append_text(_styled(self._inlines(inner), "bold"))
            case ["code", code]:
                text.append(clean(code), "code")
            case ["math" | "display_math", tex]:
                text.append(f"${clean(tex)}$", "math")
            case ["cloze_math", _, parts]:
                text.append("$", "math").append_text(self._cloze_math(parts)).append("$", "math")
            case ["link", href, inner]:
                text.append_text(_styled(self._inlines(inner), "link"))
                text.append(f" <{clean(href)}>", "quiet")
            case ["image", file, description]:
                text.append(f"[picture: {clean(description) or clean(file)}]", "quiet")
            case ["line_break"]:
                text.append("\n")
            case ["cloze", number, hint, inner]:
                self._append_hole(text, number, hint, self._inlines(inner))

    def _cloze_math(self, parts: Sequence[Any]) -> Text:
        text = Text()
        for part in parts:
            if isinstance(part, str):
                text.append(clean(part), "math")
                continue
            _, number, hint, tex = part
            # What stood apart from a command by the hole's braces must not become part of it.
            if _ENDS_IN_COMMAND.search(text.plain) and tex[:1].isalpha():
                text.append(" ")
            self._append_hole(text, number, hint, Text(clean(tex), "math"))
        return text

    def _append_hole(self, text: Text, number: int, hint: str, filling: Text) -> None:
        """What stands in a hole: itself, or a gap where the card asks for it."""
        if number != self.hole:
            text.append_text(filling)
        elif not self.revealed:
            text.append(f"[{clean(hint) or '…'}]", "hole")
        elif self.styled:
            text.append(filling.plain, "hole")
        else:
            text.append("[").append_text(filling).append("]")

    def _table(self, aligns: Sequence[str], rows: Sequence[Sequence[Sequence[Node]]]) -> Any:
        from rich import box  # noqa: PLC0415 - tables are rare, and dear to import
        from rich.table import Table  # noqa: PLC0415

        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
        for align, cell in zip(aligns, rows[0], strict=False):
            justify: Any = align or "left"
            table.add_column(self._inlines(cell), justify=justify)
        for row in rows[1:]:
            table.add_row(*(self._inlines(cell) for cell in row))
        return table


def _indented(text: Text) -> Hanging:
    return Hanging("    ", "    ", [text])


def _styled(text: Text, style: str) -> Text:
    if style:
        text.stylize(style)
    return text
