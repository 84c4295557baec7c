"""Memories from history: what is derived from the revlog, made again to the last digit."""

from __future__ import annotations

from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from sqlalchemy import Connection, bindparam, delete, insert, select, text

from exports.anki.logs import day_counted_from
from mlready.store import tables
from mlready.store.presets import preset_from
from mlready.store.reading import COUNTED
from scheduler.fsrs_adapter import replay
from scheduler.histories import HistoryRow, Written, order_rows, replay_history

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from scheduler.memory import Memory

    _Remembered: TypeAlias = Iterator[tuple[int, Memory]]

_BATCH = 20_000
_MANY = 50  # cards; asking for each by itself takes longer than going through all that came home
_PARAMETERS = "parameters"
# How Anki counted days at the last import: when its day 0 ended, in seconds. The days of a log are
# those of the import that brought each row, so they may be counted in several ways.
_ANKI_DAYS = "anki-days"
_settings = tables.settings
_RULES = select(_settings).where(_settings.c.name.in_((_PARAMETERS, _ANKI_DAYS)))
_FROM_ANKI = """SELECT DISTINCT COALESCE(c.merged_into, c.card_id)
    FROM cards AS c JOIN revlog AS r ON r.card_id = c.card_id WHERE r.origin <> ''"""


class _Rules(NamedTuple):
    """What memories are made by.

    Attributes:
        parameters: The 21 parameters of FSRS-6.
        anki_days: When day 0 ended, in seconds, as Anki counts days; None if it never said.
    """

    parameters: tuple[float, ...]
    anki_days: int | None


def _read_rules(connection: Connection) -> _Rules:
    # Of the settings only these matter; others may make no sense and still be set right later.
    stored = {row.name: row.value for row in connection.execute(_RULES)}
    days = stored.pop(_ANKI_DAYS, None)
    return _Rules(preset_from(stored).parameters, None if days is None else int(days))


def keep_anki_days(connection: Connection, day_zero_ends_at: int) -> bool:
    """Keep how Anki counts days; whether memories of its reviews have to be made anew for it."""
    if _read_rules(connection).anki_days == day_zero_ends_at:
        return False
    connection.execute(delete(_settings).where(_settings.c.name == _ANKI_DAYS))
    row = {"name": _ANKI_DAYS, "value": str(day_zero_ends_at)}
    connection.execute(insert(_settings), row)
    return True


def cards_from_anki(connection: Connection) -> set[int]:
    """The cards with reviews that were made in Anki."""
    return set(connection.execute(text(_FROM_ANKI)).scalars())


def replay_cards(connection: Connection, card_ids: Iterable[int] | None = None) -> int:
    """Make the memories of cards again from their reviews.

    Args:
        connection: within a transaction.
        card_ids: which cards; all of them if None.

    Returns:
        How many cards have a memory.
    """
    rules = _read_rules(connection)
    memories = tables.memories
    wanted = None if card_ids is None else sorted(set(card_ids))
    if wanted is None:
        connection.execute(delete(memories))
    elif wanted:
        doomed = delete(memories).where(memories.c.card_id == bindparam("doomed"))
        connection.execute(doomed, [{"doomed": card_id} for card_id in wanted])
    found = (
        _all_memories(connection, rules)
        if wanted is None
        else _memories_of(connection, wanted, rules)
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
_ANY_COLUMNS = f"r.card_id, r.origin, {_COLUMNS}, r.effect, r.stability, r.difficulty, r.ease"
_ORIGIN, _MOMENT, _DAY, _REVIEW, _EFFECT = 1, 3, 4, slice(2, 9), 9  # their places
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


def _all_memories(connection: Connection, rules: _Rules) -> _Remembered:
    """Yield the memory of every card with a history."""
    apart = _cards_apart(connection)
    # In portions: a million reviews need not be in memory at once.
    rows = connection.execute(text(_HISTORIES).execution_options(yield_per=_BATCH))
    for card_id, found in groupby(rows, key=itemgetter(7)):
        if card_id not in apart:
            yield card_id, replay(map(itemgetter(slice(7)), found), rules.parameters)
    if apart:
        yield from _memories_apart(connection, rules)


def _cards_apart(connection: Connection) -> set[int]:
    return set(connection.execute(text(_APART)).scalars())


def _memories_apart(
    connection: Connection, rules: _Rules, wanted: Collection[int] | None = None
) -> _Remembered:
    """Yield the memories of cards whose histories are not in order; all of them if None."""
    rows = connection.execute(text(_HISTORIES_APART).execution_options(yield_per=_BATCH))
    for owner, found in groupby(rows, key=itemgetter(0)):
        if wanted is None or owner in wanted:
            yield owner, _replay_any([row[1:] for row in found], rules)


def _replay_any(rows: list[Any], rules: _Rules) -> Memory:
    """The memory that rows of `_ANY_COLUMNS` lead to, in the order they were written down in."""
    moments = [row[_MOMENT] for row in rows]
    if rules.anki_days is not None:
        rows = [_recount(row, rules.anki_days) for row in rows]
    if moments == sorted(moments) and not any(row[_EFFECT] for row in rows):
        return replay((row[_REVIEW] for row in rows), rules.parameters)
    written = (Written(row[0], row[_ORIGIN] == "", HistoryRow(*row[2:])) for row in rows)
    return replay_history(order_rows(written), rules.parameters)


def _recount(row: Any, anki_days: int) -> Any:
    """A row, its day counted as Anki counts it now if it was made there."""
    if not row[_ORIGIN]:
        return row
    day = day_counted_from(anki_days, row[_MOMENT])
    return row if day == row[_DAY] else (*row[:_DAY], day, *row[_DAY + 1 :])


def _memories_of(connection: Connection, owners: Iterable[int], rules: _Rules) -> _Remembered:
    """Yield the memories of cards that have a history, with those of cards merged into them."""
    wanted = set(owners)
    if len(wanted) > _MANY:
        apart = wanted & _cards_apart(connection)
        yield from _memories_apart(connection, rules, apart)
        wanted -= apart
    of_card = text(_HISTORY_OF_CARD)
    for owner in sorted(wanted):
        found = connection.execute(of_card, {"owner": owner}).all()
        yield owner, _replay_any(list(map(tuple, found)), rules)
