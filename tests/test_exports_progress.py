"""A learner's progress in the real Anki: memories, intervals, histories, and what stays away."""

from __future__ import annotations

import csv
import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from math import isclose
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.anki.progress import card_values, collection_values, fsrs_interval, review_rows
from exports.records import ExportCard, ExportNote, ExportReview
from scheduler.days import StudyCalendar
from scheduler.fsrs_adapter import preview
from scheduler.fuzz import fuzz_window
from scheduler.memory import Memory, State
from scheduler.memory_model import memory_model
from scheduler.preset import Preset
from tests.anki_moments import FAKETIME, Seen, Visit, visit_anki
from tests.progress_fixtures import learn, note_with, pack, progress_of
from tests.store_fixtures import seeded

REAL = Path(__file__).parents[2] / "shared" / "data" / "revlog.csv"
CALENDAR = StudyCalendar(UTC, 4)
# A morning in November 2024, some weeks after the last review.
PINNED = 1_730_970_000
NOW = PINNED if FAKETIME else int(time.time())
MOMENT = PINNED if FAKETIME else None
TODAY = CALENDAR.day_of(NOW * 1000)
FIRST_DAY = TODAY - 1000
FITTED = (
    *(0.31, 1.7, 3.9, 12.4, 6.9, 0.71, 2.6, 0.02, 1.6, 0.2, 0.9, 1.6, 0.09, 0.33),
    *(1.9, 0.45, 2.1, 0.62, 0.11, 0.09, 0.21),
)
PRESETS = {
    "default": Preset(fuzz=False),
    "fitted": Preset(
        desired_retention=0.87,
        parameters=FITTED,
        learning_steps=(300, 86_400),
        relearning_steps=(600, 3600),
        new_per_day=7,
        reviews_per_day=77,
        maximum_interval=400,
        fuzz=False,
    ),
}


def real_histories() -> list[list[tuple[int, int]]]:
    """Every tenth card of a real log, moved so that it ends some weeks ago."""
    if not REAL.exists():
        pytest.skip(f"needs {REAL}")
    with REAL.open() as file:
        rows = sorted((int(row["card_id"]), int(row["time_ms"]), int(row["rating"]))
                      for row in csv.DictReader(file))  # fmt: skip
    ended = max(at for _, at, _ in rows)
    later = (NOW - 21 * 86_400) * 1000 - ended
    cards = [[(at + later, rating) for _, at, rating in found]
             for _, found in groupby(rows, key=lambda row: row[0])]  # fmt: skip
    return cards[::10]


def made_histories() -> list[list[tuple[int, int]]]:
    """Cards in every state, reviewed until just now."""
    random = seeded(7)
    cards = []
    for number in range(80):
        at, history = (NOW - random.randrange(86_400 * 90)) * 1000, []
        for _ in range(1 + number % 9):
            if at > NOW * 1000 - 60_000:
                break
            history.append((at, random.choice((1, 2, 3, 3, 3, 4))))
            at += random.choice((61_000, 700_000, 86_400_000, 400_000_000, 1_700_000_000))
            at += random.randrange(1000)
        cards.append(history)
    return [history for history in cards if history]


HISTORIES = {"real": real_histories, "made": made_histories}


class Learnt(NamedTuple):
    """A package of cards with progress, and what the scheduler knows of them."""

    memories: dict[str, Memory]
    notes: list[ExportNote]
    package: str


def learn_all(folder: Path, histories: list[list[tuple[int, int]]], preset: Preset) -> Learnt:
    memories, notes = {}, []
    for number, history in enumerate(histories):
        memory, card = learn(history, CALENDAR, preset)
        memories[f"t/{number}#1"] = memory
        notes.append(note_with(f"t/{number}", card))
    package = pack(folder, progress_of(CALENDAR, FIRST_DAY, preset), *notes)
    return Learnt(memories, notes, package)


def see(*packages: str, **options: Any) -> Seen:
    (seen,) = visit_anki("UTC", Visit(packages, MOMENT, **options))
    return seen


# What Anki goes on with


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("source", HISTORIES)
def test_anki_goes_on_as_we_would(source: str, preset: str, tmp_path: Path) -> None:
    settings = PRESETS[preset]
    learnt = learn_all(tmp_path, HISTORIES[source](), settings)
    assert len(learnt.memories) >= 60
    seen = see(learnt.package, buttons=True)
    assert not seen.complaints
    for name, memory in learnt.memories.items():
        arrived = json.loads(seen.cards[name]["data"])
        assert arrived["s"] == pytest.approx(memory.stability, abs=1e-4)
        assert arrived["d"] == pytest.approx(memory.difficulty, abs=1e-3)
        # Anki computes with 24 bits, which shows where a stability once was near its lowest.
        whole = [memory.stability, memory.difficulty]
        assert seen.recomputed[name] == pytest.approx(whole, rel=2e-5)
        check_buttons(seen.states[name], memory, settings)


