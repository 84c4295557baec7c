"""Small wordings that several screens share: waits, counts, dates."""

from __future__ import annotations

import datetime

from scheduler.memory import Memory, Rating, State

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


def due_in_words(due_day: int, today: int) -> str:
    """When a card is due, relative to today."""
    days = due_day - today
    if days < 0:
        return f"overdue by {plural(-days, 'day')}"
    if days < 2:
        return ("today", "tomorrow")[days]
    return f"in {span_of_days(days)} ({date_of(due_day)})"
