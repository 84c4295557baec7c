"""Planning a day over 100,000 cards against 100,000 retrievabilities in plain Python.

20,000 reviews are due; the first plan takes the 200 of the default preset, the second one all.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from benchmarks.timing import Figure, compare, seconds_of
from scheduler.graph import PrerequisiteGraph, build_graph
from scheduler.memory import State
from scheduler.planning import plan_day
from scheduler.preset import DEFAULT_PARAMETERS, Preset
from scheduler.queue import QueueCard, Today

if TYPE_CHECKING:
    from collections.abc import Iterator

CARDS, DUE, NEW, TOPICS, RUNS = 100_000, 20_000, 30_000, 2_000, 9
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


def make_cards(graph: PrerequisiteGraph, random: Random) -> list[QueueCard]:
    """Return cards of which 20,000 are due and 30,000 new, in random order."""
    topics = graph.topological_order()
    # Shuffled before they are made, as a store returns them: in no useful order, but fresh.
    card_ids = random.sample(range(CARDS), CARDS)
    return [make_card(card_id, random.choice(topics), random) for card_id in card_ids]


def make_card(card_id: int, topic: str, random: Random) -> QueueCard:
    """Return one card; its id says whether it is due, waiting or new."""
    new = card_id >= CARDS - NEW
    wait = -random.randrange(30) if card_id < DUE else random.randrange(1, 300)
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
    )


def recall(stability: float, elapsed: int, decay: float) -> float:
    """Return the retrievability as the formula of FSRS-6 stands, with nothing around it."""
    factor = 0.9 ** (-1 / decay) - 1
    return float((1 + factor * elapsed / stability) ** -decay)


def measure() -> Iterator[Figure]:
    """Yield the figures of planning."""
    random = Random(1)
    graph, today = make_graph(random), Today(DAY, 0)
    cards = make_cards(graph, random)
    memories = [(random.uniform(1, 300), random.randrange(300)) for _ in range(CARDS)]

    def compute() -> float:
        return seconds_of(lambda: [recall(s, t, _DECAY) for s, t in memories])

    for name, preset in (("200 of", Preset()), ("all", Preset(reviews_per_day=CARDS))):

        def plan(preset: Preset = preset) -> float:
            return seconds_of(lambda: plan_day(cards, graph, today=today, preset=preset))

        label = f"plan, {name} {DUE:,} due / {CARDS:,} retrievabilities"
        yield compare(label, plan, compute, runs=RUNS, limit=3, unit="ms", scale=1000)
