"""The screens of `why`: what a topic waits for, and what makes a card weak."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from mlready.terminal.documents.document_view import Hanging, clean
from mlready.terminal.reports.path_screens import (
    Deck,
    area_of,
    gap_in_words,
    recalled,
    suspended_in_words,
)
from mlready.terminal.wording import STATE_NAMES, date_of, due_in_words, duration, plural
from scheduler.memory import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.console import RenderableType

    from mlready.study.why import CardReason, Chain, Planning, TopicReason, WeakCard, Weakness
    from scheduler.diagnosis import Gap

MOST_LINES = 24  # of a chain; JSON has all of it
_DEEPEST = 8  # further in, lines would become narrow


# --- why: a topic --------------------------------------------------------------------


def topic_reason(deck: Deck, reason: TopicReason) -> list[RenderableType]:
    """Why a topic stands where it stands, and what to do."""
    head = Text(deck.title(reason.topic), "name").append(f"  {reason.topic}", "quiet")
    parts: list[RenderableType] = [head, Text(_verdict(deck, reason)), *_footnotes(deck, reason)]
    if reason.chain.gaps and reason.standing != "known":
        heading = "It waits for" if reason.new else "Not firm enough beneath it"
        parts += [Text(""), Text(heading, "quiet"), *_tree(deck, reason.chain)]
    advice = _advise(deck, reason)
    return [*parts, *([Text(""), *advice] if advice else [])]


def _verdict(deck: Deck, reason: TopicReason) -> str:
    """Where a topic stands, in a sentence or two."""
    if deck.topics[reason.topic].unreadable and reason.standing != "known":
        return "Its questions stand in a file that cannot be read for now: what rests on it waits."
    aside = {
        "known": "Known from elsewhere: nothing waits for it, and its cards are not begun.",
        "empty": "It has no questions yet: what rests on it waits for what lies beneath.",
        "closed": f"Closed: its area, {area_of(deck, reason.topic)}, is not the one in focus.",
        "locked": f"Locked: it waits for {plural(len(reason.chain.gaps), 'topic')}.",
    }
    if reason.standing in aside:
        return aside[reason.standing]
    if not reason.cards:
        return "All its cards are suspended: what rests on it waits for what lies beneath."
    return _firmness(reason) + _can_be_learned(reason)


def _footnotes(deck: Deck, reason: TopicReason) -> list[RenderableType]:
    """What holds for some of a topic's cards only."""
    if reason.standing == "known" or not reason.cards:
        return []
    parts: list[RenderableType] = []
    if reason.beyond.questions:
        wait = "waits" if reason.beyond.questions == 1 else "wait"
        also = "also " if reason.chain.gaps else ""
        text = f"{reason.beyond.questions} of its questions {also}{wait} for"
        text = f"{text} {deck.titles(reason.beyond.waits_for)}."
        parts.append(Hanging("", "  ", [Text(text)]))
    if reason.suspended:
        text = suspended_in_words(reason.suspended, reason.topic)
        parts.append(Hanging("", "  ", [Text(f"{text}.", "hard")]))
    return parts


def _firmness(reason: TopicReason) -> str:
    """Whether a topic that is open can be built on."""
    gap = reason.gap
    if gap is None:
        learned = "Learned, and firm" if reason.standing == "learned" else "Firm"
        return f"{learned} enough to build on."
    if gap.cause == "weak":
        return f"Not firm enough to build on: {recalled(gap)}."
    if gap.cause == "learning":
        return "Begun; none of its cards has left the learning steps yet."
    if gap.cause == "locked":
        waits = plural(len(reason.chain.gaps), "topic")
        return f"Unlocked, but each of its questions waits for something: {waits} in all."
    return "Unlocked, but buried until tomorrow." if gap.cause == "buried" else "Unlocked."


def _can_be_learned(reason: TopicReason) -> str:
    if not reason.free:
        return ""
    return (
        f" {plural(reason.free, 'new card')} can be learned now,"
        f" in about {duration(reason.seconds)}."
    )


def _tree(deck: Deck, chain: Chain) -> list[RenderableType]:
    """What something waits for, each topic once, under the first that waits for it."""
    lines: list[RenderableType] = []
    shown: set[str] = set()
    waiting = [(topic, 0) for topic in reversed(_in_order(chain, chain.waits_for))]
    while waiting:
        topic, depth = waiting.pop()
        if topic in shown:
            continue
        if len(lines) == MOST_LINES:
            left = len(chain.gaps.keys() - shown)
            lines.append(Text(f"  … and {plural(left, 'more topic')} beneath", "quiet"))
            break
        shown.add(topic)
        gap = chain.gaps[topic]
        below = _in_order(chain, gap.waits_for)
        lines.append(_tree_line(deck, gap, depth, [t for t in below if t in shown]))
        waiting += [(t, depth + 1) for t in reversed(below)]
    return lines


