"""A part of the deck, by phase, topic, goal, what is unlocked, and tag."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from exports.tags import PREFIX, label_phases, tags_of
from mlready.errors import UsageError
from mlready.study.headway import find_ground
from mlready.study.naming import CardName, find_topic, read_card_names
from scheduler.memory import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlready.store.reading import Reader
    from mlready.study.day import StudyDay
    from scheduler.diagnosis import Ground
    from scheduler.queue import QueueCard

_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which questions are asked for; those that meet every condition that is set.

    Attributes:
        phases: their phase is one of these: numbers, or how titles begin.
        topics: their topic is one of these.
        goals: one of these topics rests on their topic, or is it.
        unlocked: the learner has begun them, or could begin them now.
        tags: they have one of these tags, or one beneath it; `mlready::` may be left out.
    """

    phases: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    unlocked: bool = False
    tags: tuple[str, ...] = ()


class _Condition(NamedTuple):
    """One condition: how it is said of questions, which meet it, and what to do if none does."""

    words: str
    keys: frozenset[str]
    hint: str = "nobody has written one yet"


def choose(reader: Reader, day: StudyDay, now_ms: int, wanted: Wanted) -> frozenset[str]:
    """The keys of the questions that are asked for.

    Args:
        reader: the store.
        day: today.
        now_ms: the moment, in Unix milliseconds.
        wanted: what is asked for.

    Raises:
        UsageError: a name means nothing, or nothing is left; it says which condition it was.
    """
    cards = read_card_names(reader)
    found = frozenset(card.key for card in cards)
    met: list[str] = []
    for condition in _find_conditions(reader, day, now_ms, wanted, cards):
        if not condition.keys:
            raise UsageError(f"no question is {condition.words}", condition.hint)
        if not found & condition.keys:
            message = f"no question that is {' and '.join(met)} is {condition.words}"
            raise UsageError(message, "leave out one of the conditions")
        found &= condition.keys
        met.append(condition.words)
    return found


def _find_conditions(
    reader: Reader, day: StudyDay, now_ms: int, wanted: Wanted, cards: list[CardName]
) -> Iterator[_Condition]:
    if wanted.phases:
        numbers = {find_phase(day.phases, name) for name in wanted.phases}
        topics = {topic.id for topic in day.topics.values() if topic.phase in numbers}
        named = _join(f"{number} {day.phases[number - 1]}" for number in sorted(numbers))
        yield _Condition(f"in phase {named}", _of_topics(cards, topics))
    if wanted.topics:
        named_topics = [find_topic(reader, name) for name in wanted.topics]
        yield _Condition(f"in topic {_join(named_topics)}", _of_topics(cards, named_topics))
    if wanted.goals:
        goals = [find_topic(reader, name) for name in wanted.goals]
        words = f"on the way to {_join(goals)}"
        yield _Condition(words, _of_topics(cards, day.graph.closure(goals)))
    if wanted.unlocked:
        yield _Condition("unlocked", _find_unlocked(day, now_ms, cards), "see `mlready next`")
    if wanted.tags:
        words = f"tagged {_join(tag.removeprefix(PREFIX) for tag in wanted.tags)}"
        yield _Condition(words, _find_tagged(day, wanted.tags, cards))


def _of_topics(cards: Iterable[CardName], topics: Iterable[str]) -> frozenset[str]:
    chosen = frozenset(topics)
    return frozenset(card.key for card in cards if card.topic in chosen)


def find_phase(phases: Sequence[str], name: str) -> int:
    """The number of the phase that a name means: its number, or how its title begins.

    Raises:
        UsageError: it means none, or several.
    """
    if name.isdecimal() and 1 <= int(name) <= len(phases):
        return int(name)
    titles = {title.casefold(): number for number, title in enumerate(phases, 1)}
    start = name.strip().casefold()
    if start in titles:
        return titles[start]
    fitting = [number for title, number in titles.items() if start and title.startswith(start)]
    if len(fitting) == 1:
        return fitting[0]
    listed = ", ".join(f"{number} {title}" for number, title in enumerate(phases, 1))
    if fitting:
        raise UsageError(f'more than one phase begins with "{name}"', f"there are: {listed}")
    near = get_close_matches(start, titles, n=1, cutoff=0.5)
    meant = f'did you mean "{phases[titles[near[0]] - 1]}"?' if near else f"there are: {listed}"
    raise UsageError(f'there is no phase "{name}"', meant)


def _find_unlocked(day: StudyDay, now_ms: int, cards: Iterable[CardName]) -> frozenset[str]:
    ground = find_ground(day, now_ms)
    keys = {card.card_id: card.key for card in cards}
    return frozenset(
        keys[card.card_id]
        for card in day.cards.values()
        if card.card_id in keys and (card.state != State.NEW or _can_begin(day, ground, card))
    )


def _can_begin(day: StudyDay, ground: Ground, card: QueueCard) -> bool:
    is_open = card.topic not in day.path.closed and not ground.waits_for(card)
    return is_open or card.topic in day.known


def _find_tagged(day: StudyDay, names: Iterable[str], cards: Iterable[CardName]) -> frozenset[str]:
    tags = _tag_cards(day, cards)
    every = {group for some in tags.values() for tag in some for group in _climb(tag)}
    chosen = {_find_tag(every, name) for name in names}
    return frozenset(
        key for key, some in tags.items() if any(not chosen.isdisjoint(_climb(t)) for t in some)
    )


def _tag_cards(day: StudyDay, cards: Iterable[CardName]) -> Mapping[str, list[str]]:
    """The tags of each question, by key, without what all of them begin with."""
    phases = label_phases(day.phases)
    tags = {}
    for card in cards:
        topic = day.topics[card.topic]
        listed = tags_of(
            phase=phases[topic.phase - 1],
            topic=topic.id,
            kind=card.kind,
            level=card.level,
            prerequisites=topic.prerequisites,
        )
        tags[card.key] = [tag.removeprefix(PREFIX) for tag in listed]
    return tags


def _climb(tag: str) -> tuple[str, ...]:
    """A tag and those it is beneath: `kind::definition` is beneath `kind`."""
    parts = tag.split("::")
    return tuple("::".join(parts[:length]) for length in range(1, len(parts) + 1))


def _find_tag(tags: Iterable[str], name: str) -> str:
    wanted = name.strip().lower().removeprefix(PREFIX)
    known = sorted(tags)
    if wanted in known:
        return wanted
    near = [tag for tag in known if tag.endswith(f"::{wanted}")]
    near = near or get_close_matches(wanted, known, n=1, cutoff=0.5)
    meant = f'did you mean "{near[0]}"?' if near else "see the tags in an export, or `mlready list`"
    raise UsageError(f'there is no tag "{name}"', meant)


def _join(names: Iterable[str]) -> str:
    listed = list(dict.fromkeys(names))
    more = [f"{len(listed) - _MOST_NAMED} more"] if len(listed) > _MOST_NAMED else []
    *others, last = [*listed[:_MOST_NAMED], *more]
    return f"{', '.join(others)} or {last}" if others else last
