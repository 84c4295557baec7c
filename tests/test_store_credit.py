"""What exercises are worth is learnt from the revlog, kept, and postpones reviews visibly."""

from __future__ import annotations

import json
from datetime import UTC
from random import Random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select, text

from mlready.store import tables
from mlready.store.exercising import read_exercisers, read_recalls, read_weight
from mlready.store.learnt import learn
from mlready.study.day import read_day
from scheduler.credit import credit_card
from scheduler.memory import Rating
from tests.store_fixtures import DAY_MS, Desk, desk, question

if TYPE_CHECKING:
    from mlready.study.day import StudyDay

__all__ = ["desk"]

EXERCISE = "exercises: [sets/q0]"


@pytest.fixture
def deck(desk: Desk) -> Desk:
    """A question and two that rest on it, of which one exercises it."""
    desk.ask(question("q0"))
    desk.ask(question("m0", "And now?", EXERCISE), question("m1", "And then?"), topic="maps")
    desk.sync()
    return desk


def keep(desk: Desk, value: str) -> None:
    """Put what is learnt in place."""
    with desk.writer.engine.begin() as connection:
        connection.execute(text("DELETE FROM info WHERE name = 'credit'"))
        connection.execute(insert(tables.info), {"name": "credit", "value": value})


def today(desk: Desk) -> StudyDay:
    return read_day(desk.writer, desk.now_ms, UTC)


def learnt(desk: Desk) -> dict[str, float] | None:
    with desk.writer.engine.connect() as connection:
        rows = connection.execute(select(tables.info)).all()
    found = {row.name: row.value for row in rows}.get("credit")
    return None if found is None else dict(json.loads(found))


def test_who_exercises_whom(deck: Desk) -> None:
    [(card, notes)] = read_exercisers(deck.writer).items()
    assert card == deck.card("sets/q0")
    rows = deck.writer.rows("SELECT note_id FROM notes WHERE key = 'maps/m0'")
    assert notes == frozenset(row[0] for row in rows)


def test_a_key_without_a_card_is_passed_over(deck: Desk) -> None:
    with deck.writer.engine.begin() as connection:
        connection.execute(text("UPDATE contents SET exercises = '[\"sets/gone\"]'"))
    assert read_exercisers(deck.writer) == {}


def test_recalls_since_the_last_review_count(deck: Desk) -> None:
    exercised, dependent = deck.card("sets/q0"), deck.card("maps/m0")
    deck.rate(dependent, Rating.EASY)
    deck.pass_time(2)
    deck.rate(exercised, Rating.EASY)
    last = deck.day
    deck.pass_time(3)
    deck.rate(dependent, Rating.AGAIN)
    deck.rate(dependent, Rating.GOOD)
    deck.pass_time(4)
    deck.rate(dependent, Rating.AGAIN)
    deck.rate(deck.card("maps/m1"), Rating.EASY)
    exercisers = read_exercisers(deck.writer)
    deck.pass_time(1)
    found = read_recalls(deck.writer, exercisers, {exercised: last}, deck.day)
    assert [recall.day for recall in found[exercised]] == [last + 3]
    # What is done today counts from tomorrow on, and what was before the review does not.
    assert read_recalls(deck.writer, exercisers, {exercised: last}, last + 3) == {}
    assert read_recalls(deck.writer, exercisers, {exercised: last + 3}, deck.day) == {}


def test_credit_postpones_a_review(deck: Desk) -> None:
    exercised, dependent = deck.card("sets/q0"), deck.card("maps/m0")
    deck.rate(exercised, Rating.EASY)
    deck.pass_time(5)
    deck.rate(dependent, Rating.EASY)
    done = deck.day
    deck.pass_time(1)
    plain = today(deck)
    assert plain.credits == {}
    keep(deck, '{"weight": 0.35}')
    credited = today(deck)
    due = plain.cards[exercised].due_day
    assert due is not None
    assert credited.credits[exercised].due_day == due
    assert [recall.day for recall in credited.credits[exercised].recalls] == [done]
    assert (credited.cards[exercised].due_day or 0) > due
    assert credited.cards[exercised] == credit_card(
        plain.cards[exercised], [done], 0.35, plain.preset
    )
    assert credited.cards[dependent] == plain.cards[dependent]
    # The memory that FSRS goes on from knows nothing of it.
    assert deck.memory(exercised).due_day == due


@pytest.mark.parametrize("value", ["0.3", "[]", "{}", '{"weight": "much"}', "{", '{"weight": -1}'])
def test_what_makes_no_sense_is_no_credit(deck: Desk, value: str) -> None:
    keep(deck, value)
    assert read_weight(deck.writer) == 0.0


def test_it_is_learnt_from_outcomes(desk: Desk) -> None:
    names = [f"q{number}" for number in range(60)]
    desk.ask(*(question(name) for name in names))
    exercising = (question(f"m{name}", "And?", f"exercises: [sets/{name}]") for name in names)
    desk.ask(*exercising, topic="maps")
    desk.sync()
    cards = desk.cards()
    draw = Random(5)  # noqa: S311 - a simulation
    rows = []
    for name in names:
        beneath, above = cards[f"sets/{name}#1"], cards[f"maps/m{name}#1"]
        # Recalled whenever it has just been exercised, and nearly never otherwise.
        day = desk.day
        rows.append(row(beneath, day, Rating.GOOD))
        for _ in range(12):
            is_exercised = draw.random() < 0.5
            if is_exercised:
                rows.append(row(above, day + 35, Rating.GOOD))
            day += 40
            rows.append(row(beneath, day, Rating.GOOD if is_exercised else Rating.AGAIN))
    with desk.writer.engine.begin() as connection:
        connection.execute(insert(tables.revlog), rows)
    assert learnt(desk) is None
    learn(desk.writer.engine, desk.url)
    first = learnt(desk)
    assert first is not None
    assert first["weight"] > 0
    assert read_weight(desk.writer) == first["weight"]
    # Few reviews more would say the same; made anew, it is learnt anew.
    learn(desk.writer.engine, desk.url)
    assert learnt(desk) == first
    desk.rebuild()
    assert learnt(desk) == first


def row(card: int, day: int, rating: Rating) -> dict[str, object]:
    """A review, as far as it matters."""
    return {
        "card_id": card,
        "reviewed_at": day * DAY_MS,
        "study_day": day,
        "rating": int(rating),
        "duration_ms": 9000,
        "state_before": 2,
        "state_after": 2,
        "due_day": day + 1,
        "leech": False,
    }


def test_a_deck_without_exercises_learns_nothing(desk: Desk) -> None:
    desk.ask(question("q0"), question("q1"))
    desk.sync()
    for _ in range(3):
        desk.rate(desk.card("sets/q0"), Rating.GOOD)
        desk.pass_time(9)
    learn(desk.writer.engine, desk.url)
    assert learnt(desk) is None
