"""What other programs go by: the key a note began with, and whether its card looks as it did."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mlready.content.deck import Deck, Question, Topic


def first_key(question: Question, topic: Topic, promised: Mapping[str, str]) -> str:
    """The key a question began with.

    Args:
        question: a question that is new to the store.
        topic: its topic.
        promised: key -> first key, of the notes that packages have had. What other programs were
            promised counts: `formerly` may name only the last of several keys.

    Returns:
        The first of the keys that the question, or its topic, says it had.
    """
    names = [question.key, *(name.text for name in reversed(question.formerly))]
    for name in names:
        if name in promised:
            return promised[name]
    first_topic, _, last = names[-1].partition("/")
    if first_topic == topic.id.text and topic.formerly:
        first_topic = topic.formerly[0].text
    return f"{first_topic}/{last}"


class Frames:
    """Fingerprints of what a card shows besides its question: titles, citation, pictures."""

    def __init__(self, deck: Deck, media: Mapping[str, Path]) -> None:
        self.deck = deck
        self.media = media
        self.known: dict[tuple[str, str], str] = {}
        self.topics: dict[str, str] = {}

    def of(self, question: Question) -> str:
        """The fingerprint of a question's card."""
        ref = question.source.text if question.source else ""
        place = (question.topic, ref)
        if place not in self.known:
            self.known[place] = self._fingerprint(*place)
        if not question.images:
            return self.known[place]
        pictures = "".join(self._picture(name.text) for name in question.images)
        return _shorten(self.known[place] + pictures)

    def _picture(self, name: str) -> str:
        path = self.media.get(name)
        return hashlib.sha256(path.read_bytes()).hexdigest() if path else ""

    def _fingerprint(self, topic_id: str, ref: str) -> str:
        work = self.deck.references.get(ref)
        if topic_id not in self.topics:
            self.topics[topic_id] = self._describe_topic(topic_id)
        return _shorten(self.topics[topic_id] + (f"{work.citation}{work.url}" if work else ""))

    def _describe_topic(self, topic_id: str) -> str:
        deck, topic = self.deck, self.deck.topics[topic_id]
        below = [
            [p.text, deck.topics[p.text].title]
            for p in topic.prerequisites
            if p.text in deck.topics
        ]
        phase = deck.info.phases[topic.phase - 1 : topic.phase]
        return json.dumps([topic.title, phase, below])


def _shorten(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
