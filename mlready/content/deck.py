"""What an author wrote, read and with its places: topics, questions, references, a deck.

All are tuples of plain values, so that the store keeps the outline of a file as JSON and gets it
back as it was (`Unit.outline`, `unit_from_outline`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from mlready.content.problems import Location, Problem

if TYPE_CHECKING:
    from mlready.content.document import Document


class Name(NamedTuple):
    """A word the author wrote, and where (line and column from 1)."""

    text: str
    line: int
    column: int


class Reference(NamedTuple):
    """A work of the bibliography."""

    key: str
    authors: str
    title: str
    year: int
    url: str

    @property
    def citation(self) -> str:
        """The work in one line, as cards cite it."""
        return f"{self.authors} ({self.year}), {self.title}"


class Topic(NamedTuple):
    """A topic: what it is called, what it rests on, and why it matters."""

    path: str
    id: Name
    title: str
    phase: int
    prerequisites: tuple[Name, ...]
    why: str
    area: Name | None
    formerly: tuple[Name, ...]


class Body(NamedTuple):
    """What a question says: the inner trees, and the text they were made from."""

    prompt: Document
    answer: Document
    must_mention: tuple[Document, ...]
    text: str


class Question(NamedTuple):
    """A question. `body` is None for one whose file has not changed since it was stored."""

    path: str
    topic: str
    id: Name
    kind: str
    level: str
    is_cloze: bool
    ordinals: tuple[int, ...]
    source: Name | None
    source_at: str
    claim: Name | None
    requires: tuple[Name, ...]
    exercises: tuple[Name, ...]
    formerly: tuple[Name, ...]
    images: tuple[Name, ...]
    digest: str
    body: Body | None

    @property
    def key(self) -> str:
        """The identity: topic/id."""
        return f"{self.topic}/{self.id.text}"

    def locate(self, name: Name) -> Location:
        """Where a word of this question stands."""
        return Location(self.path, name.line, name.column)


class DeckInfo(NamedTuple):
    """What `deck.yaml` says."""

    id: str
    title: str
    description: str
    phases: tuple[str, ...]
    areas: tuple[str, ...]


@dataclass(slots=True)
class Unit:
    """What one file contributes, before it is held against the other files.

    `retired` holds keys (topic/question) and, from a topics file, bare topic ids.
    """

    path: str
    info: DeckInfo | None = None
    references: tuple[Reference, ...] = ()
    topics: tuple[Topic, ...] = ()
    topic: Name | None = None
    questions: tuple[Question, ...] = ()
    retired: tuple[Name, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    @property
    def is_broken(self) -> bool:
        """Whether the file has an error of its own."""
        return any(problem.is_error for problem in self.problems)

    def outline(self) -> str:
        """Everything but the questions' bodies, as JSON."""
        questions = [question._replace(body=None) for question in self.questions]
        fields = (
            self.info,
            self.references,
            self.topics,
            self.topic,
            questions,
            self.retired,
            [problem_as_list(problem) for problem in self.problems],
        )
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def problem_as_list(problem: Problem) -> list[str | int]:
    """A problem as JSON can keep it."""
    at = problem.location
    return [at.path, at.line, at.column, problem.message, problem.hint, problem.severity]


def unit_from_outline(path: str, outline: str) -> Unit | None:
    """The unit that `Unit.outline` described, its questions without bodies.

    None where another version of this program wrote it in a way that cannot be read any more.
    """
    try:
        return _read_outline(path, outline)
    except (ValueError, TypeError):
        return None


def _read_outline(path: str, outline: str) -> Unit:
    info, references, topics, topic, questions, retired, problems = json.loads(outline)
    return Unit(
        path,
        info=_info(info),
        references=tuple(Reference(*row) for row in references),
        topics=tuple(_topic(row) for row in topics),
        topic=_name(topic),
        questions=tuple(_question(row) for row in questions),
        retired=_names(retired),
        problems=[Problem(Location(p, r, c), m, h, s) for p, r, c, m, h, s in problems],
    )


def _name(row: list[Any] | None) -> Name | None:
    return None if row is None else Name(*row)


def _names(rows: list[list[Any]]) -> tuple[Name, ...]:
    return tuple(Name(*row) for row in rows)


def _info(row: list[Any] | None) -> DeckInfo | None:
    if row is None:
        return None
    deck_id, title, description, phases, areas = row
    return DeckInfo(deck_id, title, description, tuple(phases), tuple(areas))


def _topic(row: list[Any]) -> Topic:
    path, identity, title, phase, prerequisites, why, area, formerly = row
    return Topic(
        path,
        Name(*identity),
        title,
        phase,
        _names(prerequisites),
        why,
        _name(area),
        _names(formerly),
    )


# As outlines had it before questions could name what they exercise: a file that is broken when the
# program is upgraded stays as it was when it last compiled.
_REST_WITHOUT_EXERCISES = 5


def _question(row: list[Any]) -> Question:
    # Written out, and not by name: a sync reads as many of these as the deck has questions.
    path, topic, identity, kind, level, is_cloze, ordinals, source, at, claim, *rest = row
    if len(rest) == _REST_WITHOUT_EXERCISES:
        rest.insert(1, [])
    requires, exercises, formerly, images, digest, body = rest
    return Question(
        path,
        topic,
        Name(*identity),
        kind,
        level,
        is_cloze,
        tuple(ordinals),
        _name(source),
        at,
        _name(claim),
        _names(requires) if requires else (),
        _names(exercises) if exercises else (),
        _names(formerly) if formerly else (),
        _names(images) if images else (),
        digest,
        body,
    )


@dataclass(slots=True)
class Deck:
    """A deck whose files have been held against each other.

    Attributes:
        topics: by id, in reading order: phase by phase, as their files list them.
        questions: by key, in reading order within their topic.
        retired: keys and topic ids that the author took out on purpose.
        renames: the key a question has now, by each key it had before.
        problems: every mistake, in the order of the files.
    """

    info: DeckInfo
    references: dict[str, Reference]
    topics: dict[str, Topic]
    questions: dict[str, Question]
    retired: frozenset[str]
    renames: dict[str, str]
    problems: list[Problem]

    @property
    def errors(self) -> list[Problem]:
        """The problems that stop a file from compiling."""
        return [problem for problem in self.problems if problem.is_error]

    def prerequisites(self) -> dict[str, tuple[str, ...]]:
        """The graph as the scheduler takes it: a topic's prerequisites, by topic."""
        return {
            topic.id.text: tuple(p.text for p in topic.prerequisites if p.text in self.topics)
            for topic in self.topics.values()
        }
