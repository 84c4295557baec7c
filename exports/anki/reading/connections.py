"""Opening a database that somebody else made: nothing in it may run, and nothing is endless."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from exports.anki.histories import HistoryError

# Some four times the steps that the largest history takes, and fifty that Anki's schema takes.
_STEPS_PER_CALL = 1 << 20
_MOST_CALLS = 1_200
_SCHEMA_STEPS = 1 << 14
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 1 << 26,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 100,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 50,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
}
_SETTINGS = (
    "PRAGMA locking_mode = EXCLUSIVE",  # the index of a log then stays in memory
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA query_only = ON",
    "PRAGMA ignore_check_constraints = ON",
    "PRAGMA mmap_size = 0",
    "PRAGMA temp_store = MEMORY",
)
_SCHEMA = "SELECT type, name, sql FROM sqlite_master"
_COLUMNS = {
    "col": "PRAGMA table_xinfo(col)",
    "notes": "PRAGMA table_xinfo(notes)",
    "cards": "PRAGMA table_xinfo(cards)",
    "revlog": "PRAGMA table_xinfo(revlog)",
    "notetypes": "PRAGMA table_xinfo(notetypes)",
    "fields": "PRAGMA table_xinfo(fields)",
    "decks": "PRAGMA table_xinfo(decks)",
    "config": "PRAGMA table_xinfo(config)",
}
# Of tables whose order does not depend on Anki's own comparison of names.
_CHECKS = (
    "PRAGMA quick_check(notes)",
    "PRAGMA quick_check(cards)",
    "PRAGMA quick_check(revlog)",
)
_NOT_ANKIS = "there is something in it that Anki did not make: {!a}"
_WITHOUT_IT = "Export it from Anki (File > Export), which leaves such things out."


@contextmanager
def open_untrusted(path: Path) -> Iterator[tuple[sqlite3.Connection, frozenset[str]]]:
    """Open a database that no other program knows of, to read from it and no more.

    Returns:
        The connection, and the names of the tables in it.

    Raises:
        HistoryError: There is something in it that computes.
        sqlite3.Error: It is damaged, or endless.
    """
    has_log = path.with_name(path.name + "-wal").exists()
    # Immutable, it is read as it is, without a look at anything beside it.
    mode = "mode=rw" if has_log else "mode=ro&immutable=1"
    connection = sqlite3.connect(f"{path.as_uri()}?{mode}", uri=True, isolation_level=None)
    with closing(connection):
        connection.set_progress_handler(lambda: True, _SCHEMA_STEPS)
        for limit, most in _LIMITS.items():
            connection.setlimit(limit, most)
        for setting in _SETTINGS:
            connection.execute(setting).close()
        connection.text_factory = _decode
        connection.create_collation("unicase", _compare_folded)
        tables = _check_schema(connection)
        connection.set_progress_handler(_count_calls(_MOST_CALLS), _STEPS_PER_CALL)
        _check_pages(connection)
        connection.set_authorizer(_allow_reading)
        yield connection, tables


def _check_schema(connection: sqlite3.Connection) -> frozenset[str]:
    """Return the names of all tables; views, triggers and virtual tables are refused."""
    tables = set()
    for kind, name, sql in connection.execute(_SCHEMA):
        if kind == "table" and str(sql).startswith("CREATE TABLE "):
            tables.add(name)
        elif kind != "index":
            raise HistoryError(_NOT_ANKIS.format(name), _WITHOUT_IT)
    for table in tables & _COLUMNS.keys():
        for *_, hidden in connection.execute(_COLUMNS[table]):
            if hidden:
                raise HistoryError(_NOT_ANKIS.format(table), _WITHOUT_IT)
    return frozenset(tables)


def _check_pages(connection: sqlite3.Connection) -> None:
    """Refuse what SQLite can tell to be damaged, before rows are lost without a word."""
    for check in _CHECKS:
        for (finding,) in connection.execute(check):
            if finding != "ok":
                raise sqlite3.DatabaseError(finding)


def _count_calls(most: int) -> Callable[[], bool]:
    """Return a handler that ends what is running when it has been called that often."""
    left = most

    def is_too_much() -> bool:
        nonlocal left
        left -= 1
        return left < 0

    return is_too_much


def _allow_reading(
    action: int, _table: str | None, _column: str | None, _database: str | None, view: str | None
) -> int:
    reads = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)
    return sqlite3.SQLITE_OK if reads and view is None else sqlite3.SQLITE_DENY


def _decode(text: bytes) -> str:
    return text.decode("utf-8", "replace")


def _compare_folded(one: str, other: str) -> int:
    folded, other_folded = one.casefold(), other.casefold()
    return (folded > other_folded) - (folded < other_folded)
