"""What a review is worth, where not all that are due can be done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from math import e
from typing import TYPE_CHECKING, Final, TypeAlias

from scheduler.memory import shape_curve
from scheduler.memory_model import memory_model
from scheduler.preset import Preset
from scheduler.queue import QueueCard

if TYPE_CHECKING:
    from scheduler.graph import PrerequisiteGraph

# What each due card is worth, from the cards, the study day and the preset: those worth most
# are selected first.
Worth: TypeAlias = Callable[[Sequence[QueueCard], int, Preset], Sequence[float]]

# Numbers measured in the laboratory, see docs/scheduling.md.
HORIZON: Final = 90.0  # days
ABSENCE: Final = 14  # days without a review
SHARE_OF_DEPENDENTS: Final = 2.0
FIRM: Final = 0.8  # a topic is built on from this mean retrievability of its cards on
_PATIENCE_WITH_FIRM: Final = 0.5


def recall_gain(cards: Sequence[QueueCard], day: int, preset: Preset) -> list[float]:
    """Return how much likelier a second spent on each card makes its recall in 90 days.

    The chance of recall then, with a review today (Good or Again, as likely as FSRS thinks
    recall is) less without one, by the seconds the card takes. Near that horizon a fragile
    card gains what it would lose, and a card that no review can keep gains nothing, while
    the gain in stability alone would ask for the strongest cards only.
    """
    return _find_gains(cards, day, preset, at_risk=False)


def gain_at_risk(cards: Sequence[QueueCard], day: int, preset: Preset) -> list[float]:
    """Return the gain in recall times the chance that the card is forgotten by now.

    Where there is always more due than can be done, a gain that can be had later as well may
    wait, and a card that slips away takes with it what rests on it.
    """
    return _find_gains(cards, day, preset, at_risk=True)


def _find_gains(
    cards: Sequence[QueueCard], day: int, preset: Preset, *, at_risk: bool
) -> list[float]:
    model = memory_model(preset.parameters)
    factor, decay, growth = model.factor, model.decay, model.growth
    saturation, recall_weight = model.saturation, model.recall_gain
    forget_scale, by_difficulty, by_stability, by_recall = model.forget_terms
    cap, ahead = model.forget_cap, factor * HORIZON
    worth = []
    for card in cards:  # written out: as many as are due, on the way to a first card
        stability, difficulty = card.stability, card.difficulty
        elapsed = day - (card.last_day or day)
        if not stability or not difficulty or elapsed < 1:
            worth.append(0.0)
            continue
        recall = (1 + factor * elapsed / stability) ** decay
        missing = 1 - recall
        gain = (
            growth
            * (11 - difficulty)
            * stability**saturation
            * (e ** (missing * recall_weight) - 1)
        )
        kept = stability * (1 + gain)
        lost = (
            forget_scale
            * difficulty**by_difficulty
            * ((stability + 1) ** by_stability - 1)
            * e ** (missing * by_recall)
        )
        lost = min(lost, stability / cap)
        after = recall * (1 + ahead / kept) ** decay + missing * (1 + ahead / lost) ** decay
        without = (1 + factor * (elapsed + HORIZON) / stability) ** decay
        gained = (after - without) / card.seconds
        worth.append(gained * missing if at_risk else gained)
    return worth


def recall_of(cards: Iterable[QueueCard], day: int, preset: Preset) -> list[float]:
    """Return the retrievability of each card; 0 for those never reviewed."""
    factor, decay = shape_curve(preset.parameters)
    return [
        (1 + factor * max(day - (card.last_day or day), 0) / card.stability) ** decay
        if card.stability
        else 0.0
        for card in cards
    ]


def follows_absence(due: Sequence[QueueCard], cards: Iterable[QueueCard], day: int) -> bool:
    """Return whether most of what is due was missed in a long absence.

    An absence is found in what it left behind: days on which not one card was last seen, and
    cards that became due and were not seen since. It is over when the learner has been back
    for as long as it lasted: what is still left then is more than can be done, and not missed.

    Args:
        due: The reviews that are due.
        cards: All cards; looked at only where those that are due leave a gap.
        day: The study day.
    """
    if not _find_gaps(due, day):
        return False
    gaps = _find_gaps(cards, day)
    if not gaps or day - gaps[-1][1] > gaps[-1][1] - gaps[-1][0]:
        return False
    start = gaps[-1][0]
    missed = [c for c in due if (c.last_day or day) <= start and (c.due_day or 0) < day]
    return 2 * len(missed) > len(due)


def _find_gaps(cards: Iterable[QueueCard], day: int) -> list[tuple[float, float]]:
    """Return the long spans, by first and last day, between which no card was last seen."""
    seen = {card.last_day for card in cards if card.last_day is not None}
    return [(last, then) for last, then in pairwise(sorted({*seen, day})) if then - last > ABSENCE]


def weigh_topics(
    due: Sequence[QueueCard], graph: PrerequisiteGraph, day: int, preset: Preset
) -> Mapping[str, float]:
    """Return how much a gain in each topic counts after a long absence.

    More where much rests on it, to build on it soon again; less where it can be built on
    as it is.
    """
    recalls: dict[str, list[float]] = defaultdict(list)
    for card, recall in zip(due, recall_of(due, day, preset), strict=True):
        recalls[card.topic].append(recall)
    resting = graph.count_dependents()
    weights = {}
    for topic, values in recalls.items():
        weights[topic] = 1 + SHARE_OF_DEPENDENTS * resting[topic] / len(graph.rank)
        if sum(values) >= FIRM * len(values):
            weights[topic] *= _PATIENCE_WITH_FIRM
    return weights
