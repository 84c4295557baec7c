"""How far the learner is towards the goal, or through the whole deck without one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scheduler.diagnosis import Ground
from scheduler.queue import Today

if TYPE_CHECKING:
    from mlready.study.day import StudyDay


class Headway(NamedTuple):
    """How far the learner is.

    Attributes:
        goal: the topic to reach; None: all topics that are open.
        topics: so many have cards or are known from elsewhere; the others hold nobody up.
        ready: those of them that can be built on today.
        learned: those of which each breadth card has been learned.
        known: those known from elsewhere.
        empty: topics without cards in study.
        cards: cards in study of the topics that are not known.
        cards_left: those not learned yet.
        seconds_left: about how long these take to learn, later reviews aside.
    """

    goal: str | None
    topics: int
    ready: int
    learned: int
    known: int
    empty: int
    cards: int
    cards_left: int
    seconds_left: float


def find_ground(day: StudyDay, now_ms: int) -> Ground:
    """What the learner stands on in a study day, at a moment in Unix milliseconds."""
    return Ground(
        day.cards.values(),
        day.graph,
        today=Today(day.day, now_ms, day.done),
        preset=day.preset,
        path=day.path,
        known=day.known,
        unreadable=frozenset(topic.id for topic in day.topics.values() if topic.unreadable),
    )


def measure_headway(day: StudyDay, ground: Ground) -> Headway:
    """Measure how far the learner is towards the goal; without one, through what is open."""
    scope = day.path.goal or day.topics.keys() - day.path.closed
    learned = ready = empty = 0
    cards = []
    for topic in scope:
        mine = [card for card in ground.cards_of(topic) if not card.suspended]
        if topic not in day.known:
            if not mine:
                empty += 1
                continue
            cards += mine
            learned += all(card.learned for card in ground.counting(topic))
        ready += ground.is_ready(topic)
    left = [card for card in cards if not card.learned]
    return Headway(
        goal=day.goal,
        topics=len(scope) - empty,
        ready=ready,
        learned=learned,
        known=len(scope & day.known),
        empty=empty,
        cards=len(cards),
        cards_left=len(left),
        seconds_left=sum(card.seconds for card in left),
    )
