"""The settings of the laboratory: what is assumed, and what is swept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from benchmarks.laboratory.learners import Assumptions
from benchmarks.laboratory.runs import Calendar, Setting
from benchmarks.laboratory.worlds import REAL_GRAPH, Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

# At medium, Anki's default has about half of what topological positions have after half a year.
COUPLINGS: Final = {"none": 0.0, "weak": 0.8, "medium": 0.96, "strong": 0.99}
STEEP: Final = 0.4  # w20; by default it is .1542
_DAY: Final = 86_400  # seconds
# A day's work where the second step of a card ends on the next day, measured in such runs.
SLEEPING_WORK: Final = (36.0, 20.0, 18.0, 18.0)
ASSUMED: Final = (
    "Simulated learners who forget as FSRS-6 says, each card with a first stability and difficulty"
    " of its own that the scheduler does not know.",
    "The first success at a card is rarer the less its foundations are recalled (coupling).",
    "The scheduler has the default parameters, which are the learner's but for the noise, and knows"
    " how long each card takes in the mean.",
)


class Effort(NamedTuple):
    """How much is run.

    Attributes:
        seeds: Learners for each row of a table about a target.
        few: Learners for each row of the others.
        topics: Of generated graphs.
        days: How long a course takes.
        year: How long permanent overload takes.
        limit: The day on which a goal that was not reached is given up.
        learning: Days of learning before a long absence.
        away: What an absence lasts, against the days in the tables.
    """

    seeds: int = 16
    few: int = 8
    topics: int = 150
    days: int = 180
    year: int = 365
    limit: int = 1200
    learning: int = 60
    away: float = 1.0


FULL: Final = Effort()
QUICK: Final = Effort(seeds=3, few=3, limit=400)
TINY: Final = Effort(2, 2, topics=12, days=8, year=10, limit=12, learning=6, away=0.1)


class Absence(NamedTuple):
    """A long absence, and what the learner comes back with.

    Attributes:
        label: What tables call it.
        days: Away.
        minutes: A day, after it.
        decay: w20 of the learner and the scheduler; None: the default.
    """

    label: str
    days: int
    minutes: float
    decay: float | None = None


HARSH: Final = Absence("harsh: forgets fast, 180 days away, 4 min", 180, 4.0, STEEP)
MILD: Final = (
    Absence("forgets fast, 90 days away, 6 min", 90, 6.0, STEEP),
    Absence("usual memory, 180 days away, 4 min", 180, 4.0),
    Absence("usual memory, 120 days away, 6 min", 120, 6.0),
    Absence("usual memory, 365 days away, 6 min", 365, 6.0),
    Absence("usual memory, 270 days away, 8 min", 270, 8.0),
)
# Days after the return on which is measured.
RETURNED: Final = (15, 30, 60, 90)


def make_course(effort: Effort) -> Setting:
    """Return the usual setting: half a year of 15 minutes a day, with a goal."""
    shape = Shape(topics=effort.topics)
    return Setting(shape=shape, probes=(effort.days,), limit=effort.limit)


def make_overload(effort: Effort) -> Setting:
    """Return a year of 5 minutes a day for a deck that asks for 15, without a goal."""
    return make_course(effort)._replace(
        calendar=Calendar(minutes=5.0), probes=(effort.year,), closure=None, limit=effort.year
    )


def make_backlog(effort: Effort, absence: Absence) -> Setting:
    """Return two months of 25 minutes a day, an absence, and a return with few minutes."""
    away = round(absence.days * effort.away)
    start = effort.learning + away
    usual = Assumptions()
    assumed = usual if absence.decay is None else usual._replace(decay=absence.decay)
    probes = tuple(start + max(round(day * effort.away), 1) for day in RETURNED)
    return make_course(effort)._replace(
        assumed=assumed,
        calendar=Calendar(25.0, 0.0, effort.learning, away, absence.minutes),
        probes=probes,
        limit=probes[-1],
        closure=None,
        changes_after=start,
    )


def make_credit(effort: Effort, exercised: int, credit: float) -> Setting:
    """Return a year without a goal in which exercises are worth so much."""
    course = make_course(effort)
    return course._replace(
        shape=course.shape._replace(exercised=exercised),
        assumed=course.assumed._replace(credit=credit),
        probes=(effort.year,),
        closure=None,
        limit=effort.year,
    )


def let_steps_sleep(base: Setting) -> Setting:
    """Return a setting in which the second step of a card ends on the next day."""
    return base._replace(steps=_DAY, days_work=SLEEPING_WORK)


def sweep_coupling(base: Setting) -> Iterator[tuple[str, Setting]]:
    """Yield the levels of coupling."""
    for name, coupling in COUPLINGS.items():
        assumed = base.assumed._replace(coupling=coupling)
        yield f"coupling: {name} ({coupling:g})", base._replace(assumed=assumed)


def sweep_learners(base: Setting) -> Iterator[tuple[str, Setting]]:
    """Yield other learners and other wishes."""
    assumed = base.assumed
    calm = assumed._replace(noise=0.0, difficulty_noise=0.0)
    noisy = assumed._replace(noise=1.0, difficulty_noise=2.5)
    yield "no noise: every card as believed", base._replace(assumed=calm)
    yield "noise doubled", base._replace(assumed=noisy)
    steep = base._replace(assumed=assumed._replace(decay=STEEP))
    yield f"steep forgetting curve (w20 = {STEEP:g})", steep
    unknown = steep._replace(decay=Assumptions().decay)
    yield "steep, and the scheduler does not know", unknown
    for retention in (0.85, 0.93):
        yield f"desired retention {retention:g}", base._replace(retention=retention)


def sweep_days(base: Setting) -> Iterator[tuple[str, Setting]]:
    """Yield other calendars and steps."""
    missed = Calendar(missed=0.2)
    yield "every day missed with p = .2", base._replace(calendar=missed)
    middle = base.probes[-1] // 3
    broken = Calendar(away_after=middle, away=middle // 2)
    yield f"{middle // 2} days away after day {middle}", base._replace(calendar=broken)
    early = Calendar(away_after=middle // 4, away=middle // 2)
    yield f"{middle // 2} days away after day {middle // 4}", base._replace(calendar=early)
    for minutes in (10.0, 30.0):
        yield f"{minutes:g} minutes a day", base._replace(calendar=Calendar(minutes=minutes))
    yield "steps end the next day", let_steps_sleep(base)


def sweep_graphs(base: Setting) -> Iterator[tuple[str, Setting]]:
    """Yield goals near and far, and the real graph where it is at hand."""
    for least, most in ((10, 20), (21, 35), (36, 1000)):
        size = f"{least} to {most}" if most < 1000 else f"{least} or more"
        yield f"goal rests on {size} topics", base._replace(closure=(least, most))
    if REAL_GRAPH.exists():
        yield "real graph, 393 topics", base._replace(shape=Shape("real"))


def sweep_overload(base: Setting) -> Iterator[tuple[str, Setting]]:
    """Yield kinds of permanent overload."""
    yield "5 minutes a day", base
    for minutes in (4.0, 7.0):
        calendar = base.calendar._replace(minutes=minutes)
        yield f"{minutes:g} minutes a day", base._replace(calendar=calendar)
    yield "5 minutes, steps end the next day", let_steps_sleep(base)
    slow = (round(base.days_work[0] * 1.17), *base.days_work[1:])
    yield "new cards are thought to take 17 % longer", base._replace(days_work=slow)
    yield from (pair for pair in sweep_coupling(base) if pair[1] != base)
    yield from (pair for pair in sweep_learners(base) if pair[1] != base)
