"""The version of the tables, and whether a store is ours to use."""

from __future__ import annotations

from mlready.errors import StoreError
from mlready.store.location import store_name

SCHEMA_VERSION = 4


def check_identity(found: dict[str, str], deck: str, url: str) -> None:
    """Refuse a store of another deck, or of a version we cannot know.

    Args:
        found: the rows of the table `meta`.
        deck: the id of the deck in use.
        url: the store's address, for the message.

    Raises:
        StoreError: with what to do about it.
    """
    version, name = found.get("schema_version", ""), store_name(url)
    if not version.isdecimal():
        raise foreign_database(url)
    if int(version) > SCHEMA_VERSION:
        hint = "upgrade mlready; nothing was changed"
        raise StoreError(f"{name} was written by a newer mlready (schema {version})", hint)
    if found.get("deck") != deck:
        hint = "each deck keeps its progress in a store of its own; check MLREADY_STORE"
        message = f'{name} holds the progress of the deck "{found.get("deck")}", not "{deck}"'
        raise StoreError(message, hint)


def foreign_database(url: str) -> StoreError:
    """The failure that a database is somebody else's."""
    message = f"{store_name(url)} is a database, but not a store of mlready"
    return StoreError(message, "name another with MLREADY_STORE; it was not changed")
