"""Runs: one learner, one deck, one way to plan the days, and what came of it."""

from __future__ import annotations

import os
import random
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from benchmarks.laboratory.crediting import CreditingPlanner, WatchedLearner
from benchmarks.laboratory.learners import Assumptions, SimulatedLearner
from benchmarks.laboratory.planners import OURS, Way, change_at, make_planner
from benchmarks.laboratory.worlds import DAYS_WORK, Shape, make_world, pace_of, pick_goal
from scheduler.preset import DEFAULT_PARAMETERS, Preset
from scheduler.simulation import Course

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from benchmarks.laboratory.worlds import World
    from scheduler.queue import QueueCard

# The study day before the first; any will do.
_EVE: Final = 1000


class Calendar(NamedTuple):
    """How long the learner studies on which days; days count from 1.

    Attributes:
        minutes: On a usual day.
        missed: The chance that a day is missed.
        away_after: The last day before an absence; 0 without one.
        away: Its days.
        minutes_after: On a day after it; None: as before.
    """

    minutes: float = 15.0
    missed: float = 0.0
    away_after: int = 0
    away: int = 0
    minutes_after: float | None = None

    def each_day(self, days: int, seed: int) -> Iterator[float]:
        """Yield the minutes of every day."""
        draw = random.Random(f"{seed} calendar")
        for day in range(1, days + 1):
            returned = bool(self.away) and day > self.away_after + self.away
            is_off = draw.random() < self.missed
            if is_off or (self.away_after < day and self.away and not returned):
                yield 0.0
            elif returned and self.minutes_after is not None:
                yield self.minutes_after
            else:
                yield self.minutes


class Setting(NamedTuple):
    """All that the ways to plan a day have in common.

    Attributes:
        shape: The graph and the deck.
        assumed: The learner.
        calendar: Their days.
        retention: Desired retention.
        decay: w20 of FSRS-6 that the scheduler believes in; None: the learner's own.
        steps: The second learning step and the relearning step, in seconds.
        days_work: Seconds that a day's work on a card is expected to take, by its state.
        probes: The days at whose end knowledge is measured; the last ends the run.
        closure: The least and the most topics of the goal's closure; None without a goal.
        limit: The day on which a run that has not reached its goal is given up.
        changes_after: The last day that is planned by ours as shipped, whatever the way.
    """

    shape: Shape = Shape()
    assumed: Assumptions = Assumptions()
    calendar: Calendar = Calendar()
    retention: float = 0.9
    decay: float | None = None
    steps: int = 600
    days_work: tuple[float, ...] = DAYS_WORK
    probes: tuple[int, ...] = (180,)
    closure: tuple[int, int] | None = (10, 1000)
    limit: int = 1200
    changes_after: int = 0


class Job(NamedTuple):
    """A run that can be made."""

    setting: Setting
    way: Way
    seed: int


class Probe(NamedTuple):
    """What the learner has at the end of a day.

    Attributes:
        day: From 1.
        knowledge: Cards, each as much as it is likely to be recalled.
        ready: Topics that are ready.
        broad: Topics whose breadth cards are ready.
        minutes: Studied since the first day.
        reviews: Showings since the first day.
        due: Of them, reviews of cards that were due.
        asleep: Of all cards, those that wait in a step over the night.
    """

    day: int
    knowledge: float
    ready: int
    broad: int
    minutes: float
    reviews: int
    due: int
    asleep: int


class Outcome(NamedTuple):
    """What came of a run.

    Attributes:
        probes: In the order of days.
        goal_day: The first day at whose end all of the goal's closure was ready at once.
        closure: How many topics that were; 0 without a goal.
    """

    probes: tuple[Probe, ...]
    goal_day: int | None
    closure: int


