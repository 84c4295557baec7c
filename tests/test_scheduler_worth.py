"""What a review is worth, and how an absence is told from a busy day."""

from math import inf
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.graph import build_graph
from scheduler.memory import State
from scheduler.memory_model import memory_model
from scheduler.planning import plan_day
from scheduler.preset import (
    DEFAULT_PARAMETERS,
    HIGHEST_PARAMETERS,
    LOWEST_PARAMETERS,
    Preset,
)
from scheduler.queue import Plan, QueueCard, Today
from scheduler.simulation import Course
from scheduler.worth import (
    ABSENCE,
    HORIZON,
    follows_absence,
    gain_at_risk,
    recall_gain,
    recall_of,
    weigh_topics,
)
from tests.planning_fixtures import DAY, make_card, make_review, plan_of

parameters = st.just(DEFAULT_PARAMETERS) | st.tuples(
    *(st.floats(*b) for b in zip(LOWEST_PARAMETERS, HIGHEST_PARAMETERS, strict=True))
)
reviews = st.builds(
    lambda stability, difficulty, elapsed, seconds: make_review(
        1, stability=stability, difficulty=difficulty, last_day=DAY - elapsed, seconds=seconds
    ),
    st.floats(0.01, 36_500),
    st.floats(1, 10),
    st.integers(-3, 4_000),
    st.floats(1, 600),
)


def worth_of(card: QueueCard, preset: Preset) -> float:
    """The same, said plainly."""
    model = memory_model(preset.parameters)
    assert card.stability is not None
    assert card.difficulty is not None
    assert card.last_day is not None
    elapsed = DAY - card.last_day
    if elapsed < 1:
        return 0.0
    recall = model.retrievability(card.stability, elapsed)
    kept = model.grow(card.stability, card.difficulty, elapsed)
    lost = model.forget(card.stability, card.difficulty, elapsed)
    reviewed = recall * model.retrievability(kept, HORIZON) + (1 - recall) * model.retrievability(
        lost, HORIZON
    )
    return (reviewed - model.retrievability(card.stability, elapsed + HORIZON)) / card.seconds


@settings(max_examples=1_000, deadline=None)
@given(parameters, st.lists(reviews, max_size=4))
def test_worth_is_recall_gained_per_second(
    parameters: tuple[float, ...], cards: list[QueueCard]
) -> None:
    """The formulas are written out there, for speed; they must stay those of the model."""
    preset = Preset(parameters=parameters)
    expected = [pytest.approx(worth_of(card, preset), rel=1e-9) for card in cards]
    assert recall_gain(cards, DAY, preset) == expected
    risks = [1 - recall for recall in recall_of(cards, DAY, preset)]
    at_risk = [g * r for g, r in zip(recall_gain(cards, DAY, preset), risks, strict=True)]
    assert gain_at_risk(cards, DAY, preset) == pytest.approx(at_risk)


@given(parameters, st.lists(reviews, max_size=4))
def test_recall_is_that_of_the_forgetting_curve(
    parameters: tuple[float, ...], cards: list[QueueCard]
) -> None:
    """A day in the future, as a clock set back leaves it, is today; new cards are not recalled."""
    model = memory_model(parameters)
    expected = [
        model.retrievability(card.stability or 0, max(DAY - (card.last_day or DAY), 0))
        for card in cards
    ]
    found = recall_of([*cards, make_card(9)], DAY, Preset(parameters=parameters))
    assert found == [*expected, 0.0]


def test_a_fragile_card_is_worth_more_than_a_strong_and_a_hopeless_one() -> None:
    stabilities = (0.001, 1.0, 3_000.0)
    hopeless, fragile, strong = (make_review(n, stability=s) for n, s in enumerate(stabilities))
    values = recall_gain([hopeless, fragile, strong], DAY, Preset())
    assert max(values) == values[1]
    [halved] = recall_gain([fragile._replace(seconds=20.0)], DAY, Preset())
    assert halved == values[1] / 2


def test_what_was_seen_today_gains_nothing() -> None:
    today = make_review(1, last_day=DAY)
    assert recall_gain([today, make_card(2)], DAY, Preset()) == [0.0, 0.0]


def missed(card_id: int, last_day: int, due_day: int) -> QueueCard:
    return make_review(card_id, last_day=last_day, due_day=due_day)


