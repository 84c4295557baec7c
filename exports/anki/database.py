"""The collection inside a package; the only module that knows genanki.

genanki's own `write_to_file` is not used: it stamps each note with the time of the build,
so that every package would overwrite what learners changed, and leaves its temporary
database behind. The parts it is made of take times and ids as arguments.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import genanki

from exports.anki.entries import Entry
from exports.anki.identity import deck_id, deck_name, phase_names, retired_name
from exports.anki.notetypes import (
    CHANGED,
    CLOZE,
    OWN_FIELD,
    QUESTION,
    SORT_FIELD,
    TEMPLATE_ID,
    TEMPLATE_NAME,
    Notetype,
    is_hidden,
    read_style,
)
from exports.anki.presets import (
    deck_description,
    deck_preset,
    phase_descriptions,
    retired_description,
    retired_preset,
)
from exports.anki.progress import card_values, collection_values, learner_tags, review_rows
from exports.records import ExportCard, ExportDeck, ExportProgress

_INSERT_CARD = "INSERT INTO cards VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?)"
_INSERT_REVIEW = "INSERT INTO revlog VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_NOT_YET_SYNCED = -1


def connect(path: Path) -> sqlite3.Connection:
    """Open the empty file at `path` as a database, which may lose that name at once.

    SQLite neither opens it a second time nor puts a journal beside it: what is not finished is
    thrown away as a whole.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    return connection


class Collection:
    """What a package says, while it is being written to an empty database.

    Attributes:
        notes: How many were added.
        cards: How many they have.
    """

    def __init__(self, connection: sqlite3.Connection, deck: ExportDeck) -> None:
        style = read_style()
        self._cursor = connection.cursor()
        genanki.Package([]).write_to_db(self._cursor, CHANGED, iter(()))
        self._indices = _take_indices(self._cursor)
        self._cursor.execute("BEGIN")
        self._deck = deck
        self._models = {kind.id: _model(kind, style) for kind in (QUESTION, CLOZE)}
        self._phases = [deck_id(name) for name in phase_names(deck)]
        self._retired = deck_id(retired_name(deck))
        self.notes = 0
        self.cards = 0
        self._has_retired = False

    def add(
        self,
        entry: Entry,
        note_id: int,
        changed_at: int,
        position: int,
        phase: int,
        cards: Sequence[ExportCard] = (),
    ) -> None:
        """Write a note and its cards.

        Args:
            entry: The note.
            note_id: Its id; those up to the next note's are its cards'.
            changed_at: Its time of change, in Unix seconds.
            position: The place of its new cards.
            phase: The number of its phase, from 1; 0 for a note that is no more.
            cards: What the learner knows of its cards.
        """
        note = _Note(entry, self._models[entry.notetype.id], position)
        note.cards = [self._card(ordinal, cards) for ordinal in entry.ordinals]
        if cards:
            note.tags = [*entry.tags, *learner_tags(cards)]
        parent = self._phases[phase - 1] if phase else self._retired
        row_ids = iter([note_id, *[note_id + 1 + ordinal for ordinal in entry.ordinals]])
        note.write_to_db(self._cursor, changed_at, parent, row_ids)
        self.notes += 1
        self.cards += len(entry.ordinals)
        self._has_retired |= not phase

    def finish(self) -> None:
        """Write the decks, their options and the note types; nothing can be added after."""
        presets = [deck_preset(self._deck)]
        top, *phases = _decks(self._deck, presets[0]["id"])
        for model in self._models.values():
            top.add_model(model)
        decks = [top, *phases]
        if self._has_retired:
            preset = retired_preset(self._deck)
            presets.append(preset)
            name = retired_name(self._deck)
            decks.append(_Deck(name, retired_description(), preset["id"]))
        for deck in decks:
            deck.write_to_db(self._cursor, CHANGED, iter(()))
        self._write_presets(presets)
        if self._deck.progress:
            self._write_calendar(self._deck.progress)
        for statement in self._indices:
            self._cursor.execute(statement)
        self._cursor.execute("COMMIT")

    def _card(self, ordinal: int, cards: Sequence[ExportCard]) -> Any:
        if progress := self._deck.progress:
            for card in cards:
                if card.ordinal == ordinal:
                    return _LearntCard(card, progress)
        return genanki.Card(ordinal)

    def _write_presets(self, presets: Sequence[Mapping[str, Any]]) -> None:
        known = self._read("dconf") | {str(preset["id"]): preset for preset in presets}
        self._cursor.execute("UPDATE col SET dconf = ?", [json.dumps(known)])

    def _write_calendar(self, progress: ExportProgress) -> None:
        first_day, settings = collection_values(progress)
        conf = json.dumps(self._read("conf") | dict(settings))
        self._cursor.execute("UPDATE col SET crt = ?, conf = ?", [first_day, conf])

    def _read(self, column: str) -> dict[str, Any]:
        (text,) = self._cursor.execute(f"SELECT {column} FROM col").fetchone()  # noqa: S608
        return dict(json.loads(text))


