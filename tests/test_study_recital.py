"""Ticking off what an answer must mention, and the rating it suggests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlready.study.recital import Recital
from scheduler.memory import Rating

AGAIN, HARD, GOOD = Rating.AGAIN, Rating.HARD, Rating.GOOD


@pytest.mark.parametrize(
    ("points", "suggested"),
    [
        (1, [AGAIN, GOOD]),
        (2, [AGAIN, AGAIN, GOOD]),
        (3, [AGAIN, AGAIN, HARD, GOOD]),
        (4, [AGAIN, AGAIN, AGAIN, HARD, GOOD]),
        (5, [AGAIN, AGAIN, AGAIN, HARD, HARD, GOOD]),
    ],
)
def test_what_is_suggested(points: int, suggested: list[Rating]) -> None:
    found = []
    for said in range(points + 1):
        recital = Recital(points)
        for point in range(points):
            recital = recital.tick() if point < said else recital.miss()
        found.append(recital.suggested)
    assert found == suggested


def test_nothing_is_suggested_before_anything_was_said() -> None:
    recital = Recital(3)
    assert recital.suggested is None
    assert recital.miss().miss().suggested is None
    assert recital.miss().miss().miss().suggested == AGAIN
    assert Recital(0).suggested is None


def test_a_tick_can_be_taken_back_on_the_second_round() -> None:
    recital = Recital(2).tick().tick()
    assert recital.tick() == recital  # a key too many does no harm
    again = recital.miss()
    assert again.at == 0
    assert again.tick().said == {1}


@given(st.integers(0, 6), st.lists(st.booleans(), max_size=20))
def test_points_stay_in_range_and_only_easy_is_never_suggested(n: int, keys: list[bool]) -> None:
    recital = Recital(n)
    for ticked in keys:
        recital = recital.tick() if ticked else recital.miss()
        assert 0 <= recital.at <= n
        assert recital.said <= set(range(n))
        assert recital.suggested in {None, AGAIN, HARD, GOOD}
