"""Fuzz stays in its window, and longer stays longer."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.fuzz import fuzz_fraction, fuzz_interval, fuzz_window

intervals = st.integers(1, 36_500)
fractions = st.floats(0, 1, exclude_max=True)


@pytest.mark.parametrize(
    ("interval", "window"),
    [
        (1, (1, 1)),
        (2, (2, 2)),
        (3, (2, 4)),
        (7, (5, 9)),
        (20, (17, 23)),
        (100, (93, 107)),
    ],
)
def test_windows_are_those_of_anki(interval: int, window: tuple[int, int]) -> None:
    assert fuzz_window(interval, 36_500) == window


def test_maximum_interval_cuts_the_window() -> None:
    assert fuzz_window(100, 100) == (93, 100)
    assert fuzz_window(100, 90) == (90, 90)


@given(intervals, intervals, fractions)
def test_fuzz_stays_in_its_window(interval: int, maximum: int, fraction: float) -> None:
    shortest, longest = fuzz_window(interval, maximum)
    assert 1 <= shortest <= longest <= maximum
    assert shortest <= fuzz_interval(interval, fraction, maximum) <= longest


@given(intervals, intervals, intervals, fractions)
def test_longer_never_becomes_the_shorter(
    one: int, other: int, maximum: int, fraction: float
) -> None:
    short, long = sorted((one, other))
    fuzzed = fuzz_interval(short, fraction, maximum)
    assert fuzzed <= fuzz_interval(long, fraction, maximum)


def test_every_interval_of_the_window_is_given() -> None:
    given_ = Counter(
        fuzz_interval(30, fuzz_fraction(seed, reps), 36_500)
        for seed in range(100)
        for reps in range(100)
    )
    shortest, longest = fuzz_window(30, 36_500)
    assert set(given_) == set(range(shortest, longest + 1))
    assert max(given_.values()) < 1.2 * min(given_.values())


def test_no_fuzz_leaves_the_interval() -> None:
    assert fuzz_interval(100, None, 36_500) == 100


@given(st.integers(), st.integers(0, 10**6))
def test_fraction_is_one(seed: int, reps: int) -> None:
    assert 0 <= fuzz_fraction(seed, reps) < 1


def test_fraction_is_the_same_everywhere() -> None:
    """A change here would move the due days that previews have promised."""
    assert fuzz_fraction(0, 0) == 0.6524484863740322
    assert fuzz_fraction(1_700_000_000_000, 3) == 0.207510712544956
