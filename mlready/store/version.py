"""The version of the tables, and whether a store is ours to use."""

from __future__ import annotations

from mlready.errors import StoreError

SCHEMA_VERSION = 1


def check_identity(found: dict[str, str], deck: str, url: str) -> None:
    """Refuse a store of another deck, or of a version we cannot know.

    Args:
        found: the rows of the table `meta`.
        deck: the id of the deck in use.
        url: the store's address, for the message.

    Raises:
        StoreError: with what to do about it.
    """
    version = found.get("schema_version", "")
    if not version.isdigit():
        raise StoreError(f"{url} is not a store of mlready", "name another with MLREADY_STORE")
    if int(version) > SCHEMA_VERSION:
        hint = "upgrade mlready; nothing was changed"
        raise StoreError(f"{url} was written by a newer mlready (schema {version})", hint)
    if found.get("deck") != deck:
        hint = "each deck keeps its progress in a store of its own; check MLREADY_STORE"
        message = f'{url} holds the progress of the deck "{found.get("deck")}", not "{deck}"'
        raise StoreError(message, hint)
