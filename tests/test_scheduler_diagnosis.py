"""Why a topic is locked, and what lies beneath a card that keeps lapsing."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.diagnosis import MOST_ROOTS, Gap, Ground, keeps_lapsing
from scheduler.graph import build_graph
from scheduler.memory import State
from scheduler.path import LearningPath, find_path
from scheduler.planning import plan_day
from scheduler.preset import Preset
from scheduler.queue import DoneToday, QueueCard, Today

DAY, NOW = 739_000, 63_849_600_000_000
# Each topic rests on the one before it.
CHAIN: dict[str, list[str]] = {"a": [], "b": ["a"], "c": ["b"], "d": ["c"]}


def make_card(card_id: int, topic: str, **settings: Any) -> QueueCard:
    """A new card of a note of its own."""
    card = QueueCard(
        card_id=card_id,
        note_id=card_id,
        topic=topic,
        ordinal=1,
        level="breadth",
        position=card_id,
        requires=(),
        state=State.NEW,
        due_day=None,
        due_at=None,
        stability=None,
        last_day=None,
        learned=False,
        suspended=False,
        buried_day=None,
        seconds=30.0,
    )
    return card._replace(**settings)


def begun(card_id: int, topic: str, stability: float = 100.0, **settings: Any) -> QueueCard:
    """A card in review, last seen ten days ago: at 100 days it is firm, at 1 day weak."""
    learned: dict[str, Any] = {
        "state": State.REVIEW,
        "due_day": DAY + 5,
        "stability": stability,
        "last_day": DAY - 10,
        "learned": True,
        "difficulty": 5.0,
    }
    return make_card(card_id, topic, **learned | settings)


def ground_of(
    cards: list[QueueCard],
    prerequisites: dict[str, list[str]] | None = None,
    **settings: Any,
) -> Ground:
    graph = build_graph(CHAIN if prerequisites is None else prerequisites)
    usual: dict[str, Any] = {"today": Today(DAY, NOW), "preset": Preset()}
    return Ground(cards, graph, **usual | settings)


def causes(ground: Ground, *topics: str) -> dict[str, str]:
    """The chain of topics, each with its cause."""
    return {topic: gap.cause for topic, gap in ground.find_chain(topics).items()}


# --- topics --------------------------------------------------------------------------


def test_a_chain_leads_down_to_what_can_be_begun() -> None:
    ground = ground_of([make_card(n, topic) for n, topic in enumerate("abcd")])
    assert ground.missing("d") == ("c",)
    assert causes(ground, "c") == {"c": "locked", "b": "locked", "a": "new"}
    chain = ground.find_chain(["c"])
    assert chain["b"] == Gap("b", "locked", ("a",), 1, 0, None)
    assert [gap.topic for gap in ground.find_beginnings(chain.values())] == ["a"]
    assert ground.find_first_causes({"d": ("c",)})["d"].topic == "a"


def test_a_firm_topic_ends_a_chain() -> None:
    ground = ground_of([begun(1, "a"), make_card(2, "b"), make_card(3, "c")])
    assert ground.is_ready("a")
    assert ground.find_gap("a") is None
    assert causes(ground, "a", "b") == {"b": "new"}


@pytest.mark.parametrize(
    ("cards", "cause"),
    [
        ([make_card(1, "a")], "new"),
        ([make_card(1, "a", buried_day=DAY)], "buried"),
        ([make_card(1, "a", buried_day=DAY - 1)], "new"),
        ([make_card(1, "a", buried_day=DAY), make_card(2, "a")], "new"),
        ([make_card(1, "a", state=State.LEARNING, due_at=NOW), make_card(2, "a")], "learning"),
        ([begun(1, "a", 1.0), make_card(2, "a")], "weak"),
        ([begun(1, "a", 1.0), begun(2, "a", suspended=True)], "weak"),
    ],
)
def test_each_cause(cards: list[QueueCard], cause: str) -> None:
    assert causes(ground_of(cards), "a") == {"a": cause}


def test_a_weak_topic_says_how_well_it_is_recalled() -> None:
    gap = ground_of([begun(1, "a", 1.0), make_card(2, "a")]).find_gap("a")
    assert gap is not None
    assert gap.recall is not None
    assert 0.5 < gap.recall < 0.8
    assert (gap.cards, gap.learned) == (2, 1)


def test_topics_that_cannot_be_read_or_are_out_of_focus() -> None:
    cards = [make_card(1, "b"), make_card(2, "c")]
    assert causes(ground_of(cards, unreadable=frozenset("a")), "b") == {
        "b": "locked",
        "a": "unreadable",
    }
    graph = build_graph(CHAIN)
    path = find_path(graph, areas={"c": "x", "d": "x"}, focus="y")
    ground = ground_of(cards, path=path, known=frozenset("a"))
    assert causes(ground, "c") == {"c": "closed", "b": "new"}
    assert not ground.can_begin(cards[1])
    assert ground.can_begin(cards[0])


def test_a_topic_without_cards_is_looked_through() -> None:
    ground = ground_of([make_card(1, "a"), make_card(2, "c")])
    assert ground.find_gap("b") is None
    assert not ground.is_ready("b")
    assert ground.missing("c") == ("a",)
    assert causes(ground, *ground.missing("c")) == {"a": "new"}


def test_what_a_question_requires_is_waited_for() -> None:
    prerequisites: dict[str, list[str]] = {"a": [], "b": [], "c": ["b"]}
    requiring = make_card(2, "b", requires=("a",))
    ground = ground_of([make_card(1, "a"), requiring], prerequisites)
    assert ground.missing("b") == ()
    assert ground.waits_for(requiring) == ("a",)
    assert causes(ground, "b") == {"b": "locked", "a": "new"}
    # Another card of the topic can be begun, so that the topic itself can.
    free = ground_of([make_card(1, "a"), requiring, make_card(3, "b")], prerequisites)
    assert causes(free, "b") == {"b": "new"}


def test_what_one_question_requires_its_topic_does_not_wait_for() -> None:
    prerequisites: dict[str, list[str]] = {"a": [], "b": ["a"], "c": ["b"], "x": [], "y": []}
    requiring = make_card(3, "b", requires=("a", "x"))
    cards = [make_card(1, "a"), make_card(2, "x"), requiring, make_card(4, "c")]
    ground = ground_of([*cards, make_card(5, "b")], prerequisites)
    assert ground.find_own_waits(requiring) == ("x",)
    assert causes(ground, "c") == {"c": "locked", "b": "locked", "a": "new"}
    # With no other, it is what the one that needs fewest requires.
    most = make_card(5, "b", requires=("x", "y"))
    both = ground_of([*cards, most, make_card(6, "y")], prerequisites)
    assert both.find_waits("b", [most, requiring]) == ("a", "x")
    gap = both.find_gap("b")
    assert gap is not None
    assert gap.waits_for == ("a", "x")


def test_a_known_topic_is_no_gap() -> None:
    ground = ground_of([make_card(1, "a"), make_card(2, "b")], known=frozenset("a"))
    assert ground.find_gap("a") is None
    assert not ground.can_begin(make_card(1, "a"))
    assert ground.can_begin(make_card(2, "b"))


# --- roots ---------------------------------------------------------------------------


def roots(cards: list[QueueCard], card: QueueCard, **settings: Any) -> list[int]:
    """The ids of a card's roots."""
    return [root.card.card_id for root in ground_of([*cards, card], **settings).find_roots(card)]


