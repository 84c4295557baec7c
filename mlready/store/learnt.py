"""What is learnt of the learner from the revlog, kept in the table `info`.

It is derived, but not from the deck: a sync leaves it where it is.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from mlready.store import tables
from mlready.store.engine import failures_explained
from mlready.store.presets import preset_from
from mlready.store.reading import COUNTED
from scheduler.memory import State
from scheduler.pace import Showing, gather_work, learn_pace, pace_as_data

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from sqlalchemy import Connection, Engine, Row

    from scheduler.preset import Preset

PACE = "pace"
CREDIT = "credit"
# The rows of `info` that do not come from the deck.
LEARNT = (PACE, CREDIT)

# Older showings weigh next to nothing, and the end of a sitting is no time to read them all.
_MOST_SHOWINGS = 5_000

_SHOWINGS = f"""SELECT o.card_id, r.study_day, n.kind, r.state_before, r.state_after,
        r.duration_ms, r.due_day
    FROM (SELECT * FROM revlog WHERE {COUNTED}
          ORDER BY study_day DESC, review_id DESC LIMIT :most) AS r
    JOIN cards AS c ON c.card_id = r.card_id
    JOIN cards AS o ON o.card_id = COALESCE(c.merged_into, c.card_id)
    LEFT JOIN contents AS n ON n.note_id = o.note_id
    ORDER BY r.study_day, r.review_id"""

_KEEP = """INSERT INTO info (name, value) VALUES (:name, :value)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value"""


def learn(engine: Engine, url: str) -> None:
    """Learn from the history as it is, in one transaction.

    Raises:
        StoreError: the store cannot be written; what was learnt before stands.
    """
    with failures_explained(url), engine.begin() as connection:
        learn_within(connection)


def learn_within(connection: Connection) -> None:
    """As `learn`, within a transaction of the caller's."""
    work = gather_work(_read_showings(connection))
    if work:
        value = json.dumps(pace_as_data(learn_pace(work)), separators=(",", ":"))
        connection.execute(text(_KEEP), {"name": PACE, "value": value})


def _read_showings(connection: Connection) -> list[Showing]:
    """The learner's last showings that count, the oldest first; whole days only."""
    rows = connection.execute(text(_SHOWINGS), {"most": _MOST_SHOWINGS}).all()
    if len(rows) == _MOST_SHOWINGS:
        rows = [row for row in rows if row.study_day != rows[0].study_day] or rows
    stored = connection.execute(select(tables.settings)).all()
    preset = preset_from({row.name: row.value for row in stored})
    return list(_make_showings(rows, preset))


def _make_showings(rows: Iterable[Row[Any]], preset: Preset) -> Iterator[Showing]:
    decay = -preset.parameters[20]
    # What an interval was long enough for: retrievability is down to this at its end.
    factor = preset.desired_retention ** (1 / decay) - 1
    intervals: dict[int, tuple[int, int]] = {}  # by card: when the last one began, its length
    for row in rows:
        card_id, day, kind, before, after, duration_ms, due_day = tuple(row)
        retrievability = None
        if before == State.REVIEW and card_id in intervals:
            begun, length = intervals[card_id]
            retrievability = (1 + factor * max(0, day - begun) / length) ** decay
        yield Showing(card_id, day, kind or "", before, after, duration_ms / 1000, retrievability)
        intervals.pop(card_id, None)
        if after == State.REVIEW and due_day is not None:
            intervals[card_id] = (day, max(1, due_day - day))
