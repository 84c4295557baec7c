"""Small wordings that several screens share: waits, counts, dates."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from scheduler.memory import Memory, Rating, State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlready.errors import MlreadyError
    from mlready.store.flags import OpenFlag
    from scheduler.queue import QueueCard

RATING_NAMES = {
    Rating.AGAIN: "Again",
    Rating.HARD: "Hard",
    Rating.GOOD: "Good",
    Rating.EASY: "Easy",
}
STATE_NAMES = {
    State.NEW: "new",
    State.LEARNING: "learning",
    State.REVIEW: "review",
    State.RELEARNING: "relearning",
}


def explain_error(error: MlreadyError) -> str:
    """What went wrong and what to do, in a line."""
    text = f"{error}; {error.hint}" if error.hint else str(error)
    return text[:1].upper() + text[1:]


def plural(count: int, one: str, many: str = "") -> str:
    """A count with its noun: "1 card", "2 cards"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def wait_until(memory: Memory, now_ms: int, day: int) -> str:
    """How long until a card is due: "<1m", "10m", "3d", "2.4mo", "1.2y"."""
    if memory.due_day is not None:
        return span_of_days(memory.due_day - day)
    minutes = ((memory.due_at or now_ms) - now_ms) / 60_000
    if minutes < 0.75:
        return "<1m"
    if minutes < 60:
        return f"{minutes:.0f}m"
    return f"{minutes / 60:.0f}h"


def span_of_days(days: int) -> str:
    """A number of days, briefly."""
    if days < 31:
        return f"{days}d"
    if days < 365:
        return f"{days / 30.4:.1f}mo"
    return f"{days / 365.25:.1f}y"


def duration(seconds: float) -> str:
    """A duration as people say it."""
    minutes = round(seconds / 60)
    if seconds < 60:
        return f"{round(seconds)} s"
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02} min"


def date_of(day: int) -> str:
    """A study day's date."""
    return datetime.date.fromordinal(day).isoformat()


def schedule_in_words(card: QueueCard, today: int) -> str:
    """When a card comes again, or why it does not: "due tomorrow", "new", "suspended"."""
    if card.suspended:
        return "suspended"
    if card.due_day is not None:
        return f"due {due_in_words(card.due_day, today)}"
    return STATE_NAMES[State(card.state)]


def flags_in_words(flags: Iterable[OpenFlag]) -> str:
    """What a card is flagged as, for its line of tags: "flagged: unclear"; empty without flags."""
    reasons = ", ".join(sorted({flag.reason for flag in flags}))
    return f"flagged: {reasons}" if reasons else ""


def due_in_words(due_day: int, today: int) -> str:
    """When a card is due, relative to today."""
    days = due_day - today
    if days < 0:
        return f"overdue by {plural(-days, 'day')}"
    if days < 2:
        return ("today", "tomorrow")[days]
    return f"in {span_of_days(days)} ({date_of(due_day)})"
