"""What comes of studying on: from a learner's day and history to a forecast, and to minutes."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Final, NamedTuple

from mlready.errors import UsageError
from mlready.store.reading import REVIEW_DAYS, SCHEDULED
from mlready.study.day import find_path_through
from mlready.study.naming import read_card_names
from scheduler.forecasting import (
    HALF_YEAR,
    Forecast,
    Horizon,
    Outset,
    find_ready_days,
    find_targets,
    find_usual_day,
    forecast,
    is_ready_now,
)
from scheduler.habits import learn_habits
from scheduler.worth import FIRM

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mlready.store.reading import Reader
    from mlready.study.day import StudyDay
    from scheduler.preset import Preset

    Advance = Callable[[int, int], object]

LONGEST: Final = 730  # days to look ahead
MOST_MINUTES: Final = 240  # a day
SURE: Final = 0.8  # share of courses that have to be ready for a "yes"
_MINUTES: Final = (
    *(2, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55),
    *(60, 70, 80, 90, 100, 110, 120, 150, 180, 210, MOST_MINUTES),
)
_MONTH: Final = 30  # days of which the missed ones are counted
_FORTNIGHT: Final = 14  # days before which it says little how many were missed
_MOST_MISSED: Final = 0.9
_MANY_CARDS: Final = 600
# With 9 or 19 courses the 10 and 90 % marks of the next one are the values of whole courses.
_SEEDS: Final = range(19)
_FEW: Final = 9
_FIRST: Final = 5  # courses that show where to look; the answer is held against all

RATINGS = f"""SELECT state_before, rating, COUNT(*) FROM
        (SELECT state_before, rating FROM revlog WHERE {SCHEDULED}
         ORDER BY study_day DESC, review_id DESC LIMIT 3000) AS r
    GROUP BY state_before, rating"""  # noqa: S608 - of constants


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a forecast.

    Attributes:
        outset: where the learner stands.
        preset: how they would study.
        goal: the topic to be ready for; None: all that is open.
        seeds: one for each simulated course.
        as_so_far: whether the days missed are those of the last month.
        blank: those topics to be ready for that have no question yet.
    """

    outset: Outset
    preset: Preset
    goal: str | None
    seeds: Sequence[int]
    as_so_far: bool = False
    blank: frozenset[str] = frozenset()


class Trial(NamedTuple):
    """How courses went with some minutes a day.

    Attributes:
        minutes: so many.
        ready: how many courses were ready in time.
        courses: how many there were; no more than it took to know that they are too few.
        ready_day: the usual day of being ready; None if it is too late.
    """

    minutes: int
    ready: int
    courses: int
    ready_day: int | None

    @property
    def share(self) -> float:
        """The share of courses that were ready in time."""
        return self.ready / self.courses


@dataclass(frozen=True, slots=True)
class Answer:
    """How many minutes a day it takes to be ready by a day.

    Attributes:
        by: the study day.
        minutes: so many a day do; 0 if one is ready already, None if `MOST_MINUTES` do not.
        trials: what was tried, by minutes.
        limit: the limit on new cards a day, if only that is in the way.
    """

    by: int
    minutes: int | None
    trials: tuple[Trial, ...] = ()
    limit: int | None = None


# --- the question -------------------------------------------------------------------------


