"""FSRS-6 as numbers: what a rating makes of stability and difficulty, and what is recalled.

The formulas stand here a second time, beside those of py-fsrs, because planning, forecasts
and the replay of long histories ask for them by the million, and py-fsrs answers one card at
a time. The order of operations is that of py-fsrs, so that both give the same numbers to the
last bit; a test holds them to it. Source:
https://github.com/open-spaced-repetition/awesome-fsrs/wiki/The-Algorithm
"""

from __future__ import annotations

from functools import lru_cache
from math import e, exp, expm1
from typing import Final

from scheduler.memory import Rating, shape_curve

# As in Anki; py-fsrs has no upper limit.
MAXIMUM_STABILITY: Final = 36_500.0
_MINIMUM_STABILITY: Final = 0.001
_AGAIN: Final = int(Rating.AGAIN)


class MemoryModel:
    """FSRS-6 under one set of parameters; made by `memory_model`.

    Days are study days, stability is in days, difficulty from 1 to 10.
    """

    def __init__(self, parameters: tuple[float, ...]) -> None:
        """Work out all that depends on the parameters alone.

        Args:
            parameters: The 21 parameters of FSRS-6.
        """
        w = parameters
        self.parameters = parameters
        self.factor, self.decay = shape_curve(parameters)
        self._initial_stability = tuple(max(w[r - 1], _MINIMUM_STABILITY) for r in Rating)
        unclamped = [w[4] - e ** (w[5] * (r - 1)) + 1 for r in Rating]
        self._initial_difficulty = tuple(min(max(d, 1.0), 10.0) for d in unclamped)
        self._reversion = w[7] * unclamped[-1]
        self._keep = 1 - w[7]
        self._shift = tuple(-(w[6] * (r - 3)) for r in Rating)
        self.growth: float = e ** w[8]
        self.saturation, self.recall_gain = -w[9], w[10]
        self._bonus = (1.0, w[15], 1.0, w[16])
        self.forget_terms = (w[11], -w[12], w[13], w[14])
        self.forget_cap: float = e ** (w[17] * w[18])
        self._same_day: tuple[float, ...] = tuple(e ** (w[17] * (r - 3 + w[18])) for r in Rating)
        self._same_day_saturation = -w[19]

    def retrievability(self, stability: float, elapsed: float) -> float:
        """Return the chance of recall `elapsed` days after a review that left `stability`."""
        recall: float = (1 + self.factor * elapsed / stability) ** self.decay
        return recall

    def interval(self, stability: float, desired_retention: float) -> int:
        """Return the whole days, at least 1, until recall falls to `desired_retention`."""
        days: float = (stability / self.factor) * ((desired_retention ** (1 / self.decay)) - 1)
        return max(round(days), 1)

    def begin(self, rating: int) -> tuple[float, float]:
        """Return stability and difficulty after the first review of a card."""
        return self._initial_stability[rating - 1], self._initial_difficulty[rating - 1]

    def review(
        self, stability: float, difficulty: float, rating: int, elapsed: float
    ) -> tuple[float, float]:
        """Return stability and difficulty after a later review.

        Args:
            stability: Before it.
            difficulty: Before it.
            rating: What the learner said, 1 to 4.
            elapsed: Days since the last review; less than one is the same day.
        """
        if elapsed < 1:
            after = self._review_same_day(stability, rating)
        elif rating == _AGAIN:
            after = self.forget(stability, difficulty, elapsed)
        else:
            after = self.grow(stability, difficulty, elapsed, rating)
        moved = difficulty + (10.0 - difficulty) * self._shift[rating - 1] / 9.0
        moved = self._reversion + self._keep * moved
        if moved < 1.0:
            moved = 1.0
        elif moved > 10.0:
            moved = 10.0
        if after < _MINIMUM_STABILITY:
            after = _MINIMUM_STABILITY
        elif after > MAXIMUM_STABILITY:
            after = MAXIMUM_STABILITY
        return after, moved

    def grow(self, stability: float, difficulty: float, elapsed: float, rating: int = 3) -> float:
        """Return the stability after a recall on a later day, unclamped."""
        recall = (1 + self.factor * elapsed / stability) ** self.decay
        gain: float = (
            self.growth
            * (11 - difficulty)
            * (stability**self.saturation)
            * ((e ** ((1 - recall) * self.recall_gain)) - 1)
            * self._bonus[rating - 1]
        )
        return stability * (1 + gain)

    def forget(self, stability: float, difficulty: float, elapsed: float) -> float:
        """Return the stability after a lapse on a later day, unclamped."""
        recall = (1 + self.factor * elapsed / stability) ** self.decay
        scale, by_difficulty, by_stability, by_recall = self.forget_terms
        long_term: float = (
            scale
            * (difficulty**by_difficulty)
            * (((stability + 1) ** by_stability) - 1)
            * (e ** ((1 - recall) * by_recall))
        )
        return min(long_term, stability / self.forget_cap)

    def _review_same_day(self, stability: float, rating: int) -> float:
        increase: float = self._same_day[rating - 1] * (stability**self._same_day_saturation)
        return stability * (increase if rating == _AGAIN else max(increase, 1.0))


def memory_from_sm2(
    ease: float, interval: float, parameters: tuple[float, ...]
) -> tuple[float, float]:
    """Return the stability and the difficulty that SM-2's numbers stand for.

    The interval is taken to end where recall has fallen to 0.9, so it is the stability; the
    difficulty is the one under which a recall then multiplies the stability by the ease. Source:
    `memory_state_from_sm2` of https://github.com/open-spaced-repetition/fsrs-rs

    Args:
        ease: What an interval is multiplied by, 1.3 and more.
        interval: In days.
        parameters: The 21 parameters of FSRS-6.
    """
    stability = max(float(interval), 1.0)
    gain = exp(parameters[8]) * stability ** -parameters[9] * expm1(0.1 * parameters[10])
    difficulty = 11.0 - (ease - 1.0) / gain if gain else 1.0
    return stability, min(max(difficulty, 1.0), 10.0)


@lru_cache(maxsize=16)
def memory_model(parameters: tuple[float, ...]) -> MemoryModel:
    """Return the model of these parameters."""
    return MemoryModel(parameters)
