"""Where the learner stands: phases, topics, what is due, the streak."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mlready.store.reading import REVIEW_DAYS, Reader
from mlready.study.headway import Headway, find_ground, measure_headway
from scheduler.memory import State

if TYPE_CHECKING:
    from mlready.study.day import StudyDay

Standing = Literal["empty", "known", "learned", "started", "unlocked", "locked", "closed"]


@dataclass(frozen=True, slots=True)
class PhaseStanding:
    """One phase in numbers of topics, and of cards."""

    number: int
    title: str
    topics: int
    empty: int
    unlocked: int
    known: int
    cards: int
    cards_learned: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The learner's standing today.

    Attributes:
        new, learning, review: cards left today.
        minutes: about how long they take.
        reviewed: reviews done today.
        streak: study days in a row, today or yesterday the last.
        closed: topics that are out of focus, and not begun.
        headway: how far the goal is; None without one.
    """

    phases: list[PhaseStanding]
    new: int
    learning: int
    review: int
    minutes: float
    reviewed: int
    streak: int
    locked: int
    suspended: int
    closed: int = 0
    headway: Headway | None = None


def topic_standings(day: StudyDay, locked: dict[str, tuple[str, ...]]) -> dict[str, Standing]:
    """Where each topic stands.

    A topic is learned when each of its breadth cards has been, and known when the learner says so;
    one that is out of focus is closed, unless it was begun before.
    """
    cards = defaultdict(list)
    for card in day.cards.values():
        cards[card.topic].append(card)
    standings: dict[str, Standing] = {}
    for topic in day.topics:
        mine = cards[topic]
        breadth = [card for card in mine if card.level == "breadth"] or mine
        if topic in day.known:
            standings[topic] = "known"
        elif not mine:
            standings[topic] = "empty"
        elif all(card.learned for card in breadth):
            standings[topic] = "learned"
        elif any(card.state != State.NEW for card in mine):
            standings[topic] = "started"
        elif topic in day.path.closed:
            standings[topic] = "closed"
        else:
            standings[topic] = "locked" if topic in locked else "unlocked"
    return standings


def survey(reader: Reader, day: StudyDay, now_ms: int) -> Overview:
    """Look over the whole deck.

    Args:
        reader: the store.
        day: today.
        now_ms: the moment, in Unix milliseconds.
    """
    plan = day.plan(now_ms)
    standings = topic_standings(day, dict(plan.locked))
    days = reader.rows(REVIEW_DAYS)
    return Overview(
        phases=[
            _phase(number, title, day, standings) for number, title in enumerate(day.phases, 1)
        ],
        new=plan.new,
        learning=plan.learning + len(plan.later),
        review=plan.review,
        minutes=plan.seconds / 60,
        reviewed=sum(count for study_day, count in days if study_day == day.day),
        streak=count_streak([study_day for study_day, _ in days], day.day),
        locked=len(plan.locked),
        suspended=sum(card.suspended for card in day.cards.values()),
        closed=sum(standing == "closed" for standing in standings.values()),
        headway=measure_headway(day, find_ground(day, now_ms)) if day.goal else None,
    )


def read_streak(reader: Reader, today: int) -> int:
    """The learner's streak of study days, as `count_streak` counts."""
    return count_streak([study_day for study_day, _ in reader.rows(REVIEW_DAYS)], today)


def schedule_of(day: StudyDay, card_id: int) -> dict[str, object]:
    """A card's schedule for tools: its state, whether it is suspended, when it is due."""
    card = day.cards[card_id]
    due = None if card.due_day is None else day.calendar.date_of(card.due_day).isoformat()
    return {
        "state": State(card.state).name.lower(),
        "suspended": card.suspended,
        "due": due,
        "due_at_ms": card.due_at,
        "stability_days": card.stability,
    }


def count_streak(days: list[int], today: int) -> int:
    """Study days in a row up to today, or up to yesterday while today is still open.

    Args:
        days: the days with reviews, latest first.
        today: the study day.
    """
    streak = 0
    expected = today if days[:1] == [today] else today - 1
    for day in days:
        if day != expected:
            break
        streak += 1
        expected -= 1
    return streak


def _phase(number: int, title: str, day: StudyDay, standings: dict[str, Standing]) -> PhaseStanding:
    topics = {name for name, topic in day.topics.items() if topic.phase == number}
    cards = [card for card in day.cards.values() if card.topic in topics]
    mine = [standings[name] for name in topics]
    return PhaseStanding(
        number=number,
        title=title,
        topics=len(topics),
        empty=mine.count("empty"),
        unlocked=sum(standing in {"unlocked", "started"} for standing in mine),
        known=sum(standing in {"known", "learned"} for standing in mine),
        cards=len(cards),
        cards_learned=sum(card.learned for card in cards),
    )
