"""The screens of a review: values in, renderables out; nothing here writes or reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from mlready.terminal.documents.document_view import DocumentView, Hanging, clean
from mlready.terminal.wording import (
    RATING_NAMES,
    STATE_NAMES,
    wait_until,
)
from scheduler.memory import Memory, Rating, State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

    from mlready.content.document import Document
    from mlready.store.reading import CardContent
    from mlready.study.recital import Recital
    from mlready.terminal.display import Look

RATING_STYLES = {
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
    card: CardContent,
    memory: Memory,
    look: Look,
    *,
    revealed: bool,
    marks: Sequence[str] = (),
) -> list[RenderableType]:
    """What is asked: kind and state, then the question, or the cloze with its hole.

    Args:
        card: what to show.
        memory: for its state.
        look: of the place it is shown in.
        revealed: whether the hole of a cloze is filled in.
        marks: what else there is to say of the card.
    """
    hole = card.ordinal if card.is_cloze else None
    tags = [card.kind.replace("-", " "), card.level]
    if memory.state != State.REVIEW:
        tags.append(STATE_NAMES[memory.state])
    view = DocumentView(look, hole=hole, revealed=revealed)
    told = Text(" · ".join(tags), "quiet")
    for mark in marks:
        told.append(" · ", "quiet").append(clean(mark), "notice")
    return [told, Text(""), *view.render(card.prompt)]


def answer(
    card: CardContent, look: Look, *, recital: Recital | None = None
) -> list[RenderableType]:
    """The answer, the points it must mention, and where it can be checked.

    Args:
        card: what to show.
        look: of the place it is shown in.
        recital: which points were said, where the learner can tick them.
    """
    if not (card.answer or card.must_mention or card.source):
        return []  # a cloze is its own answer
    parts = beginning(card.answer, look)
    if card.must_mention:
        parts += [Text(""), *_must_mention(card.must_mention, look, recital)]
    if card.source is not None:
        place = f", {clean(card.source.at)}" if card.source.at else ""
        parts += [Text(""), Text(f"Source: {clean(card.source.citation)}{place}", "quiet")]
    return parts


def beginning(steps: Document, look: Look) -> list[RenderableType]:
    """The answer's document, or as much of it as is to be shown."""
    rule = Text("Answer:") if look.plain else Text("─" * look.width, "quiet")
    body = [Text(""), *DocumentView(look).render(steps)] if steps else []
    return [Text(""), rule, *body]


def _must_mention(
    points: Sequence[Document], look: Look, recital: Recital | None
) -> list[RenderableType]:
    title = Text("Must mention", "quiet")
    if recital is not None:
        title.append("   x: said, m: missed", "quiet")
    parts: list[RenderableType] = [title]
    for number, point in enumerate(points):
        if look.plain:
            marker = f"{number + 1}. "
        elif recital is None:
            marker = "□ "
        else:
            here = "▸ " if number == recital.at else "  "
            marker = here + ("[x] " if number in recital.said else "[ ] ")
        content = DocumentView(look).render(point)
        parts.append(Hanging(marker, " " * len(marker), content))
    return parts


# --- what can be done -----------------------------------------------------------------

OFFER = ("w", "weak first")
_HELP, _QUIT = ("?", "keys"), ("q", "quit")


def reveal_line(
    look: Look,
    *,
    offer: bool = False,
    writes: bool = False,
    total: int = 1,
    by_steps: bool = False,
) -> Text:
    """What can be done before the answer shows.

    Args:
        look: of the place it is shown in.
        offer: whether there are weak foundations to review first.
        writes: whether the learner writes an answer first.
        total: the steps of the answer.
        by_steps: whether the space bar shows one at a time.
    """
    keys = [("space", "show the answer")]
    if writes:
        keys = [("space", "write your answer")]
    elif by_steps:
        keys = [("space", f"first of {total} steps"), ("a", "all")]
    keys += [OFFER] if offer else []
    keys += [_HELP]
    keys += [("n", f"first of {total} steps")] * (total > 1 and not by_steps and not writes)
    return _keys([*keys, _QUIT], look)


