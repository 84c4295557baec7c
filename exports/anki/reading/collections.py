"""From a package or a collection of Anki's to what it says of notes, cards and reviews."""

import gc
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from errno import ENOSPC
from itertools import zip_longest
from pathlib import Path
from tempfile import gettempdir
from typing import Any, TypeAlias

from exports.anki.histories import AnkiCard, AnkiHistory, AnkiNote, AnkiReview, HistoryError
from exports.anki.reading.connections import open_untrusted
from exports.anki.reading.containers import private_copy
from exports.anki.reading.naming import Notetype, read_collection
from exports.anki.reading.rows import MEND, Query, read_batches

Watch: TypeAlias = Callable[[str, int], object]

_MOST_FIELDS = 1_000
_LONGEST_TAGS = 100_000
_LONGEST_QUOTE = 100
_WATCHED_ROWS = 10_000
_UNKNOWN = Notetype("", ())

_NOTES = Query(
    "notes",
    "SELECT id, mid, mod, guid, tags, flds FROM notes NOT INDEXED",
    numbers=3,
    texts=3,
    most=1_000_000,
    most_text=1 << 29,
)
_CARDS = Query(
    "cards",
    "SELECT id, nid, ord, did, odid, type, queue, due, odue, ivl, mod FROM cards NOT INDEXED",
    numbers=11,
    texts=0,
    most=2_000_000,
)
_REVIEWS = Query(
    "reviews",
    "SELECT id, cid, ease, ivl, lastIvl, factor, time, type FROM revlog NOT INDEXED",
    numbers=8,
    texts=0,
    most=5_000_000,
)


def read_history(path: Path, *, watch: Watch | None = None) -> AnkiHistory:
    """Read a package (.apkg, .colpkg), a collection (.anki2), or that of a profile's folder.

    Anki may have the collection open; nothing is written to its folder. All rows are in the
    order of their ids, and their numbers fit into 64 bits; whether they make sense is for the
    caller to ask. A review's card may be gone, and so may a card's note. Texts are those of
    whoever made the file.

    Args:
        path: The file or folder.
        watch: Sees "notes", "cards" or "reviews", and how many have been read, now and then.

    Raises:
        HistoryError: There is no history of Anki's in it, or a broken or an absurd one.
    """
    try:
        with (
            private_copy(path) as copy,
            open_untrusted(copy) as (connection, tables),
            _no_search_for_cycles(),
        ):
            return _read_history(connection, tables, watch or _ignore)
    except HistoryError as error:
        raise HistoryError(f"{path}: {error.problem}", error.hint) from error
    except (sqlite3.Error, UnicodeDecodeError, MemoryError) as error:
        # SQLite's words may quote the file.
        problem = f"the collection in it is damaged ({str(error)[:_LONGEST_QUOTE]!a})"
        raise HistoryError(f"{path}: {problem}", MEND) from error
    except OSError as error:
        raise HistoryError(*_explain(path, error)) from error


def _read_history(
    connection: sqlite3.Connection, tables: frozenset[str], watch: Watch
) -> AnkiHistory:
    about = read_collection(connection, tables)
    notes = (_make_note(row, about.notetypes) for row in _read(connection, _NOTES, watch))
    cards = (_make_card(row, about.decks) for row in _read(connection, _CARDS, watch))
    reviews = map(AnkiReview._make, _read(connection, _REVIEWS, watch))
    return AnkiHistory(
        notes=tuple(notes),
        cards=tuple(cards),
        reviews=tuple(reviews),
        rollover_hour=about.rollover_hour,
        created_at=about.created_at,
        utc_offset=about.utc_offset,
    )


def _read(connection: sqlite3.Connection, query: Query, watch: Watch) -> Iterator[Any]:
    count = 0
    for batch in read_batches(connection, query):
        yield from batch
        count += len(batch)
        if count % _WATCHED_ROWS < len(batch):
            watch(query.what, count)
    watch(query.what, count)


def _make_note(row: Any, notetypes: Mapping[int, Notetype]) -> AnkiNote:
    number, notetype_id, modified, guid, tags, fields = row
    notetype = notetypes.get(notetype_id, _UNKNOWN)
    if fields.count("\x1f") >= _MOST_FIELDS or len(tags) > _LONGEST_TAGS:
        raise HistoryError(f"its note {number} has more fields or tags than any", MEND)
    # A note with more fields than its type, or fewer, is whole until Anki has mended it.
    named = zip_longest(notetype.fields, fields.split("\x1f"), fillvalue="")
    return AnkiNote(number, guid, notetype.name, tuple(named), tuple(tags.split()), modified)


def _make_card(row: Any, decks: Mapping[int, str]) -> AnkiCard:
    number, note, ordinal, deck, home, state, queue, due, home_due, interval, modified = row
    if home:
        deck, due = home, home_due or due
    return AnkiCard(
        number, note, ordinal, decks.get(deck, ""), state, queue, due, interval, modified
    )


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Keep Python from going through a million rows again and again: no row refers to another."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _explain(path: Path, error: OSError) -> tuple[str, str]:
    if error.errno == ENOSPC:
        folder = gettempdir()
        return f"{path}: there is no room for a copy of it in {folder}", "Make room, or set TMPDIR."
    hint = "See that the path is right and that you may read it."
    return f"{path}: it cannot be read: {error.strerror or error}", hint


def _ignore(_what: str, _count: int) -> None:
    pass