def pose_question(
    reader: Reader,
    day: StudyDay,
    *,
    goal: str | None = None,
    preset: Preset,
    missed: float | None = None,
) -> Question:
    """Gather what a forecast starts from.

    Args:
        reader: the store.
        day: today.
        goal: the topic to be ready for; by default the learner's goal.
        preset: how the learner would study.
        missed: the share of days they miss; by default that of the last month.

    Raises:
        UsageError: there is nothing to be ready for, or nothing that could make one so.
    """
    goal = goal or day.goal
    path = find_path_through(day.graph, day.topics, goal, day.focus)
    unreadable = day.unreadable
    # Nothing new is built on what cannot be read, so the rest of the deck is what can be asked.
    topics = path.goal or (
        frozenset(day.topics) - path.closed - day.graph.dependents_closure(unreadable)
    )
    as_so_far = missed is None
    if missed is None:
        missed = count_missed([found for found, _ in reader.rows(REVIEW_DAYS)], day.day)
    counts = {(state, rating): count for state, rating, count in reader.rows(RATINGS)}
    outset = Outset(
        day=day.day,
        cards=tuple(day.cards.values()),
        graph=day.graph,
        path=path,
        topics=topics,
        known=day.known,
        unreadable=unreadable,
        done=day.done,
        kinds={name.card_id: name.kind for name in read_card_names(reader)},
        pace=day.pace,
        habits=learn_habits(counts, missed),
    )
    _refuse_nothing(outset, goal)
    seeds = _SEEDS if len(day.cards) <= _MANY_CARDS else _SEEDS[:_FEW]
    blank = topics - {card.topic for card in outset.cards} - outset.known
    return Question(outset, preset, goal, seeds, as_so_far, blank)


def _refuse_nothing(outset: Outset, goal: str | None) -> None:
    """Refuse to forecast what cannot be."""
    what = f'the topic "{goal}"' if goal else "the deck"
    if not outset.cards:
        raise UsageError("the deck has no questions yet", "`mlready new` starts a deck of your own")
    if unreadable := sorted(outset.unreadable & outset.topics):
        hint = f"set them right first, beginning with {unreadable[0]}: see `mlready check`"
        raise UsageError(f"{what} rests on questions that cannot be read for now", hint)
    if find_targets(outset) or outset.known & outset.topics:
        return
    if any(card.topic in outset.topics for card in outset.cards):
        hint = "bring some back with `mlready unsuspend`"
        raise UsageError(f"all questions of {what} are suspended", hint)
    hint = "nor has anything it rests on; ask for another with --goal, see `mlready list`"
    raise UsageError(f"{what} has no questions yet", hint)


def count_missed(days: Sequence[int], today: int) -> float:
    """The share of the last month's days without a review; 0 where that says little.

    Args:
        days: the study days with reviews, latest first.
        today: the study day, which is still open.
    """
    past = [day for day in days if day < today]
    if not past or today - past[-1] < _FORTNIGHT:
        return 0.0
    span = min(today - past[-1], _MONTH)
    studied = sum(day >= today - span for day in past)
    return min(1 - studied / span, _MOST_MISSED)


# --- the answers --------------------------------------------------------------------------


def foresee(question: Question, days: int | None, advance: Advance) -> Forecast:
    """Forecast the days to come.

    Args:
        question: who studies, how, and for what.
        days: how many; by default half a year, or until one is ready, within two years.
        advance: as in `scheduler.forecasting.forecast`.

    Raises:
        UsageError: they would study for no time at all.
    """
    if question.preset.minutes_per_day == 0:
        hint = "say how many with --minutes, or set them: `mlready config minutes_per_day 20`"
        raise UsageError("with 0 minutes a day, as in your settings, nothing is learned", hint)
    horizon = Horizon() if days is None else Horizon(days, days)
    seeds = question.seeds
    if (days or _expect_days(question)) > HALF_YEAR:
        seeds = seeds[:_FEW]
    return forecast(question.outset, question.preset, seeds=seeds, horizon=horizon, advance=advance)


def _expect_days(question: Question) -> float:
    """How many days it takes to be ready, very roughly: half of the time goes into reviews."""
    preset = question.preset
    new = [c for cards in find_targets(question.outset).values() for c in cards if not c.learned]
    days = len(new) / max(preset.new_per_day, 1)
    if preset.minutes_per_day:
        days = max(days, 2 * sum(card.seconds for card in new) / (60 * preset.minutes_per_day))
    return days


