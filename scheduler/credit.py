"""Implicit credit: what a review of one card does for the cards that its answer exercises.

Responsible for three things: how much firmer an exercised card is believed to be, the later
day on which it is due then, and the weight of all this, which is learnt from the learner's own
outcomes. It begins at zero, and without a weight nothing here changes anything.

Credit lasts until the card's own next review, which FSRS takes as it is. Memories as they are
stored know nothing of it, so they stay equal to Anki's.
"""

from __future__ import annotations

from math import ceil, exp, log
from typing import TYPE_CHECKING, Final, NamedTuple

from scheduler.memory import State
from scheduler.memory_model import MemoryModel, memory_model

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scheduler.preset import Preset
    from scheduler.queue import QueueCard

# The weights that are tried; a weight of 1 would make an exercise as good as a review.
WEIGHTS: Final = (0.0, 0.1, 0.2, 0.35, 0.5)
# So many outcomes are looked at, evenly picked: more would not change what they say.
_MOST_OUTCOMES: Final = 20_000
# By how many nats a weight must explain the outcomes better than none does.
PENALTY: Final = 3.0
_SURE: Final = 1e-4  # no outcome is believed to be surer
_REVIEW: Final = int(State.REVIEW)


class History(NamedTuple):
    """What happened to one card that others exercise.

    Attributes:
        reviews: Study day and rating of each of its own reviews, in order.
        exercised: The study days on which one that exercises it was recalled, in order.
    """

    reviews: Sequence[tuple[int, int]]
    exercised: Sequence[int]


class Evidence(NamedTuple):
    """What the outcomes say.

    Attributes:
        weight: The weight they speak for; 0 until they do.
        outcomes: Reviews of cards that had been exercised since their last one.
        gain: By how many nats the best weight explains all outcomes better than none.
    """

    weight: float
    outcomes: int
    gain: float


class _Outcome(NamedTuple):
    """A review: whether it was a recall, and the log-odds of it that each weight believed in."""

    recalled: bool
    exercised: bool
    beliefs: tuple[float, ...]


