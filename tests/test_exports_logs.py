"""What rows of Anki's log mean, judged by the memories that Anki itself makes of them."""

from __future__ import annotations

import tempfile
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from anki.collection import Collection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exports.anki.logs import AnkiDays, LogRow, Meaning, anki_days, interpret_log
from scheduler.histories import Effect, HistoryRow, replay_history
from scheduler.memory import State
from scheduler.memory_model import memory_from_sm2
from scheduler.preset import DEFAULT_PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scheduler.memory import Memory

TODAY = 739_000
DAY_MS = 86_400_000
LEARNING, REVIEW, RELEARNING, FILTERED, MANUAL, RESCHEDULED = range(6)
FULL = (
    *(0.34, 1.1, 3.2, 14.0, 6.8, 0.7, 2.9, 0.02, 1.6, 0.2, 0.9),
    *(1.7, 0.1, 0.3, 2.1, 0.4, 1.9, 0.7, 0.3, 0.2, 0.25),
)
# Fewer parameters are those of older versions of FSRS, which Anki turns into those of today.
FSRS_5 = FULL[:19]
FSRS_4 = FULL[:17]


def full_parameters(given: tuple[float, ...]) -> tuple[float, ...]:
    """The 21 parameters that Anki makes of older ones."""
    if len(given) == 19:
        return (*given, 0.0, 0.5)
    if len(given) == 17:
        w = list(given)
        w[4] = 2 * w[5] + w[4]
        w[5] = log(3 * w[5] + 1) / 3
        w[6] += 0.5
        return (*w, 0.0, 0.0, 0.0, 0.5)
    return given


class Anki:
    """A collection with one card, whose log can be anything."""

    def __init__(self, path: Path) -> None:
        self.col = Collection(str(path))
        note = self.col.new_note(self.col.models.by_name("Basic"))
        note["Front"] = "?"
        self.col.add_note(note, 1)
        self.card_id = note.cards()[0].id
        self.days = AnkiDays(TODAY, self.col.sched._timing_today().next_day_at)

    def set_parameters(self, parameters: tuple[float, ...]) -> None:
        options = self.col.decks.config_dict_for_deck_id(1)
        options["fsrsParams6"] = list(parameters)
        self.col.decks.update_config(options)

    def memory(self, entries: list[Entry]) -> tuple[float, float] | None:
        """What Anki makes of a log: stability and difficulty."""
        self.col.db.execute("DELETE FROM revlog")
        rows = [
            (e.at_ms, self.card_id, 0, e.row.rating, e.row.interval, 0, e.row.factor, 0, e.row.kind)
            for e in entries
        ]
        self.col.db.executemany("INSERT INTO revlog VALUES (?,?,?,?,?,?,?,?,?)", rows)
        found = self.col.compute_memory_state(self.card_id)
        return None if found.stability is None else (found.stability, found.difficulty)


class Entry(NamedTuple):
    at_ms: int
    row: LogRow


@pytest.fixture(scope="module")
def anki() -> Iterator[Anki]:
    with tempfile.TemporaryDirectory() as place:
        found = Anki(Path(place) / "collection.anki2")
        yield found
        found.col.close()


def stated(meaning: Meaning) -> tuple[float | None, float | None, float | None]:
    """Stability, difficulty and ease that a row states."""
    given = meaning.given
    return (max(given.interval, 1), given.difficulty, given.ease) if given else (None, None, None)


def ours(entries: list[Entry], days: AnkiDays, parameters: tuple[float, ...]) -> Memory:
    """What we make of a log."""
    meanings = interpret_log([entry.row for entry in entries])
    return replay_history(
        [
            HistoryRow(
                entry.row.rating,
                entry.at_ms,
                days.day_of(entry.at_ms),
                meaning.state_after,
                meaning.step_after,
                None,
                None,
                Effect[meaning.effect.name],
                *stated(meaning),
            )
            for entry, meaning in zip(entries, meanings, strict=True)
        ],
        parameters,
    )


