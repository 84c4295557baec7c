"""Reviews made in Anki become rows of our history; nothing that is known is added twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from sqlalchemy import Connection, Engine, insert

from mlready.store import tables
from mlready.store.anki_matching import ADOPTIONS, Ours, find_known
from mlready.store.engine import failures_explained
from mlready.store.interpreting import Clock, NewRow, clock_of, interpret_card, is_sound
from mlready.store.learnt import Within, learn_within
from mlready.store.presets import preset_from, rollover_hour_from
from mlready.store.reading import read_settings
from mlready.store.replaying import cards_from_anki, keep_anki_days, replay_cards
from scheduler.histories import Effect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import tzinfo

    from exports.anki.histories import AnkiCard, AnkiHistory, AnkiReview
    from mlready.store.reading import Reader

    Watch: TypeAlias = Callable[[Sequence[AnkiCard]], Iterable[AnkiCard]]

_BATCH: Final = 20_000
# A collection takes no two reviews of one moment, not even if the card of the first is deleted. A
# note of ours that takes the place of an adopted one there brings its reviews along, so they
# are dated a little later: past the run of moments, one right after the other, that a change of
# many cards at once leaves, and not by whole seconds.
_APART_MS: Final = 997


class Place(NamedTuple):
    """Where and when reviews are brought home.

    Attributes:
        deck_id: the deck.
        now_ms: the moment, in Unix milliseconds UTC.
        zone: the learner's time zone.
    """

    deck_id: str
    now_ms: int
    zone: tzinfo


class Unmatched(NamedTuple):
    """Notes that are none of ours."""

    notetype: str
    deck: str
    notes: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import adds.

    Attributes:
        notes: notes of the file that are ours.
        cards: cards of ours that get new rows.
        added: new rows by what they do.
        known: rows that were known.
        refused: rows that cannot be true: of the future, say.
        strays: rows of our notes' cards that the deck never had.
        first_at: the moment of the oldest new row, in Unix milliseconds; None without one.
        last_at: that of the newest.
        unmatched: notes that are none of ours, the most first.
    """

    notes: int
    cards: int
    added: Mapping[Effect, int]
    known: int
    refused: int
    strays: int
    first_at: int | None
    last_at: int | None
    unmatched: tuple[Unmatched, ...]


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would write.

    Attributes:
        rows: of the table `revlog`, oldest first.
        owners: the cards whose memories change.
        day_zero_ends_at: how Anki counts days by now, see `AnkiDays`; None without reviews of ours.
    """

    report: ImportReport
    rows: list[NewRow]
    owners: frozenset[int]
    day_zero_ends_at: int | None


def plan_import(
    reader: Reader,
    history: AnkiHistory,
    place: Place,
    adopted: Mapping[str, int] | None = None,
    watch: Watch = iter,
) -> ImportPlan:
    """What an import would add to the store.

    Notes are known by their guid, also those of questions that were retired or merged, and those
    that were adopted. Reviews are known by card and moment, also those that were undone here.

    Args:
        reader: the store.
        history: what Anki knows.
        place: where and when.
        adopted: notes of ours by guids that are about to be adopted.
        watch: sees each card of ours as its log is read.

    Raises:
        ValueError: a stored setting is out of its range.
    """
    settings = read_settings(reader)
    hour, parameters = rollover_hour_from(settings), preset_from(settings).parameters
    clock = clock_of(history, place.now_ms, place.zone, hour, parameters)
    ours = Ours(reader, place.deck_id, adopted or {})
    notes = {n.id: ours.notes[n.guid] for n in history.notes if n.guid in ours.notes}
    adoptees = {
        note.id: ours.adopted[note.guid]
        for note in history.notes
        if note.guid in ours.adopted and note.id not in notes
    }
    notes |= adoptees
    cards = [card for card in history.cards if card.note_id in notes]
    gathering = _Gathering(clock, find_known(reader, ours.owners))
    logs = _logs(history.reviews, {card.id for card in cards})
    for card in watch(cards):
        if card.id in logs:
            found = ours.find(notes[card.note_id], card.ordinal)
            log = logs[card.id]
            if card.note_id in adoptees:
                log = [review._replace(id=review.id + _APART_MS) for review in log]
            gathering.read(card, log, found, ours.owners)
    gathering.rows.sort(key=lambda row: (row.reviewed_at, row.card_id))
    report = gathering.report(len(notes), tuple(_unmatched(history, notes)))
    is_ours = bool(gathering.rows or gathering.known_count)
    counted = clock.days.day_zero_ends_at if is_ours else None
    return ImportPlan(report, gathering.rows, frozenset(gathering.owners), counted)


def import_history(
    engine: Engine,
    history: AnkiHistory,
    place: Place,
    adopted: Mapping[str, int] | None = None,
    watch: Watch = iter,
) -> ImportReport:
    """Add to the store what Anki knows and it does not, in one transaction.

    Args:
        engine: the store.
        history: what Anki knows.
        place: where and when.
        adopted: notes of ours by the guids that they are adopted with; it is remembered.
        watch: sees each card of ours as its log is read.

    Raises:
        StoreError: the store cannot be written; nothing has changed.
        ValueError: a stored setting is out of its range; nothing has changed.
    """
    with failures_explained(str(engine.url)), engine.begin() as connection:
        return import_within(connection, history, place, adopted, watch)


def import_within(
    connection: Connection,
    history: AnkiHistory,
    place: Place,
    adopted: Mapping[str, int] | None = None,
    watch: Watch = iter,
) -> ImportReport:
    """As `import_history`, within a transaction of the caller's."""
    plan = plan_import(Within(connection), history, place, adopted, watch)
    _adopt(connection, adopted or {}, place.now_ms)
    # In portions: for each row the driver is given several times what the row takes itself.
    rows = iter(plan.rows)
    while batch := [row._asdict() for row in islice(rows, _BATCH)]:
        connection.execute(insert(tables.revlog), batch)
    owners = plan.owners
    if plan.day_zero_ends_at is not None and keep_anki_days(connection, plan.day_zero_ends_at):
        owners |= cards_from_anki(connection)
    if owners:
        replay_cards(connection, owners)
    if plan.rows:
        learn_within(connection)
    return plan.report


