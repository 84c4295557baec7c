"""What the learner knows, as numbers of Anki's own rows: memories, due dates, reviews.

Anki counts days from a collection's first, `crt`, and moves due dates by the difference when
it imports: they are right in every time zone if its rules of today (`schedVer` 2, the offset
of the clock then, the hour of the rollover) are said to hold. Its memory states, which it
takes as they are, it keeps to fewer digits than it computes with: so do these.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from exports.records import ExportCard, ExportProgress, ExportReview

NEW, LEARNING, REVIEW, RELEARNING = range(4)
SUSPENDED_QUEUE, DAY_LEARNING_QUEUE = -1, 3

# Kinds of rows of the revlog.
_LEARNT, _REVIEWED, _RELEARNT, _FILTERED, _MANUAL = range(5)
_KINDS = (_LEARNT, _LEARNT, _REVIEWED, _RELEARNT)  # by the state before
# Effects of `ExportReview`.
_ORDINARY, _OUT_OF_TURN, _RESCHEDULED, _RESET = range(4)

# SM-2's ease, in permille, with Anki's changes by rating: for those who do not use FSRS.
_FIRST_EASE, _LOWEST_EASE = 2500, 1300
_EASE_CHANGES = (0, -200, -150, 0, 150)

_DAY = 86_400
_LONGEST_MS = 2**31 - 1
_NOT_YET_SYNCED = -1


class CardValues(NamedTuple):
    """Columns of Anki's table `cards`, in its order.

    Attributes:
        type: 0 new, 1 learning, 2 review, 3 relearning.
        queue: -1 suspended, 0 new, 1 a step, 2 review, 3 a step of days.
        due: Position of a new card, day since the first of a review, second of a step.
        ivl: Days.
        factor: SM-2's ease in permille; 0 before the first review.
        reps: Reviews so far.
        lapses: How often it was forgotten.
        left: Steps left.
        data: The memory, as JSON.
    """

    type: int
    queue: int
    due: int
    ivl: int
    factor: int
    reps: int
    lapses: int
    left: int
    data: str


class ReviewRow(NamedTuple):
    """A row of Anki's table `revlog`; the names are its columns', in its order."""

    id: int
    cid: int
    usn: int
    ease: int
    ivl: int
    lastIvl: int  # noqa: N815 - as Anki calls it
    factor: int
    time: int
    type: int


class CollectionValues(NamedTuple):
    """What goes into Anki's table `col`.

    Attributes:
        crt: Its first day, in Unix seconds.
        conf: Entries to be set in its `conf`.
    """

    crt: int
    conf: Mapping[str, int]


def collection_values(progress: ExportProgress) -> CollectionValues:
    """Return what makes Anki count days as the learner's calendar does."""
    conf = {
        "schedVer": 2,
        "creationOffset": -progress.utc_offset,  # Anki counts westwards
        "rollover": progress.rollover_hour,
    }
    return CollectionValues(progress.first_day_at, conf)


def card_values(card: ExportCard, progress: ExportProgress, position: int) -> CardValues:
    """Return Anki's columns of a card.

    Args:
        card: What the learner knows of it.
        progress: What goes for all cards.
        position: Its place in the queue of new cards, which it takes again if it is reset.
    """
    queue, due = _queue_and_due(card, progress, position)
    return CardValues(
        type=card.state,
        queue=SUSPENDED_QUEUE if card.suspended else queue,
        due=due,
        ivl=_interval(card, progress),
        factor=_ease(card.reviews) if card.state in (REVIEW, RELEARNING) else 0,
        reps=card.reps,
        lapses=card.lapses,
        left=_steps_left(card, progress),
        data=_data(card, progress, position),
    )


def review_rows(card_id: int, card: ExportCard) -> Iterator[ReviewRow]:
    """Yield the rows of Anki's revlog that a card's history makes, oldest first."""
    for review in card.reviews:
        kind, factor = _kind_and_factor(review)
        yield ReviewRow(
            id=review.at_ms,
            cid=card_id,
            usn=_NOT_YET_SYNCED,
            ease=review.rating,
            ivl=review.interval,
            lastIvl=review.last_interval,
            factor=factor,
            time=min(max(review.duration_ms, 0), _LONGEST_MS),
            type=kind,
        )


