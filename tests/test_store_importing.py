"""Reviews that were made in the real Anki come home."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from mlready import clock
from mlready.store import tables
from mlready.store.anki_ids import REVIEW_MOMENTS, anki_review_ids
from mlready.store.fitting import read_histories
from mlready.store.importing import ImportReport, Place, import_history, plan_import
from mlready.store.interpreting import ANKI
from mlready.store.learnt import learn
from mlready.store.reading import CARD_REVIEWS, LAST_REVIEW, PACE, REVIEW_DAYS, read_done_today
from scheduler.days import StudyCalendar
from scheduler.histories import Effect
from scheduler.memory import NEW, Rating, State
from scheduler.preset import DEFAULT_PARAMETERS
from tests.anki_learner_fixtures import AnkiLearner
from tests.store_fixtures import DERIVED, HISTORY, Desk, cloze, question

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from exports.anki.histories import AnkiHistory
    from scheduler.memory import Memory

HOUR = 3_600_000
DAY = 24 * HOUR


class Study(Desk):
    """A desk in the present, where Anki lives."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.now_ms = time.time_ns() // 1_000_000 - 30 * DAY
        self.ask(question("a"), question("b"), question("c"))
        self.ask(cloze("e", "{{c1::x}} and {{c2::y}}"), topic="maps")
        self.sync()

    @property
    def day(self) -> int:
        return StudyCalendar(clock.local_zone(), 4).day_of(self.now_ms)

    def catch_up(self) -> None:
        """Let it be now."""
        self.now_ms = time.time_ns() // 1_000_000

    @property
    def here(self) -> Place:
        return Place("small", self.now_ms, clock.local_zone())

    def bring(self, history: AnkiHistory, **adopted: int) -> ImportReport:
        """Import what Anki knows, now."""
        self.catch_up()
        return import_history(self.writer.engine, history, self.here, adopted)

    def ratings(self, card_id: int) -> list[int]:
        return [row[3] for row in self.writer.rows(CARD_REVIEWS, {"card_id": card_id})]


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    mine = Study(tmp_path / "deck")
    yield mine
    mine.close()


@pytest.fixture
def learner(tmp_path: Path) -> Iterator[AnkiLearner]:
    mine = AnkiLearner(tmp_path / "collection.anki2")
    yield mine
    mine.close()


def assert_anki_agrees(learner: AnkiLearner, card_id: int, memory: Memory) -> None:
    expected = learner.memory(card_id)
    assert expected is not None
    assert (memory.stability, memory.difficulty) == pytest.approx(expected, rel=1e-5)


def test_reviews_become_ours(study: Study, learner: AnkiLearner) -> None:
    card = learner.add_ours("sets/a")
    for rating, days in ((3, 0.01), (3, 4), (1, 0.02), (3, 2), (2, 1)):
        learner.answer(card, rating)
        learner.pass_time(days)
    report = study.bring(learner.history())
    assert (report.notes, report.cards, report.known, report.refused) == (1, 1, 0, 0)
    assert report.added == {Effect.REVIEW: 5}
    ours = study.card("sets/a")
    memory = study.memory(ours)
    assert_anki_agrees(learner, card, memory)
    assert study.ratings(ours) == [3, 3, 1, 3, 2]
    assert (memory.state, memory.reps, memory.lapses) == (State.REVIEW, 5, 1)
    assert memory.due_day == study.day + learner.due_in(card)


def test_cards_are_matched_by_hole(study: Study, learner: AnkiLearner) -> None:
    first = learner.add_ours("maps/e", "{{c1::x}} and {{c2::y}}", "Cloze")
    second = learner.cards(learner.col.get_card(first).nid)[1]
    learner.answer(second, 4)
    study.bring(learner.history())
    assert study.ratings(study.card("maps/e", 2)) == [4]
    assert study.ratings(study.card("maps/e", 1)) == []


