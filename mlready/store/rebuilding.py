"""Drop everything derived and make it again from the deck and the revlog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlready.store.engine import failures_explained
from mlready.store.replaying import replay_cards
from mlready.store.sync import SyncReport, sync_within
from mlready.store.tables import DERIVED, metadata

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from mlready.content.folder import DeckFolder


def rebuild(engine: Engine, folder: DeckFolder, now_ms: int, url: str) -> tuple[SyncReport, int]:
    """Make all derived tables again, in one transaction: it is done wholly or not at all.

    Returns:
        What the sync found, and the number of memories.
    """
    with failures_explained(url), engine.begin() as connection:
        metadata.drop_all(connection, tables=DERIVED)
        metadata.create_all(connection, tables=DERIVED)
        report = sync_within(connection, folder, now_ms)
        memories = replay_cards(connection)
    return report, memories
