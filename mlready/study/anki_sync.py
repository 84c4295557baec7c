"""A deck and a running Anki brought in line: first what would be done, then doing it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from exports.anki.connect.applying import Applier
from exports.anki.connect.history import read_history
from exports.anki.connect.matching import match_notes
from exports.anki.connect.planning import find_set_aside, plan_sync
from exports.anki.connect.plans import Rules
from exports.anki.connect.snapshot import take_snapshot
from exports.anki.connect.wanting import want_notes
from exports.anki.identity import deck_names, note_ids, phase_names
from exports.anki.promises import Promises
from mlready.store.anki_decks import keep_deck_names, read_deck_names
from mlready.store.exporting import read_export_deck
from mlready.store.holding import (
    GATE,
    HoldingJournal,
    imagine_import,
    read_card_names,
    read_held,
)
from mlready.store.importing import import_history, plan_import
from mlready.store.reading import read_settings
from mlready.study.day import read_day
from mlready.study.holding import find_locked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from exports.anki.connect.applying import Done
    from exports.anki.connect.client import AnkiConnect
    from exports.anki.connect.matching import Matches
    from exports.anki.connect.plans import SyncPlan
    from exports.anki.connect.snapshot import Watch
    from exports.anki.histories import AnkiHistory
    from exports.anki.lock import Lock
    from exports.records import ExportDeck
    from mlready.store.anki_lock import LockFile
    from mlready.store.holding import CardNames
    from mlready.store.importing import ImportReport, Place
    from mlready.store.opening import Progress
    from mlready.store.reading import Reader


class Link(NamedTuple):
    """The way to a running Anki.

    Attributes:
        anki: where it is.
        watch: sees what is under way.
    """

    anki: AnkiConnect
    watch: Watch


class Wishes(NamedTuple):
    """What the learner asked for.

    Attributes:
        gate: whether Anki holds back cards whose prerequisites are not known; None: as before.
        overwrite: whether our texts replace later edits made in Anki.
    """

    gate: bool | None = None
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a sync would do.

    Attributes:
        plan: in Anki.
        matches: which notes there are which of ours.
        reviews: in the store.
        history: where these come from.
        had_gate: whether cards were held back so far.
        has_gate: whether they are from now on.
        locked: how many new cards of the deck have to wait.
        knows_times: whether AnkiConnect says when notes were changed.
        deck: as it should be in Anki.
        lock: what is promised once it is done.
        names: of our cards.
    """

    plan: SyncPlan
    matches: Matches
    reviews: ImportReport
    history: AnkiHistory
    had_gate: bool
    has_gate: bool
    locked: int
    knows_times: bool
    deck: ExportDeck
    lock: Lock
    names: CardNames

    @property
    def new_reviews(self) -> int:
        """How many rows of Anki's log the store lacks."""
        return sum(self.reviews.added.values())

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do that anybody would see, there or here."""
        is_same = self.had_gate == self.has_gate
        return self.plan.is_empty and not self.new_reviews and is_same

    @property
    def is_needless(self) -> bool:
        """Whether there is nothing to do at all: records are right as well."""
        return self.is_empty and not self.plan.has_records


def look_ahead(
    progress: Progress, link: Link, lock: Lock, place: Place, wishes: Wishes
) -> Prospect:
    """Find out what a sync would do, reviews made in Anki counted in; nothing is changed.

    Args:
        progress: the deck and its store.
        link: the way to Anki.
        lock: what packages promised so far.
        place: where and when.
        wishes: what the learner asked for.

    Raises:
        ConnectError: Anki cannot be reached or does not answer as it should.
        ExportError: the deck cannot be in Anki as it is.
        StoreError: the store cannot be used.
        OSError: a picture cannot be read.
    """
    reader = progress.reader
    deck = read_export_deck(progress)
    promises = Promises(lock, deck.order, place.now_ms // 1000, phase_names(deck))
    wanted = want_notes(deck, lock, promises)
    snapshot = take_snapshot(*link)
    decks = deck_names(deck) | read_deck_names(reader)
    matches = match_notes(snapshot, wanted, decks, note_ids(deck.id))
    guids = {live.id: note.guid for live, note in matches.pairs}
    history = read_history(link.anki, snapshot, guids, place.now_ms // 1000, link.watch)
    names = read_card_names(reader, progress.deck_id)
    held = read_held(reader, names)
    had_gate = GATE in read_settings(reader)
    has_gate = had_gate if wishes.gate is None else wishes.gate
    aside = {
        names.cards[name] for name in find_set_aside(snapshot, matches, held) if name in names.cards
    }
    with _with_reviews(progress, history, place) as (later, reviews):
        locked = find_locked(read_day(later, place.now_ms, place.zone), aside) if has_gate else ()
    rules = Rules(decks, {names.names[card] for card in locked}, wishes.overwrite)
    return Prospect(
        plan=plan_sync(snapshot, matches, held, rules),
        matches=matches,
        reviews=reviews,
        history=history,
        had_gate=had_gate,
        has_gate=has_gate,
        locked=len(locked),
        knows_times=all(live.modified is not None for live, _ in matches.pairs),
        deck=deck,
        lock=promises.result(),
        names=names,
    )


def carry_out(
    progress: Progress,
    link: Link,
    prospect: Prospect,
    lock_file: LockFile,
    place: Place,
    done: Done,
) -> None:
    """Do what was found: first the reviews come here, then Anki is changed.

    Args:
        progress: the deck and its store.
        link: the way to Anki.
        prospect: what to do.
        lock_file: where promises are kept.
        place: where and when.
        done: grows with what is done, also if it ends early.

    Raises:
        ConnectError: Anki was lost on the way; the next sync finds the rest.
        MlreadyError: the store or the lock file cannot be written.
        OSError: a picture cannot be read.
    """
    writer = progress.writer()
    if prospect.new_reviews:
        import_history(writer.engine, prospect.history, place)
    if prospect.has_gate != prospect.had_gate:
        writer.set_setting(GATE, "on" if prospect.has_gate else None)
    keep_deck_names(writer, progress.reader, deck_names(prospect.deck))
    lock_file.keep(prospect.lock)
    journal = HoldingJournal(writer, prospect.names, place.now_ms)
    Applier(link.anki, journal, done, link.watch).apply(prospect.plan, prospect.deck.media)


@contextmanager
def _with_reviews(
    progress: Progress, history: AnkiHistory, place: Place
) -> Iterator[tuple[Reader, ImportReport]]:
    """The store as it will be once Anki's reviews are in it."""
    plan = plan_import(progress.reader, history, place)
    if not plan.rows:
        yield progress.reader, plan.report
        return
    with imagine_import(progress.writer(), history, place) as imagined:
        yield imagined