def test_importing_again_adds_nothing(study: Study, learner: AnkiLearner) -> None:
    card = learner.add_ours("sets/a")
    learner.answer(card)
    learner.pass_time(3)
    early = learner.history()
    learner.answer(card)
    late = learner.history()
    assert study.bring(early).added == {Effect.REVIEW: 1}
    tables_then = study.dump(*HISTORY, *DERIVED)
    again = study.bring(early)
    assert (again.added, again.known, again.cards) == ({}, 1, 0)
    assert study.dump(*HISTORY, *DERIVED) == tables_then
    more = study.bring(late)
    assert (more.added, more.known) == ({Effect.REVIEW: 1}, 1)
    assert study.ratings(study.card("sets/a")) == [3, 3]


def test_reviews_of_the_same_moment_are_told_apart(study: Study, learner: AnkiLearner) -> None:
    study.rate(study.card("sets/b"))
    give_log(learner, learner.add_ours("sets/a"), [(study.now_ms, 3, 5, 500, 0)])
    assert study.bring(learner.history()).added == {Effect.REVIEW: 1}
    again = study.bring(learner.history())
    assert (again.known, again.added) == (1, {})


def test_a_plan_changes_nothing(study: Study, learner: AnkiLearner) -> None:
    learner.answer(learner.add_ours("sets/a"))
    history = learner.history()
    before = study.dump(*HISTORY, *DERIVED)
    study.catch_up()
    plan = plan_import(study.writer, history, study.here)
    assert study.dump(*HISTORY, *DERIVED) == before
    assert plan.report == study.bring(history)


def test_what_was_exported_with_its_reviews_comes_back_as_known(
    study: Study, learner: AnkiLearner
) -> None:
    ours = study.card("sets/a")
    for _ in range(3):
        study.rate(ours)
        study.pass_time(2)
    study.rate(study.card("sets/b"))
    card = learner.add_ours("sets/a")
    ids = anki_review_ids(tuple(row) for row in study.writer.rows(REVIEW_MOMENTS))
    exported = [ids[review_id] for review_id in (1, 2, 3)]
    give_log(learner, card, [(at, 3, 5, 500, 0) for at in exported])
    learner.answer(card, 4)
    memory = study.memory(ours)
    report = study.bring(learner.history())
    assert (report.known, report.added) == (3, {Effect.REVIEW: 1})
    assert study.ratings(ours) == [3, 3, 3, 4]
    assert study.memory(ours).reps == memory.reps + 1


def test_what_was_undone_here_stays_undone(study: Study, learner: AnkiLearner) -> None:
    ours = study.card("sets/a")
    study.rate(ours)
    moment = study.now_ms
    study.undo()
    card = learner.add_ours("sets/a")
    give_log(learner, card, [(moment, 3, -600, 0, 0)])
    report = study.bring(learner.history())
    assert (report.known, report.added) == (1, {})
    assert study.memory(ours) == NEW


def test_reviews_here_and_there_make_one_history_by_time(
    study: Study, learner: AnkiLearner
) -> None:
    """The same reviews all made in Anki lead to the same memory."""
    ours = study.card("sets/a")
    both, alone = learner.add_ours("sets/a"), learner.add_ours("sets/b")
    start = study.now_ms
    log = [(start + n * 3 * DAY, rating) for n, rating in enumerate((3, 2, 1, 3, 4, 3))]
    for n, (at, rating) in enumerate(log):
        kind = 0 if n == 0 else 1
        give_log(learner, alone, [(at + 1, rating, 5, 500, kind)])
        if n % 2:
            study.now_ms = at - 60_000
            study.rate(ours, Rating(rating))
        else:
            give_log(learner, both, [(at, rating, 5, 500, kind)])
    study.bring(learner.history())
    assert study.ratings(ours) == [rating for _, rating in log]
    memory = study.memory(ours)
    assert_anki_agrees(learner, alone, memory)
    expected = study.memory(study.card("sets/b"))
    assert (memory.stability, memory.difficulty) == (expected.stability, expected.difficulty)
    assert memory.last_day == expected.last_day


