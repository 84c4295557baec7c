"""A deck as the documents of a book: phases, topics, and questions with their answers."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from exports.records import Document, ExportDeck, ExportNote, ExportSource, Node
from exports.tags import label_phases

_NOTE_LEVEL = 4
_LAST_LEVEL = 6
_BLANK_LINES = re.compile(r"\n\s*\n")
# After these, TeX takes no more than one token.
_TAKES_ONE_TOKEN = re.compile(r"(?:[\^_]|(?<!\\)(?:\\\\)*\\[A-Za-z]+)\s*\Z")


def front_matter(deck: ExportDeck) -> Document:
    """Return the title of a deck and what it says of itself."""
    parts = (" ".join(part.split()) for part in _BLANK_LINES.split(deck.description))
    return [_heading(1, deck.title), *(_paragraph(_text(part)) for part in parts if part)]


def phase_parts(deck: ExportDeck, number: int) -> Iterator[Document]:
    """Yield the parts of the phase with this number; none if it has no notes.

    Topics stand in the order in which they are begun, and the notes of each together, which
    are not begun together. So the notes of one phase are in memory at once.
    """
    topics: dict[str, list[ExportNote]] = {}
    for note in deck.notes:
        if note.phase == number:
            topics.setdefault(note.topic, []).append(note)
    if topics:
        yield [_heading(2, label_phases(deck.phases)[number - 1])]
    for notes in topics.values():
        yield _topic(notes[0])
        yield from map(_note, notes)


def _topic(note: ExportNote) -> Document:
    heading = _heading(3, note.topic_title)
    if not note.prerequisites:
        return [heading]
    titles = ", ".join(title for _, title in note.prerequisites)
    return [heading, _paragraph(["emphasis", [_text(f"Rests on: {titles}")]])]


def _note(note: ExportNote) -> Document:
    about = f"{note.kind.replace('-', ' ')}, {note.level}"
    blocks = [_heading(_NOTE_LEVEL, note.key), _paragraph(["emphasis", [_text(about)]])]
    blocks += _within(note.prompt)
    if note.answer:
        blocks += [_label("Answer"), *_within(note.answer)]
    if note.must_mention:
        points = [list(_within(point)) for point in note.must_mention]
        blocks += [_label("Must mention"), ["bullet_list", points]]
    if note.source:
        blocks.append(_paragraph(["strong", [_text("Source:")]], _text(" "), *_cite(note.source)))
    return blocks


def _cite(source: ExportSource) -> Iterator[Node]:
    work = _text(source.citation)
    yield ["link", source.url, [work]] if source.url else work
    if source.at:
        yield _text(f", {source.at}")


def _within(document: Document) -> Iterator[Node]:
    """Yield the blocks of a note: what holes hide is shown, and headings are below its own."""
    for block in document:
        match block:
            case ["heading", level, inlines]:
                yield ["heading", min(level + _NOTE_LEVEL, _LAST_LEVEL), _fill(inlines)]
            case _:
                yield _fill(block)


def _fill(value: Any) -> Any:
    """Return a document, or a part of one, in which what was in holes is strong."""
    match value:
        case str() | int() | None:
            return value
        case ["cloze", int(), _, inlines]:
            return ["strong", _fill(inlines)]
        case ["cloze_math", is_display, parts]:
            return ["display_math" if is_display else "math", _fill_formula(parts)]
        case _:
            return [_fill(part) for part in value]


def _fill_formula(parts: Sequence[str | Node]) -> str:
    filled = ""
    for before, part in pairwise(["", *parts]):
        if isinstance(part, str):
            filled += part
        elif isinstance(before, str) and _TAKES_ONE_TOKEN.search(before):
            filled += f"{{{part[3]}}}"
        else:
            filled += part[3]
    return filled


def _heading(level: int, title: str) -> Node:
    return ["heading", level, [_text(title)]]


def _label(words: str) -> Node:
    return _paragraph(["strong", [_text(words)]])


def _paragraph(*inlines: Node) -> Node:
    return ["paragraph", list(inlines)]


def _text(words: str) -> Node:
    return ["text", words]
