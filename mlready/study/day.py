"""The learner's study day: everything planning needs, read once, and the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from mlready.errors import StoreError
from mlready.store.exercising import Recall, read_exercisers, read_recalls, read_weight
from mlready.store.presets import FOCUS, GOAL, preset_from, rollover_hour_from
from mlready.store.reading import (
    Reader,
    TopicRow,
    read_done_today,
    read_known,
    read_pace,
    read_phases,
    read_queue_cards,
    read_settings,
    read_topics,
)
from scheduler.credit import credit_card
from scheduler.days import StudyCalendar
from scheduler.graph import PrerequisiteGraph, build_graph
from scheduler.memory import State
from scheduler.path import LearningPath, find_path
from scheduler.planning import plan_day
from scheduler.queue import DoneToday, Plan, QueueCard, Today

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from scheduler.pace import Pace
    from scheduler.preset import Preset


@dataclass(slots=True)
class StudyDay:
    """One study day of one learner.

    Attributes:
        day: the study day, as `scheduler.days` counts.
        phases: their titles, in order.
        topics: by id, in reading order.
        cards: by card id, as they are now.
        goal: the topic to reach, if the learner has one that the deck still has.
        focus: the area of the frontier that the learner picked.
        path: the order in which topics are begun.
        pace: how long cards take the learner.
        credits: what reviews of other cards have done for some, by card id; `cards` has them so.
    """

    day: int
    calendar: StudyCalendar
    preset: Preset
    phases: tuple[str, ...]
    topics: dict[str, TopicRow]
    graph: PrerequisiteGraph
    cards: dict[int, QueueCard]
    known: frozenset[str]
    done: DoneToday
    goal: str | None
    focus: str | None
    path: LearningPath
    pace: Pace
    credits: dict[int, Credit]

    def plan(self, now_ms: int) -> Plan:
        """The rest of the day."""
        return plan_day(
            list(self.cards.values()),
            self.graph,
            today=Today(self.day, now_ms, self.done),
            preset=self.preset,
            path=self.path,
            known=self.known,
            unreadable=self.unreadable,
        )

    @property
    def unreadable(self) -> frozenset[str]:
        """The topics whose cards cannot be read for now."""
        return frozenset(topic.id for topic in self.topics.values() if topic.unreadable)


class Credit(NamedTuple):
    """A card that others have exercised since its last review.

    Attributes:
        due_day: when it would be due without.
        recalls: what exercised it.
    """

    due_day: int
    recalls: list[Recall]


def read_day(reader: Reader, now_ms: int, zone: tzinfo) -> StudyDay:
    """Read the study day that a moment lies in.

    Args:
        reader: the store.
        now_ms: the moment, in Unix milliseconds.
        zone: where the learner is.
    """
    with reader.snapshot():
        return _read_day(reader, now_ms, zone)


def _read_day(reader: Reader, now_ms: int, zone: tzinfo) -> StudyDay:
    settings = read_settings(reader)
    preset, rollover_hour = make_sense(settings)
    calendar = StudyCalendar(zone, rollover_hour)
    topics = {topic.id: topic for topic in read_topics(reader)}
    graph = build_graph({name: topic.prerequisites for name, topic in topics.items()})
    day = calendar.day_of(now_ms)
    goal = settings.get(GOAL)
    goal = goal if goal in topics else None
    focus = settings.get(FOCUS)
    cards = {c.card_id: c for c in read_queue_cards(reader, day, preset.parameters)}
    credited = _give_credit(reader, cards, day, preset)
    return StudyDay(
        day=day,
        calendar=calendar,
        preset=preset,
        phases=read_phases(reader),
        topics=topics,
        graph=graph,
        cards=cards,
        known=read_known(reader),
        done=read_done_today(reader, day),
        goal=goal,
        focus=focus,
        path=find_path_through(graph, topics, goal, focus),
        pace=read_pace(reader),
        credits=credited,
    )


def make_sense(settings: Mapping[str, str]) -> tuple[Preset, int]:
    """How cards are scheduled, and the hour at which a day begins, by stored settings.

    Raises:
        StoreError: one of them makes no sense, say to another version of this program.
    """
    try:
        return preset_from(settings), rollover_hour_from(settings)
    except ValueError as error:
        hint = "see `mlready config`, and go back to a default with `mlready config NAME --unset`"
        raise StoreError(f"a stored setting makes no sense: {error}", hint) from error


def _give_credit(
    reader: Reader, cards: dict[int, QueueCard], day: int, preset: Preset
) -> dict[int, Credit]:
    """Let reviews of other cards count for those they exercise, as far as they have proved to."""
    weight = read_weight(reader)
    if not weight:
        return {}
    last_days = {
        card.card_id: int(card.last_day)
        for card in cards.values()
        if card.state == State.REVIEW and card.last_day is not None
    }
    credited = {}
    for card_id, recalls in read_recalls(reader, read_exercisers(reader), last_days, day).items():
        plain = cards[card_id]
        cards[card_id] = credit_card(plain, [recall.day for recall in recalls], weight, preset)
        credited[card_id] = Credit(plain.due_day or 0, recalls)
    return credited


def find_path_through(
    graph: PrerequisiteGraph,
    topics: Mapping[str, TopicRow],
    goal: str | None,
    focus: str | None,
) -> LearningPath:
    """The order in which the deck's topics are begun on the way to a goal."""
    phases = {topic.id: topic.phase for topic in topics.values()}
    areas = {topic.id: topic.area for topic in topics.values() if topic.area is not None}
    return find_path(graph, phases, goal=goal, areas=areas, focus=focus)
