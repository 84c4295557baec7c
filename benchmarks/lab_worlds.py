"""Graphs and decks for the laboratory: generated ones, and a real one where it is at hand."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scheduler.graph import PrerequisiteGraph, build_graph
from scheduler.queue import QueueCard

if TYPE_CHECKING:
    from collections.abc import Mapping

# How long each card of a topic takes, against the usual: a definition is not a derivation.
PACES = (0.5, 0.7, 0.8, 1.0, 1.2, 1.8)
BREADTH = 6


class World(NamedTuple):
    """A deck in the laboratory.

    Attributes:
        graph: its topics.
        phases: the phase of each topic, 1 to 5.
        cards: all new.
        cards_of: the ids of each topic's cards.
        exercises: the cards that each card exercises.
        goals: topics worth reaching.
    """

    graph: PrerequisiteGraph
    phases: dict[str, int]
    cards: list[QueueCard]
    cards_of: dict[str, list[int]]
    exercises: dict[int, list[int]]
    goals: list[str]


def generate_world(seed: int, topics: int = 150) -> World:
    """A graph in the shape of real ones: 2.3 prerequisites a topic, most of them near, depth 13."""
    draw = random.Random(seed)
    names = [f"t{index:04}" for index in range(topics)]
    mapping: dict[str, list[str]] = {}
    for index, name in enumerate(names):
        if index < topics * 0.12:
            mapping[name] = []
            continue
        wanted = draw.choice((1, 1, 2, 2, 3, 3, 4))
        chosen: dict[str, None] = {}
        for _ in range(wanted):
            reach = max(int(index * 0.5), 6)
            low = max(index - reach, 0) if draw.random() < 0.5 else 0
            chosen[names[draw.randrange(low, index)]] = None
        mapping[name] = list(chosen)
    phases = {name: 1 + 5 * index // topics for index, name in enumerate(names)}
    return make_world(mapping, phases, seed)


def read_world(path: Path, seed: int = 0) -> World:
    """The world of a file that gives each concept its `prereqs`."""
    concepts = json.loads(path.read_text(encoding="utf-8"))
    mapping = {n: [p for p in c["prereqs"] if p in concepts] for n, c in concepts.items()}
    graph = build_graph(mapping)
    order = graph.topological_order()
    phases = {name: 1 + 5 * index // len(order) for index, name in enumerate(order)}
    return make_world({name: mapping[name] for name in order}, phases, seed)


def make_world(mapping: Mapping[str, list[str]], phases: dict[str, int], seed: int) -> World:
    """Give each topic its cards, in the author's order."""
    graph = build_graph(mapping)
    draw = random.Random(seed + 77)
    cards: list[QueueCard] = []
    cards_of: dict[str, list[int]] = {}
    for topic in graph.topological_order():
        cards_of[topic] = []
        for ordinal, pace in enumerate(PACES):
            number = len(cards) + 1
            level = "breadth" if ordinal < BREADTH else "depth"
            cards.append(new_card(number, topic, level, pace))
            cards_of[topic].append(number)
    exercises = {}
    for topic, direct in graph.prerequisites.items():
        beneath = [card for below in direct for card in cards_of[below]]
        for card in cards_of[topic]:
            exercises[card] = draw.sample(beneath, min(2, len(beneath)))
    late = [t for t in graph.rank if phases[t] >= 4 and len(graph.closure([t])) >= 10]
    return World(graph, phases, cards, cards_of, exercises, late)


def new_card(number: int, topic: str, level: str, pace: float) -> QueueCard:
    """A card never seen."""
    return QueueCard(
        card_id=number, note_id=number, topic=topic, ordinal=1, level=level, position=number,  # type: ignore[arg-type]
        requires=(), state=0, due_day=None, due_at=None, stability=None, last_day=None,
        learned=False, suspended=False, buried_day=None, seconds=expect_seconds(0, pace),
    )  # fmt: skip


def pace_of(card: int) -> float:
    """How long a card takes, against the usual."""
    return PACES[(card - 1) % len(PACES)]


def expect_seconds(state: int, pace: float) -> float:
    """The time a day's work on a card takes these learners."""
    return pace * (62.0, 22.0, 20.0, 22.0)[state]