def test_cramming_dates_and_resets_are_understood(study: Study, learner: AnkiLearner) -> None:
    crammed, dated, forgotten, blank = (
        learner.add_ours(key) for key in ("sets/a", "sets/b", "sets/c", "maps/e")
    )
    for card in (crammed, dated, forgotten):
        learner.answer(card, 4)
    learner.pass_time(9)
    learner.answer(crammed)
    learner.pass_time(2)
    learner.cram(crammed, 1)
    learner.set_due(dated, "44!")
    learner.forget(forgotten)
    learner.set_due(blank, "3")
    report = study.bring(learner.history())
    assert report.added == {
        Effect.REVIEW: 4,
        Effect.CRAM: 1,
        Effect.RESCHEDULED: 2,
        Effect.RESET: 1,
    }
    assert_anki_agrees(learner, crammed, study.memory(study.card("sets/a")))
    assert study.memory(study.card("sets/a")).lapses == 0
    assert_anki_agrees(learner, dated, study.memory(study.card("sets/b")))
    assert study.memory(study.card("sets/b")).due_day == study.day + 44
    assert study.memory(study.card("sets/c")) == NEW
    assert study.memory(study.card("maps/e")) == NEW
    learner.answer(forgotten, 2)
    study.bring(learner.history())
    memory = study.memory(study.card("sets/c"))
    assert_anki_agrees(learner, forgotten, memory)
    assert memory.reps == 1


def test_rescheduling_by_anki_moves_only_the_date(study: Study, learner: AnkiLearner) -> None:
    card = learner.add_ours("sets/a")
    learner.answer(card, 4)
    learner.pass_time(8)
    learner.answer(card, 3)
    learner.reschedule_all([5 * DEFAULT_PARAMETERS[0], *DEFAULT_PARAMETERS[1:8], 0.9, *FULL_REST])
    report = study.bring(learner.history())
    assert report.added[Effect.RESCHEDULED] == 1
    memory = study.memory(study.card("sets/a"))
    assert memory.due_day == study.day + learner.due_in(card)
    assert memory.reps == 2


FULL_REST = DEFAULT_PARAMETERS[9:]


def test_a_history_whose_beginning_is_lost(study: Study, learner: AnkiLearner) -> None:
    card = learner.add_ours("sets/a")
    start = study.now_ms
    log = [(3, 20, 2500), (3, 50, 2500), (1, -600, 2300), (3, 9, 2300)]
    give_log(learner, card, [(start + n * 5 * DAY, *row, 1) for n, row in enumerate(log)])
    study.bring(learner.history())
    assert_anki_agrees(learner, card, study.memory(study.card("sets/a")))
    effects = study.column(tables.revlog, "effect")
    assert effects == [Effect.GIVEN, *[Effect.REVIEW] * 3]
    assert read_histories(study.writer) == []


def test_a_lost_beginning_is_read_anew_under_other_parameters(
    study: Study, learner: AnkiLearner
) -> None:
    card = learner.add_ours("sets/a")
    log = [(3, 20, 1700), (3, 50, 1700), (1, -600, 1600), (3, 9, 1600)]
    start = study.now_ms
    give_log(learner, card, [(start + n * 5 * DAY, *row, 1) for n, row in enumerate(log)])
    study.bring(learner.history())
    other = [*DEFAULT_PARAMETERS[:8], 1.2, 0.3, 1.1, *DEFAULT_PARAMETERS[11:]]
    learner.reschedule_all(other)
    before = study.memory(study.card("sets/a"))
    study.writer.set_setting("parameters", " ".join(map(str, other)))
    after = study.memory(study.card("sets/a"))
    assert after.difficulty != before.difficulty
    assert_anki_agrees(learner, card, after)


def test_learning_again_without_a_reset(study: Study, learner: AnkiLearner) -> None:
    card = learner.add_ours("sets/a")
    start = study.now_ms
    kinds = [0, 1, 1, 0, 0, 1]
    log = [(start + n * 4 * DAY, 3, 4, 500, kind) for n, kind in enumerate(kinds)]
    give_log(learner, card, log)
    study.bring(learner.history())
    memory = study.memory(study.card("sets/a"))
    assert_anki_agrees(learner, card, memory)
    assert memory.reps == 3
    assert [len(history) for history in read_histories(study.writer)] == [3]


