"""What is learnt of the learner from the revlog, kept in the table `info`.

It is derived, but not from the deck: a sync leaves it where it is.
"""

from __future__ import annotations

import json
from contextlib import AbstractContextManager, nullcontext
from operator import itemgetter
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from mlready.store import exercising, tables
from mlready.store.engine import READ_ONLY, failures_explained
from mlready.store.exercising import read_exercisers
from mlready.store.presets import preset_from
from mlready.store.reading import SCHEDULED, Parameters, Reader, Row
from scheduler.credit import History, learn_weight
from scheduler.memory import Rating, State
from scheduler.pace import Showing, gather_work, learn_pace, pace_as_data

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from sqlalchemy import Connection, Engine
    from sqlalchemy import Row as SqlRow

    from scheduler.preset import Preset

PACE = "pace"
CREDIT = "credit"
# The rows of `info` that do not come from the deck.
LEARNT = (PACE, CREDIT)

# Older showings weigh next to nothing, and the end of a sitting is no time to read them all.
_MOST_SHOWINGS = 5_000

_SHOWINGS = f"""SELECT o.card_id, r.study_day, n.kind, r.state_before, r.state_after,
        r.duration_ms, r.due_day, r.origin
    FROM (SELECT * FROM revlog WHERE {SCHEDULED}
          ORDER BY study_day DESC, review_id DESC LIMIT :most) AS r
    JOIN cards AS c ON c.card_id = r.card_id
    JOIN cards AS o ON o.card_id = COALESCE(c.merged_into, c.card_id)
    LEFT JOIN contents AS n ON n.note_id = o.note_id
    ORDER BY r.study_day, r.review_id"""

# All reviews that count: those of cards that nothing exercises say what the memory is without.
# Not of cards that began anew, or whose beginning is lost: there the answers alone do not say it.
_REVIEWS = f"""SELECT o.card_id, o.note_id, r.study_day, r.rating
    FROM (SELECT * FROM revlog WHERE {SCHEDULED}
          AND card_id NOT IN (SELECT card_id FROM revlog WHERE origin <> '' AND effect > 2)) AS r
    JOIN cards AS c ON c.card_id = r.card_id
    JOIN cards AS o ON o.card_id = COALESCE(c.merged_into, c.card_id)
    ORDER BY r.review_id"""
# What a thousand reviews say, the next ten will hardly change.
_GROWTH = 1.1

_KEEP = """INSERT INTO info (name, value) VALUES (:name, :value)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value"""


def learn(engine: Engine, url: str) -> None:
    """Learn from the history as it is.

    A long history takes seconds, in which another window may write: only what is found is
    written in a transaction that keeps others out.

    Raises:
        StoreError: the store cannot be written; what was learnt before stands.
    """
    with failures_explained(url):
        with engine.connect() as connection:
            found = _find_out(connection.execution_options(**READ_ONLY))
        with engine.begin() as connection:
            _keep(connection, found)


def learn_within(connection: Connection) -> None:
    """As `learn`, within a transaction of the caller's."""
    _keep(connection, _find_out(connection))


def _keep(connection: Connection, found: Mapping[str, object]) -> None:
    for name, value in found.items():
        data = json.dumps(value, separators=(",", ":"))
        connection.execute(text(_KEEP), {"name": name, "value": data})


def _find_out(connection: Connection) -> dict[str, object]:
    """What there is to be kept, by name."""
    stored = connection.execute(select(tables.settings)).all()
    try:
        preset = preset_from({row.name: row.value for row in stored})
    except ValueError:
        return {}  # reading a day says which setting makes no sense; a sync must not fail for it
    found: dict[str, object] = {}
    if work := gather_work(_read_showings(connection, preset)):
        found[PACE] = pace_as_data(learn_pace(work))
    return found | _find_credit(connection, preset)


def _find_credit(connection: Connection, preset: Preset) -> dict[str, object]:
    """What an exercise is worth, found out as often as the reviews have grown by a tenth."""
    reader = Within(connection)
    exercisers = read_exercisers(reader)
    if not exercisers:
        return {}
    reviews = connection.execute(text("SELECT COUNT(*) FROM revlog")).scalar() or 0
    if not reviews or reviews < _learnt_from(reader) * _GROWTH:
        return {}
    evidence = learn_weight(_read_histories(connection, exercisers), preset.parameters)
    return {CREDIT: {**evidence._asdict(), "reviews": reviews}}


def _learnt_from(reader: Reader) -> int:
    """The number of reviews from which the weight of an exercise was learnt."""
    for (value,) in reader.rows(exercising.CREDIT):
        try:
            return int(json.loads(value)["reviews"])
        except (ValueError, TypeError, KeyError):
            break
    return 0


def _read_histories(
    connection: Connection, exercisers: Mapping[int, frozenset[int]]
) -> Iterator[History]:
    """The reviews of each card, with the days on which it was exercised."""
    reviews: dict[int, list[tuple[int, int]]] = {}
    recalled: dict[int, set[int]] = {}
    for card_id, note_id, day, rating in connection.execute(text(_REVIEWS)):
        reviews.setdefault(card_id, []).append((day, rating))
        if rating > Rating.AGAIN:
            recalled.setdefault(note_id, set()).add(day)
    for card_id, mine in reviews.items():
        notes = exercisers.get(card_id, frozenset())
        days = set().union(*(recalled.get(note, set()) for note in notes))
        yield History(sorted(mine, key=itemgetter(0)), sorted(days))


class Within:
    """Reads within a transaction that is under way."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def rows(self, statement: str, parameters: Parameters | None = None) -> list[Row]:
        """All rows of a statement."""
        found = self._connection.execute(text(statement), dict(parameters or {}))
        return [tuple(row) for row in found]

    def snapshot(self) -> AbstractContextManager[object]:
        """The transaction is one already."""
        return nullcontext()


def _read_showings(connection: Connection, preset: Preset) -> list[Showing]:
    """The learner's last showings that count, the oldest first; whole days only."""
    rows = connection.execute(text(_SHOWINGS), {"most": _MOST_SHOWINGS}).all()
    if len(rows) == _MOST_SHOWINGS:
        rows = [row for row in rows if row.study_day != rows[0].study_day] or rows
    return list(_make_showings(rows, preset))


def _make_showings(rows: Iterable[SqlRow[Any]], preset: Preset) -> Iterator[Showing]:
    decay = -preset.parameters[20]
    # What an interval was long enough for: retrievability is down to this at its end.
    factor = preset.desired_retention ** (1 / decay) - 1
    intervals: dict[int, tuple[int, int]] = {}  # by card: when the last one began, its length
    for row in rows:
        card_id, day, kind, before, after, duration_ms, due_day, origin = tuple(row)
        retrievability = None
        if before == State.REVIEW and card_id in intervals:
            begun, length = intervals[card_id]
            retrievability = (1 + factor * max(0, day - begun) / length) ** decay
        if not origin:  # elsewhere answers take another time, and are timed in another way
            seconds = duration_ms / 1000
            yield Showing(card_id, day, kind or "", before, after, seconds, retrievability)
        intervals.pop(card_id, None)
        if after == State.REVIEW and due_day is not None:
            intervals[card_id] = (day, max(1, due_day - day))
