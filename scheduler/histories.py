"""Histories in which more happened than reviews: resets, cramming, dates set by hand.

A review made here is an `Effect.REVIEW`, and a history of nothing else is replayed faster by
`scheduler.fsrs_adapter.replay`, to the same result.
"""

from __future__ import annotations

from enum import IntEnum
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from scheduler.memory import NEW, Memory, Rating, State
from scheduler.memory_model import memory_from_sm2, memory_model

if TYPE_CHECKING:
    from collections.abc import Iterable


class Effect(IntEnum):
    """What a row of history does to the memory of its card."""

    REVIEW = 0
    """An answer that the memory learns from; nearly every row is one."""
    CRAM = 1
    """An answer that changes nothing: cramming, or of a time whose history is lost."""
    RESCHEDULED = 2
    """No answer (rating 0): state and due are set, the memory stays as it is."""
    RESET = 3
    """No answer (rating 0): the card is new again, and what came before makes no memory."""
    START = 4
    """An answer with which the memory begins anew, as if nothing had come before."""
    GIVEN = 5
    """An answer after which the memory is stated, because what came before it is lost."""


class HistoryRow(NamedTuple):
    """One row of a card's history, as it was decided then; see `Memory` for the units.

    Attributes:
        rating: 1 to 4; 0 where nothing was answered.
        at_ms: The moment, in Unix milliseconds UTC.
        day: The study day of that moment.
        state_after: The state it led to.
        step_after: As `Memory.step`.
        due_day_after: As `Memory.due_day`.
        due_at_after: As `Memory.due_at`.
        effect: What it does to the memory.
        stability: After it; only where the effect is `GIVEN`.
        difficulty: The same; None where an ease says it.
        ease: What SM-2 multiplied intervals by, where that is all there is. The difficulty that
            it stands for depends on the parameters.
    """

    rating: int
    at_ms: int
    day: int
    state_after: int
    step_after: int | None
    due_day_after: int | None
    due_at_after: int | None
    effect: int = Effect.REVIEW
    stability: float | None = None
    difficulty: float | None = None
    ease: float | None = None


class Written(NamedTuple):
    """A row of history with what its place depends on.

    Attributes:
        card_id: The card it was written for, perhaps merged into another since.
        is_ours: Whether the review was made here.
        row: What happened.
    """

    card_id: int
    is_ours: bool
    row: HistoryRow


def order_rows(written: Iterable[Written]) -> list[HistoryRow]:
    """Return the rows of one card by time, whether made here or elsewhere.

    Rows made here keep the order in which they were written down, even if the clock was set back
    in between: each counts as of the latest moment that had been reached on its card.

    Args:
        written: In the order in which they were written down.
    """
    reached: dict[int, int] = {}
    placed = []
    for card_id, is_ours, row in written:
        moment = row.at_ms
        if is_ours:
            moment = reached[card_id] = max(moment, reached.get(card_id, moment))
        placed.append((moment, row))
    placed.sort(key=itemgetter(0))  # stable: what was written first stays first
    return [row for _, row in placed]


_ANSWERS: Final = frozenset({Effect.REVIEW, Effect.START, Effect.GIVEN})
_USUAL_EASE: Final = 2.5
_BEGINNINGS: Final = frozenset({Effect.RESET, Effect.START})


def replay_history(rows: Iterable[HistoryRow], parameters: tuple[float, ...]) -> Memory:
    """Return the memory that a card's history, oldest first, leads to.

    State, step and due are those of the last row that sets them; stability and difficulty are
    computed anew. A card without an answer that counts is new, whatever date was set for it.

    Args:
        rows: The history; see `order_rows`.
        parameters: The 21 parameters of FSRS-6.
    """
    model = memory_model(parameters)
    stability = difficulty = 0.0
    state = last_day = last_at = reps = lapses = 0
    lasting = _find_lasting(rows)
    for row in lasting:
        if row.effect == Effect.RESCHEDULED:
            state = row.state_after
            continue
        if not reps:
            stability, difficulty = _begin(row, parameters)
            last_day = row.day
        else:
            elapsed = row.day - last_day
            stability, difficulty = model.review(stability, difficulty, row.rating, elapsed)
            last_day = max(last_day, row.day)
            lapses += row.rating == Rating.AGAIN and state == State.REVIEW
        state, last_at = row.state_after, row.at_ms
        reps += 1
    if not lasting:
        return NEW
    last = lasting[-1]
    return Memory(
        state=State(state),
        step=last.step_after,
        stability=stability,
        difficulty=difficulty,
        due_day=last.due_day_after,
        due_at=last.due_at_after,
        last_day=last_day,
        last_at=last_at,
        reps=reps,
        lapses=lapses,
    )


def _find_lasting(rows: Iterable[HistoryRow]) -> list[HistoryRow]:
    """Return what today's memory, state and due come from; it begins with an answer."""
    lasting: list[HistoryRow] = []
    for row in rows:
        if row.effect in _BEGINNINGS:
            lasting = []
        if row.effect in _ANSWERS or (row.effect == Effect.RESCHEDULED and lasting):
            lasting.append(row)
    return lasting


def _begin(row: HistoryRow, parameters: tuple[float, ...]) -> tuple[float, float]:
    """Return stability and difficulty after the first answer that counts."""
    if row.effect == Effect.GIVEN and row.stability is not None:
        return stated_memory(parameters, row.stability, row.difficulty, row.ease)
    return memory_model(parameters).begin(row.rating)


def stated_memory(
    parameters: tuple[float, ...],
    stability: float,
    difficulty: float | None,
    ease: float | None,
) -> tuple[float, float]:
    """Return the stability and the difficulty that a row whose effect is `GIVEN` states."""
    if difficulty is not None:
        return stability, difficulty
    return memory_from_sm2(ease or _USUAL_EASE, stability, parameters)


def find_fit_history(rows: Iterable[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """Return the part of a card's history that parameters can be fitted to.

    That is what today's memory is made of, if it is known from its beginning.

    Args:
        rows: Rating, study day and effect of each row, oldest first.

    Returns:
        Rating and study day of the answers that count; empty where the beginning is lost.
    """
    found: list[tuple[int, int]] = []
    is_whole = True
    for rating, day, effect in rows:
        if effect in _BEGINNINGS:
            found, is_whole = [], True
        if effect == Effect.GIVEN and not found:
            is_whole = False
        if effect in _ANSWERS:
            found.append((rating, day))
    return found if is_whole else []