def test_when_a_card_keeps_lapsing() -> None:
    assert [keeps_lapsing(n) for n in range(5)] == [False, False, False, True, True]


def test_firm_foundations_are_no_roots() -> None:
    lapsing = begun(9, "d", 2.0, lapses=4)
    assert roots([begun(1, "a"), begun(2, "b"), begun(3, "c")], lapsing) == []
    assert roots([], begun(9, "a", 2.0, lapses=4)) == []


def test_what_was_never_learned_comes_first_then_what_is_recalled_worst() -> None:
    lapsing = begun(9, "d", 2.0, lapses=4)
    cards = [begun(1, "a", 4.0), begun(2, "a", 1.0), make_card(3, "b"), begun(4, "c", 3.0)]
    assert roots(cards, lapsing) == [3, 2, 4]


def test_of_equals_the_one_that_lapsed_most_and_then_the_nearest_comes_first() -> None:
    lapsing = begun(9, "d", 2.0, lapses=4)
    cards = [begun(1, "a", 1.0), begun(2, "b", 1.0), begun(3, "c", 1.0), begun(4, "a", 1.0)]
    assert roots(cards, lapsing) == [3, 2, 1]
    cards[3] = cards[3]._replace(lapses=2)
    assert roots(cards, lapsing) == [4, 3, 2]
    # Recall within 5 % is equal.
    cards[0] = begun(1, "a", 0.99)
    assert roots(cards, lapsing) == [4, 3, 2]


def test_its_own_topic_and_what_rests_on_it_are_left_out() -> None:
    lapsing = begun(9, "b", 2.0, lapses=4)
    cards = [make_card(1, "b"), make_card(2, "c"), begun(3, "a")]
    assert roots(cards, lapsing) == []


def test_what_the_card_requires_is_beneath_it() -> None:
    prerequisites: dict[str, list[str]] = {"a": [], "b": []}
    lapsing = begun(9, "b", 2.0, lapses=4, requires=("a",))
    ground = ground_of([make_card(1, "a"), lapsing], prerequisites)
    assert [(root.card.card_id, root.distance) for root in ground.find_roots(lapsing)] == [(1, 1)]


