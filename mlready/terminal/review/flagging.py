"""Flagging a card as wrong or unclear, with a note: what is asked, and writing it down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

from mlready.errors import MlreadyError
from mlready.store.flags import MAX_NOTE, OpenFlag, Reason, add_flag, flags_of
from mlready.terminal.browsing.listings import keys_line
from mlready.terminal.display import Screen
from mlready.terminal.documents.document_view import Hanging, clean
from mlready.terminal.editor.line_editor import Draft, edit_text, editing_line, text_field
from mlready.terminal.keyboard import END, ESCAPE, INTERRUPT
from mlready.terminal.wording import explain_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from mlready.store.opening import Progress
    from mlready.store.reading import CardContent
    from mlready.terminal.display import Look
    from mlready.terminal.window import Window

_REASONS: Final[dict[str, Reason]] = {"w": "wrong", "u": "unclear"}
_QUITS: Final = frozenset((INTERRUPT, "\x04"))  # Ctrl-C, Ctrl-D
_GIVES_UP: Final = frozenset((ESCAPE, "q", "b", END))


def flag_card(window: Window, progress: Progress, card: CardContent, now_ms: int) -> str:
    """Let the learner flag a card, and say so in a sentence; empty if given up.

    Args:
        window: to ask in.
        progress: where the flag is kept.
        card: the card.
        now_ms: the moment, in Unix milliseconds.

    Raises:
        KeyboardInterrupt: the learner wants to quit.
        StoreError: the flags there are cannot be read.
    """
    flags = flags_of(progress.reader, card.card_id)
    reason = _ask_reason(window, flags)
    note: str | None = ""
    failure = ""
    while reason is not None and note is not None:
        note = _ask_note(window, reason, note, failure)
        if note is None:
            break
        try:
            add_flag(progress.writer(), card.card_id, reason, note, now_ms)
        except MlreadyError as error:
            failure = explain_error(error)  # the note is not lost: it can be sent again
        else:
            return f"Flagged as {reason}; `mlready flags` lists it"
    return ""


def _ask_reason(window: Window, flags: Sequence[OpenFlag]) -> Reason | None:
    window.show(lambda look: _reason_screen(flags, look))
    while (key := window.read()) not in _GIVES_UP:
        if key in _QUITS:
            raise KeyboardInterrupt
        if key in _REASONS:
            return _REASONS[key]
    return None


def _reason_screen(flags: Sequence[OpenFlag], look: Look) -> Screen:
    body: list[RenderableType] = [Text("What is the matter with this card?")]
    if flags:
        body += [Text(""), Text("It is flagged already, so this adds another flag:", "quiet")]
    for flag in flags:
        note = f": {clean(flag.note)}" if flag.note else ""
        body.append(Hanging("  ", "    ", [Text(f"{flag.reason}{note}")]))
    keys = [("w", "wrong"), ("u", "unclear"), ("esc", "leave it")]
    return Screen(_head(), body, [keys_line(keys, look)])


def _ask_note(window: Window, reason: Reason, initial: str, failure: str) -> str | None:
    def build(look: Look, draft: Draft) -> Screen:
        told = [Text(clean(failure), "notice"), Text("")] if failure else []
        what = {"wrong": "What is wrong?", "unclear": "What is unclear?"}[reason]
        asked = Text(what).append("  You may leave it empty.", "quiet")
        body = [*told, asked, Text(""), *text_field(draft, look)]
        return Screen(_head(), body, [editing_line(look, leave="do not flag it")])

    return edit_text(window, build, initial, longest=MAX_NOTE)


def _head() -> list[RenderableType]:
    """What this is about; not the card's key, which tells many an answer."""
    return [Text("Flag this card", "name"), Text("")]
