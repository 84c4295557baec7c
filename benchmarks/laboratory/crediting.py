"""Ours with implicit credit: what exercises are worth is learnt, or assumed, as days go by."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from scheduler.credit import History, credit_card, learn_weight

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scheduler.preset import Preset
    from scheduler.queue import Plan, QueueCard, Today
    from scheduler.simulation import Learner, Planner

# Days after which the weight is learnt again.
_EVERY: Final = 7
_REVIEW: Final = 2


class CreditingPlanner:
    """Plans with cards as firm as what exercised them is believed to make them."""

    def __init__(
        self, planner: Planner, exercises: Mapping[int, Sequence[int]], weight: float | None
    ) -> None:
        """Begin without any history.

        Args:
            planner: What plans the day.
            exercises: The cards that each card exercises.
            weight: What an exercise is taken to be worth; None: it is learnt.
        """
        self._planner = planner
        self._exercises = exercises
        self._learns = weight is None
        self._weight = weight or 0.0
        self._learnt_on = 0
        self._reviews: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._exercised: dict[int, list[int]] = defaultdict(list)
        self._since: dict[int, list[int]] = defaultdict(list)

    def see(self, card_id: int, day: int, rating: int) -> None:
        """Take note of a review."""
        self._reviews[card_id].append((day, rating))
        self._since[card_id] = []
        if rating == 1:
            return
        for other in self._exercises.get(card_id, ()):
            days = self._exercised[other]
            if other in self._reviews and day not in days[-1:]:
                days.append(day)
                self._since[other].append(day)

    def __call__(self, cards: list[QueueCard], *, today: Today, preset: Preset) -> Plan:
        """Return the plan."""
        if self._learns and today.day >= self._learnt_on + _EVERY:
            self._learnt_on = today.day
            self._weight = learn_weight(self._histories(), preset.parameters).weight
        if self._weight:
            cards = [self._credit(card, today.day, preset) for card in cards]
        return self._planner(cards, today=today, preset=preset)

    def _histories(self) -> list[History]:
        return [History(mine, self._exercised[card]) for card, mine in self._reviews.items()]

    def _credit(self, card: QueueCard, day: int, preset: Preset) -> QueueCard:
        # As in the application, what is done today counts from tomorrow on.
        days = [when for when in self._since.get(card.card_id, ()) if when < day]
        return credit_card(card, days, self._weight, preset) if days else card


class WatchedLearner:
    """A learner whose reviews are counted, and told to a planner that wants to know."""

    def __init__(self, learner: Learner, planner: CreditingPlanner | None) -> None:
        self._learner = learner
        self._planner = planner
        self.reviews = 0

    def study(self, card: QueueCard, day: int) -> tuple[int, float]:
        """Return what the learner does, and count it if the card was due for a review."""
        rating, seconds = self._learner.study(card, day)
        self.reviews += card.state == _REVIEW
        if self._planner is not None:
            self._planner.see(card.card_id, day, rating)
        return rating, seconds