def steps_line(look: Look, *, shown: int, total: int, by_steps: bool) -> Text:
    """What can be done while a part of the answer shows; arguments as for `reveal_line`."""
    left = total - shown
    keys = [("n", f"next step ({left} left)"), ("space", "the rest")]
    if by_steps:
        keys = [("space", f"next step ({left} left)"), ("a", "the rest")]
    return _keys([*keys, _HELP], look)


def rating_line(
    previews: Mapping[Rating, Memory],
    now_ms: int,
    day: int,
    look: Look,
    *,
    offer: bool = False,
    suggested: Rating | None = None,
) -> Text:
    """The four ratings, each with its next interval if there is room; then what is offered.

    Args:
        previews: what each rating would make of the card.
        now_ms: the moment, in Unix milliseconds.
        day: the study day.
        look: of the place it is shown in.
        offer: whether there are weak foundations to review first.
        suggested: the rating to point at.
    """
    waits = {rating: wait_until(memory, now_ms, day) for rating, memory in previews.items()}
    for gap, with_names, with_waits in ((3, True, True), (2, True, True), (1, True, False)):
        line = _ratings(waits if with_waits else {}, look, suggested, gap, with_names=with_names)
        if line.cell_len <= look.width:
            break
    else:
        line = _ratings({}, look, suggested, 1, with_names=False)
    extra = _keys([OFFER if offer else _HELP], look)
    if look.width >= 72 and line.cell_len + 3 + extra.cell_len <= look.width:
        line.append("   ").append_text(extra)
    return line


def _ratings(
    waits: Mapping[Rating, str],
    look: Look,
    suggested: Rating | None,
    gap: int,
    *,
    with_names: bool,
) -> Text:
    line = Text()
    for rating in Rating:
        mark = "▸" if rating == suggested else ""
        between = mark.rjust(gap) if line.plain else mark  # the others stay where they are
        line.append(between, "name")
        _cap(line, str(int(rating)), look, f"key-{RATING_STYLES[rating]}")
        if with_names:
            line.append(f" {RATING_NAMES[rating]}", RATING_STYLES[rating])
        if waits:
            line.append(f" {waits[rating]}", "quiet")
    return line


def suggestion(recital: Recital) -> list[RenderableType]:
    """What the ticks come to, and what the space bar therefore rates."""
    rating = recital.suggested
    if rating is None:
        return []
    line = Text(f"{len(recital.said)} of {recital.points} said: ", "quiet")
    line.append(f"space rates {RATING_NAMES[rating]}", RATING_STYLES[rating])
    return [line]


def _keys(keys: Sequence[tuple[str, str]], look: Look) -> Text:
    """Keys with their meanings: the first, and as many more as the line has room for."""
    line = Text()
    for key, meaning in keys:
        entry = Text("   " if line.plain else "")
        _cap(entry, key, look, "reverse")
        entry.append(f" {meaning}", "quiet")
        if not line.plain or line.cell_len + entry.cell_len <= look.width:
            line.append_text(entry)
    return line


def _cap(line: Text, key: str, look: Look, style: str) -> None:
    """A key as it looks on a keyboard, or in brackets where styles do not show."""
    line.append(f" {key} " if look.styled else f"[{key}]", style)


def last_line(look: Look, *, offer: bool = False) -> Text:
    """What can be done after the last card; `offer` as for `reveal_line`."""
    offered = [OFFER] if offer else []
    return _keys([("u", "undo the last rating"), *offered, ("any other key", "finish")], look)


# --- what happened ----------------------------------------------------------------------


def notice(text: str) -> list[RenderableType]:
    """A line that tells what just happened."""
    return [Text(clean(text), "notice"), Text("")]


def remark(text: str) -> list[RenderableType]:
    """A line above the keys, on what the last key did; none without a text."""
    return [Text(clean(text), "notice")] if text else []


def nothing_left() -> Text:
    """No card is left to show now."""
    return Text("No more cards for now.", "name")
