"""Which cards this program suspended in Anki, and what Anki's reviews would make of the store."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import text

from exports.anki.connect.plans import CardName, Held
from exports.anki.identity import guid_of
from mlready.store.engine import failures_explained
from mlready.store.importing import import_within
from mlready.store.learnt import Within

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from exports.anki.connect.plans import HeldState, Hold
    from exports.anki.histories import AnkiHistory
    from mlready.store.importing import ImportReport, Place
    from mlready.store.reading import Reader
    from mlready.store.writing import Writer

GATE: Final = "anki-gate"  # the setting that keeps it shut; its value does not matter
CARD_NAMES = """SELECT c.card_id, n.first_key, c.ordinal
    FROM cards AS c JOIN notes AS n ON n.note_id = c.note_id"""
HELD_CARDS = "SELECT card_id, reason, held_at FROM held_cards"

# Of `held_at`, where it is no moment: only intended, and undone by the learner.
_NOT_YET: Final = 0
_NO_MORE: Final = -1
_HOLD = """INSERT INTO held_cards (card_id, reason, held_at) VALUES (:card, :reason, :held_at)
    ON CONFLICT (card_id) DO UPDATE SET reason = excluded.reason, held_at = excluded.held_at"""
_FORGET = "DELETE FROM held_cards WHERE card_id = :card"


class CardNames(NamedTuple):
    """Our cards and what they are called where guids are known.

    Attributes:
        names: by card id.
        cards: card ids by name.
    """

    names: Mapping[int, CardName]
    cards: Mapping[CardName, int]


def read_card_names(reader: Reader, deck_id: str) -> CardNames:
    """The names of all cards that the deck ever had."""
    names = {
        int(card_id): CardName(guid_of(deck_id, first_key), ordinal)
        for card_id, first_key, ordinal in reader.rows(CARD_NAMES)
    }
    return CardNames(names, {name: card_id for card_id, name in names.items()})


def read_held(reader: Reader, names: CardNames) -> dict[CardName, Held]:
    """What is on record of cards that were suspended in Anki."""
    states: dict[int, HeldState] = {_NOT_YET: "intended", _NO_MORE: "freed"}
    return {
        names.names[card_id]: Held(reason, states.get(held_at, "suspended"))
        for card_id, reason, held_at in reader.rows(HELD_CARDS)
    }


class HoldingJournal:
    """The record of suspensions; every method is one transaction."""

    def __init__(self, writer: Writer, names: CardNames, now_ms: int) -> None:
        """Take the store, the names of its cards, and the moment in Unix milliseconds."""
        self._writer = writer
        self._names = names
        self._now_ms = now_ms

    def intend(self, holds: Sequence[Hold]) -> None:
        """Write down that cards are about to be suspended, or released."""
        self._keep(holds, _NOT_YET)

    def confirm(self, holds: Sequence[Hold]) -> None:
        """Write down that cards are suspended."""
        self._keep(holds, self._now_ms)

    def free(self, holds: Sequence[Hold]) -> None:
        """Write down that the learner brought cards back."""
        self._keep(holds, _NO_MORE)

    def forget(self, names: Iterable[CardName]) -> None:
        """Write down that cards are not suspended by us any more."""
        self._execute(_FORGET, [{"card": card} for card in self._known(names)])

    def _keep(self, holds: Sequence[Hold], held_at: int) -> None:
        reasons = {hold.name: hold.reason for hold in holds}
        rows = [
            {"card": card, "reason": reasons[name], "held_at": held_at}
            for name in reasons
            for card in self._known([name])
        ]
        self._execute(_HOLD, rows)

    def _known(self, names: Iterable[CardName]) -> list[int]:
        # A hole that the deck never had is no card of ours.
        return [self._names.cards[name] for name in names if name in self._names.cards]

    def _execute(self, statement: str, rows: Sequence[Mapping[str, object]]) -> None:
        if rows:
            writer = self._writer
            with failures_explained(writer.url), writer.engine.begin() as connection:
                connection.execute(text(statement), rows)


@contextmanager
def imagine_import(
    writer: Writer, history: AnkiHistory, place: Place
) -> Iterator[tuple[Reader, ImportReport]]:
    """The store as it would be with the reviews of a history; in the end it is as it was.

    Raises:
        StoreError: the store cannot be used.
    """
    with failures_explained(writer.url), writer.engine.connect() as connection:
        transaction = connection.begin()
        try:
            report = import_within(connection, history, place)
            yield Within(connection), report
        finally:
            transaction.rollback()
