"""Order what is studied in a day: foundations first, else the most urgent first.

And no two cards in a row that ask nearly the same, since the first would tell the second.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING

from scheduler.graph import foundations_first
from scheduler.likeness import look_alike

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scheduler.graph import PrerequisiteGraph
    from scheduler.queue import QueueCard

# How far away a card is looked for that parts two others.
_REACH = 100


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
    return _part_look_alikes(_put_foundations_first(cards, graph), graph)


def _put_foundations_first(cards: Sequence[QueueCard], graph: PrerequisiteGraph) -> list[QueueCard]:
    """Return the cards in an order that the graph allows, the most urgent as early as can be."""
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


def _part_look_alikes(order: list[QueueCard], graph: PrerequisiteGraph) -> list[QueueCard]:
    """Return the order with cards moved so that no two that look alike are neighbours.

    The nearest later card that may come earlier is put between them; at the end, where there is
    none, the second or else the first goes back to the nearest place that takes it. Where none of
    this can be (say, with only two cards) they stay.
    """
    parted = list(order)
    for index in range(1, len(parted)):
        if not _alike(parted[index - 1], parted[index]):
            continue
        later = range(index + 1, min(index + _REACH, len(parted)))
        found = next((j for j in later if _may_step_up(parted, j, index, graph)), None)
        if found is not None:
            parted.insert(index, parted.pop(found))
            continue
        moves = ((at, to) for at in (index, index - 1) for to in range(at - 1, -1, -1)[:_REACH])
        back = next((move for move in moves if _may_go_back(parted, *move, graph)), None)
        if back is not None:
            at, to = back
            parted.insert(to, parted.pop(at))
    return parted


def _may_step_up(order: list[QueueCard], at: int, to: int, graph: PrerequisiteGraph) -> bool:
    """Return whether a card may move up to a place, and parts the two that meet there."""
    card = order[at]
    if _alike(order[to - 1], card) or _alike(card, order[to]):
        return False
    return not _rests_on(card, order[to:at], graph)


def _may_go_back(order: list[QueueCard], at: int, to: int, graph: PrerequisiteGraph) -> bool:
    """Return whether a card may move to an earlier place without a look-alike beside it."""
    card = order[at]
    neighbours = order[max(to - 1, 0) : to + 1]
    if any(_alike(card, neighbour) for neighbour in neighbours):
        return False
    if at + 1 < len(order) and _alike(order[at - 1], order[at + 1]):
        return False
    return not _rests_on(card, order[to:at], graph)


def _rests_on(card: QueueCard, others: Sequence[QueueCard], graph: PrerequisiteGraph) -> bool:
    """Return whether a card rests on one of others."""
    beneath = graph.closure([*graph.prerequisites[card.topic], *card.requires])
    return any(other.topic in beneath for other in others)


def _alike(a: QueueCard, b: QueueCard) -> bool:
    return a.note_id == b.note_id or look_alike(a.likeness, b.likeness)
