"""The deck to look around in: each topic with its standing, its neighbours and its cards."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from mlready.study.naming import CardName, read_card_names
from mlready.study.overview import Standing, topic_standings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlready.store.reading import Reader, TopicRow
    from mlready.study.day import StudyDay


class TopicView(NamedTuple):
    """A topic, and where it stands.

    Attributes:
        row: the topic.
        dependents: the topics that name it as a prerequisite.
        waits_for: what it is locked behind.
        cards: its cards, in the order of study.
        in_goal: whether the goal rests on it, or is it.
    """

    row: TopicRow
    dependents: tuple[str, ...]
    waits_for: tuple[str, ...]
    cards: tuple[CardName, ...]
    in_goal: bool


@dataclass(frozen=True, slots=True)
class Atlas:
    """All topics and cards of a day, read once.

    Attributes:
        day: the study day.
        standings: of all topics.
        waits_for: what each locked topic waits for.
        cards: the cards of each topic that has some, in the order of study.
        planned: the cards that are still to come today.
    """

    day: StudyDay
    standings: Mapping[str, Standing]
    waits_for: Mapping[str, tuple[str, ...]]
    cards: Mapping[str, tuple[CardName, ...]]
    planned: frozenset[int]

    def view(self, topic: str) -> TopicView:
        """What there is to see of a topic."""
        return TopicView(
            self.day.topics[topic],
            tuple(self.day.graph.dependents[topic]),
            self.waits_for.get(topic, ()),
            self.cards.get(topic, ()),
            topic in self.day.path.goal,
        )

    def titles(self) -> dict[str, str]:
        """The titles of all topics."""
        return {topic.id: topic.title for topic in self.day.topics.values()}


def read_atlas(reader: Reader, day: StudyDay, now_ms: int) -> Atlas:
    """Read what there is to look at.

    Args:
        reader: the store.
        day: today.
        now_ms: the moment, in Unix milliseconds.
    """
    plan = day.plan(now_ms)
    locked = dict(plan.locked)
    cards: dict[str, list[CardName]] = defaultdict(list)
    for card in read_card_names(reader):
        # What another program has added since the day was read is not looked at yet.
        if card.card_id in day.cards:
            cards[card.topic].append(card)
    return Atlas(
        day,
        topic_standings(day, locked),
        locked,
        {topic: tuple(listed) for topic, listed in cards.items()},
        frozenset((*plan.order, *(card.card_id for card in plan.later))),
    )