def _adopt(connection: Connection, adopted: Mapping[str, int], now_ms: int) -> None:
    known = {str(row[0]) for row in Within(connection).rows(ADOPTIONS)}
    rows = [
        {"guid": guid, "note_id": note_id, "adopted_at": now_ms}
        for guid, note_id in sorted(adopted.items())
        if guid not in known
    ]
    if rows:
        connection.execute(insert(tables.adoptions), rows)


def _logs(reviews: Iterable[AnkiReview], wanted: set[int]) -> dict[int, list[AnkiReview]]:
    """The reviews of each wanted card, oldest first."""
    logs: dict[int, list[AnkiReview]] = defaultdict(list)
    for review in reviews:
        if review.card_id in wanted:
            logs[review.card_id].append(review)
    for log in logs.values():
        log.sort()
    return logs


def _unmatched(history: AnkiHistory, ours: Mapping[int, object]) -> Iterable[Unmatched]:
    """Count the notes that are none of ours."""
    decks: dict[int, str] = {}
    for card in history.cards:
        decks.setdefault(card.note_id, card.deck)
    counts = Counter(
        (note.notetype, decks.get(note.id, "")) for note in history.notes if note.id not in ours
    )
    for (notetype, deck), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield Unmatched(notetype, deck, count)


class _Gathering:
    """What is found in the logs, one after the other."""

    def __init__(self, clock: Clock, known: set[tuple[int, int]]) -> None:
        self.clock = clock
        self.known = known
        self.rows: list[NewRow] = []
        self.owners: set[int] = set()
        self.added: Counter[Effect] = Counter()
        self.known_count = self.refused = self.strays = 0

    def read(
        self,
        card: AnkiCard,
        log: Sequence[AnkiReview],
        card_id: int | None,
        owners: Mapping[int, int],
    ) -> None:
        """Take from a card's log what is new.

        Args:
            card: the card in Anki.
            log: its log.
            card_id: which of ours it is, if any.
            owners: the card that the reviews of each of ours count for.
        """
        if card_id is None:
            self.strays += len(log)
            return
        # By id: a file made by hand may hold one twice.
        sound = list({r.id: r for r in log if is_sound(r, self.clock.now_ms)}.values())
        self.refused += len(log) - len(sound)
        owner = owners[card_id]
        wanted = {review.id for review in sound if (owner, review.id) not in self.known}
        self.known_count += len(sound) - len(wanted)
        if not wanted:
            return
        self.owners.add(owner)
        self.known.update((owner, moment) for moment in wanted)
        for row in interpret_card(card_id, card, sound, wanted, self.clock):
            self.rows.append(row)
            self.added[Effect(row.effect)] += 1

    def report(self, notes: int, unmatched: tuple[Unmatched, ...]) -> ImportReport:
        """What was found."""
        moments = [row.reviewed_at for row in self.rows]
        return ImportReport(
            notes=notes,
            cards=len(self.owners),
            added=dict(self.added),
            known=self.known_count,
            refused=self.refused,
            strays=self.strays,
            first_at=min(moments, default=None),
            last_at=max(moments, default=None),
            unmatched=unmatched,
        )