def run(job: Job) -> Outcome:
    """Make a run; the same job always gives the same outcome."""
    setting, seed = job.setting, job.seed
    world = make_world(setting.shape, seed)
    goal = pick_goal(world, seed, *setting.closure) if setting.closure else None
    closure = world.graph.closure([goal]) if goal else frozenset()
    learner = SimulatedLearner(world, setting.assumed, seed)
    course, watched = _make_course(job, world, learner, goal)
    presets = _Presets(setting)
    probes: list[Probe] = []
    goal_day = None
    minutes, reviews = 0.0, 0
    for day, available in enumerate(setting.calendar.each_day(setting.limit, seed), 1):
        now = _EVE + day
        if available:
            done = course.study_day(now, presets.of(available))
            minutes += done.seconds / 60
            reviews += done.reviews + done.new
        if goal and goal_day is None and all(learner.is_ready(t, now) for t in closure):
            goal_day = day
        if day in setting.probes:
            have = learner.knowledge(now), learner.count_ready(now), learner.count_broad(now)
            asleep = sum(card.due_at is not None for card in course.cards.values())
            probes.append(Probe(day, *have, minutes, reviews, watched.reviews, asleep))
        if day >= setting.probes[-1] and not (goal and goal_day is None):
            break
    return Outcome(tuple(probes), goal_day, len(closure))


def _make_course(
    job: Job, world: World, learner: SimulatedLearner, goal: str | None
) -> tuple[Course, WatchedLearner]:
    """Return the course of a run before its first day, and the learner as it is watched."""
    setting = job.setting
    planner = make_planner(job.way, world, goal, job.seed)
    if setting.changes_after:
        shipped = make_planner(OURS, world, goal, job.seed)
        planner = change_at(_EVE + setting.changes_after + 1, shipped, planner)

    crediting = None
    if job.way.credits:
        crediting = CreditingPlanner(planner, world.exercises, job.way.weight)
        planner = crediting
    watched = WatchedLearner(learner, crediting)

    def expect(card: QueueCard) -> float:
        return setting.days_work[card.state] * pace_of(card.card_id)

    cards = [card._replace(seconds=expect(card)) for card in world.cards]
    return Course(cards, watched, planner, expect), watched


class _Presets:
    """The presets of a setting, one for each number of minutes."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._made: dict[float, Preset] = {}

    def of(self, minutes: float) -> Preset:
        """Return the preset of a day."""
        if minutes not in self._made:
            setting = self._setting
            decay = setting.assumed.decay if setting.decay is None else setting.decay
            self._made[minutes] = Preset(
                desired_retention=setting.retention,
                learning_steps=(60, setting.steps),
                relearning_steps=(setting.steps,),
                parameters=(*DEFAULT_PARAMETERS[:-1], decay),
                fuzz=False,
                minutes_per_day=minutes,
            )
        return self._made[minutes]


@dataclass(slots=True)
class Bench:
    """Where runs are made: each only once, several at the same time.

    Attributes:
        processes: How many at a time; with 1, in this process.
        shows_progress: Whether to say on standard error how far it is.
    """

    processes: int = field(default_factory=lambda: os.cpu_count() or 1)
    shows_progress: bool = False
    made: dict[Job, Outcome] = field(default_factory=dict)

    def run_all(self, jobs: Iterable[Job], name: str = "") -> list[Outcome]:
        """Make runs, and return what came of each."""
        wanted = list(jobs)
        missing = list(dict.fromkeys(job for job in wanted if job not in self.made))
        for number, (job, outcome) in enumerate(self._run(missing), 1):
            self.made[job] = outcome
            self._tell(f"\r{name}: {number} of {len(missing)} runs")
        if missing:
            self._tell("\r\033[K")
        return [self.made[job] for job in wanted]

    def _run(self, jobs: list[Job]) -> Iterator[tuple[Job, Outcome]]:
        if self.processes <= 1 or len(jobs) <= 1:
            yield from ((job, run(job)) for job in jobs)
            return
        with ProcessPoolExecutor(self.processes) as pool:
            yield from zip(jobs, pool.map(run, jobs), strict=True)

    def _tell(self, text: str) -> None:
        if self.shows_progress:
            print(text, end="", file=sys.stderr, flush=True)
