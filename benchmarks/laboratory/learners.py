"""Simulated learners: how they remember, and what a missing foundation costs them.

Every learner forgets as FSRS-6 says, but each card has a stability and a difficulty of its own
that the scheduler does not know (`noise`). How much a learner who lacks the foundations of a card
struggles with it is an assumption nobody has measured well, so it stands in one number, `coupling`,
and is swept.
"""

from __future__ import annotations

import random
from math import exp
from typing import TYPE_CHECKING, Final, NamedTuple

from benchmarks.laboratory.worlds import pace_of
from scheduler.memory_model import MemoryModel, memory_model
from scheduler.preset import DEFAULT_PARAMETERS

if TYPE_CHECKING:
    from benchmarks.laboratory.worlds import World
    from scheduler.queue import QueueCard

# The chance of success at each sight of a card never recalled before, with firm foundations.
FIRST_SUCCESS: Final = 0.8
# On later sights of the same day.
SAME_DAY_SUCCESS: Final = 0.92
# A topic is ready from this mean true recall over its cards on; cards not learned count as 0.
READY: Final = 0.8
# Median seconds of the first showing and of later ones, if they succeed; how many times as long
# a failure takes; and how much showings differ (standard deviation of the logarithm).
NEW_SECONDS, REVIEW_SECONDS, FAILURE, SPREAD = 25.0, 15.0, 1.4, 0.4
# Of successes, those called Hard and those called Easy.
HARD, EASY = 0.12, 0.10
_AGAIN, _HARD, _GOOD, _EASY = 1, 2, 3, 4


class Assumptions(NamedTuple):
    """What is assumed of learners.

    Attributes:
        coupling: Share of the chance of a first success that is lost without any
            foundation: at 0 foundations do not matter, at 1 nothing is learned without.
        noise: Standard deviation of the log of the factor, 1 in the mean, by which the first
            stability of a card differs from what the scheduler believes.
        difficulty_noise: Standard deviation by which its first difficulty differs.
        credit: What a recall adds to each card it exercises, as a share of a review.
        decay: w20 of FSRS-6, the steepness of the learner's forgetting curve.
    """

    coupling: float = 0.96
    noise: float = 0.5
    difficulty_noise: float = 1.5
    credit: float = 0.0
    decay: float = DEFAULT_PARAMETERS[-1]


class _Truth:
    """What a card really is to the learner."""

    __slots__ = ("anchor", "bias", "difficulty", "factor", "grasped", "last_day", "stability")

    def __init__(self, factor: float, bias: float) -> None:
        self.factor = factor
        self.bias = bias
        self.stability: float | None = None
        self.difficulty = 5.0
        self.anchor = 0.0  # the day from which it is forgotten
        self.last_day = 0
        self.grasped = False


class SimulatedLearner:
    """One learner on one deck; see the module. Days are study days."""

    def __init__(self, world: World, assumptions: Assumptions, seed: int) -> None:
        self._world = world
        self._assumed = assumptions
        self._model: MemoryModel = memory_model((*DEFAULT_PARAMETERS[:-1], assumptions.decay))
        self._random = random.Random(f"{seed} learner")
        draw = random.Random(f"{seed} memory")
        self._truths: dict[int, _Truth] = {}
        for card in world.cards:
            factor = draw_factor(draw, assumptions.noise)
            bias = draw.gauss(0.0, assumptions.difficulty_noise)
            self._truths[card.card_id] = _Truth(factor, bias)

    def recall(self, card: int, day: int) -> float:
        """Return the true chance of recalling a card."""
        truth = self._truths[card]
        if truth.stability is None or not truth.grasped:
            return 0.0
        return self._model.retrievability(truth.stability, max(day - truth.anchor, 0.0))

    def is_ready(self, topic: str, day: int) -> bool:
        """Return whether a topic's cards are recalled well in the mean."""
        return self._mean_recall(self._world.cards_of[topic], day) >= READY

    def count_ready(self, day: int) -> int:
        """Return how many topics are ready."""
        return sum(self.is_ready(topic, day) for topic in self._world.cards_of)

    def count_broad(self, day: int) -> int:
        """Return of how many topics the breadth is ready."""
        breadth = self._world.breadth_of.values()
        return sum(self._mean_recall(cards, day) >= READY for cards in breadth)

    def knowledge(self, day: int) -> float:
        """Return how many cards are likely to be recalled."""
        return sum(self.recall(card, day) for card in self._truths)

    def study(self, card: QueueCard, day: int) -> tuple[int, float]:
        """Return the rating of a card shown on a day, and the seconds it took."""
        truth = self._truths[card.card_id]
        succeeds = self._random.random() < self.chance(card, day)
        rating = self._rate(succeeds=succeeds)
        seconds = REVIEW_SECONDS if truth.stability else NEW_SECONDS
        seconds *= exp(self._random.gauss(0.0, SPREAD)) * (1.0 if succeeds else FAILURE)
        seconds *= pace_of(card.card_id)
        self._remember(truth, rating, day)
        truth.grasped = truth.grasped or succeeds
        if succeeds and self._assumed.credit:
            for other in self._world.exercises.get(card.card_id, ()):
                self._exercise(self._truths[other], day)
        return rating, seconds

    def chance(self, card: QueueCard, day: int) -> float:
        """Return the chance of success with a card, shown on a day."""
        truth = self._truths[card.card_id]
        if not truth.grasped:
            lacking = 1 - self._foundations(card.topic, day)
            return FIRST_SUCCESS * (1 - self._assumed.coupling * lacking)
        return SAME_DAY_SUCCESS if truth.last_day == day else self.recall(card.card_id, day)

    def _foundations(self, topic: str, day: int) -> float:
        """Return the mean recall of what a topic rests on; 1 where that is nothing."""
        beneath = self._world.graph.prerequisites[topic]
        if not beneath:
            return 1.0
        resting = self._world.foundations_of
        return sum(self._mean_recall(resting[below], day) for below in beneath) / len(beneath)

    def _mean_recall(self, cards: list[int], day: int) -> float:
        return sum(self.recall(card, day) for card in cards) / len(cards)

    def _rate(self, *, succeeds: bool) -> int:
        if not succeeds:
            return _AGAIN
        draw = self._random.random()
        return _HARD if draw < HARD else _GOOD if draw < 1 - EASY else _EASY

    def _remember(self, truth: _Truth, rating: int, day: int) -> None:
        if truth.stability is None:
            stability, difficulty = self._model.begin(rating)
            truth.stability = stability * truth.factor
            truth.difficulty = min(max(difficulty + truth.bias, 1.0), 10.0)
        else:
            # What an exercise has done counts as time that has not passed.
            elapsed = max(day - truth.anchor, 1.0) if truth.last_day != day else 0.0
            truth.stability, truth.difficulty = self._model.review(
                truth.stability, truth.difficulty, rating, elapsed
            )
        truth.anchor = truth.last_day = day

    def _exercise(self, truth: _Truth, day: int) -> None:
        if truth.stability is None or not truth.grasped or truth.anchor >= day:
            return
        elapsed = day - truth.anchor
        whole = self._model.grow(truth.stability, truth.difficulty, elapsed)
        truth.stability *= (whole / truth.stability) ** self._assumed.credit
        truth.anchor += elapsed * self._assumed.credit


def draw_factor(draw: random.Random, noise: float) -> float:
    """Return by how much a card is better remembered than believed; 1 in the mean."""
    return exp(draw.gauss(-noise * noise / 2, noise))
