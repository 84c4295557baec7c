"""What is known of the learner, as exporters take it."""

from __future__ import annotations

from datetime import UTC
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from exports.records import ExportCard, ExportProgress, ExportReview
from mlready.store import exporting_progress
from mlready.store.anki_ids import REVIEW_MOMENTS, anki_review_ids
from mlready.store.exporting import read_export_deck
from mlready.store.exporting_progress import read_progress
from mlready.store.opening import open_progress
from mlready.store.reading import open_reader
from mlready.store.tables import revlog
from scheduler.days import StudyCalendar
from scheduler.histories import Effect
from scheduler.memory import Rating, State
from tests.anki_fixtures import export
from tests.anki_moments import FAKETIME, WITHOUT_FAKETIME, Visit, visit_anki
from tests.store_fixtures import DAY_MS, FIRST_DAY, Desk, cloze, desk, question, seeded

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["desk"]

MAY = 1_780_000_000_000  # of 2026


class Traveller(Desk):
    """A learner whose days are those of a time zone."""

    def __init__(self, root: Path, zone: str) -> None:
        super().__init__(root)
        self.calendar = StudyCalendar(ZoneInfo(zone), 4)
        self.now_ms = MAY

    @property
    def day(self) -> int:
        """The study day."""
        return self.calendar.day_of(self.now_ms)


STATEMENTS = {
    "REVIEW_MOMENTS": REVIEW_MOMENTS,
    **{name: getattr(exporting_progress, name) for name in ("FIRST_DAY", "CARDS", "REVIEWS")},
}


def known(desk: Desk, zone: Any = UTC) -> tuple[ExportProgress, dict[int, tuple[ExportCard, ...]]]:
    return read_progress(desk.writer, zone)


def one_card(desk: Desk) -> ExportCard:
    ((card,),) = known(desk)[1].values()
    return card


# Cards


