"""The deck as the store holds it, in the records that every exporter takes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from exports.records import ExportDeck, ExportNote, ExportSource
from mlready.content.folder import read_folder
from mlready.store.reading import (
    EXPORT_NOTES,
    EXPORT_ORDER,
    EXPORT_RETIRED,
    INFO,
    read_pairs,
    read_phases,
    read_topics,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from exports.records import ExportCard, ExportProgress
    from mlready.store.opening import Progress
    from mlready.store.reading import Reader, Row, StreamReader, TopicRow


def read_export_deck(
    progress: Progress,
    chosen: Collection[str] | None = None,
    learner: tuple[ExportProgress, Mapping[int, tuple[ExportCard, ...]]] | None = None,
) -> ExportDeck:
    """The deck as it last compiled.

    Args:
        progress: the deck and its store.
        chosen: the keys of the questions to export; None: all of them.
        learner: what the learner knows, and of each note's cards; None: it is not exported.
    """
    reader = progress.reader
    info = read_pairs(reader, INFO)
    order = reader.rows(EXPORT_ORDER)
    wanted = {key for key, _ in order}
    if chosen is not None:
        wanted.intersection_update(chosen)
    topics = {topic.id: topic for topic in read_topics(reader)}
    return ExportDeck(
        id=progress.deck_id,
        title=info["title"],
        description=info["description"],
        phases=read_phases(reader),
        order=tuple(first_key for _, first_key in order),
        notes=_StoredNotes(reader, topics, wanted, learner[1] if learner else {}),
        media=read_folder(progress.deck).media,
        retired={note.first_key: note for note in _retired(reader)},
        progress=learner[0] if learner else None,
    )


@dataclass(frozen=True, slots=True)
class _StoredNotes:
    """Notes that are read as they are needed: a large deck's texts are never all in memory."""

    reader: StreamReader
    topics: Mapping[str, TopicRow]
    keys: set[str]
    cards: Mapping[int, tuple[ExportCard, ...]]

    def __len__(self) -> int:
        return len(self.keys)

    def __iter__(self) -> Iterator[ExportNote]:
        for row in self.reader.stream(EXPORT_NOTES):
            if row[1] in self.keys:
                yield self._note(row)

    def _note(self, row: Row) -> ExportNote:
        note_id, key, first_key, topic_id, kind, level, is_cloze, body, *rest = row
        at, citation, url, changed_at, path, line = rest
        topic = self.topics[topic_id]
        prompt, answer, must_mention = json.loads(body)
        return ExportNote(
            key=key,
            first_key=first_key,
            kind=kind,
            level=level,
            phase=topic.phase,
            topic=topic_id,
            topic_title=topic.title,
            prompt=prompt,
            answer=answer,
            is_cloze=bool(is_cloze),
            must_mention=tuple(must_mention),
            source=_source(citation, at, url),
            prerequisites=tuple((p, self.topics[p].title) for p in topic.prerequisites),
            changed_at=changed_at // 1000,
            place=f"{path}:{line}",
            cards=self.cards.get(note_id, ()),
        )


def _source(citation: str | None, at: str, url: str | None) -> ExportSource | None:
    return ExportSource(citation, at, url or None) if citation else None


def _retired(reader: Reader) -> Iterator[ExportNote]:
    """Yield what the deck has no more, as it was when it was last in it."""
    for first_key, retired_at, content in reader.rows(EXPORT_RETIRED):
        last: dict[str, Any] = json.loads(content)
        prompt, answer, must_mention = last["body"]
        yield ExportNote(
            key=last["key"],
            first_key=first_key,
            kind=last["kind"],
            level=last["level"],
            phase=last["phase"],
            topic=last["topic"],
            topic_title=last["topic_title"],
            prompt=prompt,
            answer=answer,
            is_cloze=last["is_cloze"],
            must_mention=tuple(must_mention),
            source=_source(last["citation"], last["source_at"], last["url"]),
            prerequisites=tuple((name, title) for name, title in last["prerequisites"]),
            changed_at=retired_at // 1000,
        )
