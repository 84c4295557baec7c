"""A review session as values: which card is next, and what a rating changes. No input, no output.

The session holds the day's queue and keeps it right as cards are rated: it plans anew when a rating
unlocks a topic, when a learning step ends, or when the queue runs out, and otherwise just takes the
next card.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, NamedTuple

from scheduler.memory import Memory, Rating, State
from scheduler.queue import DoneToday, Plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlready.study.day import StudyDay

# As in Anki: with nothing else left, a step that ends this soon is not waited for.
LEARN_AHEAD_MS = 20 * 60_000
# With the day's minutes limited, it is planned anew when it has drifted from the plan by as much.
TOLERANCE = 30.0  # seconds


class Given(NamedTuple):
    """One rating of this session."""

    card_id: int
    rating: Rating
    seconds: float
    was_new: bool
    learned: bool


@dataclass(slots=True)
class Tally:
    """What has happened in this session."""

    given: list[Given] = field(default_factory=list)
    unlocked: list[str] = field(default_factory=list)

    @property
    def reviews(self) -> int:
        """How many ratings were given, and not undone."""
        return len(self.given)

    @property
    def ratings(self) -> Counter[Rating]:
        """How often each rating was given."""
        return Counter(given.rating for given in self.given)

    @property
    def seconds(self) -> float:
        """The time spent."""
        return sum(given.seconds for given in self.given)

    @property
    def begun(self) -> set[int]:
        """The cards seen for the first time."""
        return {given.card_id for given in self.given if given.was_new}

    @property
    def learned(self) -> set[int]:
        """The cards that left their learning steps."""
        return {given.card_id for given in self.given if given.learned}

    def take_back(self, card_id: int) -> None:
        """Forget the last rating, if it was of this card and session."""
        if self.given and self.given[-1].card_id == card_id:
            self.given.pop()


class Session:
    """The queue of a day while it is worked through."""

    def __init__(self, day: StudyDay, now_ms: int) -> None:
        self.day = day
        self.tally = Tally()
        self.queue: list[int] = []
        self.later: dict[int, int] = {}
        self._plan: Plan
        self._slack = 0.0
        self._replan(now_ms)

    def _replan(self, now_ms: int) -> None:
        self._plan = self.day.plan(now_ms)
        self.queue = list(self._plan.order)
        self.later = {card.card_id: card.due_at for card in self._plan.later}
        self._stale = False
        # More than fits, because steps must be gone through, or less: there is no more.
        left = max(self._minutes_left() * 60, 0.0)
        self._slack = self._seconds_planned() - left if left < inf else 0.0

    @property
    def locked(self) -> dict[str, tuple[str, ...]]:
        """Topics that are locked, with what they wait for."""
        return dict(self._plan.locked)

    @property
    def remaining(self) -> int:
        """How many cards are left today, those in steps included."""
        return len(self.queue) + len(self.later)

    @property
    def finished(self) -> int:
        """How many questions of today are done with, those of earlier sessions included."""
        waiting = {self.day.cards[card].note_id for card in [*self.queue, *self.later]}
        return len(self.day.done.notes - waiting)

    def counts(self) -> tuple[int, int, int]:
        """New, learning and review cards left."""
        states = Counter(self.day.cards[card].state for card in [*self.queue, *self.later])
        learning = states[State.LEARNING] + states[State.RELEARNING]
        return states[State.NEW], learning, states[State.REVIEW]

    def next_card(self, now_ms: int) -> int | None:
        """The card to show now, or None when there is nothing (more) to do now."""
        if self._stale or any(due <= now_ms for due in self.later.values()) or self._drifted():
            self._replan(now_ms)
        if not self.queue and not self.later:
            self._replan(now_ms)
        if self.queue:
            return self.queue[0]
        if self._minutes_left() <= 0:
            return None  # steps that have not ended are for later, or for tomorrow
        ahead = [(due, card) for card, due in self.later.items() if due <= now_ms + LEARN_AHEAD_MS]
        return min(ahead)[1] if ahead else None

    def _drifted(self) -> bool:
        """Whether the day's minutes, if they are limited, now hold fewer cards or more."""
        left = max(self._minutes_left() * 60, 0.0)
        return left < inf and abs(self._seconds_planned() - self._slack - left) > TOLERANCE

    def _minutes_left(self) -> float:
        """What is left of the day's minutes; infinite where they are not limited."""
        minutes = self.day.preset.minutes_per_day
        return inf if minutes is None else minutes - self.day.done.seconds / 60

    def _seconds_planned(self) -> float:
        return sum(self.day.cards[card].seconds for card in [*self.queue, *self.later])

    def rate(self, card_id: int, rating: Rating, after: Memory, seconds: float) -> None:
        """Take a rating into account.

        Args:
            card_id: the card that was rated.
            rating: what was said.
            after: what the rating made of its memory.
            seconds: how long it stood on the screen; breaks are not counted.
        """
        before = self.day.cards[card_id]
        seconds = self.day.pace.counted_seconds(seconds, before.kind)
        is_new = before.state == State.NEW
        learned = not before.learned and after.state == State.REVIEW
        self.tally.given.append(Given(card_id, rating, seconds, is_new, learned))
        done = self.day.done
        self.day.done = DoneToday(
            new=done.new + is_new,
            reviews=done.reviews + (before.state == State.REVIEW),
            seconds=done.seconds + seconds,
            notes=done.notes | {before.note_id},
        )
        self._take_memory(card_id, after)

    def _take_memory(self, card_id: int, after: Memory) -> None:
        before = self.day.cards[card_id]
        learned = after.state in {State.REVIEW, State.RELEARNING}
        self.day.cards[card_id] = before._replace(
            state=int(after.state),
            due_day=after.due_day,
            due_at=after.due_at,
            stability=after.stability,
            difficulty=after.difficulty,
            last_day=after.last_day,
            lapses=after.lapses,
            learned=learned,
            seconds=self.day.pace.seconds(before.kind, int(after.state)),
        )
        # One that was not planned, but shown after an undo, takes the place of one that was.
        planned = card_id in self.queue or card_id in self.later
        # With its siblings: after an undo or an edit, one of them may have taken its place.
        for sibling in self.siblings(card_id):
            self._drop(sibling)
        # An undo shows a card again even if it was suspended or buried after that rating.
        out = before.suspended or (before.buried_day or 0) >= self.day.day
        if after.due_at is not None and not out:
            self.later[card_id] = after.due_at
        # A topic may just have been unlocked, or (after an undo) locked again.
        opens = learned != before.learned or self._holds_back(before.topic)
        self._stale = self._stale or opens or not planned

    def _holds_back(self, topic: str) -> bool:
        """Whether others wait for a topic: what was just reviewed is recalled, for the gate."""
        return any(topic in waits for waits in self._plan.locked.values())

    def _drop(self, card_id: int) -> None:
        if card_id in self.queue:
            self.queue.remove(card_id)
        self.later.pop(card_id, None)

    def take_out(self, card_id: int, *, suspended: bool = False, bury: bool = False) -> None:
        """Suspend a card, or bury its note until tomorrow."""
        for other in self.siblings(card_id) if bury else [card_id]:
            held = self.day.cards[other]
            self.day.cards[other] = held._replace(
                suspended=held.suspended or suspended,
                buried_day=self.day.day if bury else held.buried_day,
            )
            self._drop(other)
        # It may have made room for another card, or have been the last of its topic.
        self._stale = True

    def siblings(self, card_id: int) -> list[int]:
        """The cards of the same note, this one included."""
        note = self.day.cards[card_id].note_id
        return [card.card_id for card in self.day.cards.values() if card.note_id == note]

    def reload(self, day: StudyDay, now_ms: int) -> None:
        """Go on with a day read anew: after an undo, an edit, or another program's writing."""
        self.day = day
        self._replan(now_ms)

    def note_unlocked(self, before: dict[str, tuple[str, ...]]) -> list[str]:
        """Topics that are unlocked now and were not before; an undo may have locked some again."""
        fresh = [topic for topic in before if topic not in self._plan.locked]
        self.tally.unlocked = [t for t in self.tally.unlocked if t not in self._plan.locked]
        self.tally.unlocked += [topic for topic in fresh if topic not in self.tally.unlocked]
        return fresh

    def review_first(self, card_ids: Sequence[int]) -> list[int]:
        """Put cards at the front of the queue, whether they are due or not.

        A new plan knows nothing of that: this is to be said again, until they are rated.

        Returns:
            Those of them that the deck still has, and that are not out of study.
        """
        day = self.day
        held = [day.cards[card] for card in card_ids if card in day.cards]
        first = [c.card_id for c in held if not c.suspended and (c.buried_day or 0) < day.day]
        for card_id in first:
            self._drop(card_id)
        self.queue[:0] = first
        return first


def becomes_leech(before: Memory, after: Memory, threshold: int) -> bool:
    """Whether a rating makes a card a leech: as in Anki, at the threshold and each half of it more.

    Args:
        before: the memory that was rated.
        after: what the rating made of it.
        threshold: how many lapses make a leech.
    """
    if after.lapses == before.lapses or after.lapses < threshold:
        return False
    return (after.lapses - threshold) % max(threshold // 2, 1) == 0