def _in_order(chain: Chain, topics: Iterable[str]) -> list[str]:
    """Topics so that each comes before what it waits for, and can show it beneath."""
    wanted = set(topics)
    return [topic for topic in chain.gaps if topic in wanted]


def _tree_line(deck: Deck, gap: Gap, depth: int, above: Sequence[str]) -> RenderableType:
    indent = "  " * (1 + min(depth, _DEEPEST))
    line = Text(deck.title(gap.topic)).append(f"  {gap.topic}  ", "quiet")
    reason = gap_in_words(deck, gap)
    if above:
        reason += f": {deck.titles(above)} (above)"
    return Hanging(indent, indent + "  ", [line.append(reason, "hard")])


def _advise(deck: Deck, reason: TopicReason) -> list[RenderableType]:
    """What to do about a topic that is closed, waits, or is not firm."""
    if reason.standing == "known":
        return []
    own = deck.topics[reason.topic]
    begin = [reason.chain.gaps[topic] for topic in reason.chain.begin]
    advice: dict[str, str] = {}
    if own.unreadable or any(gap.cause == "unreadable" for gap in begin):
        advice["mlready check"] = "shows what cannot be read"
    if reason.standing == "closed":
        advice[f"mlready focus {own.area}"] = "opens its area"
        advice[f"mlready goal {own.id}"] = "opens just what this topic needs"
    if reason.suspended and not reason.cards:
        advice[f"mlready unsuspend {own.id}"] = "brings its cards back"
    if review := _what_review_brings(deck, reason, begin):
        advice["mlready review"] = review
    if reason.standing == "locked" and not reason.in_goal:
        advice[f"mlready goal {own.id}"] = "brings all it waits for first"
    unbegun = [gap.topic for gap in begin if gap.cause == "new"]
    advice |= {f"mlready known {topic}": "if you know it from elsewhere" for topic in unbegun[:1]}
    areas = [area_of(deck, gap.topic) for gap in begin if gap.cause == "closed"]
    advice |= {f"mlready focus {area}": "opens what is out of focus" for area in areas}
    return _commands(advice)


def _what_review_brings(deck: Deck, reason: TopicReason, begin: Sequence[Gap]) -> str:
    """What the next reviews do for a topic; empty if nothing."""
    workable = [gap.topic for gap in begin if gap.cause in {"new", "learning", "weak"}]
    if workable:
        return f"brings what can be worked on: {deck.titles(workable)}"
    if reason.free:
        return "brings its new cards as the day has room"
    if reason.gap is not None and reason.gap.cause in {"learning", "weak"}:
        return "brings its cards when they are due"
    return ""


def _commands(meanings: Mapping[str, str]) -> list[RenderableType]:
    """Commands with what they do, one below the other."""
    if not meanings:
        return []
    parts: list[RenderableType] = [Text("What to do", "quiet")]
    for name, meaning in meanings.items():
        text = Text(clean(name), "name").append(f"  {meaning}", "")
        parts.append(Hanging("  ", "    ", [text]))
    return parts


# --- why: a card ---------------------------------------------------------------------


def card_reason(deck: Deck, reason: CardReason, today: int) -> list[RenderableType]:
    """A card's schedule, whether today has it, and what makes it weak."""
    card = reason.card
    facts = [
        ("topic", deck.title(card.topic)),
        ("state", STATE_NAMES[State(card.state)] + (", suspended" if card.suspended else "")),
    ]
    if card.due_day is not None:
        facts.append(("due", due_in_words(card.due_day, today)))
    if reason.recall is not None:
        facts.append(("recall now", f"{reason.recall:.0%}"))
        facts.append(("stability", f"{card.stability:.1f} days"))
        facts.append(("forgotten", plural(card.lapses, "time")))
    facts.append(("today", _planning(deck, reason)))
    if reason.postponed is not None:
        by = ", ".join(reason.postponed.by)
        facts.append(("postponed", f"from {date_of(reason.postponed.from_day)} by reviews of {by}"))
    parts: list[RenderableType] = [Text(clean(deck.keys[card.card_id]), "name")]
    parts += [_fact(name, value) for name, value in facts]
    if reason.chain.gaps:
        parts += [Text(""), Text("It waits for", "quiet"), *_tree(deck, reason.chain)]
    if reason.weakness is not None and (reason.lapsing or reason.weakness.roots):
        parts += [Text(""), *weakness(deck, reason.weakness, lapsing=reason.lapsing)]
    return parts