def learner_tags(cards: Iterable[ExportCard]) -> tuple[str, ...]:
    """Return the tags that Anki keeps what it knows of a note's cards in.

    Anki takes them from a package only along with its learning progress.
    """
    return ("leech",) if any(card.leech for card in cards) else ()


def fsrs_interval(stability: float, progress: ExportProgress) -> int:
    """Return the days until recall falls to the desired retention, as FSRS-6 has it.

    I = S / F * (r ** (-1 / w20) - 1) with F = 0.9 ** (-1 / w20) - 1. Source:
    https://github.com/open-spaced-repetition/awesome-fsrs/wiki/The-Algorithm
    """
    power = -1 / progress.parameters[20]
    days: float = stability * (progress.desired_retention**power - 1) / (0.9**power - 1)
    return min(max(round(days), 1), progress.maximum_interval)


def _queue_and_due(card: ExportCard, progress: ExportProgress, position: int) -> tuple[int, int]:
    if card.state == NEW:
        return NEW, position
    if card.due_at is not None:
        return LEARNING, card.due_at // 1000
    day = (progress.first_day if card.due_day is None else card.due_day) - progress.first_day
    if card.state == REVIEW:
        return REVIEW, day
    if card.suspended:
        # Of suspended steps Anki moves no days at import: they are said in seconds, which it
        # tells from days by their size.
        return LEARNING, progress.first_day_at + day * _DAY
    return DAY_LEARNING_QUEUE, day


def _interval(card: ExportCard, progress: ExportProgress) -> int:
    if card.state == REVIEW:
        return max(card.interval, 1)
    if card.state == RELEARNING and card.stability is not None:
        # In its steps, Anki keeps the interval that it will come out with.
        return fsrs_interval(card.stability, progress)
    return 0


def _ease(reviews: Sequence[ExportReview]) -> int:
    """Return the ease that Anki would have arrived at without FSRS."""
    ease = _FIRST_EASE
    for review in reviews:
        if review.effect == _RESET:
            ease = _FIRST_EASE
        elif review.effect == _ORDINARY and review.state_before == REVIEW:
            ease = max(ease + _EASE_CHANGES[review.rating], _LOWEST_EASE)
    return ease


def _steps_left(card: ExportCard, progress: ExportProgress) -> int:
    if card.state not in (LEARNING, RELEARNING):
        return 0
    steps = progress.learning_steps if card.state == LEARNING else progress.relearning_steps
    # Where the steps were changed since, the card is in the last.
    return max(len(steps) - (card.step or 0), 1)


def _data(card: ExportCard, progress: ExportProgress, position: int) -> str:
    if card.state == NEW:
        return ""
    data: dict[str, Any] = {"pos": position}
    if card.stability is not None and card.difficulty is not None:
        data |= {"s": round(card.stability, 4), "d": round(card.difficulty, 3)}
    data["dr"] = round(progress.desired_retention, 2)
    data["decay"] = round(progress.parameters[20], 3)
    if card.last_at is not None:
        data["lrt"] = card.last_at // 1000
    return json.dumps(data, separators=(",", ":"))


def _kind_and_factor(review: ExportReview) -> tuple[int, int]:
    """Return how Anki tells apart what a row did to the card."""
    if review.effect == _RESET:
        return _MANUAL, 0
    if review.effect == _OUT_OF_TURN:
        return _FILTERED, 0
    # A difficulty from 1 to 10 is kept as 100 to 1100: below what an ease can be.
    factor = round(((review.difficulty - 1) / 9 + 0.1) * 1000) if review.difficulty else 0
    if review.effect == _RESCHEDULED:
        return _MANUAL, factor or _FIRST_EASE
    return _KINDS[review.state_before], factor
