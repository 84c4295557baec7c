"""What the store holds, as values: fixed SQL that runs with and without SQLAlchemy.

SQLAlchemy takes longer to import than everything else on the way to the first card, so a SQLite
store is read with the standard library alone. The statements are plain SQL with named parameters,
which SQLAlchemy's `text` takes as they are for any other database; a test runs each both ways.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from sys import intern
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from mlready.store.failures import explain
from mlready.store.location import sqlite_path
from mlready.store.version import SCHEMA_VERSION, check_identity, foreign_database
from scheduler.memory import Memory, State, shape_curve
from scheduler.pace import DEFAULT_PACE, Pace, pace_from_data
from scheduler.preset import DEFAULT_PARAMETERS
from scheduler.queue import DoneToday, QueueCard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from mlready.content.document import Document

Row = tuple[Any, ...]
Parameters = Mapping[str, Any]

_REVIEW = int(State.REVIEW)  # compared with as often as the deck has cards

# A review counts unless it is an undo or a later row undoes it.
COUNTED = """undoes IS NULL AND NOT EXISTS
    (SELECT 1 FROM revlog AS u WHERE u.undoes = revlog.review_id)"""
# Such a row may also be one without an answer: the card was reset, or given another date. Those
# with one are the reviews a learner knows of; `SCHEDULED` are those that were no cramming.
ANSWERED = f"rating > 0 AND {COUNTED}"
SCHEDULED = f"effect <> 1 AND {ANSWERED}"


class Reader(Protocol):
    """Something that answers the statements below."""

    def rows(self, statement: str, parameters: Parameters | None = None) -> list[Row]:
        """All rows of a statement."""
        ...

    def snapshot(self) -> AbstractContextManager[object]:
        """A while in which all statements see one state of the store, if it can be had."""
        ...


class StreamReader(Reader, Protocol):
    """A reader that can also answer bit by bit."""

    def stream(self, statement: str) -> Iterator[Row]:
        """The rows of a statement one by one, where they are too many to hold."""
        ...


class SqliteReader:
    """Reads a SQLite file with the standard library."""

    def __init__(self, path: Path, url: str) -> None:
        self.url = url
        try:
            address = f"{path.as_uri()}?mode=rw"
            self.connection = sqlite3.connect(address, uri=True, isolation_level=None)
            self.connection.execute("PRAGMA busy_timeout=5000")
        except sqlite3.Error as error:
            raise explain(error, url) from error

    def rows(self, statement: str, parameters: Parameters | None = None) -> list[Row]:
        """All rows of a statement.

        Raises:
            StoreError: the file cannot be read.
        """
        try:
            return self.connection.execute(statement, dict(parameters or {})).fetchall()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise explain(error, self.url) from error

    def stream(self, statement: str) -> Iterator[Row]:
        """The rows of a statement one by one, where they are too many to hold.

        Raises:
            StoreError: the file cannot be read.
        """
        try:
            yield from self.connection.execute(statement)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise explain(error, self.url) from error

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """A while in which all statements see one state of the store."""
        self.rows("BEGIN")
        try:
            yield
        finally:
            self.rows("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    def __del__(self) -> None:
        """Let go of the file, if nobody did: Python 3.13 complains of those it finds open."""
        if hasattr(self, "connection"):
            self.connection.close()


# --- what is stored ----------------------------------------------------------------

META = "SELECT name, value FROM meta"
SOURCE_DIGESTS = "SELECT path, digest, errors FROM sources"
INFO = "SELECT name, value FROM info"
PACE = "SELECT value FROM info WHERE name = 'pace'"
SETTINGS = "SELECT name, value FROM settings"
KNOWN = "SELECT topic FROM known_topics ORDER BY topic"
TOPICS = """SELECT topic, phase, title, why, area, prerequisites, path, line, unreadable
    FROM topics ORDER BY position"""

QUEUE_CARDS = """SELECT l.card_id, l.note_id, n.topic, l.ordinal, n.level, n.position,
        n.requires, n.kind, m.state, m.due_day, m.due_at, m.stability, m.last_day,
        m.difficulty, m.lapses, k.suspended, k.buried_day, n.likeness
    FROM live_cards AS l JOIN contents AS n ON n.note_id = l.note_id
    LEFT JOIN memories AS m ON m.card_id = l.card_id
    LEFT JOIN marks AS k ON k.card_id = l.card_id"""

CARD = """SELECT l.card_id, l.note_id, n.key, l.ordinal,
        (SELECT COUNT(*) FROM live_cards AS s WHERE s.note_id = l.note_id),
        n.topic, n.kind, n.level, n.is_cloze, n.body, n.source_at, w.citation, w.url,
        n.path, n.line
    FROM live_cards AS l JOIN contents AS n ON n.note_id = l.note_id
    LEFT JOIN works AS w ON w.ref = n.source_ref
    WHERE l.card_id = :card_id"""

CARD_IDS = """SELECT n.key, l.ordinal, l.card_id, n.topic, n.kind, n.level,
        (SELECT COUNT(*) FROM live_cards AS s WHERE s.note_id = l.note_id)
    FROM live_cards AS l JOIN contents AS n ON n.note_id = l.note_id
    ORDER BY n.position, l.ordinal"""

MEMORY = """SELECT state, step, stability, difficulty, due_day, due_at, last_day, last_at,
        reps, lapses FROM memories WHERE card_id = :card_id"""

DONE_TODAY = f"""SELECT r.state_before, r.duration_ms, o.note_id, n.kind
    FROM (SELECT * FROM revlog WHERE study_day = :day AND {SCHEDULED}) AS r
    JOIN cards AS c ON c.card_id = r.card_id
    JOIN cards AS o ON o.card_id = COALESCE(c.merged_into, c.card_id)
    LEFT JOIN contents AS n ON n.note_id = o.note_id"""

CARD_REVIEWS = f"""SELECT review_id, reviewed_at, study_day, rating, duration_ms,
        state_before, state_after FROM revlog
    WHERE card_id IN (SELECT card_id FROM cards
                      WHERE card_id = :card_id OR merged_into = :card_id)
        AND {ANSWERED}
    ORDER BY reviewed_at, review_id"""

# Only what was answered here can be taken back here.
LAST_REVIEW = f"""SELECT review_id, card_id FROM revlog
    WHERE study_day = :day AND origin = '' AND {COUNTED} ORDER BY review_id DESC LIMIT 1"""

REVIEW_DAYS = f"""SELECT study_day, COUNT(*) FROM revlog WHERE {ANSWERED}
    GROUP BY study_day ORDER BY study_day DESC"""

CHANGES_SINCE = """SELECT change_id, changed_at, kind, key, old_key, old_text, new_text
    FROM changes WHERE change_id > :after ORDER BY change_id"""

NOTE_KEYS = "SELECT key, path FROM notes WHERE key IS NOT NULL ORDER BY key"

EXPORT_ORDER = """SELECT n.key, i.first_key
    FROM contents AS n JOIN notes AS i ON i.note_id = n.note_id
    WHERE EXISTS (SELECT 1 FROM live_cards AS l WHERE l.note_id = n.note_id)
    ORDER BY n.position"""

EXPORT_NOTES = """SELECT n.note_id, n.key, i.first_key, n.topic, n.kind, n.level, n.is_cloze,
        n.body, n.source_at, w.citation, w.url, i.changed_at, n.path, n.line
    FROM contents AS n JOIN notes AS i ON i.note_id = n.note_id
    LEFT JOIN works AS w ON w.ref = n.source_ref
    WHERE EXISTS (SELECT 1 FROM live_cards AS l WHERE l.note_id = n.note_id)
    ORDER BY n.position"""

EXPORT_RETIRED = """SELECT first_key, retired_at, last_content FROM notes
    WHERE retired_at IS NOT NULL AND last_content IS NOT NULL ORDER BY note_id"""


class TopicRow(NamedTuple):
    """A topic as the store keeps it."""

    id: str
    phase: int
    title: str
    why: str
    area: str | None
    prerequisites: tuple[str, ...]
    path: str
    line: int
    unreadable: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Where an answer can be checked."""

    citation: str
    at: str
    url: str


