"""The prerequisite graph against brute force."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.graph import ImpliedEdge, build_graph, find_cycle

Mapping = dict[str, list[str]]


@st.composite
def acyclic(draw: st.DrawFn) -> Mapping:
    """Prerequisites of up to ten topics, which the author wrote in any order."""
    topics = draw(st.permutations("abcdefghij"[: draw(st.integers(0, 10))]))
    mapping = {}
    for place, topic in enumerate(topics):
        earlier = topics[:place]
        mapping[topic] = draw(st.lists(st.sampled_from(earlier))) if earlier else []
    return {topic: mapping[topic] for topic in draw(st.permutations(topics))}


@st.composite
def any_mapping(draw: st.DrawFn) -> Mapping:
    topics = "abcdef"[: draw(st.integers(1, 6))]
    names = st.lists(st.sampled_from(topics), max_size=3)
    return {topic: draw(names) for topic in topics}


def reach(mapping: Mapping, topic: str) -> set[str]:
    """What lies strictly below a topic, by asking until nothing is new."""
    found = set(mapping[topic])
    while more := {below for name in found for below in mapping[name]} - found:
        found |= more
    return found


@given(acyclic())
def test_closures_equal_brute_force(mapping: Mapping) -> None:
    graph = build_graph(mapping)
    for topic in mapping:
        below = reach(mapping, topic)
        assert graph.closure([topic]) == below | {topic}
        above = {other for other in mapping if topic in reach(mapping, other)}
        assert graph.dependents_closure([topic]) == above | {topic}
    assert graph.closure(mapping) == set(mapping)


@given(acyclic())
def test_both_directions_agree(mapping: Mapping) -> None:
    graph = build_graph(mapping)
    forth = {(t, p) for t, names in graph.prerequisites.items() for p in names}
    back = {(t, p) for p, names in graph.dependents.items() for t in names}
    assert forth == back == {(t, p) for t, names in mapping.items() for p in names}


@given(acyclic())
def test_order_is_topological_and_the_authors_where_free(mapping: Mapping) -> None:
    graph = build_graph(mapping)
    expected: list[str] = []
    while len(expected) < len(mapping):
        expected.append(
            next(
                topic
                for topic, names in mapping.items()
                if topic not in expected and set(names) <= set(expected)
            )
        )
    assert graph.topological_order() == tuple(expected)
    assert [graph.rank[topic] for topic in expected] == list(range(len(expected)))


@given(acyclic())
def test_implied_edges_equal_brute_force(mapping: Mapping) -> None:
    graph = build_graph(mapping)
    edges = graph.implied_edges()
    assert [(edge.topic, edge.prerequisite) for edge in edges] == [
        (topic, name)
        for topic, names in mapping.items()
        for name in dict.fromkeys(names)
        if any(name in reach(mapping, other) for other in names)
    ]
    for edge in edges:
        assert edge.via in mapping[edge.topic]
        assert edge.prerequisite in reach(mapping, edge.via)
    dropped = {(edge.topic, edge.prerequisite) for edge in edges}
    rest = {
        topic: [name for name in names if (topic, name) not in dropped]
        for topic, names in mapping.items()
    }
    assert all(reach(rest, topic) == reach(mapping, topic) for topic in mapping)


@given(any_mapping())
def test_cycle_is_found_exactly_if_there_is_one(mapping: Mapping) -> None:
    cycle = find_cycle(mapping)
    assert (cycle is not None) == any(t in reach(mapping, t) for t in mapping)
    if cycle is None:
        assert len(build_graph(mapping).rank) == len(mapping)
        return
    assert len(cycle) == len(set(cycle))
    for topic, prerequisite in zip(cycle, [*cycle[1:], cycle[0]], strict=True):
        assert prerequisite in mapping[topic]
    assert cycle[0] == next(topic for topic in mapping if topic in cycle)
    with pytest.raises(ValueError, match="must not form a cycle"):
        build_graph(mapping)


def test_cycle_is_named_in_order() -> None:
    mapping = {"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]}
    assert find_cycle(mapping) == ["a", "b", "c"]
    with pytest.raises(ValueError, match="cycle: a -> b -> c -> a"):
        build_graph(mapping)


def test_topic_may_not_rest_on_itself() -> None:
    assert find_cycle({"a": ["a"]}) == ["a"]


def test_unknown_prerequisite_is_refused() -> None:
    assert find_cycle({"a": ["b"]}) is None
    with pytest.raises(ValueError, match="'a' names the prerequisite 'b'"):
        build_graph({"a": ["b"]})


def test_unknown_topic_has_no_closure() -> None:
    with pytest.raises(KeyError, match="a"):
        build_graph({}).closure(["a"])


def test_implied_edge_says_by_what() -> None:
    graph = build_graph({"a": [], "b": ["a"], "c": ["a", "b"]})
    assert graph.implied_edges() == [ImpliedEdge("c", "a", "b")]


def test_long_chain_does_not_exhaust_the_stack() -> None:
    chain = {str(n): [str(n - 1)] if n else [] for n in range(20_000)}
    graph = build_graph(chain)
    assert len(graph.closure(["19999"])) == 20_000
    assert find_cycle(chain | {"0": ["19999"]}) is not None


def test_large_graph_is_fast() -> None:
    """A second is a hundred times what it takes."""
    mapping = {
        str(n): [str((n * k * 7919 + k) * 31 % n) for k in range(1, 6)] if n else []
        for n in range(2_000)
    }
    start = perf_counter()
    graph = build_graph(mapping)
    graph.implied_edges()
    graph.closure(mapping)
    assert perf_counter() - start < 1
