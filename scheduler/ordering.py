"""Order what is studied in a day: foundations first, else the most urgent first."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING

from scheduler.graph import foundations_first

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scheduler.graph import PrerequisiteGraph
    from scheduler.queue import QueueCard


def order_cards(cards: Sequence[QueueCard], graph: PrerequisiteGraph) -> list[QueueCard]:
    """Return the cards so that none precedes a card of one of its foundations.

    The foundations of a card are the topics its topic rests on and those it requires,
    directly or through topics without cards here. Each card comes as early as its
    urgency asks, and takes the foundations it waits for along. Where requirements of
    cards contradict the graph, the more urgent card's are kept.

    Args:
        cards: The cards of the day, the most urgent first.
        graph: The prerequisites; it has every topic of the cards.
    """
    by_topic: dict[str, list[int]] = defaultdict(list)
    for index, card in enumerate(cards):
        by_topic[card.topic].append(index)

    # A topic stands for all of its cards; a card, by its index, for itself.
    def find_foundations(node: int | str) -> Iterable[int | str]:
        if isinstance(node, str):
            return chain(graph.prerequisites[node], by_topic.get(node, ()))
        card = cards[node]
        direct = graph.prerequisites[card.topic]
        return direct + card.requires if card.requires else direct

    order: list[QueueCard] = []
    seen: set[int | str] = set()
    open_topics: set[str] = set()  # everything they rest on is in the order already
    for index, card in enumerate(cards):
        if index in seen:
            continue
        if card.topic in open_topics and not card.requires:
            seen.add(index)  # the usual case, and not worth a search
            order.append(card)
            continue
        nodes = foundations_first([index], find_foundations, seen)
        order += [cards[node] for node in nodes if isinstance(node, int)]
        open_topics.add(card.topic)
    return order