def test_lapses_count_until_they_are_overcome() -> None:
    lapsing = begun(9, "b", 2.0, lapses=4)
    fresh = {"last_day": DAY}
    assert roots([begun(1, "a", 5.0, lapses=3, **fresh)], lapsing) == [1]
    assert roots([begun(1, "a", 60.0, lapses=3, **fresh)], lapsing) == []
    assert roots([begun(1, "a", 5.0, lapses=2, **fresh)], lapsing) == []


def test_which_cards_never_begun_count() -> None:
    lapsing = begun(9, "b", 2.0, lapses=4)
    assert roots([make_card(1, "a")], lapsing) == [1]
    assert roots([make_card(1, "a", suspended=True)], lapsing) == []
    assert roots([make_card(1, "a")], lapsing, known=frozenset("a")) == []
    assert roots([begun(1, "a", 1.0)], lapsing, known=frozenset("a")) == [1]
    # Depth is not what others rest on, but what was begun and forgotten tells something.
    assert roots([begun(1, "a"), make_card(2, "a", level="depth")], lapsing) == []
    assert roots([begun(1, "a"), begun(2, "a", 1.0, level="depth")], lapsing) == [2]


def test_of_siblings_the_weakest_stands_for_all() -> None:
    lapsing = begun(9, "b", 2.0, lapses=4)
    cards = [begun(1, "a", 1.0, note_id=7), begun(2, "a", 0.1, note_id=7)]
    assert roots(cards, lapsing) == [2]


def first(cards: list[QueueCard], card: QueueCard, **settings: Any) -> list[int]:
    """The ids of the cards to review before a card."""
    ground = ground_of([*cards, card], **settings)
    return [each.card_id for each in ground.choose_first(ground.find_roots(card))]


def test_what_is_reviewed_first_comes_in_order_of_foundations() -> None:
    lapsing = begun(9, "d", 2.0, lapses=4)
    assert first([begun(1, "a", 3.0), begun(2, "b", 1.0), begun(3, "c", 2.0)], lapsing) == [1, 2, 3]


def test_a_locked_card_gives_way_to_its_own_roots() -> None:
    lapsing = begun(9, "d", 2.0, lapses=4)
    cards = [begun(1, "a", 1.0), make_card(2, "b"), make_card(3, "c")]
    assert roots(cards, lapsing) == [3, 2, 1]
    assert first(cards, lapsing) == [1]
    assert first([make_card(1, "a"), make_card(2, "b")], lapsing) == [1]
    assert first([make_card(1, "a"), make_card(2, "b")], lapsing, known=frozenset("a")) == [2]


def test_what_rests_or_was_seen_today_is_not_asked_again() -> None:
    lapsing = begun(9, "b", 2.0, lapses=4)
    weak = begun(1, "a", 1.0)
    assert first([weak], lapsing) == [1]
    assert first([weak._replace(suspended=True)], lapsing) == []
    assert first([weak._replace(buried_day=DAY)], lapsing) == []
    seen = Today(DAY, NOW, DoneToday(notes=frozenset({1})))
    assert first([weak], lapsing, today=seen) == []
    in_steps = weak._replace(state=State.RELEARNING, due_at=NOW, due_day=None)
    assert first([in_steps], lapsing, today=seen) == [1]
    assert first([in_steps._replace(due_at=NOW + 60_000)], lapsing, today=seen) == []


# --- whatever the deck ---------------------------------------------------------------


def random_deck(seed: int) -> tuple[list[QueueCard], dict[str, list[str]], dict[str, Any]]:
    """Cards in all states on a random graph, and the settings of a ground."""
    random = Random(seed)  # noqa: S311 - for tests
    topics = [f"t{n}" for n in range(random.randint(1, 9))]
    prerequisites = {
        topic: random.sample(topics[:place], random.randint(0, min(place, 3)))
        for place, topic in enumerate(topics)
    }
    cards = []
    for card_id in range(random.randint(0, 20)):
        at = random.randrange(len(topics))
        marks: dict[str, Any] = {
            "note_id": card_id // 2 if random.random() < 0.3 else 100 + card_id,
            "level": random.choice(["breadth", "breadth", "depth"]),
            "suspended": random.random() < 0.1,
            "buried_day": DAY if random.random() < 0.1 else None,
            "lapses": random.choice([0, 0, 1, 3, 5]),
            "requires": tuple(random.sample(topics[:at], min(at, random.choice([0, 0, 1])))),
        }
        kind = random.choice(["new", "learning", "review", "review"])
        if kind == "review":
            card = begun(card_id, topics[at], random.choice([0.5, 5.0, 200.0]), **marks)
        else:
            card = make_card(card_id, topics[at], **marks)
        if kind == "learning":
            card = card._replace(
                state=State.LEARNING, due_at=NOW, stability=0.3, last_day=DAY, difficulty=5.0
            )
        cards.append(card)
    areas = {topic: random.choice("xy") for topic in topics if random.random() < 0.3}
    settings: dict[str, Any] = {
        "known": frozenset(topic for topic in topics if random.random() < 0.1),
        "unreadable": frozenset(topic for topic in topics if random.random() < 0.1),
        "path": find_path(build_graph(prerequisites), areas=areas, focus="x"),
    }
    return cards, prerequisites, settings


