"""How long cards take: learnt from what they took, whatever else was on the learner's mind."""

from __future__ import annotations

import json
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.memory import State
from scheduler.pace import (
    DEFAULT_PACE,
    Pace,
    Part,
    Showing,
    Work,
    gather_work,
    learn_pace,
    pace_as_data,
    pace_from_data,
)
from tests.pace_fixtures import (
    REAL_LOG,
    Prediction,
    ratios_of_blocks,
    read_real_log,
    replay,
    simulate,
)

NEW, LEARNING, REVIEW, RELEARNING = State


def showing(
    card: int, day: int, before: State, after: State, seconds: float = 10.0, kind: str = "statement"
) -> Showing:
    return Showing(card, day, kind, before, after, seconds)


def reviews(number: int, seconds: float, kind: str = "statement") -> list[Work]:
    return [Work(kind, Part.RECALLED, (seconds,))] * number


# --- from showings to work -------------------------------------------------------------


def test_a_days_work_on_a_card_is_one_piece() -> None:
    shown = [
        showing(1, 5, REVIEW, REVIEW, 7),
        showing(2, 5, NEW, LEARNING, 20),
        showing(2, 5, LEARNING, LEARNING, 9),
        showing(3, 5, REVIEW, RELEARNING, 11),
        showing(2, 5, LEARNING, REVIEW, 4),
        showing(3, 5, RELEARNING, REVIEW, 5),
        showing(1, 6, REVIEW, REVIEW, 8),
    ]
    assert gather_work(shown) == [
        Work("statement", Part.RECALLED, (7,)),
        Work("statement", Part.NEW, (20, 9, 4)),
        Work("statement", Part.STEPS, (9, 4)),  # what was left of it in steps
        Work("statement", Part.FORGOTTEN, (11, 5)),
        Work("statement", Part.STEPS, (5,)),
        Work("statement", Part.RECALLED, (8,)),
    ]


def test_work_of_today_that_is_not_done_is_left_out() -> None:
    yesterday = showing(1, 5, NEW, LEARNING)
    assert len(gather_work([yesterday, showing(2, 6, NEW, LEARNING)])) == 1
    assert gather_work([]) == []


# --- what is learnt ----------------------------------------------------------------------


def test_without_history_it_is_what_is_usual() -> None:
    assert learn_pace([]) is DEFAULT_PACE
    assert DEFAULT_PACE.seconds("derivation", NEW) > DEFAULT_PACE.seconds("derivation", REVIEW)
    assert DEFAULT_PACE.seconds("derivation", REVIEW) > DEFAULT_PACE.seconds("definition", REVIEW)
    assert DEFAULT_PACE.seconds("definition", RELEARNING) == DEFAULT_PACE.seconds("definition", 1)


def test_ten_reviews_help() -> None:
    slow = learn_pace(reviews(10, 60.0))
    usual = DEFAULT_PACE.seconds("statement", REVIEW, 1.0)
    assert usual + 0.6 * (60 - usual) < slow.seconds("statement", REVIEW, 1.0) < 60
    # Other kinds and parts move, too, and less.
    assert DEFAULT_PACE.seconds("derivation", NEW) < slow.seconds("derivation", NEW)


def test_one_review_does_little() -> None:
    pace = learn_pace(reviews(1, 3_000.0))
    assert pace.seconds("statement", REVIEW) < 2.5 * DEFAULT_PACE.seconds("statement", REVIEW)


def test_the_mean_is_learnt_and_not_the_median() -> None:
    """Every tenth derivation takes four minutes, and so it does in the plan."""
    work = [*reviews(9, 40.0, "derivation"), *reviews(1, 200.0, "derivation")] * 40
    assert learn_pace(work).seconds("derivation", REVIEW, 1.0) == pytest.approx(56, rel=0.05)


def test_a_break_is_no_slow_card() -> None:
    pace = learn_pace(reviews(200, 20.0))
    broken = learn_pace([*reviews(20, 20.0), *reviews(1, 1_800.0)] * 10)
    assert broken.seconds("statement", REVIEW) == pytest.approx(
        pace.seconds("statement", REVIEW), rel=0.06
    )
    assert broken.counted_seconds(1_800.0, "statement") < 30
    assert broken.counted_seconds(60.0, "statement") == 60


def test_recent_work_counts_more() -> None:
    faster = learn_pace([*reviews(400, 40.0), *reviews(200, 20.0)])
    slower = learn_pace([*reviews(200, 20.0), *reviews(400, 40.0)])
    assert faster.seconds("statement", REVIEW, 1.0) < 26
    assert slower.seconds("statement", REVIEW, 1.0) > 36


