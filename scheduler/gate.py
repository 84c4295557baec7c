"""Which topics are unlocked: no new card is shown before what it rests on.

A gate says of each topic with cards whether the learner may build on it. A topic without
cards, or whose cards are all suspended, is transparent: one looks through it to its own
prerequisites, so that it never blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import filterfalse
from operator import attrgetter
from typing import TYPE_CHECKING, TypeAlias

from scheduler.preset import Preset
from scheduler.queue import QueueCard

if TYPE_CHECKING:
    from scheduler.graph import PrerequisiteGraph

# Topic with cards -> whether one may build on it; transparent topics are absent.
Readiness: TypeAlias = Mapping[str, bool]
# From all cards, the study day and the preset.
Gate: TypeAlias = Callable[[Sequence[QueueCard], int, Preset], Readiness]


def learned_topics(
    cards: Sequence[QueueCard],
    _day: int,
    _preset: Preset,
) -> dict[str, bool]:
    """Return each topic with cards in study, true where a card has been learned."""
    topic, learned_, suspended = map(attrgetter, ("topic", "learned", "suspended"))
    learned = set(map(topic, filter(learned_, cards)))
    in_study = set(map(topic, filterfalse(suspended, cards)))
    return {topic: topic in learned for topic in in_study}


def missing_prerequisites(graph: PrerequisiteGraph, ready: Readiness) -> dict[str, tuple[str, ...]]:
    """Return each topic, foundations first, with the prerequisites it waits for.

    A topic with none is unlocked.
    """
    missing: dict[str, tuple[str, ...]] = {}
    for topic in graph.rank:
        missing[topic] = find_unready(graph.prerequisites[topic], ready, missing)
    return missing


def find_unready(
    topics: Iterable[str], ready: Readiness, missing: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """Return those of `topics` one may not yet build on.

    Args:
        topics: Prerequisites of a topic or of a card.
        ready: What the gate says.
        missing: What transparent topics among `topics` wait for.
    """
    unready: dict[str, None] = {}
    for topic in topics:
        if topic not in ready:
            unready |= dict.fromkeys(missing[topic])
        elif not ready[topic]:
            unready[topic] = None
    return tuple(unready)
