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

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

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


class ExportReview(NamedTuple):
    """One review of a card, as other programs keep it.

    Attributes:
        at_ms: When, in Unix milliseconds UTC; no two reviews of a deck share one.
        rating: 1 to 4; 0 where nothing was answered.
        state_before: 0 new, 1 learning, 2 review, 3 relearning.
        interval: What it led to: days, or, below zero, seconds of a step.
        last_interval: What the review before it had led to; 0 if there was none.
        difficulty: After it, from 1 to 10; 0 where nothing is remembered.
        duration_ms: How long the answer took.
        effect: 0 a review; 1 an answer out of turn, which changed nothing; 2 a due date
            set without an answer; 3 the card was made new again, without an answer.
    """

    at_ms: int
    rating: int
    state_before: int
    interval: int
    last_interval: int
    difficulty: float
    duration_ms: int
    effect: int = 0


@dataclass(frozen=True, slots=True)
class ExportCard:
    """What the learner knows of one card.

    Attributes:
        ordinal: Its hole's number less one; 0 where the note has one card.
        state: 0 new, 1 learning, 2 review, 3 relearning.
        step: The step it waits in, from 0; None in state new or review.
        due_day: The study day it is due on, a proleptic Gregorian ordinal.
        due_at: Or the moment, in Unix milliseconds UTC; never both.
        interval: Days from the last review to `due_day`; 0 before the first interval.
        stability: Days until recall falls to 0.9; None for a new card.
        difficulty: From 1 to 10; None for a new card.
        last_at: The moment of the last review, in Unix milliseconds UTC.
        reps: Reviews so far.
        lapses: How often it was forgotten.
        suspended: Whether the learner took it out of study.
        leech: Whether it was forgotten so often that it is called a leech.
        reviews: Its history, oldest first.
    """

    ordinal: int
    state: int
    step: int | None = None
    due_day: int | None = None
    due_at: int | None = None
    interval: int = 0
    stability: float | None = None
    difficulty: float | None = None
    last_at: int | None = None
    reps: int = 0
    lapses: int = 0
    suspended: bool = False
    leech: bool = False
    reviews: tuple[ExportReview, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportProgress:
    """What goes for all cards when a deck is exported with the learner's progress.

    Attributes:
        first_day: A study day before every review, a proleptic Gregorian ordinal: the day
            other programs count from.
        first_day_at: The moment it begins, in Unix seconds UTC.
        utc_offset: The local clock's offset from UTC at that moment, in minutes, east > 0.
        rollover_hour: The local hour at which a study day begins.
        desired_retention: The recall at which a review is due.
        parameters: The 21 parameters of FSRS-6.
        learning_steps: Waits of a new card, in seconds.
        relearning_steps: Waits of a forgotten card, in seconds.
        maximum_interval: The longest interval, in days.
        new_per_day: New cards a day, at most.
        reviews_per_day: Reviews a day, at most.
        leech_threshold: Lapses at which a card is called a leech.
    """

    first_day: int
    first_day_at: int
    utc_offset: int
    rollover_hour: int
    desired_retention: float
    parameters: tuple[float, ...]
    learning_steps: tuple[int, ...]
    relearning_steps: tuple[int, ...]
    maximum_interval: int
    new_per_day: int
    reviews_per_day: int
    leech_threshold: int


@dataclass(frozen=True, slots=True)
class ExportNote:
    """One question of the deck, compiled.

    Attributes:
        key: `topic/question`, unique in the deck.
        first_key: The key it began with: other programs know the note by it, whatever it is
            called today.
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
        changed_at: When the author's text was last seen to change, in Unix seconds.
        place: Where it stands, `file:line`, for messages.
        cards: What the learner knows of its cards; empty unless progress is exported.
    """

    key: str
    first_key: str
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
    changed_at: int
    place: str = ""
    cards: tuple[ExportCard, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportDeck:
    """A deck, or a part of one.

    Attributes:
        id: Names the deck for ever; part of every note's identity.
        title: What the learner sees.
        description: Plain text.
        phases: Titles, in order.
        order: `first_key` of every note of the whole deck, in the order in which new cards
            are introduced.
        notes: Those to export, in that order. A large deck need not be in memory at once:
            each iteration may read it anew.
        media: File name as notes use it -> where the file is.
        retired: Notes that the deck has no more, with their last content, by `first_key`;
            None to leave all such notes out.
        progress: The learner's, if it is exported.
    """

    id: str
    title: str
    description: str
    phases: tuple[str, ...]
    order: tuple[str, ...]
    notes: Iterable[ExportNote]
    media: Mapping[str, Path]
    retired: Mapping[str, ExportNote] | None = field(default_factory=dict)
    progress: ExportProgress | None = None


@dataclass(frozen=True, slots=True)
class ExportReport:
    """How much was written."""

    notes: int
    cards: int
    media: int
