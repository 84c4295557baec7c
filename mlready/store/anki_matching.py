"""What Anki's notes and reviews are to us: which of ours, and whether they are known already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exports.anki.identity import guid_of
from mlready.store.anki_ids import REVIEW_MOMENTS, anki_review_ids

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlready.store.reading import Reader

NOTES = "SELECT note_id, first_key FROM notes"
ADOPTIONS = "SELECT guid, note_id FROM adoptions"
CARDS = "SELECT card_id, note_id, ordinal, merged_into FROM cards"
REVIEWED = "SELECT review_id, card_id FROM revlog WHERE undoes IS NULL"
FROM_ANKI = """SELECT card_id, reviewed_at FROM revlog WHERE origin <> '' AND undoes IS NULL"""


class Ours:
    """Our cards, by what Anki knows them by.

    Attributes:
        notes: our notes, by guid.
        adopted: those of other guids.
        cards: our cards, by note and ordinal.
        owners: the card that the reviews of each count for.
    """

    def __init__(self, reader: Reader, deck_id: str, adopted: Mapping[str, int]) -> None:
        """Read them; `adopted` are about to be adopted."""
        self.adopted = {str(guid): int(note_id) for guid, note_id in reader.rows(ADOPTIONS)}
        self.adopted |= adopted
        self.notes = {guid_of(deck_id, key): int(note_id) for note_id, key in reader.rows(NOTES)}
        self.cards: dict[tuple[int, int], int] = {}
        self.owners: dict[int, int] = {}
        notes: dict[int, int] = {}
        rows = reader.rows(CARDS)
        for card_id, note_id, ordinal, merged_into in rows:
            self.cards[note_id, ordinal] = card_id
            self.owners[card_id] = merged_into or card_id
            notes[card_id] = note_id
        # A note that was merged into another may have left cards with it that this one never had.
        self.heirs = {note: notes[heir] for _, note, _, heir in rows if heir is not None}

    def find(self, note_id: int, ordinal: int) -> int | None:
        """The card of a note with the ordinal that Anki counts from 0."""
        found = self.cards.get((note_id, ordinal + 1))
        if found is None and note_id in self.heirs:
            found = self.cards.get((self.heirs[note_id], ordinal + 1))
        return found


def find_known(reader: Reader, owners: Mapping[int, int]) -> set[tuple[int, int]]:
    """The reviews that the store has, as the card they count for and Anki's id."""
    moments = reader.rows(REVIEW_MOMENTS)
    ids = anki_review_ids((review_id, moment) for review_id, moment in moments)
    cards = {int(review_id): int(card_id) for review_id, card_id in reader.rows(REVIEWED)}
    known = {(owners[cards[review_id]], moment) for review_id, moment in ids.items()}
    # In the collection it came from, a review has kept its id even where one made here took it.
    return known | {(owners[card_id], moment) for card_id, moment in reader.rows(FROM_ANKI)}
