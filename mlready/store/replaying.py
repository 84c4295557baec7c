"""Memories from history: what is derived from the revlog, made again to the last digit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, delete, insert, select, text

from mlready.store import tables
from mlready.store.presets import preset_from
from mlready.store.reading import COUNTED
from scheduler.fsrs_adapter import Review, replay
from scheduler.memory import Memory, Rating, State

if TYPE_CHECKING:
    from collections.abc import Iterable

_BATCH = 20_000


def replay_cards(connection: Connection, card_ids: Iterable[int] | None = None) -> int:
    """Make the memories of cards again from their reviews.

    Args:
        connection: within a transaction.
        card_ids: which cards; all of them if None.

    Returns:
        How many cards have a memory.
    """
    stored = connection.execute(select(tables.settings)).all()
    parameters = preset_from({row.name: row.value for row in stored}).parameters
    memories = tables.memories
    wanted = None if card_ids is None else sorted(set(card_ids))
    if wanted is None:
        connection.execute(delete(memories))
    elif wanted:
        doomed = delete(memories).where(memories.c.card_id == bindparam("doomed"))
        connection.execute(doomed, [{"doomed": card_id} for card_id in wanted])
    rows = [
        memory_row(card_id, replay(reviews, parameters))
        for card_id, reviews in _reviews(connection, wanted)
    ]
    for start in range(0, len(rows), _BATCH):
        connection.execute(insert(memories), rows[start : start + _BATCH])
    return len(rows)


def memory_row(card_id: int, memory: Memory) -> dict[str, Any]:
    """A memory as a row of the table `memories`."""
    return {
        "card_id": card_id,
        "state": int(memory.state),
        "step": memory.step,
        "stability": memory.stability,
        "difficulty": memory.difficulty,
        "due_day": memory.due_day,
        "due_at": memory.due_at,
        "last_day": memory.last_day,
        "last_at": memory.last_at,
        "reps": memory.reps,
        "lapses": memory.lapses,
    }


# A card's own reviews count in the order they were written down in, even if the clock was set back
# in between; those of cards that were merged are put together by time.
_HISTORY = f"""SELECT COALESCE(c.merged_into, c.card_id) AS owner, r.rating, r.reviewed_at,
        r.study_day, r.state_after, r.step_after, r.due_day, r.due_at
    FROM (SELECT *, MAX(reviewed_at) OVER (PARTITION BY card_id ORDER BY review_id) AS reached
          FROM revlog WHERE {COUNTED}) AS r
    JOIN cards AS c ON c.card_id = r.card_id
    ORDER BY 1, r.reached, r.review_id"""
_HISTORY_OF_CARD = _HISTORY.replace(
    COUNTED,
    f"""card_id IN (SELECT card_id FROM cards
                WHERE merged_into = :owner OR (card_id = :owner AND merged_into IS NULL))
        AND {COUNTED}""",
)


def _reviews(
    connection: Connection, wanted: list[int] | None
) -> Iterable[tuple[int, list[Review]]]:
    """The counted reviews of each card, in the order of time."""
    if wanted is None:
        rows = connection.execute(text(_HISTORY)).all()
    else:
        of_card = text(_HISTORY_OF_CARD)
        rows = [row for c in wanted for row in connection.execute(of_card, {"owner": c}).all()]
    histories: dict[int, list[Review]] = {}
    for row in rows:
        histories.setdefault(row.owner, []).append(
            Review(
                rating=Rating(row.rating),
                at_ms=row.reviewed_at,
                day=row.study_day,
                state_after=State(row.state_after),
                step_after=row.step_after,
                due_day_after=row.due_day,
                due_at_after=row.due_at,
            )
        )
    return histories.items()
