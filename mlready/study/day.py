"""The learner's study day: everything planning needs, read once, and the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlready.errors import StoreError
from mlready.store.presets import preset_from, rollover_hour_from
from mlready.store.reading import (
    Reader,
    TopicRow,
    read_done_today,
    read_known,
    read_phases,
    read_queue_cards,
    read_settings,
    read_topics,
)
from scheduler.days import StudyCalendar
from scheduler.graph import PrerequisiteGraph, build_graph
from scheduler.planning import plan_day
from scheduler.queue import DoneToday, Plan, QueueCard, Today

if TYPE_CHECKING:
    from datetime import tzinfo

    from scheduler.preset import Preset


@dataclass(slots=True)
class StudyDay:
    """One study day of one learner.

    Attributes:
        day: the study day, as `scheduler.days` counts.
        phases: their titles, in order.
        topics: by id, in reading order.
        cards: by card id, as they are now.
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

    def plan(self, now_ms: int) -> Plan:
        """The rest of the day."""
        return plan_day(
            list(self.cards.values()),
            self.graph,
            today=Today(self.day, now_ms, self.done),
            preset=self.preset,
            known=self.known,
            unreadable=frozenset(t.id for t in self.topics.values() if t.unreadable),
        )


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
    try:
        preset, rollover_hour = preset_from(settings), rollover_hour_from(settings)
    except ValueError as error:
        hint = "see `mlready config`, and go back to a default with `mlready config NAME --unset`"
        raise StoreError(f"a stored setting makes no sense: {error}", hint) from error
    calendar = StudyCalendar(zone, rollover_hour)
    topics = {topic.id: topic for topic in read_topics(reader)}
    day = calendar.day_of(now_ms)
    return StudyDay(
        day=day,
        calendar=calendar,
        preset=preset,
        phases=read_phases(reader),
        topics=topics,
        graph=build_graph({name: topic.prerequisites for name, topic in topics.items()}),
        cards={card.card_id: card for card in read_queue_cards(reader)},
        known=read_known(reader),
        done=read_done_today(reader, day),
    )
