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
from scheduler.histories import HistoryRow, Written, order_rows, replay_history

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from scheduler.memory import Memory

    _Remembered: TypeAlias = Iterator[tuple[int, Memory]]
    _Parameters: TypeAlias = tuple[float, ...]

_BATCH = 20_000
_MANY = 50  # cards; asking for each by itself takes longer than going through all that came home
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
    found = (
        _all_memories(connection, parameters)
        if wanted is None
        else _memories_of(connection, wanted, parameters)
    )
    rows = (memory_row(card_id, memory) for card_id, memory in found if memory.reps)
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
# The plus keeps SQLite from walking the index by card, which would fetch every row by itself.
_HISTORIES = f"""SELECT {_COLUMNS}, r.card_id
    FROM (SELECT * FROM revlog WHERE {COUNTED}) AS r
    ORDER BY +r.card_id, r.review_id"""
# Histories that are not in order as they were written down: those of cards that were merged, and
# those that other programs had a part in. A card that anything was merged into is among them.
_APART = """SELECT card_id FROM revlog WHERE origin <> ''
    UNION SELECT card_id FROM cards WHERE merged_into IS NOT NULL
    UNION SELECT merged_into FROM cards WHERE merged_into IS NOT NULL"""
_ANY_COLUMNS = f"r.card_id, r.origin, {_COLUMNS}, r.effect, r.stability, r.difficulty"
_MOMENT, _REVIEW, _EFFECT = 3, slice(2, 9), 9  # their places
_HISTORIES_APART = f"""SELECT COALESCE(c.merged_into, c.card_id) AS owner, {_ANY_COLUMNS}
    FROM cards AS c JOIN (SELECT * FROM revlog WHERE {COUNTED}) AS r ON r.card_id = c.card_id
    WHERE c.card_id IN ({_APART})
    ORDER BY owner, r.review_id"""
_HISTORY_OF_CARD = f"""SELECT {_ANY_COLUMNS}
    FROM (SELECT * FROM revlog
          WHERE card_id IN (SELECT card_id FROM cards
                WHERE merged_into = :owner OR (card_id = :owner AND merged_into IS NULL))
            AND {COUNTED}) AS r
    ORDER BY r.review_id"""


def _all_memories(connection: Connection, parameters: _Parameters) -> _Remembered:
    """Yield the memory of every card with a history."""
    apart = _cards_apart(connection)
    # In portions: a million reviews need not be in memory at once.
    rows = connection.execute(text(_HISTORIES).execution_options(yield_per=_BATCH))
    for card_id, found in groupby(rows, key=itemgetter(7)):
        if card_id not in apart:
            yield card_id, replay(map(itemgetter(slice(7)), found), parameters)
    if apart:
        yield from _memories_apart(connection, parameters)


def _cards_apart(connection: Connection) -> set[int]:
    return set(connection.execute(text(_APART)).scalars())


def _memories_apart(
    connection: Connection, parameters: _Parameters, wanted: Collection[int] | None = None
) -> _Remembered:
    """Yield the memories of cards whose histories are not in order; all of them if None."""
    rows = connection.execute(text(_HISTORIES_APART).execution_options(yield_per=_BATCH))
    for owner, found in groupby(rows, key=itemgetter(0)):
        if wanted is None or owner in wanted:
            yield owner, _replay_any([row[1:] for row in found], parameters)


def _replay_any(rows: list[Any], parameters: _Parameters) -> Memory:
    """The memory that rows of `_ANY_COLUMNS` lead to, in the order they were written down in."""
    moments = [row[_MOMENT] for row in rows]
    if moments == sorted(moments) and not any(row[_EFFECT] for row in rows):
        return replay((row[_REVIEW] for row in rows), parameters)
    written = (Written(row[0], row[1] == "", HistoryRow(*row[2:])) for row in rows)
    return replay_history(order_rows(written), parameters)


def _memories_of(
    connection: Connection, owners: Iterable[int], parameters: _Parameters
) -> _Remembered:
    """Yield the memories of cards that have a history, with those of cards merged into them."""
    wanted = set(owners)
    if len(wanted) > _MANY:
        apart = wanted & _cards_apart(connection)
        yield from _memories_apart(connection, parameters, apart)
        wanted -= apart
    of_card = text(_HISTORY_OF_CARD)
    for owner in sorted(wanted):
        found = connection.execute(of_card, {"owner": owner}).all()
        yield owner, _replay_any(list(map(tuple, found)), parameters)
