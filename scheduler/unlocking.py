"""New cards that may be begun, and topics that are locked, found out as they are asked for.

A day begins a few of what may be many thousands of new cards, so neither is all of them sorted nor
every topic judged for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scheduler.gate import Footing
    from scheduler.graph import PrerequisiteGraph
    from scheduler.path import LearningPath
    from scheduler.queue import QueueCard


class OpenCards:
    """New cards that are unlocked, in the order in which a path begins them."""

    def __init__(
        self, by_topic: Mapping[str, list[QueueCard]], path: LearningPath, footing: Footing
    ) -> None:
        """Take new cards that are on the path, by topic, in any order."""
        self._by_topic = by_topic
        self._footing = footing
        self._places = sorted(
            (places[topic], is_depth, topic)
            for is_depth, places in ((False, path.breadth), (True, path.depth))
            for topic in by_topic
        )

    def __iter__(self) -> Iterator[QueueCard]:
        """Yield all of them, those of one place as the author wrote them."""
        footing = self._footing
        for _, is_depth, topic in self._places:
            if footing.missing(topic):
                continue
            mine = [card for card in self._by_topic[topic] if (card.level != "breadth") == is_depth]
            for card in sorted(mine, key=attrgetter("position", "ordinal", "card_id")):
                if not (card.requires and footing.find_unready(card.requires)):
                    yield card


class LockedTopics(Mapping[str, tuple[str, ...]]):
    """Topics with new cards that are locked, foundations first, and what each waits for."""

    def __init__(self, topics: Iterable[str], graph: PrerequisiteGraph, footing: Footing) -> None:
        """Take the topics of all new cards that are on the path."""
        self._topics = frozenset(topics)
        self._graph = graph
        self._footing = footing
        self._found: dict[str, tuple[str, ...]] | None = None

    def _find(self) -> dict[str, tuple[str, ...]]:
        if self._found is None:
            order = [topic for topic in self._graph.rank if topic in self._topics]
            self._found = {t: waits for t in order if (waits := self._footing.missing(t))}
        return self._found

    def __getitem__(self, topic: str) -> tuple[str, ...]:
        """Return what a locked topic waits for."""
        return self._find()[topic]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the locked topics."""
        return iter(self._find())

    def __len__(self) -> int:
        """Return how many are locked."""
        return len(self._find())

    def __repr__(self) -> str:
        """Show them as a dictionary does."""
        return repr(self._find())


def group_by_topic(cards: Iterable[QueueCard], aside: frozenset[str]) -> dict[str, list[QueueCard]]:
    """Return cards by topic, but for the topics that are aside."""
    by_topic: dict[str, list[QueueCard]] = defaultdict(list)
    for card in cards:
        by_topic[card.topic].append(card)
    return {topic: mine for topic, mine in by_topic.items() if topic not in aside}
