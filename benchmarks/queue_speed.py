"""Planning a day over 100,000 and 1,000,000 cards, against bare retrievabilities of the same cards.

A fifth of them is due, a third is new, and every topic has to be judged by the gate. The first plan
takes the 200 reviews of the default preset, picked by worth, the second one all that are due.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.timing import Figure, compare, seconds_of
from scheduler.graph import PrerequisiteGraph, build_graph
from scheduler.memory import State
from scheduler.path import LearningPath
from scheduler.planning import plan_day
from scheduler.preset import DEFAULT_PARAMETERS, Preset
from scheduler.queue import QueueCard, Today

if TYPE_CHECKING:
    from collections.abc import Iterator

DUE, NEW, TOPICS = 20, 30, 2_000  # per cent; topics
SIZES = {100_000: 9, 1_000_000: 3}  # cards, and how often it is measured
DAY = 739_000
_DECAY = DEFAULT_PARAMETERS[20]


def make_graph(random: Random) -> PrerequisiteGraph:
    """Return 2,000 topics with about five prerequisites each."""
    return build_graph(
        {
            str(topic): [str(random.randrange(topic)) for _ in range(5) if topic]
            for topic in range(TOPICS)
        }
    )


def make_cards(graph: PrerequisiteGraph, size: int, random: Random) -> list[QueueCard]:
    """Return so many cards, in random order."""
    topics = graph.topological_order()
    # Shuffled before they are made, as a store returns them: in no useful order, but fresh.
    card_ids = random.sample(range(size), size)
    return [make_card(card_id, random.choice(topics), random) for card_id in card_ids]


def make_card(card_id: int, topic: str, random: Random) -> QueueCard:
    """Return one card; its id says whether it is due, waiting or new."""
    place = card_id % 100  # of a hundred cards, in hundredths
    new = place >= 100 - NEW
    wait = -random.randrange(30) if place < DUE else random.randrange(1, 300)
    return QueueCard(
        card_id=card_id,
        note_id=card_id,
        topic=topic,
        ordinal=0,
        level=random.choice(("breadth", "depth")),
        position=card_id,
        requires=(),
        state=State.NEW if new else State.REVIEW,
        due_day=None if new else DAY + wait,
        due_at=None,
        stability=None if new else random.uniform(1, 300),
        last_day=None if new else DAY - random.randrange(1, 300),
        learned=not new,
        suspended=False,
        buried_day=None,
        seconds=10.0,
        difficulty=None if new else random.uniform(1, 10),
    )


def recall(stability: float, elapsed: int, decay: float) -> float:
    """Return the retrievability as the formula of FSRS-6 stands, with nothing around it."""
    factor = 0.9 ** (-1 / decay) - 1
    return float((1 + factor * elapsed / stability) ** -decay)


def measure() -> Iterator[Figure]:
    """Yield the figures of planning."""
    for size, runs in SIZES.items():
        yield from _measure_size(size, runs)


def _measure_size(size: int, runs: int) -> Iterator[Figure]:
    random = Random(1)
    graph, today = make_graph(random), Today(DAY, 0)
    cards = make_cards(graph, size, random)
    path = LearningPath(graph.rank, graph.rank)
    memories = [(random.uniform(1, 300), random.randrange(300)) for _ in range(size)]
    stability, elapsed = np.array(memories).T
    factor = 0.9 ** (-1 / _DECAY) - 1

    def compute() -> float:
        return seconds_of(lambda: [recall(s, t, _DECAY) for s, t in memories])

    def compute_in_bulk() -> float:
        return seconds_of(lambda: (1 + factor * elapsed / stability) ** -_DECAY)

    for name, preset in (("by worth", Preset()), ("all", Preset(reviews_per_day=100_000))):

        def plan(preset: Preset = preset) -> float:
            return seconds_of(lambda: plan_day(cards, graph, today=today, preset=preset, path=path))

        label = f"plan, {size:,} cards, {name}"
        limit = 3 if size == min(SIZES) else None
        against = f"{label} / plain retrievabilities"
        yield compare(against, plan, compute, runs=runs, limit=limit, unit="ms", scale=1000)
        against = f"{label} / numpy's"
        yield compare(against, plan, compute_in_bulk, runs=runs, unit="ms", scale=1000)