def find_minutes(question: Question, by: int, advance: Advance) -> Answer:
    """Find the fewest minutes a day that are likely to make one ready by a day.

    A few courses show where to look; the answer is then held against all of them.

    Args:
        question: who studies, and for what; their minutes do not matter.
        by: the study day, at whose end one is to be ready.
        advance: called after each simulated day with how many of all are done, about.
    """
    if is_ready_now(question.outset, question.preset):
        return Answer(by, 0)
    search = _Search(question, by, advance)
    if not search.try_minutes(MOST_MINUTES):
        in_the_way = search.is_limit_in_the_way()
        return Answer(by, None, search.told(), question.preset.new_per_day if in_the_way else None)
    place = bisect_left(_MINUTES[:-1], 1, key=lambda m: int(search.try_minutes(m)))
    for minutes in _MINUTES[place:]:
        if search.confirm(minutes):
            return Answer(by, minutes, search.told())
    return Answer(by, None, search.told())


class _Search:
    """Tries minutes a day, and remembers how courses went that were simulated with them."""

    def __init__(self, question: Question, by: int, advance: Advance) -> None:
        self._question = question
        self._by = by
        self._advance = advance
        self._length = by - question.outset.day + 1
        self._seeds = question.seeds if self._length <= HALF_YEAR else question.seeds[:_FEW]
        self._days: dict[int, list[int | None]] = {}
        self._done = 0
        tries = 1 + len(_MINUTES).bit_length()
        self._whole = (tries * _FIRST + len(self._seeds) - _FIRST) * self._length

    def try_minutes(self, minutes: int) -> bool:
        """Whether so many minutes are likely to do, by a few courses."""
        return self._go_on(minutes, self._seeds[:_FIRST])

    def confirm(self, minutes: int) -> bool:
        """The same by all courses."""
        return self._go_on(minutes, self._seeds)

    def is_limit_in_the_way(self) -> bool:
        """Whether the most minutes would do without a limit on new cards a day."""
        preset = self._question.preset
        # Where reviews come so late that topics are recalled too weakly, that is the cause.
        if preset.desired_retention < FIRM:
            return False
        free = replace(preset, minutes_per_day=float(MOST_MINUTES), new_per_day=1_000)
        return _are_sure(self._simulate(free, self._seeds[:_FIRST], len(self._seeds[:_FIRST])))

    def told(self) -> tuple[Trial, ...]:
        """What was tried, by minutes."""
        return tuple(
            Trial(minutes, _count_ready(days), len(days), find_usual_day(days))
            for minutes, days in sorted(self._days.items())
        )

    def _go_on(self, minutes: int, seeds: Sequence[int]) -> bool:
        days = self._days.setdefault(minutes, [])
        if days and not _are_sure(days):
            return False
        preset = replace(self._question.preset, minutes_per_day=float(minutes))
        failed = len(days) - _count_ready(days)
        days += self._simulate(preset, seeds[len(days) :], len(seeds), failed)
        return _are_sure(days)

    def _simulate(
        self, preset: Preset, seeds: Sequence[int], courses: int, failed: int = 0
    ) -> list[int | None]:
        """Simulate as many courses as it takes to know whether enough are ready, all if they are.

        Args:
            preset: how to study.
            seeds: one for each course.
            courses: how many there are with those before.
            failed: how many of those before were not ready.
        """
        spare = courses - ceil(SURE * courses) - failed
        return find_ready_days(
            self._question.outset, preset, seeds=seeds, by=self._by, spare=spare, advance=self._tell
        )

    def _tell(self, days: int) -> None:
        self._done += days
        # Some answers take longer than others; a bar that is full should be the end.
        self._advance(min(self._done, self._whole - 1), self._whole)


def _count_ready(days: Sequence[int | None]) -> int:
    return len(days) - days.count(None)


def _are_sure(days: Sequence[int | None]) -> bool:
    return _count_ready(days) >= SURE * len(days)
