"""A deck on disk with its store and a clock, for tests of the store."""

from __future__ import annotations

import os
import subprocess
import sys
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Connection, Table, select

from mlready.content.compiling import compile_folder
from mlready.content.folder import DeckFolder, read_folder
from mlready.store.learnt import LEARNT
from mlready.store.location import sqlite_url
from mlready.store.reading import CARD_IDS, read_memory
from mlready.store.rebuilding import rebuild
from mlready.store.sync import SyncReport, sync
from mlready.store.tables import metadata
from mlready.store.writing import Rated, Undone, Writer
from scheduler.fsrs_adapter import answer
from scheduler.memory import Memory, Rating
from scheduler.preset import Preset

if TYPE_CHECKING:
    from pathlib import Path

DECK = "id: small\ntitle: Small\nphases: [Basics, Later]\n"
REFERENCES = """\
references:
  halmos-1960: {authors: Paul Halmos, title: Naive Set Theory, year: 1960}
"""
HISTORY = [table for table in metadata.sorted_tables if table.info["history"]]
DERIVED = [table for table in metadata.sorted_tables if not table.info["history"]]
DAY_MS = 86_400_000
FIRST_DAY = 739_000


def question(name: str, text: str = "What is it?", *lines: str) -> str:
    """A question; each line more is a key of it."""
    more = "".join(f"    {line}\n" for line in lines)
    return (
        f"  - id: {name}\n    kind: failure-mode\n    question: {text}\n"
        f"    answer: The answer.\n    source: {{ref: halmos-1960}}\n{more}"
    )


def cloze(name: str, text: str, *lines: str) -> str:
    """A question that is a cloze."""
    more = "".join(f"    {line}\n" for line in lines)
    return (
        f"  - id: {name}\n    kind: failure-mode\n    cloze: '{text}'\n"
        f"    source: {{ref: halmos-1960}}\n{more}"
    )


def questions(topic: str, *listed: str, retired: str = "") -> str:
    """A file of questions."""
    head = f"topic: {topic}\nquestions:{'' if listed else ' []'}\n"
    return head + "".join(listed) + (f"retired: [{retired}]\n" if retired else "")


def topics(*names: str, retired: str = "", **former: str) -> str:
    """A file of topics, each resting on the one before."""
    text = "topics:\n" if names else "topics: []\n"
    before = ""
    for name in names:
        extra = f", formerly: [{former[name]}]" if name in former else ""
        text += f"  - {{id: {name}, title: {name}, prerequisites: [{before}], why: So.{extra}}}\n"
        before = name
    return text + (f"retired: [{retired}]\n" if retired else "")


class Desk:
    """A deck of the topics `sets` and `maps` on disk, and a learner with a store of it."""

    def __init__(self, root: Path, url: str | None = None) -> None:
        self.root = root
        self.url = url or sqlite_url(root.parent / "progress.sqlite3")
        self.now_ms = FIRST_DAY * DAY_MS
        self._writer: Writer | None = None
        self.write("deck.yaml", DECK)
        self.write("references.yaml", REFERENCES)
        self.write("topics/1-basics.yaml", topics("sets", "maps"))

    # --- the deck ------------------------------------------------------------------

    def write(self, path: str, text: str) -> None:
        """Write a file of the deck."""
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def ask(self, *listed: str, topic: str = "sets", retired: str = "") -> None:
        """Let a topic have just these questions."""
        self.write(f"questions/{topic}.yaml", questions(topic, *listed, retired=retired))

    def remove(self, path: str) -> None:
        """Remove a file of the deck."""
        (self.root / path).unlink()

    def errors(self) -> list[str]:
        """What is wrong with the deck."""
        return [p.message for p in compile_folder(self.folder())[0].errors]

    def folder(self) -> DeckFolder:
        """The deck's files as they are."""
        return read_folder(self.root)

    # --- the store -----------------------------------------------------------------

    @property
    def writer(self) -> Writer:
        """The store."""
        if self._writer is None:
            self._writer = Writer(self.url, "small")
        return self._writer

    def close(self) -> None:
        """Let go of the store; the next use opens it again."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def pass_time(self, days: float = 1) -> None:
        """Let time pass."""
        self.now_ms += round(days * DAY_MS)

    @property
    def day(self) -> int:
        """The study day."""
        return self.now_ms // DAY_MS

    def sync(self) -> SyncReport:
        """Sync, a second later."""
        self.now_ms += 1000
        return sync(self.writer.engine, self.folder(), self.now_ms)

    def rebuild(self) -> tuple[SyncReport, int]:
        """Rebuild."""
        return rebuild(self.writer.engine, self.folder(), self.now_ms, self.url)

    def cards(self) -> dict[str, int]:
        """The ids of live cards by key, with #n."""
        return {f"{row[0]}#{row[1]}": int(row[2]) for row in self.writer.rows(CARD_IDS)}

    def card(self, key: str, ordinal: int = 1) -> int:
        """The id of a live card."""
        return self.cards()[f"{key}#{ordinal}"]

    def memory(self, card_id: int) -> Memory:
        """The memory of a card."""
        return read_memory(self.writer, card_id)

    def rated(self, card_id: int, rating: Rating = Rating.GOOD, *, leech: bool = False) -> Rated:
        """A rating that is not written down yet."""
        before = self.memory(card_id)
        after = answer(before, rating, self.now_ms, self.day, Preset(), card_id)
        return Rated(card_id, rating, before, after, self.now_ms, self.day, 900, leech)

    def rate(self, card_id: int, rating: Rating = Rating.GOOD, *, leech: bool = False) -> int:
        """Rate a card, a minute later."""
        self.now_ms += 60_000
        return self.writer.record(self.rated(card_id, rating, leech=leech))

    def undo(self) -> Undone | None:
        """Undo the last rating of the day."""
        self.now_ms += 1000
        return self.writer.undo_last(self.day, self.now_ms)

    def dump(self, *tables: Table) -> dict[str, list[dict[str, Any]]]:
        """All rows of tables, in the order of their keys."""
        with self.writer.engine.connect() as connection:
            return {table.name: dump_table(connection, table) for table in tables}

    def column(self, table: Table, column: str) -> list[Any]:
        """One column of a table."""
        return [row[column] for row in self.dump(table)[table.name]]


def dump_table(connection: Connection, table: Table) -> list[dict[str, Any]]:
    """All rows of a table, in the order of its key."""
    rows = connection.execute(select(table).order_by(*table.primary_key)).mappings()
    # What is learnt of the learner is as it was after the last sitting, see test_store_pace.py.
    return [dict(row) for row in rows if table.name != "info" or row["name"] not in LEARNT]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A deck without questions yet."""
    return Desk(tmp_path / "deck")


def run_mlready(
    *arguments: str, env: dict[str, str], prefix: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """Run the command line as a process of its own, `prefix` before it."""
    command = [
        *prefix,
        sys.executable,
        "-c",
        "from mlready.cli.main import main; main()",
        *arguments,
    ]
    return subprocess.run(
        command,
        env={**os.environ, "TZ": "UTC", "PYTHONDONTWRITEBYTECODE": "1"} | env,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def seeded(seed: int) -> Random:
    """Chance that is the same every time."""
    return Random(seed)  # noqa: S311 - for tests
