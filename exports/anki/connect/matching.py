"""Which notes in Anki are which of ours; what is not ours is nobody's business here."""

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from exports.anki.connect.snapshot import LiveNote, Snapshot
from exports.anki.notetypes import IDENTITY_FIELD

_KEY_FIELD = "Key"


class WantedNote(NamedTuple):
    """A note as it should be in Anki.

    Attributes:
        guid: What Anki recognises it by.
        notetype: The name of its type.
        key: What it is called today.
        names: What it may have been called in a package.
        fields: Field name -> HTML; a field that is not named is left alone.
        tags: Ours; the learner's are left alone.
        deck: The name of the deck of its cards.
        position: Where its new cards stand in the queue.
        changed_at: When it last changed, in Unix seconds.
        is_retired: Whether the deck has it no more.
    """

    guid: str
    notetype: str
    key: str
    names: frozenset[str]
    fields: Mapping[str, str]
    tags: tuple[str, ...]
    deck: str
    position: int
    changed_at: int
    is_retired: bool = False


@dataclass(frozen=True, slots=True)
class Matches:
    """Which is which.

    Attributes:
        pairs: A note in Anki and what it should be; each note of ours at most once.
        copies: Keys of notes of which Anki holds several, so that none can be told to be ours.
        missing: Notes of ours that Anki does not have.
    """

    pairs: tuple[tuple[LiveNote, WantedNote], ...]
    copies: tuple[str, ...]
    missing: tuple[WantedNote, ...]


def match_notes(
    snapshot: Snapshot, wanted: Iterable[WantedNote], decks: Collection[str], ids: Container[int]
) -> Matches:
    """Match the notes in Anki with ours, by identity; in older packages' notes, by key.

    Args:
        snapshot: What Anki holds.
        wanted: Our notes.
        decks: The names of all decks that are ours: two decks may have the same keys.
        ids: The ids that packages of ours give to notes; Anki keeps them.
    """
    ours = {note.guid: note for note in wanted}
    guids = _guids_by_name(ours.values())
    found: dict[str, list[LiveNote]] = defaultdict(list)
    for live in snapshot.notes.values():
        guid = live.fields.get(IDENTITY_FIELD, "").strip()
        if not guid and any(card.deck in decks for card in snapshot.cards[live.id]):
            guid = guids.get(live.fields.get(_KEY_FIELD, "").strip(), "")
        if guid in ours:
            found[guid].append(live)
    pairs: list[tuple[LiveNote, WantedNote]] = []
    copies, missing = [], []
    for guid, note in ours.items():
        candidates = found.get(guid, [])
        # A learner's copy of a note has its text and its identity, but an id of its own.
        originals = [live for live in candidates if live.id in ids]
        if len(candidates) == 1 or len(originals) == 1:
            pairs.append(((originals or candidates)[0], note))
        elif candidates:
            copies.append(note.key)
        else:
            missing.append(note)
    return Matches(tuple(pairs), tuple(copies), tuple(missing))


def _guids_by_name(ours: Iterable[WantedNote]) -> dict[str, str]:
    """Return the guid of each name that only one of our notes has, or has today."""
    today, before = {}, defaultdict(set)
    for note in ours:
        if not note.is_retired:
            today[note.key] = note.guid
        for name in note.names:
            before[name].add(note.guid)
    return {name: min(guids) for name, guids in before.items() if len(guids) == 1} | today
