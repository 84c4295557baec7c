"""Connections for writing: an SQLAlchemy engine, its pragmas, and its failures as sentences."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Connection,
    Engine,
    create_engine,
    event,
    exc,
    insert,
    inspect,
    select,
)

from mlready.errors import StoreError
from mlready.store.failures import explain
from mlready.store.location import sqlite_path
from mlready.store.migrations import MIGRATIONS
from mlready.store.tables import meta, metadata
from mlready.store.version import SCHEMA_VERSION, check_identity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=5000",
)


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
        try:
            engine = create_engine(url)
        except (exc.ArgumentError, exc.NoSuchModuleError, ImportError) as error:
            hint = "MLREADY_STORE is a path, or a URL such as postgresql://localhost/mlready"
            raise StoreError(f"the store's address cannot be used: {error}", hint) from error
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _set_up_sqlite)
            event.listen(engine, "begin", _begin_immediate)
        with engine.begin() as connection:
            _prepare(connection, path, deck, url)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # The driver must not begin transactions by itself: ours begin IMMEDIATE, because one that
    # reads first and writes later fails at once when another process writes in between.
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(pragma).close()


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


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
    if not inspect(connection).has_table("meta"):
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