def test_a_rebuild_leads_to_the_same_memories(study: Study, learner: AnkiLearner) -> None:
    study.rate(study.card("sets/a"))
    card, other = learner.add_ours("sets/a"), learner.add_ours("sets/b")
    learner.answer(card, 3)
    learner.answer(other, 4)
    learner.pass_time(5)
    learner.answer(card, 1)
    learner.forget(other)
    study.rate(study.card("sets/c"))
    study.bring(learner.history())
    before = study.dump(tables.memories)
    assert {row["card_id"] for row in before["memories"]} == {
        study.card("sets/a"),
        study.card("sets/c"),
    }
    study.rebuild()
    assert study.dump(tables.memories) == before


def test_retired_and_merged_questions_get_their_reviews(study: Study, learner: AnkiLearner) -> None:
    for key in ("sets/a", "sets/b", "sets/c"):
        study.rate(study.card(key))
    first, second = study.card("sets/a"), study.card("sets/c")
    study.ask(question("b", "What is it?", "formerly: [sets/a]"), retired="c")
    study.sync()
    learner.answer(learner.add_ours("sets/a"), 4)
    learner.answer(learner.add_ours("sets/c"), 2)
    report = study.bring(learner.history())
    assert (report.notes, report.cards) == (2, 2)
    assert study.ratings(study.card("sets/b")) == [3, 3, 4]
    reviews = study.dump(tables.revlog)["revlog"]
    assert {row["card_id"] for row in reviews if row["origin"] == ANKI} == {first, second}


def test_what_is_not_ours_is_counted_and_left(study: Study, learner: AnkiLearner) -> None:
    mine = learner.add_ours("sets/a", "{{c1::x}} {{c3::y}}", "Cloze")
    learner.answer(learner.cards(learner.col.get_card(mine).nid)[1])
    for n in range(3):
        note = learner.add(f"theirs-{n}", f"A question {n}")
        learner.answer(learner.cards(note)[0])
    before = study.dump(tables.revlog)
    report = study.bring(learner.history())
    assert study.dump(tables.revlog) == before
    assert (report.strays, report.added) == (1, {})
    assert [tuple(found) for found in report.unmatched] == [("Basic", "Default", 3)]


def test_rows_that_cannot_be_true_are_refused(study: Study, learner: AnkiLearner) -> None:
    card = learner.add_ours("sets/a")
    study.catch_up()
    wrong = [
        (study.now_ms + 2 * DAY, 3, 4, 500, 0),
        (900_000_000_000, 3, 4, 500, 0),
        (study.now_ms - 5 * DAY, 9, 4, 500, 1),
        (study.now_ms - 4 * DAY, 3, 4, 500, 8),
        (study.now_ms - 3 * DAY, 3, 4, 500, 4),
    ]
    right = (study.now_ms - 6 * DAY, 3, 10**12, 500, 0)
    give_log(learner, card, [*wrong, right])
    history = learner.history()
    odd = [row._replace(duration_ms=-(10**15)) for row in history.reviews]
    report = study.bring(replace(history, reviews=odd, created_at=-(2**60), utc_offset=2**60))
    assert (report.refused, report.added) == (5, {Effect.REVIEW: 1})
    (row,) = study.dump(tables.revlog)["revlog"]
    assert (row["duration_ms"], row["due_day"] - row["study_day"]) == (0, 36_500)


def test_reviews_there_count_for_the_day_and_cramming_does_not(
    study: Study, learner: AnkiLearner
) -> None:
    first, second, third = (learner.add_ours(key) for key in ("sets/a", "sets/b", "sets/c"))
    learner.answer(third, 4)
    learner.pass_time(3)
    learner.answer(first, 4)
    learner.answer(second, 3)
    learner.cram(third)
    study.bring(learner.history())
    done = read_done_today(study.writer, study.day)
    assert (done.new, done.reviews) == (2, 0)
    ((today, count), (_, before)) = study.writer.rows(REVIEW_DAYS)
    assert (today, count, before) == (study.day, 3, 1)


