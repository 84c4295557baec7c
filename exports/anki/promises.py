"""What a new package may change for those who imported an earlier one.

Anki leaves a card that it has where it is, and takes a note's new text only if the note's time
of change is later than its own. So positions stay, and a time moves exactly when a text does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from exports.anki.lock import LastText, Lock, LockedNote
from exports.anki.positions import LAST_POSITION, place
from exports.records import ExportError


@dataclass(frozen=True, slots=True)
class Changes:
    """How a package differs from what was promised before it.

    Texts arrive by an import. What is counted in cards does not reach those that Anki has
    from an earlier package: it is for the learner to do, or for a live sync.

    Attributes:
        new: Notes that no package had.
        changed: Notes with another text, among them revived ones.
        unchanged: Notes with the same text.
        retired: Notes that this package retires.
        unknown: Notes that an earlier package had and the deck has no more, their text unknown.
        moved_cards: Cards that belong to another deck now: to that of another phase, or to one
            that is called otherwise.
        repositioned_cards: Cards that have another position now.
        retired_cards: Cards of the notes that this package retires.
        revived_cards: Cards of notes that were retired and are back.
        emptied_cards: Cards whose hole is gone: Anki keeps them, empty.
        retyped: Keys of notes that became a cloze, or are none any more: Anki takes neither text
            nor tags of these, and calls them conflicting.
    """

    new: int
    changed: int
    unchanged: int
    retired: int
    unknown: int
    moved_cards: int
    repositioned_cards: int
    retired_cards: int
    revived_cards: int
    emptied_cards: int
    retyped: tuple[str, ...]


class Promises:
    """The ledger of one export: settle each of its notes once, then take the result.

    A note that is in `order` and not settled, because only a part of the deck is exported,
    keeps what was promised of it; only its position follows the order.

    Args:
        lock: What was promised before.
        order: `first_key` of every note of the whole deck, in the order of introduction.
        now: The moment of the export, in Unix seconds.
        decks: What the deck of each phase is called.

    Raises:
        ExportError: `order` has more notes than there are positions.
    """

    def __init__(self, lock: Lock, order: Sequence[str], now: int, decks: Sequence[str]) -> None:
        held = {key: note.position for key, note in lock.notes.items()}
        try:
            self._positions = place(order, held)
        except ValueError as error:
            raise ExportError("the deck", str(error)) from error
        self._before = lock.notes
        self._decks_before = lock.decks
        self._decks = decks
        self._now = now
        self._settled: dict[str, LockedNote] = {}
        self._retired: dict[str, LockedNote] = {}

    @property
    def is_whole(self) -> bool:
        """Whether all notes of the deck have been settled: a part of a deck retires nothing."""
        return len(self._settled) == len(self._positions)

    def position(self, first_key: str) -> int:
        """Return where the new cards of a note stand; those of a retired one come last of all."""
        return self._positions.get(first_key, LAST_POSITION)

    def settle(
        self,
        first_key: str,
        key: str,
        phase: int,
        digest: str,
        changed_at: int,
        holes: tuple[int, ...],
    ) -> int:
        """Return the time of change, in Unix seconds, that a note of the deck has in Anki.

        Args:
            first_key: The note; one of `order`.
            key: Its key today.
            phase: Number of its phase, from 1.
            digest: Of all that Anki keeps of it, in lower-case hexadecimal.
            changed_at: When its text was last seen to change, in Unix seconds.
            holes: The numbers of its holes, from 1; empty if it is no cloze.
        """
        position = self._positions[first_key]
        time = self._time(first_key, digest, changed_at)
        note = LockedNote(key, phase, position, holes, time, digest)
        before = self._before.get(first_key)
        # Most notes of a large deck are as they were: those are in memory only once.
        self._settled[first_key] = before if before and note == before else note
        return time

    def departed(self) -> Iterator[tuple[str, LockedNote]]:
        """Yield each note that was promised and that the deck has no more, by `first_key`.

        What such a note goes into a whole deck's package with is its `retired`. Where that is
        None, it can be retired if its last text is known, and is left out if not. Where the digest
        is not of that, another side of a merge changed the note after it was retired on one: it
        is to be retired again.
        """
        for first_key, note in sorted(self._before.items()):
            if first_key not in self._positions:
                yield first_key, note

    def retire(self, first_key: str, text: LastText, digest: str, changed_at: int) -> LockedNote:
        """Return what a departed note is promised with from now on: its last text.

        Its position stays promised, for the day it comes back.

        Args:
            first_key: The note; one of `departed`.
            text: What it said last.
            digest: Of that, as for `settle`.
            changed_at: When the deck lost it, in Unix seconds.
        """
        time = self._time(first_key, digest, changed_at)
        note = self._before[first_key]._replace(changed_at=time, digest=digest, retired=text)
        self._retired[first_key] = note
        return note

    def result(self) -> Lock:
        """Return what is promised once the package is in place; notes never exported are not."""
        notes = {key: self._kept(key, note) for key, note in self._before.items()}
        decks = {phase: frozenset({name}) for phase, name in enumerate(self._decks, start=1)}
        return Lock(notes | self._settled | self._retired, decks)

    def changes(self) -> Changes:
        """Return how that differs from what was promised before."""
        pairs = [(self._before[key], n) for key, n in self._settled.items() if key in self._before]
        edits = [(before, note) for before, note in pairs if before.digest != note.digest]
        new, changed = len(self._settled) - len(pairs), len(edits)
        return Changes(
            new=new,
            changed=changed,
            unchanged=len(self._settled) - new - changed,
            retired=len(self._retired),
            unknown=self._count_unknown(),
            moved_cards=self._count_moved(),
            repositioned_cards=self._count_repositioned(),
            retired_cards=sum(note.cards for note in self._retired.values()),
            revived_cards=sum(before.cards for before, _ in pairs if before.retired),
            emptied_cards=sum(len({*b.holes} - {*n.holes}) for b, n in edits if n.holes),
            retyped=tuple(n.key for b, n in edits if bool(b.holes) != bool(n.holes)),
        )

    def _time(self, first_key: str, digest: str, changed_at: int) -> int:
        """Return the time of change that goes with a digest.

        Some versions of Anki stamp an imported note with the clock of the import. Only a real
        moment after that is later, so the old time plus one second is not enough, unless the
        clock that made it was wrong.
        """
        before = self._before.get(first_key)
        if before is None:
            return changed_at
        if before.digest == digest:
            return before.changed_at
        later = (time for time in (changed_at, self._now) if time > before.changed_at)
        return next(later, before.changed_at + 1)

    def _kept(self, first_key: str, note: LockedNote) -> LockedNote:
        position = self._positions.get(first_key, note.position)
        return note if position == note.position else note._replace(position=position)

    def _count_unknown(self) -> int:
        if not self.is_whole:
            return 0
        texts = (note.retired or key in self._retired for key, note in self.departed())
        return sum(not text for text in texts)

    def _count_moved(self) -> int:
        """Count them in the whole deck: the lock moves with them, whatever is exported."""
        moved = 0
        for first_key, before in self._before.items():
            if first_key in self._positions:
                phase = self._settled.get(first_key, before).phase
                moved += before.cards * self._is_elsewhere(before.phase, phase)
        return moved

    def _is_elsewhere(self, before: int, phase: int) -> bool:
        """Say whether the deck of a phase was another than that of the phase today."""
        names = self._decks_before.get(before)
        if not names or phase > len(self._decks):
            return before != phase
        return names != {self._decks[phase - 1]}

    def _count_repositioned(self) -> int:
        """Count them in the whole deck, as those that moved."""
        before = self._before.items()
        return sum(note.cards for key, note in before if self._kept(key, note) is not note)
