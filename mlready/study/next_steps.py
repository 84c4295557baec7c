"""What can be learned now, what that would unlock, and how far the goal is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from mlready.study.headway import Headway, find_ground, measure_headway
from scheduler.memory import State

if TYPE_CHECKING:
    from mlready.study.day import StudyDay
    from scheduler.diagnosis import Gap, Ground
    from scheduler.queue import QueueCard


class Step(NamedTuple):
    """A topic with new cards that can be learned now.

    Attributes:
        topic: which one.
        in_goal: whether the goal rests on it, or is it.
        cards: how many of its new cards are unlocked.
        seconds: about how long it takes to learn them.
        unlocks: topics that wait for nothing else, in the order of the path.
        above: how many topics rest on it in all, directly or not.
    """

    topic: str
    in_goal: bool
    cards: int
    seconds: float
    unlocks: tuple[str, ...]
    above: int


class Blocked(NamedTuple):
    """A topic with new cards that wait, and where to begin so that they need not."""

    topic: str
    cause: Gap


@dataclass(frozen=True, slots=True)
class NextSteps:
    """What comes next.

    Attributes:
        steps: what can be learned now, in the order of the path.
        headway: how far the goal is.
        locked: topics that wait, in the order of the path, each with its first cause.
        closed: how many topics are out of focus.
        new_left: how many new cards the limits still allow today.
    """

    steps: list[Step]
    headway: Headway
    locked: list[Blocked]
    closed: int
    new_left: int


def look_for_steps(day: StudyDay, now_ms: int) -> NextSteps:
    """Look for what can be learned now, the day's limits aside.

    Args:
        day: today.
        now_ms: the moment, in Unix milliseconds.
    """
    ground = find_ground(day, now_ms)
    free, waiting = _sort_new_cards(day, ground)
    causes = ground.find_first_causes(waiting)
    only_for = defaultdict(list)
    for topic, below in waiting.items():
        if len(below) == 1:
            only_for[below[0]].append(topic)
    return NextSteps(
        steps=[_step(day, topic, cards, only_for[topic]) for topic, cards in free.items()],
        headway=measure_headway(day, ground),
        locked=[Blocked(topic, gap) for topic, gap in causes.items()],
        closed=len(day.path.closed),
        new_left=max(day.preset.new_per_day - day.done.new, 0),
    )


def _sort_new_cards(
    day: StudyDay, ground: Ground
) -> tuple[dict[str, list[QueueCard]], dict[str, tuple[str, ...]]]:
    """The new cards that can be begun, by topic, and the topics of which none can.

    The latter come with what they wait for; both are in the order of the path.
    """
    aside = day.known | day.path.closed
    places: dict[str, int] = {}
    free: dict[str, list[QueueCard]] = defaultdict(list)
    waiting: dict[str, list[QueueCard]] = defaultdict(list)
    for card in day.cards.values():
        if card.state != State.NEW or card.suspended or card.topic in aside:
            continue
        order = day.path.breadth if card.level == "breadth" else day.path.depth
        place = order[card.topic]
        if ground.can_begin(card):
            free[card.topic].append(card)
        elif ground.waits_for(card):
            waiting[card.topic].append(card)
        else:
            continue  # it is buried until tomorrow
        places[card.topic] = min(place, places.get(card.topic, place))
    order_of_path = sorted(places, key=places.__getitem__)
    return (
        {topic: free[topic] for topic in order_of_path if topic in free},
        {
            topic: ground.find_waits(topic, waiting[topic])
            for topic in order_of_path
            if topic not in free
        },
    )


def _step(day: StudyDay, topic: str, cards: list[QueueCard], unlocks: list[str]) -> Step:
    return Step(
        topic=topic,
        in_goal=topic in day.path.goal,
        cards=len(cards),
        seconds=sum(card.seconds for card in cards),
        unlocks=tuple(unlocks),
        above=len(day.graph.dependents_closure([topic])) - 1,
    )
