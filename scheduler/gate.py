"""Which topics are unlocked: no new card is shown before what it rests on.

A gate says of each topic whether the learner may build on it. A topic without cards, or
whose cards are all suspended, is transparent: one looks through it to its own prerequisites,
so that it never blocks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Sequence
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


def group_for_gate(
    cards: Iterable[QueueCard], topics: Container[str]
) -> dict[str, list[QueueCard]]:
    """Return of each topic what `count_for_gate` would; topics without are left out.

    Args:
        cards: All cards of the deck.
        topics: Those asked for.
    """
    breadth: dict[str, list[QueueCard]] = defaultdict(list)
    depth: dict[str, list[QueueCard]] = defaultdict(list)
    for card in cards:
        if card.topic in topics and not card.suspended:
            (breadth if card.level == "breadth" else depth)[card.topic].append(card)
    return depth | breadth


class Footing:
    """What the learner may build on; looks only at the topics that are asked for."""

    def __init__(
        self,
        graph: PrerequisiteGraph,
        known: frozenset[str] = frozenset(),
        unreadable: frozenset[str] = frozenset(),
    ) -> None:
        """Begin with what is certain.

        Args:
            graph: The prerequisites of all topics.
            known: Topics that the learner knows from elsewhere.
            unreadable: Topics whose cards cannot be read for now.
        """
        self._graph = graph
        self._ready = {**dict.fromkeys(unreadable, False), **dict.fromkeys(known, True)}
        self._missing: dict[str, tuple[str, ...]] = {}
        self._seen: set[str] = set()  # the same topics, for a search to pass over

    def judge(
        self,
        cards: Iterable[QueueCard],
        topics: Iterable[str],
        is_ready: Callable[[Sequence[QueueCard]], bool],
    ) -> None:
        """Find out about topics, and about those seen through transparent ones.

        Args:
            cards: All cards of the deck.
            topics: The topics that new cards rest on directly.
            is_ready: The gate for this day.
        """
        wanted = {topic for topic in topics if topic not in self._ready}
        # Through transparent topics one may see anything beneath.
        wanted = {topic for topic in self._graph.closure(wanted) if topic not in self._ready}
        for topic, counting in group_for_gate(cards, wanted).items():
            self._ready[topic] = is_ready(counting)

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
            ready = self._ready.get(topic)
            if ready is None:
                unready |= dict.fromkeys(self.missing(topic))
            elif not ready:
                unready[topic] = None
        return tuple(unready)

    def _order_below(self, topic: str) -> Iterable[str]:
        def transparent(above: str) -> Iterable[str]:
            return (p for p in self._graph.prerequisites[above] if p not in self._ready)

        return foundations_first([topic], transparent, self._seen)
