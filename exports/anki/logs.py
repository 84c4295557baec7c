"""What the rows of Anki's review log mean to a memory, as Anki itself understands them.

Anki's rule, told forwards: a reset makes the card new again. A group of answers in learning begins
the memory, again if one began before, for older versions wrote down no reset. Where a history
does not begin with learning, the first answer that led to a day or more says what the memory was,
by the interval and the ease or difficulty it left behind. Cramming counts for nothing, and a date
set by hand moves the due date alone.
"""

from collections.abc import Iterable
from enum import Enum, auto
from typing import Final, NamedTuple

DAY_SECONDS: Final = 86_400
_NEW, _IN_LEARNING, _IN_REVIEW, _IN_RELEARNING = range(4)  # states
_AGAIN, _HARD = 1, 2
_LEARNING, _REVIEW, _RELEARNING, _FILTERED, _MANUAL, _RESCHEDULED = range(6)
_USUAL_EASE: Final = 2.5
_LARGEST_DIFFICULTY: Final = 1.1  # as FSRS writes it; SM-2's eases are larger
_STATES_BEFORE: Final = {
    _LEARNING: _IN_LEARNING,
    _REVIEW: _IN_REVIEW,
    _RELEARNING: _IN_RELEARNING,
    _FILTERED: _IN_REVIEW,
}


class Effect(Enum):
    """What a row of the log does to the memory of its card."""

    REVIEW = auto()
    """An answer that the memory learns from."""
    CRAM = auto()
    """An answer that changes nothing: cramming, or of a time whose history is lost."""
    RESCHEDULED = auto()
    """No answer: state and due are set."""
    RESET = auto()
    """No answer: the card is new again."""
    START = auto()
    """An answer with which the memory begins anew."""
    GIVEN = auto()
    """An answer after which the memory is stated, because what came before it is lost."""


class Given(NamedTuple):
    """What states a memory whose beginning is lost.

    Attributes:
        interval: Days that the answer led to, or, below zero, seconds.
        ease: SM-2's; what an interval is multiplied by.
        difficulty: FSRS's, from 1 to 10, where it stands in the place of an ease.
    """

    interval: int
    ease: float
    difficulty: float | None


class LogRow(NamedTuple):
    """A row of Anki's log; numbers are as Anki keeps them.

    Attributes:
        rating: 1 to 4; 0 where nothing was answered.
        interval: Days, or, below zero, seconds of a step.
        factor: SM-2's ease in permille, or FSRS's difficulty from 100 to 1100, or 0.
        kind: 0 learning, 1 review, 2 relearning, 3 filtered, 4 manual, 5 rescheduled.
    """

    rating: int
    interval: int
    factor: int
    kind: int


class Meaning(NamedTuple):
    """What one row of Anki's log did; states are 0 new, 1 learning, 2 review, 3 relearning.

    Attributes:
        effect: What it does to the memory.
        state_before: The state the card was in.
        state_after: The state it led to.
        step_after: The step it waits in, from 0; None but in learning and relearning.
        due_days: Days from the row to the next review; None where it is due after seconds.
        due_seconds: Seconds from the row to the end of its step; None where it is due on a day.
        given: The memory it states; None unless the effect is `GIVEN`.
    """

    effect: Effect
    state_before: int
    state_after: int
    step_after: int | None
    due_days: int | None
    due_seconds: int | None
    given: Given | None = None


class AnkiDays(NamedTuple):
    """Study days as Anki counts them when it makes memories from its log.

    It counts backwards from the end of today in spans of 24 hours, whatever the clocks did in
    between; so a review next to the rollover hour may, after a clock change, count for another
    day than the one it was made on. A memory made from the same log is Anki's only if its
    days are counted so.

    Attributes:
        today: The study day, a proleptic Gregorian ordinal.
        next_day_at: The moment at which it ends, in Unix seconds UTC.
    """

    today: int
    next_day_at: int

    def day_of(self, at_ms: int) -> int:
        """Return the study day of a moment, in Unix milliseconds UTC; at most today."""
        return min(day_counted_from(self.day_zero_ends_at, at_ms), self.today)

    @property
    def day_zero_ends_at(self) -> int:
        """The second at which day 0 ends: the same for all days that are counted alike."""
        return self.next_day_at - self.today * DAY_SECONDS