def name_card(key: str, ordinal: int, siblings: int) -> str:
    """A card's key: its question's, with `#n` where the question has several cards."""
    return f"{key}#{ordinal}" if siblings > 1 else key


@dataclass(frozen=True, slots=True)
class CardContent:
    """All that a screen shows of a card."""

    card_id: int
    note_id: int
    key: str
    ordinal: int
    siblings: int
    topic: str
    kind: str
    level: str
    is_cloze: bool
    prompt: Document
    answer: Document
    must_mention: tuple[Document, ...]
    source: Source | None
    path: str
    line: int

    @property
    def card_key(self) -> str:
        """The key, with `#n` where the question has several cards."""
        return name_card(self.key, self.ordinal, self.siblings)


def open_reader(url: str, deck: str) -> SqliteReader | None:
    """Open a store for quick reading, or None where it has to be made or migrated first.

    Raises:
        StoreError: it is there but cannot be used; it is as it was.
    """
    path = sqlite_path(url)
    try:
        # As SQLite sees it, an empty file is a database yet to be made.
        if path is None or path.stat().st_size == 0:
            return None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise explain(error, url) from error
    reader = SqliteReader(path, url)
    try:
        is_current = _is_current(reader, deck, url)
    except BaseException:
        reader.close()
        raise
    if not is_current:
        reader.close()
        return None
    return reader


def _is_current(reader: SqliteReader, deck: str, url: str) -> bool:
    """Whether a database is a store that can be read as it is; False if it is yet to be made."""
    columns = reader.rows("SELECT name FROM pragma_table_info('meta')")
    if columns != [("name",), ("value",)]:
        if columns or reader.rows("SELECT 1 FROM sqlite_master LIMIT 1"):
            raise foreign_database(url)
        return False
    found = read_pairs(reader, META)
    check_identity(found, deck, url)
    return found["schema_version"] == str(SCHEMA_VERSION)


