"""A sitting from its first line to its last: news, the plan, reviews, the summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from mlready import clock
from mlready.study.news import unseen_notice
from mlready.terminal import review_screens as screens
from mlready.terminal.review_loop import ReviewLoop
from mlready.terminal.wording import date_of, duration, plural

if TYPE_CHECKING:
    from datetime import tzinfo

    from mlready.store.opening import Progress
    from mlready.study.session import Session
    from mlready.terminal.display import Display
    from mlready.terminal.keyboard import Keys


def review(
    progress: Progress, display: Display, keys: Keys, zone: tzinfo, notices: list[str]
) -> None:
    """Do today's reviews.

    Args:
        progress: the deck and its progress, in sync.
        display: where screens go.
        keys: where keys come from.
        zone: the learner's time zone.
        notices: lines to show with the first card.
    """
    if progress.report is None or progress.report.is_empty:
        notices = notices + unseen_notice(progress.reader)
    loop = ReviewLoop(progress, display, keys, zone, notices)
    session = loop.session
    if session.next_card(clock.now_ms()) is None:
        _say_nothing_due(loop, display)
        return
    if display.plain:
        display.print([_plan_line(session)])
    loop.run()
    tomorrow = _due_by(session, session.day.day + 1)
    titles = {name: topic.title for name, topic in session.day.topics.items()}
    display.show_screen(screens.summary(session.tally, titles, tomorrow, session.remaining))


def _plan_line(session: Session) -> Text:
    """Today's plan in a line, for those who read lines."""
    new, learning, due = session.counts()
    seconds = sum(session.day.cards[card].seconds for card in session.queue)
    plan = f"{new} new, {learning} in learning, {plural(due, 'review')}; about "
    return Text(f"Today: {plan}{duration(seconds)}.")


def _due_by(session: Session, day: int) -> int:
    """Cards that will be due on a day: reviews, and steps that a night ends."""
    return sum(
        1
        for card in session.day.cards.values()
        if not card.suspended
        and (card.due_at is not None or (card.due_day is not None and card.due_day <= day))
    )


def _say_nothing_due(loop: ReviewLoop, display: Display) -> None:
    session = loop.session
    due = [card.due_day for card in session.day.cards.values() if card.due_day is not None]
    future = [day for day in due if day > session.day.day]
    text = "There are no cards in learning yet."
    if session.later:
        minutes = (min(session.later.values()) - clock.now_ms()) // 60_000 + 1
        text = f"The next card comes in {plural(minutes, 'minute')}."
    elif future:
        count = future.count(min(future))
        text = f"{plural(count, 'review')} due on {date_of(min(future))}."
    for notice in loop.notices:
        display.print(screens.notice(notice))
    display.print(screens.nothing_to_do(text, len(session.locked)))
