"""One deck file to one unit: shapes are checked, texts become trees; no other file is looked at.

What has a mistake is still read as far as it goes, so that one run finds the mistakes behind it and a
misspelt key does not make a topic unknown; whoever uses a unit looks at `Unit.is_broken` first.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable

from mlready.content import deck_shapes
from mlready.content.deck import Body, DeckInfo, Name, Question, Reference, Topic, Unit
from mlready.content.document import Document, cloze_numbers, image_files, is_empty
from mlready.content.markdown import Finding, parse_markdown
from mlready.content.problems import Location, Problem, warning
from mlready.content.shapes import Record, check_shape
from mlready.content.yaml_source import Document as Source
from mlready.content.yaml_source import Mapping, Node, Scalar, Sequence, parse_yaml

MAX_TEXT = 20_000  # characters in one text; a card is not a chapter
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp")

_PHASE = re.compile(r"topics/(\d{1,2})-[^/]+\.yaml")


def read_unit(path: str, data: bytes) -> Unit:
    """Read one file of a deck.

    Args:
        path: the file's path within the deck, with forward slashes; it says what the file is.
        data: the file's bytes.
    """
    source = parse_yaml(path, data)
    unit = Unit(path, problems=source.problems, lines=source.lines)
    if source.root is None:
        if not source.problems:
            _note(unit, Location(path), "the file is empty", "see docs/deck-format.md")
        return unit
    role = path.split("/", 1)[0].removesuffix(".yaml")
    name = {"deck": "deck.yaml", "references": "references.yaml"}.get(role, f"{role} file")
    whole = deck_shapes.SHAPES[role]
    if not isinstance(source.root, Mapping):
        check_shape(source, source.root, whole, f"the {name}")
        return unit
    _READERS[role](_Reader(source, unit), source.root)
    return unit


def _note(unit: Unit, at: Location, message: str, hint: str = "") -> None:
    unit.problems.append(Problem(at, message, hint))


class _Reader:
    """Reads checked nodes; what fails its shape is left out, its neighbours are kept."""

    def __init__(self, source: Source, unit: Unit) -> None:
        self.source = source
        self.unit = unit

    def check(self, node: Node, shape: Record, name: str) -> bool:
        return check_shape(self.source, node, shape, name)

    def note(self, node: Node, message: str, hint: str = "") -> None:
        _note(self.unit, self.source.locate(node), message, hint)

    def markdown(self, node: Node | None, *, inline: bool = False) -> Document:
        """The text as a tree; what is wrong in it is noted at its place in the file."""
        if not isinstance(node, Scalar):
            return []
        text = str(node.value)
        if len(text) > MAX_TEXT:
            self.note(node, f"a text of more than {MAX_TEXT:,} characters", "split the card")
            return []
        document, findings = parse_markdown(text, inline=inline)
        for finding in findings:
            self._note_finding(node, finding)
        return document

    def _note_finding(self, node: Scalar, finding: Finding) -> None:
        at = self.source.locate_offset(node, finding.offset)
        _note(self.unit, at, finding.message, finding.hint)


def _text(node: Node | None) -> str:
    return str(node.value) if isinstance(node, Scalar) else ""


def _name(node: Node | None) -> Name | None:
    if not isinstance(node, Scalar):
        return None
    return Name(str(node.value), node.line, node.column)


def _names(node: Node | None) -> tuple[Name, ...]:
    items = node.items if isinstance(node, Sequence) else []
    return tuple(name for item in items if (name := _name(item)) is not None)


def _read_deck(reader: _Reader, root: Mapping) -> None:
    if not reader.check(root, deck_shapes.DECK, "deck.yaml"):
        return
    items = root.items
    reader.unit.info = DeckInfo(
        _text(items["id"]),
        _text(items["title"]),
        _text(items.get("description")).strip(),
        tuple(name.text for name in _names(items["phases"])),
        tuple(name.text for name in _names(items.get("areas"))),
    )


def _read_references(reader: _Reader, root: Mapping) -> None:
    reader.check(root, deck_shapes.REFERENCES, "references.yaml")
    works = root.items.get("references")
    if not isinstance(works, Mapping):
        return
    found = []
    for key, work in works.items.items():
        if not isinstance(work, Mapping):
            continue
        fields = [_text(work.items.get(name)) for name in ("authors", "title", "year", "url")]
        if all(fields[:2]) and fields[2].isdigit():
            authors, title, year, url = fields
            found.append(Reference(key, authors, title, int(year), url))
    reader.unit.references = tuple(found)


def _read_topics(reader: _Reader, root: Mapping) -> None:
    unit = reader.unit
    numbered = _PHASE.fullmatch(unit.path)
    if numbered is None:
        hint = "rename it to e.g. topics/1-foundations.yaml"
        reader.note(root, "the file's name does not begin with a phase's number", hint)
        return
    phase = int(numbered[1])
    listed = _list_or_check(reader, root, deck_shapes.TOPICS, "topics")
    topics = []
    for node in listed:
        reader.check(node, deck_shapes.TOPIC, "a topic")
        if isinstance(node, Mapping) and _is_named(node):
            topics.append(_topic(unit.path, phase, node))
            reader.markdown(node.items.get("why"))
    unit.topics = tuple(topics)
    unit.retired = _names(root.items.get("retired"))


def _list_or_check(reader: _Reader, root: Mapping, shape: Record, key: str) -> list[Node]:
    """The items under a key; all of the file but those items is checked here."""
    listed = root.items.get(key)
    shell = Mapping(dict(root.items), root.keys, root.line, root.column)
    if isinstance(listed, Sequence):
        shell.items[key] = Sequence([], listed.line, listed.column)
    reader.check(shell, shape, f"the {key} file")
    return listed.items if isinstance(listed, Sequence) else []


def _is_named(node: Mapping) -> bool:
    return isinstance(identity := node.items.get("id"), Scalar) and bool(identity.value)


def _topic(path: str, phase: int, node: Mapping) -> Topic:
    items = node.items
    identity = _name(items["id"])
    assert identity is not None
    return Topic(
        path,
        identity,
        _text(items.get("title")),
        phase,
        _names(items.get("prerequisites")),
        _text(items.get("why")).strip(),
        _name(items.get("area")),
        _names(items.get("formerly")),
    )


def _read_questions(reader: _Reader, root: Mapping) -> None:
    unit = reader.unit
    listed = _list_or_check(reader, root, deck_shapes.QUESTIONS, "questions")
    unit.topic = _name(root.items.get("topic"))
    if unit.topic is None:
        return
    topic = unit.topic.text
    questions = []
    for node in listed:
        reader.check(node, deck_shapes.QUESTION, "a question")
        if isinstance(node, Mapping) and _is_named(node):
            questions.append(_question(reader, topic, node))
    unit.questions = tuple(questions)
    unit.retired = tuple(
        name._replace(text=f"{topic}/{name.text}") for name in _names(root.items.get("retired"))
    )


def _question(reader: _Reader, topic: str, node: Mapping) -> Question:
    items = node.items
    identity = _name(items["id"])
    assert identity is not None
    _check_sides(reader, items, identity.text)
    asked = items.get("cloze") or items.get("question")
    body = _body(reader, asked, items)
    ordinals = _ordinals(reader, asked, body.prompt, is_cloze="cloze" in items)
    images = _images(reader, (asked, items.get("answer")), (body.prompt, body.answer))
    source = items.get("source")
    source_items = source.items if isinstance(source, Mapping) else {}
    if source is None:
        place = reader.source.locate(items["id"])
        message = f'"{identity.text}" names no source'
        hint = "add source: {ref: …, at: …} so that the answer can be checked"
        reader.unit.problems.append(warning(place, message, hint))
    return Question(
        reader.unit.path,
        topic,
        identity,
        _text(items.get("kind")),
        _text(items.get("level")) or "breadth",
        "cloze" in items,
        ordinals,
        _name(source_items.get("ref")),
        _text(source_items.get("at")).strip(),
        _name(items.get("claim")),
        _names(items.get("requires")),
        _names(items.get("formerly")),
        images,
        _digest(items, body.text),
        body,
    )


def _check_sides(reader: _Reader, items: dict[str, Node], name: str) -> None:
    """A question has a question and an answer, or a cloze."""
    if "cloze" in items and "question" in items:
        hint = "keep one: a cloze is its own question"
        reader.note(items["cloze"], f'"{name}" has a question and a cloze', hint)
    elif "cloze" not in items and "question" not in items:
        reader.note(items["id"], f'"{name}" has no question', "add question: or cloze:")
    elif "question" in items and "answer" not in items:
        reader.note(items["id"], f'"{name}" has no answer', "add answer:")


def _body(reader: _Reader, asked: Node | None, items: dict[str, Node]) -> Body:
    points = items.get("must_mention")
    nodes = points.items if isinstance(points, Sequence) else []
    must_mention = tuple(reader.markdown(point, inline=True) for point in nodes)
    prompt = reader.markdown(asked)
    answer = reader.markdown(items.get("answer"))
    for node, document, side in (
        (asked, prompt, "question"),
        (items.get("answer"), answer, "answer"),
    ):
        # A text of nothing but blanks is a problem of its shape, noted already.
        if _text(node).strip() and is_empty(document):
            assert node is not None
            reader.note(node, f"the {side} is empty", "write it, or remove the key")
    parts = [_text(asked).strip(), _text(items.get("answer")).strip()]
    parts += [f"- {_text(point).strip()}" for point in nodes]
    return Body(prompt, answer, must_mention, "\n".join(part for part in parts if part))


def _ordinals(
    reader: _Reader, asked: Node | None, prompt: Document, *, is_cloze: bool
) -> tuple[int, ...]:
    """The cards of a question: one, or one for each number of its holes."""
    numbers = cloze_numbers(prompt)
    if asked is None:
        return (1,)
    if is_cloze and not numbers and prompt:
        reader.note(asked, "a cloze without a hole", "write {{c1::what is hidden}}")
    if not is_cloze and numbers:
        hint = "put the text under cloze: instead of question:"
        reader.note(asked, "a hole in a question", hint)
    return numbers if is_cloze and numbers else (1,)


def _images(
    reader: _Reader, nodes: Iterable[Node | None], documents: Iterable[Document]
) -> tuple[Name, ...]:
    found = []
    for node, document in zip(nodes, documents, strict=True):
        for file in image_files(document):
            assert isinstance(node, Scalar)
            at = reader.source.locate_offset(node, max(_text(node).find(file), 0))
            if _is_plain_file_name(file):
                found.append(Name(file, at.line, at.column))
                continue
            hint = "put the picture into media/ and write its file name alone"
            _note(reader.unit, at, f'"{file[:60]}" is outside the deck\'s media folder', hint)
    return tuple(found)


def _is_plain_file_name(file: str) -> bool:
    if not file or file.startswith(".") or len(file) > 100:
        return False
    return re.fullmatch(r"[A-Za-z0-9._-]+", file) is not None


def _digest(items: dict[str, Node], text: str) -> str:
    """A fingerprint of all that a learner sees of the question."""
    source = items.get("source")
    source_items = source.items if isinstance(source, Mapping) else {}
    seen = [
        text,
        "cloze" in items,
        _text(items.get("kind")),
        _text(items.get("level")) or "breadth",
        _text(source_items.get("ref")),
        _text(source_items.get("at")),
    ]
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:24]


_READERS = {
    "deck": _read_deck,
    "references": _read_references,
    "topics": _read_topics,
    "questions": _read_questions,
}
