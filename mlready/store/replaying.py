"""Memories from history: what is derived from the revlog, made again to the last digit."""

from __future__ import annotations

from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Connection, bindparam, delete, insert, select, text

from mlready.store import tables
from mlready.store.presets import preset_from
from mlready.store.reading import COUNTED
from scheduler.fsrs_adapter import replay

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scheduler.fsrs_adapter import ReviewRow
    from scheduler.memory import Memory

    _History: TypeAlias = tuple[int, Iterable[ReviewRow]]

_BATCH = 20_000
_PARAMETERS = select(tables.settings).where(tables.settings.c.name == "parameters")


def replay_cards(connection: Connection, card_ids: Iterable[int] | None = None) -> int:
    """Make the memories of cards again from their reviews.

    Args:
        connection: within a transaction.
        card_ids: which cards; all of them if None.

    Returns:
        How many cards have a memory.
    """
    # Of the settings only these matter; others may make no sense and still be set right later.
    stored = connection.execute(_PARAMETERS).all()
    parameters = preset_from({row.name: row.value for row in stored}).parameters
    memories = tables.memories
    wanted = None if card_ids is None else sorted(set(card_ids))
    if wanted is None:
        connection.execute(delete(memories))
    elif wanted:
        doomed = delete(memories).where(memories.c.card_id == bindparam("doomed"))
        connection.execute(doomed, [{"doomed": card_id} for card_id in wanted])
    histories = _all_histories(connection) if wanted is None else _histories(connection, wanted)
    rows = (memory_row(card_id, replay(reviews, parameters)) for card_id, reviews in histories)
    count = 0
    while batch := list(islice(rows, _BATCH)):
        connection.execute(insert(memories), batch)
        count += len(batch)
    return count


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


# In the order of a `ReviewRow`.
_COLUMNS = "r.rating, r.reviewed_at, r.study_day, r.state_after, r.step_after, r.due_day, r.due_at"
# A card's own reviews count in the order they were written down in, even if the clock was set back
# in between; those of cards that were merged are put together by time.
_HISTORY_OF_CARD = f"""SELECT {_COLUMNS}
    FROM (SELECT *, MAX(reviewed_at) OVER (PARTITION BY card_id ORDER BY review_id) AS reached
          FROM revlog
          WHERE card_id IN (SELECT card_id FROM cards
                WHERE merged_into = :owner OR (card_id = :owner AND merged_into IS NULL))
            AND {COUNTED}) AS r
    ORDER BY r.reached, r.review_id"""
_MERGED = "SELECT card_id, merged_into FROM cards WHERE merged_into IS NOT NULL"
# The plus keeps SQLite from walking the index by card, which would fetch every row by itself.
_HISTORIES = f"""SELECT {_COLUMNS}, r.card_id
    FROM (SELECT * FROM revlog WHERE {COUNTED}) AS r
    ORDER BY +r.card_id, r.review_id"""


def _all_histories(connection: Connection) -> Iterator[_History]:
    """Yield the counted reviews of every card; take those of one before the next."""
    merged = connection.execute(text(_MERGED)).all()
    apart = {card_id for row in merged for card_id in row}
    # In portions: a million reviews need not be in memory at once.
    rows = connection.execute(text(_HISTORIES).execution_options(yield_per=_BATCH))
    for card_id, found in groupby(rows, key=itemgetter(7)):
        if card_id not in apart:
            yield card_id, map(itemgetter(slice(7)), found)
    yield from _histories(connection, sorted({owner for _, owner in merged}))


def _histories(connection: Connection, owners: Iterable[int]) -> Iterator[_History]:
    """Yield the counted reviews of cards that have any, with those of cards merged into them."""
    of_card = text(_HISTORY_OF_CARD)
    for owner in owners:
        rows = connection.execute(of_card, {"owner": owner}).all()
        if rows:
            yield owner, map(tuple, rows)
