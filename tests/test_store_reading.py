"""Reading: the same with the standard library alone and through SQLAlchemy."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from typing import Any

import pytest

from mlready.store import reading
from mlready.store.exporting import read_export_deck
from mlready.store.opening import Progress, open_progress
from mlready.store.reading import (
    SqliteReader,
    open_reader,
    read_card,
    read_done_today,
    read_known,
    read_memory,
    read_phases,
    read_queue_cards,
    read_settings,
    read_topics,
)
from mlready.store.replaying import _HISTORY_OF_CARD
from scheduler.memory import NEW, Rating, State
from tests.store_fixtures import Desk, cloze, desk, question, questions, seeded

__all__ = ["desk"]

STATEMENTS = {
    name: value
    for name, value in vars(reading).items()
    if name.isupper() and isinstance(value, str) and value.lstrip().startswith("SELECT")
}
PARAMETERS: dict[str, Any] = {"card_id": 1, "day": 739_001, "after": 1}


@pytest.fixture
def studied(desk: Desk) -> Desk:
    """A deck with something in every table."""
    desk.write("questions/sets.yaml", questions("sets", *(question(n) for n in "abcd")))
    desk.ask(cloze("e", "{{c1::x}} and {{c2::y}}", "requires: [sets]"), topic="maps")
    desk.sync()
    random = seeded(1)
    cards = list(desk.cards().values())
    for _ in range(40):
        desk.rate(random.choice(cards), random.choice(list(Rating)))
        desk.pass_time(random.choice((0, 0.5)))
    desk.undo()
    desk.now_ms = 739_001 * 86_400_000
    desk.rate(1, leech=True)
    desk.writer.mark([2], buried_day=desk.day)
    desk.writer.set_setting("new_per_day", "7")
    desk.writer.set_known(["maps"], desk.now_ms, known=True)
    desk.ask(*(question(n, "Edited?") for n in "abc"))
    desk.sync()
    desk.ask(*(question(n, "Again?") for n in "abc"))
    desk.sync()
    return desk


@pytest.fixture
def reader(studied: Desk) -> Any:
    """The fast way to read it."""
    found = open_reader(studied.url, "small")
    assert found is not None
    with closing(found):
        yield found


def test_there_are_statements_to_test() -> None:
    assert {"META", "CARD", "QUEUE_CARDS", "EXPORT_NOTES", "LAST_REVIEW"} <= set(STATEMENTS)


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_gives_the_same_rows_both_ways(
    studied: Desk, reader: SqliteReader, name: str
) -> None:
    statement = STATEMENTS[name]
    parameters = {key: value for key, value in PARAMETERS.items() if f":{key}" in statement}
    rows = reader.rows(statement, parameters)
    assert rows
    assert repr(rows) == repr(studied.writer.rows(statement, parameters))


@pytest.mark.parametrize(
    "statement",
    [reading.DONE_TODAY, reading.CARD_REVIEWS, reading.LAST_REVIEW, _HISTORY_OF_CARD],
)
def test_one_card_or_day_is_found_without_reading_all_history(
    reader: SqliteReader, statement: str
) -> None:
    parameters = PARAMETERS | {"owner": 1}
    plan = [row[-1] for row in reader.rows(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    ways = [way for way in plan if way.split()[1] == "revlog"]
    assert ways
    assert all(way.startswith("SEARCH") and "revlog_by_" in way for way in ways)


def test_everything_read_is_the_same_both_ways(studied: Desk, reader: SqliteReader) -> None:
    for read in (read_settings, read_phases, read_known, read_topics, read_queue_cards):
        assert read(reader) == read(studied.writer)
    for card in studied.cards().values():
        assert read_card(reader, card) == read_card(studied.writer, card)
        assert read_memory(reader, card) == read_memory(studied.writer, card)
    day = studied.day
    assert read_done_today(reader, day) == read_done_today(studied.writer, day)


def test_what_is_read(studied: Desk, reader: SqliteReader) -> None:
    cards = {card.card_id: card for card in read_queue_cards(reader)}
    assert cards[1].suspended
    assert cards[2].buried_day == studied.day
    last = cards[studied.card("maps/e", 2)]
    assert (last.topic, last.ordinal, last.requires) == ("maps", 2, ("sets",))
    assert [topic.id for topic in read_topics(reader)] == ["sets", "maps"]
    assert read_topics(reader)[1].prerequisites == ("sets",)
    assert read_phases(reader) == ("Basics", "Later")
    content = read_card(reader, last.card_id)
    assert content is not None
    assert (content.card_key, content.siblings, content.is_cloze) == ("maps/e#2", 2, True)
    assert content.source is not None
    assert content.source.citation.startswith("Paul Halmos (1960)")


def test_what_is_not_there(studied: Desk, reader: SqliteReader) -> None:
    assert read_card(reader, 999) is None
    assert read_memory(reader, 999) == NEW
    assert read_done_today(reader, 1).reviews == 0
    assert open_reader(f"{studied.url}.other", "small") is None


def test_done_today_counts_what_was_new_and_due(desk: Desk) -> None:
    desk.ask(question("a"), question("b"))
    desk.sync()
    first, second = desk.cards().values()
    desk.rate(first, Rating.EASY)
    desk.rate(second)
    desk.pass_time(desk.memory(first).due_day - desk.day)  # type: ignore[operator]
    assert desk.rated(first).before.state == State.REVIEW
    desk.rate(first)
    done = read_done_today(desk.writer, desk.day)
    assert (done.new, done.reviews, done.seconds) == (0, 1, 0.9)
    assert len(done.notes) == 1


def test_a_merged_card_counts_for_its_heir_today(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.sync()
    desk.rate(desk.card("sets/a"))
    desk.ask(question("b"))
    desk.sync()
    desk.ask(question("b", "What is it?", "formerly: [sets/a]"))
    desk.sync()
    (card,) = read_queue_cards(desk.writer)
    assert read_done_today(desk.writer, desk.day).notes == {card.note_id}


def test_the_export_holds_what_is_live(studied: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLREADY_STORE", str(studied.root.parent / "progress.sqlite3"))
    progress: Progress = open_progress(studied.root, studied.now_ms)
    deck = read_export_deck(progress)
    notes = list(deck.notes)
    assert [note.key for note in notes] == ["sets/a", "sets/b", "sets/c", "maps/e"]
    assert notes[3].prerequisites == (("sets", "sets"),)
    assert notes[0].changed_at == studied.now_ms // 1000
    assert notes[3].changed_at < notes[0].changed_at


def test_reading_does_not_import_sqlalchemy(studied: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLREADY_STORE", str(studied.root.parent / "progress.sqlite3"))
    code = (
        "import sys; from pathlib import Path; from mlready.store.opening import open_progress\n"
        "assert open_progress(Path(sys.argv[1]), 1).report is None\n"
        "assert 'sqlalchemy' not in sys.modules"
    )
    command = [sys.executable, "-c", code, str(studied.root)]
    subprocess.run(command, check=True, timeout=60)
