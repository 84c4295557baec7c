"""Select what is studied in a day, within its limits."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from scheduler.memory import State
from scheduler.queue import Later, QueueCard, Today

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from scheduler.preset import Preset

_NEW, _REVIEW = int(State.NEW), int(State.REVIEW)


class Candidates(NamedTuple):
    """The cards that may be studied on a day: in steps, due for review, and new."""

    steps: Sequence[QueueCard]
    due: Sequence[QueueCard]
    new: Sequence[QueueCard]


class Aims(NamedTuple):
    """What a selection strives for.

    Attributes:
        worth: What each of some due reviews is worth.
        recall: The retrievability of each of some cards.
        new_share: Of the day's minutes, what new cards may have before reviews that can
            wait, and what they keep before those that cannot.
        patience: The retrievability from which on a review can wait.
    """

    worth: Callable[[Sequence[QueueCard]], Sequence[float]]
    recall: Callable[[Sequence[QueueCard]], Sequence[float]]
    new_share: float
    patience: float


class Selection(NamedTuple):
    """The cards of a day, each kind the most urgent first; no two are siblings."""

    learning: list[QueueCard]
    reviews: list[QueueCard]
    new: list[QueueCard]
    later: list[Later]


def find_candidates(cards: Sequence[QueueCard], day: int) -> Candidates:
    """Return the cards that are not suspended and not buried.

    Those in review are due, those in steps may have to wait, new ones may be locked. This
    looks at every card of the deck, so it looks at as little of each as it can.
    """
    steps: list[QueueCard] = []
    due: list[QueueCard] = []
    new: list[QueueCard] = []
    for card in cards:
        state = card.state
        if state == _REVIEW:
            if (card.due_day or 0) <= day:
                due.append(card)
        elif state == _NEW:
            new.append(card)
        else:
            steps.append(card)
    return Candidates(_awake(steps, day), _awake(due, day), _awake(new, day))


def _awake(cards: Sequence[QueueCard], day: int) -> list[QueueCard]:
    """Return the cards that are neither suspended nor buried."""
    return [c for c in cards if not c.suspended and (c.buried_day is None or c.buried_day < day)]


def select_cards(
    candidates: Candidates, new: Iterable[QueueCard], preset: Preset, today: Today, aims: Aims
) -> Selection:
    """Select the cards of a day.

    Cards whose steps began today are always taken; then those still in steps from an earlier
    day, as far as the minutes go; then reviews and new cards, as long as the numbers and
    the minutes of the day last. Where the reviews that are due would leave new
    cards less than their share of the minutes, those that are still recalled well wait until
    new cards have had it, and of each kind those worth most are taken.

    Args:
        candidates: The cards that may be studied.
        new: Those new ones of them that are unlocked, in the order of learning; they are
            gone through more than once.
        preset: The limits.
        today: The day, and what has been done in it.
        aims: What to strive for.
    """
    learning, waiting = _select_learning(candidates.steps, today)
    going_on = [card for card in learning if card.last_day == today.day]
    seconds = inf
    if preset.minutes_per_day is not None:
        spent = today.done.seconds + _total_seconds(going_on) + _total_seconds(waiting)
        seconds = max(preset.minutes_per_day * 60 - spent, 0.0)
    room = _Room(
        reviews=preset.reviews_per_day - today.done.reviews,
        new=preset.new_per_day - today.done.new,
        seconds=seconds,
        notes={card.note_id for card in going_on + waiting} | today.done.notes,
    )
    learning = going_on + room.take_steps(learning[len(going_on) :])
    seconds = room.seconds
    due = sorted(candidates.due, key=attrgetter("card_id"))
    if len(due) <= room.reviews and _total_seconds(due) <= seconds * (1 - aims.new_share):
        reviews, begun = room.take_reviews(due), room.take_new(new)
    else:
        reviews, begun = _share_out(due, new, room, aims)
    later = [Later(card.card_id, card.due_at or 0) for card in waiting]
    urgency = [-recall for recall in aims.recall(reviews)]
    return Selection(learning, _rank(reviews, urgency), begun, later)


def _share_out(
    due: Sequence[QueueCard], new: Iterable[QueueCard], room: _Room, aims: Aims
) -> tuple[list[QueueCard], list[QueueCard]]:
    """Return the reviews and the new cards of a day in which not all fit."""
    ranked = _rank(due, aims.worth(due))
    if room.seconds == inf:
        return room.take_reviews(ranked), room.take_new(new)
    recalls = dict(zip((card.card_id for card in ranked), aims.recall(ranked), strict=True))
    urgent = [card for card in ranked if recalls[card.card_id] < aims.patience]
    patient = [card for card in ranked if recalls[card.card_id] >= aims.patience]
    kept = room.keep(new, aims.new_share)
    reviews = room.take_reviews(urgent)
    room.seconds += kept
    begun = room.take_new(new)
    # Urgent ones once more: siblings of reviews may not have used what was kept.
    return reviews + room.take_reviews([*urgent, *patient]), begun


def _select_learning(
    cards: Sequence[QueueCard], today: Today
) -> tuple[list[QueueCard], list[QueueCard]]:
    """Return cards in steps that are due, and those due later in the day.

    Of siblings the one already reviewed today goes on, else the one due first.
    """
    steps = sorted(
        (card for card in cards if (card.due_day or 0) <= today.day),
        key=lambda c: (c.last_day != today.day, c.due_at or 0, c.card_id),
    )
    notes: set[int] = set()
    due: list[QueueCard] = []
    waiting: list[QueueCard] = []
    for card in steps:
        begun = card.last_day == today.day
        if card.note_id in notes or (card.note_id in today.done.notes and not begun):
            continue
        notes.add(card.note_id)
        # A night ends every step shorter than a day.
        ended = not begun or card.due_at is None or card.due_at <= today.now_ms
        (due if ended else waiting).append(card)
    return due, waiting


def _rank(cards: Sequence[QueueCard], values: Sequence[float]) -> list[QueueCard]:
    """Return cards, those of the greatest value first, equals as they came."""
    ranked = sorted(range(len(cards)), key=values.__getitem__, reverse=True)
    return [cards[index] for index in ranked]


@dataclass(slots=True)
class _Room:
    """What still fits into the day.

    Attributes:
        reviews: So many.
        new: So many.
        seconds: All of them together, in expected time.
        notes: Those of which a card is taken already.
    """

    reviews: int
    new: int
    seconds: float
    notes: set[int]

    def take_steps(self, cards: Sequence[QueueCard]) -> list[QueueCard]:
        """Take cards that were in steps when an earlier day ended, as many as fit."""
        return self._take(cards, len(cards))

    def take_reviews(self, cards: Iterable[QueueCard]) -> list[QueueCard]:
        """Take reviews, as many as fit."""
        taken = self._take(cards, self.reviews)
        self.reviews -= len(taken)
        return taken

    def take_new(self, cards: Iterable[QueueCard]) -> list[QueueCard]:
        """Take new cards, as many as fit."""
        taken = self._take(cards, self.new)
        self.new -= len(taken)
        return taken

    def keep(self, cards: Iterable[QueueCard], share: float) -> float:
        """Set aside the time that cards would fill of a share; return it, in seconds."""
        trial = _Room(0, self.new, self.seconds * share, set(self.notes))
        kept = min(_total_seconds(trial.take_new(cards)), self.seconds)
        self.seconds -= kept
        return kept

    def _take(self, cards: Iterable[QueueCard], number: int) -> list[QueueCard]:
        """Take cards, one of each note.

        A card that does not fit makes room for the next one. One fits if half of it does,
        so that on the average a day is as long as was asked for.
        """
        taken: list[QueueCard] = []
        if number <= 0:
            return taken
        for card in cards:
            if card.note_id in self.notes or card.seconds > 2 * self.seconds:
                continue
            self.notes.add(card.note_id)
            self.seconds -= card.seconds
            taken.append(card)
            if len(taken) == number:
                break
        return taken


def _total_seconds(cards: Iterable[QueueCard]) -> float:
    """Return the expected time of cards, in seconds."""
    return sum(card.seconds for card in cards)
