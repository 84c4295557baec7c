"""The screens that a key brings up beside a card: all keys, and what is known of the card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from mlready.terminal.documents.document_view import Hanging, clean
from mlready.terminal.review.screens import RATING_STYLES
from mlready.terminal.wording import (
    RATING_NAMES,
    STATE_NAMES,
    date_of,
    due_in_words,
    duration,
    span_of_days,
)
from scheduler.memory import Memory, Rating, State, retrievability

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from mlready.store.reading import CardContent, Row
    from mlready.study.day import StudyDay

KEYS = (
    ("space, enter", "read on; show the answer, or the next step of a derivation; then rate it"),
    ("n", "show the next step of any answer"),
    ("a", "show all of the answer"),
    ("1 2 3 4", "rate it: Again, Hard, Good, Easy"),
    ("x", "tick the point that is marked: you said it"),
    ("m, tab", "you missed it; after the last point, back to the first"),
    ("u", "undo what was last done to a card; again for the one before"),
    ("s @", "suspend it (back: mlready unsuspend)"),
    ("b -", "bury the question until tomorrow"),
    ("f", "flag it as wrong or unclear (listed by mlready flags)"),
    ("e E", "edit it in your editor, at its line"),
    ("v", "view it typeset in the browser"),
    ("o", "open its source"),
    ("t", "its topic: why it matters, what it rests on, its cards"),
    ("/", "search cards and topics"),
    ("i", "the card, its schedule and its history"),
    ("w", "first review what is weak beneath it"),
    ("j k ↓ ↑", "scroll; Page Down, Page Up, Home and End too"),
    ("?", "these keys"),
    ("q", "quit; everything rated so far is saved"),
)


def help_screen() -> list[RenderableType]:
    """The keys."""
    parts: list[RenderableType] = [Text("Keys", "name"), Text("")]
    for keys, meaning in KEYS:
        label = f"{keys:>14}  "
        parts.append(Hanging(label, " " * len(label), [Text(meaning)]))
    rating = "Again: not recalled. Hard: recalled with effort. Good: recalled. Easy: at once."
    return [*parts, Text(""), Text(rating, "quiet")]


def any_key() -> Text:
    """How to leave an aside."""
    return Text("any other key goes back", "quiet")


def information(
    card: CardContent,
    memory: Memory,
    history: Sequence[Row],
    day: StudyDay,
    beneath: Sequence[RenderableType] = (),
) -> list[RenderableType]:
    """What is known of a card: its schedule, its history, what it rests on.

    Args:
        card: its content.
        memory: as it is now.
        history: its reviews, as `CARD_REVIEWS` has them.
        day: today.
        beneath: what makes it weak, if it keeps lapsing.
    """
    facts = [("key", card.card_key), ("file", f"{card.path}:{card.line}")]
    facts += _schedule_facts(memory, day.day, day.preset.parameters)
    topic = day.topics[card.topic]
    rests_on = "; ".join(day.topics[name].title for name in topic.prerequisites) or "nothing"
    facts += [("topic", topic.title), ("rests on", rests_on)]
    parts: list[RenderableType] = [Text("This card", "name"), Text("")]
    for name, value in facts:
        label = f"{name:>14}  "
        parts.append(Hanging(label, " " * len(label), [Text(clean(value))]))
    if beneath:
        parts += [Text(""), *beneath]
    if history:
        parts += [Text(""), Text("Reviews, latest first", "name"), Text("")]
    for _, _, study_day, rating, spent, before, _ in list(history)[::-1][:10]:
        line = Text(f"{date_of(study_day):>14}  ")
        line.append(f"{RATING_NAMES[Rating(rating)]:<6}", RATING_STYLES[Rating(rating)])
        line.append(f" {STATE_NAMES[State(before)]}, {duration(spent / 1000)}", "quiet")
        parts.append(line)
    return parts


def _stability(days: float) -> str:
    exact = f"{days:.2f} days"
    return exact if days < 31 else f"{span_of_days(round(days))} ({exact})"


def _schedule_facts(
    memory: Memory, day: int, parameters: tuple[float, ...]
) -> list[tuple[str, str]]:
    facts = [("state", STATE_NAMES[memory.state])]
    if memory.stability is None or memory.last_day is None:
        return facts
    recall = retrievability(memory.stability, day - memory.last_day, parameters)
    if memory.due_day is not None:
        facts.append(("due", due_in_words(memory.due_day, day)))
    return [
        *facts,
        ("stability", _stability(memory.stability)),
        ("difficulty", f"{memory.difficulty:.1f} of 10"),
        ("recall now", f"{recall:.0%}"),
        ("reviews", f"{memory.reps}, of which {memory.lapses} forgotten"),
    ]
