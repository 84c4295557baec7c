"""What a rating makes of a card's memory: FSRS-6 as py-fsrs computes it.

The one module that imports `fsrs`; import it late where start-up time counts.

py-fsrs counts days as whole 24-hour spans, the learner and Anki count study days, and
on real logs more than a quarter of the intervals differ. So py-fsrs never sees a clock
here: it is told of a last review at a fixed midnight and of this one as many midnights
later as study days have passed. Fuzz is ours too (`scheduler.fuzz`), because that of
py-fsrs draws on the global random state and may leave its own window.

Stability and difficulty alone, for histories, come from `scheduler.memory_model`, which
gives the same numbers to the last bit, seven times as fast.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import fsrs

from scheduler.fuzz import fuzz_fraction, fuzz_interval
from scheduler.memory import NEW, Memory, Rating, State
from scheduler.memory_model import MAXIMUM_STABILITY, memory_model

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scheduler.preset import Preset

_LAST_REVIEW: Final = datetime(2000, 1, 1, tzinfo=UTC)
_DAY: Final = timedelta(days=1)
_MILLISECOND: Final = timedelta(milliseconds=1)
_AGAIN: Final = int(Rating.AGAIN)
_REVIEW: Final = int(State.REVIEW)

# A `Review`, or a row of numbers in its order: making a million of the former takes a second.
ReviewRow: TypeAlias = tuple[int, int, int, int, int | None, int | None, int | None]


class Review(NamedTuple):
    """One review as history records it: what was rated and what was decided then.

    Attributes:
        rating: What the learner said.
        at_ms: When, in Unix milliseconds UTC.
        day: The study day of that moment, as it was counted then.
        state_after: The state that the review led to.
        step_after: As `Memory.step`.
        due_day_after: As `Memory.due_day`.
        due_at_after: As `Memory.due_at`.
    """

    rating: Rating
    at_ms: int
    day: int
    state_after: State
    step_after: int | None
    due_day_after: int | None
    due_at_after: int | None


class _Outcome(NamedTuple):
    """What py-fsrs says of one rating; `wait` is the time to the next review."""

    state: State
    step: int | None
    stability: float
    difficulty: float
    wait: timedelta


def answer(
    memory: Memory, rating: Rating, at_ms: int, day: int, preset: Preset, seed: int
) -> Memory:
    """Return the memory after a review.

    A step shorter than 24 hours is due at a moment, `due_at`, even if that lies in the
    next study day: the queue shows it at that moment or when a new study day begins,
    whichever comes first. A longer step is due on a study day, like a review. Hard
    repeats a step; on the first it waits the mean of the first two, or half as long
    again as the only one. A review dated before the last one counts as of its day.

    Args:
        memory: The memory before it.
        rating: What the learner said.
        at_ms: The moment, in Unix milliseconds UTC.
        day: The study day of that moment.
        preset: The settings.
        seed: A number of the card's own, for fuzz.
    """
    ratings = [lower for lower in Rating if lower <= rating]
    return _answers(memory, ratings, at_ms, day, preset, seed)[rating]


def preview(
    memory: Memory, at_ms: int, day: int, preset: Preset, seed: int
) -> dict[Rating, Memory]:
    """Return what `answer` would for each rating."""
    return _answers(memory, Rating, at_ms, day, preset, seed)


def recall(
    memory: Memory, rating: Rating, day: int, parameters: tuple[float, ...]
) -> tuple[float, float]:
    """Return stability, in days, and difficulty after a review.

    They depend on those before it, the rating and the study days since the last review;
    not on state, steps or settings other than the parameters.
    """
    model = memory_model(parameters)
    if memory.stability is None or memory.difficulty is None or memory.last_day is None:
        return model.begin(rating)
    elapsed = day - memory.last_day
    return model.review(memory.stability, memory.difficulty, rating, elapsed)


def replay(reviews: Iterable[ReviewRow], parameters: tuple[float, ...]) -> Memory:
    """Return the memory that a card's history, oldest first, leads to.

    What was decided at the time (state, step, due) is taken from the last review;
    stability and difficulty are computed anew from ratings and study days. Under the
    parameters of the time the result equals that of `answer`, bit for bit.

    Args:
        reviews: Each a `Review`, or a row of its numbers.
        parameters: The 21 parameters of FSRS-6.
    """
    model = memory_model(parameters)
    last: ReviewRow | None = None
    stability = difficulty = 0.0
    state = last_day = reps = lapses = 0
    for last in reviews:
        rating, _, day, state_after, _, _, _ = last
        if not reps:
            stability, difficulty = model.begin(rating)
            last_day = day
        else:
            stability, difficulty = model.review(stability, difficulty, rating, day - last_day)
            last_day = max(last_day, day)
            if rating == _AGAIN and state == _REVIEW:
                lapses += 1
        state = state_after
        reps += 1
    if last is None:
        return NEW
    _, at_ms, _, _, step, due_day, due_at = last
    return Memory(
        state=State(state),
        step=step,
        stability=stability,
        difficulty=difficulty,
        due_day=due_day,
        due_at=due_at,
        last_day=last_day,
        last_at=at_ms,
        reps=reps,
        lapses=lapses,
    )


def _answers(
    memory: Memory,
    ratings: Iterable[Rating],
    at_ms: int,
    day: int,
    preset: Preset,
    seed: int,
) -> dict[Rating, Memory]:
    """Return the memory after each of `ratings`, which ascend from AGAIN.

    They share one fraction of fuzz, and an interval that is longer than that of the
    rating below without fuzz is longer with it: so `answer` works out lower ratings.
    """
    scheduler, model = _scheduler(preset), memory_model(preset.parameters)
    fraction = fuzz_fraction(seed, memory.reps) if preset.fuzz else None
    today = _latest_day(memory, day)
    plain = interval = 0
    answers = {}
    for rating in ratings:
        outcome = _review(scheduler, memory, rating, day)
        due_day = due_at = None
        if outcome.state is State.REVIEW:
            lower, plain = plain, outcome.wait.days
            if outcome.stability == MAXIMUM_STABILITY:
                # py-fsrs has taken the interval from a stability without limit.
                plain = min(model.interval(MAXIMUM_STABILITY, preset.desired_retention), plain)
            shortest = interval + (plain > lower) if plain >= lower else 1
            interval = fuzz_interval(plain, fraction, preset.maximum_interval)
            interval = min(max(interval, shortest), preset.maximum_interval)
            due_day = today + interval
        elif outcome.wait >= _DAY:
            due_day = today + outcome.wait.days
        else:
            due_at = at_ms + outcome.wait // _MILLISECOND
        answers[rating] = Memory(
            state=outcome.state,
            step=outcome.step,
            stability=outcome.stability,
            difficulty=outcome.difficulty,
            due_day=due_day,
            due_at=due_at,
            last_day=today,
            last_at=at_ms,
            reps=memory.reps + 1,
            lapses=memory.lapses + _lapsed(memory, rating),
        )
    return answers


def _review(scheduler: fsrs.Scheduler, memory: Memory, rating: Rating, day: int) -> _Outcome:
    """Ask py-fsrs, in its own terms, what one rating leads to."""
    before = fsrs.Card(
        card_id=0,  # without an id py-fsrs sleeps a millisecond to make one up
        state=fsrs.State(memory.state or State.LEARNING),
        step=memory.step,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=_LAST_REVIEW,
        last_review=None if memory.last_day is None else _LAST_REVIEW,
    )
    elapsed = 0 if memory.last_day is None else max(day - memory.last_day, 0)
    at = _LAST_REVIEW + timedelta(days=elapsed)
    after, _ = scheduler.review_card(before, fsrs.Rating(rating), at)
    if after.stability is None or after.difficulty is None:
        raise AssertionError("py-fsrs returned no stability or no difficulty")
    return _Outcome(
        State(after.state),
        after.step,
        min(after.stability, MAXIMUM_STABILITY),
        after.difficulty,
        after.due - at,
    )


@lru_cache(maxsize=16)
def _scheduler(preset: Preset) -> fsrs.Scheduler:
    """Return the py-fsrs scheduler of a preset, without fuzz."""
    return fsrs.Scheduler(
        parameters=preset.parameters,
        desired_retention=preset.desired_retention,
        learning_steps=[timedelta(seconds=s) for s in preset.learning_steps],
        relearning_steps=[timedelta(seconds=s) for s in preset.relearning_steps],
        maximum_interval=preset.maximum_interval,
        enable_fuzzing=False,
    )


def _latest_day(memory: Memory, day: int) -> int:
    """Return the study day of a review: a clock set back does not undo days."""
    return day if memory.last_day is None else max(day, memory.last_day)


def _lapsed(memory: Memory, rating: Rating) -> bool:
    """Return whether a review is a lapse."""
    return memory.state == State.REVIEW and rating == Rating.AGAIN
