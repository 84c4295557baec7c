"""Forecasts: what must hold of them, and whether they come true."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler import fsrs_adapter
from scheduler.forecasting import (
    Band,
    Forecast,
    Horizon,
    Outset,
    _quantile,
    find_ready_days,
    find_usual_day,
    forecast,
)
from scheduler.graph import build_graph
from scheduler.habits import DEFAULT_HABITS, Habits, LikelyLearner, learn_habits
from scheduler.memory import NEW, Rating, State
from scheduler.near_planning import NearPlanner
from scheduler.pace import DEFAULT_PACE, Pace
from scheduler.path import find_path
from scheduler.planning import plan_day
from scheduler.preset import Preset
from scheduler.queue import DoneToday, Plan, QueueCard, Today
from scheduler.simulation import DAY_MS, Course, answer

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY = 739_000
SEEDS = range(9)
MINUTES = Preset(minutes_per_day=10.0)


def new_card(number: int, topic: str, **other: Any) -> QueueCard:
    card = QueueCard(
        card_id=number, note_id=number, topic=topic, ordinal=1, level="breadth", position=number,
        requires=(), state=0, due_day=None, due_at=None, stability=None, last_day=None,
        learned=False, suspended=False, buried_day=None, seconds=DEFAULT_PACE.seconds("", 0),
    )  # fmt: skip
    return card._replace(**other)


def learned_card(number: int, topic: str, **other: Any) -> QueueCard:
    known = {"state": 2, "due_day": DAY + 3, "stability": 10.0, "difficulty": 5.0, "learned": True}
    return new_card(number, topic, **({"last_day": DAY - 4, "seconds": 25.0} | known | other))


def outset(cards: Sequence[QueueCard], topics: int, goal: str | None = None, **k: Any) -> Outset:
    """A learner of topics `t0`, `t1` and so on, each of which rests on one or two before it."""
    mapping = {
        f"t{i}": [f"t{j}" for j in {(i - 1) // 2, i - 3} if 0 <= j < i] for i in range(topics)
    }
    graph = build_graph(mapping)
    path = find_path(graph, goal=goal)
    return Outset(DAY, cards, graph, path, path.goal or frozenset(graph.rank), **k)


def fresh(topics: int = 12, each: int = 5, goal: str | None = None, **other: Any) -> Outset:
    cards = [new_card(1 + n, f"t{n // each}") for n in range(topics * each)]
    return outset(cards, topics, goal, **other)


def lies_in(value: float, band: Band) -> float:
    """Whether a value lies in a band; on its ends, such as 0 minutes on a free day, by half."""
    return ((band.low <= value <= band.high) + (band.low < value < band.high)) / 2


def reviews_of(found: Forecast) -> float:
    return sum(day.reviews.mean for day in found.days)


# --- what must always hold ----------------------------------------------------------------


def test_the_same_seeds_give_the_same_forecast() -> None:
    start = fresh()
    again = replace(start, cards=tuple(start.cards))
    first = forecast(start, MINUTES, seeds=SEEDS, horizon=Horizon(40, 40))
    assert forecast(again, MINUTES, seeds=SEEDS, horizon=Horizon(40, 40)) == first
    assert forecast(start, MINUTES, seeds=range(9, 18), horizon=Horizon(40, 40)) != first


@pytest.mark.parametrize("goal", [None, "t7"])
def test_more_minutes_make_ready_no_later(goal: str | None) -> None:
    start = fresh(goal=goal)
    days = []
    for minutes in (3.0, 6.0, 12.0, 24.0):
        preset = Preset(minutes_per_day=minutes)
        found = forecast(start, preset, seeds=SEEDS, horizon=Horizon(1, 365))
        assert found.ready.middle is not None
        days.append(found.ready.middle)
    assert days == sorted(days, reverse=True)
    assert days[0] > days[-1]


def test_a_nearer_goal_is_reached_sooner() -> None:
    far = forecast(fresh(), MINUTES, seeds=SEEDS, horizon=Horizon(1, 365))
    near = forecast(fresh(goal="t3"), MINUTES, seeds=SEEDS, horizon=Horizon(1, 365))
    assert near.ready.middle is not None
    assert far.ready.middle is not None
    assert near.ready.middle < far.ready.middle
    assert near.cards < far.cards


def test_a_higher_retention_takes_more_reviews_and_retains_more() -> None:
    start = fresh()
    found = [
        forecast(start, Preset(desired_retention=r), seeds=SEEDS, horizon=Horizon(90, 90))
        for r in (0.8, 0.9, 0.95)
    ]
    assert reviews_of(found[0]) < reviews_of(found[1]) < reviews_of(found[2])
    retained = [forecast.days[-1].retained.mean for forecast in found]
    assert retained == sorted(retained)


def test_bands_are_in_order_and_nobody_retains_more_than_there_is() -> None:
    found = forecast(fresh(), MINUTES, seeds=SEEDS, horizon=Horizon(60, 60))
    assert [day.day for day in found.days] == list(range(DAY, DAY + 60))
    for day in found.days:
        for band in day[1:]:
            assert 0 <= band.low <= band.middle <= band.high
        assert day.retained.high <= 60
        assert day.minutes.high <= 10 + 5  # the last card may be a long one


# --- when one is ready --------------------------------------------------------------------


def test_who_has_learned_everything_is_ready_today() -> None:
    cards = [learned_card(n + 1, f"t{n // 3}") for n in range(12)]
    found = forecast(outset(cards, 4), MINUTES, seeds=SEEDS, horizon=Horizon(30, 30))
    assert found.ready_now
    assert found.ready == (DAY, DAY, DAY)
    assert found.share_ready == 1
    assert found.learned_now == found.cards == 12
    assert 11 < found.retained < 12


def test_who_has_forgotten_is_not() -> None:
    old = {"last_day": DAY - 900, "due_day": DAY - 890}
    cards = [learned_card(n + 1, f"t{n // 3}", **old) for n in range(12)]
    found = forecast(outset(cards, 4), MINUTES, seeds=SEEDS, horizon=Horizon(30, 30))
    assert not found.ready_now
    assert found.ready.middle is not None
    assert DAY <= found.ready.middle < DAY + 20


def test_suspended_cards_and_depth_do_not_count_and_known_topics_do() -> None:
    cards = [
        learned_card(1, "t0"),
        new_card(2, "t0", suspended=True),
        new_card(3, "t0", level="depth"),
        new_card(4, "t1"),
    ]
    known = outset(cards, 2, known=frozenset({"t1"}))
    found = forecast(known, Preset(new_per_day=0), seeds=SEEDS, horizon=Horizon(3, 3))
    assert found.ready_now
    assert found.cards == 1
    unknown = forecast(outset(cards, 2), Preset(), seeds=SEEDS, horizon=Horizon(1, 60))
    assert not unknown.ready_now
    assert unknown.cards == 2
    assert unknown.share_ready == 1


def test_what_cannot_be_begun_ends_the_look_early() -> None:
    blocked = fresh(topics=3, unreadable=frozenset({"t0"}))
    blocked = replace(blocked, cards=[c for c in blocked.cards if c.topic != "t0"])
    found = forecast(blocked, MINUTES, seeds=SEEDS, horizon=Horizon(20, 700))
    assert len(found.days) < 120
    assert found.ready == (None, None, None)
    assert found.share_ready == found.learned.high == 0


def test_a_look_goes_on_until_all_are_ready() -> None:
    told: list[tuple[int, int]] = []
    slow = Preset(minutes_per_day=2.0)
    found = forecast(
        fresh(),
        slow,
        seeds=SEEDS,
        horizon=Horizon(10, 700),
        advance=lambda d, n: told.append((d, n)),
    )
    assert found.share_ready == 1
    assert max(found.ready_days) == found.days[-1].day
    assert [done for done, _ in told] == list(range(1, len(found.days) + 1))
    assert all(done <= whole for done, whole in told)


@pytest.mark.parametrize("minutes", [2.0, 5.0, 20.0])
def test_courses_one_by_one_are_ready_on_the_days_of_the_forecast(minutes: float) -> None:
    start, preset, by = fresh(), Preset(minutes_per_day=minutes), DAY + 59
    found = forecast(start, preset, seeds=SEEDS, horizon=Horizon(1, 60))
    told: list[int] = []
    days = find_ready_days(start, preset, seeds=SEEDS, by=by, spare=9, advance=told.append)
    reached = sorted(day for day in days if day is not None)
    assert tuple(reached) == found.ready_days
    assert sum(told) == 60 * len(SEEDS)
    assert find_usual_day(days) == found.ready.middle


def test_after_too_many_courses_that_are_late_the_rest_is_left_out() -> None:
    slow = Preset(minutes_per_day=1.0)
    assert find_ready_days(fresh(), slow, seeds=SEEDS, by=DAY + 9, spare=2) == [None] * 3
    few = Preset(new_per_day=1)
    assert find_ready_days(fresh(), few, seeds=SEEDS, by=DAY + 9, spare=0) == [None]


def test_reviews_in_the_future_are_as_today() -> None:
    cards = [learned_card(n + 1, f"t{n // 3}", last_day=DAY + 40) for n in range(12)]
    found = forecast(outset(cards, 4), MINUTES, seeds=SEEDS, horizon=Horizon(60, 60))
    assert found.ready_now
    assert found.days[0].retained.mean == 12
    assert found.days[-1].retained.mean < 12


def test_the_work_of_today_counts() -> None:
    done = DoneToday(new=20, reviews=2, seconds=600.0, notes=frozenset({1}))
    found = forecast(fresh(done=done), MINUTES, seeds=SEEDS, horizon=Horizon(2, 2))
    today, tomorrow = found.days
    assert today.minutes.high == today.minutes.low == 10
    assert today.reviews.high == 2
    assert today.retained.high == 0
    assert tomorrow.retained.low > 1


# --- the learner --------------------------------------------------------------------------


def test_missed_days_take_time() -> None:
    usual = forecast(fresh(), MINUTES, seeds=SEEDS, horizon=Horizon(1, 365))
    absent = Habits(missed=0.5)
    start = fresh(habits=absent)
    found = forecast(start, MINUTES, seeds=SEEDS, horizon=Horizon(60, 365))
    assert found.ready.middle is not None
    assert usual.ready.middle is not None
    assert found.ready.middle - DAY > 1.3 * (usual.ready.middle - DAY)
    busy = sum(day.minutes.mean for day in found.days[:20]) / 20
    assert 3.5 < busy < 6.5


def test_a_learner_who_forgets_more_retains_less() -> None:
    start = fresh()
    leaky = replace(start, pace=Pace(lapses=2.0))
    found = [
        forecast(each, Preset(), seeds=SEEDS, horizon=Horizon(60, 60)) for each in (start, leaky)
    ]
    assert found[1].days[-1].retained.mean < found[0].days[-1].retained.mean
    assert reviews_of(found[1]) > reviews_of(found[0])


def test_habits_follow_the_evidence() -> None:
    assert learn_habits({}) == DEFAULT_HABITS
    new, review, step = int(State.NEW), int(State.REVIEW), int(State.LEARNING)
    counts = {(new, 1): 900, (new, 3): 100, (review, 4): 1000, (step, 1): 500, (step, 3): 500}
    habits = learn_habits(counts, missed=0.25)
    assert habits.first == pytest.approx((0.89, 0.0, 0.11, 0.0), abs=0.01)
    assert habits.recalled == pytest.approx((0.0, 0.02, 0.98), abs=0.01)
    assert habits.slips == pytest.approx(0.5, abs=0.01)
    assert habits.missed == 0.25
    assert habits.doubt < learn_habits({(new, 3): 10}).doubt < 1
    with pytest.raises(ValueError, match="no shares"):
        Habits(missed=1.0)


@pytest.mark.parametrize("steps", [(), (600,), (60, 600), (60, 300, 900)])
def test_a_day_on_a_card_takes_what_the_pace_says(steps: tuple[int, ...]) -> None:
    preset = Preset(learning_steps=steps, new_per_day=10_000, reviews_per_day=10_000)
    new = [new_card(n, "t0") for n in range(2000)]
    due = [learned_card(n, "t0", last_day=DAY - 10, due_day=DAY) for n in range(2000)]
    for cards, state in ((new, State.NEW), (due, State.REVIEW)):
        learner = LikelyLearner(
            cards, {}, preset=preset, habits=Habits(doubt=0.0), pace=DEFAULT_PACE, seed=1
        )

        def plan(cards: list[QueueCard], *, today: Today, preset: Preset) -> Plan:
            return plan_day(cards, build_graph({"t0": []}), today=today, preset=preset)

        course = Course(cards, learner, plan, learner.expect)
        seconds = course.study_day(DAY, preset).seconds / 2000
        assert seconds == pytest.approx(DEFAULT_PACE.seconds("", state), rel=0.05)


# --- whether it comes true ----------------------------------------------------------------


def test_one_more_of_the_same_lies_within_the_band_as_often_as_it_says() -> None:
    within = {"retained": 0.0, "minutes": 0.0}
    trials = 0
    for block in range(10):
        start = fresh(topics=8, goal="t5", habits=Habits(missed=0.1))
        found = forecast(
            start, MINUTES, seeds=range(100 * block, 100 * block + 19), horizon=Horizon(45, 45)
        )
        for seed in range(100 * block + 50, 100 * block + 66):
            truth = forecast(start, MINUTES, seeds=[seed], horizon=Horizon(45, 45))
            trials += 1
            within["retained"] += lies_in(truth.days[44].retained.mean, found.days[44].retained)
            within["minutes"] += lies_in(truth.days[30].minutes.mean, found.days[30].minutes)
    # 160 trials in clusters of 16: two standard errors are about 8 %.
    assert within["retained"] / trials == pytest.approx(0.8, abs=0.1)
    assert within["minutes"] / trials == pytest.approx(0.8, abs=0.1)


def test_the_day_of_being_ready_lies_within_its_band() -> None:
    start = fresh(habits=Habits(missed=0.1))
    within = trials = 0
    for block in range(6):
        seeds = range(1000 * block, 1000 * block + 19)
        found = forecast(start, MINUTES, seeds=seeds, horizon=Horizon(1, 365))
        low, _, high = found.ready
        truth = forecast(
            start,
            MINUTES,
            seeds=range(1000 * block + 500, 1000 * block + 520),
            horizon=Horizon(1, 365),
        )
        assert low is not None
        assert high is not None
        within += sum(low <= day <= high for day in truth.ready_days)
        trials += 20
    assert 0.68 <= within / trials <= 0.95  # both ends belong to it, so it is a little wide


@given(st.integers(2, 40), st.floats(0, 1))
def test_quantiles_lie_within_and_do_not_fall(count: int, share: float) -> None:
    ranked = [float(n) for n in range(count)]
    found = _quantile(ranked, share)
    assert 0 <= found <= count - 1
    assert found <= _quantile(ranked, min(share + 0.1, 1.0))
    assert _quantile(ranked, 0.5) == (count - 1) / 2


# --- what it is made of -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("topics", "preset"),
    [(150, Preset(new_per_day=12)), (12, Preset(new_per_day=7)), (12, MINUTES)],
)
def test_looking_at_near_cards_only_gives_the_same_days(topics: int, preset: Preset) -> None:
    start = fresh(topics=topics, each=6)

    def plan(cards: list[QueueCard], *, today: Today, preset: Preset) -> Plan:
        return plan_day(cards, start.graph, today=today, preset=preset, path=start.path)

    courses = []
    for planner in (plan, NearPlanner(start.cards, start.graph, start.path)):
        learner = LikelyLearner(start.cards, {}, preset=preset, pace=DEFAULT_PACE, seed=5)
        course = Course(start.cards, learner, planner, learner.expect)
        courses.append([course.study_day(DAY + n, preset) for n in range(25)])
        courses[-1].append(sorted(course.cards.values()))  # type: ignore[arg-type]
    assert courses[0] == courses[1]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_near_cards_only_are_right_whatever_rests_on_what(data: st.DataObject) -> None:
    count = data.draw(st.integers(2, 8))
    some = st.sets(st.integers(0, count - 1), max_size=2)
    below = {f"t{i}": [f"t{j}" for j in data.draw(some) if j < i] for i in range(count)}
    levels = st.lists(st.sampled_from(["breadth", "depth"]), min_size=1, max_size=2)
    graph = build_graph(below | {f"x{i}": () for i in range(400)})  # of nothing, on nothing
    path = find_path(graph, {topic: data.draw(st.integers(1, 4)) for topic in below})
    cards = [
        new_card(10 * n + m, topic, level=level)
        for n, topic in enumerate(below)
        for m, level in enumerate(data.draw(levels))
    ]
    cards += [new_card(1_000 + i, f"x{i}") for i in range(400)]
    today, preset = Today(DAY, 0, DoneToday()), Preset()
    whole = plan_day(cards, graph, today=today, preset=preset, path=path)
    near = NearPlanner(cards, graph, path)(cards, today=today, preset=preset)
    assert near.order == whole.order


def test_foundations_of_depth_cards_alone_are_looked_at_however_far_they_are() -> None:
    graph = build_graph(
        {"base": (), "top": ("base",)}
        | {f"over{i}": ("top",) for i in range(5)}
        | {f"x{i}": () for i in range(400)}
    )
    cards = [new_card(1, "base", level="depth"), new_card(2, "top")]
    cards += [new_card(1_000 + i, f"x{i}") for i in range(400)]
    path = find_path(graph)
    today = Today(DAY, 0, DoneToday())
    assert 2 not in NearPlanner(cards, graph, path)(cards, today=today, preset=Preset()).order


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 4)), min_size=1, max_size=25),
    st.sampled_from([(), (600,), (60, 600), (60, 600, 86_400), (90_000, 172_800)]),
    st.sampled_from([(), (600,), (300, 900)]),
    st.floats(0.75, 0.97),
)
def test_a_simulated_answer_is_that_of_the_adapter(
    reviews: list[tuple[int, int]],
    learning: tuple[int, ...],
    relearning: tuple[int, ...],
    retention: float,
) -> None:
    preset = Preset(retention, learning, relearning, fuzz=False)
    card, step, memory, day = new_card(1, "t0"), 0, NEW, DAY
    for gap, rating in reviews:
        day += gap
        now = day * DAY_MS
        memory = fsrs_adapter.answer(memory, Rating(rating), now, day, preset, 1)
        card, step = answer(card, step, rating, day, now, preset)
        assert card.state == memory.state
        assert (card.stability, card.difficulty) == (memory.stability, memory.difficulty)
        assert (card.due_day, card.last_day, card.lapses) == (
            memory.due_day, memory.last_day, memory.lapses,
        )  # fmt: skip
        assert card.due_at == memory.due_at
        if memory.step is not None:
            assert step == memory.step
