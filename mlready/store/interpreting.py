"""Anki's reviews of one card as rows of our history."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from exports.anki import logs
from exports.anki.logs import AnkiDays, LogRow, anki_days, interpret_log
from scheduler.days import StudyCalendar
from scheduler.histories import Effect
from scheduler.memory import State

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import tzinfo

    from exports.anki.histories import AnkiCard, AnkiHistory, AnkiReview
    from exports.anki.logs import Meaning

ANKI: Final = "anki"  # what `revlog.origin` calls it
_EARLIEST_MS: Final = 946_684_800_000  # 2000: no flashcard program kept such a log before
_DAY_MS: Final = 86_400_000
_DAY_MINUTES: Final = 1_440
_LONGEST_DAYS: Final = 36_500  # as in Anki
_LONGEST_ANSWER_MS: Final = 3_600_000
_MANUAL: Final = 4
_KINDS: Final = range(6)
# A due of a card that waits in a step is a moment in seconds, or, if the step is long, a day.
_LEAST_MOMENT: Final = 100_000_000


class NewRow(NamedTuple):
    """A row of the table `revlog` that is yet to be written; its columns, of the same names."""

    card_id: int
    reviewed_at: int
    study_day: int
    rating: int
    duration_ms: int
    state_before: int
    state_after: int
    step_after: int | None
    due_day: int | None
    due_at: int | None
    effect: int
    stability: float | None
    difficulty: float | None
    ease: float | None
    leech: bool = False
    undoes: int | None = None
    origin: str = ANKI


class Clock(NamedTuple):
    """How one collection counts time, at the moment of an import.

    Attributes:
        now_ms: The moment, in Unix milliseconds UTC.
        days: Its study days.
        first_day: The day that dues of reviews count from, a proleptic Gregorian ordinal.
        parameters: The 21 parameters of the learner's memory.
    """

    now_ms: int
    days: AnkiDays
    first_day: int
    parameters: tuple[float, ...]


def clock_of(
    history: AnkiHistory,
    now_ms: int,
    zone: tzinfo,
    rollover_hour: int,
    parameters: tuple[float, ...],
) -> Clock:
    """How a collection counts time.

    Args:
        history: what it says; without its rollover hour, the learner's is taken.
        now_ms: the moment, in Unix milliseconds UTC.
        zone: the learner's time zone.
        rollover_hour: the learner's.
        parameters: those of the learner's memory.
    """
    hour = rollover_hour if history.rollover_hour is None else history.rollover_hour % 24
    today = StudyCalendar(zone, hour).day_of(now_ms)
    offset = datetime.fromtimestamp(now_ms / 1000, zone).utcoffset()
    seconds = 0 if offset is None else round(offset.total_seconds())
    days = anki_days(now_ms, today, seconds, hour)
    return Clock(now_ms, days, _first_day(history, now_ms, today), parameters)


def _first_day(history: AnkiHistory, now_ms: int, today: int) -> int:
    """The day that a collection's dues count from."""
    created = min(max(history.created_at, 0), now_ms // 1000)
    if history.utc_offset is None:
        return today - (now_ms // 1000 - created) // 86_400
    offset = min(max(history.utc_offset, -_DAY_MINUTES), _DAY_MINUTES)
    return datetime.fromtimestamp(created + offset * 60, UTC).toordinal()


def is_sound(review: AnkiReview, now_ms: int) -> bool:
    """Whether a row can be true: Anki itself writes no other."""
    return (
        _EARLIEST_MS <= review.id <= now_ms + _DAY_MS
        and 0 <= review.rating <= 4
        and review.kind in _KINDS
        and review.factor >= 0
        and not (review.rating and review.kind >= _MANUAL)
    )


def interpret_card(
    card_id: int,
    card: AnkiCard,
    log: Sequence[AnkiReview],
    wanted: Collection[int],
    clock: Clock,
) -> Iterator[NewRow]:
    """Yield the rows of the table `revlog` that a card's log comes to.

    Args:
        card_id: which card of ours it is.
        card: the card as it is in Anki now.
        log: its whole log, oldest first; sound rows only.
        wanted: the ids of those to yield; what they mean depends on the others too.
        clock: how its collection counts time.
    """
    numbers = [LogRow(r.rating, _bounded(r.interval), r.factor, r.kind) for r in log]
    meanings = interpret_log(numbers)
    last = max((n for n, m in enumerate(meanings) if m.effect is not logs.Effect.CRAM), default=-1)
    for number, (review, meaning) in enumerate(zip(log, meanings, strict=True)):
        if review.id in wanted:
            row = _row(card_id, review, meaning, clock)
            if number == last and meaning.effect is not logs.Effect.RESET:
                row = row._replace(**_current_place(card, row, clock))
            yield row


def _bounded(interval: int) -> int:
    return min(max(interval, -_LONGEST_DAYS * 86_400), _LONGEST_DAYS)


def _row(card_id: int, review: AnkiReview, meaning: Meaning, clock: Clock) -> NewRow:
    day = clock.days.day_of(review.id)
    due_day = None if meaning.due_days is None else day + meaning.due_days
    due_at = None if meaning.due_seconds is None else review.id + meaning.due_seconds * 1000
    given = meaning.given
    return NewRow(
        card_id=card_id,
        reviewed_at=review.id,
        study_day=day,
        rating=review.rating,
        duration_ms=min(max(review.duration_ms, 0), _LONGEST_ANSWER_MS),
        state_before=meaning.state_before,
        state_after=meaning.state_after,
        step_after=meaning.step_after,
        due_day=due_day,
        due_at=due_at,
        effect=int(Effect[meaning.effect.name]),
        # The interval is taken to end where recall has fallen to 0.9, so it is the stability.
        stability=max(float(given.interval), 1.0) if given else None,
        difficulty=given.difficulty if given else None,
        ease=given.ease if given and given.difficulty is None else None,
    )


def _current_place(card: AnkiCard, row: NewRow, clock: Clock) -> dict[str, Any]:
    """Where the card stands now: its due date may have been moved since its last review."""
    if card.state == State.REVIEW:
        due_day = clock.first_day + card.due
        if abs(due_day - row.study_day) <= _LONGEST_DAYS:
            return {"state_after": card.state, "step_after": None, "due_day": due_day} | _NO_MOMENT
    elif card.state in (State.LEARNING, State.RELEARNING) and row.state_after == card.state:
        if card.due >= _LEAST_MOMENT:
            if abs(card.due * 1000 - row.reviewed_at) <= _LONGEST_DAYS * _DAY_MS:
                return {"due_day": None, "due_at": card.due * 1000}
        elif abs(clock.first_day + card.due - row.study_day) <= _LONGEST_DAYS:
            return {"due_day": clock.first_day + card.due} | _NO_MOMENT
    return {}


_NO_MOMENT: Final = {"due_at": None}
