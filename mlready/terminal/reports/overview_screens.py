"""The screens of `status`, `show` and `news`: values in, renderables out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from mlready.terminal.documents.document_view import Hanging, clean
from mlready.terminal.reports.path_screens import headway_line
from mlready.terminal.wording import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.console import RenderableType

    from mlready.store.reading import TopicRow
    from mlready.study.news import Change
    from mlready.study.overview import Overview, PhaseStanding, Standing
    from mlready.terminal.display import Look

_STANDING_STYLES = {
    "known": "good",
    "learned": "good",
    "started": "hard",
    "unlocked": "easy",
    "locked": "quiet",
    "closed": "quiet",
    "empty": "quiet",
}
STANDING_MARKS = {
    "known": "●",
    "learned": "●",
    "started": "◐",
    "unlocked": "○",
    "locked": "·",
    "closed": "–",
    "empty": " ",
}


def status(title: str, view: Overview, look: Look, goal: str = "") -> list[RenderableType]:
    """The learner's standing on one screen.

    Args:
        title: the deck's.
        view: the standing.
        look: of the place it is shown in.
        goal: the title of the topic to reach, if there is one.
    """
    due = f"{plural(view.review, 'review')}, {view.learning} in learning, {view.new} new"
    today = f"Today: {due}; about {view.minutes:.0f} min"
    if not view.review + view.learning + view.new:
        today = "Today: nothing left"
    parts: list[RenderableType] = [Text(clean(title), "name"), Text("")]
    parts.append(Text(f"{today} ({plural(view.reviewed, 'review')} done)"))
    parts.append(Text(f"Streak: {plural(view.streak, 'day')}"))
    if view.headway is not None:
        parts.append(Text(headway_line(goal, view.headway)))
    names = max((len(phase.title) for phase in view.phases), default=0)
    for phase in view.phases:
        parts += _phase(phase, names, look)
    tail = []
    if view.locked:
        their = "its" if view.locked == 1 else "their"
        tail.append(f"{plural(view.locked, 'topic')} locked behind {their} prerequisites")
    if view.closed:
        tail.append(f"{plural(view.closed, 'topic')} out of focus (mlready focus)")
    if view.suspended:
        tail.append(f"{plural(view.suspended, 'card')} suspended")
    return [*parts, Text(""), Text("; ".join(tail), "quiet")] if tail else parts


def _phase(phase: PhaseStanding, names: int, look: Look) -> list[RenderableType]:
    """A phase: its bar, and its topics in numbers; titles take `names` columns."""
    filled = phase.topics - phase.empty
    room = max(10, min(30, look.width - names - 34))
    bar = room * phase.cards_learned // phase.cards if phase.cards else 0
    line = Text(f"{phase.number} {clean(phase.title):<{names}}  ", no_wrap=True)
    line.append("━" * bar, "done").append("─" * (room - bar), "quiet")
    line.append(f"  {phase.cards_learned}/{phase.cards} cards", "")
    details = []
    if filled:
        details.append(f"{phase.known} of {plural(filled, 'topic')} learned or known")
        details.append(f"{phase.unlocked} unlocked")
    if phase.empty:
        details.append(f"{phase.empty} without questions yet")
    return [Text(""), line, Hanging("  ", "  ", [Text(", ".join(details), "quiet")])]


def topic(  # noqa: PLR0913 - the last by name
    row: TopicRow,
    titles: Mapping[str, str],
    standings: Mapping[str, Standing],
    dependents: Sequence[str],
    missing: Iterable[str],
    cards: Iterable[tuple[str, str]],
    *,
    in_goal: bool = False,
    marks: Sequence[str] = (),
    plain: bool = False,
) -> list[RenderableType]:
    """A topic: why it matters, what it rests on, what rests on it, its cards.

    Args:
        row: the topic.
        titles: of all topics.
        standings: of all topics.
        dependents: the topics that name it as a prerequisite.
        missing: what it waits for.
        cards: keys of its cards, each with its state.
        in_goal: whether the goal rests on it, or is it.
        marks: what stands before what it rests on, what rests on it, and its cards, in this order,
            where one of them can be chosen; all are equally wide.
        plain: whether standings are words instead of signs.
    """
    goal = ", on the way to the goal" if in_goal else ""
    parts: list[RenderableType] = [
        Text(clean(row.title), "name").append(f"  {row.id}", "quiet"),
        Text(f"phase {row.phase}, {standings[row.id]}{goal}", _STANDING_STYLES[standings[row.id]]),
        Text(""),
        Text(clean(row.why)),
    ]
    waits = "; ".join(clean(titles[name]) for name in missing)
    if waits:
        parts += [
            Text(""),
            Hanging("", "  ", [Text(f"Locked: first learn {waits}", "hard")]),
        ]
    if standings[row.id] == "closed":
        text = f"Closed: the area {clean(row.area or '')} is not in focus (mlready focus)"
        parts += [Text(""), Hanging("", "  ", [Text(text, "hard")])]
    before = iter(marks)
    groups = (("Rests on", row.prerequisites), ("Supports", dependents))
    for heading, names in groups:
        parts += [Text(""), Text(heading, "quiet")]
        write = _topic_in_words if plain else _topic_line
        lines = [write(name, titles, standings, next(before, "  ")) for name in names]
        parts += lines or [Text("  nothing")]
    parts += [Text(""), Text("Cards", "quiet")]
    for key, state in cards:
        mark = next(before, "  ")
        line = Text(f"{clean(key)}  ").append(state, "quiet")
        parts.append(Hanging(mark, " " * len(mark) + "  ", [line]))
    if not cards:
        parts.append(Text("  no questions yet", "quiet"))
    if plain:
        return parts
    legend = "● learned or known   ◐ started   ○ unlocked   · locked"
    if "closed" in {standings[name] for name in (row.id, *row.prerequisites, *dependents)}:
        legend += "   – closed"
    return [*parts, Text(""), Text(legend, "quiet")]


def _topic_line(
    name: str, titles: Mapping[str, str], standings: Mapping[str, Standing], mark: str
) -> RenderableType:
    standing = standings[name]
    line = Text().append(f"{STANDING_MARKS[standing]} ", _STANDING_STYLES[standing])
    line.append(clean(titles[name])).append(f"  {name}", "quiet")
    return Hanging(mark, " " * len(mark) + "    ", [line])


def _topic_in_words(
    name: str, titles: Mapping[str, str], standings: Mapping[str, Standing], mark: str
) -> RenderableType:
    line = Text(f"{clean(titles[name])}, {standings[name]}").append(f"  {name}", "quiet")
    return Hanging(mark, " " * len(mark) + "  ", [line])


def news(changes: list[Change], look: Look) -> list[RenderableType]:
    """Each change, old and new text side by side where there is room."""
    from rich.table import Table  # noqa: PLC0415 - dear to import, and only wanted here

    parts: list[RenderableType] = []
    for change in changes:
        head = Text(f"{change.kind} ", "notice").append(clean(change.key), "name")
        if change.old_key:
            head.append(f", formerly {clean(change.old_key)}", "quiet")
        parts.append(head)
        old, new = clean(change.old_text, lines=True), clean(change.new_text, lines=True)
        if old and new and old != new and look.width >= 76 and not look.plain:
            table = Table.grid(padding=(0, 2), expand=True)
            table.add_column(ratio=1)
            table.add_column(ratio=1)
            table.add_row(Text("before", "quiet"), Text("now", "quiet"))
            table.add_row(*_changed_lines(old, new))
            parts.append(table)
        else:
            for label, mark, text, other in (("before", "- ", old, new), ("now", "+ ", new, old)):
                if text and old != new:
                    parts += [Text(label, "quiet"), *_marked_lines(text, other, mark)]
        parts.append(Text(""))
    return parts


def _marked_lines(text: str, other: str, mark: str) -> list[RenderableType]:
    """The lines of a text, a mark before those that the other has not, if there is another."""
    others = set(other.splitlines() or text.splitlines())
    return [
        Hanging("  " if line in others else mark, "  ", [Text(line)]) for line in text.splitlines()
    ]


def _changed_lines(old: str, new: str) -> tuple[Text, Text]:
    """Both texts, the lines that differ in bold."""
    before, after = old.splitlines(), new.splitlines()
    return _mark(before, set(after)), _mark(after, set(before))


def _mark(lines: list[str], others: set[str]) -> Text:
    text = Text()
    for line in lines:
        text.append(line + "\n", "" if line in others else "bold")
    return text
