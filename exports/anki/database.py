"""The collection inside a package; the only module that knows genanki.

genanki's own `write_to_file` is not used: it stamps each note with the time of the build,
so that every package would overwrite what learners changed, and leaves its temporary
database behind. The parts it is made of take times and ids as arguments.
"""

import sqlite3
from contextlib import closing
from typing import Any

import genanki

from exports.anki.fields import field_texts, tags
from exports.anki.identity import (
    deck_id,
    deck_name,
    guid,
    note_ids,
    phase_labels,
    phase_names,
)
from exports.anki.notetypes import (
    CHANGED,
    CLOZE,
    QUESTION,
    SORT_FIELD,
    TEMPLATE_ID,
    Notetype,
    read_style,
)
from exports.html import render_tight
from exports.records import ExportDeck, ExportNote


def build_collection(deck: ExportDeck) -> tuple[bytes, int]:
    """Return the SQLite database of a package that holds `deck`, and its card count."""
    style = read_style()
    models = {kind.is_cloze: _model(kind, style) for kind in (QUESTION, CLOZE)}
    with closing(sqlite3.connect(":memory:")) as connection:
        cursor = connection.cursor()
        # Decks and note types; the notes follow, each with a time of its own.
        package = genanki.Package(_decks(deck, list(models.values())))
        package.write_to_db(cursor, CHANGED, iter(()))
        cards = _write_notes(cursor, deck, models)
        connection.commit()
        return connection.serialize(), cards


def _write_notes(cursor: sqlite3.Cursor, deck: ExportDeck, models: dict[bool, Any]) -> int:
    ordered = sorted(deck.notes, key=lambda note: (note.position, note.key))
    guids = [guid(deck.id, note) for note in ordered]
    labels = phase_labels(deck)
    parents = [deck_id(name) for name in phase_names(deck)]
    cards = 0
    for note, text, note_id in zip(ordered, guids, note_ids(guids), strict=True):
        entry = _note(note, labels[note.phase - 1], models[note.is_cloze], text)
        row_ids = iter([note_id, *(note_id + card.ord for card in entry.cards)])
        entry.write_to_db(cursor, note.modified, parents[note.phase - 1], row_ids)
        cards += len(entry.cards)
    return cards


def _note(note: ExportNote, phase: str, model: Any, guid: str) -> Any:
    texts = field_texts(note, phase)
    return genanki.Note(
        model=model,
        fields=[texts.get(field["name"], "") for field in model.fields],
        tags=tags(note, phase),
        guid=guid,
        due=note.position,
    )


def _model(kind: Notetype, style: str) -> Any:
    return genanki.Model(
        model_id=kind.id,
        name=kind.name,
        model_type=genanki.Model.CLOZE if kind.is_cloze else genanki.Model.FRONT_BACK,
        fields=[_field(identity, name) for identity, name in kind.fields],
        templates=[
            {
                "id": TEMPLATE_ID,
                "name": "Card",
                "qfmt": kind.front,
                "afmt": kind.back,
            }
        ],
        css=style,
        sort_field_index=SORT_FIELD,
    )


def _field(identity: int, name: str) -> dict[str, object]:
    is_spare = name.startswith("Spare ")
    return {
        "id": identity,
        "name": name,
        "collapsed": is_spare,
        "excludeFromSearch": is_spare,
    }


def _decks(deck: ExportDeck, models: list[Any]) -> list[Any]:
    # Anki shows a deck's description as HTML.
    description = render_tight([["text", deck.description]])
    top = genanki.Deck(deck_id(deck_name(deck)), deck_name(deck), description)
    for model in models:
        top.add_model(model)
    phases = [genanki.Deck(deck_id(name), name) for name in phase_names(deck)]
    return [top, *phases]
