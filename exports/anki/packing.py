"""The way of a deck's notes into a package: checked, rendered, promised, written, one by one."""

from __future__ import annotations

from hashlib import blake2b, file_digest
from typing import TYPE_CHECKING

from exports.anki.checks import check_characters, check_entry, checked_notes, holes, where
from exports.anki.entries import Entry, digest, last_text, make_entry, make_retired_entry
from exports.anki.identity import NOTE_ID_STEP, first_note_id, guid_of, phase_labels

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from exports.anki.database import Collection
    from exports.anki.lock import LastText, LockedNote
    from exports.anki.promises import Promises
    from exports.records import ExportCard, ExportDeck, ExportNote


def pack_notes(deck: ExportDeck, promises: Promises, collection: Collection) -> AbstractSet[str]:
    """Write the notes of `deck` to `collection`; return the files that they show.

    A whole deck's package also says of the notes that are no more that they are.

    Raises:
        ExportError: One cannot be exported.
        OSError: A picture cannot be read.
    """
    packing = _Packing(deck, promises, collection)
    for note in checked_notes(deck):
        packing.add(note)
    if promises.is_whole and deck.retired is not None:
        packing.add_retired()
    return packing.shown


class _Packing:
    """What is known from one note to the next."""

    def __init__(self, deck: ExportDeck, promises: Promises, collection: Collection) -> None:
        self._deck = deck
        self._promises = promises
        self._collection = collection
        self._labels = phase_labels(deck)
        self._first_id = first_note_id(deck.id)
        self._last_id = 0
        self._pictures: dict[str, bytes] = {}

    @property
    def shown(self) -> AbstractSet[str]:
        """The files that the notes so far show."""
        return self._pictures.keys()

    def add(self, note: ExportNote) -> None:
        """Pack a note of the deck."""
        numbers = holes(note)
        entry = make_entry(note, self._deck.id, self._labels[note.phase - 1], numbers)
        check_entry(note, entry, self._deck)
        changed_at = self._promises.settle(
            note.first_key,
            note.key,
            note.phase,
            digest(entry, self._picture),
            note.changed_at,
            tuple(numbers),
        )
        self._write(entry, note.first_key, changed_at, note.phase, note.cards)

    def add_retired(self) -> None:
        """Pack the notes that are no more and whose last text is known."""
        for first_key, known in list(self._promises.departed()):
            if known.retired:
                self._retire(first_key, known.retired, known, known.changed_at)
            elif note := (self._deck.retired or {}).get(first_key):
                self._retire(first_key, self._last_text(note), known, note.changed_at)

    def _last_text(self, note: ExportNote) -> LastText:
        label = self._labels[note.phase - 1] if note.phase <= len(self._labels) else ""
        numbers = holes(note)
        entry = make_entry(note, self._deck.id, label, numbers)
        check_characters(where(note), entry.fields)
        return last_text(entry, numbers)

    def _retire(self, first_key: str, text: LastText, known: LockedNote, retired_at: int) -> None:
        """Pack a note that is no more, with its last text, which is promised from now on."""
        entry = make_retired_entry(guid_of(self._deck.id, first_key), text)
        said = digest(entry, lambda name: name.encode())
        if known.retired != text or known.digest != said:
            known = self._promises.retire(first_key, text, said, retired_at)
        # A picture that the deck has no more is still where it was imported.
        for name in self._deck.media.keys() & set(entry.pictures):
            self._picture(name)
        self._write(entry, first_key, known.changed_at, phase=0)

    def _write(
        self,
        entry: Entry,
        first_key: str,
        changed_at: int,
        phase: int,
        cards: Sequence[ExportCard] = (),
    ) -> None:
        position = self._promises.position(first_key)
        # Rows that come in the order of their ids take less than half of the time. Notes that
        # are no more share one position.
        number = max(self._first_id + position * NOTE_ID_STEP, self._last_id + NOTE_ID_STEP)
        self._last_id = number
        self._collection.add(entry, number, changed_at, position, phase, cards)

    def _picture(self, name: str) -> bytes:
        """Return the digest of a file that is shown; each is read once."""
        if name not in self._pictures:
            with self._deck.media[name].open("rb") as file:
                self._pictures[name] = file_digest(file, blake2b).digest()
        return self._pictures[name]