def test_a_kind_not_seen_for_long_is_still_known() -> None:
    work = [*reviews(100, 90.0, "derivation"), *reviews(3_000, 20.0, "statement")]
    assert learn_pace(work).seconds("derivation", REVIEW) > 60


def test_what_is_often_forgotten_takes_longer() -> None:
    pace = learn_pace([*reviews(90, 10.0), *[Work("statement", Part.FORGOTTEN, (10.0, 20.0))] * 10])
    seconds = [pace.seconds("statement", REVIEW, chance) for chance in (1.0, 0.9, 0.5, 0.0)]
    assert seconds == sorted(seconds)
    assert seconds[3] > 2 * seconds[0]
    assert pace.seconds("statement", REVIEW) == seconds[1]


def test_beliefs_about_forgetting_are_corrected() -> None:
    recalled = Work("statement", Part.RECALLED, (10.0,), 0.9)
    forgotten = Work("statement", Part.FORGOTTEN, (10.0, 10.0), 0.9)
    often = learn_pace([*[recalled] * 7, *[forgotten] * 3] * 30)
    seldom = learn_pace([*[recalled] * 99, forgotten] * 3)
    assert often.lapses == pytest.approx(3, rel=0.15)
    assert seldom.lapses < 0.5


kinds = st.sampled_from(["derivation", "statement", "", "not a kind"])
pieces = st.builds(
    Work,
    kinds,
    st.sampled_from(Part),
    st.lists(st.floats(0, 1e6), min_size=1, max_size=4).map(tuple),
    st.none() | st.floats(0, 1),
)


@given(st.lists(pieces, max_size=12), kinds, st.sampled_from(State), st.floats(0, 1))
def test_any_history_gives_sensible_times(
    work: list[Work], kind: str, state: State, chance: float
) -> None:
    pace = learn_pace(work)
    assert 0 < pace.seconds(kind, state, chance) < 20_000
    again = pace_from_data(json.loads(json.dumps(pace_as_data(pace))))
    assert again.seconds(kind, state, chance) == pytest.approx(
        pace.seconds(kind, state, chance), rel=0.01, abs=0.01
    )


@given(st.lists(pieces, max_size=12), kinds, st.floats(0, 1e6))
def test_no_more_counts_than_there_was(work: list[Work], kind: str, seconds: float) -> None:
    pace = learn_pace(work)
    counted = pace.counted_seconds(seconds, kind)
    assert 0 <= counted <= seconds + 1e-6


@pytest.mark.parametrize("data", [{}, {"day": 1}, {"day": {"a": [1]}, "limits": {}}])
def test_what_is_no_pace_is_refused(data: dict[str, object]) -> None:
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
        pace_from_data(data)


def test_a_pace_compares() -> None:
    assert Pace() == DEFAULT_PACE
    pace = learn_pace(reviews(10, 60.0))
    again = pace_from_data(pace_as_data(pace))
    assert pace_as_data(again) == pace_as_data(pace)


# --- twenty minutes ------------------------------------------------------------------------


def minutes_done(day: list[Prediction], minutes: float) -> float:
    """How long the learner studies who goes on while the next card fits into what is left."""
    done = 0.0
    for card in day:
        if done + card.predicted <= minutes * 60:
            done += card.studied
    return done / 60


def share_within(ratios: list[float], most: float) -> float:
    return fmean(abs(ratio - 1) <= most for ratio in ratios)


@pytest.mark.parametrize("factor", [0.4, 1.0, 3.0])
def test_simulated_learners(factor: float) -> None:
    days = replay(simulate(7, factor, minutes=30))
    blocks = ratios_of_blocks(days, after=3)
    # Of one block, chance alone moves the total of its 30 to 40 cards by a sixth.
    assert fmean(blocks) == pytest.approx(1, abs=0.1)
    assert share_within(ratios_of_blocks(days, after=3, minutes=100), 0.25) > 0.9
    counted = fmean(p.counted for day in days[10:] for p in day)
    studied = fmean(p.studied for day in days[10:] for p in day)
    assert counted == pytest.approx(studied, rel=0.06)
    done = [minutes_done(day, 20) / 20 for day in days[10:] if sum(p.predicted for p in day) > 1500]
    assert share_within(done, 0.15) > 0.9


@pytest.mark.skipif(not REAL_LOG.exists(), reason="the real log is not here")
def test_the_real_learner() -> None:
    days = replay(read_real_log())
    blocks = ratios_of_blocks(days, after=6)
    assert fmean(blocks) == pytest.approx(1, abs=0.06)
    # With each day's own speed known beforehand it would be 88 %.
    assert share_within(blocks, 0.15) > 0.6
    done = [minutes_done(day, 20) / 20 for day in days[8:] if sum(p.predicted for p in day) > 1500]
    assert len(done) > 30
    assert share_within(done, 0.15) > 0.95
