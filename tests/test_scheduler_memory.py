"""The forgetting curve, and the words of a memory."""

import subprocess
import sys

import fsrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.memory import NEW, Memory, Rating, State, retrievability
from scheduler.preset import DEFAULT_PARAMETERS

stabilities = st.floats(0.001, 36_500)


def test_new_memory_knows_nothing() -> None:
    assert Memory() == NEW
    assert NEW.state is State.NEW
    assert NEW.stability is None
    assert NEW.reps == 0


@pytest.mark.parametrize("rating", Rating)
def test_ratings_are_those_of_fsrs(rating: Rating) -> None:
    assert fsrs.Rating(rating).name.upper() == rating.name


@pytest.mark.parametrize("state", list(State)[1:])
def test_states_are_those_of_fsrs(state: State) -> None:
    assert fsrs.State(state).name.upper() == state.name


@given(stabilities, st.floats(0.1, 0.8))
def test_stability_is_where_retrievability_is_nine_tenths(stability: float, decay: float) -> None:
    parameters = (*DEFAULT_PARAMETERS[:20], decay)
    days = round(stability) or 1
    assert retrievability(float(days), days, parameters) == pytest.approx(0.9)


@given(stabilities, st.integers(0, 40_000))
def test_retrievability_falls_from_one(stability: float, elapsed: int) -> None:
    now = retrievability(stability, elapsed, DEFAULT_PARAMETERS)
    assert 0 < retrievability(stability, elapsed + 1, DEFAULT_PARAMETERS) < now <= 1
    assert retrievability(stability, -elapsed, DEFAULT_PARAMETERS) == 1


def test_retrievability_of_a_new_card_is_none() -> None:
    assert retrievability(None, 3, DEFAULT_PARAMETERS) == 0


def test_planning_does_not_import_fsrs() -> None:
    """Start-up must not pay for what only a rating needs."""
    code = "import scheduler.planning, scheduler.days, sys; print('fsrs' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
