"""What a database's failure means to the person in front of it."""

from __future__ import annotations

from mlready.errors import StoreError
from mlready.store.location import store_name

_CAUSES = (
    (
        ("database is locked", "database table is locked", "lock timeout"),
        "is in use by another program",
        "close the other mlready and try again; nothing was lost",
    ),
    (
        ("readonly database", "read-only"),
        "cannot be written: it is read-only",
        "make the file and its folder writable, or name another store with MLREADY_STORE",
    ),
    (
        ("not a database", "malformed", "disk image", "file is encrypted", "can't decode"),
        "is damaged, or is not a database",
        "move it away and put a backup (*.bak beside it) in its place; it was not changed",
    ),
    (
        (
            *("unable to open", "Permission denied", "Operation not permitted", "File exists"),
            *("Not a directory", "Is a directory", "File name too long"),
        ),
        "cannot be opened",
        "check that its folder exists and is yours, or name another store with MLREADY_STORE",
    ),
    (
        ("connection failed", "Connection refused", "could not translate host name"),
        "cannot be reached",
        "start the database server, or check the address in MLREADY_STORE",
    ),
    (
        ("disk is full", "No space left", "disk I/O error"),
        "cannot be written: the disk is full or failing",
        "free some space; everything rated before is safe",
    ),
)


def explain(error: BaseException, url: str) -> StoreError:
    """The failure as a sentence with a way out."""
    name = store_name(url)
    text = " ".join(str(error).split())
    for signs, message, hint in _CAUSES:
        if any(sign in text for sign in signs):
            return StoreError(f"the progress in {name} {message}", hint)
    hint = "name another store with MLREADY_STORE, or report this if it stays"
    return StoreError(f"the progress in {name} cannot be used: {text}", hint)
