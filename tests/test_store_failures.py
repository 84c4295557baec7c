"""Stores that cannot be used: each failure is a sentence with a way out, and changes nothing."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from mlready.errors import StoreError
from mlready.store import engine
from mlready.store.location import sqlite_url
from mlready.store.opening import open_progress
from mlready.store.writing import Writer
from tests.store_fixtures import Desk, desk, question, run_mlready

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["desk"]


@pytest.fixture
def deck(desk: Desk) -> Path:
    """A deck of one question."""
    desk.ask(question("a"))
    return desk.root


@pytest.fixture
def store(deck: Path) -> Path:
    """A store of it with one review, all in one file."""
    mine = Desk(deck, sqlite_url(deck.parent / "store" / "progress.sqlite3"))
    mine.sync()
    mine.rate(mine.card("sets/a"))
    mine.close()
    return deck.parent / "store" / "progress.sqlite3"


def make_truncated(store: Path) -> None:
    store.write_bytes(store.read_bytes()[:-5000])


def make_stump(store: Path) -> None:
    store.write_bytes(store.read_bytes()[:700])


def make_garbage(store: Path) -> None:
    store.write_bytes(b"Dear diary, today I learned about sets. " * 300)


def make_other_database(store: Path) -> None:
    store.unlink()
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY)")
        connection.execute("CREATE TABLE meta (name TEXT)")
        connection.commit()


def make_view(store: Path) -> None:
    store.unlink()
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("CREATE VIEW numbers AS SELECT 1 AS number")
        connection.commit()


def execute(store: Path, statement: str) -> None:
    with closing(sqlite3.connect(store)) as connection:
        connection.execute(statement)
        connection.commit()


def make_newer(store: Path) -> None:
    execute(store, "UPDATE meta SET value = '99' WHERE name = 'schema_version'")


def make_anothers(store: Path) -> None:
    execute(store, "UPDATE meta SET value = 'other' WHERE name = 'deck'")


def make_nonsense(store: Path) -> None:
    execute(store, "UPDATE meta SET value = '²' WHERE name = 'schema_version'")


SPOILERS: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "truncated": (make_truncated, "is damaged", "backup"),
    "stump": (make_stump, "is damaged", "backup"),
    "garbage": (make_garbage, "is damaged", "backup"),
    "other database": (make_other_database, "not a store of mlready", "MLREADY_STORE"),
    "view": (make_view, "not a store of mlready", "MLREADY_STORE"),
    "newer": (make_newer, "newer mlready (schema 99)", "upgrade"),
    "another deck's": (make_anothers, 'of the deck "other", not "small"', "MLREADY_STORE"),
    "nonsense": (make_nonsense, "not a store of mlready", "MLREADY_STORE"),
}


@pytest.mark.parametrize("name", SPOILERS)
def test_a_store_that_is_not_ours_to_use_stays_as_it_is(
    store: Path, deck: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    spoil, sentence, hint = SPOILERS[name]
    spoil(store)
    before = store.read_bytes()
    monkeypatch.setenv("MLREADY_STORE", str(store))
    for open_it in (
        lambda: open_progress(deck, 1),
        lambda: Writer(sqlite_url(store), "small"),  # as `rebuild` does
    ):
        with pytest.raises(StoreError) as raised:
            open_it()
        assert sentence in str(raised.value)
        assert str(store) in str(raised.value)
        assert hint in raised.value.hint
        assert store.read_bytes() == before


@pytest.mark.parametrize("verb", ["status", "sync", "rebuild", "undo"])
def test_the_command_line_says_it_in_a_sentence(store: Path, deck: Path, verb: str) -> None:
    make_garbage(store)
    done = run_mlready(verb, "--deck", str(deck), env={"MLREADY_STORE": str(store)})
    assert (done.returncode, done.stdout) == (3, "")
    assert "is damaged, or is not a database" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 2


def test_a_folder_in_its_place(deck: Path, tmp_path: Path) -> None:
    done = run_mlready("status", "--deck", str(deck), env={"MLREADY_STORE": str(tmp_path)})
    assert done.returncode == 3
    assert "cannot be opened" in done.stderr
    assert "MLREADY_STORE" in done.stderr


def test_a_file_where_its_folder_should_be(deck: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    for place in ("file/progress.sqlite3", "file/deeper/progress.sqlite3", "x" * 300):
        env = {"MLREADY_STORE": str(tmp_path / place)}
        done = run_mlready("status", "--deck", str(deck), env=env)
        assert done.returncode == 3
        assert "cannot be opened" in done.stderr
        assert "Traceback" not in done.stderr


def test_an_empty_file_is_a_store_yet_to_be_made(
    deck: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As SQLite has it; a process that was killed while it made the store may leave one."""
    (tmp_path / "empty.sqlite3").touch()
    monkeypatch.setenv("MLREADY_STORE", str(tmp_path / "empty.sqlite3"))
    report = open_progress(deck, 1).report
    assert report is not None
    assert report.added == ["sets/a"]


