"""The gate: no new card before what it rests on."""

from functools import partial
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.gate import Footing, count_for_gate, is_recalled
from scheduler.graph import build_graph
from scheduler.memory import State, retrievability
from scheduler.preset import DEFAULT_PARAMETERS, Preset
from scheduler.queue import QueueCard
from tests.planning_fixtures import (
    ANYTHING_FITS,
    DAY,
    Deck,
    decks,
    find_blockers,
    find_foundations,
    make_card,
    make_review,
    plan_of,
)

GOOD, BAD = 100.0, 1.0  # stabilities that ten days leave much of, and little
BASE_AND_TOP = {"base": [], "top": ["base"]}


@settings(max_examples=10_000, deadline=None)
@given(decks)
def test_no_new_card_before_what_it_rests_on(deck: Deck) -> None:
    plan = deck.plan()
    if not plan.new:
        return
    coming: set[str] = set()  # topics of which a breadth card is begun later in the plan
    for card in reversed(deck.planned(plan)):
        if card.state != State.NEW:
            continue
        direct = (*deck.graph.prerequisites[card.topic], *card.requires)
        assert not find_blockers(deck, direct)
        assert card.topic not in deck.known | deck.path.closed
        assert not coming & find_foundations(card, deck.graph)
        if card.level == "breadth":
            coming.add(card.topic)


@settings(max_examples=1_000, deadline=None)
@given(decks)
def test_locked_topics_say_what_they_wait_for(deck: Deck) -> None:
    beginnable = {
        card.topic
        for card in deck.cards
        if card.state == State.NEW
        and not card.suspended
        and (card.buried_day is None or card.buried_day < DAY)
        and card.topic not in deck.known | deck.path.closed
    }
    blockers = {topic: find_blockers(deck, deck.graph.prerequisites[topic]) for topic in beginnable}
    locked = deck.plan().locked
    found = {topic: set(names) for topic, names in locked.items()}
    assert found == {topic: names for topic, names in blockers.items() if names}
    assert list(locked) == sorted(locked, key=deck.graph.rank.__getitem__)


@settings(max_examples=1_000, deadline=None)
@given(decks)
def test_every_unlocked_card_is_begun_without_limits(deck: Deck) -> None:
    """The gate holds nothing back that it need not: else a sibling of it is there."""
    free = deck._replace(preset=ANYTHING_FITS)
    plan = free.plan()
    by_id = {card.card_id: card for card in deck.cards}
    shown = [*plan.order, *(later.card_id for later in plan.later)]
    notes = {by_id[card_id].note_id for card_id in shown} | deck.today.done.notes
    for card in deck.cards:
        resting = card.buried_day is not None and card.buried_day >= DAY
        aside = card.topic in deck.known | deck.path.closed
        if card.state == State.NEW and not (card.suspended or resting or aside):
            direct = (*deck.graph.prerequisites[card.topic], *card.requires)
            assert card.note_id in notes or find_blockers(free, direct)


@given(st.lists(st.tuples(st.floats(0.5, 100), st.integers(0, 60), st.booleans()), max_size=6))
def test_gate_asks_the_mean_of_what_is_learned(memories: list[tuple[float, int, bool]]) -> None:
    cards = [
        make_review(n, stability=stability, last_day=DAY - elapsed, learned=learned)
        for n, (stability, elapsed, learned) in enumerate(memories)
    ]
    recalls = [retrievability(s, t, DEFAULT_PARAMETERS) for s, t, learned in memories if learned]
    mean = sum(recalls) / len(recalls) if recalls else 0
    if mean != pytest.approx(0.8):
        assert is_recalled(cards, DAY, Preset()) == (mean > 0.8)


def test_gate_does_not_ask_in_which_order_cards_come() -> None:
    """Sums of the same numbers may differ in their last bit, and one bit opens a gate."""
    low, high = 0.01, 1_000.0
    while (middle := (low + high) / 2) not in (low, high):
        stabilities = (3.5, 9.0, 6.7, middle)
        cards = [make_review(n, stability=stability) for n, stability in enumerate(stabilities)]
        answers = {is_recalled(some, DAY, Preset()) for some in permutations(cards)}
        assert len(answers) == 1
        low, high = (low, middle) if answers == {True} else (middle, high)


def test_breadth_cards_in_study_count_and_others_only_alone() -> None:
    depth = make_card(1, level="depth")
    breadth, aside = make_card(2), make_card(3, suspended=True)
    assert count_for_gate([depth, breadth, aside]) == [breadth]
    assert count_for_gate([depth, aside]) == [depth]
    assert count_for_gate([aside]) == []


