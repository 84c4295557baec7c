"""The values a study day is planned from, and the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class QueueCard(NamedTuple):
    """What planning needs to know of one card.

    Days are study days, moments Unix milliseconds UTC.

    Attributes:
        card_id: Unique among the cards of a plan.
        note_id: Shared by siblings.
        topic: The topic of its question.
        ordinal: Its place among its siblings, as the author gave it.
        level: 'breadth' or 'depth'.
        position: The author's place of its note in the deck.
        requires: Prerequisites of the card beyond those of its topic.
        state: A `scheduler.memory.State`.
        due_day: As in `scheduler.memory.Memory`.
        due_at: As in `scheduler.memory.Memory`.
        stability: In days; None for a new card.
        last_day: The day of its last review, or later where implicit credit counts.
        learned: Whether it has ever reached state REVIEW.
        suspended: Whether the learner took it out of study.
        buried_day: It rests up to and including this day.
        seconds: Expected time of one study day's work on it, repeated steps included.
        difficulty: From 1 to 10; None for a new card.
        lapses: How often it was forgotten in state REVIEW.
        likeness: A fingerprint of what it asks; those of cards that look alike differ in
            few bits, and 0 is like no other.
        kind: The kind of its question.
    """

    card_id: int
    note_id: int
    topic: str
    ordinal: int
    level: Literal["breadth", "depth"]
    position: int
    requires: tuple[str, ...]
    state: int
    due_day: int | None
    due_at: int | None
    stability: float | None
    last_day: float | None
    learned: bool
    suspended: bool
    buried_day: int | None
    seconds: float
    difficulty: float | None = None
    lapses: int = 0
    likeness: int = 0
    kind: str = ""


class DoneToday(NamedTuple):
    """What the learner has already done in the study day.

    Attributes:
        new: New cards begun.
        reviews: Reviews of cards in state REVIEW.
        seconds: Time spent.
        notes: Notes of which a card was reviewed; their other cards wait a day.
    """

    new: int = 0
    reviews: int = 0
    seconds: float = 0.0
    notes: frozenset[int] = frozenset()


class Today(NamedTuple):
    """The study day that is planned.

    Attributes:
        day: The study day.
        now_ms: The moment, in Unix milliseconds UTC.
        done: What has been done in it.
    """

    day: int
    now_ms: int
    done: DoneToday = DoneToday()


class Later(NamedTuple):
    """A card in a step that ends later in the day, at `due_at` milliseconds."""

    card_id: int
    due_at: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The queue of a study day, from now on.

    Attributes:
        order: Card ids in the order of study.
        later: Cards whose steps end later, soonest first; not in `order`.
        learning: Cards of `order` in state LEARNING or RELEARNING.
        review: Cards of `order` in state REVIEW.
        new: Cards of `order` in state NEW.
        seconds: Expected time of `order`.
        locked: Each locked topic that has cards, foundations first, with the
            prerequisites it waits for.
    """

    order: tuple[int, ...]
    later: tuple[Later, ...]
    learning: int
    review: int
    new: int
    seconds: float
    locked: Mapping[str, tuple[str, ...]]
