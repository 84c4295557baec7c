#!/usr/bin/env python3
"""Time of planning a day over 100,000 cards against 100,000 retrievabilities.

Prints the ratio of the medians, measured in turns in one process. 20,000 reviews are due;
the first plan takes the 200 of the default preset, the second one all of them.
"""

from __future__ import annotations

import sys
from random import Random
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from scheduler.graph import PrerequisiteGraph, build_graph
from scheduler.memory import State, retrievability
from scheduler.planning import plan_day
from scheduler.preset import DEFAULT_PARAMETERS, Preset
from scheduler.queue import QueueCard, Today

if TYPE_CHECKING:
    from collections.abc import Callable

CARDS, DUE, NEW, TOPICS, RUNS = 100_000, 20_000, 30_000, 2_000, 9
DAY = 739_000


def make_graph(random: Random) -> PrerequisiteGraph:
    """Return 2,000 topics with about five prerequisites each."""
    return build_graph(
        {
            str(topic): [str(random.randrange(topic)) for _ in range(5) if topic]
            for topic in range(TOPICS)
        }
    )


def make_cards(graph: PrerequisiteGraph, random: Random) -> list[QueueCard]:
    """Return cards of which 20,000 are due and 30,000 new, shuffled."""
    topics = graph.topological_order()
    cards = [make_card(card_id, random.choice(topics), random) for card_id in range(CARDS)]
    random.shuffle(cards)
    return cards


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


def measure(work: Callable[[], object]) -> float:
    """Return the seconds that one call takes."""
    start = perf_counter()
    work()
    return perf_counter() - start


def main() -> None:
    """Measure and print."""
    random = Random(1)
    graph, today = make_graph(random), Today(DAY, 0)
    cards = make_cards(graph, random)
    memories = [(random.uniform(1, 300), random.randrange(300)) for _ in range(CARDS)]
    unlimited = Preset(reviews_per_day=CARDS)

    def compute() -> list[float]:
        return [retrievability(s, t, DEFAULT_PARAMETERS) for s, t in memories]

    def plan_default() -> object:
        return plan_day(cards, graph, today=today, preset=Preset())

    def plan_all() -> object:
        return plan_day(cards, graph, today=today, preset=unlimited)

    tasks = (compute, plan_default, plan_all)
    rounds = [[measure(task) for task in tasks] for _ in range(RUNS)]
    base, some, everything = (median(times) for times in zip(*rounds, strict=True))
    sys.stdout.write(
        f"{CARDS} retrievabilities in plain Python: {base * 1000:.1f} ms\n"
        f"plan, 200 of {DUE} due: {some * 1000:.1f} ms, ratio {some / base:.2f}\n"
        f"plan, all {DUE} due: {everything * 1000:.1f} ms, "
        f"ratio {everything / base:.2f}\n"
    )


if __name__ == "__main__":
    main()
