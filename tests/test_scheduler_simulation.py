"""Simulated days: cards change as the adapter changes them, and days go as plans say."""

from collections.abc import Sequence
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler import fsrs_adapter
from scheduler.graph import build_graph
from scheduler.memory import NEW, Rating, State
from scheduler.planning import plan_day
from scheduler.preset import (
    DEFAULT_PARAMETERS,
    HIGHEST_PARAMETERS,
    LOWEST_PARAMETERS,
    Preset,
)
from scheduler.queue import QueueCard
from scheduler.simulation import DAY_MS, Course, StudiedDay, answer
from tests.planning_fixtures import DAY, make_card

gaps = st.just(0) | st.integers(1, 30) | st.integers(300, 4_000)
turns = st.lists(st.tuples(st.sampled_from(Rating), gaps), max_size=25)
steps = st.lists(st.sampled_from((1, 61, 600, 5_401, 86_399, 86_400, 200_000)), max_size=3)
presets = st.builds(
    Preset,
    desired_retention=st.floats(0.7, 0.99),
    learning_steps=steps.map(tuple),
    relearning_steps=steps.map(tuple),
    maximum_interval=st.integers(1, 36_500),
    parameters=st.just(DEFAULT_PARAMETERS)
    | st.tuples(*(st.floats(*b) for b in zip(LOWEST_PARAMETERS, HIGHEST_PARAMETERS, strict=True))),
    fuzz=st.just(False),
)


@settings(max_examples=1_000, deadline=None)
@given(presets, turns)
def test_answer_is_that_of_the_adapter(preset: Preset, turns: list[tuple[Rating, int]]) -> None:
    memory, card, step, day, at = NEW, make_card(1), 0, DAY, DAY * DAY_MS
    learned = False
    for rating, gap in turns:
        day += gap
        at += gap * DAY_MS + 60_000
        memory = fsrs_adapter.answer(memory, rating, at, day, preset, seed=1)
        card, step = answer(card, step, rating, day, at, preset)
        learned |= memory.state == State.REVIEW
        assert (card.state, step) == (memory.state, memory.step or 0)
        assert (card.stability, card.difficulty) == (memory.stability, memory.difficulty)
        assert (card.due_day, card.due_at) == (memory.due_day, memory.due_at)
        assert (card.last_day, card.lapses) == (memory.last_day, memory.lapses)
        assert card.learned == learned


class _Listed:
    """Gives the ratings of a list, one after the other, and then Good; 30 seconds each."""

    def __init__(self, ratings: Sequence[int] = ()) -> None:
        self.ratings = list(ratings)
        self.shown: list[int] = []

    def study(self, card: QueueCard, day: int) -> tuple[int, float]:  # noqa: ARG002
        self.shown.append(card.card_id)
        return (self.ratings.pop(0) if self.ratings else 3), 30.0


def begin(learner: _Listed, count: int = 2) -> Course:
    graph = build_graph({"a": []})
    cards = [make_card(n, seconds=60.0) for n in range(count)]
    return Course(cards, learner, partial(plan_day, graph=graph), lambda card: card.lapses + 60.0)


def test_steps_come_back_when_they_end() -> None:
    """The first card after its minute, before one that waits; all after their ten minutes."""
    learner = _Listed([1])
    course = begin(learner, 4)
    assert course.study_day(DAY, Preset()) == StudiedDay(DAY, 5, 4, 270.0)
    assert learner.shown == [0, 1, 2, 0, 3, 1, 2, 0, 3]
    assert {card.state for card in course.cards.values()} == {State.REVIEW}


def test_forgotten_card_is_relearned_on_the_same_day() -> None:
    learner = _Listed([4, 1, 2, 3])
    course = begin(learner, 1)
    course.study_day(DAY, Preset())
    card = course.cards[0]
    assert (card.state, card.learned, card.lapses) == (State.REVIEW, True, 0)
    assert card.due_day is not None
    assert course.study_day(card.due_day - 1, Preset()).reviews == 0
    assert course.study_day(card.due_day, Preset()).reviews == 3
    card = course.cards[0]
    assert (card.state, card.lapses, card.seconds) == (State.REVIEW, 1, 61.0)


def test_minutes_end_a_day() -> None:
    learner = _Listed()
    course = begin(learner, 20)
    assert course.study_day(DAY, Preset(minutes_per_day=2)).seconds == 120.0
    assert course.study_day(DAY + 1, Preset(minutes_per_day=0)).seconds == 0.0


def test_no_more_is_begun_than_the_preset_allows() -> None:
    course = begin(_Listed(), 9)
    days = [course.study_day(DAY + n, Preset(new_per_day=4)) for n in range(3)]
    assert [day.new for day in days] == [4, 4, 1]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 4), max_size=30), st.integers(1, 8))
def test_same_answers_make_the_same_course(ratings: list[int], count: int) -> None:
    courses = []
    for _ in range(2):
        course = begin(_Listed(ratings), count)
        days = [course.study_day(DAY + n, Preset()) for n in range(5)]
        courses.append((days, course.cards))
    assert courses[0] == courses[1]
