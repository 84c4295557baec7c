"""What keys do to cards: rate, undo, suspend, bury. Each is written down before it shows."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from mlready import clock
from mlready.errors import MlreadyError
from mlready.study.session import becomes_leech
from mlready.terminal.review.state import ReviewState, ShownCard, TakenOut
from mlready.terminal.wording import explain_error
from scheduler.diagnosis import keeps_lapsing
from scheduler.memory import Rating

if TYPE_CHECKING:
    from mlready.store.reading import CardContent
    from mlready.terminal.review.lapsing import Finding

MAX_SECONDS = 86_400.0  # how much of it was study is for the pace to say


def rate(state: ReviewState, shown: ShownCard, rating: Rating) -> None:
    """Rate the card that is shown; it is durable when this returns.

    Raises:
        MlreadyError: it could not be written, and nothing was changed.
    """
    from mlready.store.writing import ConflictError, Rated  # noqa: PLC0415
    from scheduler.fsrs_adapter import answer  # noqa: PLC0415

    day, now = state.session.day, clock.now_ms()
    card_id, before = shown.card.card_id, shown.memory
    after = answer(before, rating, now, day.day, day.preset, card_id)
    leech = becomes_leech(before, after, day.preset.leech_threshold)
    seconds = min(clock.seconds() - shown.since, MAX_SECONDS)
    spent = round(seconds * 1000)
    parameters = day.preset.parameters
    rated = Rated(card_id, rating, before, after, now, day.day, spent, leech, parameters)
    try:
        state.progress.writer().record(rated)
    except ConflictError as error:
        state.notices.append(explain_error(error))
        state.reload()
        return
    state.weak.offer = None
    state.weak.pass_over([card_id])
    state.session.rate(card_id, rating, after, seconds)
    if leech:
        state.session.take_out(card_id, suspended=True)
        state.notices.append(
            f"{shown.card.card_key} was forgotten {after.lapses} times and is suspended: "
            "look at what it rests on, or rewrite it"
        )
    if rating == Rating.AGAIN and keeps_lapsing(after.lapses):
        with suppress(MlreadyError):  # the rating stands, whatever cannot be read now
            state.notices += state.weak.tell(card_id, look_beneath(state, shown.card).notice)


def look_beneath(state: ReviewState, card: CardContent) -> Finding:
    """Find the weakest of what a card rests on, and offer it for review first."""
    from mlready.terminal.review.lapsing import look_into  # noqa: PLC0415 - only for such a card

    found = look_into(state.progress.reader, state.session.day, clock.now_ms(), card)
    state.weak.offer = found.offer
    return found


def undo(state: ReviewState) -> bool:
    """Take back what the last key did to a card; whether there was such a thing today."""
    if state.taken_out and state.taken_out[-1].reviews >= state.session.tally.reviews:
        _bring_back(state, state.taken_out.pop())
        return True
    undone = state.progress.writer().undo_last(state.session.day.day, clock.now_ms())
    if undone is None:
        return False
    state.session.tally.take_back(undone.card_id)
    state.weak.take_back(undone.card_id)
    state.reload()
    state.again = undone.card_id
    state.notices.append("Undone: rate it again")
    return True


def _bring_back(state: ReviewState, taken: TakenOut) -> None:
    writer = state.progress.writer()
    for card in taken.before:
        writer.mark([card.card_id], suspended=card.suspended, buried_day=card.buried_day)
    state.reload()
    state.again = taken.shown
    state.notices.append("Undone: it is back")


def suspend(state: ReviewState, shown: ShownCard) -> None:
    """Take the card out of study."""
    card_id = shown.card.card_id
    state.progress.writer().mark([card_id], suspended=True)
    _remember(state, shown, [card_id])
    state.session.take_out(card_id, suspended=True)
    state.notices.append(f"Suspended {shown.card.card_key}")


def bury(state: ReviewState, shown: ShownCard) -> None:
    """Let the question rest until tomorrow, with all of its cards."""
    cards = state.session.siblings(shown.card.card_id)
    state.progress.writer().mark(cards, buried_day=state.session.day.day)
    _remember(state, shown, cards)
    state.session.take_out(shown.card.card_id, bury=True)
    state.notices.append(f"Buried {shown.card.key} until tomorrow")


def _remember(state: ReviewState, shown: ShownCard, cards: list[int]) -> None:
    before = [state.session.day.cards[card] for card in cards]
    reviews = state.session.tally.reviews
    state.taken_out.append(TakenOut(shown.card.card_id, before, reviews))
