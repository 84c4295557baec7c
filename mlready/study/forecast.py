"""What comes of studying on: from a learner's day and history to a forecast, and to minutes."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from mlready.errors import UsageError
from mlready.store.reading import COUNTED, REVIEW_DAYS
from mlready.study.naming import read_card_names
from scheduler.forecasting import Forecast, Horizon, Outset, find_targets, forecast
from scheduler.habits import learn_habits
from scheduler.path import find_path

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
_FEW_SEEDS: Final = range(9)

RATINGS = f"""SELECT state_before, rating, COUNT(*) FROM
        (SELECT state_before, rating FROM revlog WHERE {COUNTED}
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
    """

    outset: Outset
    preset: Preset
    goal: str | None
    seeds: Sequence[int]
    as_so_far: bool = False


class Trial(NamedTuple):
    """Minutes a day, the share of courses that they make ready in time, and the usual day."""

    minutes: int
    share: float
    ready_day: int | None


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
    phases = {topic.id: topic.phase for topic in day.topics.values()}
    areas = {topic.id: topic.area for topic in day.topics.values() if topic.area is not None}
    path = find_path(day.graph, phases, goal=goal, areas=areas, focus=day.focus)
    unreadable = frozenset(t.id for t in day.topics.values() if t.unreadable)
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
    seeds = _SEEDS if len(day.cards) <= _MANY_CARDS else _FEW_SEEDS
    return Question(outset, preset, goal, seeds, as_so_far)


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
    """
    horizon = Horizon() if days is None else Horizon(days, days)
    return forecast(
        question.outset, question.preset, seeds=question.seeds, horizon=horizon, advance=advance
    )


def find_minutes(question: Question, by: int, advance: Advance) -> Answer:
    """Find the fewest minutes a day that are likely to make one ready by a day.

    Args:
        question: who studies, and for what; their minutes do not matter.
        by: the study day, at whose end one is to be ready.
        advance: called after each simulated day with how many of all are done, about.
    """
    length = by - question.outset.day + 1
    most = (len(_MINUTES).bit_length() + 1) * length
    trials: dict[int, Trial] = {}

    def try_minutes(minutes: int) -> bool:
        tried = len(trials) * length
        preset = replace(question.preset, minutes_per_day=float(minutes))
        found = _try(question, preset, length, lambda done, _: advance(tried + done, most))
        trials[minutes] = Trial(minutes, found.share_ready_by(by), found.ready.middle)
        if found.ready_now:
            trials[minutes] = Trial(0, 1.0, question.outset.day)
        return trials[minutes].share >= SURE

    def told() -> tuple[Trial, ...]:
        return tuple(sorted(trials.values()))

    if try_minutes(MOST_MINUTES):
        if trials[MOST_MINUTES].minutes == 0:
            return Answer(by, 0)
        minutes = _MINUTES[bisect_left(_MINUTES[:-1], 1, key=lambda m: int(try_minutes(m)))]
        return Answer(by, minutes, told())
    free = replace(question.preset, minutes_per_day=float(MOST_MINUTES), new_per_day=1_000)
    unlimited = _try(question, free, length, lambda done, _: advance(length + done, most))
    limited = unlimited.share_ready_by(by) >= SURE
    return Answer(by, None, told(), question.preset.new_per_day if limited else None)


def _try(question: Question, preset: Preset, length: int, advance: Advance) -> Forecast:
    horizon = Horizon(1, length)
    return forecast(question.outset, preset, seeds=question.seeds, horizon=horizon, advance=advance)
