"""What is learnt of the learner is kept, used in plans, and made again from the history."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, insert, select, update

from mlready.store import tables
from mlready.store.learnt import LEARNT, learn
from mlready.store.opening import Progress, open_progress
from mlready.store.reading import (
    open_reader,
    read_done_today,
    read_pace,
    read_queue_cards,
)
from mlready.study.learning import learn_from_history
from scheduler.memory import Rating, State
from scheduler.pace import DEFAULT_PACE, Part
from tests.store_fixtures import Desk, desk, question

if TYPE_CHECKING:
    from scheduler.pace import Pace

__all__ = ["desk"]


def study(desk: Desk, seconds: float, *, days: int = 12, rating: Rating = Rating.EASY) -> None:
    """Rate all cards, each for so long, on so many days."""
    for _ in range(days):
        for card in desk.cards().values():
            take(desk, card, seconds, rating)
        desk.pass_time(40)


def take(desk: Desk, card: int, seconds: float, rating: Rating = Rating.EASY) -> None:
    """Rate a card that stood on the screen for so long."""
    desk.now_ms += 1000
    rated = desk.rated(card, rating)
    desk.writer.record(rated._replace(duration_ms=round(seconds * 1000)))


def kept(desk: Desk) -> dict[str, str]:
    """What is learnt, as it is kept."""
    with desk.writer.engine.connect() as connection:
        rows = connection.execute(select(tables.info)).all()
    return {row.name: row.value for row in rows if row.name in LEARNT}


def learnt(desk: Desk) -> Pace:
    learn(desk.writer.engine, desk.url)
    return read_pace(desk.writer)


@pytest.fixture
def deck(desk: Desk) -> Desk:
    """Four questions."""
    desk.ask(*(question(f"q{n}") for n in range(4)))
    desk.sync()
    return desk


def test_nothing_is_kept_where_nothing_was_learnt(deck: Desk) -> None:
    assert learnt(deck) is DEFAULT_PACE
    assert kept(deck) == {}


def test_a_slow_learner_is_given_time(deck: Desk) -> None:
    usual = [card.seconds for card in read_queue_cards(deck.writer)]
    assert usual == [DEFAULT_PACE.seconds("failure-mode", State.NEW)] * 4
    study(deck, 80)
    pace = learnt(deck)
    assert 60 < pace.day["failure-mode", Part.RECALLED] < 90
    planned = [card.seconds for card in read_queue_cards(deck.writer)]
    assert planned == [pace.seconds("failure-mode", State.REVIEW)] * 4


def test_the_quick_reader_reads_the_same(deck: Desk) -> None:
    study(deck, 80)
    pace = learnt(deck)
    reader = open_reader(deck.url, "small")
    assert reader is not None
    assert read_pace(reader) == pace
    assert read_queue_cards(reader) == read_queue_cards(deck.writer)
    deck.now_ms -= 40 * 86_400_000
    assert read_done_today(reader, deck.day) == read_done_today(deck.writer, deck.day)
    reader.close()


def test_what_is_long_overdue_takes_longer(deck: Desk) -> None:
    study(deck, 20)
    for card in deck.cards().values():
        take(deck, card, 20, Rating.AGAIN)
        take(deck, card, 20, Rating.EASY)
    deck.pass_time(1)
    learnt(deck)
    today = read_queue_cards(deck.writer)
    due = max(card.due_day or 0 for card in today)
    later = read_queue_cards(deck.writer, due + 300)
    assert all(a.seconds > b.seconds for a, b in zip(later, today, strict=True))
    assert read_queue_cards(deck.writer, deck.day) == today  # none is due yet


def test_a_break_does_not_eat_the_day(deck: Desk) -> None:
    cards = list(deck.cards().values())
    take(deck, cards[0], 20)
    take(deck, cards[1], 1_800)
    take(deck, cards[2], 90)
    assert 110 < read_done_today(deck.writer, deck.day).seconds < 160


def test_a_sync_leaves_it_and_learns_again(deck: Desk) -> None:
    study(deck, 80)
    learn(deck.writer.engine, deck.url)
    before = kept(deck)
    with deck.writer.engine.begin() as connection:
        connection.execute(insert(tables.info), {"name": "credit", "value": "0.1"})
    deck.ask(question("q0", "Edited?"), *(question(f"q{n}") for n in range(1, 4)))
    deck.sync()
    assert kept(deck) == before | {"credit": "0.1"}
    deck.ask(question("q0", "Edited again?"), question("new"))
    study(deck, 10)
    deck.sync()
    assert kept(deck)["pace"] != before["pace"]


def test_a_kind_that_is_corrected_counts_as_what_it_is(deck: Desk) -> None:
    study(deck, 80)
    deck.write(
        "questions/sets.yaml",
        (deck.root / "questions/sets.yaml").read_text().replace("failure-mode", "derivation"),
    )
    deck.sync()
    assert {kind for kind, _ in read_pace(deck.writer).day} == {"derivation"}


def test_a_rebuild_learns_it_anew(deck: Desk) -> None:
    study(deck, 80)
    learn(deck.writer.engine, deck.url)
    before = kept(deck)
    with deck.writer.engine.begin() as connection:
        connection.execute(update(tables.info).values(value="spoilt"))
    deck.rebuild()
    assert kept(deck) == before


@pytest.mark.parametrize("value", ["", "[]", "{}", '{"day": {"a": [1, 2]}}', "null"])
def test_what_cannot_be_read_is_as_if_it_were_not_there(deck: Desk, value: str) -> None:
    with deck.writer.engine.begin() as connection:
        connection.execute(insert(tables.info), {"name": "pace", "value": value})
    assert read_pace(deck.writer) is DEFAULT_PACE


def test_undone_reviews_teach_nothing(deck: Desk) -> None:
    card = deck.card("sets/q0")
    take(deck, card, 80)
    deck.undo()
    assert learnt(deck) is DEFAULT_PACE


def test_reviews_of_questions_that_are_gone_teach(deck: Desk) -> None:
    study(deck, 80)
    deck.ask(question("other"), retired="q0, q1, q2, q3")
    deck.sync()
    assert [card.seconds for card in read_queue_cards(deck.writer)] == [
        pytest.approx(read_pace(deck.writer).seconds("failure-mode", State.NEW))
    ]
    assert read_pace(deck.writer).factor > 2


def test_only_the_last_thousands_are_read(deck: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    study(deck, 80, days=3)
    study(deck, 20, days=5)
    monkeypatch.setattr("mlready.store.learnt._MOST_SHOWINGS", 18)
    late = learnt(deck)  # four whole days
    with deck.writer.engine.begin() as connection:
        connection.execute(delete(tables.revlog).where(tables.revlog.c.duration_ms > 20_000))
        first = select(tables.revlog.c.study_day).order_by(tables.revlog.c.review_id).limit(1)
        day = connection.execute(first).scalar_one()
        connection.execute(delete(tables.revlog).where(tables.revlog.c.study_day == day))
    monkeypatch.undo()
    assert learnt(deck).factor == late.factor


def test_after_a_sitting(deck: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    study(deck, 80)
    deck.close()
    monkeypatch.setenv("MLREADY_STORE", deck.url)
    progress: Progress = open_progress(deck.root, deck.now_ms)
    assert read_pace(progress.reader) is DEFAULT_PACE
    learn_from_history(progress)
    assert json.loads(kept(deck)["pace"])["factor"] > 2
    assert read_pace(progress.reader).factor > 2
    progress.writer().close()
