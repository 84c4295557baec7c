"""Writing text in the review: a field with a cursor, and the keys that fill it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text

from mlready.mathtext.widths import width_of
from mlready.terminal.documents.document_view import clean
from mlready.terminal.editor.drafts import (
    LONGEST,
    Draft,
    Row,
    after_character,
    edited,
    insert,
    lay_out,
    row_of,
    written,
)
from mlready.terminal.keyboard import END, ESCAPE, INTERRUPT, SUSPEND, LineKeys
from mlready.terminal.terminal_modes import stop_for_now

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import RenderableType

    from mlready.terminal.display import Display, Look, Screen
    from mlready.terminal.window import Window

__all__ = ["Draft", "edit_text", "editing_line", "text_field"]
END_OF_TEXT = "\x04"  # Ctrl-D
_PROMPT = "> "
_LEAVES = {ESCAPE: "Escape", INTERRUPT: "Ctrl-C"}
_ENTER = {"\r", "\n"}


def field_width(look: Look) -> int:
    """Columns for a row of text: beside the prompt, a blank too far, and the cursor."""
    return look.width - len(_PROMPT) - 2


def text_field(draft: Draft, look: Look, height: int = 5) -> list[RenderableType]:
    """The text as it is, with its cursor; the part around the cursor if it is long.

    Args:
        draft: what to show.
        look: of the place it is shown in.
        height: rows there are for the text.
    """
    told: list[RenderableType] = [Text(draft.notice, "notice")] if draft.notice else []
    if look.plain:
        return told  # the text shows as it is typed
    rows = lay_out(draft.text, field_width(look))
    here = row_of(rows, draft.cursor)
    top = max(0, min(here - height // 2, len(rows) - height))
    shown = rows[top : top + height]
    parts: list[RenderableType] = [
        _row(draft, row, look, marked=top + number == here, first=top + number == 0)
        for number, row in enumerate(shown)
    ]
    if len(shown) < len(rows):
        place = f"  ({top + 1}-{top + len(shown)} of {len(rows)} lines)"
        parts.append(Text(place, "quiet", no_wrap=True))
    return [*parts, *told]


def _row(draft: Draft, row: Row, look: Look, *, marked: bool, first: bool) -> Text:
    text = Text(no_wrap=True, overflow="ignore")
    text.append(_PROMPT if first else " " * len(_PROMPT), "quiet")
    if not marked:
        return text.append(clean(draft.text[row.start : row.end]))
    text.append(clean(draft.text[row.start : draft.cursor]))
    rest = draft.text[draft.cursor : row.end]
    if not look.styled:
        return text.append("|").append(clean(rest))
    under = after_character(rest, 0)
    return text.append(clean(rest[:under]) or " ", "reverse").append(clean(rest[under:]))


def editing_line(look: Look, *, many_lines: bool = False, leave: str = "leave") -> Text:
    """How to end writing, and how to leave it; `leave` says what leaving means."""
    line = Text()
    if look.plain:
        ends = "an empty line" if many_lines else "Enter"
        return line.append(f"End with {ends}. Escape: {leave}.")
    for key, meaning in (("ctrl-d" if many_lines else "enter", "done"), ("esc", leave)):
        line.append(f" {key} " if look.styled else f"[{key}]", "reverse")
        line.append(f" {meaning}   ", "quiet")
    line.rstrip()
    return line


def edit_text(
    window: Window,
    build: Callable[[Look, Draft], Screen],
    initial: str = "",
    *,
    many_lines: bool = False,
    longest: int = LONGEST,
) -> str | None:
    """Let the learner write a text.

    Enter ends it, or Ctrl-D where there may be many lines. Escape gives up: the first one only
    asks where something was written, so that a slip loses nothing.

    Args:
        window: to show it in.
        build: makes the screen for a look and a draft, by `text_field` and `editing_line`.
        initial: the text to begin with.
        many_lines: whether it may have line breaks.
        longest: how many characters fit.

    Returns:
        What was written; None when given up, or when no more keys will come.

    Raises:
        KeyboardInterrupt: Ctrl-C, twice where something was written.
    """
    writing = _Writing(many_lines=many_lines, longest=longest)
    draft = writing.insert(Draft(), initial)
    if window.display.plain:
        window.show(lambda look: build(look, draft))
        if isinstance(window.keys, LineKeys):
            return _read_lines(window.display, window.keys, draft, writing)
        return _read_echoed(window, draft, writing)
    asked = ""
    window.show(lambda look: build(look, draft), writing=True)
    while (key := window.read_written()) != END:
        if key in writing.ends:
            return draft.text
        if key in _LEAVES:
            if key == asked or not draft.text.strip():
                return _give_up(key)
            draft = draft._replace(notice=_ask(key))
        elif key == SUSPEND:
            _stop(window.display)
        else:
            draft = writing.edit(draft, key, field_width(window.display.look))
        asked = key
        window.redraw()
    return None


class _Writing(NamedTuple):
    """What may be written."""

    many_lines: bool
    longest: int

    @property
    def ends(self) -> set[str]:
        """The keys that end it."""
        return {END_OF_TEXT} if self.many_lines else {END_OF_TEXT, *_ENTER}

    def edit(self, draft: Draft, key: str, width: int) -> Draft:
        """The draft after a key."""
        many_lines, longest = self.many_lines, self.longest
        return edited(draft, key, width=width, many_lines=many_lines, longest=longest)

    def insert(self, draft: Draft, text: str) -> Draft:
        """The draft with a text at its cursor."""
        return insert(draft, written(text, many_lines=self.many_lines), self.longest)


def _ask(key: str) -> str:
    return f"{_LEAVES[key]} again drops what you wrote"


def _give_up(key: str) -> str | None:
    if key == INTERRUPT:
        raise KeyboardInterrupt
    return None


def _stop(display: Display) -> None:
    with display.handed_over():
        stop_for_now()


# --- lines only: nothing is drawn anew --------------------------------------------------


def _prompted(text: str) -> str:
    """A text as it stands behind prompts."""
    return clean(text, lines=True).replace("\n", f"\n{_PROMPT}")


def _read_lines(display: Display, keys: LineKeys, draft: Draft, writing: _Writing) -> str | None:
    """Read one line, or many until an empty one; they go behind what there is.

    A line with nothing but Escape gives up, as the key does where keys are read.
    """
    display.write(_PROMPT + _prompted(draft.text))
    lines = []
    while line := keys.read_line():
        if line == ESCAPE:
            display.write("\n")
            return None
        lines.append(line)
        if not writing.many_lines:
            break
        display.write(f"\n{_PROMPT}")
    display.write("\n")
    if line is None and not lines:
        return None
    between = "\n" if draft.text and lines and writing.many_lines else ""
    draft = writing.insert(draft, between + "\n".join(lines))
    if draft.notice:
        display.print([Text(draft.notice)])
    return draft.text


def _read_echoed(window: Window, draft: Draft, writing: _Writing) -> str | None:
    """Read single keys and show each behind the last; an empty line ends many."""
    write = window.display.write
    write(_PROMPT + _prompted(draft.text))
    asked = ""
    while (key := window.keys.read()) != END:
        if key in writing.ends or (key in _ENTER and draft.text[-1:] in {"", "\n"}):
            write("\n")
            return draft.text.rstrip("\n")
        told = ""
        if key in _LEAVES:
            if key == asked or not draft.text.strip():
                write("\n")
                return _give_up(key)
            told = _ask(key)
        elif key == SUSPEND:
            _stop(window.display)
            told = "Going on"
        else:
            before, draft = draft, _edit_at_end(draft, key, writing)
            write(_change(before.text, draft.text))
            told = draft.notice
        if told:
            line = draft.text[draft.text.rfind("\n") + 1 :]
            write(f"\n{told}\n{_PROMPT}{clean(line)}")
        asked = key
    return None


def _edit_at_end(draft: Draft, key: str, writing: _Writing) -> Draft:
    """The draft after a key that changes its last line at its end; others do nothing."""
    after = writing.edit(draft, key, 1)
    line_breaks = draft.text.count("\n") - after.text.count("\n")
    return draft if after.cursor < len(after.text) or line_breaks > 0 else after


def _change(before: str, after: str) -> str:
    """What a terminal is sent when the text behind the last prompt changes at its end."""
    if after.startswith(before):
        return _prompted(after[len(before) :])
    return "\b \b" * width_of(before[len(after) :])
