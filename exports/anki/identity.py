"""Ids that stay the same from one export to the next.

Anki matches notes by guid and decks by name, so a guid comes from the note's key alone,
never from its text, and nothing here depends on when or where a package is built.
"""

import re
from hashlib import blake2b
from unicodedata import normalize

from exports.records import ExportDeck, ExportNote
from exports.tags import label_phases

# Ids of notes and cards are milliseconds to Anki, which renumbers those in the future. Those
# up to the next note's are for the cards of a note.
NOTE_ID_STEP = 500
_FIRST_NOTE_ID = 1_600_000_000_000  # September 2020
_SPAN = 1_000_000 * NOTE_ID_STEP
_SPANS = 300  # of a little less than six days, to July 2025

_DECK_SEPARATORS = re.compile(r"\s*::+\s*")


def guid(deck_id: str, note: ExportNote) -> str:
    """Return what Anki recognises `note` by, whatever it says and wherever it moved."""
    return guid_of(deck_id, note.first_key)


def guid_of(deck_id: str, first_key: str) -> str:
    """Return the guid of the note that began as `first_key` in the deck called `deck_id`."""
    return _digest(f"{deck_id}\0{first_key}").hex()


def first_note_id(deck_id: str) -> int:
    """Return the id of the note at position 0; each position has `NOTE_ID_STEP` of its own.

    Anki writes notes in the order of their ids, and tells the learner how old they are by them.
    Two decks may fall on the same span: then Anki finds other ids, and matches by guid anyway.
    """
    return _FIRST_NOTE_ID + int.from_bytes(_digest(deck_id)[:8]) % _SPANS * _SPAN


def note_ids(deck_id: str) -> range:
    """Return what the ids of notes in packages are among; a copy made in Anki has none of them."""
    first = first_note_id(deck_id)
    # Notes that are no more come after the last position.
    return range(first, first + 2 * _SPAN)


def deck_id(name: str) -> int:
    """Return the id of the deck called `name`; never 1, which is Anki's own Default."""
    return (1 << 40) + int.from_bytes(_digest(name)[:5])


def preset_id(deck: ExportDeck, part: str = "") -> int:
    """Return the id of the options of `deck`, or of a `part` that has its own.

    The learner may rename the deck, and the author its title; the options stay the same.
    """
    return (1 << 41) + int.from_bytes(_digest(f"{deck.id}\0preset\0{part}")[:5])


def deck_name(deck: ExportDeck) -> str:
    """Return the name of the deck that holds all others."""
    return _component(deck.title)


def phase_labels(deck: ExportDeck) -> list[str]:
    """Return what each phase is called: Anki's alphabetical order is theirs."""
    return label_phases(deck.phases)


def phase_names(deck: ExportDeck) -> list[str]:
    """Return the name of each phase's deck."""
    return [f"{deck_name(deck)}::{_component(label)}" for label in phase_labels(deck)]


def retired_name(deck: ExportDeck) -> str:
    """Return the name of the deck for notes that are no more; letters come after numbers."""
    return f"{deck_name(deck)}::Retired"


def deck_names(deck: ExportDeck) -> set[str]:
    """Return the names of all decks that a package of `deck` has."""
    return {deck_name(deck), *phase_names(deck), retired_name(deck)}


def _component(title: str) -> str:
    """Return `title` with nothing in it that would open a sub-deck of its own."""
    name = _DECK_SEPARATORS.sub(" - ", title).strip(" :\t\n")
    return normalize("NFC", name) or "blank"  # both as Anki would have it


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()