@pytest.mark.parametrize(
    ("base", "is_open"),
    [
        ([make_card(1, "base")], False),
        ([make_card(1, "base", state=State.LEARNING, last_day=DAY)], False),
        ([make_review(1, "base", stability=GOOD)], True),
        ([make_review(1, "base", stability=GOOD, buried_day=DAY)], True),
        ([make_review(1, "base", stability=BAD)], False),
        ([make_review(1, "base", stability=GOOD), make_card(2, "base")], True),
        (
            [make_review(1, "base", stability=BAD), make_review(2, "base", level="depth")],
            False,
        ),
        (
            [make_review(1, "base", stability=GOOD), make_review(2, "base", stability=0.01)],
            False,
        ),
        ([make_review(1, "base", level="depth", stability=GOOD)], True),
        ([make_card(1, "base"), make_review(2, "base", level="depth", stability=GOOD)], False),
        ([make_card(1, "base"), make_review(2, "base", suspended=True, stability=GOOD)], False),
        ([make_card(1, "base", suspended=True)], True),
        ([], True),
    ],
)
def test_topic_opens_when_its_foundation_is_firm(base: list[QueueCard], is_open: bool) -> None:
    plan = plan_of([*base, make_card(9, "top")], BASE_AND_TOP)
    assert (9 in plan.order) == is_open
    assert plan.locked == ({} if is_open else {"top": ("base",)})


def test_requirement_of_a_card_locks_it_alone() -> None:
    cards = [make_card(1, "a", requires=("b",)), make_card(2, "a"), make_card(3, "b")]
    assert plan_of(cards, {"a": [], "b": []}).order == (2, 3)
    known = plan_of(cards, {"a": [], "b": []}, known=frozenset("b"))
    assert known.order == (1, 2)


def test_known_topic_opens_what_rests_on_it_and_is_not_begun() -> None:
    cards = [make_card(1, "base"), make_card(2, "top"), make_review(3, "base", stability=BAD)]
    plan = plan_of(cards, BASE_AND_TOP, known=frozenset({"base"}))
    assert (plan.order, plan.locked) == ((3, 2), {})


def test_topic_without_cards_in_study_is_looked_through() -> None:
    cards = [make_card(1, "base"), make_card(2, "middle", suspended=True), make_card(3, "top")]
    prerequisites = {"base": [], "middle": ["base"], "empty": ["middle"], "top": ["empty"]}
    plan = plan_of(cards, prerequisites)
    assert (plan.order, plan.locked) == ((1,), {"top": ("base",)})
    learned = [make_review(1, "base", stability=GOOD), *cards[1:]]
    assert plan_of(learned, prerequisites).order == (1, 3)


def test_topic_that_cannot_be_read_is_not_looked_through() -> None:
    cards, unreadable = [make_card(1, "top")], frozenset({"base"})
    plan = plan_of(cards, BASE_AND_TOP, unreadable=unreadable)
    assert (plan.order, plan.locked) == ((), {"top": ("base",)})
    assert plan_of(cards, BASE_AND_TOP, unreadable=unreadable, known=unreadable).order == (1,)


def test_locked_topics_are_those_with_something_to_begin() -> None:
    """`base` and `done` wait for nothing; `closed` and `known` are not begun anyway."""
    graph = {"base": [], "top": ["base"], "done": ["base"], "known": ["base"]}
    cards = [make_card(1, "base"), make_review(2, "done"), make_card(3, "known")]
    plan = plan_of([*cards, make_card(4, "top")], graph, known=frozenset({"known"}))
    assert plan.locked == {"top": ("base",)}


def test_footing_says_what_a_topic_or_a_card_waits_for() -> None:
    graph = build_graph({"a": [], "b": ["a"], "c": ["b"], "d": []})
    cards = [make_card(1, "a"), make_card(2, "c")]
    firm = partial(is_recalled, day=DAY, preset=Preset())
    footing = Footing(cards, graph, firm, known=frozenset("d"))
    assert [footing.missing(topic) for topic in "abcd"] == [(), ("a",), ("a",), ()]
    assert footing.find_unready("bcd") == ("a", "c")


def test_long_chain_of_transparent_topics_does_not_exhaust_the_stack() -> None:
    chain = {str(n): [str(n - 1)] if n else [] for n in range(5_000)}
    cards = [make_card(1, "0"), make_card(2, "4999")]
    assert plan_of(cards, chain).locked == {"4999": ("0",)}
