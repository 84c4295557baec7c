"""The adapter against py-fsrs itself, and histories against their answers."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

import fsrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.fsrs_adapter import Review, answer, preview, recall, replay
from scheduler.fuzz import fuzz_window
from scheduler.memory import NEW, Memory, Rating, State
from scheduler.memory_model import MAXIMUM_STABILITY, memory_model
from scheduler.preset import (
    DEFAULT_PARAMETERS,
    HIGHEST_PARAMETERS,
    LOWEST_PARAMETERS,
    Preset,
)

DAY, DAY_MS, MINUTE = 739_000, 86_400_000, 60_000
PLAIN = Preset(fuzz=False)


class Turn(NamedTuple):
    """A rating, and the study days since the one before."""

    rating: Rating
    gap: int


gaps = st.just(0) | st.integers(1, 30) | st.integers(300, 4_000)
turns = st.lists(st.builds(Turn, st.sampled_from(Rating), gaps), max_size=25)
steps = st.lists(st.sampled_from((60, 600, 5_400, 86_400, 200_000)), max_size=3)
parameters = st.tuples(
    *(st.floats(*b) for b in zip(LOWEST_PARAMETERS, HIGHEST_PARAMETERS, strict=True))
) | st.just(DEFAULT_PARAMETERS)
presets = st.builds(
    Preset,
    desired_retention=st.floats(0.7, 0.99),
    learning_steps=steps.map(tuple),
    relearning_steps=steps.map(tuple),
    maximum_interval=st.integers(1, 36_500),
    parameters=parameters,
    fuzz=st.booleans(),
)
seeds = st.integers(0, 2**64)


def study(preset: Preset, turns: list[Turn], seed: int = 1) -> list[Memory]:
    """The memories after each turn; turns of one day are a minute apart."""
    memories, day, at = [NEW], DAY, DAY * DAY_MS
    for rating, gap in turns:
        day += gap
        at += gap * DAY_MS + MINUTE
        memories.append(answer(memories[-1], rating, at, day, preset, seed))
    return memories


def record(turns: list[Turn], memories: list[Memory]) -> list[Review]:
    reviews, day = [], DAY
    for (rating, gap), memory in zip(turns, memories[1:], strict=True):
        day += gap
        assert memory.last_at is not None
        after = (memory.state, memory.step, memory.due_day, memory.due_at)
        reviews.append(Review(rating, memory.last_at, day, *after))
    return reviews


@given(presets, turns)
def test_equals_py_fsrs_on_whole_days(preset: Preset, turns: list[Turn]) -> None:
    scheduler = fsrs.Scheduler(
        preset.parameters,
        preset.desired_retention,
        [timedelta(seconds=s) for s in preset.learning_steps],
        [timedelta(seconds=s) for s in preset.relearning_steps],
        preset.maximum_interval,
        enable_fuzzing=False,
    )
    plain = Preset(
        desired_retention=preset.desired_retention,
        learning_steps=preset.learning_steps,
        relearning_steps=preset.relearning_steps,
        maximum_interval=preset.maximum_interval,
        parameters=preset.parameters,
        fuzz=False,
    )
    at = datetime(2024, 1, 1, tzinfo=UTC)
    card = fsrs.Card(card_id=1, due=at)
    for turn, ours in zip(turns, study(plain, turns)[1:], strict=True):
        at += timedelta(days=turn.gap)
        card, _ = scheduler.review_card(card, fsrs.Rating(turn.rating), at)
        assert card.stability is not None
        has_limit = card.stability >= MAXIMUM_STABILITY
        card.stability = min(card.stability, MAXIMUM_STABILITY)
        assert (ours.stability, ours.difficulty) == (card.stability, card.difficulty)
        assert (ours.state, ours.step) == (State(card.state), card.step)
        wait = card.due - at
        if ours.due_day is not None:
            assert ours.last_day is not None
            interval = ours.due_day - ours.last_day
            if has_limit and ours.state == State.REVIEW:
                # py-fsrs goes by a stability without limit; ours by the limit, as Anki does.
                longest = memory_model(preset.parameters).interval(
                    MAXIMUM_STABILITY, preset.desired_retention
                )
                assert interval == min(longest, preset.maximum_interval)
            else:
                assert interval == wait.days
            assert ours.due_at is None
        else:
            assert ours.due_at is not None
            assert ours.last_at is not None
            assert ours.due_at - ours.last_at == wait.total_seconds() * 1000


@given(presets, turns, seeds)
def test_replay_equals_the_answers(preset: Preset, turns: list[Turn], seed: int) -> None:
    memories = study(preset, turns, seed)
    reviews = record(turns, memories)
    for length, memory in enumerate(memories):
        assert replay(reviews[:length], preset.parameters) == memory


@given(presets, turns, parameters)
def test_replay_keeps_decisions_under_other_parameters(
    preset: Preset, turns: list[Turn], others: tuple[float, ...]
) -> None:
    memory = study(preset, turns)[-1]
    rebuilt = replay(record(turns, study(preset, turns)), others)
    fresh = study(Preset(parameters=others), turns)[-1]
    for field in Memory.__slots__:
        source = fresh if field in {"stability", "difficulty"} else memory
        assert getattr(rebuilt, field) == getattr(source, field)


@given(presets, turns, gaps, seeds)
def test_preview_equals_answer(preset: Preset, turns: list[Turn], gap: int, seed: int) -> None:
    memory = study(preset, turns, seed)[-1]
    day = (memory.last_day or DAY) + gap
    at = day * DAY_MS
    assert preview(memory, at, day, preset, seed) == {
        rating: answer(memory, rating, at, day, preset, seed) for rating in Rating
    }


@given(st.just(Preset()), turns, gaps, seeds)
def test_higher_ratings_wait_longer(preset: Preset, turns: list[Turn], gap: int, seed: int) -> None:
    memory = study(preset, turns, seed)[-1]
    if memory.state is not State.REVIEW:
        return
    day = (memory.last_day or DAY) + gap
    after = preview(memory, 0, day, preset, seed)
    hard, good, easy = (after[rating].due_day or 0 for rating in list(Rating)[1:])
    assert day < hard <= good <= easy


@given(presets, turns, gaps, seeds)
def test_fuzz_keeps_the_ratings_apart_and_each_in_its_window(
    preset: Preset, turns: list[Turn], gap: int, seed: int
) -> None:
    memory = study(preset, turns, seed)[-1]
    day = (memory.last_day or DAY) + gap
    plain = Preset(**{f: getattr(preset, f) for f in Preset.__slots__} | {"fuzz": False})
    intervals = [
        [
            (after.due_day or 0) - day
            for after in preview(memory, 0, day, how, seed).values()
            if after.state is State.REVIEW
        ]
        for how in (plain, preset)
    ]
    maximum = preset.maximum_interval
    pairs = list(zip(*intervals, strict=True))
    for unfuzzed, fuzzed in pairs:
        shortest, longest = fuzz_window(unfuzzed, maximum)
        assert shortest <= fuzzed <= longest <= maximum
    for (low, low_fuzzed), (high, high_fuzzed) in pairwise(pairs):
        if low < high:
            assert low_fuzzed < high_fuzzed or high_fuzzed == maximum
        else:
            assert low_fuzzed >= high_fuzzed


@given(turns, st.sampled_from(Rating), gaps)
def test_recall_does_not_depend_on_state_or_steps(
    turns: list[Turn], rating: Rating, gap: int
) -> None:
    memory = study(PLAIN, turns)[-1]
    day = (memory.last_day or DAY) + gap
    after = answer(memory, rating, 0, day, PLAIN, 0)
    bare = Memory(
        stability=memory.stability,
        difficulty=memory.difficulty,
        last_day=memory.last_day,
    )
    expected = (after.stability, after.difficulty)
    assert recall(memory, rating, day, DEFAULT_PARAMETERS) == expected
    assert recall(bare, rating, day, DEFAULT_PARAMETERS) == expected


@given(turns)
def test_reps_and_lapses_count(turns: list[Turn]) -> None:
    memories = study(PLAIN, turns)
    forgotten = sum(
        before.state is State.REVIEW and rating is Rating.AGAIN
        for before, (rating, _) in zip(memories[:-1], turns, strict=True)
    )
    assert (memories[-1].reps, memories[-1].lapses) == (len(turns), forgotten)


def test_first_good_answer_waits_in_the_second_step() -> None:
    after = answer(NEW, Rating.GOOD, 1_000, DAY, Preset(), 0)
    assert after == Memory(
        state=State.LEARNING,
        step=1,
        stability=DEFAULT_PARAMETERS[2],
        difficulty=after.difficulty,
        due_at=601_000,
        last_day=DAY,
        last_at=1_000,
        reps=1,
    )


@pytest.mark.parametrize(("steps", "seconds"), [((60, 600), 330), ((60,), 90)])
def test_hard_on_the_first_step(steps: tuple[int, ...], seconds: int) -> None:
    after = answer(NEW, Rating.HARD, 0, DAY, Preset(learning_steps=steps), 0)
    assert (after.state, after.step, after.due_at) == (
        State.LEARNING,
        0,
        seconds * 1000,
    )


def test_step_of_a_day_is_due_on_a_day() -> None:
    after = answer(NEW, Rating.GOOD, 0, DAY, Preset(learning_steps=(60, 86_400)), 0)
    assert (after.state, after.due_day, after.due_at) == (State.LEARNING, DAY + 1, None)


def test_lapse_without_relearning_steps_stays_in_review() -> None:
    preset = Preset(relearning_steps=(), fuzz=False)
    memory = answer(NEW, Rating.EASY, 0, DAY, preset, 0)
    lapsed = answer(memory, Rating.AGAIN, 0, DAY + 9, preset, 0)
    assert (lapsed.state, lapsed.lapses, lapsed.step) == (State.REVIEW, 1, None)


def test_review_dated_before_the_last_one_counts_as_of_its_day() -> None:
    turns = [Turn(Rating.EASY, 5), Turn(Rating.GOOD, -3), Turn(Rating.GOOD, 9)]
    memories = study(PLAIN, turns)
    assert [memory.last_day for memory in memories[1:]] == [DAY + 5, DAY + 5, DAY + 11]
    assert replay(record(turns, memories), PLAIN.parameters) == memories[-1]


@settings(max_examples=20)
@given(st.integers(2, 40))
def test_repeats_of_a_day_do_not_eat_the_next_day(repeats: int) -> None:
    """A minute for each repeat must not make the next midnight the same day."""
    memory = study(PLAIN, [Turn(Rating.HARD, 0)] * repeats)[-1]
    same_day = recall(memory, Rating.HARD, DAY, DEFAULT_PARAMETERS)
    assert recall(memory, Rating.HARD, DAY + 1, DEFAULT_PARAMETERS) > same_day
