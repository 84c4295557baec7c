"""Answers written before the true one is shown, with their formulas typeset as one types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.text import Text

from mlready.terminal.display import WIDEST, Screen
from mlready.terminal.documents.document_view import DocumentView
from mlready.terminal.editor.line_editor import edit_text, editing_line, text_field
from mlready.terminal.editor.typed_text import Formula, formula_at, read_typed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

    from mlready.terminal.display import Look
    from mlready.terminal.editor.drafts import Draft
    from mlready.terminal.window import Window

_AROUND = 5  # lines of a window that are neither text nor formula
_BETWEEN = " │ "  # columns


def type_answer(window: Window, asked: Callable[[Look], Screen], initial: str = "") -> str | None:
    """Let the learner write an answer below what is asked.

    Args:
        window: to show it in.
        asked: the card's screen with its answer hidden; its foot gives way to how to write.
        initial: what was written before, to go on with.

    Returns:
        What was written, which may be nothing; None when writing was skipped.

    Raises:
        KeyboardInterrupt: the learner wants to quit.
    """

    def build(look: Look, draft: Draft) -> Screen:
        label = Text("Your answer, with formulas as $x^2$ or $$x^2$$:", "quiet")
        foot = editing_line(look, many_lines=True, leave="do not write")
        if look.plain:  # where it stands below what is asked already
            return Screen([], [label], [foot])
        screen = asked(look)
        room = max(window.display.size.lines - _AROUND, 0)
        body = [*screen.body, Text(""), label, *text_field(draft, look, max(room // 3, 1))]
        return Screen(screen.head, [*body, *preview(draft, look, room // 3)], [foot])

    return edit_text(window, build, initial, many_lines=True)


def preview(draft: Draft, look: Look, height: int) -> list[RenderableType]:
    """The formula at the cursor, or the last one before it, as it will look.

    Args:
        draft: what was written so far.
        look: of the place it is shown in.
        height: lines there are.
    """
    found = formula_at(draft.text, draft.cursor)
    if found is None or look.plain or look.mathematics == "tex" or height < 1:
        return []
    drawn, row_by_row = (
        DocumentView(shown).render([["display_math", found.tex]])
        for shown in (look, look._replace(plain=True))
    )
    parts: list[RenderableType] = [Text(""), _Cut(drawn, row_by_row, height)]
    mistake = _describe_mistake(found)
    return [*parts, Text(mistake, "quiet")] if mistake else parts


def _describe_mistake(formula: Formula) -> str:
    """What is wrong with a formula, once it is finished."""
    from mlready.mathtext.reading.checking import find_mistake  # noqa: PLC0415 - only where one types

    found = find_mistake(formula.tex) if formula.is_finished else None
    return f"{found.message}; {found.hint}" if found is not None else ""


def beside(
    typed: str, look: Look, truth: Callable[[Look], list[RenderableType]] | None = None
) -> list[RenderableType]:
    """What was written, and the truth: side by side where there is room, else below it.

    Args:
        typed: what the learner wrote.
        look: of the place it is shown in.
        truth: makes the answer for the look of its column; None leaves it out.
    """
    if truth is None or look.plain or look.width < WIDEST:
        return [*_yours(typed, look), *(truth(look) if truth is not None else [])]
    half = look._replace(width=(look.width - len(_BETWEEN)) // 2)
    return [_Columns(_yours(typed, half), truth(half), half.width)]


def _yours(typed: str, look: Look) -> list[RenderableType]:
    rule = Text("Your answer:") if look.plain else Text("─" * look.width, "quiet")
    label = [] if look.plain else [Text("Yours", "quiet")]
    document = read_typed(typed)
    shown = DocumentView(look).render(document) or [Text("(nothing written)", "quiet")]
    return [Text(""), rule, *label, Text(""), *shown]


class _Cut:
    """Content of no more than some lines; something else where it would take more."""

    def __init__(
        self, content: Sequence[RenderableType], instead: Sequence[RenderableType], height: int
    ) -> None:
        self.content = content
        self.instead = instead
        self.height = height

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Render the first lines, the last of them telling whether there are more."""
        lines = _lines(console, options, self.content)
        if len(lines) > self.height:
            lines = _lines(console, options, self.instead)
        if len(lines) > self.height:
            lines = [*lines[: self.height - 1], [Segment("    …")]]
        for line in lines:
            yield from line
            yield Segment.line()


class _Columns:
    """Two columns of some width, with a line between them."""

    def __init__(
        self, left: Sequence[RenderableType], right: Sequence[RenderableType], width: int
    ) -> None:
        self.left = left
        self.right = right
        self.width = width

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Render both, row by row."""
        narrow = options.update_width(self.width)
        left, right = (_lines(console, narrow, side) for side in (self.left, self.right))
        for row in range(max(len(left), len(right))):
            line = left[row] if row < len(left) else []
            yield from Segment.adjust_line_length(line, self.width)
            yield Segment(_BETWEEN, console.get_style("quiet"))
            yield from right[row] if row < len(right) else []
            yield Segment.line()


def _lines(
    console: Console, options: ConsoleOptions, parts: Sequence[RenderableType]
) -> list[list[Segment]]:
    return [line for part in parts for line in console.render_lines(part, options, pad=False)]
