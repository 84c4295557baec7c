"""One deck file to one unit: shapes are checked, texts become trees; no other file is looked at.

What has a mistake is still read as far as it goes, so that one run finds the mistakes behind it
and a misspelt key does not make a topic unknown; whoever uses a unit looks at `Unit.is_broken`
first. Only a file with very many mistakes is not read to its end.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

from mlready.content import deck_shapes
from mlready.content.cloze import MISNUMBERED
from mlready.content.deck import Body, DeckInfo, Name, Question, Reference, Topic, Unit
from mlready.content.document import cloze_numbers, image_files, is_empty
from mlready.content.markdown import parse_markdown
from mlready.content.problems import Location, Problem, quoted, warning
from mlready.content.shapes import check_shape
from mlready.content.yaml_source import MAX_PROBLEMS, Mapping, Node, Scalar, Sequence, parse_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlready.content.document import Document
    from mlready.content.shapes import Record
    from mlready.content.yaml_source import Document as Source

MAX_TEXT = 20_000  # characters in one text; a card is not a chapter
MAX_PICTURES = 20  # in one text
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp")

_TOPIC_LINE = re.compile(rf"topic:[ ]*({deck_shapes.SLUG})[ ]*(?:#.*)?")
_PHASE = re.compile(r"topics/([0-9]{1,2})-[^/]+\.yaml")


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
        unit.topic = _guess_topic(source)
        return unit
    role = path.split("/", 1)[0].removesuffix(".yaml")
    name = {"deck": "deck.yaml", "references": "references.yaml"}.get(role, f"{role} file")
    whole = deck_shapes.SHAPES[role]
    if not isinstance(source.root, Mapping):
        check_shape(source, source.root, whole, f"the {name}")
        return unit
    reader = _Reader(source, unit)
    _READERS[role](reader, source.root)
    if source.is_full:
        del unit.problems[MAX_PROBLEMS:]
        last = Location(path, max(1, len(source.lines)))
        _note(unit, last, "more mistakes than these may follow", "mend these first")
    unit.problems += reader.warnings
    return unit


def _guess_topic(source: Source) -> Name | None:
    """What a file that cannot be read is probably about: others must not be built on it."""
    for number, line in enumerate(source.lines, 1):
        found = _TOPIC_LINE.fullmatch(line)
        if found is not None and source.path.startswith("questions/"):
            return Name(found[1], number, found.start(1) + 1)
    return None


def _note(unit: Unit, at: Location, message: str, hint: str = "") -> None:
    unit.problems.append(Problem(at, message, hint))


class _Reader:
    """Reads checked nodes; what fails its shape is left out, its neighbours are kept."""

    def __init__(self, source: Source, unit: Unit) -> None:
        self.source = source
        self.unit = unit
        self.warnings: list[Problem] = []

    def check(self, node: Node, shape: Record, name: str) -> bool:
        return check_shape(self.source, node, shape, name)

    def note(self, node: Node, message: str, hint: str = "") -> None:
        _note(self.unit, self.source.locate(node), message, hint)

    def items(self, listed: list[Node]) -> Iterator[Node]:
        """The items of a list, until there are too many mistakes."""
        for item in listed:
            if self.source.is_full:
                return
            yield item

    def markdown(
        self, node: Node | None, *, inline: bool = False, has_holes: bool = False
    ) -> Document:
        """The text as a tree; what is wrong in it is noted at its place in the file."""
        text = _text(node)
        if not isinstance(node, Scalar) or not text:
            return []
        if len(text) > MAX_TEXT:
            self.note(node, f"a text of more than {MAX_TEXT:,} characters", "split the card")
            return []
        document, findings = parse_markdown(text, inline=inline)
        for finding in findings:
            at = self.source.locate_offset(node, finding.offset)
            _note(self.unit, at, finding.message, finding.hint)
        if not has_holes and "{{c" in text and cloze_numbers(document):
            hint = "holes belong into the text under cloze:"
            self.note(node, "a hole in a text that is no cloze", hint)
        return document


def _text(node: Node | None) -> str:
    return str(node.value) if isinstance(node, Scalar) and node.value is not None else ""


def _name(node: Node | None) -> Name | None:
    if not isinstance(node, Scalar) or node.value is None:
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
    found = [_reference(key, work) for key, work in works.items.items()]
    reader.unit.references = tuple(work for work in found if work is not None)


def _reference(key: str, work: Node) -> Reference | None:
    """The work; its year is 0 where what is written is no year."""
    if not isinstance(work, Mapping):
        return None
    items = work.items
    authors, title, url = (_text(items.get(name)) for name in ("authors", "title", "url"))
    year = items.get("year")
    number = year.value if isinstance(year, Scalar) and isinstance(year.value, int) else 0
    return Reference(key, authors, title, number, url)


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
    for node in reader.items(listed):
        reader.check(node, deck_shapes.TOPIC, "a topic")
        if isinstance(node, Mapping) and (identity := _name(node.items.get("id"))):
            topics.append(_topic(unit.path, phase, identity, node.items))
            _check_why(reader, node.items.get("why"))
    unit.topics = tuple(topics)
    unit.retired = _names(root.items.get("retired"))


def _check_why(reader: _Reader, why: Node | None) -> None:
    if why is not None and image_files(reader.markdown(why)):
        reader.note(why, "a picture in why", "say it in words")


def _list_or_check(reader: _Reader, root: Mapping, shape: Record, key: str) -> list[Node]:
    """The items under a key; all of the file but those items is checked here."""
    listed = root.items.get(key)
    shell = Mapping(dict(root.items), root.keys, root.line, root.column)
    if isinstance(listed, Sequence):
        shell.items[key] = Sequence([], listed.line, listed.column)
    reader.check(shell, shape, f"the {key} file")
    return listed.items if isinstance(listed, Sequence) else []


def _topic(path: str, phase: int, identity: Name, items: dict[str, Node]) -> Topic:
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
    for node in reader.items(listed):
        reader.check(node, deck_shapes.QUESTION, "a question")
        if isinstance(node, Mapping) and (identity := _name(node.items.get("id"))):
            questions.append(_question(reader, topic, identity, node.items))
    unit.questions = tuple(questions)
    unit.retired = tuple(
        name._replace(text=f"{topic}/{name.text}") for name in _names(root.items.get("retired"))
    )


def _question(reader: _Reader, topic: str, identity: Name, items: dict[str, Node]) -> Question:
    _check_sides(reader, items, identity.text)
    asked = items.get("cloze") or items.get("question")
    body = _body(reader, asked, items)
    ordinals = _ordinals(reader, asked, body.prompt, is_cloze="cloze" in items)
    images = _images(reader, asked, body.prompt)
    images += _images(reader, items.get("answer"), body.answer)
    for point, document in zip(_points(items), body.must_mention, strict=True):
        images += _images(reader, point, document)
    source = items.get("source")
    source_items = source.items if isinstance(source, Mapping) else {}
    if source is None:
        place = reader.source.locate(items["id"])
        hint = "add source: {ref: …, at: …} so that the answer can be checked"
        message = f"{quoted(identity.text)} names no source"
        reader.warnings.append(warning(place, message, hint))
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
        _names(items.get("exercises")),
        _names(items.get("formerly")),
        tuple(images),
        _digest(items, body.text),
        body,
    )


def _check_sides(reader: _Reader, items: dict[str, Node], name: str) -> None:
    """A question has a question and an answer, or a cloze."""
    if "cloze" in items and "question" in items:
        hint = "keep one: a cloze is its own question"
        reader.note(items["cloze"], f"{quoted(name)} has a question and a cloze", hint)
    elif "cloze" not in items and "question" not in items:
        message = f"{quoted(name)} has no question"
        reader.note(items["id"], message, "add question: or cloze:")
    elif "question" in items and "answer" not in items:
        reader.note(items["id"], f"{quoted(name)} has no answer", "add answer:")


def _points(items: dict[str, Node]) -> list[Node]:
    points = items.get("must_mention")
    return points.items if isinstance(points, Sequence) else []


def _body(reader: _Reader, asked: Node | None, items: dict[str, Node]) -> Body:
    nodes = _points(items)
    must_mention = tuple(reader.markdown(point, inline=True) for point in nodes)
    prompt = reader.markdown(asked, has_holes="cloze" in items)
    answer = reader.markdown(items.get("answer"))
    _check_emptiness(reader, asked, prompt, "question")
    _check_emptiness(reader, items.get("answer"), answer, "answer")
    parts = [_text(asked).strip(), _text(items.get("answer")).strip()]
    parts += [f"- {_text(point).strip()}" for point in nodes]
    return Body(prompt, answer, must_mention, "\n".join(part for part in parts if part))


def _check_emptiness(reader: _Reader, node: Node | None, document: Document, side: str) -> None:
    """A text of marks without words says nothing; one of blanks fails its shape already."""
    text = _text(node)
    if node is not None and text.strip() and len(text) <= MAX_TEXT and is_empty(document):
        reader.note(node, f"the {side} is empty", "write it, or remove the key")


def _ordinals(
    reader: _Reader, asked: Node | None, prompt: Document, *, is_cloze: bool
) -> tuple[int, ...]:
    """The cards of a question: one, or one for each number of its holes."""
    if asked is None or not is_cloze:
        return (1,)
    if isinstance(asked, Scalar) and (stray := MISNUMBERED.search(_text(asked))):
        at = reader.source.locate_offset(asked, stray.start())
        _note(reader.unit, at, "the number of a hole is 1 to 99", "count its holes from c1")
        return (1,)
    numbers = cloze_numbers(prompt)
    if not numbers and prompt:
        reader.note(asked, "a cloze without a hole", "write {{c1::what is hidden}}")
    return numbers or (1,)


def _images(reader: _Reader, node: Node | None, document: Document) -> list[Name]:
    """The pictures of a text, each once, at the places where they are first named."""
    if not isinstance(node, Scalar) or "![" not in _text(node):
        return []
    files = list(dict.fromkeys(image_files(document)))
    if len(files) > MAX_PICTURES:
        reader.note(node, f"more than {MAX_PICTURES} pictures in a text", "split the card")
        return []
    found = []
    for file in files:
        at = reader.source.locate_offset(node, max(0, _text(node).find(file)))
        if mistake := _mistake_in_picture(file):
            _note(reader.unit, at, *mistake)
        else:
            found.append(Name(file, at.line, at.column))
    return found


def _mistake_in_picture(file: str) -> tuple[str, str] | None:
    if not _is_plain_file_name(file):
        hint = "put it into media/ and write its name alone: letters, digits, dots, - and _"
        return f"{quoted(file)} is outside the deck's media folder", hint
    if not file.lower().endswith(PICTURES):
        return f"{quoted(file)} is no picture", "pictures end in " + ", ".join(PICTURES)
    return None


def _is_plain_file_name(file: str) -> bool:
    return len(file) <= 100 and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", file) is not None


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
