"""Simulated learners: how they remember, and what a missing foundation costs them.

Every learner forgets as FSRS-6 says, but each card has a stability and a difficulty of its own
that the scheduler does not know (`noise`). How much a learner who lacks the foundations of a card
struggles with it is an assumption nobody has measured well, so it stands in one number, `coupling`,
and is swept.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from math import exp
from typing import TYPE_CHECKING

from benchmarks.lab_worlds import pace_of
from scheduler.memory_model import MemoryModel, memory_model
from scheduler.preset import DEFAULT_PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scheduler.queue import QueueCard

# The chance of success at each sight of a card never recalled before, with firm foundations.
FIRST_SUCCESS = 0.8
# On later sights of the same day.
SAME_DAY_SUCCESS = 0.92
BIAS = 1.5


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What is assumed of learners.

    Attributes:
        coupling: Share of the chance of a first success that is lost without any
            foundation: at 0 foundations do not matter, at 1 nothing is learned without.
        noise: Standard deviation of the log of each card's stability factor.
        credit: What a recall adds to each card it exercises, as a share of a review.
        review_seconds: Median time of a showing that succeeds.
        new_seconds: Of the first showing.
        failure: How many times as long a failure takes.
    """

    coupling: float = 0.0
    noise: float = 0.5
    credit: float = 0.0
    review_seconds: float = 15.0
    new_seconds: float = 25.0
    failure: float = 1.4


@dataclass(slots=True)
class _Truth:
    """What a card really is to the learner."""

    factor: float
    bias: float
    stability: float | None = None
    difficulty: float = 5.0
    anchor: float = 0.0  # the day from which it is forgotten
    last_day: int = 0
    grasped: bool = False


@dataclass(slots=True)
class SimulatedLearner:
    """One learner on one deck; see the module."""

    assumptions: Assumptions
    prerequisites: Mapping[str, Sequence[str]]
    cards_of: Mapping[str, Sequence[int]]
    exercises: Mapping[int, Sequence[int]]
    seed: int
    model: MemoryModel = field(default_factory=lambda: memory_model(DEFAULT_PARAMETERS))
    reviews: int = 0
    _truths: dict[int, _Truth] = field(default_factory=dict)
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        noise = random.Random(self.seed + 1)
        for cards in self.cards_of.values():
            for card in cards:
                factor = exp(noise.gauss(0.0, self.assumptions.noise))
                self._truths[card] = _Truth(factor, noise.gauss(0.0, BIAS))

    def recall(self, card: int, day: int) -> float:
        """Return the true chance of recalling a card."""
        truth = self._truths[card]
        if truth.stability is None or not truth.grasped:
            return 0.0
        return self.model.retrievability(truth.stability, max(day - truth.anchor, 0.0))

    def topic_recall(self, topic: str, day: int) -> float:
        """Return the mean over a topic's cards; 1 for a topic without."""
        cards = self.cards_of[topic]
        return sum(self.recall(card, day) for card in cards) / len(cards) if cards else 1.0

    def knowledge(self, day: int) -> float:
        """Return how many cards are likely to be recalled."""
        return sum(self.recall(card, day) for card in self._truths)

    def study(self, card: QueueCard, day: int) -> tuple[int, float]:
        """Return the rating of a card shown on a day, and the seconds it took."""
        draw, assumed = self._random, self.assumptions
        truth = self._truths[card.card_id]
        if not truth.grasped:
            chance = FIRST_SUCCESS * (1 - assumed.coupling * (1 - self._foundations(card, day)))
        elif truth.last_day == day:
            chance = SAME_DAY_SUCCESS
        else:
            chance = self.recall(card.card_id, day)
        succeeds = draw.random() < chance
        rating = self._rate(succeeds)
        seconds = assumed.review_seconds if truth.stability else assumed.new_seconds
        seconds *= exp(draw.gauss(0.0, 0.4)) * (1.0 if succeeds else assumed.failure)
        seconds *= pace_of(card.card_id)
        self._remember(truth, rating, day)
        truth.grasped = truth.grasped or succeeds
        if succeeds and assumed.credit:
            for other in self.exercises.get(card.card_id, ()):
                self._exercise(self._truths[other], day)
        self.reviews += 1
        return rating, seconds

    def _foundations(self, card: QueueCard, day: int) -> float:
        """Return the mean recall of what a card rests on; 1 where that is nothing."""
        beneath = self.prerequisites[card.topic]
        if not beneath:
            return 1.0
        return sum(self.topic_recall(topic, day) for topic in beneath) / len(beneath)

    def _rate(self, succeeds: bool) -> int:
        if not succeeds:
            return 1
        draw = self._random.random()
        return 2 if draw < 0.12 else 3 if draw < 0.9 else 4

    def _remember(self, truth: _Truth, rating: int, day: int) -> None:
        if truth.stability is None:
            stability, difficulty = self.model.begin(rating)
            truth.stability = stability * truth.factor
            truth.difficulty = min(max(difficulty + truth.bias, 1.0), 10.0)
        else:
            # What an exercise has done counts as time that has not passed.
            elapsed = day - truth.anchor if truth.last_day != day else 0.0
            elapsed = max(elapsed, 1.0) if truth.last_day != day else 0.0
            truth.stability, truth.difficulty = self.model.review(
                truth.stability, truth.difficulty, rating, elapsed
            )
        truth.anchor = truth.last_day = day

    def _exercise(self, truth: _Truth, day: int) -> None:
        if truth.stability is None or not truth.grasped or truth.anchor >= day:
            return
        elapsed = day - truth.anchor
        whole = self.model.grow(truth.stability, truth.difficulty, elapsed)
        truth.stability *= (whole / truth.stability) ** self.assumptions.credit
        truth.anchor += elapsed * self.assumptions.credit
