"""The card on the screen: puts together what is shown of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from mlready import clock
from mlready.study.steps import take_steps
from mlready.terminal.display import Look, Screen
from mlready.terminal.review import screens

if TYPE_CHECKING:
    from rich.console import RenderableType

    from mlready.store.reading import CardContent
    from mlready.terminal.review.state import ReviewState, ShownCard

_LOW = 12  # lines of a window


def show(state: ReviewState, shown: ShownCard, *, turned: bool = False) -> None:
    """Show the card, from its answer on if it was just turned and its question is long."""
    window, display = state.window, state.display
    if turned and shown.card.is_cloze:
        window.show_change(lambda look: screen(state, shown, look))
        return
    asked = len(_asked(shown, display.look)) if turned else 0
    if asked and not display.plain:
        # In a low window, what parts the answer from the question would be all there is of it.
        asked += 1 if display.size.lines >= _LOW else 3
    window.show(lambda look: screen(state, shown, look), start_at=asked)


def show_change(state: ReviewState, shown: ShownCard) -> None:
    """Show the card again, scrolled as it was, but for what just changed."""
    state.window.show_change(lambda look: screen(state, shown, look))


def tell_point(state: ReviewState, shown: ShownCard) -> None:
    """Show what the ticks have become; line by line, the ratings are not told anew at each."""
    if not state.display.plain or shown.recital.is_through:
        show_change(state, shown)
        return
    below = [*screens.remark(shown.remark), *screens.suggestion(shown.recital), Text("")]
    state.display.print(below)


def say(state: ReviewState, shown: ShownCard, text: str) -> None:
    """Say below the card what a key did."""
    shown.remark = text
    show_change(state, shown)


def screen(state: ReviewState, shown: ShownCard, look: Look) -> Screen:
    """The card as far as it is revealed, and what can be done."""
    head = screens.header(_header(state, shown.card), look)
    body = _asked(shown, look) + _answered(shown, look)
    return Screen(head, body, [*screens.remark(shown.remark), *_foot(state, shown, look)])


def _asked(shown: ShownCard, look: Look) -> list[RenderableType]:
    parts = [part for text in shown.notices for part in screens.notice(text)]
    card, memory = shown.card, shown.memory
    revealed = shown.is_revealed
    return parts + screens.question(card, memory, look, revealed=revealed, marks=shown.marks)


def _answered(shown: ShownCard, look: Look) -> list[RenderableType]:
    """What is shown of the answer, with what the learner wrote."""
    if not shown.steps:
        return []
    if shown.typed is None:
        return _truth(shown, look)
    from mlready.terminal.editor.typed_answers import beside  # noqa: PLC0415 - only if asked for

    return beside(shown.typed, look, lambda column: _truth(shown, column))


def _truth(shown: ShownCard, look: Look) -> list[RenderableType]:
    if shown.is_revealed:
        return screens.answer(shown.card, look, recital=shown.recital)
    return screens.beginning(take_steps(shown.card.answer, shown.steps), look)


def _header(state: ReviewState, card: CardContent) -> screens.Header:
    day = state.session.day
    topic = day.topics[card.topic]
    phase = day.phases[topic.phase - 1] if topic.phase <= len(day.phases) else ""
    done, counts = state.session.finished, state.session.counts()
    return screens.Header(f"{topic.phase} {phase}", topic.title, done, *counts)


def _foot(state: ReviewState, shown: ShownCard, look: Look) -> list[RenderableType]:
    offer, total = state.weak.offer is not None, shown.total
    if shown.is_revealed:
        return [*screens.suggestion(shown.recital), _ratings(state, shown, look, offer=offer)]
    by_steps = shown.goes_by_steps
    if shown.steps:
        return [screens.steps_line(look, shown=shown.steps, total=total, by_steps=by_steps)]
    writes = not shown.is_written
    line = screens.reveal_line(look, offer=offer, writes=writes, total=total, by_steps=by_steps)
    return [line]


def _ratings(state: ReviewState, shown: ShownCard, look: Look, *, offer: bool) -> RenderableType:
    from scheduler.fsrs_adapter import preview  # noqa: PLC0415 - py-fsrs imports slowly

    day, now = state.session.day, clock.now_ms()
    previews = preview(shown.memory, now, day.day, day.preset, shown.card.card_id)
    suggested = shown.recital.suggested
    return screens.rating_line(previews, now, day.day, look, offer=offer, suggested=suggested)
