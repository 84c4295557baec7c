"""What is still to come: later today, tomorrow, and why nothing may be due now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scheduler.queue import DoneToday

if TYPE_CHECKING:
    from mlready.study.day import StudyDay
    from mlready.study.session import Session


@dataclass(frozen=True, slots=True)
class Outlook:
    """What comes after the cards of now.

    Attributes:
        cards: all cards of the deck.
        suspended: those out of study.
        locked: topics that wait for their prerequisites.
        left: cards left today, those in steps included.
        wait_ms: milliseconds until the next step ends, if any does today.
        new_spent: whether only the day's limit keeps new cards back.
        minutes_spent: whether only the day's minutes do.
        new, learning, review: cards of tomorrow.
        seconds: about how long they take.
        next_day: the first study day with a review after today; None if there is none.
        next_count: how many reviews are due on it.
    """

    cards: int
    suspended: int
    locked: int
    left: int
    wait_ms: int | None
    new_spent: bool
    minutes_spent: bool
    new: int
    learning: int
    review: int
    seconds: float
    next_day: int | None
    next_count: int


def look_ahead(session: Session, now_ms: int) -> Outlook:
    """Look at what remains of today, and at tomorrow as it stands now."""
    day = session.day
    cards = list(day.cards.values())
    tomorrow = replace(day, day=day.day + 1, done=DoneToday())
    plan = tomorrow.plan(day.calendar.start_of(tomorrow.day))
    due = [card.due_day for card in cards if card.due_day is not None and not card.suspended]
    future = [when for when in due if when > day.day]
    return Outlook(
        cards=len(cards),
        suspended=sum(card.suspended for card in cards),
        locked=len(session.locked),
        left=session.remaining,
        wait_ms=max(min(session.later.values()) - now_ms, 0) if session.later else None,
        new_spent=_limits_bind(day, now_ms, new=True),
        minutes_spent=_limits_bind(day, now_ms, new=False),
        new=plan.new,
        learning=plan.learning + len(plan.later),
        review=plan.review,
        seconds=plan.seconds,
        next_day=min(future, default=None),
        next_count=future.count(min(future)) if future else 0,
    )


def _limits_bind(day: StudyDay, now_ms: int, *, new: bool) -> bool:
    """Whether there would be more to do today without one of the day's limits."""
    if new:
        preset = replace(day.preset, new_per_day=100_000)
    else:
        preset = replace(day.preset, minutes_per_day=None)
    if preset == day.preset:
        return False
    return len(replace(day, preset=preset).plan(now_ms).order) > len(day.plan(now_ms).order)
