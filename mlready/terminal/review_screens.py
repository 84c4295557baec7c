"""The screens of a review: values in, renderables out; nothing here writes or reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from mlready.terminal.document_view import DocumentView, Hanging, clean
from mlready.terminal.wording import (
    RATING_NAMES,
    STATE_NAMES,
    date_of,
    due_in_words,
    duration,
    span_of_days,
    wait_until,
)
from scheduler.memory import Memory, Rating, State, retrievability

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

    from mlready.store.reading import CardContent, Row
    from mlready.study.day import StudyDay
    from mlready.terminal.display import Look

_STYLES = {
    Rating.AGAIN: "again",
    Rating.HARD: "hard",
    Rating.GOOD: "good",
    Rating.EASY: "easy",
}


@dataclass(frozen=True, slots=True)
class Header:
    """What stands above a card: where it is in the deck, and where the day stands."""

    phase: str
    topic: str
    done: int
    new: int
    learning: int
    review: int

    @property
    def left(self) -> int:
        """Cards left today."""
        return self.new + self.learning + self.review


def header(head: Header, look: Look) -> list[RenderableType]:
    """Phase and topic, what is left, and how far the day is."""
    counts = f"{head.left} left ({head.new} new, {head.learning} learning, {head.review} review)"
    if look.plain:
        return [Text(f"{clean(head.phase)} / {clean(head.topic)}"), Text(counts), Text("")]
    left = Text()
    left.append(str(head.new), "easy").append(" new  ", "quiet")
    left.append(str(head.learning), "again").append(" learning  ", "quiet")
    left.append(str(head.review), "good").append(" review", "quiet")
    place = Text(no_wrap=True, overflow="ellipsis")
    place.append(f"{clean(head.phase)} › ", "quiet").append(clean(head.topic), "name")
    bar = _bar(head.done, head.done + head.left, look.width)
    room = look.width - left.cell_len - 2
    if place.cell_len <= room:
        place.append(" " * (look.width - place.cell_len - left.cell_len)).append_text(left)
        return [place, bar, Text("")]
    return [place, left, bar, Text("")]


def _bar(done: int, total: int, width: int) -> Text:
    filled = width * done // total if total else width
    return Text("━" * filled, "done").append("─" * (width - filled), "quiet")


def question(
    card: CardContent, memory: Memory, look: Look, *, revealed: bool
) -> list[RenderableType]:
    """What is asked: kind and state, then the question, or the cloze with its hole."""
    hole = card.ordinal if card.is_cloze else None
    tags = [card.kind.replace("-", " "), card.level]
    if memory.state != State.REVIEW:
        tags.append(STATE_NAMES[memory.state])
    view = DocumentView(hole=hole, revealed=revealed, styled=look.styled)
    return [Text(" · ".join(tags), "quiet"), Text(""), *view.render(card.prompt)]


def answer(card: CardContent, look: Look) -> list[RenderableType]:
    """The answer, the points it must mention, and where it can be checked."""
    rule = Text("Answer:") if look.plain else Text("─" * look.width, "quiet")
    if not (card.answer or card.must_mention or card.source):
        return []  # a cloze is its own answer
    parts: list[RenderableType] = [Text(""), rule]
    if card.answer:
        parts += [Text(""), *DocumentView().render(card.answer)]
    if card.must_mention:
        parts += [Text(""), Text("Must mention", "quiet")]
        mark = "- " if look.plain else "□ "
        for point in card.must_mention:
            parts.append(Hanging(mark, "  ", DocumentView().render(point)))
    if card.source is not None:
        place = f", {clean(card.source.at)}" if card.source.at else ""
        parts += [Text(""), Text(f"Source: {clean(card.source.citation)}{place}", "quiet")]
    return parts


def reveal_line(look: Look, *, offer: bool = False) -> Text:
    """What can be done before the answer shows.

    Args:
        look: of the place it is shown in.
        offer: whether there are weak foundations to review first.
    """
    line = Text()
    keys = [("space", "show the answer"), ("?", "keys"), ("q", "quit")]
    if offer:
        keys.insert(1, OFFER)
    if offer and look.width < 72:
        keys.pop()  # it is in the list of keys
    for key, meaning in keys:
        _key(line, key, meaning, look)
    line.rstrip()
    return line


def rating_line(
    previews: Mapping[Rating, Memory], now_ms: int, day: int, look: Look, *, offer: bool = False
) -> Text:
    """The four ratings, each with its next interval; then what is offered, if there is room."""
    line = Text()
    gap = "   " if look.width >= 72 else "  "
    for rating, memory in previews.items():
        _cap(line, str(int(rating)), look, f"key-{_STYLES[rating]}")
        line.append(f" {RATING_NAMES[rating]} ", _STYLES[rating])
        line.append(wait_until(memory, now_ms, day), "quiet").append(gap)
    if look.width >= 72:
        _key(line, *(OFFER if offer else ("?", "keys")), look)
    line.rstrip()
    return line


def _key(line: Text, key: str, meaning: str, look: Look) -> None:
    _cap(line, key, look, "reverse")
    line.append(f" {meaning}   ", "quiet")


def _cap(line: Text, key: str, look: Look, style: str) -> None:
    """A key as it looks on a keyboard, or in brackets where styles do not show."""
    line.append(f" {key} " if look.styled else f"[{key}]", style)


def notice(text: str) -> list[RenderableType]:
    """A line that tells what just happened."""
    return [Text(clean(text), "notice"), Text("")]


OFFER = ("w", "weak first")
KEYS = (
    ("space, enter", "read on; show the answer; then: Good"),
    ("1 2 3 4", "rate it: Again, Hard, Good, Easy"),
    ("u", "undo what was last done to a card; again for the one before"),
    ("s @", "suspend it (back: mlready unsuspend)"),
    ("b -", "bury the question until tomorrow"),
    ("e", "edit it in your editor, at its line"),
    ("j k ↓ ↑", "scroll; Page Down, Page Up, Home and End too"),
    ("w", "first review what is weak beneath it"),
    ("i", "the card, its schedule and its history"),
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


def nothing_left() -> Text:
    """No card is left to show now."""
    return Text("No more cards for now.", "name")


def last_line(look: Look, *, offer: bool = False) -> Text:
    """What can be done after the last card; `offer` as for `reveal_line`."""
    line = Text()
    keys = [("u", "undo the last rating"), *([OFFER] if offer else []), ("any other key", "finish")]
    for key, meaning in keys:
        _key(line, key, meaning, look)
    line.rstrip()
    return line


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
    rests_on = ", ".join(day.topics[name].title for name in topic.prerequisites) or "nothing"
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
        line.append(f"{RATING_NAMES[Rating(rating)]:<6}", _STYLES[Rating(rating)])
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
