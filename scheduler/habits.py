"""A learner who remembers as FSRS believes, give or take, and rates and works as one person does.

Responsible for what forecasts assume of a learner. Each card's true stability is the one that FSRS
believes, times a factor of the card's own that stays: log-normal, with the median that the
learner's lapses so far suggest. As long as little is known of the learner, that median and their
pace are in doubt, so each simulated one has others. Nothing is assumed of prerequisites, because
nobody has measured what a shaky foundation costs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

from scheduler.memory import Rating, State
from scheduler.memory_model import memory_model

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scheduler.pace import Pace
    from scheduler.preset import Preset
    from scheduler.queue import QueueCard

_AGAIN, _HARD, _GOOD, _EASY = map(int, Rating)
_NEW, _LEARNING, _REVIEW, _RELEARNING = map(int, State)

# Standard deviations of logarithms: of the stabilities of cards that FSRS takes to be alike, and
# of the time of one showing.
_NOISE: Final = 0.4
_SPREAD: Final = 0.5
# The same of what is believed of a learner as a whole, of whom nothing is known.
_DOUBT_OF_MEMORY: Final = 0.3
_DOUBT_OF_PACE: Final = 0.2
_WORTH_OF_DOUBT: Final = 300.0  # ratings
_LEAST_DOUBT: Final = 0.3  # because people change
_WORTH_OF_HABITS: Final = 20.0  # ratings
_LAPSES: Final = (0.2, 5.0)  # beyond these, times as many lapses as believed are not believed
_LEAST_FIRST: Final = 0.3  # the first showing's part of a day's work on a card


@dataclass(frozen=True, slots=True)
class Habits:
    """How a learner rates, and how often they come; all are shares.

    Attributes:
        first: Of Again, Hard, Good and Easy at the first sight of a card.
        recalled: Of Hard, Good and Easy where a review is recalled.
        slips: Of Again while a card is in steps.
        missed: Of days without study.
        doubt: How much of what is assumed of a learner is in doubt; 1 if nothing is known.
    """

    first: tuple[float, ...] = (0.2, 0.1, 0.6, 0.1)
    recalled: tuple[float, ...] = (0.12, 0.78, 0.1)
    slips: float = 0.1
    missed: float = 0.0
    doubt: float = 1.0

    def __post_init__(self) -> None:
        """Refuse shares that are none, and a learner who never comes or never learns."""
        shares = (*self.first, *self.recalled, self.slips, self.missed, self.doubt)
        if not all(0 <= share <= 1 for share in shares) or max(self.slips, self.missed) == 1:
            message = f"these habits are no shares: {self}"
            raise ValueError(message)


DEFAULT_HABITS: Final = Habits()


def learn_habits(counts: Mapping[tuple[int, int], int], missed: float = 0.0) -> Habits:
    """Return how a learner rates, as far as the evidence goes.

    Args:
        counts: By the state before it and the rating, how many reviews there were.
        missed: The share of days without study.
    """
    usual = DEFAULT_HABITS

    def shares_of(
        states: Sequence[int], ratings: Iterable[int], assumed: Iterable[float]
    ) -> tuple[float, ...]:
        found = [sum(counts.get((state, r), 0) for state in states) for r in ratings]
        whole = sum(found) + _WORTH_OF_HABITS
        rows = zip(found, assumed, strict=True)
        return tuple([(number + _WORTH_OF_HABITS * share) / whole for number, share in rows])

    in_steps = (_LEARNING, _RELEARNING)
    slips = (usual.slips, *[(1 - usual.slips) / 3] * 3)
    return Habits(
        first=shares_of((_NEW,), Rating, usual.first),
        recalled=shares_of((_REVIEW,), (_HARD, _GOOD, _EASY), usual.recalled),
        slips=shares_of(in_steps, Rating, slips)[0],
        missed=missed,
        doubt=max((1 + sum(counts.values()) / _WORTH_OF_DOUBT) ** -0.5, _LEAST_DOUBT),
    )


class _Times(NamedTuple):
    """The likely seconds of one showing of a kind of card, by what it is shown as."""

    new: float
    learning: float
    recalled: float
    forgotten: float
    relearning: float


class LikelyLearner:
    """The learner of a forecast: one who might be who these habits, this pace and memory are of."""

    def __init__(
        self,
        cards: Iterable[QueueCard],
        kinds: Mapping[int, str],
        *,
        preset: Preset,
        habits: Habits = DEFAULT_HABITS,
        pace: Pace,
        seed: int,
    ) -> None:
        """Begin with the deck.

        Args:
            cards: All of them, in any order.
            kinds: The kinds of their questions, by card id; those missing are of none.
            preset: The settings.
            habits: How the learner rates.
            pace: How long cards take the learner, and how often they are forgotten.
            seed: Of all that is left to chance.
        """
        self._model = memory_model(preset.parameters)
        self._kinds = kinds
        self._habits = habits
        self._pace = pace
        self._preset = preset
        self._times: dict[str, _Times] = {}
        self._random = Random(seed)  # noqa: S311 - for a simulation
        draw = Random(seed + 1)  # noqa: S311
        middle = _find_middle(pace.lapses, preset)
        middle *= exp(draw.gauss(0.0, _DOUBT_OF_MEMORY * habits.doubt))
        self._slowness = exp(draw.gauss(0.0, _DOUBT_OF_PACE * habits.doubt))
        ids = sorted(card.card_id for card in cards)
        self._factors = {card: middle * exp(draw.gauss(0.0, _NOISE)) for card in ids}

    def recall(self, card: QueueCard, day: int) -> float:
        """Return the true chance of recalling a card; 0 for one never seen."""
        if card.stability is None or card.last_day is None:
            return 0.0
        stability = card.stability * self._factors[card.card_id]
        return self._model.retrievability(stability, max(day - card.last_day, 0))

    def count_recalled(self, cards: Iterable[QueueCard], day: int) -> float:
        """Return how many of the cards in study are likely to be recalled."""
        curve, decay, factors = self._model.factor, self._model.decay, self._factors
        recalls: list[float] = [
            # Written out: of every card, for every day of every course.
            # A last day to come (the clock was set back since) is as today.
            (1 + curve * (day - card.last_day) / (card.stability * factors[card.card_id])) ** decay
            if day > card.last_day
            else 1.0
            for card in cards
            if card.stability and card.last_day is not None and not card.suspended
        ]
        return sum(recalls)

    def expect(self, card: QueueCard) -> float:
        """Return the likely seconds of a day's work on a card that is due."""
        kind = self._kinds.get(card.card_id, "")
        return self._pace.seconds(kind, card.state, self._preset.desired_retention)

    def study(self, card: QueueCard, day: int) -> tuple[int, float]:
        """Return the rating of a card shown on a day, and the seconds it took."""
        draw, habits = self._random, self._habits
        kind = self._kinds.get(card.card_id, "")
        times = self._times.get(kind)
        if times is None:
            times = self._times[kind] = self._find_times(kind)
        if card.state == _REVIEW:
            if draw.random() < self.recall(card, day):
                rating, usual = _choose(draw, habits.recalled, _HARD), times.recalled
            else:
                rating, usual = _AGAIN, times.forgotten
        elif card.state == _NEW:
            rating, usual = _choose(draw, habits.first, _AGAIN), times.new
        else:
            rating = _AGAIN if draw.random() < habits.slips else _GOOD
            usual = times.learning if card.state == _LEARNING else times.relearning
        return rating, usual * self._slowness * exp(draw.gauss(-(_SPREAD**2) / 2, _SPREAD))

    def _find_times(self, kind: str) -> _Times:
        """Return what showings take, so that a day's work on a card takes what the pace says."""
        pace = replace(self._pace, lapses=1.0)
        steps = pace.seconds(kind, _LEARNING)
        again, hard, good, _ = self._habits.first
        learning, relearning = self._preset.learning_steps, self._preset.relearning_steps
        slips = self._habits.slips
        further = good * _count_showings(1, len(learning), slips)
        further += (again + hard) * _count_showings(0, len(learning), slips)
        entering = (again + hard) * bool(learning) + good * (len(learning) > 1)
        new, in_learning = _share(pace.seconds(kind, _NEW), steps * entering, further)
        further = _count_showings(0, len(relearning), slips)
        lapse = pace.seconds(kind, _REVIEW, 0.0)
        forgotten, in_relearning = _share(lapse, steps * bool(relearning), further)
        recalled = pace.seconds(kind, _REVIEW, 1.0)
        return _Times(new, in_learning, recalled, forgotten, in_relearning)