def check_buttons(buttons: dict[str, list[Any]], memory: Memory, preset: Preset) -> None:
    ours = preview(memory, NOW * 1000, TODAY, preset, 1)
    shortest = 1  # with Anki a better answer never leads to the same interval
    for rating, after in ours.items():
        stability, difficulty, wait = buttons[rating.name.lower()]
        assert after.stability
        # Anki keeps four digits after the point, for small stabilities, too.
        assert isclose(stability, after.stability, rel_tol=1e-3, abs_tol=1e-4)
        assert difficulty == pytest.approx(after.difficulty, abs=2e-3)
        if after.state is State.REVIEW:
            model = memory_model(preset.parameters)
            plain = model.interval(after.stability, preset.desired_retention)
            plain = min(max(plain, shortest), preset.maximum_interval)
            low, high = fuzz_window(plain, preset.maximum_interval)
            assert low - 1 <= wait <= high + 1
            shortest = wait + 1
        elif after.due_at:
            assert -wait == pytest.approx((after.due_at - NOW * 1000) // 1000, abs=1)
        else:
            assert after.due_day
            assert -wait == (after.due_day - TODAY) * 86_400


def test_the_whole_history_arrives(tmp_path: Path) -> None:
    learnt = learn_all(tmp_path, made_histories(), PRESETS["default"])
    seen = see(learnt.package)
    for note in learnt.notes:
        (card,) = note.cards
        for row, review in zip(seen.reviews[f"{note.key}#1"], card.reviews, strict=True):
            at, _, _, *numbers = row
            assert at == review.at_ms
            rating, interval, last, factor, duration, kind = numbers
            assert (rating, interval, last) == review[1:2] + review[3:5]
            assert (factor - 100) / 1000 * 9 + 1 == pytest.approx(review.difficulty, abs=5e-3)
            assert (duration, kind) == (5000, (0, 0, 1, 2)[review.state_before])


def test_counts_and_steps_arrive(tmp_path: Path) -> None:
    learnt = learn_all(tmp_path, made_histories(), PRESETS["fitted"])
    seen = see(learnt.package)
    for name, memory in learnt.memories.items():
        card = seen.cards[name]
        assert (card["type"], card["reps"], card["lapses"]) == (
            memory.state,
            memory.reps,
            memory.lapses,
        )
        assert card["left"] == (0 if memory.step is None else 2 - memory.step)
        if memory.due_at:
            assert (card["queue"], card["due"]) == (1, memory.due_at // 1000)
        else:
            assert memory.due_day
            assert card["queue"] == (2 if memory.state is State.REVIEW else 3)
            assert card["due"] - seen.today == memory.due_day - TODAY


def test_without_fsrs_intervals_grow_as_sm2_has_it(tmp_path: Path) -> None:
    history = [(NOW * 1000 - days * 86_400_000, 3) for days in (31, 30, 27, 16)]
    memory, card = learn(history, CALENDAR, PRESETS["default"])
    assert memory.last_day
    today = replace(card, due_day=TODAY, interval=TODAY - memory.last_day)
    lapsed = replace(card, state=3, step=0, due_day=None, due_at=NOW * 1000, interval=0, reviews=())
    package = pack(
        tmp_path,
        progress_of(CALENDAR, FIRST_DAY),
        note_with("t/review", today),
        note_with("t/lapsed", lapsed),
    )
    seen = see(package, fsrs=False, buttons=True)
    again, *waits = (wait for _, _, wait in seen.states["t/review#1"].values())
    assert again == -600
    assert waits == sorted(set(waits))
    for wait, factor in zip(waits, (1.2, 2.5, 2.5 * 1.3), strict=True):
        low, high = fuzz_window(round(today.interval * factor), 36_500)
        assert low - 1 <= wait <= high + 1
    assert seen.cards["t/lapsed#1"]["ivl"] >= 1
    assert seen.states["t/lapsed#1"]["good"][2] >= 1


# Who has the cards already


def test_cards_that_anki_has_are_left_alone(tmp_path: Path) -> None:
    histories = made_histories()
    learnt = learn_all(tmp_path, histories, PRESETS["default"])
    more = [[*history, (NOW * 1000 - 1 - number, 1)] for number, history in enumerate(histories)]
    extra = [(at + 1, rating) for at, rating in more[0]]
    (tmp_path / "later").mkdir()
    later = learn_all(tmp_path / "later", [*more, extra], PRESETS["default"])
    answers = tuple((name, 3) for name in list(learnt.memories)[:5])
    seen = see(learnt.package, later.package, answers=answers)
    first, second = seen.kept
    kept = [row for row in first["cards"] if row in second["cards"]]
    assert len(kept) == len(histories) - len(answers)
    assert len(second["cards"]) == len(histories) + 1
    assert all(row in second["revlog"] for row in first["revlog"])
    added = len(second["revlog"]) - len(first["revlog"])
    assert added == len(answers) + len(extra)
    again = see(learnt.package, later.package, later.package)
    assert again.kept[1] == again.kept[2]


def test_without_learning_progress_cards_are_new_and_in_order(tmp_path: Path) -> None:
    learnt = learn_all(tmp_path, made_histories(), PRESETS["default"])
    seen = see(learnt.package, scheduling=False, presets=False)
    assert {(c["type"], c["queue"], c["ivl"], c["reps"]) for c in seen.cards.values()} == {
        (0, 0, 0, 0)
    }
    assert not any(seen.reviews.values())
    assert seen.queue == list(learnt.memories)[:20]
    assert not seen.complaints


# Marks


def test_suspended_cards_and_leeches_stay_so(tmp_path: Path) -> None:
    memory, reviewed = learn([(NOW * 1000 - 90_000, 3)], CALENDAR, PRESETS["default"])
    assert memory.state is State.LEARNING
    card = replace(reviewed, reviews=())
    long_step = replace(card, due_at=None, due_day=TODAY + 3, suspended=True)
    package = pack(
        tmp_path,
        progress_of(CALENDAR, FIRST_DAY),
        note_with("t/short", replace(card, suspended=True)),
        note_with("t/long", long_step),
        note_with("t/new", ExportCard(0, 0, suspended=True)),
        note_with("t/leech", replace(card, leech=True)),
    )
    seen = see(package)
    queues = {name: card["queue"] for name, card in seen.cards.items()}
    assert queues == {"t/short#1": -1, "t/long#1": -1, "t/new#1": -1, "t/leech#1": 1}
    start = CALENDAR.start_of(TODAY + 3) // 1000
    assert abs(seen.cards["t/long#1"]["due"] - start) <= 3600
    assert "leech" in seen.tags["t/leech"]
    assert not any("leech" in seen.tags[key] for key in ("t/short", "t/long", "t/new"))
    assert not see(package, scheduling=False).tags["t/leech"][0].startswith("leech")
    assert not seen.complaints


# Numbers


def test_the_collection_counts_days_from_the_first() -> None:
    chatham = StudyCalendar(ZoneInfo("Pacific/Chatham"), 3)
    first_at, settings = collection_values(progress_of(chatham, FIRST_DAY))
    assert first_at * 1000 == chatham.start_of(FIRST_DAY)
    offset = datetime.fromtimestamp(first_at, chatham.zone).utcoffset()
    assert offset == timedelta(minutes=-settings["creationOffset"])
    assert (settings["schedVer"], settings["rollover"]) == (2, 3)


@given(st.floats(0.001, 36_500), st.floats(0.7, 0.99), st.sampled_from(list(PRESETS.values())))
def test_the_interval_is_that_of_the_scheduler(
    stability: float, retention: float, preset: Preset
) -> None:
    progress = progress_of(CALENDAR, FIRST_DAY, replace(preset, desired_retention=retention))
    model = memory_model(preset.parameters)
    expected = min(model.interval(stability, retention), preset.maximum_interval)
    assert abs(fsrs_interval(stability, progress) - expected) <= 1  # rounding
    assert 1 <= fsrs_interval(stability, progress) <= preset.maximum_interval


def test_a_step_that_is_no_more_is_the_last() -> None:
    progress = progress_of(CALENDAR, FIRST_DAY, Preset(learning_steps=(60,), relearning_steps=()))
    for state in (1, 3):
        card = ExportCard(0, state, step=4, due_at=NOW * 1000, stability=1.0, difficulty=5.0)
        assert card_values(card, progress, 7).left == 1


def test_absurd_durations_are_cut() -> None:
    rows = [ExportReview(n, 3, 2, 1, 1, 5.0, took) for n, took in enumerate((-5, 10**12))]
    written = review_rows(1, ExportCard(0, 2, reviews=tuple(rows)))
    assert [row.time for row in written] == [0, 2**31 - 1]


# Rows that are no reviews


def test_rows_without_an_answer_come_out_as_ankis_own(tmp_path: Path) -> None:
    day = 86_400_000
    start = NOW * 1000 - 60 * day
    _, before = learn([(start, 3), (start + day, 3)], CALENDAR, PRESETS["default"])
    history = [(start + 20 * day, 3), (start + 23 * day, 3), (start + 40 * day, 4)]
    memory, card = learn(history, CALENDAR, PRESETS["default"])
    reset = ExportReview(start + 10 * day, 0, 2, 0, 5, 0.0, 0, effect=3)
    cram = ExportReview(start + 24 * day, 1, 2, 0, 0, 5.0, 900, effect=1)
    moved = ExportReview(start + 50 * day, 0, 2, 30, 12, 5.0, 0, effect=2)
    first, second, third = card.reviews
    reviews = (*before.reviews, reset, first, second, cram, third, moved)
    card = replace(card, reviews=reviews)
    seen = see(
        pack(tmp_path, progress_of(CALENDAR, FIRST_DAY), note_with("t/1", card)), buttons=True
    )
    kinds = [(row[8], row[3], bool(row[6])) for row in seen.reviews["t/1#1"]]
    assert kinds == [
        (0, 3, True),
        (0, 3, True),
        (4, 0, False),
        (0, 3, True),
        (0, 3, True),
        (3, 1, False),
        (1, 4, True),
        (4, 0, True),
    ]
    assert seen.recomputed["t/1#1"] == pytest.approx(
        [memory.stability, memory.difficulty], rel=1e-5
    )
