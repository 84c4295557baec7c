"""The adapter against fsrs-rs, which Anki schedules with: same study days, same memories."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import datetime
from itertools import pairwise, product
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from scheduler.days import StudyCalendar
from scheduler.fsrs_adapter import Review, answer, preview, replay
from scheduler.memory import NEW, Memory, Rating, State
from scheduler.preset import DEFAULT_PARAMETERS, Preset

if TYPE_CHECKING:
    from collections.abc import Sequence

rs: Any = pytest.importorskip(
    "fsrs_rs_python", reason="fsrs-rs-python, which comes with [dev], is not installed"
)
REVLOG = Path(__file__).parents[2] / "shared" / "data" / "revlog.csv"

ZONES = ("UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia")
ROLLOVER_HOURS = (0, 4, 23)
CALENDARS = [StudyCalendar(ZoneInfo(z), hour) for z, hour in product(ZONES, ROLLOVER_HOURS)]
# Learners whose parameters were fitted, rounded, besides the defaults.
PARAMETERS = (
    DEFAULT_PARAMETERS,
    (
        *(0.0832, 0.5471, 1.9315, 10.254, 6.8105, 0.6032, 2.1127, 0.0203, 1.6421, 0.2315, 0.8917),
        *(1.6203, 0.0835, 0.3127, 1.7264, 0.4582, 2.1036, 0.7215, 0.2042, 0.1203, 0.2218),
    ),
)
STEPS = ((60, 600), (60, 600, 86_400), (900,), (30, 300, 3_600, 172_800), ())
# Relative; fsrs-rs computes with 32 bits.
CLOSE = 1e-4
# How far 32 bits move an interval before it is rounded.
TIE = 1e-5
# In days, a tenth of a second: below some minutes of stability 32 bits know no better, because
# the stability after a lapse has (S + 1) ** w13 - 1 for a factor.
SLACK = 1e-6
SECOND, HOUR, DAY = 1_000, 3_600_000, 86_400_000


class History(NamedTuple):
    """The ratings of one card and their moments, in Unix milliseconds UTC."""

    ratings: list[Rating]
    moments: list[int]


# --- made-up histories ----------------------------------------------------------------

# Moments around which clocks change in some zone: forward or back an hour in New York, half an
# hour on Lord Howe, an hour or (in 2011) a whole day in Apia. Half the histories begin near one.
CLOCK_CHANGES = [
    int(datetime.fromisoformat(text).timestamp() * SECOND)
    for text in (
        "2023-03-12T07:00+00:00",
        "2023-11-05T06:00+00:00",
        "2024-10-05T15:30+00:00",
        "2024-04-06T15:00+00:00",
        "2011-12-30T10:00+00:00",
        "2012-03-31T14:00+00:00",
    )
]


def wait_of(memory: Memory, random: Random) -> int:
    """A wait until the next review, in milliseconds: as due, too early, late or far too late."""
    kind = random.random()
    if memory.due_at is not None and memory.last_at is not None and kind < 0.7:
        return memory.due_at - memory.last_at + random.randrange(20 * 60 * SECOND)
    if memory.due_day is not None and memory.last_day is not None and kind < 0.6:
        return (memory.due_day - memory.last_day) * DAY + random.randrange(-12 * HOUR, 12 * HOUR)
    if kind < 0.8:
        return random.randrange(SECOND, 30 * HOUR)
    if kind < 0.97:
        return random.randrange(HOUR, 40 * DAY)
    return random.randrange(300 * DAY, 4_000 * DAY)


def study(calendar: StudyCalendar, preset: Preset, random: Random) -> tuple[History, list[Memory]]:
    """A random history and the memories that the adapter made of it."""
    at = random.choice(CLOCK_CHANGES) + random.randrange(-3 * DAY, DAY)
    if random.random() < 0.5:
        at += random.randrange(400 * DAY)
    memories, history = [NEW], History([], [])
    for _ in range(random.randrange(1, 26)):
        rating = random.choices(list(Rating), weights=(2, 1, 5, 1))[0]
        day = calendar.day_of(at)
        history.ratings.append(rating)
        history.moments.append(at)
        memories.append(answer(memories[-1], rating, at, day, preset, seed=1))
        at += max(wait_of(memories[-1], random), SECOND)
    return history, memories[1:]


# --- the oracle and the other way to count days ---------------------------------------


def naive_days(history: History, calendar: StudyCalendar) -> list[int]:
    """The local date of each moment less the rollover hours, from the offset to UTC alone."""
    days = []
    for at in history.moments:
        offset = datetime.fromtimestamp(at // SECOND, calendar.zone).utcoffset()
        assert offset is not None
        local = at + int(offset.total_seconds()) * SECOND
        days.append((local - calendar.rollover_hour * HOUR) // DAY)
    return days


def gaps_between(days: Sequence[int]) -> list[int]:
    """The days before each review; none before the first."""
    return [0, *(later - earlier for earlier, later in pairwise(days))]


def item_of(history: History, gaps: Sequence[int]) -> Any:
    """A history as fsrs-rs takes it."""
    ratings = history.ratings
    return rs.FSRSItem([rs.FSRSReview(int(r), gap) for r, gap in zip(ratings, gaps, strict=True)])


def check_memory(ours: Memory, theirs: Any, slack: float = 0.0) -> None:
    assert ours.stability == pytest.approx(theirs.stability, rel=CLOSE, abs=slack)
    assert ours.difficulty == pytest.approx(theirs.difficulty, rel=CLOSE, abs=0)


def check_interval(ours: int, theirs: float, preset: Preset) -> bool:
    """Check whole days against theirs before rounding; return whether no tie was near."""
    uncertainty = TIE * theirs
    shortest, longest = (
        min(max(round(theirs + error), 1), preset.maximum_interval)
        for error in (-uncertainty, uncertainty)
    )
    assert shortest <= ours <= longest
    return shortest == longest


def bare_reviews(history: History, days: Sequence[int]) -> list[Review]:
    """A history as it is recorded, but for what was decided."""
    rows = zip(history.ratings, history.moments, days, strict=True)
    return [Review(*row, State.REVIEW, None, 0, None) for row in rows]


# --- the checks -----------------------------------------------------------------------


@pytest.mark.parametrize("parameters", PARAMETERS, ids=("defaults", "fitted"))
def test_a_thousand_random_histories(parameters: tuple[float, ...]) -> None:
    random = Random(6)  # noqa: S311 - for tests
    oracle = rs.FSRS(list(parameters))
    seen: set[object] = set()
    settled = intervals = 0
    for number in range(1_000):
        calendar = CALENDARS[number % len(CALENDARS)]
        preset = Preset(
            learning_steps=random.choice(STEPS),
            relearning_steps=random.choice(STEPS),
            desired_retention=random.choice((0.8, 0.9, 0.95)),
            parameters=parameters,
            fuzz=False,
        )
        history, memories = study(calendar, preset, random)
        days = [calendar.day_of(at) for at in history.moments]
        gaps = gaps_between(days)
        assert gaps == gaps_between(naive_days(history, calendar))
        states = oracle.historical_memory_states(item_of(history, gaps))
        for ours, theirs in zip(memories, states, strict=True):
            check_memory(ours, theirs)
            if ours.state is State.REVIEW:
                assert ours.due_day is not None
                assert ours.last_day is not None
                interval = oracle.next_interval(theirs.stability, preset.desired_retention, 3)
                settled += check_interval(ours.due_day - ours.last_day, interval, preset)
                intervals += 1
        seen.update(zip((m.state for m in memories), (min(g, 300) for g in gaps), strict=True))
        seen.update(history.ratings)
    # All that may go wrong has been tried: every state on the same day and after a long gap.
    assert set(Rating) | set(product(list(State)[1:], (0, 1, 300))) <= seen
    assert settled > 0.98 * intervals > 5_000


@pytest.mark.parametrize("parameters", PARAMETERS, ids=("defaults", "fitted"))
def test_all_four_answers_of_random_memories(parameters: tuple[float, ...]) -> None:
    """Without steps every answer leads to an interval, so all four can be compared."""
    random = Random(7)  # noqa: S311 - for tests
    oracle = rs.FSRS(list(parameters))
    preset = Preset(learning_steps=(), relearning_steps=(), parameters=parameters, fuzz=False)
    settled = 0
    for number in range(500):
        calendar = CALENDARS[number % len(CALENDARS)]
        history, (*_, memory) = study(calendar, preset, random)
        days = [calendar.day_of(at) for at in history.moments]
        state = oracle.memory_state(item_of(history, gaps_between(days)))
        at = history.moments[-1] + max(wait_of(memory, random), SECOND)
        day = calendar.day_of(at)
        following = oracle.next_states(state, preset.desired_retention, day - days[-1])
        for rating, ours in preview(memory, at, day, preset, seed=1).items():
            theirs = getattr(following, rating.name.lower())
            check_memory(ours, theirs.memory)
            assert ours.due_day is not None
            settled += check_interval(ours.due_day - day, theirs.interval, preset)
    assert settled > 0.98 * 4 * 500


@pytest.fixture(scope="module")
def real_histories() -> list[History]:
    """The reviews of every card of a real learner."""
    if not REVLOG.is_file():
        pytest.skip("the real log, shared/data/revlog.csv beside the project, is not here")
    rows = defaultdict(list)
    with REVLOG.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows[row["card_id"]].append((int(row["time_ms"]), Rating(int(row["rating"]))))
    histories = []
    for reviews in rows.values():
        moments, ratings = zip(*sorted(reviews), strict=True)
        histories.append(History(list(ratings), list(moments)))
    return histories


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("rollover_hour", ROLLOVER_HOURS)
def test_every_card_of_a_real_log(
    real_histories: list[History], zone: str, rollover_hour: int
) -> None:
    calendar = StudyCalendar(ZoneInfo(zone), rollover_hour)
    counted = [[calendar.day_of(at) for at in history.moments] for history in real_histories]
    gaps = [gaps_between(days) for days in counted]
    assert gaps == [gaps_between(naive_days(history, calendar)) for history in real_histories]
    items = [item_of(*pair) for pair in zip(real_histories, gaps, strict=True)]
    for parameters in PARAMETERS:
        states = rs.FSRS(list(parameters)).memory_state_batch(items)
        for history, days, theirs in zip(real_histories, counted, states, strict=True):
            check_memory(replay(bare_reviews(history, days), parameters), theirs)


def test_answers_to_a_real_log(real_histories: list[History]) -> None:
    """What the adapter answers, review by review, where the learner's clock changed."""
    calendar = StudyCalendar(ZoneInfo("America/New_York"), 4)
    preset = Preset(fuzz=False)
    oracle = rs.FSRS(list(preset.parameters))
    settled = intervals = 0
    for history in real_histories:
        days = [calendar.day_of(at) for at in history.moments]
        states = oracle.historical_memory_states(item_of(history, gaps_between(days)))
        memory = NEW
        for rating, at, day, theirs in zip(*history, days, states, strict=True):
            memory = answer(memory, rating, at, day, preset, seed=1)
            check_memory(memory, theirs, SLACK)
            if memory.due_day is not None:
                interval = oracle.next_interval(theirs.stability, preset.desired_retention, 3)
                settled += check_interval(memory.due_day - day, interval, preset)
                intervals += 1
    assert settled > 0.999 * intervals > 5_000


def test_the_checks_straddle_the_clock_changes() -> None:
    """Where a clock changes, study days are not 24 hours: else nothing was tried."""
    hours = set()
    for at, calendar in product(CLOCK_CHANGES, CALENDARS):
        day = calendar.day_of(at)
        starts = [calendar.start_of(day + offset) for offset in (-1, 0, 1, 2)]
        hours |= {(later - earlier) / HOUR for earlier, later in pairwise(starts)}
    assert {23, 23.5, 24, 24.5, 25} <= hours
