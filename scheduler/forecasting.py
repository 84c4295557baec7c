"""What comes of studying on: many simulated courses of one learner, from today.

Responsible for the band in which the coming days lie, and the day on which topics are ready. Each
seed is one course: a `LikelyLearner`, led day by day by the plan of `scheduler.planning`.

Not responsible for who the learner is (`scheduler.habits`), nor for dates.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from math import ceil, floor, inf
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

from scheduler.gate import count_for_gate
from scheduler.habits import DEFAULT_HABITS, Habits, LikelyLearner
from scheduler.near_planning import NearPlanner
from scheduler.pace import DEFAULT_PACE, Pace
from scheduler.queue import DoneToday, QueueCard
from scheduler.simulation import Course
from scheduler.worth import FIRM, recall_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from scheduler.graph import PrerequisiteGraph
    from scheduler.path import LearningPath
    from scheduler.preset import Preset

HALF_YEAR: Final = 180  # days
TWO_YEARS: Final = 730  # days
_STALLED: Final = 90  # days without a new card after which there will be none
_LEAST_TO_JUDGE: Final = 30  # days before which a course is not given up
_BAND: Final = (0.1, 0.5, 0.9)

# --- where it begins, how far it looks ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outset:
    """Where a learner stands when a forecast begins.

    Attributes:
        day: The study day.
        cards: All cards of the deck.
        graph: The prerequisites of all topics.
        path: The order in which topics are begun.
        topics: Those to be ready for.
        known: As in `scheduler.planning.plan_day`.
        unreadable: The same.
        done: What has been done in the day already.
        kinds: The kinds of the cards' questions, by card id.
        pace: How long cards take the learner, and how often they are forgotten.
        habits: How the learner rates, and how often they come.
    """

    day: int
    cards: Sequence[QueueCard]
    graph: PrerequisiteGraph
    path: LearningPath
    topics: frozenset[str]
    known: frozenset[str] = frozenset()
    unreadable: frozenset[str] = frozenset()
    done: DoneToday = field(default_factory=DoneToday)
    kinds: Mapping[int, str] = field(default_factory=dict)
    pace: Pace = DEFAULT_PACE
    habits: Habits = DEFAULT_HABITS


class Horizon(NamedTuple):
    """How many days are simulated: from `least` on until all courses are ready, `most` at most.

    It also ends where no course will ever be ready.
    """

    least: int = HALF_YEAR
    most: int = TWO_YEARS


# --- what is found ------------------------------------------------------------------------


class Band(NamedTuple):
    """Where a number lies: 1 in 10 courses below `low`, half below `middle`, 9 below `high`."""

    low: float
    middle: float
    high: float
    mean: float


class ForecastDay(NamedTuple):
    """One day to come.

    Attributes:
        day: The study day.
        retained: Cards that would be recalled at its end: the sum of retrievability.
        minutes: Time spent.
        reviews: Showings of cards that were not new.
        new: Cards begun.
    """

    day: int
    retained: Band
    minutes: Band
    reviews: Band
    new: Band


class Readiness(NamedTuple):
    """The study day at the end of which one is ready, as a `Band`; None: beyond the horizon."""

    low: int | None
    middle: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What comes of studying on.

    Attributes:
        days: Those to come, today first.
        seeds: How many courses were simulated.
        retained: Cards that would be recalled today, as FSRS believes.
        ready: When one is ready; today if one is ready as things stand.
        ready_days: The same of each course, the soonest first, those that come to it.
        ready_now: Whether one is ready before anything is studied.
        cards: How many cards that readiness asks for.
        learned_now: How many of them are learned.
        learned: How many of them are learned on the last day.
    """

    days: tuple[ForecastDay, ...]
    seeds: int
    retained: float
    ready: Readiness
    ready_days: tuple[int, ...]
    ready_now: bool
    cards: int
    learned_now: int
    learned: Band

    @property
    def share_ready(self) -> float:
        """The share of courses that are ready within the horizon."""
        return len(self.ready_days) / self.seeds


def find_targets(outset: Outset) -> dict[str, list[QueueCard]]:
    """Return the cards by which each topic to be ready for is judged.

    Those are the cards that the gate looks at: breadth cards in study. Topics without any are
    left out, and so are those that the learner knows.
    """
    by_topic: dict[str, list[QueueCard]] = defaultdict(list)
    for card in outset.cards:
        if card.topic in outset.topics and card.topic not in outset.known:
            by_topic[card.topic].append(card)
    counting = {topic: count_for_gate(cards) for topic, cards in by_topic.items()}
    return {topic: cards for topic, cards in counting.items() if cards}


