"""What a learner calls things: a topic, a question's key, a card's key with `#n`."""

from __future__ import annotations

import json
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from mlready.errors import UsageError
from mlready.store.reading import CARD_IDS, INFO, Reader, name_card, read_pairs, read_topics

if TYPE_CHECKING:
    from collections.abc import Sequence


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
        UsageError: there is none; the nearest is named.
    """
    topics = [topic.id for topic in read_topics(reader)]
    if name in topics:
        return name
    raise _unknown("topic", name, topics)


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
        UsageError: it means none; the nearest is named.
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
    raise _unknown("topic or question", name, known_names(reader))


def _unknown(what: str, name: str, known: list[str]) -> UsageError:
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f'did you mean "{near[0]}"?' if near else "see `mlready list`"
    return UsageError(f'there is no {what} "{name}"', hint)