def _take_indices(cursor: sqlite3.Cursor) -> list[str]:
    """Remove the indices, and return how to make them: once, of all rows, is faster."""
    found = cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index'").fetchall()
    for name, _ in found:
        cursor.execute(f"DROP INDEX {name}")
    return [statement for _, statement in found]


class _Note(genanki.Note):  # type: ignore[misc]
    """A note of which everything is known.

    genanki finds cards by searching the text for holes, and warns of HTML that it does not
    know; ours comes from one renderer, and so do the tags. Without all that searching, a large
    deck takes a fraction of the time.
    """

    # Plain attributes, where genanki has properties. Anki makes the sort field anew from the
    # others; here it would only be in the file twice.
    cards: Sequence[Any] = ()
    guid = sort_field = ""
    tags: Sequence[str] = ()

    def __init__(self, entry: Entry, model: Any, due: int) -> None:
        self.model = model
        self.fields = entry.fields
        self.tags = entry.tags
        self.guid = entry.guid
        self.due = due
        self._text = entry.text

    def _check_invalid_html_tags_in_fields(self) -> None:
        pass

    def _format_fields(self) -> str:
        return self._text


class _LearntCard(genanki.Card):  # type: ignore[misc]
    """A card that is not new."""

    def __init__(self, card: ExportCard, progress: ExportProgress) -> None:
        super().__init__(card.ordinal)
        self._card = card
        self._progress = progress

    def write_to_db(
        self,
        cursor: sqlite3.Cursor,
        timestamp: float,
        deck_id: int,
        note_id: int,
        id_gen: Iterator[int],
        due: int = 0,
    ) -> None:
        """Write the card, and the history of its reviews."""
        card_id = next(id_gen)
        *values, data = card_values(self._card, self._progress, due)
        place = (card_id, note_id, deck_id, self.ord, int(timestamp), _NOT_YET_SYNCED)
        cursor.execute(_INSERT_CARD, (*place, *values, data))
        cursor.executemany(_INSERT_REVIEW, review_rows(card_id, self._card))


class _Deck(genanki.Deck):  # type: ignore[misc]
    """A deck with options of its own, in which nothing was studied yet."""

    def __init__(self, name: str, description: str, preset_id: int) -> None:
        super().__init__(deck_id(name), name, description)
        self._preset_id = preset_id

    def to_json(self) -> dict[str, Any]:
        """Return the deck as Anki keeps it."""
        done = {f"{what}Today": [0, 0] for what in ("lrn", "new", "rev", "time")}
        return dict(super().to_json()) | done | {"conf": self._preset_id, "mod": CHANGED}


def _decks(deck: ExportDeck, preset_id: int) -> list[_Deck]:
    """Return the deck that holds all others, and one for each phase."""
    top = _Deck(deck_name(deck), deck_description(deck), preset_id)
    phases = zip(phase_names(deck), phase_descriptions(deck), strict=True)
    return [top, *(_Deck(name, description, preset_id) for name, description in phases)]


def _model(kind: Notetype, style: str) -> Any:
    template = {"id": TEMPLATE_ID, "name": TEMPLATE_NAME, "qfmt": kind.front, "afmt": kind.back}
    return genanki.Model(
        model_id=kind.id,
        name=kind.name,
        model_type=genanki.Model.CLOZE if kind.is_cloze else genanki.Model.FRONT_BACK,
        fields=[_field(identity, name) for identity, name in kind.fields],
        templates=[template],
        css=style,
        sort_field_index=SORT_FIELD,
    )


def _field(identity: int, name: str) -> dict[str, object]:
    return {
        "id": identity,
        "name": name,
        "collapsed": is_hidden(name),
        "excludeFromSearch": is_hidden(name),
        "description": "Yours alone" if name == OWN_FIELD else "",
    }