@settings(deadline=None, max_examples=300)
@given(st.integers(0, 2**32))
def test_a_chain_always_leads_to_where_one_can_begin(seed: int) -> None:
    cards, prerequisites, options = random_deck(seed)
    ground = ground_of(cards, prerequisites, **options)
    plan = plan_day(
        cards, build_graph(prerequisites), today=Today(DAY, NOW), preset=Preset(), **options
    )
    for topic, waits_for in plan.locked.items():
        assert ground.missing(topic) == waits_for
        chain = ground.find_chain(waits_for)
        assert set(waits_for) <= chain.keys()
        assert ground.find_beginnings(chain.values())
        assert topic in ground.find_first_causes({topic: waits_for})
        order = list(chain)
        for name, gap in chain.items():
            assert not ground.is_ready(name)
            assert all(order.index(below) > order.index(name) for below in gap.waits_for)
            assert (gap.cause in {"locked", "closed"}) or not gap.waits_for


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 2**32))
def test_no_chain_leaves_the_closure_if_each_topic_has_a_question_that_requires_nothing(
    seed: int,
) -> None:
    cards, prerequisites, options = random_deck(seed)
    free = [make_card(100 + n, topic) for n, topic in enumerate(prerequisites)]
    ground = ground_of([*cards, *free], prerequisites, **options)
    for topic in prerequisites:
        assert ground.find_chain([topic]).keys() <= ground.graph.closure([topic])


@settings(deadline=None, max_examples=300)
@given(st.integers(0, 2**32))
def test_just_those_new_cards_can_begin_that_a_plan_without_limits_begins(seed: int) -> None:
    cards, prerequisites, options = random_deck(seed)
    ground = ground_of(cards, prerequisites, **options)
    free = Preset(new_per_day=1000, reviews_per_day=1000, minutes_per_day=None)
    plan = plan_day(
        cards, build_graph(prerequisites), today=Today(DAY, NOW), preset=free, **options
    )
    planned = set(plan.order)
    notes = {card.note_id for card in cards if card.card_id in planned}
    for card in cards:
        if card.state == State.NEW and card.card_id in planned:
            assert ground.can_begin(card)
        if ground.can_begin(card):
            assert card.note_id in notes


@settings(deadline=None, max_examples=300)
@given(st.integers(0, 2**32))
def test_roots_lie_beneath_and_what_comes_first_can_be_studied(seed: int) -> None:
    cards, prerequisites, options = random_deck(seed)
    graph = build_graph(prerequisites)
    ground = ground_of(cards, prerequisites, **options)
    for card in cards:
        beneath = graph.closure([*graph.prerequisites[card.topic], *card.requires]) - {card.topic}
        found = ground.find_roots(card)
        assert len(found) <= MOST_ROOTS
        assert all(root.card.topic in beneath for root in found)
        learned = [root.card.learned for root in found]
        assert learned == sorted(learned)
        chosen = ground.choose_first(found)
        assert len({each.card_id for each in chosen}) == len(chosen) <= MOST_ROOTS
        ranks = [graph.rank[each.topic] for each in chosen]
        assert ranks == sorted(ranks)
        for each in chosen:
            assert ground.can_begin(each) or each.state != State.NEW
            assert not each.suspended
        reversed_ground = ground_of(cards[::-1], prerequisites, **options)
        assert reversed_ground.find_roots(card) == found


def test_a_long_chain_needs_no_deep_stack() -> None:
    topics = [f"t{n}" for n in range(3000)]
    prerequisites = {t: topics[n - 1 : n] if n else [] for n, t in enumerate(topics)}
    cards = [make_card(n, topic) for n, topic in enumerate(topics)]
    graph = build_graph(prerequisites)
    path = LearningPath(graph.rank, graph.rank)
    ground = Ground(cards, graph, today=Today(DAY, NOW), preset=Preset(), path=path)
    chain = ground.find_chain([topics[-1]])
    assert len(chain) == 3000
    assert [gap.topic for gap in ground.find_beginnings(chain.values())] == ["t0"]
    assert [card.card_id for card in ground.choose_first(ground.find_roots(cards[-1]))] == [0]
