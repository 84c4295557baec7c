"""What comes back from Anki: the records of every reader, whether of a file or of a live Anki.

Numbers are Anki's own, as its documents name them; what they mean to a learner's memory is
decided by those who import them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class HistoryError(Exception):
    """A file or a program that cannot be read as Anki's.

    Args:
        problem: What is wrong with it.
        hint: What to do about it; may be empty.
    """

    def __init__(self, problem: str, hint: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.hint = hint


class AnkiReview(NamedTuple):
    """A row of Anki's revlog.

    Attributes:
        id: The moment, in Unix milliseconds UTC.
        card_id: The card.
        rating: 1 to 4; 0 where nothing was answered.
        interval: Days, or, below zero, seconds of a step.
        last_interval: The one before it.
        factor: SM-2's ease in permille, or FSRS's difficulty from 100 to 1100, or 0.
        duration_ms: How long the answer took.
        kind: 0 learning, 1 review, 2 relearning, 3 filtered, 4 manual, 5 rescheduled.
    """

    id: int
    card_id: int
    rating: int
    interval: int
    last_interval: int
    factor: int
    duration_ms: int
    kind: int


class AnkiCard(NamedTuple):
    """A row of Anki's cards.

    Attributes:
        id: Its id.
        note_id: Its note.
        ordinal: Its template, or its hole's number less one.
        deck: The name of its deck (its home, while it is in a filtered one), `A::B`.
        state: 0 new, 1 learning, 2 review, 3 relearning.
        queue: -3 and -2 buried, -1 suspended, 0 new, 1 and 3 learning, 2 review.
        due: Position of a new card, day since the collection's first of a review, second of a
            learning card.
        interval: Days.
        modified: Unix seconds.
    """

    id: int
    note_id: int
    ordinal: int
    deck: str
    state: int
    queue: int
    due: int
    interval: int
    modified: int


class AnkiNote(NamedTuple):
    """A note of Anki's.

    Attributes:
        id: Its id.
        guid: What tells it from all others, in every collection; "" where it is not known.
        notetype: The name of its type.
        fields: Name and HTML of each field, in order.
        tags: Its tags.
        modified: Unix seconds.
    """

    id: int
    guid: str
    notetype: str
    fields: tuple[tuple[str, str], ...]
    tags: tuple[str, ...]
    modified: int


@dataclass(frozen=True, slots=True)
class AnkiHistory:
    """All that a collection, or a part of one, says of notes and reviews.

    Attributes:
        notes: Its notes.
        cards: Their cards.
        reviews: Their reviews, by id.
        rollover_hour: The hour at which the collection's days begin; None where it is not said.
        created_at: The collection's first day, in Unix seconds; dues of reviews count from it.
        utc_offset: The clock's offset from UTC then, in minutes, east > 0; None if not said.
    """

    notes: Sequence[AnkiNote]
    cards: Sequence[AnkiCard]
    reviews: Sequence[AnkiReview]
    rollover_hour: int | None = None
    created_at: int = 0
    utc_offset: int | None = None
