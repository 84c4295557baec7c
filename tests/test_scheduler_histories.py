"""Histories with resets, cramming and dates set by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.fsrs_adapter import replay
from scheduler.histories import (
    Effect,
    HistoryRow,
    Written,
    find_fit_history,
    order_rows,
    replay_history,
)
from scheduler.memory import NEW, State
from scheduler.preset import DEFAULT_PARAMETERS

FIRST = 739_000
DAY_MS = 86_400_000


def row(day: int, rating: int = 3, effect: Effect = Effect.REVIEW, **changes: int) -> HistoryRow:
    """A row of a day, which leads to a review ten days later."""
    made = HistoryRow(
        rating, day * DAY_MS, FIRST + day, State.REVIEW, None, FIRST + day + 10, None, effect
    )
    return made._replace(**changes)


def event(day: int, effect: Effect, **changes: int) -> HistoryRow:
    """A row without an answer."""
    return row(day, 0, effect, **changes)


ROWS = st.lists(
    st.builds(
        lambda rating, at, day, state: HistoryRow(rating, at, day, state, None, day + 3, None),
        st.integers(1, 4),
        st.integers(0, 10**12),
        st.integers(FIRST, FIRST + 900),
        st.sampled_from(list(State)[1:]),
    ),
    max_size=12,
)
EFFECTS = st.sampled_from(list(Effect))


@given(ROWS)
def test_reviews_alone_are_replayed_as_ever(rows: list[HistoryRow]) -> None:
    assert replay_history(rows, DEFAULT_PARAMETERS) == replay(
        [entry[:7] for entry in rows], DEFAULT_PARAMETERS
    )


@given(ROWS, ROWS, st.sampled_from([Effect.CRAM, Effect.RESCHEDULED]), st.integers(0, 12))
def test_what_is_no_review_leaves_the_memory(
    rows: list[HistoryRow], others: list[HistoryRow], effect: Effect, place: int
) -> None:
    others = [entry._replace(effect=effect) for entry in others]
    plain = replay_history(rows, DEFAULT_PARAMETERS)
    mixed = replay_history([*rows[:place], *others, *rows[place:]], DEFAULT_PARAMETERS)
    assert (mixed.stability, mixed.difficulty) == (plain.stability, plain.difficulty)
    assert (mixed.reps, mixed.last_day, mixed.last_at) == (
        plain.reps,
        plain.last_day,
        plain.last_at,
    )
    if effect == Effect.CRAM:
        assert mixed == plain


@given(ROWS, ROWS)
def test_nothing_is_left_of_what_came_before_a_beginning(
    before: list[HistoryRow], after: list[HistoryRow]
) -> None:
    alone = replay_history(after, DEFAULT_PARAMETERS)
    forgotten = [*before, event(0, Effect.RESET), *after]
    assert replay_history(forgotten, DEFAULT_PARAMETERS) == alone
    if after:
        begun = [*before, after[0]._replace(effect=Effect.START), *after[1:]]
        assert replay_history(begun, DEFAULT_PARAMETERS) == alone


def test_a_date_set_by_hand_moves_state_and_due() -> None:
    learning = row(0, state_after=int(State.LEARNING), step_after=1)
    moved = event(2, Effect.RESCHEDULED, due_day_after=FIRST + 50)
    memory = replay_history([learning, moved], DEFAULT_PARAMETERS)
    assert (memory.state, memory.step, memory.due_day) == (State.REVIEW, None, FIRST + 50)
    assert (memory.last_day, memory.last_at) == (FIRST, 0)
    lapse = row(60, 1)
    assert replay_history([learning, moved, lapse], DEFAULT_PARAMETERS).lapses == 1


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [event(0, Effect.RESCHEDULED)],
        [row(0, effect=Effect.CRAM)],
        [row(0), event(1, Effect.RESET)],
        [row(0), event(1, Effect.RESET), event(2, Effect.RESCHEDULED)],
    ],
)
def test_without_an_answer_that_counts_a_card_is_new(rows: list[HistoryRow]) -> None:
    assert replay_history(rows, DEFAULT_PARAMETERS) == NEW


def test_a_memory_that_is_given_takes_the_place_of_what_is_lost() -> None:
    given_row = row(0, effect=Effect.GIVEN)._replace(stability=30.0, difficulty=4.0)
    memory = replay_history([given_row], DEFAULT_PARAMETERS)
    assert (memory.stability, memory.difficulty, memory.reps) == (30.0, 4.0, 1)
    # But what was answered here says more.
    assert replay_history([row(0), given_row], DEFAULT_PARAMETERS) == replace(
        replay_history([row(0), row(0)], DEFAULT_PARAMETERS)
    )


def test_rows_are_put_together_by_time() -> None:
    mine = [Written(1, True, row(day)) for day in (1, 5)]
    theirs = [Written(1, False, row(day)) for day in (7, 3, 0)]
    ordered = order_rows([*mine, *theirs])
    assert [entry.day - FIRST for entry in ordered] == [0, 1, 3, 5, 7]


def test_a_clock_set_back_does_not_change_the_order_of_what_was_done_here() -> None:
    mine = [Written(card, True, row(day)) for card, day in ((1, 5), (1, 2), (2, 4), (1, 6))]
    theirs = [Written(1, False, row(3))]
    ordered = order_rows([*mine, *theirs])
    assert [entry.day - FIRST for entry in ordered] == [3, 4, 5, 2, 6]


def test_fits_take_what_makes_the_memory_of_today() -> None:
    rows = [(3, 1, Effect.REVIEW), (1, 2, Effect.CRAM), (2, 4, Effect.REVIEW)]
    assert find_fit_history(rows) == [(3, 1), (2, 4)]
    assert find_fit_history([*rows, (0, 5, Effect.RESET)]) == []
    assert find_fit_history([*rows, (3, 6, Effect.START), (4, 9, Effect.REVIEW)]) == [
        (3, 6),
        (4, 9),
    ]
    lost = [(3, 1, Effect.GIVEN), (3, 5, Effect.REVIEW)]
    assert find_fit_history(lost) == []
    assert find_fit_history([*rows, *lost]) == [(3, 1), (2, 4), (3, 1), (3, 5)]
    assert find_fit_history([*lost, (3, 8, Effect.START)]) == [(3, 8)]
