"""What is said when there is no card to show: the summary of a sitting, or why there is none."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from rich.text import Text

from mlready.terminal.documents.document_view import Hanging, clean
from mlready.terminal.wording import RATING_NAMES, date_of, duration, plural

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType

    from mlready.study.outlook import Outlook
    from mlready.study.session import Tally


def summary(
    tally: Tally, learned: Mapping[str, int], unlocked: list[str], streak: int, ahead: Outlook
) -> list[RenderableType]:
    """What the session brought, and what tomorrow holds.

    Args:
        tally: what was rated.
        learned: how many cards left their learning steps, by the title of their topic.
        unlocked: the titles of the topics that unlocked.
        streak: study days in a row.
        ahead: what is to come.
    """
    if not tally.reviews:
        return [Text("No card was rated.", "quiet"), *_ahead(ahead)]
    ratings = ", ".join(
        f"{count} {RATING_NAMES[rating].lower()}" for rating, count in sorted(tally.ratings.items())
    )
    pace = Text(f"{tally.seconds / tally.reviews:.0f} s a card", "quiet")
    if streak > 1:
        pace.append(f"; {plural(streak, 'day')} in a row", "quiet")
    parts: list[RenderableType] = [
        Text("Done for now" if ahead.left else "Done for today", "name"),
        Text(""),
        Text(f"{plural(tally.reviews, 'review')} in {duration(tally.seconds)}: {ratings}"),
        pace,
    ]
    if tally.begun:
        parts.append(Text(f"{plural(len(tally.begun), 'new card')} begun"))
    if learned:
        topics = "; ".join(f"{clean(title)} ({count})" for title, count in learned.items())
        text = f"{plural(sum(learned.values()), 'card')} learned: {topics}"
        parts.append(Hanging("", "  ", [Text(text, "done")]))
    if unlocked:
        names = "; ".join(clean(title) for title in unlocked)
        parts.append(Hanging("", "  ", [Text(f"Unlocked: {names}", "done")]))
    return [*parts, Text(""), *_ahead(ahead)]


def nothing_to_do(ahead: Outlook) -> list[RenderableType]:
    """The day is done before it began, and why."""
    heading, reason = _reason(ahead)
    parts: list[RenderableType] = [Text(heading, "name")]
    parts += [Text(reason)] if reason else []
    if ahead.cards > ahead.suspended:
        parts += _ahead(ahead)
    if ahead.locked:
        verb = "waits" if ahead.locked == 1 else "wait"
        line = f"{plural(ahead.locked, 'topic')} {verb} for prerequisites: mlready status"
        parts.append(Text(line, "quiet"))
    return parts


def _reason(ahead: Outlook) -> tuple[str, str]:
    if not ahead.cards:
        return (
            "This deck has no questions yet.",
            "Write some under questions/ (docs/deck-format.md says how), then: mlready check",
        )
    if ahead.cards == ahead.suspended:
        count = "The only card is" if ahead.cards == 1 else f"All {ahead.cards:,} cards are"
        return f"{count} suspended.", "To bring some back: mlready unsuspend TOPIC"
    if ahead.wait_ms is not None:
        minutes = plural(max(ceil(ahead.wait_ms / 60_000), 1), "minute")
        return "Nothing is due now.", f"The next card comes in {minutes}."
    if ahead.minutes_spent:
        return "The minutes of today are spent.", "For more: mlready config minutes_per_day"
    if ahead.new_spent:
        return "Today is done.", "For more new cards a day: mlready config new_per_day"
    return "Nothing is due today.", ""


def _ahead(ahead: Outlook) -> list[RenderableType]:
    """What today still holds, and tomorrow."""
    parts: list[RenderableType] = []
    if ahead.left:
        parts.append(Text(f"Today: {plural(ahead.left, 'card')} waiting"))
    counts = [
        plural(ahead.review, "review"),
        f"{ahead.learning} in learning",
        plural(ahead.new, "new card"),
    ]
    some = [text for text in counts if not text.startswith("0 ")]
    if some:
        parts.append(Text(f"Tomorrow: {', '.join(some)}; about {duration(ahead.seconds)}"))
    elif ahead.next_day is not None:
        due = f"{plural(ahead.next_count, 'review')} on {date_of(ahead.next_day)}"
        parts.append(Text(f"Tomorrow: nothing; next: {due}"))
    else:
        parts.append(Text("Tomorrow: nothing"))
    return parts