def day_counted_from(day_zero_ends_at: int, at_ms: int) -> int:
    """Return the study day of a moment, in Unix milliseconds UTC; see `AnkiDays`."""
    return -((day_zero_ends_at - at_ms // 1000) // DAY_SECONDS)


def anki_days(now_ms: int, today: int, utc_offset: int, rollover_hour: int) -> AnkiDays:
    """Return the study days as Anki counts them at a moment.

    Args:
        now_ms: The moment, in Unix milliseconds UTC.
        today: Its study day.
        utc_offset: The local clock's offset from UTC at that moment, in seconds, east > 0.
        rollover_hour: The local hour at which a study day begins.
    """
    now = now_ms // 1000
    midnight = (now + utc_offset) // DAY_SECONDS * DAY_SECONDS - utc_offset
    rollover = midnight + rollover_hour * 3600
    return AnkiDays(today, rollover + DAY_SECONDS if rollover <= now else rollover)


def interpret_log(log: Iterable[LogRow]) -> list[Meaning]:
    """Return what each row of one card's log means.

    Args:
        log: The whole log of the card in Anki, oldest first.
    """
    reading = _Reading()
    return [reading.read(row) for row in log]


class _Reading:
    """Reads one card's log, row by row."""

    def __init__(self) -> None:
        self.state = _NEW
        self.step = 0
        self.is_known = False  # whether an answer has begun a memory
        self.in_learning = False  # whether the row before was an answer in learning

    def read(self, row: LogRow) -> Meaning:
        """Return what the next row means."""
        if row.kind == _FILTERED and row.factor == 0:
            return self._nothing()
        if row.kind == _MANUAL and row.factor == 0:
            self.state, self.is_known, self.in_learning = _NEW, False, False
            return Meaning(Effect.RESET, _NEW, _NEW, None, None, None)
        if not row.rating:
            self.in_learning = False
            return self._rescheduled(row) if row.kind >= _MANUAL else self._nothing()
        return self._answered(row)

    def _nothing(self) -> Meaning:
        return Meaning(Effect.CRAM, self.state, self.state, None, None, None)

    def _rescheduled(self, row: LogRow) -> Meaning:
        before, self.state = self.state, _IN_REVIEW
        return Meaning(Effect.RESCHEDULED, before, _IN_REVIEW, None, max(row.interval, 1), None)

    def _answered(self, row: LogRow) -> Meaning:
        is_learning = row.kind == _LEARNING
        begins_anew = is_learning and self.is_known and not self.in_learning
        is_first = is_learning and not self.in_learning
        self.in_learning = is_learning
        before = _NEW if is_first else _STATES_BEFORE.get(row.kind, _IN_REVIEW)
        if is_learning or self.is_known:
            self.is_known = True
            return self._placed(row, before, Effect.START if begins_anew else Effect.REVIEW)
        if row.interval < 1 and row.interval > -DAY_SECONDS:
            return self._placed(row, before, Effect.CRAM)
        self.is_known = True
        ease = row.factor / 1000 or _USUAL_EASE
        is_difficulty = ease <= _LARGEST_DIFFICULTY
        difficulty = min(max((ease - 0.1) * 9 + 1, 1.0), 10.0) if is_difficulty else None
        placed = self._placed(row, before, Effect.GIVEN)
        return placed._replace(given=Given(row.interval, ease, difficulty))

    def _placed(self, row: LogRow, before: int, effect: Effect) -> Meaning:
        """Return where an answer put the card."""
        after = _state_after(row)
        if after == _IN_REVIEW:
            self.state, self.step = after, 0
            return Meaning(effect, before, after, None, max(row.interval, 1), None)
        step = self.step if before == self.state != _NEW else 0
        self.state, self.step = after, _next_step(row.rating, step)
        days, seconds = divmod(-row.interval, DAY_SECONDS)
        if days:
            return Meaning(effect, before, after, self.step, days, None)
        return Meaning(effect, before, after, self.step, None, seconds)


def _state_after(row: LogRow) -> int:
    """Return the state an answer led to."""
    if row.interval > 0 or (row.interval == 0 and row.kind not in (_LEARNING, _RELEARNING)):
        return _IN_REVIEW
    return _IN_LEARNING if row.kind == _LEARNING else _IN_RELEARNING


def _next_step(rating: int, step: int) -> int:
    """Return the step after an answer: Again goes back to the first, Hard repeats, Good goes on."""
    if rating == _AGAIN:
        return 0
    return step if rating == _HARD else step + 1
