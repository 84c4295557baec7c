"""Everything a learner does, written down: ratings, undo, marks, settings."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import (
    Connection,
    Engine,
    bindparam,
    delete,
    insert,
    select,
    text,
    update,
)

from mlready.errors import MlreadyError, UsageError
from mlready.store import tables
from mlready.store.engine import READ_ONLY, failures_explained, open_engine
from mlready.store.fitting import (
    LAST_SET,
    STORED_PARAMETERS,
    ParameterSet,
    keep_set,
    set_before,
)
from mlready.store.presets import preset_from
from mlready.store.reading import LAST_REVIEW, Parameters, Row
from mlready.store.replaying import memory_row, replay_cards

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scheduler.memory import Memory, Rating
from scheduler.preset import DEFAULT_PARAMETERS

_AT_A_TIME = 500  # rows of a statement that is read one by one


class ConflictError(MlreadyError):
    """The card was changed by another process since it was read."""


class Rated(NamedTuple):
    """One rating, to be written down.

    Attributes:
        before: the memory that was shown; the store must still hold it.
        after: what the rating makes of it.
        at_ms: the moment, Unix milliseconds.
        day: the study day.
        leech: whether this rating made the card a leech, which suspends it.
        parameters: what `after` was worked out with; they must still be the store's.
    """

    card_id: int
    rating: Rating
    before: Memory
    after: Memory
    at_ms: int
    day: int
    duration_ms: int
    leech: bool = False
    parameters: tuple[float, ...] = DEFAULT_PARAMETERS


class Undone(NamedTuple):
    """A review that was taken back."""

    review_id: int
    card_id: int


class Writer:
    """A store opened for writing; it reads as well, through SQLAlchemy.

    Every method is one transaction: when it returns, what it did is durable.
    """

    def __init__(self, url: str, deck: str) -> None:
        """Open the store, making or migrating its tables.

        Raises:
            StoreError: it cannot be used.
        """
        self.url = url
        self.engine: Engine = open_engine(url, deck)

    def close(self) -> None:
        """Let go of the store."""
        self.engine.dispose()

    def __del__(self) -> None:
        """Let go of the store, if nobody did: Python 3.13 complains of those it finds open."""
        if hasattr(self, "engine"):
            self.engine.dispose()

    def rows(self, statement: str, parameters: Parameters | None = None) -> list[Row]:
        """All rows of one of the statements of `mlready.store.reading`."""
        with failures_explained(self.url), self.engine.connect() as connection:
            reading = connection.execution_options(**READ_ONLY)
            found = reading.execute(text(statement), dict(parameters or {}))
            return [tuple(row) for row in found]

    def stream(self, statement: str) -> Iterator[Row]:
        """The rows of a statement one by one, where they are too many to hold."""
        with failures_explained(self.url), self.engine.connect() as connection:
            reading = connection.execution_options(**READ_ONLY, yield_per=_AT_A_TIME)
            yield from map(tuple, reading.execute(text(statement)))

    def snapshot(self) -> AbstractContextManager[object]:
        """Nothing more than each statement promises: the quick reader has the snapshot."""
        return nullcontext()

    def record(self, rated: Rated) -> int:
        """Write down one rating.

        Returns:
            The review's id.

        Raises:
            ConflictError: the card has been rated elsewhere since `rated.before` was read.
            StoreError: it could not be written; nothing has changed.
        """
        with failures_explained(self.url), self.engine.begin() as connection:
            _check_unchanged(connection, rated)
            review_id = _insert_review(connection, rated)
            _write_memory(connection, rated)
            if rated.leech:
                _mark(connection, rated.card_id, suspended=True, leech=True)
        return review_id

    def undo_last(self, day: int, now_ms: int) -> Undone | None:
        """Take back the last review of a study day that still counts; None if there is none."""
        revlog = tables.revlog
        with failures_explained(self.url), self.engine.begin() as connection:
            last = connection.execute(text(LAST_REVIEW), {"day": day}).first()
            if last is None:
                return None
            row = (
                connection.execute(select(revlog).where(revlog.c.review_id == last.review_id))
                .mappings()
                .one()
            )
            undo = dict(row) | {"reviewed_at": now_ms, "undoes": row["review_id"]}
            del undo["review_id"]
            connection.execute(insert(revlog), undo)
            owner = _owner(connection, int(row["card_id"]))
            replay_cards(connection, [owner])
            if row["leech"]:
                _mark(connection, owner, suspended=False, leech=False)
            return Undone(int(row["review_id"]), owner)

    def mark(self, card_ids: Iterable[int], **values: Any) -> None:
        """Set `suspended`, `leech` or `buried_day` of cards."""
        with failures_explained(self.url), self.engine.begin() as connection:
            for card_id in card_ids:
                _mark(connection, card_id, **values)

    def set_setting(self, name: str, value: str | None, now_ms: int | None = None) -> None:
        """Store a setting, or forget it (None). New parameters make all memories anew.

        With the moment, a change of parameters is kept, as that of a fit is.
        """
        if name == "parameters":
            self.set_parameters(value, now_ms)
            return
        with failures_explained(self.url), self.engine.begin() as connection:
            _set_setting(connection, name, value)

    def set_parameters(self, value: str | None, now_ms: int | None, evidence: str = "") -> None:
        """Store parameters, or go back to the defaults (None), and make all memories anew.

        Args:
            value: the parameters, as settings have them.
            now_ms: the moment at which the change is written down; None: it is not.
            evidence: what a fit found, as JSON.
        """
        with failures_explained(self.url), self.engine.begin() as connection:
            if now_ms is not None:
                keep_set(connection, value, now_ms, evidence)
            _set_setting(connection, "parameters", value)
            replay_cards(connection)

    def undo_parameters(self, now_ms: int) -> str | None:
        """Bring back the parameters of before; again, those that this took away.

        Returns:
            The parameters that hold now, as settings have them; None: the defaults.

        Raises:
            UsageError: there was no change of parameters.
        """
        with failures_explained(self.url), self.engine.begin() as connection:
            last = connection.execute(text(LAST_SET)).first()
            if last is None:
                raise UsageError("the parameters were never changed, so there is nothing to undo")
            current = connection.execute(text(STORED_PARAMETERS)).scalar()
            before = set_before(ParameterSet(*last), current)
            keep_set(connection, before, now_ms, "")
            _set_setting(connection, "parameters", before)
            replay_cards(connection)
        return before

    def set_known(self, topics: Iterable[str], now_ms: int, *, known: bool) -> None:
        """Mark topics as known, or not known after all."""
        table = tables.known_topics
        with failures_explained(self.url), self.engine.begin() as connection:
            for topic in topics:
                connection.execute(delete(table).where(table.c.topic == topic))
                if known:
                    row = {"topic": topic, "marked_at": now_ms}
                    connection.execute(insert(table), row)


# Made once: building a statement takes longer than executing it.
_OF_CARD = tables.memories.c.card_id == bindparam("rated_card")
_MEMORY_COLUMNS = [column for column in tables.memories.c if column.name != "card_id"]
_HELD = (
    select(tables.cards.c.merged_into, *_MEMORY_COLUMNS)
    .outerjoin_from(
        tables.cards, tables.memories, tables.memories.c.card_id == tables.cards.c.card_id
    )
    .where(tables.cards.c.card_id == bindparam("rated_card"))
)
_INSERT_REVIEW = insert(tables.revlog)
_INSERT_MEMORY = insert(tables.memories)
_UPDATE_MEMORY = (
    update(tables.memories)
    .where(_OF_CARD)
    .values({column.name: bindparam(column.name) for column in _MEMORY_COLUMNS})
)


def _check_unchanged(connection: Connection, rated: Rated) -> None:
    """Refuse to rate a card whose memory, or the parameters, are not those that were shown.

    Counting reviews would not do: one may have been undone and another given in its place.
    """
    held = connection.execute(_HELD, {"rated_card": rated.card_id}).first()
    before = rated.before
    shown = tuple(memory_row(rated.card_id, before).values())[1:] if before.reps else _NOTHING
    if held is None or held[0] is not None or tuple(held[1:]) != shown:
        hint = "it will be shown again if it is still due"
        raise ConflictError("this card was rated in another window meanwhile", hint)
    stored = connection.execute(_PARAMETERS).scalar()
    settings = {} if stored is None else {"parameters": str(stored)}
    if preset_from(settings).parameters != rated.parameters:
        hint = "rate it again, with what they make of it"
        raise ConflictError("the parameters were changed in another window meanwhile", hint)


_PARAMETERS = select(tables.settings.c.value).where(tables.settings.c.name == "parameters")
_NOTHING = (None,) * len(_MEMORY_COLUMNS)


def _set_setting(connection: Connection, name: str, value: str | None) -> None:
    settings = tables.settings
    connection.execute(delete(settings).where(settings.c.name == name))
    if value is not None:
        connection.execute(insert(settings), {"name": name, "value": value})


def _insert_review(connection: Connection, rated: Rated) -> int:
    before, after = rated.before, rated.after
    row = {
        "card_id": rated.card_id,
        "reviewed_at": rated.at_ms,
        "study_day": rated.day,
        "rating": int(rated.rating),
        "duration_ms": rated.duration_ms,
        "state_before": int(before.state),
        "state_after": int(after.state),
        "step_after": after.step,
        "due_day": after.due_day,
        "due_at": after.due_at,
        "leech": rated.leech,
        "undoes": None,
    }
    inserted = connection.execute(_INSERT_REVIEW, row)
    return int(inserted.inserted_primary_key[0])  # type: ignore[index]


def _write_memory(connection: Connection, rated: Rated) -> None:
    row = memory_row(rated.card_id, rated.after)
    if rated.before.reps:
        row["rated_card"] = row.pop("card_id")
        connection.execute(_UPDATE_MEMORY, row)
    else:
        connection.execute(_INSERT_MEMORY, row)


def _mark(connection: Connection, card_id: int, **values: Any) -> None:
    marks = tables.marks
    change = update(marks).where(marks.c.card_id == card_id).values(values)
    if not connection.execute(change).rowcount:
        row = {"card_id": card_id, "suspended": False, "leech": False} | values
        connection.execute(insert(marks), row)


def _owner(connection: Connection, card_id: int) -> int:
    """The card that a review of this one counts for."""
    cards = tables.cards
    heir = select(cards.c.merged_into).where(cards.c.card_id == card_id)
    return int(connection.execute(heir).scalar() or card_id)
