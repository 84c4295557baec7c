"""Implicit credit: nothing without evidence, a review at weight one, and learnt from outcomes."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.credit import PENALTY, WEIGHTS, History, credit_card, exercise, learn_weight
from scheduler.memory import State
from scheduler.memory_model import MAXIMUM_STABILITY, memory_model
from scheduler.preset import DEFAULT_PARAMETERS, Preset
from scheduler.queue import QueueCard

MODEL = memory_model(DEFAULT_PARAMETERS)
DAY = 739_000
memories = st.tuples(st.floats(0.5, 500), st.floats(1, 10))
exercise_days = st.lists(st.integers(DAY - 2, DAY + 400), max_size=6, unique=True).map(sorted)


def make_card(
    stability: float = 10.0, difficulty: float = 5.0, state: State = State.REVIEW
) -> QueueCard:
    return QueueCard(
        card_id=1,
        note_id=1,
        topic="sets",
        ordinal=1,
        level="breadth",
        position=0,
        requires=(),
        state=state,
        due_day=DAY + MODEL.interval(stability, 0.9),
        due_at=None,
        stability=stability,
        last_day=DAY,
        learned=True,
        suspended=False,
        buried_day=None,
        seconds=20.0,
        difficulty=difficulty,
    )


@given(memories, exercise_days)
def test_no_weight_changes_nothing(memory: tuple[float, float], days: list[int]) -> None:
    assert exercise(*memory, DAY, days, 0.0, MODEL) == (memory[0], DAY)
    card = make_card(*memory)
    assert credit_card(card, days, 0.0, Preset()) is card


@given(memories, st.integers(1, 400))
def test_the_whole_weight_is_a_review(memory: tuple[float, float], elapsed: int) -> None:
    stability, last_day = exercise(*memory, DAY, [DAY + elapsed], 1.0, MODEL)
    assert last_day == DAY + elapsed
    reviewed, _ = MODEL.review(*memory, 3, elapsed)
    assert min(stability, MAXIMUM_STABILITY) == pytest.approx(reviewed)


@given(memories, exercise_days, st.sampled_from(WEIGHTS[1:]))
def test_a_card_is_never_due_earlier(
    memory: tuple[float, float], days: list[int], weight: float
) -> None:
    card = make_card(*memory)
    credited = credit_card(card, days, weight, Preset())
    assert credited.due_day is not None
    assert card.due_day is not None
    assert credited.due_day >= card.due_day
    assert (credited.stability or 0) >= (card.stability or 0)
    if not any(day > DAY for day in days):
        assert credited == card


@given(memories, exercise_days)
def test_more_weight_puts_a_review_off_for_longer(
    memory: tuple[float, float], days: list[int]
) -> None:
    card = make_card(*memory)
    due = [credit_card(card, days, weight, Preset()).due_day or 0 for weight in WEIGHTS]
    assert due == sorted(due)


@pytest.mark.parametrize("state", [State.NEW, State.LEARNING, State.RELEARNING])
def test_only_cards_in_review_gain(state: State) -> None:
    card = make_card(state=state)
    assert credit_card(card, [DAY + 5], 0.5, Preset()) is card


def test_an_interval_stays_within_the_longest() -> None:
    card = make_card(stability=90.0)
    preset = Preset(maximum_interval=100)
    credited = credit_card(card, [DAY + 50, DAY + 60, DAY + 70], 0.5, preset)
    assert credited.due_day == DAY + 100


def live(seed: int, weight: float, *, cards: int = 250, days: int = 200) -> list[History]:
    """The histories of a learner for whom an exercise is worth so much."""
    draw = Random(seed)  # noqa: S311 - a simulation
    histories = []
    for _ in range(cards):
        stability, difficulty = MODEL.begin(3)
        anchor, last_day, due = 0.0, 0, draw.randrange(1, 4)
        reviews, exercised = [(0, 3)], []
        for day in range(1, days):
            if day >= due:
                chance = MODEL.retrievability(stability, day - anchor)
                rating = 3 if draw.random() < chance else 1
                reviews.append((day, rating))
                elapsed = max(day - anchor, 1.0)
                stability, difficulty = MODEL.review(stability, difficulty, rating, elapsed)
                anchor, last_day = day, day
                due = day + round(MODEL.interval(stability, 0.9) * draw.uniform(0.8, 2.0)) + 1
            elif draw.random() < 0.06:
                exercised.append(day)
                stability, anchor = exercise(stability, difficulty, anchor, [day], weight, MODEL)
        assert last_day < days
        histories.append(History(reviews, exercised))
    return histories


@pytest.mark.parametrize("seed", range(6))
def test_chance_earns_no_credit(seed: int) -> None:
    evidence = learn_weight(live(seed, 0.0), DEFAULT_PARAMETERS)
    assert evidence.weight == 0.0
    assert evidence.outcomes > 300
    assert evidence.gain <= PENALTY


@pytest.mark.parametrize("seed", range(6))
def test_what_exercises_do_is_found_out(seed: int) -> None:
    evidence = learn_weight(live(seed, 0.35, cards=600, days=300), DEFAULT_PARAMETERS)
    assert 0.1 <= evidence.weight <= 0.5
    assert evidence.gain > PENALTY


def test_a_good_memory_is_not_taken_for_credit() -> None:
    # Recalls far more than FSRS believes, whether exercised or not.
    better = (*DEFAULT_PARAMETERS[:20], 0.1)
    histories = live(3, 0.0, cards=400)
    forgetful = (*DEFAULT_PARAMETERS[:20], 0.3)
    assert learn_weight(histories, better).weight == 0.0
    assert learn_weight(histories, forgetful).weight == 0.0


def test_nothing_is_learnt_from_nothing() -> None:
    assert learn_weight([], DEFAULT_PARAMETERS) == (0.0, 0, 0.0)
    alone = [History([(1, 3), (5, 3)], [])]
    assert learn_weight(alone, DEFAULT_PARAMETERS) == (0.0, 0, 0.0)


def test_the_order_of_cards_does_not_matter() -> None:
    histories = live(1, 0.35)
    forwards = learn_weight(histories, DEFAULT_PARAMETERS)
    backwards = learn_weight(histories[::-1], DEFAULT_PARAMETERS)
    assert forwards.weight == backwards.weight
    assert forwards.gain == pytest.approx(backwards.gain)