def forecast(
    outset: Outset,
    preset: Preset,
    *,
    seeds: Sequence[int] = range(19),
    horizon: Horizon = Horizon(),  # noqa: B008 - a tuple
    advance: Callable[[int, int], object] = lambda _done, _all: None,
) -> Forecast:
    """Forecast the days to come.

    One is ready on the first day at whose end every topic has all of its breadth cards learned
    and recalled with a mean retrievability of at least .8, as FSRS believes: what unlocks
    topics in `scheduler.gate`. Bands are those of a next course like the ones simulated, not
    of their mean. The same arguments give the same forecast.

    Args:
        outset: Where the learner stands.
        preset: The settings.
        seeds: One for each course, at least 9 for a band; more of them make it smoother.
        horizon: How far to look.
        advance: Called after each day with how many of all are done; with a longer look,
            all become more.
    """
    targets = find_targets(outset)
    courses = [_LikelyCourse(outset, preset, targets, seed) for seed in seeds]
    ready_now = courses[0].is_ready(outset.day)
    if ready_now:
        for course in courses:
            course.ready_day = outset.day
    days: list[ForecastDay] = []
    while not days or not _is_over(courses, len(days), horizon):
        day = outset.day + len(days)
        lived = [course.live(day) for course in courses]
        days.append(ForecastDay(day, *map(_find_band, zip(*lived, strict=True))))
        advance(len(days), _likely_length(len(days), horizon))
    reached = sorted(c.ready_day for c in courses if c.ready_day is not None)
    begun = [card for card in outset.cards if card.stability and not card.suspended]
    wanted = [card for cards in targets.values() for card in cards]
    return Forecast(
        days=tuple(days),
        seeds=len(courses),
        retained=sum(recall_of(begun, outset.day, preset)),
        ready=_find_readiness(reached, len(courses)),
        ready_days=tuple(reached),
        ready_now=ready_now,
        cards=len(wanted),
        learned_now=sum(card.learned for card in wanted),
        learned=_find_band([len(wanted) - len(course.missing) for course in courses]),
    )


def find_ready_days(
    outset: Outset,
    preset: Preset,
    *,
    seeds: Sequence[int],
    by: int,
    spare: int,
    advance: Callable[[int], object] = lambda _days: None,
) -> list[int | None]:
    """Return the day on which each course is ready, where that is not after a study day.

    The days that `forecast` finds, at less cost: a course ends once it is ready, or cannot be in
    time, and no further one is begun after too many that were not.

    Args:
        outset: Where the learner stands.
        preset: The settings.
        seeds: One for each course.
        by: The study day, at whose end one is to be ready.
        spare: How many courses may fail; with one more the rest is left out.
        advance: Called with how many more days are done with.
    """
    targets = find_targets(outset)
    found: list[int | None] = []
    for seed in seeds:
        course = _LikelyCourse(outset, preset, targets, seed)
        day = outset.day
        while course.ready_day is None and day <= by and not course.is_too_late(day, by):
            course.live(day)
            day += 1
            advance(1)
        advance(by + 1 - day)
        found.append(course.ready_day)
        if found.count(None) > spare:
            break
    return found


def is_ready_now(outset: Outset, preset: Preset) -> bool:
    """Return whether one is ready before anything is studied."""
    return _LikelyCourse(outset, preset, find_targets(outset), 0).is_ready(outset.day)


def find_usual_day(ready_days: Sequence[int | None]) -> int | None:
    """Return the middle of the days on which courses are ready; None if half of them are not."""
    reached = sorted(day for day in ready_days if day is not None)
    return _find_readiness(reached, len(ready_days)).middle


def _is_over(courses: Sequence[_LikelyCourse], days: int, horizon: Horizon) -> bool:
    if days >= horizon.most or days < horizon.least:
        return days >= horizon.most
    if all(course.ready_day is not None for course in courses):
        return True
    return all(course.missing and course.idle >= _STALLED for course in courses)


def _likely_length(days: int, horizon: Horizon) -> int:
    """Return how many days it will be, as it looks after some of them."""
    length = horizon.least
    while length < days:
        length *= 2
    return min(length, horizon.most)


# --- one course ---------------------------------------------------------------------------