def _share(whole: float, steps: float, showings: float) -> tuple[float, float]:
    """Return the seconds of the first showing of a day, and of each further one.

    Args:
        whole: The seconds of all of them, likely.
        steps: Those that are spent in steps, likely.
        showings: How many further ones there are, likely.
    """
    if showings == 0:
        return whole, whole
    first = max(whole - steps, _LEAST_FIRST * whole)
    return first, (whole - first) / showings


def _count_showings(step: int, steps: int, slips: float) -> float:
    """Return how many showings it takes on the average to leave steps, from one of them on.

    From step i of k it takes E(i) = 1 + q E(0) + (1 - q) E(i + 1), with E(k) = 0, where q is
    the share of slips, each of which leads back to the first step.
    """
    if step >= steps:
        return 0.0
    passed = 1 - slips
    from_first = sum(passed**i for i in range(steps)) / passed**steps
    return (1 + slips * from_first) * sum(passed**i for i in range(steps - step))


def _find_middle(lapses: float, preset: Preset) -> float:
    """Return by what all stabilities are off in a learner who forgets so many times as often.

    Cards that come back at desired retention r, with R(t, S) = (1 + F t / S) ** d, are forgotten
    lapses * (1 - r) of the time where the true stability is S times
    (r ** (1 / d) - 1) / ((1 - lapses * (1 - r)) ** (1 / d) - 1).
    """
    lapses = min(max(lapses, _LAPSES[0]), _LAPSES[1])
    decay = memory_model(preset.parameters).decay
    believed = preset.desired_retention
    true = max(1 - lapses * (1 - believed), 0.1)
    middle: float = (believed ** (1 / decay) - 1) / (true ** (1 / decay) - 1)
    return middle


def _choose(draw: Random, shares: Sequence[float], first: int) -> int:
    """Return a rating by its share, counted from the first one."""
    left = draw.random() * sum(shares)
    for rating, share in enumerate(shares, first):
        left -= share
        if left < 0:
            return rating
    return _GOOD
