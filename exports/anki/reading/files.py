"""Opening files that may be anything, and writing copies that nobody else can read."""

import os
import stat
from collections.abc import Iterable, Iterator
from functools import partial
from io import BufferedReader, FileIO
from pathlib import Path
from typing import IO

from exports.anki.histories import HistoryError

LARGEST_COLLECTION = 1 << 31
TOO_LARGE = (
    "the collection in it is larger than any that Anki makes",
    "Export it from Anki again (File > Export).",
)
CHUNK = 1 << 20

# A collection shrinks to a tenth or so; an empty table within a small one can do better.
_HIGHEST_RATIO = 200
_ALWAYS_FITS = 1 << 26
# Enough for the directory of an archive of some 300,000 pictures and sounds.
_LARGEST_READ = 1 << 24


def open_regular(path: Path) -> BufferedReader:
    """Open a file to read; one that is no ordinary file is neither read nor waited for.

    Raises:
        HistoryError: It is something else.
        OSError: It cannot be opened.
    """
    if stat.S_ISREG(path.stat().st_mode):
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        file = _CautiousReader(FileIO(os.open(path, flags)))
        # It may be another by now.
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return file
        file.close()
    raise HistoryError("it is not a file", "Name a package or a collection of Anki's.")


def write_private(chunks: Iterable[bytes], target: Path, packed: int | None = None) -> None:
    """Write `chunks` to a new file that nobody else can read.

    Args:
        chunks: The content.
        target: The file.
        packed: How many bytes the content was packed in, if it was.

    Raises:
        HistoryError: There is more than a collection can need.
        OSError: It cannot be written.
    """
    written = 0
    most = LARGEST_COLLECTION
    if packed is not None:
        most = min(most, max(_ALWAYS_FITS, packed * _HIGHEST_RATIO))
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(target, flags, 0o600), "wb") as file:
        for chunk in chunks:
            written += len(chunk)
            if written > most:
                raise HistoryError(*TOO_LARGE)
            file.write(chunk)


def read_chunks(file: IO[bytes]) -> Iterator[bytes]:
    """Yield what is left of `file`."""
    return iter(partial(file.read, CHUNK), b"")


class _CautiousReader(BufferedReader):
    """A file of which no more is read at once than an honest one asks for."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            size = _LARGEST_READ
        return super().read(min(size, _LARGEST_READ))