def _fact(name: str, value: str) -> RenderableType:
    label = f"{name:>12}  "
    return Hanging(label, " " * len(label), [Text(clean(value))])


_PLANNING: Mapping[Planning, str] = {
    "later": "in a step that ends later today",
    "suspended": "not in the plan: suspended (mlready unsuspend brings it back)",
    "buried": "not in the plan: buried until tomorrow",
    "known": "not in the plan: its topic is known from elsewhere (mlready known --forget)",
    "closed": "not in the plan: its area is not in focus (mlready focus)",
    "locked": "not in the plan: locked",
    "not due": "not in the plan: not due yet",
    "sibling": "not in the plan: another card of its question has this day",
    "new limit": "not in the plan: the day's new cards are used up (mlready config new_per_day)",
    "review limit": "not in the plan: the day's reviews are used up"
    " (mlready config reviews_per_day)",
    "minutes": "not in the plan: the day's minutes are full (mlready config minutes_per_day)",
}


def _planning(deck: Deck, reason: CardReason) -> str:
    if reason.planning == "planned":
        return f"in the plan, number {reason.place}"
    if reason.planning == "locked":
        return f"{_PLANNING['locked']}, it waits for {deck.titles(reason.chain.waits_for)}"
    return _PLANNING[reason.planning]


def weakness(
    deck: Deck, found: Weakness, *, lapsing: bool = True, key: str = ""
) -> list[RenderableType]:
    """What makes a card weak: the weakest that it rests on, or nothing beneath it.

    Args:
        deck: for titles and keys.
        found: what was found.
        lapsing: whether the card keeps lapsing.
        key: the key that brings the weakest first, where there is one.
    """
    heading = "It keeps lapsing. " if lapsing else ""
    if not found.roots:
        reason = "All it rests on is firm" if found.foundations else "It rests on no other topic"
        advice = ": rewrite the card itself, or split it" if lapsing else ""
        return [Text(f"{heading}{reason}{advice}.")]
    parts: list[RenderableType] = [Text(f"{heading}The weakest of what it rests on:")]
    for weak in found.roots:
        line = Text(deck.title(weak.topic)).append(f"  {clean(deck.keys[weak.card_id])}  ", "quiet")
        parts.append(Hanging("  ", "    ", [line.append(weak_in_words(weak), "hard")]))
    if key and found.first:
        parts.append(Text(f"Press {key} to review {_what_comes_first(found)} first.", "notice"))
    return parts


def _what_comes_first(found: Weakness) -> str:
    if set(found.first) == {weak.card_id for weak in found.roots}:
        return "it" if len(found.first) == 1 else "them"
    return plural(len(found.first), "weak card")


def weak_in_words(weak: WeakCard) -> str:
    """What is weak about a card, in a few words."""
    if weak.state == State.NEW:
        words = "never learned"
    elif weak.state == State.RELEARNING:
        words = "being relearned"
    elif weak.learned:
        words = f"recalled {weak.recall:.0%}"
    else:
        words = "still in learning steps"
    if weak.lapses:
        words += f", forgotten {plural(weak.lapses, 'time')}"
    return f"{words}, suspended" if weak.suspended else words


def lapse_notice(deck: Deck, card_key: str, found: Weakness) -> str:
    """What to say when a card that keeps lapsing was just forgotten."""
    if not found.roots:
        reason = "all it rests on is firm" if found.foundations else "it rests on no other topic"
        return f"{card_key} keeps lapsing and {reason}: rewrite the card itself, or split it."
    weak = found.roots[0]
    text = f"{card_key} keeps lapsing. It rests on {deck.title(weak.topic)}, which is weak: "
    text += f"{deck.keys[weak.card_id]}, {weak_in_words(weak)}."
    if len(found.first) > 1:
        text += f" Press w to review {len(found.first)} weak cards first."
    elif found.first:
        what = "it" if weak.card_id in found.first else "another weak card beneath"
        text += f" Press w to review {what} first."
    elif weak.suspended:
        text += f" mlready unsuspend {deck.keys[weak.card_id]} brings it back."
    return text