@pytest.mark.parametrize(
    ("address", "sentence", "hint"),
    [
        ("nonsense://somewhere/db", "address cannot be used", "or a URL such as"),
        ("://", "address cannot be used", "or a URL such as"),
        ("postgresql+psycopg://h:port/db", "address cannot be used", "or a URL such as"),
        ("mysql+pymysql://localhost/db", "driver", "mlready-srs[postgres]"),
        ("postgresql+psycopg://me:secret@127.0.0.1:1/db", "127.0.0.1:1/db", "start the database"),
    ],
)
def test_a_bad_address(deck: Path, address: str, sentence: str, hint: str) -> None:
    done = run_mlready("status", "--deck", str(deck), env={"MLREADY_STORE": address})
    assert done.returncode == 3
    assert sentence in done.stderr
    assert hint in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


@pytest.mark.parametrize("name", ["50% sure?.sqlite3", "a#b &c=d.sqlite3", "%3F.sqlite3", "é.db"])
def test_any_file_name_will_do(
    deck: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("MLREADY_STORE", str(tmp_path / name))
    open_progress(deck, 1).writer().close()
    assert (tmp_path / name).is_file()
    assert open_progress(deck, 2).report is None


@pytest.mark.parametrize(
    "address",
    ["sqlite:///mine.sqlite3", "mine.sqlite3", "sqlite+pysqlite:///mine.sqlite3?timeout=9"],
)
def test_relative_addresses(
    deck: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLREADY_STORE", address)
    progress = open_progress(deck, 1)
    assert progress.reader.rows("SELECT COUNT(*) FROM live_cards") == [(1,)]
    progress.writer().close()
    assert (tmp_path / "mine.sqlite3").is_file()
    report = open_progress(deck, 2).report
    assert report is None or report.is_empty


# --- in use by others --------------------------------------------------------------------

HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def held(store: Path) -> Iterator[Path]:
    """The store while another process writes to it without end."""
    command = [sys.executable, "-c", HOLD, str(store)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield store
        process.communicate()


def test_a_store_that_another_program_holds(
    held: Path, deck: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_MS", 50)
    monkeypatch.setenv("MLREADY_STORE", str(held))
    progress = open_progress(deck, 1)  # reading waits for nobody
    with pytest.raises(StoreError, match="in use by another program") as raised:
        progress.writer()
    assert "try again" in raised.value.hint


# --- what may not be written ----------------------------------------------------------------


def run_without_rights(deck: Path, store: Path, verb: str) -> subprocess.CompletedProcess[str]:
    """Run a command as somebody whom permissions bind."""
    if not hasattr(os, "geteuid"):
        pytest.skip("permissions are another thing here")
    prefix: tuple[str, ...] = ()
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("permissions do not bind root, and there is no setpriv")
        rights = "-dac_override,-dac_read_search"
        prefix = ("setpriv", f"--bounding-set={rights}", f"--inh-caps={rights}")
    env = {"MLREADY_STORE": str(store)}
    return run_mlready(verb, "--deck", str(deck), env=env, prefix=prefix)


@pytest.mark.parametrize("verb", ["sync", "undo", "rebuild"])
@pytest.mark.parametrize("role", ["file", "folder"])
def test_what_is_read_only(deck: Path, store: Path, role: str, verb: str) -> None:
    (deck / "questions/sets.yaml").write_text("topic: sets\nquestions: []\n")
    before = store.read_bytes()
    store.chmod(0o444)
    store.parent.chmod(0o555 if role == "folder" else 0o755)
    done = run_without_rights(deck, store, verb)
    store.parent.chmod(0o755)
    assert done.returncode == 3, done.stderr
    assert "is read-only" in done.stderr or "cannot be opened" in done.stderr
    assert "MLREADY_STORE" in done.stderr
    assert "Traceback" not in done.stderr
    assert store.read_bytes() == before


@pytest.mark.parametrize(
    ("rights", "name"), [(0o555, "new/progress.sqlite3"), (0o000, "progress.sqlite3")]
)
def test_a_folder_that_may_not_be_written_or_entered(
    deck: Path, tmp_path: Path, rights: int, name: str
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(rights)
    done = run_without_rights(deck, closed / name, "status")
    closed.chmod(0o755)
    assert done.returncode == 3, done.stderr
    assert "cannot be opened" in done.stderr
    assert "Traceback" not in done.stderr