@pytest.mark.parametrize(
    ("days_away", "seen_since", "is_absence"),
    [(ABSENCE, 0, False), (ABSENCE + 1, 0, True), (60, 3, True), (60, 4, False), (3, 0, False)],
)
def test_absence_is_found_in_what_it_left_behind(
    days_away: int, seen_since: int, is_absence: bool
) -> None:
    """Four cards waited; those of `seen_since` were forgotten after the learner came back."""
    back = DAY - 2 if seen_since else DAY
    cards = [missed(n, back - days_away - n, back - 1) for n in range(4)]
    cards += [missed(10 + n, back, DAY - 1) for n in range(seen_since)]
    assert follows_absence(cards, cards, DAY) == is_absence


@pytest.mark.parametrize(("days_back", "is_absence"), [(1, True), (30, True), (31, False)])
def test_absence_is_over_after_as_many_days(days_back: int, is_absence: bool) -> None:
    back = DAY - days_back
    due = [missed(n, back - 30, back) for n in range(4)]
    since = [missed(10 + day, day, DAY + 1) for day in range(back, DAY)]
    assert follows_absence(due, [*due, *since], DAY) == is_absence


def test_nothing_due_is_no_absence() -> None:
    assert not follows_absence([], [make_review(1, last_day=DAY - 99)], DAY)


def test_long_intervals_are_no_absence() -> None:
    """Somebody who comes every day, and of whose cards only old ones are due."""
    due = [missed(n, DAY - 30 * n, DAY) for n in range(1, 9)]
    assert not follows_absence(due, due, DAY)
    overdue = [card._replace(due_day=DAY - 1) for card in due]
    seen_since = [missed(10 + n, DAY - n, DAY + 9) for n in range(300)]
    assert not follows_absence(overdue, [*overdue, *seen_since], DAY)


class _Recaller:
    """Recalls cards with a fixed chance."""

    def __init__(self, chance: float) -> None:
        self._chance = chance
        self._random = Random(1)  # noqa: S311 - reproducible

    def study(self, card: QueueCard, day: int) -> tuple[int, float]:  # noqa: ARG002
        return (3 if self._random.random() < self._chance else 1), 20.0


@pytest.mark.parametrize("minutes", [1, 3, 10, None])
@pytest.mark.parametrize("new_per_day", [1, 5])
@pytest.mark.parametrize("chance", [0.7, 0.9])
def test_daily_learners_are_never_taken_for_absent(
    minutes: float | None, new_per_day: int, chance: float
) -> None:
    """However many cards are due, and however few: over half a year, and ten weeks away."""
    graph = build_graph({"a": []})
    absent: set[int] = set()

    def plan(cards: list[QueueCard], *, today: Today, preset: Preset) -> Plan:
        due = [c for c in cards if c.state == State.REVIEW and (c.due_day or inf) <= today.day]
        if follows_absence(due, cards, today.day):
            absent.add(today.day)
        return plan_day(cards, graph, today=today, preset=preset)

    cards = [make_card(n, seconds=20.0) for n in range(120)]
    course = Course(cards, _Recaller(chance), plan, lambda _: 20.0)
    preset = Preset(minutes_per_day=minutes, new_per_day=new_per_day)
    for day in range(180):
        course.study_day(day + 1, preset)
    assert not absent
    course.study_day(250, preset)
    assert absent == {250}


def test_much_rests_on_a_topic_that_counts_more() -> None:
    graph = build_graph({"base": [], "firm": [], "b": ["base"], "c": ["b", "firm"]})
    cards = [
        make_review(1, "base", stability=1.0),
        make_review(2, "base", stability=3.0),
        make_review(3, "firm", stability=100.0),
        make_review(4, "c", stability=1.0),
    ]
    weights = weigh_topics(cards, graph, DAY, Preset())
    assert weights == {"base": 1 + 2 * 2 / 4, "firm": (1 + 2 * 1 / 4) * 0.5, "c": 1.0}


def test_after_a_long_absence_foundations_come_first() -> None:
    """Of cards alike in all else; a learner who came every day begins with the first one."""
    graph: dict[str, list[str]] = {"top": ["base"], "other": ["base"], "base": []}
    for last_day, order in ((DAY - 40, (2,)), (DAY - 10, (1,))):
        cards = [
            make_review(n, topic, last_day=last_day, due_day=last_day + 5)
            for n, topic in enumerate(("top", "base", "other"), start=1)
        ]
        assert plan_of(cards, graph, preset=Preset(reviews_per_day=1)).order == order
