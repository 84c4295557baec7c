"""The learner's path through the deck: in which order topics are begun, and which stay closed.

Responsible for the order of new cards: the goal's closure first, depth first; then everything
else, phase by phase, breadth before depth. Whether a topic's foundations are firm enough to
build on is the gate's to say (`scheduler.gate`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from scheduler.graph import foundations_first

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scheduler.graph import PrerequisiteGraph

# In these phases the whole breadth is met before any depth.
BREADTH_FIRST_PHASES: Final = 3


class LearningPath(NamedTuple):
    """The order in which new cards are begun; made by `find_path`.

    Attributes:
        breadth: Each topic's place for its breadth cards, from 0; foundations come first.
        depth: Its place for its depth cards, on the same scale, never before its breadth.
        closed: Topics that are out of the way for now, so that nothing of them is begun.
        goal: The topics that the goal rests on and the goal; empty without one.
    """

    breadth: Mapping[str, int]
    depth: Mapping[str, int]
    closed: frozenset[str] = frozenset()
    goal: frozenset[str] = frozenset()


def find_path(
    graph: PrerequisiteGraph,
    phases: Mapping[str, int] | None = None,
    *,
    goal: str | None = None,
    areas: Mapping[str, str] | None = None,
    focus: str | None = None,
) -> LearningPath:
    """Find the path to a goal, or through the whole deck.

    With a goal its closure comes first, topic by topic in depth-first order. What is left
    follows phase by phase: the breadth of the first three phases, their depth, then the
    later phases topic by topic. Among equals the topic that more others rest on comes
    first, then the author's first one.

    Args:
        graph: The prerequisites of all topics.
        phases: The phase of each topic, from 1; those missing count as the first. A topic
            belongs to no earlier phase than what it rests on, whatever its author says.
        goal: The topic to reach; one that is not in the graph is no goal.
        areas: The area of each topic of the frontier.
        focus: The area picked. Topics of other areas are closed, but for those that the
            goal or an open topic rests on.
    """
    phase = _lift_phases(graph, phases or {})
    weight = graph.count_dependents()
    # On a topic rests all that rests on its dependents and more, so foundations come first.
    order = sorted(graph.rank, key=lambda t: (phase[t], -weight[t], graph.rank[t]))
    closure: list[str] = []
    if goal in graph.rank:
        closure = list(_find_goal_order(graph, str(goal), weight))
    reached = frozenset(closure)
    rest = [topic for topic in order if topic not in reached]
    early = [topic for topic in rest if phase[topic] <= BREADTH_FIRST_PHASES]
    late = [topic for topic in rest if phase[topic] > BREADTH_FIRST_PHASES]
    breadth: dict[str, int] = {}
    depth: dict[str, int] = {}
    for stage in (*([t] for t in closure), early, *([t] for t in late)):
        for places in (breadth, depth):
            start = len(breadth) + len(depth)
            places.update({topic: start + index for index, topic in enumerate(stage)})
    return LearningPath(breadth, depth, _find_closed(graph, areas or {}, focus, reached), reached)


def _lift_phases(graph: PrerequisiteGraph, phases: Mapping[str, int]) -> dict[str, int]:
    """Return the phase of each topic, at least that of each of its prerequisites."""
    lifted: dict[str, int] = {}
    for topic in graph.rank:
        below = (lifted[prerequisite] for prerequisite in graph.prerequisites[topic])
        lifted[topic] = max([phases.get(topic, 1), *below])
    return lifted


def _find_goal_order(
    graph: PrerequisiteGraph, goal: str, weight: Mapping[str, int]
) -> Iterable[str]:
    """Yield a goal's closure depth first, of several prerequisites the weightiest first."""

    def by_weight(topic: str) -> list[str]:
        return sorted(graph.prerequisites[topic], key=lambda p: (-weight[p], graph.rank[p]))

    return foundations_first([goal], by_weight)


def _find_closed(
    graph: PrerequisiteGraph, areas: Mapping[str, str], focus: str | None, goal: frozenset[str]
) -> frozenset[str]:
    """Return the topics of the frontier that are not in focus, nor under what is open."""
    aside = {topic for topic, area in areas.items() if area != focus and topic in graph.rank}
    wanted = [topic for topic in graph.rank if topic not in aside or topic in goal]
    return frozenset(aside - graph.closure(wanted))
