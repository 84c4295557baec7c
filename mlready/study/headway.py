"""How far the learner is towards the goal, or through the whole deck without one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scheduler.diagnosis import Ground
from scheduler.memory import State
from scheduler.queue import Today

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlready.study.day import StudyDay
    from scheduler.queue import QueueCard


class Headway(NamedTuple):
    """How far the learner is.

    Attributes:
        goal: the topic to reach; None: all topics that are open.
        topics: so many have cards or are known from elsewhere; the others hold nobody up.
        ready: those of them that can be built on today.
        learned: those of which each breadth card has been learned.
        known: those known from elsewhere.
        empty: topics without questions.
        aside: topics of which all cards are suspended.
        cards: cards in study of the topics that are not known.
        cards_left: those not learned yet.
        seconds_left: about how long these take to learn, later reviews aside.
        suspended: cards out of study; they do not count.
        weak: topics with learned cards that are recalled too weakly today, in reading order.
        has_questions: whether the goal itself has questions, or is known; True without a goal.
        beyond: cards of the goal's topics that wait for topics outside of them.
        outside: these topics.
    """

    goal: str | None
    topics: int
    ready: int
    learned: int
    known: int
    empty: int
    aside: int
    cards: int
    cards_left: int
    seconds_left: float
    suspended: int
    weak: tuple[str, ...]
    has_questions: bool
    beyond: int
    outside: tuple[str, ...]

    @property
    def reached(self) -> bool:
        """Whether the goal is reached: each of its topics is known, or learned and ready."""
        all_learned = self.learned + self.known == self.topics
        return self.goal is not None and 0 < self.topics == self.ready and all_learned

    def as_record(self) -> dict[str, object]:
        """All of it for tools."""
        return self._asdict() | {"reached": self.reached}


def find_ground(day: StudyDay, now_ms: int) -> Ground:
    """What the learner stands on in a study day, at a moment in Unix milliseconds."""
    return Ground(
        day.cards.values(),
        day.graph,
        today=Today(day.day, now_ms, day.done),
        preset=day.preset,
        path=day.path,
        known=day.known,
        unreadable=day.unreadable,
    )


def measure_headway(day: StudyDay, ground: Ground) -> Headway:
    """Measure how far the learner is towards the goal; without one, through what is open."""
    scope = day.path.goal or day.topics.keys() - day.path.closed
    mine = {topic: ground.cards_of(topic) for topic in scope - day.known}
    cards = [card for some in mine.values() for card in some if not card.suspended]
    studied = {card.topic for card in cards}
    empty = sum(not some for some in mine.values())
    left = [card for card in cards if not card.learned]
    beyond = _look_beyond(day, ground, left)
    return Headway(
        goal=day.goal,
        topics=len(studied) + len(scope & day.known),
        ready=sum(ground.is_ready(topic) for topic in studied | (scope & day.known)),
        learned=sum(all(card.learned for card in ground.counting(topic)) for topic in studied),
        known=len(scope & day.known),
        empty=empty,
        aside=len(mine) - len(studied) - empty,
        cards=len(cards),
        cards_left=len(left),
        seconds_left=sum(card.seconds for card in left),
        suspended=sum(map(len, mine.values())) - len(cards),
        weak=tuple(topic for topic in day.topics if topic in studied and _is_weak(ground, topic)),
        has_questions=day.goal is None or bool(mine.get(day.goal, "known")),
        beyond=len(beyond),
        outside=tuple(dict.fromkeys(topic for some in beyond for topic in some)),
    )


def _is_weak(ground: Ground, topic: str) -> bool:
    gap = ground.find_gap(topic)
    return gap is not None and gap.cause == "weak"


def _look_beyond(
    day: StudyDay, ground: Ground, cards: Iterable[QueueCard]
) -> list[tuple[str, ...]]:
    """The topics outside of the goal that cards wait for; of cards that wait for any."""
    new = [card for card in cards if day.path.goal and card.state == State.NEW]
    waits = (tuple(t for t in ground.waits_for(c) if t not in day.path.goal) for c in new)
    return [topics for topics in waits if topics]
