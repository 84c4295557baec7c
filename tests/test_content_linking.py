"""What only shows between files; the docstring of a test is the deck, over a small good one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlready.content.checks import Attachments
from mlready.content.deck import Name, Topic, Unit
from mlready.content.linking import MAX_CYCLES, MAX_TOPICS, link_units
from scheduler.graph import build_graph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mlready.content.deck import Deck

TOPICS = "topics/1-basics.yaml"
QUESTIONS = "questions/sets.yaml"


def test_unknown_names(problems: list[str]) -> None:
    """
    --- topics/2-later.yaml
    topics:
      - id: maps
        title: Maps
        prerequisites: [set, sets]
        why: They carry structure.
        area: scalling
    --- questions/maps.yaml
    topic: map
    questions: []
    --- questions/sets.yaml
    topic: sets
    questions:
      - id: russell
        kind: failure-mode
        question: When is there no set of all $x$ with $P(x)$?
        answer: '![a paradox](russell.svg)'
        source: {ref: halmos-1961, at: Section 2}
        claim: no_such_claim
        requires: [maps, cardinals]
    """
    assert problems == [
        'questions/maps.yaml:1:8: error: unknown topic "map" in topic',
        f'{QUESTIONS}:6:27: error: there is no picture "russell.svg" in media/',
        f'{QUESTIONS}:7:19: error: unknown reference "halmos-1961"',
        f'{QUESTIONS}:8:12: error: unknown claim "no_such_claim"',
        f'{QUESTIONS}:9:16: warning: "maps" rests on "sets", this question\'s own topic',
        f'{QUESTIONS}:9:22: error: unknown topic "cardinals" in requires',
        'topics/2-later.yaml:2:9: warning: topic "maps" has no question yet',
        'topics/2-later.yaml:4:21: error: unknown topic "set" in prerequisites',
        'topics/2-later.yaml:6:11: error: unknown area "scalling"',
    ]


def test_hints_name_what_was_meant(compile_text: Callable[[str], Deck]) -> None:
    deck = compile_text("--- questions/more.yaml\ntopic: stes\nquestions: []\n")
    assert [problem.hint for problem in deck.problems] == ['did you mean "sets"?']


def test_second_identities(problems: list[str]) -> None:
    """
    --- topics/1-also.yaml
    topics:
      - {id: sets, title: Sets again, prerequisites: [], why: Twice.}
    --- questions/also.yaml
    topic: sets
    questions:
      - id: russell
        kind: example
        question: Which?
        answer: That.
        source: {ref: halmos-1960}
    """
    assert problems == [
        f'{QUESTIONS}:3:9: error: a second question "sets/russell" '
        "(first: questions/also.yaml:3:9)",
        f'{TOPICS}:2:10: error: a second topic "sets" (first: topics/1-also.yaml:2:10)',
    ]


def test_cycles_are_printed(problems: list[str]) -> None:
    """
    --- topics/1-basics.yaml
    topics:
      - {id: sets, title: Sets, prerequisites: [], why: All.}
      - {id: a, title: A, prerequisites: [sets, c], why: A.}
      - {id: b, title: B, prerequisites: [a], why: B.}
      - {id: c, title: C, prerequisites: [b], why: C.}
      - {id: d, title: D, prerequisites: [d], why: D.}
    """
    assert [line for line in problems if "no question" not in line] == [
        f"{TOPICS}:3:45: error: prerequisites form a cycle: a → c → b → a",
        f"{TOPICS}:6:39: error: prerequisites form a cycle: d → d",
    ]


def test_phases_and_implied_edges(problems: list[str]) -> None:
    """
    --- topics/1-basics.yaml
    topics:
      - {id: sets, title: Sets, prerequisites: [], why: All.}
      - {id: maps, title: Maps, prerequisites: [sets, sets], why: All.}
      - {id: groups, title: Groups, prerequisites: [sets, maps, rings], why: All.}
    --- topics/2-later.yaml
    topics:
      - {id: rings, title: Rings, prerequisites: [maps], why: All.}
    --- topics/3-latest.yaml
    topics:
      - {id: fields, title: Fields, prerequisites: [rings], why: All.}
    """
    assert [line for line in problems if "no question" not in line] == [
        f'{TOPICS}:3:51: warning: "sets" is listed twice',
        f'{TOPICS}:4:49: warning: "sets" is already implied by "maps"',
        f'{TOPICS}:4:55: warning: "maps" is already implied by "rings"',
        f'{TOPICS}:4:61: error: "groups" (phase 1) rests on "rings", which comes later (phase 2)',
        "topics/3-latest.yaml:1:1: error: phase 3 does not exist: deck.yaml names 2",
    ]


def test_requires(problems: list[str]) -> None:
    """
    --- topics/1-basics.yaml
    topics:
      - {id: sets, title: Sets, prerequisites: [], why: All.}
      - {id: maps, title: Maps, prerequisites: [sets], why: All.}
      - {id: logic, title: Logic, prerequisites: [], why: All.}
    --- questions/sets.yaml
    topic: sets
    questions:
      - id: russell
        kind: failure-mode
        question: Which set?
        answer: This one.
        source: {ref: halmos-1960}
        requires: [sets, maps, logic]
    """
    assert [line for line in problems if "no question" not in line] == [
        f'{QUESTIONS}:8:16: warning: "sets" is already implied by the topic "sets"',
        f'{QUESTIONS}:8:22: warning: "maps" rests on "sets", this question\'s own topic',
    ]


def test_coverage(problems: list[str]) -> None:
    """
    --- topics/1-basics.yaml
    topics:
      - {id: sets, title: Sets, prerequisites: [], why: All.}
      - {id: maps, title: Maps, prerequisites: [], why: All.}
    --- questions/sets.yaml
    topic: sets
    questions:
      - id: russell
        kind: example
        question: Which set?
        answer: This one.
    """
    assert problems == [
        f'{QUESTIONS}:3:9: warning: "russell" names no source',
        f'{TOPICS}:2:10: warning: topic "sets" has no failure-mode question',
        f'{TOPICS}:3:10: warning: topic "maps" has no question yet',
    ]


def test_former_names(problems: list[str]) -> None:
    """
    --- topics/1-basics.yaml
    topics:
      - {id: sets, title: Sets, prerequisites: [], why: All., formerly: [maps, old]}
      - {id: maps, title: Maps, prerequisites: [], why: All., formerly: [old]}
    --- questions/sets.yaml
    topic: sets
    questions:
      - id: russell
        kind: failure-mode
        cloze: '{{c1::This}}'
        source: {ref: halmos-1960}
        formerly: [sets/other, sets/gone]
      - id: other
        kind: failure-mode
        cloze: '{{c1::This}}'
        source: {ref: halmos-1960}
        formerly: [sets/gone, sets/other]
    """
    assert [line for line in problems if "no question" not in line] == [
        f'{QUESTIONS}:7:16: error: formerly "sets/other" is the key of a question of today',
        f'{QUESTIONS}:12:16: error: formerly "sets/gone" is also claimed by "sets/russell"',
        f'{QUESTIONS}:12:27: error: formerly "sets/other" is the key of a question of today',
        f'{TOPICS}:2:70: error: formerly "maps" is a topic of today',
        f'{TOPICS}:3:70: error: formerly "old" is also claimed by "sets"',
    ]


def test_history_follows(compile_text: Callable[[str], Deck]) -> None:
    deck = compile_text(
        "--- topics/1-basics.yaml\n"
        "topics: [{id: sets, title: S, prerequisites: [], why: w, formerly: [classes]}]\n"
        "--- questions/sets.yaml\n"
        "topic: sets\n"
        "questions:\n"
        "- {id: a, kind: failure-mode, cloze: '{{c1::b}}', source: {ref: halmos-1960}}\n"
        "- id: b\n"
        "  kind: example\n"
        "  cloze: '{{c1::b}}'\n"
        "  source: {ref: halmos-1960}\n"
        "  formerly: [classes/a, maps/b]\n"
    )
    assert deck.problems == []
    assert deck.renames == {
        "classes/a": "sets/b",
        "maps/b": "sets/b",
        "classes/b": "sets/b",
    }


def test_what_is_retired_is_gone(problems: list[str]) -> None:
    """
    --- topics/1-basics.yaml
    topics:
      - {id: sets, title: Sets, prerequisites: [], why: All.}
    retired: [sets, classes]
    --- questions/sets.yaml
    topic: sets
    questions:
      - id: russell
        kind: failure-mode
        cloze: '{{c1::This}}'
        source: {ref: halmos-1960}
    retired: [gone, russell]
    """
    assert problems == [
        f'{QUESTIONS}:7:17: error: "sets/russell" is retired and still there',
        f'{TOPICS}:3:11: error: "sets" is retired and still there',
    ]


def test_no_deck_yaml() -> None:
    problems = link_units([], Attachments(frozenset(), frozenset())).problems
    assert [str(p.location) for p in problems] == ["deck.yaml:1:1"]


def test_a_broken_deck_yaml_makes_no_area_unknown(problems: list[str]) -> None:
    """
    --- deck.yaml
    id: small
    title: Small
    phases: [Basics
    --- topics/1-basics.yaml
    topics:
      - {id: sets, title: Sets, prerequisites: [], why: All., area: scaling}
    """
    assert len(problems) == 1
    assert problems[0].startswith("deck.yaml:4:1: error: YAML syntax")


def one_file(topics: Iterable[tuple[str, list[str]]]) -> Deck:
    """A deck of topics, each with its prerequisites."""
    made = tuple(
        Topic("topics/1-a.yaml", Name(topic, row, 1), topic, 1, names, "", None, ())
        for row, (topic, below) in enumerate(topics, 1)
        for names in [tuple(Name(name, row, column) for column, name in enumerate(below, 2))]
    )
    units = [Unit("topics/1-a.yaml", topics=made)]
    return link_units(units, Attachments(frozenset(), frozenset()))


MANY: dict[str, list[tuple[str, list[str]]]] = {
    "each rests on itself": [(f"t{n}", [f"t{n}"]) for n in range(MAX_TOPICS)],
    "each rests on the next": [(f"t{n}", [f"t{n + 1}"]) for n in range(MAX_TOPICS)],
    "one great circle": [(f"t{n}", [f"t{(n + 1) % MAX_TOPICS}"]) for n in range(MAX_TOPICS)],
    "pairs": [(f"t{n}", [f"t{n ^ 1}"]) for n in range(MAX_TOPICS)],
    "each on a hundred": [
        (f"t{n}", [f"t{(n * 7 + m) % 1_000}" for m in range(100)]) for n in range(1_000)
    ],
    "one on all": [(f"t{n}", []) for n in range(4_000)] + [("t", [f"t{n}" for n in range(4_000)])],
    "unknown": [(f"t{n}", [f"u{n}"]) for n in range(MAX_TOPICS)],
    "too many": [(f"t{n}", []) for n in range(20_000)],
    "the same": [("t", []) for n in range(20_000)],
}


@pytest.mark.parametrize("name", MANY)
def test_great_and_broken_graphs_are_linked_and_left_acyclic(name: str) -> None:
    deck = one_file(MANY[name])
    graph = build_graph(deck.prerequisites())
    assert len(graph.topological_order()) == len(deck.topics) <= MAX_TOPICS
    cycles = [p for p in deck.errors if "cycle" in p.message]
    assert len(cycles) <= MAX_CYCLES
    assert all(len(p.message) < 1_000 for p in deck.problems)
