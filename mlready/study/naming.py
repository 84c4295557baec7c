"""What a learner calls things: a topic, a question's key, a card's key with `#n`."""

from __future__ import annotations

import json
import re
from collections import Counter
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from mlready.errors import UsageError
from mlready.store.reading import (
    CARD_IDS,
    INFO,
    Reader,
    TopicRow,
    name_card,
    read_pairs,
    read_topics,
)
from mlready.study.news import read_changes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MOST_SUGGESTED = 3


class CardName(NamedTuple):
    """A card by its names."""

    key: str
    ordinal: int
    card_id: int
    topic: str
    kind: str
    level: str
    siblings: int

    @property
    def card_key(self) -> str:
        """The key, with `#n` where the question has several cards."""
        return name_card(self.key, self.ordinal, self.siblings)


def read_card_names(reader: Reader) -> list[CardName]:
    """All cards in the order of study."""
    return [CardName(*row) for row in reader.rows(CARD_IDS)]


def known_names(reader: Reader) -> list[str]:
    """Every name that may be given: topics and keys."""
    topics = [topic.id for topic in read_topics(reader)]
    return topics + list(dict.fromkeys(card.key for card in read_card_names(reader)))


def read_areas(reader: Reader) -> list[str]:
    """The areas of the deck's frontier, in the author's order."""
    return list(json.loads(read_pairs(reader, INFO).get("areas", "[]")))


def find_topic(reader: Reader, name: str) -> str:
    """The topic of that id.

    Raises:
        UsageError: there is none; those meant perhaps are named.
    """
    ids = [topic.id for topic in read_topics(reader)]
    if name in ids:
        return name
    raise _unknown(reader, "topic", name, ids)


def find_area(areas: Sequence[str], name: str) -> str:
    """The area of the frontier of that name.

    Raises:
        UsageError: there is none; the nearest is named, or all are.
    """
    if name in areas:
        return name
    if not areas:
        hint = "areas stand in its deck.yaml; without any, no topic is closed"
        raise UsageError("this deck has no areas to focus on", hint)
    near = get_close_matches(name.lower(), areas, n=1, cutoff=0.5)
    hint = f'did you mean "{near[0]}"?' if near else "there are: " + ", ".join(areas)
    raise UsageError(f'there is no area "{name}"', hint)


def find_cards(reader: Reader, name: str) -> list[CardName]:
    """The cards that a name means: of a topic, of a question, or one card.

    Raises:
        UsageError: it means none; those meant perhaps are named.
    """
    cards = read_card_names(reader)
    key, _, ordinal = name.partition("#")
    found = [
        card
        for card in cards
        if (card.key == key and ordinal in {"", str(card.ordinal)})
        or (card.topic == name and not ordinal)
    ]
    if found:
        return found
    if any(topic.id == name for topic in read_topics(reader)):
        raise UsageError(f'the topic "{name}" has no questions yet')
    raise _unknown(reader, "topic or question", name, known_names(reader))


def _unknown(reader: Reader, what: str, name: str, known: list[str]) -> UsageError:
    message = f'there is no {what} "{name}"'
    if (heir := _find_heir(reader, name)) in known:
        return UsageError(message, f'it is called "{heir}" now')
    near = _find_by_words(name, read_topics(reader))
    near = near or get_close_matches(name.lower(), known, n=1, cutoff=0.5)
    *others, last = (f'"{each}"' for each in near[:_MOST_SUGGESTED]) if near else ("",)
    meant = f"{', '.join(others)} or {last}" if others else last
    more = "; more in `mlready list`" if len(near) > _MOST_SUGGESTED else ""
    hint = f"did you mean {meant}?{more}" if near else "see `mlready list`"
    return UsageError(message, hint)


def _find_heir(reader: Reader, name: str) -> str:
    """What a topic or question that was renamed is called since; empty if none was called so."""
    topics: Counter[str] = Counter()
    for change in read_changes(reader, 0):
        if change.old_key == name:
            return change.key
        if (change.old_key or "").startswith(f"{name}/"):
            topics[change.key.partition("/")[0]] += 1
    return max(topics, key=topics.__getitem__, default="")


def _find_by_words(name: str, topics: Iterable[TopicRow]) -> list[str]:
    """The topics whose id or title has all words of a name, or words that begin so.

    Whole words come before beginnings, ids before titles, short ids before long ones.
    """
    wanted = set() if "/" in name else _split_words(name)
    found = []
    for topic in topics:
        of_id, words = _split_words(topic.id), _split_words(f"{topic.id} {topic.title}")
        if wanted and _have_beginnings(words, wanted):
            in_title = not _have_beginnings(of_id, wanted)
            found.append((not wanted <= words, in_title, len(topic.id), topic.id))
    return [found_id for *_, found_id in sorted(found)]


def _have_beginnings(words: set[str], wanted: set[str]) -> bool:
    return all(any(word.startswith(part) for word in words) for part in wanted)


def _split_words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))