RATINGS = st.integers(1, 4)
STEPS = st.sampled_from([-60, -600, -7200, -86_400, -200_000, 0])
DAYS = st.sampled_from([1, 2, 7, 40, 400, 3000])
EASES = st.sampled_from([1300, 2000, 2500, 3100])
DIFFICULTIES = st.sampled_from([100, 101, 550, 1099, 1100])
FACTORS = st.one_of(EASES, DIFFICULTIES)
INTERVALS = st.one_of(STEPS, DAYS)

ROWS = st.one_of(
    st.builds(LogRow, RATINGS, INTERVALS, st.one_of(st.just(0), FACTORS), st.just(LEARNING)),
    st.builds(LogRow, RATINGS, INTERVALS, FACTORS, st.sampled_from([REVIEW, RELEARNING])),
    st.builds(LogRow, RATINGS, DAYS, FACTORS, st.just(FILTERED)),
    st.builds(LogRow, RATINGS, INTERVALS, st.just(0), st.just(FILTERED)),
    st.builds(LogRow, st.just(0), DAYS, FACTORS, st.sampled_from([MANUAL, RESCHEDULED])),
    st.builds(LogRow, st.just(0), st.just(0), st.just(0), st.just(MANUAL)),
    # The likes of this only broken add-ons write.
    st.builds(LogRow, st.just(0), INTERVALS, FACTORS, st.sampled_from([LEARNING, REVIEW])),
    st.builds(LogRow, RATINGS, INTERVALS, st.just(0), st.just(REVIEW)),
)
WAITS = st.one_of(
    st.sampled_from([60, 600, 86_400, 3 * 86_400]), st.integers(1, 50 * 86_400)
)  # seconds


@st.composite
def logs(draw: st.DrawFn) -> list[tuple[int, LogRow]]:
    """A log as seconds before the end of today, and rows; oldest first."""
    before = draw(st.integers(0, 100_000))
    found = []
    for row in draw(st.lists(ROWS, min_size=1, max_size=9)):
        found.append((before, row))
        before += draw(WAITS)
    return found[::-1]


