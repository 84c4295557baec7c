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
    plural,
    span_of_days,
    wait_until,
)
from scheduler.memory import Memory, Rating, State, retrievability

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

    from mlready.store.reading import CardContent
    from mlready.study.session import Session, Tally

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


def header(head: Header, width: int, *, plain: bool) -> list[RenderableType]:
    """Phase and topic, what is left, and how far the day is."""
    counts = f"{head.left} left ({head.new} new, {head.learning} learning, {head.review} review)"
    if plain:
        return [Text(f"{head.phase} / {head.topic}"), Text(counts)]
    left = Text()
    left.append(str(head.new), "easy").append(" new  ", "quiet")
    left.append(str(head.learning), "again").append(" learning  ", "quiet")
    left.append(str(head.review), "good").append(" review", "quiet")
    place = Text(no_wrap=True, overflow="ellipsis")
    place.append(f"{clean(head.phase)} › ", "quiet").append(clean(head.topic), "name")
    bar = _bar(head.done, head.done + head.left, width)
    room = width - left.cell_len - 2
    if place.cell_len <= room:
        place.append(" " * (width - place.cell_len - left.cell_len)).append_text(left)
        return [place, bar, Text("")]
    return [place, left, bar, Text("")]


def _bar(done: int, total: int, width: int) -> Text:
    filled = width * done // total if total else width
    return Text("━" * filled, "done").append("─" * (width - filled), "quiet")


def question(card: CardContent, memory: Memory, *, revealed: bool) -> list[RenderableType]:
    """What is asked: kind and state, then the question, or the cloze with its hole."""
    hole = card.ordinal if card.is_cloze else None
    tags = [card.kind.replace("-", " "), card.level]
    if memory.state != State.REVIEW:
        tags.append(STATE_NAMES[memory.state])
    view = DocumentView(hole=hole, revealed=revealed)
    return [Text(" · ".join(tags), "quiet"), Text(""), *view.render(card.prompt), Text("")]


def answer(card: CardContent, width: int, *, plain: bool) -> list[RenderableType]:
    """The answer, the points it must mention, and where it can be checked."""
    parts: list[RenderableType] = [Text("Answer:") if plain else Text("─" * width, "quiet")]
    if card.answer:
        parts += [Text(""), *DocumentView().render(card.answer)]
    if card.must_mention:
        parts += [Text(""), Text("Must mention", "quiet")]
        mark = "- " if plain else "□ "
        for point in card.must_mention:
            parts.append(Hanging(mark, "  ", DocumentView().render(point)))
    if card.source is not None:
        place = f", {clean(card.source.at)}" if card.source.at else ""
        parts += [Text(""), Text(f"Source: {clean(card.source.citation)}{place}", "quiet")]
    return [*parts, Text("")]


def reveal_line() -> Text:
    """What can be done before the answer shows."""
    line = Text()
    _key(line, "space", "show the answer")
    _key(line, "?", "keys")
    _key(line, "q", "quit")
    return line


def rating_line(
    previews: Mapping[Rating, Memory], now_ms: int, day: int, width: int
) -> list[RenderableType]:
    """The four ratings, each with its next interval."""
    line = Text()
    for rating, memory in previews.items():
        wait = wait_until(memory, now_ms, day)
        line.append(f" {int(rating)} ", f"key-{_STYLES[rating]}")
        line.append(f" {RATING_NAMES[rating]} ", _STYLES[rating]).append(wait, "quiet")
        line.append("   " if width >= 72 else "  ")
    if width >= 72:
        _key(line, "?", "keys")
    return [line]


def _key(line: Text, key: str, meaning: str) -> None:
    line.append(f" {key} ", "reverse").append(f" {meaning}   ", "quiet")


def notice(text: str) -> list[RenderableType]:
    """A line that tells what just happened."""
    return [Text(clean(text), "notice"), Text("")]


KEYS = (
    ("space, enter", "show the answer; then: Good"),
    ("1 2 3 4", "rate it: Again, Hard, Good, Easy"),
    ("u", "undo the last rating; again for the one before"),
    ("s @", "suspend the card (mlready unsuspend brings it back)"),
    ("b -", "bury the question until tomorrow"),
    ("e", "edit it in your editor, at its line"),
    ("i", "the card, its schedule and its history"),
    ("?", "these keys"),
    ("q", "quit; everything rated so far is saved"),
)


