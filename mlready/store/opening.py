"""A deck and its progress, opened together: synced where files have changed, and fast where not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlready.content.folder import DeckFolder, read_folder
from mlready.errors import DeckError
from mlready.store.location import deck_id, sqlite_path, store_url
from mlready.store.reading import INFO, SOURCE_DIGESTS, StreamReader, open_reader, read_pairs

if TYPE_CHECKING:
    from pathlib import Path

    from mlready.content.compiling import Watch
    from mlready.store.sync import SyncReport
    from mlready.store.writing import Writer


@dataclass(slots=True)
class Progress:
    """A learner's progress with one deck.

    Attributes:
        deck: the deck's folder.
        deck_id: its id.
        url: where the progress is.
        reader: reads it, quickly where it can.
        report: what the sync on opening did; None if nothing had changed.
        errors: how many mistakes the deck has; what they concern is as it last compiled.
    """

    deck: Path
    deck_id: str
    url: str
    reader: StreamReader
    report: SyncReport | None = None
    errors: int = 0
    _writer: Writer | None = field(default=None, repr=False)

    def writer(self) -> Writer:
        """The store opened for writing; the first call imports SQLAlchemy."""
        if self._writer is None:
            from mlready.store.writing import Writer  # noqa: PLC0415

            self._writer = Writer(self.url, self.deck_id)
        return self._writer

    def sync(self, now_ms: int) -> SyncReport:
        """Bring the store in line with the deck's files as they are now."""
        return self._sync(read_folder(self.deck), now_ms)

    def _sync(self, folder: DeckFolder, now_ms: int, watch: Watch = iter) -> SyncReport:
        from mlready.store.sync import sync  # noqa: PLC0415

        report = sync(self.writer().engine, folder, now_ms, watch)
        self.errors = sum(problem.is_error for problem in report.problems)
        return report


def open_progress(deck: Path, now_ms: int, watch: Watch = iter) -> Progress:
    """Open a deck and its progress, and sync them if any file's content has changed.

    Args:
        deck: the deck's folder.
        now_ms: the moment, in Unix milliseconds.
        watch: sees the path of each file that has to be read.

    Raises:
        DeckError: the folder holds no deck.
        StoreError: the progress cannot be used.
    """
    identity = deck_id(deck)
    url = store_url(identity)
    folder = read_folder(deck)
    reader = open_reader(url, identity)
    if reader is not None:
        errors = _errors_if_unchanged(reader, folder)
        if errors is not None:
            return Progress(deck, identity, url, reader, errors=errors)
        reader.close()
    from mlready.store.writing import Writer  # noqa: PLC0415

    writer = Writer(url, identity)
    progress = Progress(deck, identity, url, writer, _writer=writer)
    progress.report = progress._sync(folder, now_ms, watch)  # noqa: SLF001 - of this module
    if sqlite_path(url) is not None:
        progress.reader = open_reader(url, identity) or writer
    return progress


def _errors_if_unchanged(reader: StreamReader, folder: DeckFolder) -> int | None:
    """The number of mistakes if every file is as it was when last synced, else None."""
    # A file that cannot be read is not there to be compared; it stays as it was.
    unread = {problem.location.path for problem in folder.problems}
    rows = [row for row in reader.rows(SOURCE_DIGESTS) if row[0] not in unread]
    if {path: digest for path, digest, _ in rows} != folder.digests():
        return None
    if not folder.state().items() <= read_pairs(reader, INFO).items():
        return None
    return sum(int(errors) for *_, errors in rows) + len(folder.problems)


def refuse_empty(progress: Progress) -> None:
    """Refuse to go on where nothing has ever compiled.

    Raises:
        DeckError: the deck has mistakes and no card.
    """
    if progress.errors and not progress.reader.rows("SELECT 1 FROM live_cards LIMIT 1"):
        mistakes = "1 mistake" if progress.errors == 1 else f"{progress.errors} mistakes"
        message = f"no card of {progress.deck} compiles ({mistakes})"
        raise DeckError(message, "see them all with `mlready check`")
