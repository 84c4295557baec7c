"""Connections for writing: an SQLAlchemy engine, its pragmas, and its failures as sentences."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, insert, inspect, select

from mlready.errors import StoreError
from mlready.store.failures import explain
from mlready.store.location import sqlite_path
from mlready.store.migrations import MIGRATIONS
from mlready.store.reading import open_reader
from mlready.store.tables import meta, metadata
from mlready.store.version import SCHEMA_VERSION, check_identity, foreign_database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BUSY_TIMEOUT_MS = 5000
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
)
# An execution option of connections that only read.
READ_ONLY = {"mlready_reads": True}
# Any number will do, as long as it stays the same.
_WRITERS_LOCK = 7_243_219


def open_engine(url: str, deck: str) -> Engine:
    """Open a deck's progress for writing; make or migrate its tables first.

    Args:
        url: an SQLAlchemy URL.
        deck: the deck's id; a store belongs to one deck.

    Raises:
        StoreError: it cannot be opened, is of another deck or of a newer version.
    """
    path = sqlite_path(url)
    with failures_explained(url):
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            # What is not ours must not even be opened for writing: that alone would change it.
            reader = open_reader(url, deck)
            if reader is not None:
                reader.close()
        engine = _create_engine(url, path)
        try:
            with engine.begin() as connection:
                _prepare(connection, path, deck, url)
        except BaseException:
            engine.dispose()
            raise
    return engine


def _create_engine(url: str, path: Path | None) -> Engine:
    address = url if path is None else URL.create("sqlite", database=str(path))
    try:
        engine = create_engine(address)
    except ModuleNotFoundError as error:
        message = f"the driver for the store's database is not installed: {error.name}"
        hint = 'for PostgreSQL install "mlready-srs[postgres]" and use postgresql+psycopg://'
        raise StoreError(message, hint) from error
    except (exc.ArgumentError, exc.NoSuchModuleError, ImportError, ValueError) as error:
        hint = "MLREADY_STORE is a path, or a URL such as postgresql+psycopg://localhost/mlready"
        raise StoreError(f"the store's address cannot be used: {error}", hint) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_immediate)
    elif engine.dialect.name == "postgresql":
        event.listen(engine, "begin", _lock_out_writers)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # The driver must not begin transactions by itself: ours begin IMMEDIATE, because one that
    # reads first and writes later fails at once when another process writes in between.
    connection.isolation_level = None
    for pragma in (f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}", *PRAGMAS):
        connection.execute(pragma).close()


def _begin_immediate(connection: Connection) -> None:
    reads = connection.get_execution_options().get("mlready_reads")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _lock_out_writers(connection: Connection) -> None:
    """One writer at a time, as on SQLite: what a transaction has read stays true until its end."""
    if not connection.get_execution_options().get("mlready_reads"):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {BUSY_TIMEOUT_MS}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})")


@contextmanager
def failures_explained(url: str) -> Iterator[None]:
    """Turn the database's failures into a sentence and a way out."""
    try:
        yield
    except exc.DBAPIError as error:
        raise explain(error.orig or error, url) from error
    except OSError as error:
        raise explain(error, url) from error


def _prepare(connection: Connection, path: Path | None, deck: str, url: str) -> None:
    present = set(inspect(connection).get_table_names())
    if "meta" not in present:
        if present & metadata.tables.keys():
            raise foreign_database(url)
        metadata.create_all(connection)
        first = [
            {"name": "schema_version", "value": str(SCHEMA_VERSION)},
            {"name": "deck", "value": deck},
        ]
        connection.execute(insert(meta), first)
        return
    found = {row.name: row.value for row in connection.execute(select(meta))}
    check_identity(found, deck, url)
    version = int(found["schema_version"])
    if version < SCHEMA_VERSION:
        if path is not None:
            back_up(path, path.with_suffix(f".v{version}.bak"))
        for migrate in MIGRATIONS[version - 1 :]:
            migrate(connection)
        row = meta.update().where(meta.c.name == "schema_version")
        connection.execute(row.values(value=str(SCHEMA_VERSION)))


def back_up(path: Path, target: Path) -> None:
    """Copy a SQLite store as it stands, other connections' commits included."""
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
