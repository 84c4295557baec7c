"""What is derived from the deck: contents, live cards, topics, bibliography, the files' outlines.

Rows that are right already are left alone, so that a small edit is a small transaction.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

from mlready.content.likeness import fingerprint
from mlready.store import tables
from mlready.store.learnt import LEARNT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlready.content.compiling import Note
    from mlready.content.deck import Body, Deck

    Arranged = list[tuple[int, str, Note]]


class Place(NamedTuple):
    """What can change of a content although its file has not."""

    key: str
    position: int
    path: str
    line: int


class SourceRow(NamedTuple):
    """A file as the table `sources` has it."""

    path: str
    digest: str
    outline: str | None
    errors: int


def read_present(connection: Connection) -> dict[int, Place]:
    """The place of each stored content, by note."""
    table = tables.contents
    columns = (table.c.note_id, *(table.c[name] for name in Place._fields))
    rows = connection.execute(select(*columns)).all()
    return {note_id: Place(*place) for note_id, *place in rows}


def store_contents(
    connection: Connection, notes: Arranged, present: Mapping[int, Place], held: set[int]
) -> None:
    """Make the contents those of the notes.

    Args:
        connection: within a transaction.
        notes: with ids and keys. One without a body has its content stored already.
        present: what `read_present` found.
        held: notes that are left out for now; their contents stay, but have no live card.
    """
    table = tables.contents
    fresh, shifted = [], []
    for note_id, key, note in notes:
        question = note.question
        if question.body is not None:
            fresh.append(_content_row(note_id, note, question.body))
            continue
        place = Place(key, note.position, question.path, question.id.line)
        if present[note_id] != place:
            shifted.append({"b_note_id": note_id} | place._asdict())
    wanted = {note_id for note_id, _, _ in notes}
    doomed = {row["note_id"] for row in fresh if row["note_id"] in present}
    delete_rows(connection, table, "note_id", doomed | (set(present) - wanted - held))
    if fresh:
        connection.execute(insert(table), fresh)
    if shifted:
        change = update(table).where(table.c.note_id == bindparam("b_note_id"))
        connection.execute(change, shifted)


def _content_row(note_id: int, note: Note, body: Body) -> dict[str, object]:
    question = note.question
    tree = (body.prompt, body.answer, body.must_mention)
    return {
        "note_id": note_id,
        "key": question.key,
        "topic": question.topic,
        "kind": question.kind,
        "level": question.level,
        "position": note.position,
        "requires": json.dumps([name.text for name in question.requires]),
        "exercises": json.dumps([name.text for name in question.exercises]),
        "likeness": fingerprint(body.prompt),
        "is_cloze": question.is_cloze,
        "source_ref": question.source.text if question.source else None,
        "source_at": question.source_at,
        "body": json.dumps(tree, ensure_ascii=False, separators=(",", ":")),
        "path": question.path,
        "line": question.id.line,
    }


def delete_rows(
    connection: Connection, table: Table, column: str, values: Iterable[object]
) -> None:
    """Delete the rows of a derived table that have one of the values."""
    rows = [{"doomed": value} for value in values]
    if rows:
        connection.execute(delete(table).where(table.c[column] == bindparam("doomed")), rows)


def store_cards(connection: Connection, notes: Arranged) -> None:
    """Give every prompt its card, and let just those be live."""
    table = tables.live_cards
    wanted = {
        (note_id, ordinal) for note_id, _, note in notes for ordinal in note.question.ordinals
    }
    chosen = select(table.c.note_id, table.c.ordinal, table.c.card_id)
    live = {
        (note_id, ordinal): card_id
        for note_id, ordinal, card_id in connection.execute(chosen).all()
    }
    delete_rows(connection, table, "card_id", [live[pair] for pair in live.keys() - wanted])
    fresh = wanted - live.keys()
    if fresh:
        ids = _card_ids(connection, fresh)
        rows = [
            {"card_id": ids[pair], "note_id": pair[0], "ordinal": pair[1]} for pair in sorted(fresh)
        ]
        connection.execute(insert(table), rows)


def _card_ids(connection: Connection, wanted: set[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """The id of the card of each note and ordinal; those that never had one get one."""
    table = tables.cards
    chosen = select(table.c.note_id, table.c.ordinal, table.c.card_id)

    def read() -> dict[tuple[int, int], int]:
        rows = connection.execute(chosen).all()
        return {(note_id, ordinal): card_id for note_id, ordinal, card_id in rows}

    known = read()
    missing = sorted(wanted - known.keys())
    if missing:
        rows = [{"note_id": note_id, "ordinal": ordinal} for note_id, ordinal in missing]
        connection.execute(insert(table), rows)
        known = read()
    return known


def store_frame(
    connection: Connection, deck: Deck, state: Mapping[str, str], unreadable: set[str]
) -> None:
    """Write topics, bibliography and titles; they are few, so all of them."""
    prerequisites = deck.prerequisites()
    topics = [
        {
            "topic": topic.id.text,
            "position": position,
            "phase": topic.phase,
            "title": topic.title,
            "why": topic.why,
            "area": topic.area.text if topic.area else None,
            "prerequisites": json.dumps(prerequisites[topic.id.text]),
            "unreadable": topic.id.text in unreadable,
            "path": topic.path,
            "line": topic.id.line,
        }
        for position, topic in enumerate(deck.topics.values())
    ]
    works = [
        {"ref": work.key, "citation": work.citation, "url": work.url}
        for work in deck.references.values()
    ]
    info = [
        {"name": "title", "value": deck.info.title},
        {"name": "description", "value": deck.info.description},
        {"name": "phases", "value": json.dumps(deck.info.phases, ensure_ascii=False)},
        {"name": "areas", "value": json.dumps(deck.info.areas)},
        *({"name": name, "value": value} for name, value in state.items()),
    ]
    for table, rows in ((tables.topics, topics), (tables.works, works), (tables.info, info)):
        doomed = delete(table)
        if table is tables.info:
            doomed = doomed.where(table.c.name.not_in(LEARNT))
        connection.execute(doomed)
        if rows:
            connection.execute(insert(table), rows)


def store_sources(
    connection: Connection, rows: Mapping[str, SourceRow | None], stored: set[str]
) -> None:
    """Remember each file: its fingerprint, and what it was when it last compiled.

    Args:
        connection: within a transaction.
        rows: by path; None where the stored one stands.
        stored: the paths that have a row.
    """
    changed = [row for row in rows.values() if row is not None]
    doomed = (stored - rows.keys()) | {row.path for row in changed if row.path in stored}
    delete_rows(connection, tables.sources, "path", doomed)
    if changed:
        connection.execute(insert(tables.sources), [row._asdict() for row in changed])