def help_screen() -> list[RenderableType]:
    """The keys."""
    parts: list[RenderableType] = [Text("Keys", "name"), Text("")]
    parts += [Text(f"{keys:>14}  ", "name").append(meaning, "") for keys, meaning in KEYS]
    rating = "Again: not recalled. Hard: recalled with effort. Good: recalled. Easy: at once."
    return [*parts, Text(""), Text(rating, "quiet"), Text(""), _any_key()]


def _any_key() -> Text:
    return Text("any key goes back", "quiet")


def information(
    card: CardContent,
    memory: Memory,
    history: Sequence[tuple[int, int, int, int, int, int, int]],
    session: Session,
) -> list[RenderableType]:
    """What is known of a card: its schedule, its history, what it rests on."""
    day = session.day
    facts = [("key", card.card_key), ("file", f"{card.path}:{card.line}")]
    facts += _schedule_facts(memory, day.day, day.preset.parameters)
    topic = day.topics[card.topic]
    rests_on = ", ".join(day.topics[name].title for name in topic.prerequisites) or "nothing"
    facts += [("topic", topic.title), ("rests on", rests_on)]
    parts: list[RenderableType] = [Text("This card", "name"), Text("")]
    for name, value in facts:
        label = f"{name:>14}  "
        parts.append(Hanging(label, " " * len(label), [Text(clean(value))]))
    if history:
        parts += [Text(""), Text("Reviews, latest first", "name"), Text("")]
    for _, _, study_day, rating, spent, before, _ in list(history)[::-1][:10]:
        line = Text(f"{date_of(study_day):>14}  ")
        line.append(f"{RATING_NAMES[Rating(rating)]:<6}", _STYLES[Rating(rating)])
        line.append(f" {STATE_NAMES[State(before)]}, {duration(spent / 1000)}", "quiet")
        parts.append(line)
    return [*parts, Text(""), _any_key()]


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
        (
            "stability",
            f"{span_of_days(round(memory.stability))} ({memory.stability:.2f} days)",
        ),
        ("difficulty", f"{memory.difficulty:.1f} of 10"),
        ("recall now", f"{recall:.0%}"),
        ("reviews", f"{memory.reps}, of which {memory.lapses} forgotten"),
    ]


def summary(
    tally: Tally, titles: Mapping[str, str], tomorrow: int, left: int
) -> list[RenderableType]:
    """What the session brought, and what tomorrow holds."""
    if not tally.reviews:
        return [Text("No card was rated; nothing has changed.", "quiet")]
    parts: list[RenderableType] = [Text("Done for now" if left else "Done for today", "name")]
    ratings = ", ".join(
        f"{count} {RATING_NAMES[rating].lower()}" for rating, count in sorted(tally.ratings.items())
    )
    pace = tally.seconds / tally.reviews
    parts += [
        Text(""),
        Text(f"{plural(tally.reviews, 'review')} in {duration(tally.seconds)}: {ratings}"),
        Text(f"{pace:.0f} s a card", "quiet"),
    ]
    if tally.begun:
        learned = f"{plural(len(tally.begun), 'new card')} begun, {len(tally.learned)} learned"
        parts.append(Text(learned))
    if tally.unlocked:
        names = ", ".join(clean(titles[topic]) for topic in tally.unlocked)
        parts.append(Hanging("", "  ", [Text(f"Unlocked: {names}", "done")]))
    waiting = f"{plural(left, 'card')} still waiting today; " if left else ""
    parts.append(Text(f"{waiting}tomorrow: {plural(tomorrow, 'review')} due"))
    return parts


def nothing_to_do(next_due: str, locked: int) -> list[RenderableType]:
    """The day is done before it began."""
    parts: list[RenderableType] = [Text("Nothing is due today.", "name"), Text(next_due)]
    if locked:
        parts.append(Text(f"{plural(locked, 'topic')} still locked: see `mlready status`"))
    return parts
