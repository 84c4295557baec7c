"""Graphs and decks for the laboratory: generated ones, and a real one where it is at hand."""

from __future__ import annotations

import json
import random
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from scheduler.graph import PrerequisiteGraph, build_graph
from scheduler.queue import QueueCard

if TYPE_CHECKING:
    from collections.abc import Mapping

# A real graph of machine-learning concepts; it is not part of the project.
REAL_GRAPH: Final = Path(__file__).parents[3] / "shared" / "data" / "metacademy-graph.json"
# How long each card of a topic takes, against the usual: a definition is not a derivation.
PACES: Final = (0.5, 0.7, 0.8, 1.0, 1.2, 1.8)
# Seconds that a day's work on a card takes these learners, repeated steps included, by its state.
DAYS_WORK: Final = (53.0, 27.0, 21.0, 20.0)
# Goals lie in the last two of five phases, and rest on some depth of topics.
_GOAL_PHASE, _LEAST_CLOSURE = 4, 10

Kind: TypeAlias = Literal["generated", "real"]


class Shape(NamedTuple):
    """What a world looks like.

    Attributes:
        kind: Where its graph comes from.
        topics: How many, where generated.
        breadth: How many of the six cards of a topic are of breadth; the others are of depth.
        rests_on_all: Whether dependents rest on all cards of a topic, or on its breadth.
        exercised: How many cards beneath it each card exercises.
    """

    kind: Kind = "generated"
    topics: int = 150
    breadth: int = len(PACES)
    rests_on_all: bool = False
    exercised: int = 2


class World(NamedTuple):
    """A deck in the laboratory.

    Attributes:
        graph: Its topics.
        phases: The phase of each topic, 1 to 5.
        cards: All new, in the author's order.
        cards_of: The ids of each topic's cards.
        breadth_of: Those of breadth.
        foundations_of: Those of them that dependents rest on.
        exercises: The cards that each card exercises.
        goals: Topics worth reaching.
    """

    graph: PrerequisiteGraph
    phases: dict[str, int]
    cards: list[QueueCard]
    cards_of: dict[str, list[int]]
    breadth_of: dict[str, list[int]]
    foundations_of: dict[str, list[int]]
    exercises: dict[int, list[int]]
    goals: list[str]


@lru_cache(maxsize=64)
def make_world(shape: Shape, seed: int) -> World:
    """Make the world of a shape and a seed, always the same one.

    Raises:
        OSError: The real graph is not at hand.
    """
    if shape.kind == "real":
        mapping = read_prerequisites(REAL_GRAPH)
    else:
        mapping = generate_prerequisites(seed, shape.topics)
    return _furnish(mapping, shape, seed)


def generate_prerequisites(seed: int, topics: int) -> dict[str, list[str]]:
    """Generate a graph in the shape of real ones.

    Per topic that is no root 2.3 prerequisites, half of them near; 150 topics are about 14 deep.
    """
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
    return mapping


def read_prerequisites(path: Path) -> dict[str, list[str]]:
    """Read a file that gives each concept its `prereqs`."""
    concepts = json.loads(path.read_text(encoding="utf-8"))
    return {
        name: [below for below in concept["prereqs"] if below in concepts]
        for name, concept in concepts.items()
    }


def pick_goal(world: World, seed: int, least: int, most: int) -> str:
    """Return a goal whose closure has from `least` to `most` topics, or is nearest to that."""

    def miss(topic: str) -> int:
        size = len(world.graph.closure([topic]))
        return max(least - size, size - most, 0)

    misses = {topic: miss(topic) for topic in world.goals}
    best = min(misses.values())
    return random.Random(f"{seed} goal").choice(
        [topic for topic in world.goals if misses[topic] == best]
    )


def pace_of(card: int) -> float:
    """Return how long a card takes, against the usual."""
    return PACES[(card - 1) % len(PACES)]


def _furnish(mapping: Mapping[str, list[str]], shape: Shape, seed: int) -> World:
    """Give each topic its phase and its cards."""
    graph = build_graph(mapping)
    order = graph.topological_order()
    draw = random.Random(f"{seed} exercises")
    cards: list[QueueCard] = []
    cards_of: dict[str, list[int]] = {}
    for topic in order:
        cards_of[topic] = []
        for ordinal in range(len(PACES)):
            card = _make_card(len(cards) + 1, topic, is_breadth=ordinal < shape.breadth)
            cards.append(card)
            cards_of[topic].append(card.card_id)
    resting = len(PACES) if shape.rests_on_all else shape.breadth
    exercises = {}
    for topic, direct in graph.prerequisites.items():
        beneath = [card for below in direct for card in cards_of[below]]
        for number in cards_of[topic]:
            exercises[number] = draw.sample(beneath, min(shape.exercised, len(beneath)))
    phases = {topic: 1 + 5 * index // len(order) for index, topic in enumerate(order)}
    return World(
        graph,
        phases,
        cards,
        cards_of,
        breadth_of={topic: mine[: shape.breadth] for topic, mine in cards_of.items()},
        foundations_of={topic: mine[:resting] for topic, mine in cards_of.items()},
        exercises=exercises,
        goals=_find_goals(graph, phases),
    )


def _find_goals(graph: PrerequisiteGraph, phases: Mapping[str, int]) -> list[str]:
    """Return the late topics that rest on many, or the latest ones."""
    late = [topic for topic in graph.rank if phases[topic] >= _GOAL_PHASE]
    deep = [topic for topic in late if len(graph.closure([topic])) >= _LEAST_CLOSURE]
    return deep or late


def _make_card(number: int, topic: str, *, is_breadth: bool) -> QueueCard:
    return QueueCard(
        card_id=number,
        note_id=number,
        topic=topic,
        ordinal=1,
        level="breadth" if is_breadth else "depth",
        position=number,
        requires=(),
        state=0,
        due_day=None,
        due_at=None,
        stability=None,
        last_day=None,
        learned=False,
        suspended=False,
        buried_day=None,
        seconds=DAYS_WORK[0] * pace_of(number),
    )
