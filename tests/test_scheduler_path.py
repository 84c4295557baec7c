"""The learner's path: in which order topics are begun, and which stay closed."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.graph import PrerequisiteGraph, build_graph
from scheduler.path import BREADTH_FIRST_PHASES, LearningPath, find_path
from tests.planning_fixtures import make_card, make_graph, plan_of

graphs = st.builds(
    lambda seed, size: make_graph(Random(seed), size),  # noqa: S311
    st.integers(0, 2**32),
    st.integers(1, 8),
)
phases_of_topics = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 5))
areas_of_topics = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("xy"))
goals = st.none() | st.sampled_from("abcdefgh")


def rising(graph: PrerequisiteGraph, phases: dict[str, int]) -> dict[str, int]:
    """Phases as a deck without mistakes has them: none before one of its foundations'."""
    return {
        topic: max(phases.get(below, 1) for below in graph.closure([topic])) for topic in graph.rank
    }


def breadth_order(path: LearningPath) -> list[str]:
    return sorted(path.breadth, key=path.breadth.__getitem__)


@settings(max_examples=1_000, deadline=None)
@given(graphs, phases_of_topics, goals, areas_of_topics, st.sampled_from([None, "x"]))
def test_path_is_topological_and_complete(
    graph: PrerequisiteGraph,
    phases: dict[str, int],
    goal: str | None,
    areas: dict[str, str],
    focus: str | None,
) -> None:
    """Even where a topic rests on one of a later phase, which is a mistake of the author."""
    path = find_path(graph, phases, goal=goal, areas=areas, focus=focus)
    places = [*path.breadth.values(), *path.depth.values()]
    assert sorted(places) == list(range(2 * len(graph.rank)))
    assert path.breadth.keys() == path.depth.keys() == graph.rank.keys()
    for topic, direct in graph.prerequisites.items():
        assert path.breadth[topic] < path.depth[topic]
        for below in direct:
            assert path.breadth[below] < path.breadth[topic]
            assert path.depth[below] < path.depth[topic]


@settings(max_examples=500, deadline=None)
@given(graphs, phases_of_topics, st.data())
def test_what_the_goal_rests_on_comes_first(
    graph: PrerequisiteGraph, phases: dict[str, int], data: st.DataObject
) -> None:
    goal = data.draw(st.sampled_from(list(graph.rank)))
    path = find_path(graph, phases, goal=goal)
    closure = graph.closure([goal])
    assert path.goal == closure
    first = breadth_order(path)[: len(closure)]
    assert set(first) == closure
    assert first[-1] == goal
    assert {path.depth[topic] for topic in closure} <= set(range(2 * len(closure)))


@settings(max_examples=500, deadline=None)
@given(graphs, phases_of_topics, goals)
def test_the_rest_comes_phase_by_phase_and_breadth_before_depth(
    graph: PrerequisiteGraph, phases: dict[str, int], goal: str | None
) -> None:
    phases = rising(graph, phases)
    path = find_path(graph, phases, goal=goal)
    rest = [topic for topic in breadth_order(path) if topic not in path.goal]
    assert [phases[topic] for topic in rest] == sorted(phases[topic] for topic in rest)
    early = [topic for topic in rest if phases[topic] <= BREADTH_FIRST_PHASES]
    for topic in early:
        assert all(path.breadth[other] < path.depth[topic] for other in early)
    for topic in rest[len(early) :]:
        assert path.depth[topic] == path.breadth[topic] + 1


@settings(max_examples=500, deadline=None)
@given(graphs)
def test_among_equals_the_topic_that_unlocks_most_comes_first(graph: PrerequisiteGraph) -> None:
    weight = {topic: len(graph.dependents_closure([topic])) - 1 for topic in graph.rank}
    assert weight == graph.count_dependents()
    begun: list[str] = []
    for topic in breadth_order(find_path(graph)):
        free = [t for t in graph.rank if t not in begun and {*graph.prerequisites[t]} <= {*begun}]
        assert topic == min(free, key=lambda t: (-weight[t], graph.rank[t]))
        begun.append(topic)


@settings(max_examples=500, deadline=None)
@given(graphs, areas_of_topics, goals, st.sampled_from([None, "x", "y", "z"]))
def test_only_the_focused_area_is_open(
    graph: PrerequisiteGraph, areas: dict[str, str], goal: str | None, focus: str | None
) -> None:
    closed = find_path(graph, goal=goal, areas=areas, focus=focus).closed
    for topic in graph.rank:
        above = graph.dependents_closure([topic])
        serves = any(areas.get(other) in {None, focus} or other == goal for other in above)
        assert (topic in closed) != serves


def test_goal_is_reached_depth_first() -> None:
    """One branch after the other, that of the weightier prerequisite first."""
    graph = build_graph(
        {
            "a": [],
            "b": [],
            "left": ["a"],
            "right": ["b"],
            "other": ["b"],
            "goal": ["left", "right"],
            "aside": ["right"],
        }
    )
    path = find_path(graph, goal="goal")
    assert breadth_order(path) == ["b", "right", "a", "left", "goal", "other", "aside"]


@pytest.mark.parametrize("goal", [None, "nowhere"])
def test_without_a_goal_the_whole_path_is_taken(goal: str | None) -> None:
    graph = build_graph({"late": [], "a": [], "b": ["a"], "later": ["late"]})
    path = find_path(graph, {"a": 1, "b": 3, "late": 4, "later": 4}, goal=goal)
    order = sorted(
        [(place, topic, "breadth") for topic, place in path.breadth.items()]
        + [(place, topic, "depth") for topic, place in path.depth.items()]
    )
    assert [f"{topic} {level}" for _, topic, level in order] == [
        *("a breadth", "b breadth", "a depth", "b depth"),
        *("late breadth", "late depth", "later breadth", "later depth"),
    ]
    assert path.goal == frozenset()


def test_new_cards_follow_the_path() -> None:
    prerequisites: dict[str, list[str]] = {"a": [], "b": [], "c": [], "shut": []}
    cards = [
        make_card(1, "a", level="depth"),
        make_card(2, "a", position=9),
        make_card(3, "b", level="depth"),
        make_card(4, "b", position=8, ordinal=1),
        make_card(5, "b", position=8, ordinal=0),
        make_card(6, "c"),
        make_card(7, "shut"),
    ]
    areas, graph = {"shut": "x"}, build_graph(prerequisites)
    whole = find_path(graph, areas=areas)
    assert plan_of(cards, prerequisites, path=whole).order == (2, 5, 4, 6, 1, 3)
    to_b = find_path(graph, areas=areas, goal="b", focus="x")
    assert plan_of(cards, prerequisites, path=to_b).order == (5, 4, 3, 2, 6, 7, 1)