def assert_same(anki: Anki, log: list[tuple[int, LogRow]], parameters: tuple[float, ...]) -> None:
    end = anki.days.next_day_at * 1000 - 1
    entries = [Entry(end - before * 1000, row) for before, row in log]
    anki.set_parameters(parameters)
    expected = anki.memory(entries)
    found = ours(entries, anki.days, full_parameters(parameters or DEFAULT_PARAMETERS))
    if expected is None:
        assert found.stability is None
        assert found.state == State.NEW
    else:
        assert (found.stability, found.difficulty) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    "parameters", [(), FULL, FSRS_5, FSRS_4], ids=["default", "21", "19", "17"]
)
def test_memories_are_those_that_anki_makes(anki: Anki, parameters: tuple[float, ...]) -> None:
    @settings(
        max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(logs())
    def check(log: list[tuple[int, LogRow]]) -> None:
        assert_same(anki, log, parameters)

    check()


GOOD = 3
L = LogRow(GOOD, -600, 0, LEARNING)
R = LogRow(GOOD, 10, 2500, REVIEW)
CRAM = LogRow(GOOD, 10, 0, FILTERED)
EARLY = LogRow(GOOD, 10, 2500, FILTERED)
DATE_SET = LogRow(0, 10, 2500, MANUAL)
MOVED = LogRow(0, 10, 550, RESCHEDULED)
FORGOTTEN = LogRow(0, 0, 0, MANUAL)
STEP = LogRow(GOOD, -600, 2500, RELEARNING)


@pytest.mark.parametrize(
    ("log", "effects"),
    [
        ([L, L, R], "REVIEW REVIEW REVIEW"),
        ([L, CRAM, R, EARLY], "REVIEW CRAM REVIEW REVIEW"),
        ([L, R, DATE_SET, R, MOVED], "REVIEW REVIEW RESCHEDULED REVIEW RESCHEDULED"),
        ([L, R, FORGOTTEN, L], "REVIEW REVIEW RESET REVIEW"),
        # Older versions wrote nothing down when a card was forgotten.
        ([L, R, L, L, R], "REVIEW REVIEW START REVIEW REVIEW"),
        ([L, CRAM, L], "REVIEW CRAM REVIEW"),
        ([R, R], "GIVEN REVIEW"),
        ([STEP, STEP, R, R], "CRAM CRAM GIVEN REVIEW"),
        ([R, L], "GIVEN START"),
        ([L, FORGOTTEN, DATE_SET, R], "REVIEW RESET RESCHEDULED GIVEN"),
    ],
)
def test_effects(anki: Anki, log: list[LogRow], effects: str) -> None:
    assert [m.effect.name for m in interpret_log(log)] == effects.split()
    placed = [(86_400 * 3 * n, row) for n, row in enumerate(log[::-1])]
    assert_same(anki, placed[::-1], ())


def test_states_and_steps_are_those_of_the_answers() -> None:
    log = [
        LogRow(1, -60, 0, LEARNING),
        LogRow(3, -600, 0, LEARNING),
        LogRow(2, -600, 0, LEARNING),
        LogRow(3, 4, 500, LEARNING),
        LogRow(1, -600, 520, REVIEW),
        LogRow(3, -90_000, 520, RELEARNING),
        LogRow(3, 2, 520, RELEARNING),
    ]
    found = [
        (
            State(m.state_before).name,
            State(m.state_after).name,
            m.step_after,
            m.due_days,
            m.due_seconds,
        )
        for m in interpret_log(log)
    ]
    assert found == [
        ("NEW", "LEARNING", 0, None, 60),
        ("LEARNING", "LEARNING", 1, None, 600),
        ("LEARNING", "LEARNING", 1, None, 600),
        ("LEARNING", "REVIEW", None, 4, None),
        ("REVIEW", "RELEARNING", 0, None, 600),
        ("RELEARNING", "RELEARNING", 1, 1, None),
        ("RELEARNING", "REVIEW", None, 2, None),
    ]


def test_an_interval_and_an_ease_say_what_the_memory_was() -> None:
    stability, difficulty = memory_from_sm2(2.5, 100, DEFAULT_PARAMETERS)
    assert stability == 100
    assert 1 <= difficulty <= 10
    assert memory_from_sm2(1.3, 100, DEFAULT_PARAMETERS)[1] > difficulty
    assert memory_from_sm2(2.5, 0, DEFAULT_PARAMETERS)[0] == 1


@pytest.mark.parametrize("hour", [0, 4, 23])
@pytest.mark.parametrize("offset", [-36_000, 0, 20_700, 49_500])
def test_today_ends_at_the_next_rollover(hour: int, offset: int) -> None:
    for now in range(1_800_000_000, 1_800_000_000 + 86_400, 1_777):
        days = anki_days(now * 1000, TODAY, offset, hour)
        assert now < days.next_day_at <= now + 86_400
        assert (days.next_day_at + offset - hour * 3600) % 86_400 == 0
        assert days.day_of(now * 1000) == TODAY
        assert days.day_of((days.next_day_at - 86_400) * 1000) == TODAY - 1
        assert days.day_of((days.next_day_at - 86_399) * 1000) == TODAY
        assert days.day_of((days.next_day_at + 200_000) * 1000) == TODAY


def test_effects_are_named_as_they_are_stored() -> None:
    assert [(effect.name, int(effect)) for effect in Effect] == [
        ("REVIEW", 0),
        ("CRAM", 1),
        ("RESCHEDULED", 2),
        ("RESET", 3),
        ("START", 4),
        ("GIVEN", 5),
    ]
