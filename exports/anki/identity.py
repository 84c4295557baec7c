"""Ids that stay the same from one export to the next.

Anki matches notes by guid and decks by name, so a guid comes from the note's key alone,
never from its text, and nothing here depends on when or where a package is built.
"""

import re
from collections.abc import Iterator
from hashlib import blake2b

from exports.records import ExportDeck, ExportNote

# Ids of notes and cards are milliseconds to Anki, which renumbers those in the future:
# September 2020, and a span of a little over three years.
_FIRST_NOTE_ID = 1_600_000_000_000
_NOTE_ID_STEP = 1_000
_NOTE_ID_SLOTS = 10**8

_DECK_SEPARATORS = re.compile(r"\s*::+\s*")


def guid(deck_id: str, note: ExportNote) -> str:
    """Return what Anki recognises `note` by, whatever it says and wherever it moved."""
    return _digest(f"{deck_id}\0{note.first_key or note.key}").hex()


def note_ids(guids: list[str]) -> Iterator[int]:
    """Yield an id for each guid; the ids between two are free for the note's cards."""
    taken: set[int] = set()
    for text in guids:
        slot = int(text, 16) % _NOTE_ID_SLOTS
        while slot in taken:
            slot = (slot + 1) % _NOTE_ID_SLOTS
        taken.add(slot)
        yield _FIRST_NOTE_ID + slot * _NOTE_ID_STEP


def deck_id(name: str) -> int:
    """Return the id of the deck called `name`; never 1, which is Anki's own Default."""
    return (1 << 40) + int.from_bytes(_digest(name)[:5])


def deck_name(deck: ExportDeck) -> str:
    """Return the name of the deck that holds all others."""
    return _component(deck.title)


def phase_labels(deck: ExportDeck) -> list[str]:
    """Return `1 Foundations`, ...; padded, so that alphabetical order is their order."""
    width = len(str(len(deck.phases)))
    return [f"{n:0{width}d} {title}" for n, title in enumerate(deck.phases, start=1)]


def phase_names(deck: ExportDeck) -> list[str]:
    """Return the name of each phase's deck."""
    return [f"{deck_name(deck)}::{_component(label)}" for label in phase_labels(deck)]


def _component(title: str) -> str:
    """Return `title` with nothing in it that would open a sub-deck of its own."""
    return _DECK_SEPARATORS.sub(" - ", title).strip(" :\t\n")


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()
