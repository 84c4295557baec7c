"""Writing Anki packages: the same deck gives the same bytes, whole or not at all."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from exports.anki.checks import check_deck, images
from exports.records import ExportDeck, ExportReport

_UNIX = 3
_READABLE_FILE = 0o100644 << 16


def write_package(deck: ExportDeck, path: Path) -> ExportReport:
    """Write `deck` to `path` as a package that Anki imports.

    Of the deck's media, the files that notes show are packed; Anki ignores others.

    Raises:
        ExportError: The deck cannot be exported; `path` is untouched.
        OSError: A file cannot be read or written; `path` is untouched.
    """
    # Importing genanki takes a tenth of a second, which only an export should cost.
    from exports.anki.database import build_collection  # noqa: PLC0415

    check_deck(deck)
    shown = sorted({name for note in deck.notes for name in images(note)})
    collection, cards = build_collection(deck)
    media = {name: deck.media[name] for name in shown}
    _write_whole(path, collection, media)
    return ExportReport(notes=len(deck.notes), cards=cards, media=len(media))


def _write_whole(path: Path, collection: bytes, media: Mapping[str, Path]) -> None:
    """Write beside `path` and move there, so that no half package is ever seen."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            with ZipFile(file, "w") as archive:
                _write_members(archive, collection, media)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        with suppress(OSError):
            partial.unlink()
        raise


def _write_members(archive: ZipFile, collection: bytes, media: Mapping[str, Path]) -> None:
    names = {str(number): name for number, name in enumerate(media)}
    _write_member(archive, "collection.anki2", collection)
    _write_member(archive, "media", json.dumps(names).encode())
    for number, name in names.items():
        _write_member(archive, number, media[name].read_bytes())


def _write_member(archive: ZipFile, name: str, content: bytes) -> None:
    # A bare ZipInfo has a fixed time; the system would otherwise differ by platform.
    info = ZipInfo(name)
    info.compress_type = ZIP_DEFLATED
    info.create_system = _UNIX
    info.external_attr = _READABLE_FILE
    archive.writestr(info, content)
