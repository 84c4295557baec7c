"""What an export is made of: neutral records, from which every format is written.

A `Document` is a sequence of blocks; blocks and inlines are nested sequences (lists or
tuples, so that they can come straight from JSON) whose first item is a tag.

Blocks:
    ("paragraph", inlines)  ("heading", level, inlines)  ("rule",)
    ("code_block", language, text)  ("display_math", tex)  ("quote", blocks)
    ("bullet_list", items)  ("ordered_list", start, items), an item being blocks
    ("table", aligns, rows), an align being "left", "right", "center" or "", a row a
        sequence of cells, a cell inlines; the first row is the header
    ("cloze_math", True, parts)

Inlines:
    ("text", s)  ("code", s)  ("emphasis", inlines)  ("strong", inlines)
    ("math", tex)  ("display_math", tex)  ("line_break",)
    ("link", href, inlines)  ("image", file name, description)
    ("cloze", number, hint, inlines): a hole, only in the prompt of a cloze note
    ("cloze_math", is display, parts): a formula with holes, a part being a string of TeX
        or ("cloze", number, hint, tex)

Holes do not nest. The hint may be empty or None.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

Node: TypeAlias = Sequence[Any]
Document: TypeAlias = Sequence[Node]


class ExportError(Exception):
    """A deck that cannot be exported as it is.

    Args:
        where: Key of the note, or what else of the deck is wrong.
        problem: What is wrong with it.
    """

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}")
        self.where = where
        self.problem = problem


@dataclass(frozen=True, slots=True)
class ExportSource:
    """Where a statement comes from.

    Attributes:
        citation: The work, ready to print.
        at: The place in it: theorem, section, equation or page; may be empty.
        url: A link to the work.
    """

    citation: str
    at: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class ExportNote:
    """One question of the deck, compiled.

    Attributes:
        key: `topic/question`, unique in the deck.
        kind: `definition`, `statement`, ...
        level: `breadth` or `depth`.
        phase: Number of the phase, from 1.
        topic: Id of the topic.
        topic_title: Its title.
        prompt: The question, or the text with holes.
        answer: May be empty for a cloze.
        is_cloze: Whether `prompt` has holes, each number of which is a card.
        must_mention: The points an answer must contain.
        source: What the answer rests on.
        prerequisites: Id and title of each topic this one rests on.
        position: Place of the note's new cards among all new cards, 0 to 999,999.
        modified: When anything in this record but `position` last changed, or a picture
            that it shows; Unix seconds. A learner's copy is updated only if this grew.
        first_key: The key the note was first exported under, if it was renamed since;
            other programs know the note by it.
    """

    key: str
    kind: str
    level: str
    phase: int
    topic: str
    topic_title: str
    prompt: Document
    answer: Document
    is_cloze: bool
    must_mention: tuple[Document, ...]
    source: ExportSource | None
    prerequisites: tuple[tuple[str, str], ...]
    position: int
    modified: int
    first_key: str = ""


@dataclass(frozen=True, slots=True)
class ExportDeck:
    """A whole deck.

    Attributes:
        id: Names the deck for ever; part of every note's identity.
        title: What the learner sees.
        description: Plain text.
        phases: Titles, in order.
        notes: In any order; `ExportNote.position` says which comes first.
        media: File name as notes use it -> where the file is.
    """

    id: str
    title: str
    description: str
    phases: tuple[str, ...]
    notes: tuple[ExportNote, ...]
    media: Mapping[str, Path]


@dataclass(frozen=True, slots=True)
class ExportReport:
    """How much was written."""

    notes: int
    cards: int
    media: int
