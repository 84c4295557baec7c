"""A text being written: what each key makes of it, and how it lies in rows. Pure."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from mlready.mathtext.widths import width_of
from mlready.terminal.documents.document_view import clean
from mlready.terminal.keyboard import (
    DELETE,
    DOWN,
    FIRST,
    LAST,
    LEFT,
    RIGHT,
    UP,
    WORD_LEFT,
    WORD_RIGHT,
    pasted_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 10_000  # characters
_JOINER = "\u200d"
_SKIN = range(0x1F3FB, 0x1F400)


class Draft(NamedTuple):
    """A text, and where the next character goes.

    Attributes:
        text: what was written; lines end with a line feed.
        cursor: an offset into the text, never between a character and what combines with it.
        removed: what a key removed last that removes more than a character.
        notice: what is to be said of the last key.
    """

    text: str = ""
    cursor: int = 0
    removed: str = ""
    notice: str = ""


class Row(NamedTuple):
    """A row of a window: the text from one offset to another, without a line feed."""

    start: int
    end: int


# --- where the cursor may stand -------------------------------------------------------


def is_boundary(text: str, at: int) -> bool:
    """Whether a cursor may stand there: not before what combines with the character before it."""
    if not 0 < at < len(text) or text[at].isascii():
        return 0 <= at <= len(text)
    before, after = text[at - 1], text[at]
    if before == "\n":
        return True
    joins = _JOINER in (before, after) or ord(after) in _SKIN
    return not joins and unicodedata.category(after)[0] != "M"


def after_character(text: str, at: int) -> int:
    """The next place for the cursor: behind the character there and what combines with it."""
    at = min(at + 1, len(text))
    while not is_boundary(text, at):
        at += 1
    return at


def _previous(text: str, at: int) -> int:
    at = max(at - 1, 0)
    while not is_boundary(text, at):
        at -= 1
    return at


def _word_left(text: str, at: int) -> int:
    """Where the word begins that is at the cursor or before it."""
    while at and not text[_previous(text, at)].isalnum():
        at = _previous(text, at)
    while at and text[_previous(text, at)].isalnum():
        at = _previous(text, at)
    return at


def _word_right(text: str, at: int) -> int:
    while at < len(text) and not text[at].isalnum():
        at = after_character(text, at)
    while at < len(text) and text[at].isalnum():
        at = after_character(text, at)
    return at


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


# --- what changes the text ----------------------------------------------------------------


def insert(draft: Draft, text: str, longest: int = LONGEST) -> Draft:
    """The draft with a text at its cursor, or with as much of it as fits."""
    room = max(longest - len(draft.text), 0)
    taken = text[:room]
    notice = ""
    if len(taken) < len(text):
        left_out = len(text) - len(taken)
        notice = f"Full at {longest:,} characters: {left_out:,} did not fit"
    whole = draft.text[: draft.cursor] + taken + draft.text[draft.cursor :]
    return draft._replace(
        text=whole, cursor=_settled(whole, draft.cursor + len(taken)), notice=notice
    )


def _cut(draft: Draft, start: int, end: int, *, keep: bool = False) -> Draft:
    """The draft without a part of it; `keep` makes it the part that can be put back."""
    whole = draft.text[:start] + draft.text[end:]
    removed = draft.text[start:end] if keep and start < end else draft.removed
    return Draft(whole, _settled(whole, start), removed)


def _settled(text: str, at: int) -> int:
    """The first place for a cursor from there on: the texts around it may have joined."""
    while not is_boundary(text, at):
        at += 1
    return at


def _delete_word(draft: Draft) -> Draft:
    text, at = draft.text, draft.cursor
    while at and text[at - 1].isspace():
        at = _previous(text, at)
    while at and not text[at - 1].isspace():
        at = _previous(text, at)
    return _cut(draft, at, draft.cursor, keep=True)


def _delete_to_end(draft: Draft) -> Draft:
    """Without the rest of its line; at its end, without the line break."""
    end = _line_end(draft.text, draft.cursor)
    end = after_character(draft.text, end) if end == draft.cursor else end
    return _cut(draft, draft.cursor, end, keep=True)


def _delete_to_start(draft: Draft) -> Draft:
    start = _line_start(draft.text, draft.cursor)
    start = _previous(draft.text, start) if start == draft.cursor else start
    return _cut(draft, start, draft.cursor, keep=True)


def _moving(to: Callable[[str, int], int]) -> Callable[[Draft], Draft]:
    return lambda draft: draft._replace(cursor=to(draft.text, draft.cursor))


_OPERATIONS: dict[str, Callable[[Draft], Draft]] = {
    **dict.fromkeys((LEFT, "\x02"), _moving(_previous)),
    **dict.fromkeys((RIGHT, "\x06"), _moving(after_character)),
    WORD_LEFT: _moving(_word_left),
    WORD_RIGHT: _moving(_word_right),
    **dict.fromkeys((FIRST, "\x01"), _moving(_line_start)),
    **dict.fromkeys((LAST, "\x05"), _moving(_line_end)),
    **dict.fromkeys(("\x7f", "\x08"), lambda d: _cut(d, _previous(d.text, d.cursor), d.cursor)),
    DELETE: lambda d: _cut(d, d.cursor, after_character(d.text, d.cursor)),
    "\x0b": _delete_to_end,
    "\x15": _delete_to_start,
    "\x17": _delete_word,
}
_PUT_BACK = "\x19"  # Ctrl-Y


def edited(
    draft: Draft, key: str, *, width: int = 80, many_lines: bool = False, longest: int = LONGEST
) -> Draft:
    """The draft after a key; keys that mean nothing to a text leave it as it is.

    Args:
        draft: before the key.
        key: as the keyboard names it, a paste included.
        width: columns a row has, for moving up and down.
        many_lines: whether line breaks are text; a pasted one becomes a blank if not.
        longest: how many characters fit.
    """
    draft = draft._replace(notice="")
    if key in _OPERATIONS:
        return _OPERATIONS[key](draft)
    if key in {UP, DOWN}:
        return _moved_by_row(draft, -1 if key == UP else 1, width)
    if key == _PUT_BACK:
        return insert(draft, draft.removed, longest)
    text = pasted_text(key)
    if text is None:
        text = key if len(key) == 1 and (key in "\r\n" or clean(key) == key) else ""
    return insert(draft, written(text, many_lines=many_lines), longest)


def written(text: str, *, many_lines: bool) -> str:
    """What becomes of a text when it is written: nothing in it that a terminal would obey."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return clean(text, lines=many_lines)


