"""Writing: what is acknowledged is durable, and nobody overwrites anybody."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from mlready.store.reading import read_done_today, read_known, read_memory, read_settings
from mlready.store.tables import marks, memories, revlog
from mlready.store.writing import ConflictError, Writer
from scheduler.memory import NEW, Rating
from scheduler.preset import DEFAULT_PARAMETERS
from tests.store_fixtures import Desk, desk, question, seeded

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["desk"]


@pytest.fixture
def card(desk: Desk) -> int:
    """A card of a deck of three."""
    desk.ask(*(question(name) for name in "abc"))
    desk.sync()
    return desk.card("sets/a")


def store_file(desk: Desk) -> Path:
    return desk.root.parent / "progress.sqlite3"


def test_a_rating_is_seen_by_another_connection_at_once(desk: Desk, card: int) -> None:
    review = desk.rate(card)
    with closing(sqlite3.connect(store_file(desk))) as other:
        assert other.execute("SELECT review_id, card_id FROM revlog").fetchall() == [(review, card)]
        assert other.execute("SELECT card_id, reps FROM memories").fetchall() == [(card, 1)]


def test_the_store_keeps_its_promises_to_the_disk(desk: Desk) -> None:
    with desk.writer.engine.connect() as connection:
        for pragma, value in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_two_writers_of_one_card_conflict(desk: Desk, card: int) -> None:
    shown = desk.rated(card)
    other = Writer(desk.url, "small")
    other.record(shown)
    with pytest.raises(ConflictError, match="another window") as raised:
        desk.writer.record(shown)
    assert raised.value.hint
    assert len(desk.column(revlog, "review_id")) == 1
    other.close()


def test_a_rating_in_place_of_an_undone_one_conflicts(desk: Desk, card: int) -> None:
    """As many reviews as were shown, and yet another memory."""
    desk.rate(card, Rating.AGAIN)
    shown = desk.rated(card, Rating.EASY)
    desk.undo()
    desk.rate(card, Rating.GOOD)
    with pytest.raises(ConflictError):
        desk.writer.record(shown)


def test_a_card_that_was_merged_meanwhile_conflicts(desk: Desk, card: int) -> None:
    shown = desk.rated(card)
    desk.ask(question("new"), retired="a")
    desk.sync()
    desk.ask(question("new", "What is it?", "formerly: [sets/a]"))
    desk.sync()
    with pytest.raises(ConflictError):
        desk.writer.record(shown)
    assert desk.column(memories, "card_id") == []


def test_any_number_of_ratings_can_be_undone_across_reopening(desk: Desk, card: int) -> None:
    random = seeded(1)
    cards = list(desk.cards().values())
    states = []
    for _ in range(12):
        states.append(desk.dump(memories))
        desk.rate(random.choice(cards), random.choice(list(Rating)))
    while states:
        desk.close()
        assert desk.undo() is not None
        assert desk.dump(memories) == states.pop()
    assert desk.undo() is None
    assert desk.memory(card) == NEW
    assert len(desk.column(revlog, "review_id")) == 24


def test_only_todays_ratings_are_undone(desk: Desk, card: int) -> None:
    desk.rate(card)
    desk.pass_time(1)
    assert desk.undo() is None
    assert desk.memory(card).reps == 1


def test_undoing_the_first_rating_brings_back_a_new_card(desk: Desk, card: int) -> None:
    review = desk.rate(card)
    assert read_done_today(desk.writer, desk.day).new == 1
    assert desk.undo() == (review, card)
    assert desk.memory(card) == NEW
    assert desk.column(memories, "card_id") == []
    assert read_done_today(desk.writer, desk.day).new == 0


def test_undoing_a_leech_brings_it_back_into_study(desk: Desk, card: int) -> None:
    desk.rate(card)
    desk.rate(card, Rating.AGAIN, leech=True)
    assert [(m["suspended"], m["leech"]) for m in desk.dump(marks)["marks"]] == [(True, True)]
    desk.undo()
    assert [(m["suspended"], m["leech"]) for m in desk.dump(marks)["marks"]] == [(False, False)]


def test_marks_settings_and_known_topics(desk: Desk, card: int) -> None:
    desk.writer.mark([card], suspended=True)
    desk.writer.mark([card], buried_day=5)
    assert desk.dump(marks)["marks"] == [
        {"card_id": card, "suspended": True, "leech": False, "buried_day": 5}
    ]
    desk.writer.set_setting("new_per_day", "5")
    desk.writer.set_setting("new_per_day", "7")
    assert read_settings(desk.writer) == {"new_per_day": "7"}
    desk.writer.set_setting("new_per_day", None)
    assert read_settings(desk.writer) == {}
    desk.writer.set_known(["sets", "maps"], 1, known=True)
    desk.writer.set_known(["sets"], 2, known=False)
    assert read_known(desk.writer) == {"maps"}


# --- many processes ----------------------------------------------------------------------


def rate_often(root: Path, url: str, number: int, times: int) -> None:
    """Rate the card of one's own number, again and again; any failure ends the process badly."""
    mine = Desk(root, url)
    card = list(mine.cards().values())[number]
    for _ in range(times):
        mine.rate(card)
    os._exit(0)