def _thin(outcomes: list[_Outcome]) -> list[_Outcome]:
    """Return at most so many outcomes, from all of the time."""
    return outcomes[:: -(-len(outcomes) // _MOST_OUTCOMES) or 1]


def exercise(
    stability: float,
    difficulty: float,
    last_day: float,
    days: Iterable[int],
    weight: float,
    model: MemoryModel,
) -> tuple[float, float]:
    """Return stability, in days, and the day it counts from after a card was exercised.

    An exercise of weight w goes that share of the way to a review rated Good: the stability
    is multiplied by the review's growth to the power w, and the share w of the days
    since the last review counts as not passed. So w = 0 is nothing, and w = 1 a review.

    Args:
        stability: After the card's last review, in days.
        difficulty: The same.
        last_day: The study day of that review.
        days: The study days of exercises since then, in order.
        weight: From 0 to 1.
        model: FSRS-6 under the learner's parameters.
    """
    for day in days:
        elapsed = day - last_day
        if elapsed < 1:
            continue
        whole = model.grow(stability, difficulty, elapsed)
        stability *= (whole / stability) ** weight
        last_day += weight * elapsed
    return stability, last_day


def credit_card(card: QueueCard, days: Iterable[int], weight: float, preset: Preset) -> QueueCard:
    """Return a card as firm as exercises since its last review make it, and due accordingly.

    Only a card in review gains by it, and it is never due earlier than without.

    Args:
        card: The card, with its memory as it is stored.
        days: The study days of exercises since its last review, in order.
        weight: What the learner's outcomes speak for.
        preset: The settings.
    """
    if card.state != _REVIEW or not weight or not card.stability or not card.difficulty:
        return card
    if card.last_day is None or card.due_day is None:
        return card
    model = memory_model(preset.parameters)
    stability, anchor = exercise(
        card.stability, card.difficulty, card.last_day, days, weight, model
    )
    if anchor == card.last_day:
        return card
    due_day = ceil(anchor) + model.interval(stability, preset.desired_retention)
    due_day = min(due_day, int(card.last_day) + preset.maximum_interval)
    return card._replace(stability=stability, last_day=anchor, due_day=max(due_day, card.due_day))


def learn_weight(histories: Iterable[History], parameters: tuple[float, ...]) -> Evidence:
    """Return the weight that explains the learner's outcomes best.

    For each weight the chance of every outcome is worked out, and the whole is corrected by one
    number for a learner who remembers better or worse than FSRS believes: otherwise a
    good memory would look like credit. The correction, a shift of the log-odds, is
    the most likely one for that weight.

    Args:
        histories: Cards, whether exercised or not: the others say what the learner's
            memory is without.
        parameters: The 21 parameters of FSRS-6.
    """
    model = memory_model(parameters)
    plain: list[_Outcome] = []
    exercised: list[_Outcome] = []
    for history in histories:
        for outcome in _iterate_outcomes(history, model):
            (exercised if outcome.exercised else plain).append(outcome)
    if not exercised:
        return Evidence(0.0, 0, 0.0)
    outcomes = _thin(plain) + _thin(exercised)
    likelihoods = [_fit_shift(outcomes, index) for index in range(len(WEIGHTS))]
    best = max(range(len(WEIGHTS)), key=likelihoods.__getitem__)
    gain = likelihoods[best] - likelihoods[0]
    return Evidence(WEIGHTS[best] if gain > PENALTY else 0.0, len(exercised), gain)


def _iterate_outcomes(history: History, model: MemoryModel) -> Iterable[_Outcome]:
    """Yield each review on a later day than the one before."""
    stability = difficulty = 0.0
    last_day: int | None = None
    pending = iter([*history.exercised, 1 << 62])
    next_exercise = next(pending)
    for day, rating in history.reviews:
        days: list[int] = []
        while next_exercise < day:
            if last_day is not None and next_exercise > last_day:
                days.append(next_exercise)
            next_exercise = next(pending)
        if last_day is None:
            stability, difficulty = model.begin(rating)
        else:
            elapsed = max(day - last_day, 0)
            if elapsed:
                beliefs = _believe(stability, difficulty, last_day, day, days, model)
                yield _Outcome(rating > 1, bool(days), beliefs)
            stability, difficulty = model.review(stability, difficulty, rating, elapsed)
        last_day = day if last_day is None else max(day, last_day)


def _believe(
    stability: float,
    difficulty: float,
    last_day: int,
    day: int,
    days: Sequence[int],
    model: MemoryModel,
) -> tuple[float, ...]:
    """Return the log-odds of recall that each weight believes in."""
    if not days:
        recall = model.retrievability(stability, day - last_day)
        return (_log_odds(recall),) * len(WEIGHTS)
    beliefs = []
    for weight in WEIGHTS:
        firmer, anchor = exercise(stability, difficulty, last_day, days, weight, model)
        beliefs.append(_log_odds(model.retrievability(firmer, day - anchor)))
    return tuple(beliefs)


def _log_odds(chance: float) -> float:
    sure = min(max(chance, _SURE), 1 - _SURE)
    return log(sure / (1 - sure))


def _fit_shift(outcomes: Sequence[_Outcome], index: int) -> float:
    """Return the log-likelihood of outcomes under a weight, with the best shift of log-odds."""
    odds = [(outcome.beliefs[index], outcome.recalled) for outcome in outcomes]
    shift = 0.0
    for _ in range(6):  # Newton's method: the likelihood is concave in the shift
        # A prior: as if there were one more outcome of even odds, and half of it a recall.
        slope, bend = 0.5 - _logistic(shift), 0.25
        for belief, recalled in odds:
            chance = _logistic(belief + shift)
            slope += recalled - chance
            bend += chance * (1 - chance)
        shift += max(-1.0, min(slope / bend, 1.0))
    return sum(_log_logistic(b + shift if recalled else -b - shift) for b, recalled in odds)


def _logistic(value: float) -> float:
    return 1 / (1 + exp(-value)) if value > -30 else 0.0


def _log_logistic(value: float) -> float:
    return -log(1 + exp(-value)) if value > -30 else value
