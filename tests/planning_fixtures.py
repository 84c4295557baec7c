"""Decks to plan days of: single cards, and whole decks that hold anything a deck can hold."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import strategies as st

from scheduler.graph import PrerequisiteGraph, build_graph
from scheduler.memory import State
from scheduler.memory_model import memory_model
from scheduler.path import LearningPath, find_path
from scheduler.planning import plan_day
from scheduler.preset import Preset
from scheduler.queue import DoneToday, Plan, QueueCard, Today

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

DAY, NOW, HOUR = 739_000, 63_849_600_000_000, 3_600_000
STEPS = {State.LEARNING, State.RELEARNING}
ANYTHING_FITS = Preset(new_per_day=1_000, reviews_per_day=1_000)


def make_card(card_id: int, topic: str = "a", **settings: Any) -> QueueCard:
    """A card of a note of its own, new unless told otherwise."""
    state = settings.get("state", State.NEW)
    card = QueueCard(
        card_id=card_id,
        note_id=card_id,
        topic=topic,
        ordinal=0,
        level="breadth",
        position=card_id,
        requires=(),
        state=state,
        due_day=DAY if state == State.REVIEW else None,
        due_at=NOW if state in STEPS else None,
        stability=None if state == State.NEW else 10.0,
        last_day=None if state == State.NEW else DAY - 10,
        learned=state in {State.REVIEW, State.RELEARNING},
        suspended=False,
        buried_day=None,
        seconds=10.0,
        difficulty=None if state == State.NEW else 5.0,
    )
    return card._replace(**settings)


def make_review(card_id: int, topic: str = "a", **settings: Any) -> QueueCard:
    """A review that is due."""
    return make_card(card_id, topic, state=State.REVIEW, **settings)


def plan_of(
    cards: Sequence[QueueCard], prerequisites: dict[str, list[str]], **settings: Any
) -> Plan:
    defaults: dict[str, Any] = {"today": Today(DAY, NOW), "preset": Preset()}
    return plan_day(cards, build_graph(prerequisites), **defaults | settings)


class Deck(NamedTuple):
    """All that a plan depends on."""

    cards: list[QueueCard]
    graph: PrerequisiteGraph
    today: Today
    preset: Preset
    path: LearningPath
    known: frozenset[str]
    unreadable: frozenset[str]

    def plan(self, cards: Sequence[QueueCard] | None = None) -> Plan:
        return plan_day(
            self.cards if cards is None else cards,
            self.graph,
            today=self.today,
            preset=self.preset,
            path=self.path,
            known=self.known,
            unreadable=self.unreadable,
        )

    def planned(self, plan: Plan) -> list[QueueCard]:
        """The cards of a plan, in its order."""
        by_id = {card.card_id: card for card in self.cards}
        return [by_id[card_id] for card_id in plan.order]


def find_blockers(deck: Deck, topics: Collection[str]) -> set[str]:
    """What one may not build on yet, by asking each prerequisite: the gate a second time."""
    model = memory_model(deck.preset.parameters)
    blockers: set[str] = set()
    for topic in topics:
        if topic in deck.known:
            continue
        cards = [card for card in deck.cards if card.topic == topic and not card.suspended]
        cards = [card for card in cards if card.level == "breadth"] or cards
        recalls = [
            model.retrievability(c.stability, deck.today.day - c.last_day)
            for c in cards
            if c.learned and c.stability is not None and c.last_day is not None
        ]
        if topic in deck.unreadable:
            blockers.add(topic)
        elif not cards:
            blockers |= find_blockers(deck, deck.graph.prerequisites[topic])
        elif not recalls or sum(recalls) / len(recalls) < 0.8:
            blockers.add(topic)
    return blockers


def find_foundations(card: QueueCard, graph: PrerequisiteGraph) -> frozenset[str]:
    """The topics that a card rests on."""
    return graph.closure([*graph.prerequisites[card.topic], *card.requires])


def make_graph(random: Random, size: int) -> PrerequisiteGraph:
    topics = random.sample("abcdefgh", size)
    prerequisites = {
        topic: random.sample(topics[:place], random.randint(0, min(place, 3)))
        for place, topic in enumerate(topics)
    }
    written = random.sample(topics, size)
    return build_graph({topic: prerequisites[topic] for topic in written})


def make_path(random: Random, graph: PrerequisiteGraph) -> LearningPath:
    topics = graph.topological_order()
    areas = {topic: random.choice("xy") for topic in topics if random.random() < 0.2}
    return find_path(
        graph,
        {topic: random.randint(1, 5) for topic in topics},
        goal=random.choice((None, *topics)),
        areas=areas,
        focus=random.choice((None, "x", "y")),
    )


def make_any_card(random: Random, card_id: int, graph: PrerequisiteGraph) -> QueueCard:
    """A card that requires topics of lower rank only, so that an order exists."""
    order = graph.topological_order()
    topic = random.choice(order)
    lower = order[: graph.rank[topic]]
    state = random.choice((State.NEW, State.REVIEW, random.choice(list(State))))
    long_step = random.random() < 0.3
    dated = state == State.REVIEW or (state in STEPS and long_step)
    timed = state in STEPS and not long_step
    return make_card(
        card_id,
        topic,
        note_id=random.choice((card_id + 100, random.randint(0, 30))),
        ordinal=random.randint(0, 2),
        level=random.choice(("breadth", "depth")),
        position=random.randint(0, 5),
        requires=tuple(random.sample(lower, random.choice((0, 0, min(len(lower), 2))))),
        state=state,
        due_day=DAY + random.randint(-2, 1) if dated else None,
        due_at=NOW + HOUR * random.randint(-2, 2) if timed else None,
        stability=None if state == State.NEW else random.choice((1.0, 9.0, 30.0)),
        difficulty=None if state == State.NEW else random.choice((2.0, 9.0)),
        last_day=None if state == State.NEW else DAY - random.choice((0, 1, 3, 20, 60)),
        suspended=random.random() < 0.2,
        buried_day=random.choice((None, None, None, DAY - 1, DAY)),
        seconds=random.choice((5.0, 20.0, 90.0)),
        likeness=random.choice((0, 0, 1, -(2**63), 2**40 - 1, 2**30 - 1)),
    )


def make_deck(seed: int, topics: int, cards: int) -> Deck:
    """A deck like any other; from a seed, which is far faster than draw by draw."""
    random = Random(seed)  # noqa: S311 - the seed comes from hypothesis
    graph = make_graph(random, topics)
    done = DoneToday(
        new=random.randint(0, 3),
        reviews=random.randint(0, 3),
        seconds=random.choice((0.0, 100.0)),
        notes=frozenset(random.sample(range(30), random.randint(0, 3))),
    )
    preset = Preset(
        new_per_day=random.choice((0, 2, 5, 100, 100, 100)),
        reviews_per_day=random.choice((0, 2, 5, 100)),
        minutes_per_day=random.choice((None, None, None, 0, 2, 5)),
    )
    names = graph.topological_order()
    return Deck(
        [make_any_card(random, card_id, graph) for card_id in range(cards)],
        graph,
        Today(DAY, NOW, done),
        preset,
        make_path(random, graph),
        known=frozenset(random.sample(names, random.randint(0, min(topics, 2)))),
        unreadable=frozenset(random.sample(names, random.choice((0, 0, 1)))),
    )


decks = st.builds(make_deck, st.integers(0, 2**32), st.integers(1, 8), st.integers(0, 40))
