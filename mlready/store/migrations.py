"""The steps from one schema version to the next, in order; each runs after a backup.

What is derived need not be carried over: a step drops it, and it is made again from the deck and
the history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from mlready.store.replaying import replay_cards
from mlready.store.tables import DERIVED, metadata

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection


def _keep_parameter_sets(connection: Connection) -> None:
    """Version 2: fitted parameters are kept; contents say what they exercise and look like."""
    connection.execute(
        text(
            """CREATE TABLE parameter_sets (set_id INTEGER NOT NULL PRIMARY KEY,
            made_at BIGINT NOT NULL, old_parameters TEXT, new_parameters TEXT,
            evidence TEXT NOT NULL)"""
            if connection.dialect.name == "sqlite"
            else """CREATE TABLE parameter_sets (set_id BIGSERIAL PRIMARY KEY,
            made_at BIGINT NOT NULL, old_parameters TEXT, new_parameters TEXT,
            evidence TEXT NOT NULL)"""
        )
    )
    _make_derived_anew(connection)


def _make_derived_anew(connection: Connection) -> None:
    """Drop what is derived; the sync that follows on opening makes contents again."""
    present = inspect(connection).get_table_names()
    metadata.drop_all(connection, tables=[t for t in DERIVED if t.name in present])
    metadata.create_all(connection, tables=DERIVED)
    replay_cards(connection)


# MIGRATIONS[n - 1] leads from version n to n + 1.
MIGRATIONS: tuple[Callable[[Connection], None], ...] = (_keep_parameter_sets,)
