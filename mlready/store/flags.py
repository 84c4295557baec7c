"""Flags: what a learner found wrong or unclear in a card. They are kept for good.

A flag belongs to a card and not to its key, so that it follows a rename, a move and a merge; the
place it names is the question's of today. Reading needs no SQLAlchemy: a flagged card says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias, cast, get_args

from mlready.errors import UsageError
from mlready.store.reading import name_card

if TYPE_CHECKING:
    from collections.abc import Collection

    from mlready.store.reading import Reader, Row
    from mlready.store.writing import Writer

Reason: TypeAlias = Literal["wrong", "unclear"]
REASONS: Final[tuple[Reason, ...]] = get_args(Reason)
MAX_NOTE: Final = 2_000  # characters

_FROM = """FROM flags AS f
    JOIN cards AS g ON g.card_id = f.card_id
    JOIN cards AS o ON o.card_id = COALESCE(g.merged_into, g.card_id)
    JOIN notes AS i ON i.note_id = o.note_id
    LEFT JOIN contents AS n ON n.note_id = o.note_id"""
FLAGS = f"""SELECT f.flag_id, o.card_id, i.key, o.ordinal,
        (SELECT COUNT(*) FROM live_cards AS s WHERE s.note_id = o.note_id),
        COALESCE(n.path, i.path), n.line, f.reason, f.note, f.flagged_at, f.resolved_at,
        i.retired_at
    {_FROM} ORDER BY f.flag_id"""
OPEN_FLAGS_OF_CARD = """SELECT reason, note, flagged_at FROM flags
    WHERE resolved_at IS NULL AND card_id IN
        (SELECT card_id FROM cards WHERE card_id = :card_id OR merged_into = :card_id)
    ORDER BY flag_id"""

# What no database can keep as text: halves of characters, and the end of a text in C.
_UNSTORABLE = dict.fromkeys([0, *range(0xD800, 0xE000)], "�")


class OpenFlag(NamedTuple):
    """A flag of a card that was not dealt with yet; the moment in Unix milliseconds."""

    reason: Reason
    note: str
    flagged_at: int


class Flag(NamedTuple):
    """A flag, where its question stands today.

    Attributes:
        path: the question's file, within the deck.
        line: its line there; None where the deck has the question no more.
        note: as it was typed; may be empty, and must be cleaned before it is shown.
        flagged_at: Unix milliseconds.
        resolved_at: when it was dealt with; None while it was not.
        retired: whether the deck has the question no more.
    """

    flag_id: int
    card_id: int
    card_key: str
    key: str
    path: str
    line: int | None
    reason: Reason
    note: str
    flagged_at: int
    resolved_at: int | None
    retired: bool


def read_flags(reader: Reader, *, resolved: bool = False) -> list[Flag]:
    """All flags in the order of files and lines; with `resolved`, also those dealt with."""
    flags = [_flag(row) for row in reader.rows(FLAGS)]
    flags.sort(key=lambda flag: (flag.path, flag.line or 0, flag.flag_id))
    return [flag for flag in flags if resolved or flag.resolved_at is None]


def _flag(row: Row) -> Flag:
    flag_id, card_id, key, ordinal, siblings, path, line = row[:7]
    reason, note, flagged_at, resolved_at, retired_at = row[7:]
    # A hole that the deck has no more is not told apart by how many there are now.
    card_key = name_card(key, ordinal, max(siblings, ordinal))
    return Flag(
        flag_id, card_id, card_key, key, path, line, cast("Reason", reason),
        note, flagged_at, resolved_at, retired_at is not None,
    )  # fmt: skip


def flags_of(reader: Reader, card_id: int) -> list[OpenFlag]:
    """The flags of a card that were not dealt with yet, oldest first."""
    return [OpenFlag(*row) for row in reader.rows(OPEN_FLAGS_OF_CARD, {"card_id": card_id})]


def add_flag(writer: Writer, card_id: int, reason: Reason, note: str, now_ms: int) -> int:
    """Flag a card.

    Args:
        writer: the store.
        card_id: the card.
        reason: what it is.
        note: what the learner says about it; kept as typed.
        now_ms: the moment, in Unix milliseconds.

    Returns:
        The flag's id.

    Raises:
        UsageError: the note is too long.
        StoreError: it could not be written; nothing has changed.
    """
    if len(note) > MAX_NOTE:
        message = f"a note of {len(note):,} characters is too long for a flag"
        raise UsageError(message, f"{MAX_NOTE:,} are the most; nothing was written")
    from sqlalchemy import insert  # noqa: PLC0415 - flags are read on the way to a card

    from mlready.store.engine import failures_explained  # noqa: PLC0415
    from mlready.store.tables import flags  # noqa: PLC0415

    kept = storable(note)
    row = {"card_id": card_id, "flagged_at": now_ms, "reason": reason, "note": kept}
    with failures_explained(writer.url), writer.engine.begin() as connection:
        inserted = connection.execute(insert(flags), row)
        return int(inserted.inserted_primary_key[0])  # type: ignore[index]


def storable(text: str) -> str:
    """The text with a mark for each character that no database can keep."""
    return text.translate(_UNSTORABLE)


def resolve_flags(writer: Writer, flag_ids: Collection[int], now_ms: int | None) -> int:
    """Mark flags as dealt with, or as not dealt with after all (None); those that are so stay.

    Args:
        writer: the store.
        flag_ids: which.
        now_ms: the moment, in Unix milliseconds.

    Returns:
        How many have changed.

    Raises:
        StoreError: it could not be written; nothing has changed.
    """
    from sqlalchemy import update  # noqa: PLC0415

    from mlready.store.engine import failures_explained  # noqa: PLC0415
    from mlready.store.tables import flags  # noqa: PLC0415

    was = flags.c.resolved_at.is_not(None) if now_ms is None else flags.c.resolved_at.is_(None)
    with failures_explained(writer.url), writer.engine.begin() as connection:
        return sum(
            connection.execute(
                update(flags).where(flags.c.flag_id == flag_id, was).values(resolved_at=now_ms)
            ).rowcount
            for flag_id in sorted(flag_ids)
        )
