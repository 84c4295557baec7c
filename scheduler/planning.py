"""Plan a study day: what is unlocked, what is selected, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from scheduler.gate import Footing, Gate, is_recalled
from scheduler.ordering import order_cards
from scheduler.path import LearningPath
from scheduler.queue import Plan, QueueCard, Today
from scheduler.selection import Aims, find_candidates, select_cards
from scheduler.unlocking import LockedTopics, OpenCards, group_by_topic
from scheduler.worth import (
    Worth,
    follows_absence,
    gain_at_risk,
    recall_gain,
    recall_of,
    weigh_topics,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scheduler.graph import PrerequisiteGraph
    from scheduler.preset import Preset


class Policy(NamedTuple):
    """What a plan strives for; the numbers were measured, see docs/scheduling.md.

    Attributes:
        gate: Whether the learner may build on a topic.
        worth: What each due review is worth, where not all can be done.
        after_absence: The same after a long absence, before importance is counted in.
        new_share: Of the day's minutes, what is kept for new cards.
        patience: The retrievability from which on a review can wait for new cards.
    """

    gate: Gate = is_recalled
    worth: Worth = gain_at_risk
    after_absence: Worth = recall_gain
    new_share: float = 0.55
    patience: float = 0.8


DEFAULT_POLICY: Final = Policy()


def plan_day(  # noqa: PLR0913 - all but the first two by name
    cards: Sequence[QueueCard],
    graph: PrerequisiteGraph,
    *,
    today: Today,
    preset: Preset,
    path: LearningPath | None = None,
    known: frozenset[str] = frozenset(),
    unreadable: frozenset[str] = frozenset(),
    policy: Policy = DEFAULT_POLICY,
) -> Plan:
    """Plan the rest of a study day.

    The same cards, in any order, give the same plan. Suspended and buried cards and
    locked new ones are left out; cards in learning come before reviews and reviews
    before new cards as far as foundations allow; no two cards are siblings, and no two that
    look alike come in a row if there is another way.

    Args:
        cards: All cards of the deck, each id once.
        graph: The prerequisites of all topics.
        today: The day, and what has been done in it.
        preset: The limits.
        path: The order in which topics are begun; by default that of the graph.
        known: Topics that the learner knows from elsewhere: they lock nothing, and none
            of their cards is begun.
        unreadable: Topics whose cards cannot be read for now, so that they seem to have
            none: they are not transparent, nothing new is built on them.
        policy: The gate, and the worth of reviews.

    Raises:
        KeyError: A card that may be studied names a topic that is not in the graph.
    """
    path = path or LearningPath(graph.rank, graph.rank)
    scene = _Scene(cards, graph, today.day, preset, policy)
    candidates = find_candidates(cards, today.day)
    footing = Footing(
        cards, graph, lambda mine: policy.gate(mine, today.day, preset), known, unreadable
    )
    beginnable = group_by_topic(candidates.new, known | path.closed)
    new = OpenCards(beginnable, path, footing)
    aims = Aims(
        worth=scene.value_reviews,
        recall=lambda some: recall_of(some, today.day, preset),
        new_share=scene.share_of_new(new, path, footing),
        patience=policy.patience,
    )
    chosen = select_cards(candidates, new, preset, today, aims)
    order = order_cards([*chosen.learning, *chosen.reviews, *chosen.new], graph)
    return Plan(
        order=tuple([card.card_id for card in order]),
        later=tuple(chosen.later),
        learning=len(chosen.learning),
        review=len(chosen.reviews),
        new=len(chosen.new),
        seconds=sum(card.seconds for card in order),
        locked=LockedTopics(beginnable, graph, footing),
    )


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the steps of planning a day have in common."""

    cards: Sequence[QueueCard]
    graph: PrerequisiteGraph
    day: int
    preset: Preset
    policy: Policy

    def share_of_new(self, new: OpenCards, path: LearningPath, footing: Footing) -> float:
        """Return the share of the day's minutes that is kept for new cards.

        With everything beneath the goal begun, nothing is kept for what lies beyond it until
        one can build on all of it.
        """
        first = next(iter(new), None) if path.goal else None
        if first is None or first.topic in path.goal:
            return self.policy.new_share
        return 0.0 if footing.find_unready(path.goal) else self.policy.new_share

    def value_reviews(self, due: Sequence[QueueCard]) -> Sequence[float]:
        """Return what each due review is worth; foundations count for more after an absence."""
        if not follows_absence(due, self.cards, self.day):
            return self.policy.worth(due, self.day, self.preset)
        values = self.policy.after_absence(due, self.day, self.preset)
        weights = weigh_topics(due, self.graph, self.day, self.preset)
        return [
            value * weights[card.topic] if value > 0 else value
            for value, card in zip(values, due, strict=True)
        ]
