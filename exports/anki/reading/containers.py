"""From whatever file holds a collection to a private copy of the database in it.

A file is what its first bytes say, not what its name says. Of a package only the collection
is read, never a path in it; no more is written than a collection can need.
"""

import os
import struct
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EINVAL
from io import BufferedReader
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from exports.anki.histories import HistoryError
from exports.anki.reading.copies import copy_collection
from exports.anki.reading.files import (
    CHUNK,
    LARGEST_COLLECTION,
    TOO_LARGE,
    open_regular,
    read_chunks,
    write_private,
)

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_SQLITE_MAGIC = b"SQLite format 3\0"
_ZIP_MAGIC = b"PK\x03\x04"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"

# The newest first: beside a new one, an old one only tells old versions of Anki to update.
_MEMBERS = ("collection.anki21b", "collection.anki21", "collection.anki2")
_NEWEST_PACKAGE = 3
_ENCRYPTED = 1

_LARGEST_WINDOW_LOG = 27

# What zipfile and its helpers raise, depending on where the damage is.
_DAMAGE = (
    BadZipFile,
    zstd.ZstdError,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
)
_EXPORT_AGAIN = "Export it from Anki again (File > Export)."


@contextmanager
def private_copy(path: Path) -> Iterator[Path]:
    """Give the database that `path` holds as a file of our own, for as long as it is needed.

    Nothing is written beside `path`. What a running Anki has not yet written into its
    collection lies beside the copy as it does beside the original, its name ending in `-wal`.

    Raises:
        HistoryError: There is no collection in it, or a broken or an absurd one.
        OSError: It cannot be read, or the copy cannot be written.
    """
    path = _find_file(path)
    with TemporaryDirectory(prefix="anki-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / "collection"
        with open_regular(path) as file:
            start = file.read(len(_SQLITE_MAGIC))
            file.seek(0)
            if start != _SQLITE_MAGIC:
                _unpack(file, start, copy)
        if start == _SQLITE_MAGIC:
            copy_collection(path, copy)
        yield copy


def _find_file(path: Path) -> Path:
    """Return the file that `path` means: a profile's folder means the collection in it."""
    try:
        path = path.resolve(strict=True)
    except (RuntimeError, ValueError) as error:  # links in a circle, a NUL
        raise HistoryError("it cannot be the name of a file", "See that it is right.") from error
    if not path.is_dir():
        return path
    collection = path / "collection.anki2"
    if not collection.exists():
        hint = "Name the folder of a profile: the one in which collection.anki2 is."
        raise HistoryError("there is no collection of Anki's in this folder", hint)
    return collection.resolve(strict=True)


def _unpack(file: BufferedReader, start: bytes, copy: Path) -> None:
    size = os.fstat(file.fileno()).st_size
    try:
        if start.startswith(_ZIP_MAGIC):
            _unpack_archive(file, copy, size)
        elif start.startswith(_ZSTD_MAGIC):
            write_private(_inflate(file), copy, size)
        elif start:
            problem = "it is neither a package (.apkg, .colpkg) nor a collection of Anki's"
            raise HistoryError(problem, _EXPORT_AGAIN)
        else:
            raise HistoryError("it is empty", _EXPORT_AGAIN)
    except (*_DAMAGE, OSError) as error:
        # A place before the file's first byte is no argument to seek it.
        if isinstance(error, OSError) and error.errno != EINVAL:
            raise
        raise HistoryError("it is damaged", _EXPORT_AGAIN) from error


def _unpack_archive(file: BufferedReader, copy: Path, size: int) -> None:
    with ZipFile(file) as archive:
        member = _choose_member(archive)
        if member.file_size > LARGEST_COLLECTION:
            raise HistoryError(*TOO_LARGE)
        with archive.open(member) as source:
            is_new = member.filename == _MEMBERS[0]
            chunks = _inflate(source) if is_new else read_chunks(source)
            write_private(chunks, copy, min(member.compress_size, size))


def _choose_member(archive: ZipFile) -> ZipInfo:
    members = Counter(info.filename for info in archive.infolist())
    if members["meta"] and _package_version(archive) > _NEWEST_PACKAGE:
        hint = 'Export it again with "Support older Anki versions" ticked.'
        raise HistoryError("a newer Anki made it, and its form is not known here", hint)
    name = next((name for name in _MEMBERS if members[name]), None)
    if name is None:
        raise HistoryError("there is no collection in it", _EXPORT_AGAIN)
    if members[name] > 1:
        raise HistoryError(f"there are {members[name]} collections in it", _EXPORT_AGAIN)
    member = archive.getinfo(name)
    if member.flag_bits & _ENCRYPTED:
        raise HistoryError("the collection in it is encrypted", _EXPORT_AGAIN)
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise HistoryError("it is packed in a way in which Anki packs nothing", _EXPORT_AGAIN)
    return member


def _package_version(archive: ZipFile) -> int:
    """Return what `meta`, a protocol buffer, gives as its field 1; 0 where it gives none."""
    with archive.open("meta") as file:
        start = file.read(2)
    return start[1] if len(start) == 2 and start[0] == 1 << 3 else 0


def _inflate(source: IO[bytes]) -> Iterator[bytes]:
    """Yield what the one Zstandard frame in `source` holds."""
    limits: dict[int, int] = {zstd.DecompressionParameter.window_log_max: _LARGEST_WINDOW_LOG}
    frame = zstd.ZstdDecompressor(options=limits)
    while not frame.eof:
        packed = source.read(CHUNK) if frame.needs_input else b""
        if frame.needs_input and not packed:
            raise BadZipFile("it ends in the middle of the collection")
        if content := frame.decompress(packed, CHUNK):
            yield content
    if frame.unused_data or source.read(1):
        raise BadZipFile("more follows the collection")
