"""The steps from one schema version to the next, in order; each runs after a backup.

What is derived is made again from the deck and the history, so a step need not get it right. But
it does not drop it: what a file that is broken now was when it last compiled is found nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from mlready.store.replaying import replay_cards

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
    # What the sync that follows on opening fills in; but a file that is broken now stays as it was.
    connection.execute(text("ALTER TABLE contents ADD COLUMN exercises TEXT NOT NULL DEFAULT '[]'"))
    connection.execute(text("ALTER TABLE contents ADD COLUMN likeness BIGINT NOT NULL DEFAULT 0"))


_REVIEWS_FROM_ANKI = (
    "ALTER TABLE notes ADD COLUMN last_content TEXT",
    "ALTER TABLE revlog ADD COLUMN effect INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE revlog ADD COLUMN origin VARCHAR NOT NULL DEFAULT ''",
    "ALTER TABLE revlog ADD COLUMN stability FLOAT",
    "ALTER TABLE revlog ADD COLUMN difficulty FLOAT",
    "ALTER TABLE revlog ADD COLUMN ease FLOAT",
    "CREATE INDEX revlog_from_elsewhere ON revlog (card_id) WHERE origin <> ''",
    """CREATE TABLE adoptions (guid VARCHAR NOT NULL PRIMARY KEY,
        note_id {id} NOT NULL REFERENCES notes (note_id), adopted_at BIGINT NOT NULL)""",
    """CREATE TABLE held_cards (card_id {id} NOT NULL PRIMARY KEY REFERENCES cards (card_id),
        reason TEXT NOT NULL, held_at BIGINT NOT NULL)""",
)


def _bring_reviews_home(connection: Connection) -> None:
    """Version 3: reviews made in Anki; the last content of retired notes; adopted notes."""
    id_type = "INTEGER" if connection.dialect.name == "sqlite" else "BIGINT"
    for statement in _REVIEWS_FROM_ANKI:
        connection.execute(text(statement.format(id=id_type)))
    # Once for all steps: it reads columns that earlier versions do not have.
    replay_cards(connection)


_FLAGS = (
    """CREATE TABLE flags (flag_id {serial} NOT NULL PRIMARY KEY,
        card_id {id} NOT NULL REFERENCES cards (card_id), flagged_at BIGINT NOT NULL,
        reason VARCHAR NOT NULL, note TEXT NOT NULL, resolved_at BIGINT)""",
    "CREATE INDEX flags_by_card ON flags (card_id)",
)


def _let_cards_be_flagged(connection: Connection) -> None:
    """Version 4: flags, with which a learner marks cards as wrong or unclear."""
    is_sqlite = connection.dialect.name == "sqlite"
    serial, id_type = ("INTEGER", "INTEGER") if is_sqlite else ("BIGSERIAL", "BIGINT")
    for statement in _FLAGS:
        connection.execute(text(statement.format(serial=serial, id=id_type)))


# MIGRATIONS[n - 1] leads from version n to n + 1.
MIGRATIONS: tuple[Callable[[Connection], None], ...] = (
    _keep_parameter_sets,
    _bring_reviews_home,
    _let_cards_be_flagged,
)
