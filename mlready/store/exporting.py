"""The deck as the store holds it, in the records that every exporter takes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from exports.records import ExportDeck, ExportNote, ExportSource
from mlready.content.document import image_files
from mlready.content.folder import read_folder
from mlready.store.reading import EXPORT_NOTES, INFO, read_pairs, read_phases, read_topics

if TYPE_CHECKING:
    from mlready.store.opening import Progress


def read_export_deck(progress: Progress) -> ExportDeck:
    """The whole deck as it last compiled.

    A note's `modified` is the moment this store saw its text, titles or citation change, not the
    moment of the export: other programs keep what a learner did to notes that did not change.
    """
    reader = progress.reader
    info = read_pairs(reader, INFO)
    topics = {topic.id: topic for topic in read_topics(reader)}
    notes = []
    for row in reader.rows(EXPORT_NOTES):
        (key, topic_id, kind, level, position, is_cloze, body, at, citation, url) = row[:10]
        changed_at, first_key = row[10:]
        topic = topics[topic_id]
        prompt, answer, must_mention = json.loads(body)
        notes.append(
            ExportNote(
                key=key,
                kind=kind,
                level=level,
                phase=topic.phase,
                topic=topic_id,
                topic_title=topic.title,
                prompt=prompt,
                answer=answer,
                is_cloze=bool(is_cloze),
                must_mention=tuple(must_mention),
                source=ExportSource(citation, at, url or None) if citation else None,
                prerequisites=tuple((p, topics[p].title) for p in topic.prerequisites),
                position=position,
                modified=changed_at // 1000,
                first_key=first_key,
            )
        )
    documents = [d for note in notes for d in (note.prompt, note.answer, *note.must_mention)]
    shown = {name for document in documents for name in image_files(document)}
    media = read_folder(progress.deck).media
    return ExportDeck(
        id=progress.deck_id,
        title=info["title"],
        description=info["description"],
        phases=read_phases(reader),
        notes=tuple(notes),
        media={name: path for name, path in media.items() if name in shown},
    )
