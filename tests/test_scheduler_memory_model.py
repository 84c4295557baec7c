"""The formulas of FSRS-6 as they stand here, against py-fsrs, to the last bit."""

from datetime import UTC, datetime, timedelta

import fsrs
from hypothesis import given
from hypothesis import strategies as st

from scheduler.memory import Memory, Rating, retrievability
from scheduler.memory_model import MAXIMUM_STABILITY, memory_model
from scheduler.preset import DEFAULT_PARAMETERS, HIGHEST_PARAMETERS, LOWEST_PARAMETERS

START = datetime(2024, 1, 1, tzinfo=UTC)
BOUNDS = tuple(zip(LOWEST_PARAMETERS, HIGHEST_PARAMETERS, strict=True))

gaps = st.integers(0, 3) | st.integers(1, 60) | st.integers(300, 4_000)
histories = st.lists(st.tuples(st.sampled_from(Rating), gaps), min_size=1, max_size=40)
# Legal numbers of any kind, those at the very edge included, and ones that a learner may have.
parameters = (
    st.tuples(*(st.floats(low, high) for low, high in BOUNDS))
    | st.tuples(*(st.sampled_from(bounds) for bounds in BOUNDS))
    | st.just(DEFAULT_PARAMETERS)
)
retentions = st.floats(0.7, 0.99)


@given(parameters, histories)
def test_equals_py_fsrs(parameters: tuple[float, ...], history: list[tuple[Rating, int]]) -> None:
    model = memory_model(parameters)
    scheduler = fsrs.Scheduler(parameters, enable_fuzzing=False)
    card, at, ours = fsrs.Card(card_id=1, due=START), START, None
    for rating, gap in history:
        at += timedelta(days=gap)
        if ours is not None:
            recall = scheduler.get_card_retrievability(card, at)
            assert model.retrievability(ours[0], gap) == recall
            assert retrievability(ours[0], gap, parameters) == recall
        card, _ = scheduler.review_card(card, fsrs.Rating(rating), at)
        ours = model.begin(rating) if ours is None else model.review(*ours, rating, gap)
        assert card.stability is not None
        card.stability = min(card.stability, MAXIMUM_STABILITY)  # py-fsrs has no upper limit
        assert ours == (card.stability, card.difficulty)


@given(parameters, histories, retentions)
def test_interval_equals_py_fsrs(
    parameters: tuple[float, ...], history: list[tuple[Rating, int]], retention: float
) -> None:
    model = memory_model(parameters)
    scheduler = fsrs.Scheduler(
        parameters, retention, learning_steps=[], maximum_interval=10**9, enable_fuzzing=False
    )
    stability, difficulty = model.begin(history[0][0])
    for rating, gap in history[1:]:
        stability, difficulty = model.review(stability, difficulty, rating, gap)
    interval = scheduler._next_interval(stability=stability)
    assert model.interval(stability, retention) == interval


@given(parameters, histories)
def test_numbers_stay_in_their_ranges(
    parameters: tuple[float, ...], history: list[tuple[Rating, int]]
) -> None:
    model = memory_model(parameters)
    memory = model.begin(history[0][0])
    for rating, gap in history[1:]:
        memory = model.review(*memory, rating, gap)
        assert 0.001 <= memory[0] <= MAXIMUM_STABILITY
        assert 1 <= memory[1] <= 10
        assert 0 < model.retrievability(memory[0], gap) <= 1


@given(st.floats(0.01, 3_000), st.floats(1, 10), st.integers(1, 3_000))
def test_parts_are_those_of_a_review(stability: float, difficulty: float, elapsed: int) -> None:
    """What planning asks for alone is what a review would lead to."""
    model = memory_model(DEFAULT_PARAMETERS)
    grown = model.grow(stability, difficulty, elapsed)
    forgotten = model.forget(stability, difficulty, elapsed)
    after = [model.review(stability, difficulty, rating, elapsed)[0] for rating in Rating]
    assert after[Rating.GOOD - 1] == min(grown, MAXIMUM_STABILITY)
    assert after[Rating.AGAIN - 1] == max(forgotten, 0.001)
    assert after == sorted(after)


def test_a_clock_set_back_is_the_same_day() -> None:
    model = memory_model(DEFAULT_PARAMETERS)
    assert model.review(3.0, 5.0, Rating.GOOD, -2) == model.review(3.0, 5.0, Rating.GOOD, 0)
    assert retrievability(3.0, -2, DEFAULT_PARAMETERS) == 1


def test_a_model_is_made_once_for_its_parameters() -> None:
    again = tuple(float(repr(number)) for number in DEFAULT_PARAMETERS)
    assert memory_model(again) is memory_model(DEFAULT_PARAMETERS)


def test_a_new_card_is_not_recalled() -> None:
    assert retrievability(Memory().stability, 0, DEFAULT_PARAMETERS) == 0
