"""The screens of `goal`, `focus` and `next`: values in, renderables out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text

from mlready.terminal.documents.document_view import Hanging, clean
from mlready.terminal.wording import duration, plural
from scheduler.worth import FIRM

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.console import RenderableType

    from mlready.store.reading import TopicRow
    from mlready.study.headway import Headway
    from mlready.study.next_steps import Blocked, NextSteps, Step
    from scheduler.diagnosis import Gap

_MOST_NAMES = 3


class Deck(NamedTuple):
    """What the screens have to know of a deck.

    Attributes:
        topics: by id.
        keys: the keys of cards, by card id.
    """

    topics: Mapping[str, TopicRow]
    keys: Mapping[int, str]

    def title(self, topic: str) -> str:
        """A topic's title, ready to be shown."""
        return clean(self.topics[topic].title)

    def titles(self, topics: Iterable[str]) -> str:
        """The titles of topics in a row; of many, the first ones."""
        titles = [self.title(topic) for topic in topics]
        more = len(titles) - _MOST_NAMES
        return ", ".join(titles[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


# --- goal and focus ------------------------------------------------------------------


def goal(deck: Deck, view: Headway) -> list[RenderableType]:
    """What a goal means, and how far it is."""
    title = deck.title(view.goal) if view.goal else ""
    order = [Text(_ORDER, "quiet")] if view.cards_left else []
    return [Text(f"Goal: {title}", "name"), *_headway(deck, view), *order]


_ORDER = "New cards beneath it come first, foundations before what rests on them."


def headway_line(title: str, view: Headway) -> str:
    """The goal in a line."""
    head = f"Goal: {clean(title)}"
    if view.reached:
        return f"{head}, reached; set another with `mlready goal TOPIC`"
    if not view.topics:
        return f"{head}; {_NOTHING_IN_STUDY if view.aside else 'no topic of it has questions yet'}"
    details = [f"{view.ready} of {plural(view.topics, 'topic')} ready", *_left_out(view)]
    return f"{head}, {', '.join(details)}"


_NOTHING_IN_STUDY = "all its cards are suspended (mlready unsuspend TOPIC brings them back)"


def _left_out(view: Headway) -> list[str]:
    """The topics that are neither ready nor in the way."""
    too = " (the goal itself)" if view.empty == 1 else " (the goal itself among them)"
    itself = "" if view.has_questions else too
    return [
        *([f"{view.empty} without questions{itself}"] if view.empty else []),
        *([f"{view.aside} with all cards suspended"] if view.aside else []),
    ]


def _headway(deck: Deck, view: Headway) -> list[RenderableType]:
    """How far the goal is, in a few lines."""
    parts: list[RenderableType] = []
    if view.reached:
        text = "Goal reached: reviews keep it as it is. Set another with `mlready goal TOPIC`."
        parts.append(Text(text, "done"))
    if view.goal and not view.has_questions and view.topics:
        text = f"{deck.title(view.goal)} has no questions itself yet: the goal is all it rests on."
        parts.append(Text(text))
    if view.topics:
        parts += [Text(_ready(view)), Text(_learned(view)), *_cards(view)]
    elif view.aside:
        parts.append(Text(f"{_NOTHING_IN_STUDY[0].upper()}{_NOTHING_IN_STUDY[1:]}."))
    else:
        parts.append(Text("No topic of it has questions yet."))
    if view.weak:
        them = "it" if len(view.weak) == 1 else "them"
        text = f"Recalled too weakly now: {deck.titles(view.weak)}; reviews bring {them} back."
        parts.append(Hanging("", "  ", [Text(text, "hard")]))
    if view.beyond:
        wait = "waits" if view.beyond == 1 else "wait"
        outside = f"{wait} for {deck.titles(view.outside)}, outside of the goal"
        parts.append(Hanging("", "  ", [Text(f"{plural(view.beyond, 'card')} {outside}.", "hard")]))
    if view.suspended and view.topics:
        parts.append(Text(suspended_in_words(view.suspended), "quiet"))
    return parts


def _ready(view: Headway) -> str:
    ready = f"{view.ready} of {plural(view.topics, 'topic')} ready"
    return f"{ready} (recalled at {FIRM:.0%} or better)"


def _learned(view: Headway) -> str:
    known = [f"{view.known} known from elsewhere"] if view.known else []
    return ", ".join([f"{view.learned} learned so far", *known, *_left_out(view)])


def _cards(view: Headway) -> list[RenderableType]:
    if view.cards_left:
        cards = f"{view.cards_left:,} of {plural(view.cards, 'card')} to learn"
        return [Text(f"{cards}: at least {duration(view.seconds_left)}, and their reviews")]
    if not view.cards:
        return []
    text = "Its only card is learned" if view.cards == 1 else f"All {view.cards:,} cards learned"
    return [Text(text, "done")]


def suspended_in_words(count: int, name: str = "TOPIC|KEY") -> str:
    """How many cards are left out of the count, and how to bring them back."""
    which = "which does not count" if count == 1 else "which do not count"
    return f"{plural(count, 'card')} suspended, {which} (mlready unsuspend {name})"


def focus(area: str | None, counts: Mapping[str, int], closed: int) -> list[RenderableType]:
    """The area in focus, and what is closed.

    Args:
        area: the one picked, if any.
        counts: how many topics each area has.
        closed: how many topics are closed now.
    """
    if not counts:
        return [Text("This deck has no areas; all its topics are open.")]
    if area is None:
        head = Text("No focus", "name")
    else:
        head = Text(f"Focus: {clean(area)}", "name")
        head.append(f", {plural(counts.get(area, 0), 'topic')}")
    listed = ", ".join(f"{clean(name)} ({count})" for name, count in counts.items())
    parts: list[RenderableType] = [head, Text(f"Areas: {listed}", "quiet")]
    if closed:
        verb = "is" if closed == 1 else "are"
        text = f"{plural(closed, 'topic')} of other areas {verb} closed: no new cards of them."
        parts.append(Text(text if area else text.replace("other areas", "the areas")))
    if area is None:
        parts.append(Text("Pick one with `mlready focus AREA`.", "quiet"))
    return parts


# --- next ----------------------------------------------------------------------------


def next_steps(
    deck: Deck, found: NextSteps, *, most: int, plain: bool = False
) -> list[RenderableType]:
    """What can be learned now, how far the goal is, and what is locked.

    Args:
        deck: for titles.
        found: what was found.
        most: how many topics to show at most.
        plain: whether marks should be words.
    """
    parts = _next_heading(deck, found)
    if found.steps:
        parts += [Text(""), Text("To learn now", "name")]
    # Where all lead to the goal, none needs a mark.
    mark = "" if all(step.in_goal for step in found.steps) else "for the goal: " if plain else "◎ "
    parts += [_step(deck, step, mark) for step in found.steps[:most]]
    if len(found.steps) > most:
        more = plural(len(found.steps) - most, "more topic")
        parts.append(Text(f"  … and {more} (mlready next --all)", "quiet"))
    if found.locked:
        parts += [Text(""), Text(f"Locked: {plural(len(found.locked), 'topic')}", "name")]
        parts += _locked(deck, found.locked)
    if mark and not plain and any(step.in_goal for step in found.steps[:most]):
        parts += [Text(""), Text("◎ on the way to the goal", "quiet")]
    if found.closed:
        text = f"{plural(found.closed, 'topic')} out of focus (mlready focus)"
        parts += [Text(""), Text(text, "quiet")]
    return parts


def _next_heading(deck: Deck, found: NextSteps) -> list[RenderableType]:
    view = found.headway
    title = deck.title(view.goal) if view.goal else "the whole path"
    parts: list[RenderableType] = [
        Text(f"Goal: {title}", "name"),
        *_headway(deck, view),
    ]
    if not found.steps:
        if view.aside and not view.topics:
            pass  # that has been said
        elif not view.cards:
            parts.append(Text("There is no card to learn."))
        elif not view.cards_left:
            parts.append(Text("Nothing new is left: reviews keep it as it is (mlready review)."))
        else:
            parts.append(Text("Nothing new can be learned now: first bring back what is weak."))
    elif not found.new_left:
        parts.append(Text("The new cards of today are used up (mlready config new_per_day)."))
    return parts


def _step(deck: Deck, step: Step, mark: str) -> RenderableType:
    line = Text(mark if step.in_goal else "", "done")
    line.append(deck.title(step.topic)).append(f"  {step.topic}", "quiet")
    details = f"{plural(step.cards, 'new card')}, {duration(step.seconds)}"
    if step.unlocks:
        details += f"; unlocks {deck.titles(step.unlocks)}"
    if step.above:
        verb = "rests" if step.above == 1 else "rest"
        details += f"; {plural(step.above, 'topic')} {verb} on it"
    return Hanging("  ", "    ", [line, Text(details, "quiet")])


def _locked(deck: Deck, locked: Sequence[Blocked]) -> list[RenderableType]:
    """What is locked, by where to begin; that for which most wait first."""
    groups: dict[str, list[str]] = {}
    causes = {blocked.cause.topic: blocked.cause for blocked in locked}
    for topic, cause in locked:
        groups.setdefault(cause.topic, []).append(topic)
    parts: list[RenderableType] = []
    for name in sorted(groups, key=lambda topic: -len(groups[topic]))[:_MOST_NAMES]:
        line = Text(deck.title(name)).append(f" ({gap_in_words(deck, causes[name])})", "hard")
        line.append(f" is the first thing that {deck.titles(groups[name])} ", "quiet")
        line.append("waits for" if len(groups[name]) == 1 else "wait for", "quiet")
        parts.append(Hanging("  ", "    ", [line]))
    rest = len(groups) - _MOST_NAMES
    if rest > 0:
        parts.append(Text(f"  … and {plural(rest, 'other cause')} (mlready why TOPIC)", "quiet"))
    return parts


# --- words that `why` needs as well ---------------------------------------------------


def area_of(deck: Deck, topic: str) -> str:
    """The area of a topic of the frontier."""
    return clean(deck.topics[topic].area or "")


def recalled(gap: Gap) -> str:
    """How well a topic is recalled, and how well it must be."""
    return f"recalled {gap.recall or 0:.0%} of the {FIRM:.0%} needed"


def gap_in_words(deck: Deck, gap: Gap) -> str:
    """Why a topic cannot be built on, in a few words."""
    if gap.cause == "closed":
        return f"out of focus ({area_of(deck, gap.topic)})"
    words = {
        "unreadable": "its questions cannot be read for now",
        "locked": "waits",
        "buried": "buried until tomorrow",
        "new": "never begun",
        "learning": "in learning steps",
        "weak": recalled(gap),
    }
    return words[gap.cause]
