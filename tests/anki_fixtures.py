"""Decks for packages, and a learner with the real Anki who imports them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

from exports.anki.lock import read_lock, write_lock
from exports.anki.package import Written, write_package
from exports.records import ExportDeck, ExportNote

EARLIER, LATER = 1_750_000_000, 1_755_000_000
NOW = 1_770_000_000
PHASES = ("Foundations", "Core", "Advanced")
LOG = ("new", "updated", "duplicate", "conflicting", "missing_notetype")


def paragraph(*inlines: Any) -> list[Any]:
    return [["paragraph", list(inlines)]]


def text(words: str) -> list[Any]:
    return paragraph(["text", words])


def hole(number: int, content: Any, hint: str = "") -> list[Any]:
    return ["cloze", number, hint, content]


def make_note(key: str = "norms/triangle", **changes: Any) -> ExportNote:
    note = ExportNote(
        key=key,
        first_key=key,
        kind="failure-mode",
        level="breadth",
        phase=1,
        topic=key.partition("/")[0],
        topic_title="Norms",
        prompt=text(f"What about {key}?"),
        answer=text("This."),
        is_cloze=False,
        must_mention=(),
        source=None,
        prerequisites=(),
        changed_at=EARLIER,
    )
    return replace(note, **changes)


def make_cloze(key: str, *inlines: Any, **changes: Any) -> ExportNote:
    prompt = paragraph(*inlines)
    return make_note(key, prompt=prompt, answer=[], is_cloze=True, **changes)


def make_deck(*notes: ExportNote, media: Mapping[str, Path] | None = None) -> ExportDeck:
    order = tuple(dict.fromkeys(note.first_key for note in notes))
    return ExportDeck("ready", "Ready", "How & why", PHASES, order, notes, media or {})


@pytest.fixture
def col(tmp_path: Path) -> Iterator[Any]:
    collection = Collection(str(tmp_path / "collection.anki2"))
    yield collection
    collection.close()


def export(deck: ExportDeck, path: Path, now: int = NOW) -> Written:
    """Write a package as an author does, who keeps the lock beside the deck."""
    lock = path.with_name("anki.lock")
    return write_package(deck, path, read_lock(lock), now, lambda new: write_lock(lock, new))


def import_package(col: Any, path: Path, **options: bool) -> SimpleNamespace:
    """Import a package with Anki's default options; return how many notes went where."""
    request = ImportAnkiPackageRequest(
        package_path=str(path), options=ImportAnkiPackageOptions(**options)
    )
    log = col.import_anki_package(request).log
    col.models._clear_cache()
    return SimpleNamespace(**{name: len(getattr(log, name)) for name in LOG})


def put(col: Any, deck: ExportDeck, now: int = NOW, **options: bool) -> SimpleNamespace:
    """Export `deck` and import it as a learner would; return how many notes went where."""
    path = Path(col.path).with_name("deck.apkg")
    export(deck, path, now)
    return import_package(col, path, **options)


def counts(**some: int) -> SimpleNamespace:
    return SimpleNamespace(**(dict.fromkeys(LOG, 0) | some))


def note_of(col: Any, key: str) -> Any:
    (found,) = (note for note in map(col.get_note, col.find_notes("")) if note["Key"] == key)
    return found


def shown(html: str) -> str:
    """Return what a browser hands to MathJax and the reader."""
    body = html.rpartition("</style>")[2]
    return unescape(re.sub(r"<[^>]*>", "", body))


def rows(col: Any, table: str) -> Any:
    return col.db.all(f"select * from {table} order by id")  # noqa: S608


def queue(col: Any, deck: str = "Ready") -> list[str]:
    """Return the keys of the notes whose cards Anki would show now, in its order."""
    col.decks.set_current(col.decks.id_for_name(deck))
    entries = col.sched.get_queued_cards(fetch_limit=999).cards
    return [col.get_card(entry.card.id).note()["Key"] for entry in entries]


def answer_one(col: Any) -> str:
    """Answer one card Good; return the key of its note."""
    col.decks.set_current(col.decks.id_for_name("Ready"))
    card = col.sched.getCard()
    col.sched.answerCard(card, 3)
    key: str = card.note()["Key"]
    return key