def read_pairs(reader: Reader, statement: str) -> dict[str, str]:
    """The rows of a statement of two columns, the second by the first."""
    return {str(name): str(value) for name, value in reader.rows(statement)}


def read_settings(reader: Reader) -> dict[str, str]:
    """The learner's settings, as texts."""
    return read_pairs(reader, SETTINGS)


def read_phases(reader: Reader) -> tuple[str, ...]:
    """The titles of the phases, in order."""
    return tuple(json.loads(read_pairs(reader, INFO).get("phases", "[]")))


def read_known(reader: Reader) -> frozenset[str]:
    """The topics the learner marked as known."""
    return frozenset(row[0] for row in reader.rows(KNOWN))


def read_topics(reader: Reader) -> list[TopicRow]:
    """All topics in reading order."""
    topics = []
    for name, phase, title, why, area, listed, path, line, unreadable in reader.rows(TOPICS):
        prerequisites = tuple(json.loads(listed))
        topics.append(
            TopicRow(name, phase, title, why, area, prerequisites, path, line, bool(unreadable))
        )
    return topics


def read_pace(reader: Reader) -> Pace:
    """How fast the learner works; what is usual where nothing has been learnt yet."""
    for (value,) in reader.rows(PACE):
        try:
            return pace_from_data(json.loads(value))
        except (ValueError, TypeError, KeyError, AttributeError):
            break  # of another version of this program: it will be learnt again
    return DEFAULT_PACE


def read_queue_cards(
    reader: Reader, day: int | None = None, parameters: tuple[float, ...] = DEFAULT_PARAMETERS
) -> list[QueueCard]:
    """All cards of the deck, as planning needs them.

    Args:
        reader: the store.
        day: the study day that is planned: cards that have been due for long are more often
            forgotten then, and take longer. None: all are taken to be due on the day.
        parameters: those of the learner's memory.
    """
    pace = read_pace(reader)
    factor, decay = shape_curve(parameters)
    usual: dict[tuple[str, int], float] = {}  # seconds by kind and state: a deck has few
    cards = []
    for row in reader.rows(QUEUE_CARDS):
        (card, note, topic, ordinal, level, position, requires, kind, *memory) = row
        state, due_day, due_at, stability, last_day, difficulty, lapses, *marks = memory
        suspended, buried_day, likeness = marks
        if day is not None and state == _REVIEW and due_day < day and stability:
            chance = (1 + factor * (day - last_day) / stability) ** decay
            seconds = pace.seconds(kind, state, chance)
        else:
            place = (kind, state or 0)
            found = usual.get(place)
            seconds = pace.seconds(*place) if found is None else found
            usual[place] = seconds
        cards.append(
            QueueCard(
                card_id=card,
                note_id=note,
                topic=intern(topic),
                ordinal=ordinal,
                level=level,
                position=position,
                requires=() if requires == "[]" else tuple(json.loads(requires)),
                state=state or 0,
                due_day=due_day,
                due_at=due_at,
                stability=stability,
                last_day=last_day,
                learned=(state or 0) >= State.REVIEW,
                suspended=bool(suspended),
                buried_day=buried_day,
                seconds=seconds,
                difficulty=difficulty,
                lapses=lapses or 0,
                likeness=likeness,
                kind=intern(kind),
            )
        )
    return cards


def read_done_today(reader: Reader, day: int) -> DoneToday:
    """What the learner has done in a study day; breaks do not count as study."""
    rows = reader.rows(DONE_TODAY, {"day": day})
    count = read_pace(reader).counted_seconds
    return DoneToday(
        new=sum(1 for state, *_ in rows if state == State.NEW),
        reviews=sum(1 for state, *_ in rows if state == State.REVIEW),
        seconds=sum(count(duration / 1000, kind or "") for _, duration, _, kind in rows),
        notes=frozenset(note for _, _, note, _ in rows),
    )


def read_memory(reader: Reader, card_id: int) -> Memory:
    """The memory of a card; a new one's where it was never reviewed."""
    for row in reader.rows(MEMORY, {"card_id": card_id}):
        return Memory(State(row[0]), *row[1:])
    return Memory()


def read_card(reader: Reader, card_id: int) -> CardContent | None:
    """A card's content, or None where the deck has it no more."""
    for row in reader.rows(CARD, {"card_id": card_id}):
        (card, note, key, ordinal, siblings, topic, kind, level, is_cloze, body) = row[:10]
        at, citation, url, path, line = row[10:]
        prompt, answer, must_mention = json.loads(body)
        return CardContent(
            card, note, key, ordinal, siblings, topic, kind, level, bool(is_cloze), prompt,
            answer, tuple(must_mention), Source(citation, at, url) if citation else None,
            path, line,
        )  # fmt: skip
    return None
