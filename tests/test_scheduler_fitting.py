"""Parameters of one's own: never worse than the defaults, better once the evidence is there."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.fitting import (
    LEARNERS,
    SIZES,
    Learner,
    Log,
    histories,
    later_log_loss,
    read_real_log,
    simulate,
    try_beginning,
)
from scheduler.fitting import LEAST_DAYS, fit_parameters, reviews_per_day
from scheduler.preset import DEFAULT_PARAMETERS, Preset

pytest.importorskip("fsrs_rs_python", reason="fsrs-rs-python, the extra [fit], is not installed")

MOST_HARM = 1.01


@cache
def simulated(name: str, reviews: int = 6_000) -> Log:
    return simulate(LEARNERS[name], list(LEARNERS).index(name), reviews)


@pytest.mark.parametrize("rollover_hour", [0, 4, 16])
@pytest.mark.parametrize("size", SIZES)
def test_on_the_real_log_a_fit_is_never_worse_and_at_last_better(
    size: int, rollover_hour: int
) -> None:
    log = read_real_log(rollover_hour)
    if not log:
        pytest.skip("the real log, shared/data/revlog.csv beside the project, is not here")
    trial = try_beginning(log, size)
    assert trial.ratio <= MOST_HARM
    if size == max(SIZES):
        assert trial.fitted < trial.defaults


@pytest.mark.parametrize("name", LEARNERS)
def test_no_simulated_learner_is_harmed(name: str) -> None:
    for size in (300, 1_000, 3_000):
        assert try_beginning(simulated(name), size).ratio <= MOST_HARM, size


@pytest.mark.parametrize("seed", range(4))
def test_who_learns_as_the_defaults_say_keeps_them_or_nearly(seed: int) -> None:
    log = simulate(Learner(spread=0, card_noise=0), 100 + seed, 6_000)
    for size in (1_000, 4_000):
        assert try_beginning(log, size).ratio <= 1.002


def test_who_learns_otherwise_is_known_after_some_thousand_reviews() -> None:
    trial = try_beginning(simulated("far from the defaults"), 3_000)
    assert trial.fit.share > 0
    assert trial.ratio < 0.99
    assert trial.fit.loss < trial.fit.loss_of_defaults


def test_the_same_reviews_give_the_same_fit_in_whatever_order_the_cards_come() -> None:
    cards = histories(simulated("far from the defaults")[:3_000])
    fit = fit_parameters(cards)
    assert fit.share > 0
    assert fit_parameters(cards) == fit
    Random(1).shuffle(cards)  # noqa: S311 - for a test
    assert fit_parameters(cards) == fit
    moved = [[(rating, day + 5_000) for rating, day in card] for card in cards]
    assert fit_parameters(moved) == fit


def test_a_fit_says_what_it_rests_on() -> None:
    log = simulated("far from the defaults")[:3_000]
    cards = histories(log)
    fit = fit_parameters(cards)
    later = [b for card in cards for a, b in pairwise(card) if b[1] > a[1]]
    assert (fit.reviews, fit.used, fit.days) == (3_000, len(later), len({day for _, day in later}))
    assert 0 < fit.held_out < fit.used
    assert fit.loss_of_current == fit.loss_of_defaults
    assert fit.standard_error > 0


def test_the_parameters_of_now_are_measured_and_change_nothing() -> None:
    cards = histories(simulated("far from the defaults")[:3_000])
    fit = fit_parameters(cards)
    again = fit_parameters(cards, fit.parameters)
    assert again.parameters == fit.parameters
    assert again.loss_of_current < again.loss_of_defaults


@pytest.mark.parametrize(
    "cards",
    [
        [],
        [[]],
        [[(3, 1)]],
        [[(3, 1)] * 500] * 20,
        [[(3, 1), (1, 3)]] * 500,
        [[(3, day), (1, day + 2)] for day in range(30)],
    ],
    ids=["nothing", "no review", "one", "one day", "two days", "thirty reviews"],
)
def test_too_little_leaves_the_defaults(cards: list[list[tuple[int, int]]]) -> None:
    fit = fit_parameters(cards)
    assert fit.parameters == DEFAULT_PARAMETERS
    assert (fit.share, fit.held_out) == (0, 0)


@pytest.mark.parametrize("rating", [1, 2, 3, 4])
def test_one_rating_for_all_is_no_trouble(rating: int) -> None:
    cards = [[(rating, day) for day in range(first, first + 300, 7)] for first in range(40)]
    Preset(parameters=fit_parameters(cards).parameters)


def test_very_long_histories_are_no_trouble() -> None:
    cards = [[(1 + (card + day) % 4, day) for day in range(600)] for card in range(3)]
    assert fit_parameters(cards).used == 3 * 599


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    cards=st.integers(1, 60),
    longest_gap=st.sampled_from([2, 9, 400, 20_000]),
)
def test_whatever_was_rated_the_result_can_be_scheduled_with(
    seed: int, cards: int, longest_gap: int
) -> None:
    chance = Random(seed)  # noqa: S311 - for a test
    made = []
    for _ in range(cards):
        day, card = chance.randrange(LEAST_DAYS * 3), []
        for _ in range(chance.randrange(1, 30)):
            card.append((chance.randint(1, 4), day))
            # Now and then a clock is set back.
            day += chance.choice((0, 0, 1, -1, chance.randrange(longest_gap)))
        made.append(card)
    fit = fit_parameters(made)
    Preset(parameters=fit.parameters)
    assert all(round(number, 4) == number for number in fit.parameters)
    assert (fit.parameters == DEFAULT_PARAMETERS) == (fit.share == 0)
    assert fit.loss <= fit.loss_of_defaults


def test_losses_are_those_of_the_formulas() -> None:
    log = simulated("typical")[:2_000]
    fit = fit_parameters(histories(log))
    begun: dict[int, int] = {}
    later = []
    for number, (card, _, day) in enumerate(log):
        if begun.setdefault(card, day) < day:
            later.append(number)
        begun[card] = day
    first = later[-fit.held_out]
    assert log[first - 1].day < log[first].day  # whole days are held out
    expected = later_log_loss(log, first, DEFAULT_PARAMETERS)
    assert fit.loss_of_defaults == pytest.approx(expected, rel=1e-4)


def test_who_forgets_sooner_has_more_to_review() -> None:
    cards = histories(simulated("typical")[:2_000])
    sooner = (*(number / 4 for number in DEFAULT_PARAMETERS[:4]), *DEFAULT_PARAMETERS[4:])
    now = reviews_per_day(cards, DEFAULT_PARAMETERS, 0.9)
    assert now < reviews_per_day(cards, sooner, 0.9) <= len(cards)
    assert reviews_per_day(cards, DEFAULT_PARAMETERS, 0.8) < now
    assert reviews_per_day([], DEFAULT_PARAMETERS, 0.9) == 0


def test_the_library_is_imported_by_a_fit_alone() -> None:
    program = "import sys, scheduler.fitting; sys.exit('fsrs_rs_python' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
