"""A sitting from its first line to its last: news, the plan, reviews, the summary."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING

from rich.text import Text

from mlready import clock
from mlready.errors import MlreadyError
from mlready.study.learning import learn_from_history
from mlready.study.news import unseen_notice
from mlready.study.outlook import look_ahead
from mlready.study.overview import read_streak
from mlready.terminal.review import closing_screens
from mlready.terminal.review.loop import ReviewLoop
from mlready.terminal.review.screens import notice
from mlready.terminal.wording import duration, plural

if TYPE_CHECKING:
    from datetime import tzinfo

    from rich.console import RenderableType

    from mlready.store.opening import Progress
    from mlready.study.session import Session
    from mlready.terminal.display import Display
    from mlready.terminal.keyboard import Keys


def review(  # noqa: PLR0913 - all that a sitting is made of
    progress: Progress,
    display: Display,
    keys: Keys,
    zone: tzinfo,
    notices: list[str],
    *,
    images: bool = False,
    writing: bool = False,
) -> None:
    """Do today's reviews.

    Args:
        progress: the deck and its progress, in sync.
        display: where screens go.
        keys: where keys come from.
        zone: the learner's time zone.
        notices: lines to show with the first card.
        images: whether the learner wants pictures of formulas too.
        writing: whether the learner writes each answer before the true one is shown.
    """
    if progress.report is None or progress.report.is_empty:
        notices = notices + unseen_notice(progress.reader)
    loop = ReviewLoop(progress, display, keys, zone, notices, writing=writing)
    now = clock.now_ms()
    if loop.session.next_card(now) is None:
        for text in loop.notices:
            display.print(notice(text))
        display.print(closing_screens.nothing_to_do(look_ahead(loop.session, now)))
        if loop.session.day.done.notes:
            display.print([Text("`mlready undo` takes back today's last rating.", "quiet")])
        return
    if display.plain:
        display.print([_plan_line(loop.session)])
    with display.full_screen():
        loop.notices.extend(_ask_for_pictures(display, keys) if images else [])
        loop.run()
    display.print(_summary(progress, loop.session))
    if loop.session.tally.reviews:
        try:
            learn_from_history(progress)  # last, so that nobody waits for it
        except MlreadyError as error:
            # No failure of the sitting: every rating is kept, and the next one learns from it.
            text = f"Your ratings are kept, but could not be learnt from for now: {error}"
            display.print([Text(text, "quiet")])


def _summary(progress: Progress, session: Session) -> list[RenderableType]:
    day, tally = session.day, session.tally
    learned = Counter(
        day.topics[day.cards[card].topic].title
        for card in sorted(tally.learned)
        if card in day.cards  # an edit may have taken it out of the deck since
    )
    unlocked = [day.topics[topic].title for topic in tally.unlocked if topic in day.topics]
    streak = read_streak(progress.reader, day.day)
    ahead = look_ahead(session, clock.now_ms())
    return closing_screens.summary(tally, learned, unlocked, streak, ahead)


def _plan_line(session: Session) -> Text:
    """Today's plan in a line, for those who read lines."""
    new, learning, due = session.counts()
    seconds = sum(session.day.cards[card].seconds for card in session.queue)
    plan = f"{new} new, {learning} in learning, {plural(due, 'review')}; about "
    return Text(f"Today: {plan}{duration(seconds)}.")


def _ask_for_pictures(display: Display, keys: Keys) -> list[str]:
    """Have the display show pictures of formulas, if it can; else what to say about it."""
    from mlready.terminal.typeset.pictures import ask  # noqa: PLC0415 - only when asked for

    found = ask(display, keys, os.environ)
    if isinstance(found, str):
        return [found]
    display.pictures = found
    return []
