"""Copying a collection that Anki may have open, without a trace in Anki's folder.

A running Anki holds a lock that keeps every other program's SQLite out, and opening a
database leaves files beside it, so the bytes are copied: the database, then its write-ahead
log. As long as the log was not begun anew meanwhile, it holds every page that may have been
written while the database was read, and each of its transactions is whole or ignored.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from exports.anki.histories import HistoryError
from exports.anki.reading.files import (
    LARGEST_COLLECTION,
    TOO_LARGE,
    open_regular,
    read_chunks,
    write_private,
)

_ATTEMPTS = 10
_LOG_HEADER = 32
_DATABASE_HEADER = 100


class _State(NamedTuple):
    """What tells one moment of a collection from another.

    Attributes:
        log: The header of its write-ahead log, new whenever the log is begun anew.
        database: Of the database itself, where there is no log, how it begins, how long it
            is and when it changed.
    """

    log: bytes
    database: tuple[bytes, int, int] | None


def copy_collection(path: Path, copy: Path) -> None:
    """Copy the collection at `path`, as it was at one moment, to `copy` and `copy-wal`.

    Raises:
        HistoryError: It is in the middle of a change, or changes too fast.
        OSError: It cannot be read, or the copy cannot be written.
    """
    for _ in range(_ATTEMPTS):
        before = _read_state(path)
        _copy_file(path, copy)
        if before.log:
            _copy_file(_beside(path, "-wal"), _beside(copy, "-wal"))
        if _read_state(path) == before:
            return
        for left in (copy, _beside(copy, "-wal")):
            left.unlink(missing_ok=True)
    raise HistoryError(
        "Anki is writing to it all the time", "Wait until Anki is done, or close it, and try again."
    )


def _read_state(path: Path) -> _State:
    # A journal is what a change left that never came to its end; only its own Anki may undo it.
    if _read_start(_beside(path, "-journal"), 1).strip(b"\0"):
        hint = "Try again; if that does not help, open it in Anki and close Anki first."
        raise HistoryError("it is in the middle of a change", hint)
    log = _read_start(_beside(path, "-wal"), _LOG_HEADER)
    if len(log) == _LOG_HEADER:
        return _State(log, None)
    now = path.stat()
    start = _read_start(path, _DATABASE_HEADER)
    return _State(b"", (start, now.st_size, now.st_mtime_ns))


def _read_start(path: Path, size: int) -> bytes:
    """Return how a file begins; nothing, if there is none."""
    with suppress(FileNotFoundError), open_regular(path) as file:
        return file.read(size)
    return b""


def _copy_file(source: Path, target: Path) -> None:
    # The log may be gone the moment after it was seen; the state then differs.
    with suppress(FileNotFoundError), open_regular(source) as file:
        if os.fstat(file.fileno()).st_size > LARGEST_COLLECTION:
            raise HistoryError(*TOO_LARGE)
        write_private(read_chunks(file), target)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)
