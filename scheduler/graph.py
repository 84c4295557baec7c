"""Which topic rests on which.

Responsible for the shape of the deck: the prerequisites of each topic and their reverse,
closures, one stable topological order, and edges that say nothing new.

Not responsible for what the learner knows, which topics are unlocked (`scheduler.gate`)
or what is studied today; nor for telling an author politely of mistakes: the graph
refuses a mapping that has a cycle or an unknown topic, and `find_cycle` says which.
"""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

Node = TypeVar("Node", str, int | str)


class ImpliedEdge(NamedTuple):
    """A prerequisite that follows from another one, `via`, of the same topic."""

    topic: str
    prerequisite: str
    via: str


@dataclass(frozen=True, slots=True)
class PrerequisiteGraph:
    """Topics and their prerequisites, both ways; made by `build_graph`.

    Attributes:
        prerequisites: Topic to its direct prerequisites, in the author's order.
        dependents: Topic to the topics that name it, in the author's order.
        rank: Topic to its place in the topological order, from 0; in that order.
    """

    prerequisites: Mapping[str, tuple[str, ...]]
    dependents: Mapping[str, tuple[str, ...]]
    rank: Mapping[str, int]

    def topological_order(self) -> tuple[str, ...]:
        """Return all topics, foundations first, else in the author's order."""
        return tuple(self.rank)

    def closure(self, topics: Iterable[str]) -> frozenset[str]:
        """Return topics with all they rest on, directly or not.

        Raises:
            KeyError: A topic is not in the graph.
        """
        return frozenset(foundations_first(topics, self.prerequisites.__getitem__))

    def dependents_closure(self, topics: Iterable[str]) -> frozenset[str]:
        """Return topics with all that rests on them, directly or not.

        Raises:
            KeyError: A topic is not in the graph.
        """
        return frozenset(foundations_first(topics, self.dependents.__getitem__))

    def count_dependents(self) -> dict[str, int]:
        """Return how many topics rest on each topic, directly or not."""
        bit = {topic: 1 << place for topic, place in self.rank.items()}
        above: dict[str, int] = {}  # bit set of what lies strictly above a topic
        for topic in reversed(self.topological_order()):
            above[topic] = 0
            for dependent in self.dependents[topic]:
                above[topic] |= above[dependent] | bit[dependent]
        return {topic: bits.bit_count() for topic, bits in above.items()}

    def implied_edges(self) -> list[ImpliedEdge]:
        """Return the prerequisites that a longer path already implies.

        They come in the author's order, each with the first prerequisite that implies
        it. Leaving all of them out would not change any closure.
        """
        bit = {topic: 1 << place for topic, place in self.rank.items()}
        below: dict[str, int] = {}  # bit set of what lies strictly below a topic
        for topic in self.rank:
            below[topic] = 0
            for prerequisite in self.prerequisites[topic]:
                below[topic] |= below[prerequisite] | bit[prerequisite]
        return [
            ImpliedEdge(topic, prerequisite, via)
            for topic, direct in self.prerequisites.items()
            for prerequisite in direct
            for via in [next((v for v in direct if below[v] & bit[prerequisite]), None)]
            if via is not None
        ]


def build_graph(mapping: Mapping[str, Iterable[str]]) -> PrerequisiteGraph:
    """Build the graph of topic to prerequisites, both in the author's order.

    Raises:
        ValueError: A prerequisite is not a topic of the mapping, or there is a cycle.
    """
    prerequisites = {topic: tuple(dict.fromkeys(ps)) for topic, ps in mapping.items()}
    dependents: dict[str, list[str]] = {topic: [] for topic in prerequisites}
    for topic, direct in prerequisites.items():
        for prerequisite in direct:
            if prerequisite not in dependents:
                message = f"{topic!r} names the prerequisite {prerequisite!r}, no topic"
                raise ValueError(message)
            dependents[prerequisite].append(topic)
    if cycle := find_cycle(prerequisites):
        path = " -> ".join([*cycle, cycle[0]])
        message = f"prerequisites must not form a cycle: {path}"
        raise ValueError(message)
    order = _sort_topologically(prerequisites, dependents)
    return PrerequisiteGraph(
        prerequisites,
        {topic: tuple(names) for topic, names in dependents.items()},
        {topic: place for place, topic in enumerate(order)},
    )


def find_cycle(mapping: Mapping[str, Iterable[str]]) -> list[str] | None:
    """Return the topics of one cycle, or None.

    Each topic is followed by a prerequisite of it, the last one by the first, which is
    the author's first of the cycle. Unknown prerequisites are passed over.
    """
    try:
        TopologicalSorter(mapping).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1][:0:-1]
        first = next(topic for topic in mapping if topic in cycle)
        place = cycle.index(first)
        return cycle[place:] + cycle[:place]
    return None


def foundations_first(
    roots: Iterable[Node],
    foundations: Callable[[Node], Iterable[Node]],
    seen: set[Node] | None = None,
) -> Iterator[Node]:
    """Yield roots and all they rest on, each once and after its foundations.

    A depth-first search without recursion, since a chain of prerequisites may be longer
    than Python's stack. On a cycle the node met first comes last.

    Args:
        roots: Where to begin.
        foundations: What a node rests on directly.
        seen: Nodes to pass over; those yielded are added.
    """
    seen = set() if seen is None else seen
    for root in roots:
        if root in seen:
            continue
        seen.add(root)
        path = [(root, iter(foundations(root)))]
        while path:
            node, rest = path[-1]
            for below in rest:
                if below not in seen:
                    seen.add(below)
                    path.append((below, iter(foundations(below))))
                    break
            else:
                path.pop()
                yield node


def _sort_topologically(
    prerequisites: Mapping[str, tuple[str, ...]], dependents: Mapping[str, list[str]]
) -> Iterator[str]:
    """Yield topics, foundations first; of those possible, the author's first one."""
    topics = list(prerequisites)
    place = {topic: index for index, topic in enumerate(topics)}
    waiting = {topic: len(direct) for topic, direct in prerequisites.items()}
    free = [place[topic] for topic, count in waiting.items() if not count]
    heapify(free)
    while free:
        topic = topics[heappop(free)]
        yield topic
        for dependent in dependents[topic]:
            waiting[dependent] -= 1
            if not waiting[dependent]:
                heappush(free, place[dependent])
