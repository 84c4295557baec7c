"""A deck as it should be in Anki: what a package of it would say, note by note."""

from collections.abc import Sequence
from typing import Any
from unicodedata import normalize

from exports.anki.checks import check_deck
from exports.anki.connect.matching import WantedNote
from exports.anki.entries import Entry
from exports.anki.identity import guid_of, phase_names
from exports.anki.lock import Lock
from exports.anki.notetypes import OWN_FIELD
from exports.anki.packing import pack_notes
from exports.anki.promises import Promises
from exports.records import ExportCard, ExportDeck


def want_notes(deck: ExportDeck, lock: Lock, promises: Promises) -> list[WantedNote]:
    """Return each note of a whole deck, and each that it retired, as a package would have it.

    Args:
        deck: The deck, whole.
        lock: What packages promised so far.
        promises: Made from that; settled here, so that their result holds from now on.

    Raises:
        ExportError: The deck cannot be exported.
        OSError: A picture cannot be read.
    """
    check_deck(deck)
    wanted = _Wanted([normalize("NFC", name) for name in phase_names(deck)])
    sink: Any = wanted  # it stands where a package's collection does
    pack_notes(deck, promises, sink)
    today = promises.result().notes
    first_keys = {guid_of(deck.id, key): key for key in today}
    notes = []
    for note in wanted.notes:
        first_key = first_keys[note.guid]
        names = {first_key, today[first_key].key}
        if before := lock.notes.get(first_key):
            names.add(before.key)
        notes.append(note._replace(key=today[first_key].key, names=frozenset(names)))
    return notes


class _Wanted:
    """Takes notes as a package's collection does."""

    def __init__(self, decks: Sequence[str]) -> None:
        self._decks = decks
        self.notes: list[WantedNote] = []

    def add(
        self,
        entry: Entry,
        _note_id: int,
        changed_at: int,
        position: int,
        phase: int,
        _cards: Sequence[ExportCard] = (),
    ) -> None:
        """Take a note; its names are added later."""
        texts = zip(entry.notetype.fields, entry.fields, strict=True)
        note = WantedNote(
            guid=entry.guid,
            notetype=entry.notetype.name,
            key="",
            names=frozenset(),
            fields={name: text for (_, name), text in texts if _is_ours(name)},
            tags=tuple(entry.tags),
            deck=self._decks[phase - 1] if phase else "",
            position=position,
            changed_at=changed_at,
            is_retired=not phase,
        )
        self.notes.append(note)


def _is_ours(field: str) -> bool:
    # What a spare field holds, a later version may have put there.
    return field != OWN_FIELD and not field.startswith("Spare ")