def test_only_what_was_answered_here_can_be_taken_back_here(
    study: Study, learner: AnkiLearner
) -> None:
    learner.answer(learner.add_ours("sets/a"), 4)
    study.catch_up()
    study.now_ms -= 60_000
    mine = study.rate(study.card("sets/b"))
    study.bring(learner.history())
    assert study.writer.rows(LAST_REVIEW, {"day": study.day})[0][0] == mine
    undone = study.undo()
    assert undone is not None
    assert undone.review_id == mine
    assert study.undo() is None
    assert study.ratings(study.card("sets/a")) == [4]


def test_a_card_that_came_home_can_be_answered_here(study: Study, learner: AnkiLearner) -> None:
    card = learner.add_ours("sets/a")
    learner.answer(card, 4)
    learner.set_due(learner.add_ours("sets/b"), "0")
    learner.answer(learner.add_ours("sets/c"), 1)
    study.bring(learner.history())
    for key in ("sets/a", "sets/b", "sets/c"):
        study.rate(study.card(key))
    before = study.dump(tables.memories)
    study.rebuild()
    assert study.dump(tables.memories) == before


def test_numbers_of_reviews_leave_out_what_was_no_answer(
    study: Study, learner: AnkiLearner
) -> None:
    card = learner.add_ours("sets/a")
    learner.answer(card, 4)
    learner.forget(card)
    learner.set_due(card, "2")
    study.bring(learner.history())
    assert study.ratings(study.card("sets/a")) == [4]
    assert [count for _, count in study.writer.rows(REVIEW_DAYS)] == [1]
    assert read_done_today(study.writer, study.day).new == 1


def test_how_long_answers_take_elsewhere_says_nothing_of_here(
    study: Study, learner: AnkiLearner
) -> None:
    for _ in range(6):
        study.rate(study.card("sets/a"))
    learn(study.writer.engine, study.url)
    before = study.writer.rows(PACE)
    card = learner.add_ours("sets/b")
    give_log(learner, card, [(study.now_ms + n * DAY, 3, 1, 500, 0) for n in range(25)])
    assert study.bring(learner.history()).added == {Effect.REVIEW: 25}
    assert before
    assert study.writer.rows(PACE) == before


def test_an_adopted_note_is_remembered(study: Study, learner: AnkiLearner) -> None:
    note = learner.add("theirs", "What is it?")
    learner.answer(learner.cards(note)[0])
    (ours,) = (row["note_id"] for row in notes_of(study) if row["key"] == "sets/a")
    assert study.bring(learner.history()).notes == 0
    report = study.bring(learner.history(), theirs=ours)
    assert (report.notes, report.added) == (1, {Effect.REVIEW: 1})
    learner.pass_time(1)
    learner.answer(learner.cards(note)[0])
    assert study.bring(learner.history()).notes == 1
    assert [row["guid"] for row in study.dump(tables.adoptions)["adoptions"]] == ["theirs"]


def test_an_import_that_fails_changes_nothing(study: Study, learner: AnkiLearner) -> None:
    learner.answer(learner.add_ours("sets/a"))
    before = study.dump(*HISTORY, *DERIVED)
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        study.bring(learner.history(), nobody=999)
    assert study.dump(*HISTORY, *DERIVED) == before


def give_log(learner: AnkiLearner, card_id: int, log: list[tuple[int, int, int, int, int]]) -> None:
    """Write reviews into the log: moment, rating, interval, factor, kind."""
    learner.col.db.executemany(
        "INSERT INTO revlog VALUES (?,?,0,?,?,0,?,900,?)",
        [
            (at, card_id, rating, interval, factor, kind)
            for at, rating, interval, factor, kind in log
        ],
    )


def notes_of(study: Study) -> list[dict[str, Any]]:
    return study.dump(tables.notes)["notes"]