# --- how it lies in rows ------------------------------------------------------------------


def lay_out(text: str, width: int) -> list[Row]:
    """The rows of a text, broken behind blanks where it can be.

    A blank that would begin a row stands behind the one before, one column too far.
    """
    rows = []
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        rows += _broken(text, start, end, width)
        start = end + 1
    return rows


def _broken(text: str, start: int, end: int, width: int) -> list[Row]:
    """The rows of one line."""
    rows = []
    at, column, blank = start, 0, start
    while at < end:
        after = after_character(text, at) if not text[at : at + 2].isascii() else at + 1
        wide, is_blank = width_of(text[at:after]), text[at:after] == " "
        if is_blank:
            blank = after
        while not is_blank and column + wide > width and at > start:
            stop = blank if blank > start else at
            rows.append(Row(start, stop))
            start, blank, column = stop, stop, width_of(text[stop:at])
        column += wide
        if is_blank and column > width:
            rows.append(Row(start, after))
            start, blank, column = after, after, 0
        at = after
    return [*rows, Row(start, end)]


def row_of(rows: list[Row], cursor: int) -> int:
    """The row in which the cursor stands."""
    return max(number for number, row in enumerate(rows) if row.start <= cursor)


def _moved_by_row(draft: Draft, steps: int, width: int) -> Draft:
    """The cursor in the row above or below, in the same column if there is one."""
    rows = lay_out(draft.text, width)
    here = row_of(rows, draft.cursor)
    there = here + steps
    if not 0 <= there < len(rows):
        return draft
    column = width_of(draft.text[rows[here].start : draft.cursor])
    at, end = rows[there]
    if there + 1 < len(rows) and rows[there + 1].start == end:
        end = _previous(draft.text, end)  # its end is where the next row begins
    while (
        at < end
        and width_of(draft.text[rows[there].start : after_character(draft.text, at)]) <= column
    ):
        at = after_character(draft.text, at)
    return draft._replace(cursor=at)
