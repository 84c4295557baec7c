"""Writing Anki packages: the same deck and lock give the same bytes, whole or not at all."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from errno import EIO
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from exports.anki.checks import check_deck
from exports.anki.identity import phase_names
from exports.anki.lock import Lock
from exports.anki.packing import pack_notes
from exports.anki.placing import ScratchFile, new_file, scratch_file
from exports.anki.promises import Changes, Promises
from exports.records import ExportDeck, ExportReport

_UNIX = 3
_READABLE_FILE = 0o100644 << 16
# The level that takes least time; for text like this, higher ones gain next to nothing.
_FAST = 1
# What the headers of members have room for, unless they are told of more.
_SMALL = 2**31 - 1

# Where the header of a database names the SQLite that wrote it, which nobody reads: what
# stands there instead is the first that wrote such headers.
_WRITER_AT = 96
_ANY_WRITER = (3_007_000).to_bytes(4)


@dataclass(frozen=True, slots=True)
class Written:
    """A package that was written.

    Attributes:
        report: How much is in it.
        lock: What it promises: the next package is to be written with this.
        changes: How it differs from what was promised before.
    """

    report: ExportReport
    lock: Lock
    changes: Changes


def write_package(
    deck: ExportDeck,
    path: Path,
    lock: Lock,
    now: int,
    keep: Callable[[Lock], None] = lambda _: None,
) -> Written:
    """Write `deck` to `path` as a package that Anki imports.

    Of the deck's media, the files that notes show are packed; Anki ignores others. The moment
    of the export is in it only where a note changed and its own time of change is too early
    for Anki to see that.

    Args:
        deck: The deck, or a part of it.
        path: Where the package is to stand.
        lock: What earlier packages promised.
        now: The moment of the export, in Unix seconds.
        keep: Called with the new lock when the package is complete, but not yet at `path`. If
            it fails, so does the export: nobody should import what is not written down.

    Raises:
        ExportError: The deck cannot be exported; `path` is untouched.
        OSError: A file cannot be read or written; `path` is untouched.
    """
    check_deck(deck)
    promises = Promises(lock, deck.order, now, phase_names(deck))
    with new_file(path) as package:
        with scratch_file(path) as scratch:
            report = _write_archive(package.file, deck, promises, scratch)
        written = Written(report, promises.result(), promises.changes())
        keep(written.lock)
        package.place()
    return written


def _write_archive(
    file: BinaryIO, deck: ExportDeck, promises: Promises, scratch: ScratchFile
) -> ExportReport:
    report, shown = _fill_collection(deck, promises, scratch)
    scratch.file.seek(_WRITER_AT)
    scratch.file.write(_ANY_WRITER)
    names = {str(number): name for number, name in enumerate(shown)}
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=_FAST) as archive:
        _write_member(archive, "collection.anki2", scratch.file)
        _write_member(archive, "media", BytesIO(json.dumps(names).encode()))
        for number, name in names.items():
            with deck.media[name].open("rb") as picture:
                _write_member(archive, number, picture)
    return report


def _write_member(archive: ZipFile, name: str, content: BinaryIO) -> None:
    size = content.seek(0, 2)
    content.seek(0)
    # What is opened by name has a fixed time.
    with archive.open(name, "w", force_zip64=size > _SMALL) as member:
        shutil.copyfileobj(content, member, 1 << 20)
    info = archive.getinfo(name)
    # These would otherwise differ by platform.
    info.create_system = _UNIX
    info.external_attr = _READABLE_FILE


def _fill_collection(
    deck: ExportDeck, promises: Promises, scratch: ScratchFile
) -> tuple[ExportReport, Sequence[str]]:
    """Write the database; return how much is in it, and the files that its notes show."""
    # Importing genanki takes a tenth of a second, which only an export should cost.
    from exports.anki.database import Collection, connect  # noqa: PLC0415

    with closing(connect(scratch.path)) as connection:
        scratch.hide()
        try:
            collection = Collection(connection, deck)
            shown = sorted(pack_notes(deck, promises, collection))
            collection.finish()
        except sqlite3.OperationalError as error:
            # Of a database of our own making this is all that can go wrong: the disk is full.
            raise OSError(EIO, str(error)) from error
    return ExportReport(collection.notes, collection.cards, len(shown)), shown