def test_processes_that_write_at_once_do_not_lock_each_other_out(desk: Desk, card: int) -> None:
    times, context = 40, multiprocessing.get_context("spawn")
    desk.close()
    workers = [
        context.Process(target=rate_often, args=(desk.root, desk.url, number, times))
        for number in range(3)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert len(desk.column(revlog, "review_id")) == 3 * times
    before = desk.dump(memories)
    desk.rebuild()
    assert desk.dump(memories) == before
    assert desk.memory(card).reps == times


def open_store(url: str) -> None:
    """Open a store that may not be there yet."""
    Writer(url, "small").close()
    os._exit(0)


def test_a_store_may_be_made_by_several_processes_at_once(desk: Desk) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=open_store, args=(desk.url,)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0, 0, 0]


ENDLESS = """
import sys
from pathlib import Path
from tests.store_fixtures import Desk
desk = Desk(Path(sys.argv[1]), sys.argv[2])
cards = list(desk.cards().values())
print("ready", flush=True)
for number in range(100_000):
    print(desk.rate(cards[number % len(cards)]), flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_no_acknowledged_review_is_lost_to_a_kill(desk: Desk, card: int) -> None:
    random, acknowledged = seeded(1), []
    desk.close()
    for _ in range(8):
        acknowledged += run_until_killed(desk, random.randrange(1, 40))
        stored = desk.column(revlog, "review_id")
        assert set(acknowledged) <= set(stored)
        before = desk.dump(memories)
        desk.rebuild()
        assert desk.dump(memories) == before
        with desk.writer.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        desk.close()
    assert len(acknowledged) == len(set(acknowledged)) > 8
    assert desk.memory(card).reps > 0


def run_until_killed(desk: Desk, after: int) -> list[int]:
    """Rate in a process that is killed after so many acknowledged reviews; their ids."""
    command = [sys.executable, "-c", ENDLESS, str(desk.root), desk.url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        seen = [process.stdout.readline() for _ in range(after)]
        os.kill(process.pid, signal.SIGKILL)
        seen += process.stdout.readlines()
    # The last line may have been cut by the kill.
    return [int(line) for line in seen if line.endswith("\n")]


def test_reading_while_another_writes_sees_whole_transactions(desk: Desk, card: int) -> None:
    reader = Writer(desk.url, "small")
    with desk.writer.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE cards SET ordinal = ordinal + 10")
        assert read_memory(reader, card) == NEW  # and does not wait for the writer
        assert max(row[0] for row in reader.rows("SELECT ordinal FROM cards")) == 1
    assert max(row[0] for row in reader.rows("SELECT ordinal FROM cards")) == 11
    reader.close()


def test_a_rating_worked_out_with_other_parameters_is_refused(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.sync()
    card = desk.card("sets/a")
    rated = desk.rated(card)
    others = " ".join(["1.0", *map(str, DEFAULT_PARAMETERS[1:])])
    desk.writer.set_setting("parameters", others)
    with pytest.raises(ConflictError, match="parameters"):
        desk.writer.record(rated)
    assert desk.column(revlog, "review_id") == []