def test_a_card_is_as_its_memory_and_history_say(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.sync()
    card = desk.card("sets/a")
    ratings = (Rating.GOOD, Rating.EASY, Rating.AGAIN, Rating.GOOD, Rating.HARD)
    for rating, days in zip(ratings, (0, 3, 0, 2, 0), strict=True):
        desk.rate(card, rating)
        desk.pass_time(days)
    memory = desk.memory(card)
    found = one_card(desk)
    assert (found.ordinal, found.state, found.step) == (0, memory.state, memory.step)
    assert (found.due_day, found.due_at, found.last_at) == (
        memory.due_day,
        memory.due_at,
        memory.last_at,
    )
    assert (found.stability, found.difficulty) == (memory.stability, memory.difficulty)
    assert (found.reps, found.lapses) == (5, memory.lapses)
    assert [review.rating for review in found.reviews] == list(ratings)
    assert [review.state_before for review in found.reviews] == [0, 1, 2, 3, 2]
    assert found.reviews[-1].difficulty == memory.difficulty
    assert all(b.last_interval == a.interval for a, b in pairwise(found.reviews))
    assert found.reviews[0].interval == -600
    assert found.reviews[2].interval == -600
    assert found.reviews[4].interval == found.interval
    assert memory.due_day
    assert found.interval == memory.due_day - memory.last_day  # type: ignore[operator]
    assert {review.duration_ms for review in found.reviews} == {900}


def test_cards_are_those_of_the_deck_and_of_retired_notes(desk: Desk) -> None:
    desk.ask(question("a"), cloze("c", "{{c1::x}} and {{c3::y}}"), question("gone"))
    desk.sync()
    for card in desk.cards().values():
        desk.rate(card)
    notes = {row[0]: row[1] for row in desk.writer.rows("SELECT key, note_id FROM notes")}
    desk.ask(question("a"), cloze("c", "{{c1::x}} and y"), retired="gone")
    assert desk.sync().retired
    cards = known(desk)[1]
    ordinals = {key: [card.ordinal for card in cards[note]] for key, note in notes.items()}
    assert ordinals == {"sets/a": [0], "sets/c": [0], "sets/gone": [0]}
    assert all(card.reps == 1 for listed in cards.values() for card in listed)


def test_marks_go_along(desk: Desk) -> None:
    desk.ask(*(question(name) for name in "abc"))
    desk.sync()
    a, b, _ = desk.cards().values()
    desk.writer.mark([a], suspended=True)
    desk.rate(b, leech=True)
    found = [(card.suspended, card.leech) for (card,) in known(desk)[1].values()]
    assert found == [(True, False), (True, True), (False, False)]


def test_what_was_undone_is_not_told(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.sync()
    card = desk.card("sets/a")
    desk.rate(card)
    desk.rate(card, Rating.AGAIN)
    desk.undo()
    assert [review.rating for review in one_card(desk).reviews] == [Rating.GOOD]
    desk.undo()
    assert one_card(desk) == ExportCard(0, State.NEW)


def test_merged_histories_are_told_as_one(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.sync()
    desk.rate(desk.card("sets/a"), Rating.EASY)
    desk.ask(question("b"))
    desk.sync()
    desk.pass_time(2)
    desk.rate(desk.card("sets/b"))
    desk.pass_time(2)
    desk.ask(question("b", "What is it?", "formerly: [sets/a]"))
    desk.sync()
    desk.rate(desk.card("sets/b"), Rating.HARD)
    cards = known(desk)[1]
    (card,) = cards[desk.writer.rows("SELECT note_id FROM contents")[0][0]]
    assert [review.rating for review in card.reviews] == [4, 3, 2]
    assert card.reps == 3
    assert card.reviews[-1].difficulty == card.difficulty


def test_the_last_difficulty_is_that_of_the_memory(desk: Desk) -> None:
    desk.ask(*(question(name) for name in "abcdef"))
    desk.sync()
    random = seeded(3)
    cards = list(desk.cards().values())
    for _ in range(80):
        desk.rate(random.choice(cards), random.choice(list(Rating)))
        desk.pass_time(random.choice((0, 0, 1, 9, -0.5)))
    for (card,) in known(desk)[1].values():
        assert card.reviews[-1].difficulty == card.difficulty
        assert len(card.reviews) == card.reps


# Rows of other programs


def from_anki(card: int, at_ms: int, **columns: Any) -> dict[str, Any]:
    """A row of the revlog that came from Anki: a review, unless told otherwise."""
    day = at_ms // DAY_MS
    row = {"card_id": card, "reviewed_at": at_ms, "study_day": day, "rating": 3, "duration_ms": 5}
    states = {"state_before": 2, "state_after": 2, "due_day": day + 10, "leech": False}
    return row | states | {"origin": "anki", "effect": Effect.REVIEW} | columns


def add(desk: Desk, *rows: dict[str, Any]) -> None:
    """Write rows into the revlog, and what follows from them."""
    with desk.writer.engine.begin() as connection:
        for row in rows:
            connection.execute(insert(revlog), row)
    desk.rebuild()


def test_reviews_made_elsewhere_take_their_place_in_time(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.sync()
    card, start = desk.card("sets/a"), desk.now_ms
    desk.pass_time(5)
    desk.rate(card)
    desk.pass_time(5)
    desk.rate(card)
    add(desk, *(from_anki(card, start + days * DAY_MS) for days in (7, 1)))
    reviews = one_card(desk).reviews
    assert [(review.at_ms - start) // DAY_MS for review in reviews] == [1, 5, 7, 10]
    assert reviews[-1].difficulty == one_card(desk).difficulty


def test_rows_that_are_no_reviews_keep_their_kind(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.sync()
    card = desk.card("sets/a")
    desk.rate(card, Rating.EASY)
    model_of = one_card(desk).difficulty
    desk.rate(card, Rating.AGAIN)
    known_before = one_card(desk).reviews
    rows = [
        from_anki(
            card,
            desk.now_ms + number * DAY_MS,
            effect=effect,
            rating=rating,
            state_after=0 if effect == Effect.RESET else 2,
        )
        for number, (effect, rating) in enumerate(
            (
                (Effect.CRAM, 1),
                (Effect.RESCHEDULED, 0),
                (Effect.RESET, 0),
                (Effect.START, 4),
                (Effect.GIVEN, 3),
            ),
            start=1,
        )
    ]
    rows[2]["due_day"] = None
    add(desk, *rows)
    told = one_card(desk).reviews
    assert told[:2] == known_before
    assert [(review.effect, review.rating) for review in told[2:]] == [
        (1, 1),
        (2, 0),
        (3, 0),
        (0, 4),
        (0, 3),
    ]
    assert [review.interval for review in told[2:]] == [10, 10, 0, 10, 10]
    crammed, moved, reset, started, given_ = (review.difficulty for review in told[2:])
    assert crammed == moved == known_before[-1].difficulty
    assert reset == 0
    assert started == model_of
    assert given_ == one_card(desk).difficulty


def test_a_stated_memory_is_told_where_the_beginning_is_lost(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.sync()
    stated: dict[str, Any] = {"effect": Effect.GIVEN, "stability": 9.0, "difficulty": 6.5}
    add(desk, from_anki(desk.card("sets/a"), desk.now_ms, **stated))
    card = one_card(desk)
    expected = ExportReview(desk.now_ms, 3, 2, 10, 0, 6.5, 5)
    assert card.reviews == (expected,)
    assert (card.stability, card.difficulty, card.interval) == (9.0, 6.5, 10)


# What goes for all cards


def test_days_are_counted_from_the_day_before_the_first_review(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.sync()
    empty, _ = known(desk)
    assert empty == known(desk)[0]
    desk.rate(desk.card("sets/a"))
    first, _ = known(desk)
    assert first.first_day == FIRST_DAY - 1
    assert first.first_day_at == StudyCalendar(UTC, 4).start_of(first.first_day) // 1000
    desk.pass_time(400)
    desk.rate(desk.card("sets/a"))
    assert known(desk)[0] == first


@pytest.mark.parametrize(
    ("zone", "minutes"),
    [("Asia/Kolkata", 330), ("America/New_York", -240), ("Pacific/Chatham", 765)],
)
def test_the_offset_is_that_of_the_first_day(tmp_path: Path, zone: str, minutes: int) -> None:
    learner = Traveller(tmp_path / "deck", zone)
    learner.ask(question("a"))
    learner.sync()
    learner.rate(learner.card("sets/a"))
    progress, _ = known(learner, learner.calendar.zone)
    assert progress.first_day == learner.day - 1
    assert 0 <= learner.now_ms // 1000 - progress.first_day_at <= 2 * 86_400
    assert progress.utc_offset == minutes
    learner.close()


def test_settings_go_along(desk: Desk) -> None:
    chosen = {
        "rollover_hour": "2",
        "desired_retention": "0.87",
        "learning_steps": "5m 1d",
        "relearning_steps": "",
        "maximum_interval": "365",
        "new_per_day": "7",
        "reviews_per_day": "70",
        "leech_threshold": "5",
    }
    for name, text in chosen.items():
        desk.writer.set_setting(name, text)
    progress, _ = known(desk)
    assert (progress.rollover_hour, progress.desired_retention) == (2, 0.87)
    assert (progress.learning_steps, progress.relearning_steps) == ((300, 86_400), ())
    assert (progress.maximum_interval, progress.leech_threshold) == (365, 5)
    assert (progress.new_per_day, progress.reviews_per_day) == (7, 70)
    assert len(progress.parameters) == 21


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_gives_the_same_rows_both_ways(desk: Desk, name: str) -> None:
    desk.ask(question("a"), question("b"))
    desk.sync()
    for card in desk.cards().values():
        desk.rate(card, leech=True)
    reader = open_reader(desk.url, "small")
    assert reader
    rows = reader.rows(STATEMENTS[name])
    reader.close()
    assert rows
    assert repr(rows) == repr(desk.writer.rows(STATEMENTS[name]))


# Ids


moments = st.lists(st.integers(0, 12), max_size=30)


@given(moments, moments)
def test_ids_are_unique_and_stay(earlier: list[int], later: list[int]) -> None:
    before = anki_review_ids(enumerate(earlier, start=1))
    after = anki_review_ids(enumerate(earlier + later, start=1))
    assert after.items() >= before.items()
    assert len(set(after.values())) == len(earlier + later)
    assert all(after[n] >= at for n, at in enumerate(earlier + later, start=1))


@given(st.sets(st.integers()))
def test_a_moment_of_its_own_is_the_id(own: set[int]) -> None:
    assert list(anki_review_ids(enumerate(own)).values()) == list(own)


def test_an_undo_does_not_move_an_id(desk: Desk) -> None:
    desk.ask(question("a"), question("b"))
    desk.sync()
    a, b = desk.cards().values()
    desk.rate(a)
    add(desk, from_anki(b, desk.now_ms))
    (_, (told,)) = (card.reviews for (card,) in known(desk)[1].values())
    assert told.at_ms == desk.now_ms + 1
    desk.undo()
    first, second = (card.reviews for (card,) in known(desk)[1].values())
    assert (first, second) == ((), (told,))


# All the way


@pytest.mark.skipif(not FAKETIME, reason=WITHOUT_FAKETIME)
def test_from_the_store_to_the_real_anki(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zone = "America/St_Johns"
    learner = Traveller(tmp_path / "deck", zone)
    learner.ask(*(question(f"q{number}") for number in range(12)))
    learner.sync()
    random = seeded(5)
    for _ in range(60):
        card = random.choice(list(learner.cards().values()))
        learner.rate(card, random.choice(list(Rating)))
        learner.pass_time(random.choice((0, 0.2, 1, 3)))
    monkeypatch.setenv("MLREADY_STORE", learner.url)
    progress = open_progress(learner.root, learner.now_ms)
    deck = read_export_deck(progress, None, read_progress(progress.reader, ZoneInfo(zone)))
    package = tmp_path / "small.apkg"
    export(deck, package, learner.now_ms // 1000)
    visit = Visit((str(package),), learner.now_ms // 1000, buttons=True, deck="Small")
    (seen,) = visit_anki(zone, visit)
    assert not seen.complaints
    for key, card in learner.cards().items():
        memory = learner.memory(card)
        if memory.due_day:
            assert seen.cards[key]["due"] - seen.today == memory.due_day - learner.day
        assert len(seen.reviews[key]) == memory.reps
        assert seen.recomputed[key] == pytest.approx([memory.stability, memory.difficulty])
    assert sum(map(len, seen.reviews.values())) == 60
    learner.close()
