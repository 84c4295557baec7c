"""One rating, durable: our transaction against a bare sqlite3 one with the same pragmas."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.timing import Figure, compare, seconds_of
from mlready.content.folder import read_folder
from mlready.store.engine import PRAGMAS
from mlready.store.location import shipped_deck, sqlite_url
from mlready.store.sync import sync
from mlready.store.writing import Rated, Writer
from scheduler.fsrs_adapter import answer
from scheduler.memory import NEW, Rating
from scheduler.preset import Preset

if TYPE_CHECKING:
    from collections.abc import Iterator

_DAY, _NOW = 739_000, 1_700_000_000_000
_RUNS = 200


def measure() -> Iterator[Figure]:
    """Yield the figure of a rating."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as scratch:
        folder = Path(scratch)
        writer = Writer(sqlite_url(folder / "ours.sqlite3"), "ml-research-readiness")
        sync(writer.engine, read_folder(shipped_deck()), _NOW)
        memory = NEW

        def ours() -> float:
            nonlocal memory
            after = answer(memory, Rating.GOOD, _NOW, _DAY, Preset(), 1)
            rated = Rated(1, Rating.GOOD, memory, after, _NOW, _DAY, 5000)
            memory = after
            return seconds_of(lambda: writer.record(rated))

        bare = _bare_database(folder / "bare.sqlite3")

        def theirs() -> float:
            return seconds_of(lambda: _rate_bare(bare))

        yield compare(
            "one rating, durable / bare sqlite3 transaction",
            ours,
            theirs,
            runs=_RUNS,
            limit=3,
            unit="ms",
            scale=1000,
        )
        writer.close()
        bare.close()


def _bare_database(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(pragma)
    connection.execute(
        "CREATE TABLE revlog (id INTEGER PRIMARY KEY, card INTEGER, at INTEGER, day INTEGER, "
        "rating INTEGER, spent INTEGER, state INTEGER)"
    )
    connection.execute("CREATE INDEX by_card ON revlog (card)")
    connection.execute("CREATE INDEX by_day ON revlog (day, rating)")
    connection.execute(
        "CREATE TABLE memories (card INTEGER PRIMARY KEY, state INTEGER, stability REAL, "
        "difficulty REAL, due INTEGER, reps INTEGER)"
    )
    connection.execute("INSERT INTO memories VALUES (1, 2, 3.0, 5.0, 739000, 1)")
    return connection


def _rate_bare(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(
        "INSERT INTO revlog (card, at, day, rating, spent, state) VALUES (?, ?, ?, ?, ?, ?)",
        (1, _NOW, _DAY, 3, 5000, 2),
    )
    connection.execute(
        "UPDATE memories SET state = ?, stability = ?, difficulty = ?, due = ?, reps = reps + 1 "
        "WHERE card = 1",
        (2, 4.0, 5.0, _DAY + 4),
    )
    connection.execute("COMMIT")