class _LikelyCourse:
    """A course of days, and when it made its learner ready.

    Attributes:
        ready_day: The day; None so far.
        missing: The cards that have yet to be learned for it.
        idle: Days since a new card was begun.
    """

    def __init__(
        self,
        outset: Outset,
        preset: Preset,
        targets: Mapping[str, Sequence[QueueCard]],
        seed: int,
    ) -> None:
        self._outset = outset
        self._preset = preset
        self._targets = [[card.card_id for card in cards] for cards in targets.values()]
        learner = LikelyLearner(
            outset.cards,
            outset.kinds,
            preset=preset,
            habits=outset.habits,
            pace=outset.pace,
            seed=3 * seed,
        )
        self._learner = learner
        self._course = Course(outset.cards, learner, _plan_near(outset), learner.expect)
        self._absences = Random(3 * seed + 2)  # noqa: S311 - for a simulation
        self.missing = [c.card_id for cards in targets.values() for c in cards if not c.learned]
        self._at_first = len(self.missing)
        self.ready_day: int | None = None
        self.idle = 0

    def live(self, day: int) -> tuple[float, float, int, int]:
        """Live through a day; return retained cards, minutes, reviews and new cards."""
        done = self._outset.done if day == self._outset.day else DoneToday()
        came = bool(done.notes) or self._absences.random() >= self._outset.habits.missed
        minutes, reviews, new = 0.0, 0, 0
        if came:
            studied = self._course.study_day(day, self._preset, done)
            minutes, reviews, new = studied.seconds / 60, studied.reviews, studied.new
        self.idle = 0 if new or not came else self.idle + 1
        if self.ready_day is None and self.is_ready(day):
            self.ready_day = day
        retained = self._learner.count_recalled(self._course.cards.values(), day)
        return retained, minutes, reviews, new

    def is_ready(self, day: int) -> bool:
        """Return whether the learner is ready at this time of a day."""
        cards = self._course.cards
        self.missing = [card_id for card_id in self.missing if not cards[card_id].learned]
        if self.missing:
            return False
        for ids in self._targets:
            recalls = recall_of([cards[card_id] for card_id in ids], day, self._preset)
            if sum(recalls) < FIRM * len(recalls):
                return False
        return True

    def is_too_late(self, day: int, by: int) -> bool:
        """Return whether the learner will not be ready by a day, as it looks before another.

        It is certain where more cards are unseen than may be begun until then, or none was begun
        for long. After a quarter of the time it is all but certain where not half of them would
        be learned at the rate so far, since reviews leave ever less time for new ones.
        """
        if not self.missing:
            return False
        gone, left = day - self._outset.day, by + 1 - day
        at_most = left * self._preset.new_per_day
        if len(self.missing) > at_most:
            cards = self._course.cards
            if sum(not cards[card_id].stability for card_id in self.missing) > at_most:
                return True
        if self.idle >= _STALLED:
            return True
        learned = self._at_first - len(self.missing)
        hopeless = 2 * learned * (gone + left) < self._at_first * gone
        return hopeless and gone >= _LEAST_TO_JUDGE and 4 * gone >= gone + left


def _plan_near(outset: Outset) -> NearPlanner:
    return NearPlanner(
        outset.cards,
        outset.graph,
        outset.path,
        known=outset.known,
        unreadable=outset.unreadable,
    )


# --- bands --------------------------------------------------------------------------------


def _find_band(values: Sequence[float]) -> Band:
    ranked = sorted(values)
    low, middle, high = [_quantile(ranked, share) for share in _BAND]
    return Band(low, middle, high, sum(ranked) / len(ranked))


def _find_readiness(reached: Sequence[int], courses: int) -> Readiness:
    ranked = [*map(float, reached), *[inf] * (courses - len(reached))]
    low, middle, high = [_quantile(ranked, share) for share in _BAND]
    return Readiness(_if_finite(low, floor), _if_finite(middle, round), _if_finite(high, ceil))


def _if_finite(value: float, rounded: Callable[[float], int]) -> int | None:
    return None if value == inf else rounded(value)


def _quantile(ranked: Sequence[float], share: float) -> float:
    """Return the value below which one more of the same kind lies with a probability.

    Of n values the i-th lies above such a share of all as i / (n + 1), whatever their
    distribution (Weibull's plotting position); in between it is linear.
    """
    place = min(max((len(ranked) + 1) * share, 1.0), float(len(ranked)))
    index = int(place)
    below, rest = ranked[index - 1], place - index
    if not rest:
        return below
    return below + rest * (ranked[index] - below) if below < inf else inf
