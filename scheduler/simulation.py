"""Study days that have not happened: a learner made of numbers, led by the plans of the day.

Responsible for the course of simulated days: a plan is made, its cards are shown, steps come
back within the day, and the cards change as the adapter would change them. What the learner
recalls is for a `Learner` to say: forecasts have one that remembers as FSRS believes, the
laboratory has others.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple, Protocol

from scheduler.memory import Rating, State
from scheduler.memory_model import memory_model
from scheduler.queue import DoneToday, Plan, QueueCard, Today

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from scheduler.preset import Preset

DAY_MS = 86_400_000
_DAY_SECONDS = 86_400
_NEW, _LEARNING, _REVIEW, _RELEARNING = map(int, State)
_AGAIN, _HARD, _GOOD, _EASY = map(int, Rating)
_NOTHING = DoneToday()


class Learner(Protocol):
    """Somebody who is shown cards."""

    def study(self, card: QueueCard, day: int) -> tuple[int, float]:
        """Return the rating, 1 to 4, of a card shown on a day, and the seconds it took."""
        ...


class Planner(Protocol):
    """Something that plans the rest of a study day, as `scheduler.planning.plan_day` does."""

    def __call__(self, cards: list[QueueCard], *, today: Today, preset: Preset) -> Plan:
        """Return the plan."""
        ...


class StudiedDay(NamedTuple):
    """What was done on a simulated day.

    Attributes:
        day: The study day.
        reviews: Showings of cards that were not new.
        new: Cards begun.
        seconds: Time spent.
    """

    day: int
    reviews: int
    new: int
    seconds: float


class Course:
    """A deck in study, day after day."""

    def __init__(
        self,
        cards: Iterable[QueueCard],
        learner: Learner,
        planner: Planner,
        expect: Callable[[QueueCard], float],
    ) -> None:
        self.cards = {card.card_id: card for card in cards}
        self._expect = expect
        self._steps: dict[int, int] = {}
        self._learner = learner
        self._planner = planner

    def study_day(self, day: int, preset: Preset, done: DoneToday = _NOTHING) -> StudiedDay:
        """Study for a day; with `minutes_per_day` set, until they are over.

        Args:
            day: The study day.
            preset: The settings.
            done: What has been done in it already; it counts.
        """
        clock = day * DAY_MS
        limit = float("inf") if preset.minutes_per_day is None else preset.minutes_per_day * 60
        reviews = done.reviews
        while done.seconds < limit:
            today = Today(day, clock, done)
            plan = self._planner(list(self.cards.values()), today=today, preset=preset)
            if not plan.order and not plan.later:
                break
            queue = list(reversed(plan.order))
            later = [(due_at, card_id) for card_id, due_at in plan.later]
            while (queue or later) and done.seconds < limit:
                if later and (not queue or later[0][0] <= clock):
                    due_at, card_id = heappop(later)
                    clock = max(clock, due_at)
                else:
                    card_id = queue.pop()
                card = self.cards[card_id]
                rating, seconds = self._learner.study(card, day)
                clock += int(seconds * 1000)
                step = self._steps.get(card_id, 0)
                after, step = answer(card, step, rating, day, clock, preset)
                self.cards[card_id] = after._replace(seconds=self._expect(after))
                self._steps[card_id] = step
                done = DoneToday(
                    done.new + (card.state == _NEW),
                    done.reviews + (card.state == _REVIEW),
                    done.seconds + seconds,
                    done.notes | {card.note_id},
                )
                reviews += card.state != _NEW
                if after.due_at is not None:
                    heappush(later, (after.due_at, card_id))
        return StudiedDay(day, reviews, done.new, done.seconds)


def answer(
    card: QueueCard, step: int, rating: int, day: int, now_ms: int, preset: Preset
) -> tuple[QueueCard, int]:
    """Return a card and its step after a review, as the adapter has them without fuzz.

    In a tenth of the time, because a forecast has a hundred thousand of them; a test holds it
    to `scheduler.fsrs_adapter.answer`.

    Args:
        card: The card before it.
        step: The step it waited in, from 0; of no meaning in review.
        rating: What the learner said, 1 to 4.
        day: The study day.
        now_ms: The moment, in milliseconds.
        preset: The settings.
    """
    model = memory_model(preset.parameters)
    if card.stability is None or card.difficulty is None or card.last_day is None:
        stability, difficulty = model.begin(rating)
    else:
        elapsed = max(day - card.last_day, 0)
        stability, difficulty = model.review(card.stability, card.difficulty, rating, elapsed)
    lapsed = card.state == _REVIEW and rating == _AGAIN
    is_again = card.state >= _REVIEW
    steps = preset.relearning_steps if is_again else preset.learning_steps
    in_steps = card.state != _REVIEW or lapsed
    wait = _find_wait(0 if lapsed else step, rating, steps) if in_steps else None
    due_at = due_day = None
    if wait is None:
        step, state = 0, _REVIEW
        interval = model.interval(stability, preset.desired_retention)
        due_day = day + min(interval, preset.maximum_interval)
    else:
        step, seconds = wait
        state = _RELEARNING if is_again else _LEARNING
        if seconds < _DAY_SECONDS:
            due_at = now_ms + int(seconds * 1000)
        else:
            due_day = day + int(seconds // _DAY_SECONDS)
    after = card._replace(
        state=state,
        due_day=due_day,
        due_at=due_at,
        stability=stability,
        difficulty=difficulty,
        last_day=day,
        learned=state >= _REVIEW,
        lapses=card.lapses + lapsed,
    )
    return after, step


def _find_wait(step: int, rating: int, steps: tuple[int, ...]) -> tuple[int, float] | None:
    """Return the next step and its seconds, or None where the steps are over."""
    if not steps or (step >= len(steps) and rating != _AGAIN) or rating == _EASY:
        return None
    if rating == _AGAIN:
        return 0, steps[0]
    if rating == _HARD:
        if step:
            return step, steps[step]
        return 0, steps[0] * 1.5 if len(steps) == 1 else (steps[0] + steps[1]) / 2
    return (step + 1, steps[step + 1]) if step + 1 < len(steps) else None
