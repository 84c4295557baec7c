"""What a card last showed, kept when its question leaves the deck.

Other programs still have the note: an export says there that it is retired, and with what text.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, text, update

from mlready.store import tables

if TYPE_CHECKING:
    from collections.abc import Iterable

_CONTENT = text(
    """SELECT n.key, n.kind, n.level, t.phase, n.topic, t.title AS topic_title, n.is_cloze,
        n.body, n.source_at, w.citation, w.url, t.prerequisites
    FROM contents AS n LEFT JOIN topics AS t ON t.topic = n.topic
    LEFT JOIN works AS w ON w.ref = n.source_ref
    WHERE n.note_id = :note_id"""
)
_TITLES = text("SELECT topic, title FROM topics")


def keep_last_contents(connection: Connection, note_ids: Iterable[int]) -> None:
    """Write down what notes show, in `notes.last_content`.

    To be called in the transaction that retires them, while contents and topics are still those
    of before. A note without content keeps what was written down earlier.
    """
    wanted = list(note_ids)
    if not wanted:
        return
    titles = {row.topic: row.title for row in connection.execute(_TITLES)}
    kept = []
    for note_id in wanted:
        row = connection.execute(_CONTENT, {"note_id": note_id}).mappings().first()
        if row is None:
            continue
        content = dict(row)
        content["phase"] = row["phase"] or 1
        content["topic_title"] = row["topic_title"] or row["topic"]
        content["is_cloze"] = bool(row["is_cloze"])
        content["body"] = json.loads(row["body"])
        prerequisites = json.loads(row["prerequisites"] or "[]")
        content["prerequisites"] = [(name, titles.get(name, name)) for name in prerequisites]
        data = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        kept.append({"b_note_id": note_id, "b_content": data})
    if kept:
        notes = tables.notes
        change = update(notes).where(notes.c.note_id == bindparam("b_note_id"))
        connection.execute(change.values(last_content=bindparam("b_content")), kept)
