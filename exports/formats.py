"""A deck as CSV, JSON and Markdown, for other programs and for reading.

All are UTF-8 and say nothing of when or where they were written: the same deck gives the same
bytes. Documents are Markdown in the syntax of the deck format, which loses nothing. Retired
notes are left out.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any, BinaryIO

from exports.book import front_matter, phase_parts
from exports.markdown import render, render_line
from exports.records import Document, ExportCard, ExportDeck, ExportNote, ExportSource
from exports.tags import label_phases, tags_of

COLUMNS = (
    "key", "identity", "kind", "level", "phase", "topic", "title", "question", "answer",
    "must_mention", "source", "url", "rests_on", "tags",
)  # fmt: skip

_JSON_VERSION = 1
_STATES = ("new", "learning", "review", "relearning")
# A cell that begins so is computed by a spreadsheet; the last four are these in full width.
_COMPUTED = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


# --- CSV -----------------------------------------------------------------------------


def write_csv(deck: ExportDeck, stream: BinaryIO) -> None:
    """Write a deck as CSV (RFC 4180): a header, and a row for each note.

    A row is a note and not a card, because the cards of a cloze share one text; its holes stay
    in the question as `{{c1::...}}`. Must-mention points are a Markdown list; topics rested on
    and tags are separated by spaces.

    A spreadsheet computes a cell that begins with `=`, `+`, `-` or `@`, and a deck may come
    from a stranger. So Markdown never begins with one: the first character is written as an
    entity, and the items of a list begin with `*`, which both mean the same to Markdown.
    A title or a citation, which is plain text, gets an apostrophe before it.

    Args:
        deck: What to write.
        stream: Where to; it is not closed.
    """
    writer = csv.writer(_Encoding(stream), lineterminator="\r\n")
    writer.writerow(COLUMNS)
    phases = label_phases(deck.phases)
    writer.writerows(_row(note, phases[note.phase - 1]) for note in deck.notes)


class _Encoding:
    """Lets the csv module write to a stream of bytes."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write text as UTF-8."""
        return self._stream.write(text.encode())


def _row(note: ExportNote, phase: str) -> list[str]:
    source = note.source or ExportSource("", "")
    return [
        note.key,
        note.first_key,
        note.kind,
        note.level,
        phase,
        note.topic,
        _plain_cell(note.topic_title),
        _markdown_cell(note.prompt),
        _markdown_cell(note.answer),
        _markdown_cell([["bullet_list", note.must_mention]]),
        _plain_cell(", ".join(filter(None, (source.citation, source.at)))),
        _plain_cell(source.url or ""),
        " ".join(topic for topic, _ in note.prerequisites),
        " ".join(_tags(note, phase)),
    ]


def _markdown_cell(document: Document) -> str:
    text = render(document, bullet="*")
    return f"&#{ord(text[0])};{text[1:]}" if text.startswith(_COMPUTED) else text


def _plain_cell(text: str) -> str:
    return f"'{text}" if text.startswith(_COMPUTED) else text


def _tags(note: ExportNote, phase: str) -> list[str]:
    return tags_of(
        phase=phase,
        topic=note.topic,
        kind=note.kind,
        level=note.level,
        prerequisites=(topic for topic, _ in note.prerequisites),
    )


# --- JSON ----------------------------------------------------------------------------


def write_json(deck: ExportDeck, stream: BinaryIO) -> None:
    """Write a deck as one JSON object: `format`, `version`, `deck`, `phases` and `notes`.

    Each note is on a line of its own, in the order of study. Documents are Markdown: other
    tools read that, and it holds all that the tree does. With the learner's progress there are
    `progress`, and in each note `cards`. Days are ISO dates; names and units are otherwise
    those of `exports.records`.

    Args:
        deck: What to write.
        stream: Where to; it is not closed.
    """
    head: dict[str, Any] = {
        "format": "mlready",
        "version": _JSON_VERSION,
        "deck": {"id": deck.id, "title": deck.title, "description": deck.description},
        "phases": list(deck.phases),
    }
    if deck.progress is not None:
        progress = asdict(deck.progress)
        head["progress"] = progress | {"first_day": _date(progress["first_day"])}
    for name, value in head.items():
        before = "{" if name == "format" else ",\n "
        stream.write(f"{before}{_dump(name)}: {_dump(value)}".encode())
    stream.write(b',\n "notes": [')
    stream.writelines(line.encode() for line in _json_lines(deck))
    stream.write(b"\n ]}\n")


def _json_lines(deck: ExportDeck) -> Iterator[str]:
    phases = label_phases(deck.phases)
    separator = "\n  "
    for note in deck.notes:
        record = _note_record(note, phases[note.phase - 1])
        if deck.progress is not None:
            record["cards"] = [_card_record(card) for card in note.cards]
        yield separator + _dump(record)
        separator = ",\n  "


def _note_record(note: ExportNote, phase: str) -> dict[str, Any]:
    return {
        "key": note.key,
        "identity": note.first_key,
        "kind": note.kind,
        "level": note.level,
        "phase": note.phase,
        "topic": note.topic,
        "title": note.topic_title,
        "is_cloze": note.is_cloze,
        "question": render(note.prompt),
        "answer": render(note.answer),
        "must_mention": [render_line(point) for point in note.must_mention],
        "source": asdict(note.source) if note.source else None,
        "rests_on": [{"topic": topic, "title": title} for topic, title in note.prerequisites],
        "tags": _tags(note, phase),
        "changed_at": note.changed_at,
    }


def _card_record(card: ExportCard) -> dict[str, Any]:
    record = asdict(card) | {"state": _STATES[card.state], "due_day": _date(card.due_day)}
    record["reviews"] = [
        review._asdict() | {"state_before": _STATES[review.state_before]} for review in card.reviews
    ]
    return record


def _date(day: int | None) -> str | None:
    return None if day is None else date.fromordinal(day).isoformat()


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


# --- Markdown ------------------------------------------------------------------------


def write_markdown(deck: ExportDeck, stream: BinaryIO) -> None:
    """Write a deck as a book: by phase and topic, each question with its answer under it.

    What the holes of a cloze hide is in bold, but for holes in formulas. The notes are read
    once for each phase.

    Args:
        deck: What to write.
        stream: Where to; it is not closed.
    """
    stream.write(f"{render(front_matter(deck))}\n".encode())
    for number in range(1, len(deck.phases) + 1):
        stream.writelines(f"\n{render(part)}\n".encode() for part in phase_parts(deck, number))
