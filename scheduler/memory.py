"""The memory of one card: its state, what FSRS believes of it, and when it is due."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final


class State(IntEnum):
    """Where a card stands in its schedule."""

    NEW = 0
    LEARNING = 1
    REVIEW = 2
    RELEARNING = 3


class Rating(IntEnum):
    """What the learner says of an answer."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known of a card between two reviews.

    Days are study days (see `scheduler.days`), moments Unix milliseconds UTC. Exactly
    one of `due_day` and `due_at` is set, but for a new card, which is never due.

    Attributes:
        state: Where the card stands.
        step: The step a learning or relearning card waits in, from 0.
        stability: Days until retrievability falls to 0.9.
        difficulty: From 1 to 10.
        due_day: The day of the next review, or of a step of 24 hours or longer.
        due_at: The moment at which a shorter step ends.
        last_day: The day of the last review.
        last_at: The moment of the last review.
        reps: Reviews so far.
        lapses: How often the card was forgotten in state REVIEW.
    """

    state: State = State.NEW
    step: int | None = None
    stability: float | None = None
    difficulty: float | None = None
    due_day: int | None = None
    due_at: int | None = None
    last_day: int | None = None
    last_at: int | None = None
    reps: int = 0
    lapses: int = 0


NEW: Final = Memory()


def retrievability(
    stability: float | None, elapsed_days: int, parameters: tuple[float, ...]
) -> float:
    """Return the chance that a card is recalled.

    FSRS-6: R(t, S) = (1 + F t / S) ** -w20 with F = 0.9 ** (-1 / w20) - 1, so that
    R(S, S) = 0.9. Source:
    https://github.com/open-spaced-repetition/awesome-fsrs/wiki/The-Algorithm

    Args:
        stability: In days; None for a card never reviewed.
        elapsed_days: Study days since the last review; less than none counts as none.
        parameters: The 21 parameters of FSRS-6.

    Returns:
        A probability; 0 for a card never reviewed.
    """
    if stability is None:
        return 0.0
    factor, decay = shape_curve(parameters)
    recall: float = (1 + factor * max(elapsed_days, 0) / stability) ** decay
    return recall


def shape_curve(parameters: tuple[float, ...]) -> tuple[float, float]:
    """Return F and -w20 of the forgetting curve, for those who work it out in bulk."""
    decay = -parameters[20]
    return 0.9 ** (1 / decay) - 1, decay
