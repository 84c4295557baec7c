"""Which topics are unlocked: no new card is shown before what it rests on.

A gate says of each topic whether the learner may build on it. A topic without cards, or
whose cards are all suspended, is transparent: one looks through it to its own prerequisites,
so that it never blocks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from math import fsum
from typing import TYPE_CHECKING, TypeAlias

from scheduler.graph import foundations_first
from scheduler.preset import Preset
from scheduler.queue import QueueCard
from scheduler.worth import FIRM, recall_of

if TYPE_CHECKING:
    from scheduler.graph import PrerequisiteGraph

# Whether a topic may be built on, from its cards that count, the study day and the preset.
Gate: TypeAlias = Callable[[Sequence[QueueCard], int, Preset], bool]


def is_recalled(cards: Sequence[QueueCard], day: int, preset: Preset) -> bool:
    """Return whether the learned ones of a topic's cards are recalled well enough."""
    recalls = recall_of([card for card in cards if card.learned], day, preset)
    # A plain sum differs in its last bit with the order of the cards.
    return bool(recalls) and fsum(recalls) >= FIRM * len(recalls)


def count_for_gate(cards: Iterable[QueueCard]) -> list[QueueCard]:
    """Return those of a topic's cards that others rest on: its breadth cards in study.

    A topic that has only depth cards is judged by those.
    """
    in_study = [card for card in cards if not card.suspended]
    return [card for card in in_study if card.level == "breadth"] or in_study


class Footing:
    """What the learner may build on, found out topic by topic as it is asked for."""

    def __init__(
        self,
        cards: Iterable[QueueCard],
        graph: PrerequisiteGraph,
        is_firm: Callable[[Sequence[QueueCard]], bool],
        known: frozenset[str] = frozenset(),
        unreadable: frozenset[str] = frozenset(),
    ) -> None:
        """Begin with what is certain.

        Args:
            cards: All cards of the deck.
            graph: The prerequisites of all topics.
            is_firm: The gate for this day.
            known: Topics that the learner knows from elsewhere.
            unreadable: Topics whose cards cannot be read for now.
        """
        self._graph = graph
        self._is_firm = is_firm
        # None: transparent.
        self._verdicts: dict[str, bool | None] = dict.fromkeys(unreadable, False)
        self._verdicts.update(dict.fromkeys(known, True))
        self._by_topic: dict[str, list[QueueCard]] = defaultdict(list)
        for card in cards:
            self._by_topic[card.topic].append(card)
        self._missing: dict[str, tuple[str, ...]] = {}
        self._seen: set[str] = set()  # the same topics, for a search to pass over

    def judge(self, topic: str) -> bool | None:
        """Return whether one may build on a topic; None where one looks through it."""
        if topic not in self._verdicts:
            counting = count_for_gate(self._by_topic.get(topic, ()))
            self._verdicts[topic] = self._is_firm(counting) if counting else None
        return self._verdicts[topic]

    def missing(self, topic: str) -> tuple[str, ...]:
        """Return the prerequisites that a topic waits for; with none it is unlocked."""
        if topic not in self._missing:
            # Without recursion: a chain of transparent topics may be longer than the stack.
            for below in self._order_below(topic):
                self._missing[below] = self.find_unready(self._graph.prerequisites[below])
        return self._missing[topic]

    def find_unready(self, topics: Iterable[str]) -> tuple[str, ...]:
        """Return those of `topics` one may not build on, or what transparent ones wait for."""
        unready: dict[str, None] = {}
        for topic in topics:
            verdict = self.judge(topic)
            if verdict is None:
                unready |= dict.fromkeys(self.missing(topic))
            elif not verdict:
                unready[topic] = None
        return tuple(unready)

    def _order_below(self, topic: str) -> Iterable[str]:
        def transparent(above: str) -> Iterable[str]:
            return (p for p in self._graph.prerequisites[above] if self.judge(p) is None)

        return foundations_first([topic], transparent, self._seen)
