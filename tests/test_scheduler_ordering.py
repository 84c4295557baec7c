"""The day's order: foundations first, then urgency, and no two look-alikes in a row."""

from collections.abc import Sequence
from itertools import pairwise, permutations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.graph import PrerequisiteGraph, build_graph
from scheduler.likeness import look_alike
from scheduler.memory import State
from scheduler.ordering import order_cards
from scheduler.queue import QueueCard
from tests.planning_fixtures import (
    DAY,
    Deck,
    decks,
    find_foundations,
    make_card,
    make_graph,
    make_review,
    plan_of,
)

# Fingerprints of three groups; within a group they look alike.
GROUPS = (2**63 - 1, 2**31 - 1, -(2**63))


def make_requiring(seed: int, size: int) -> tuple[list[QueueCard], PrerequisiteGraph]:
    """Cards that may require anything: their own topic, or what rests on it."""
    random = Random(seed)  # noqa: S311 - the seed comes from hypothesis
    graph = make_graph(random, random.randint(1, 6))
    names = graph.topological_order()
    return [
        make_card(
            n,
            random.choice(names),
            requires=tuple(random.sample(names, random.choice((0, 0, 0, 1)))),
            likeness=random.choice((0, *GROUPS)),
        )
        for n in range(size)
    ], graph


requiring = st.builds(make_requiring, st.integers(0, 2**32), st.integers(0, 12))


def count_likes(cards: Sequence[QueueCard]) -> int:
    return sum(look_alike(a.likeness, b.likeness) for a, b in pairwise(cards))


def is_allowed(cards: Sequence[QueueCard], graph: PrerequisiteGraph) -> bool:
    """Whether no card precedes one of its foundations."""
    later: set[str] = set()
    for card in reversed(cards):
        if later & find_foundations(card, graph):
            return False
        later.add(card.topic)
    return True


def find_contradicted(cards: Sequence[QueueCard], graph: PrerequisiteGraph) -> set[int]:
    """The cards that rest on themselves, by what they and others require."""
    below = {
        card.card_id: {c.card_id for c in cards if c.topic in find_foundations(card, graph)}
        for card in cards
    }
    for middle, beyond in below.items():
        for reached in below.values():
            if middle in reached:
                reached.update(beyond)
    return {card_id for card_id, reached in below.items() if card_id in reached}


@settings(max_examples=1_000, deadline=None)
@given(decks)
def test_order_is_a_linear_extension(deck: Deck) -> None:
    plan = deck.plan()
    assert is_allowed(deck.planned(plan), deck.graph)
    ordered = order_cards(deck.cards, deck.graph)
    assert sorted(ordered) == deck.cards
    assert is_allowed(ordered, deck.graph)


@settings(max_examples=1_000, deadline=None)
@given(requiring)
def test_only_cards_in_contradiction_precede_a_foundation(
    deck: tuple[list[QueueCard], PrerequisiteGraph],
) -> None:
    cards, graph = deck
    contradicted = find_contradicted(cards, graph)
    later: set[str] = set()
    for card in reversed(order_cards(cards, graph)):
        assert card.card_id in contradicted or not later & find_foundations(card, graph)
        later.add(card.topic)


@settings(max_examples=500, deadline=None)
@given(decks)
def test_cards_move_only_for_foundations(deck: Deck) -> None:
    """What comes before a more urgent card is a foundation of that or a later one."""
    cards = [card._replace(likeness=0, note_id=card.card_id) for card in deck.cards]
    ordered = order_cards(cards, deck.graph)
    for place, card in enumerate(ordered):
        overtaken = [late for late in ordered[place + 1 :] if late < card]
        if overtaken:
            more_urgent = min(overtaken)
            rest = ordered[place + 1 : ordered.index(more_urgent) + 1]
            assert any(card.topic in find_foundations(c, deck.graph) for c in rest)


@settings(max_examples=500, deadline=None)
@given(decks)
def test_parting_never_brings_look_alikes_together(deck: Deck) -> None:
    cards = [card._replace(note_id=card.card_id) for card in deck.cards]
    plain = order_cards([card._replace(likeness=0) for card in cards], deck.graph)
    by_id = {card.card_id: card for card in cards}
    before = [by_id[card.card_id] for card in plain]
    after = order_cards(cards, deck.graph)
    assert count_likes(after) <= count_likes(before)
    if not count_likes(before):
        assert after == before


@given(st.lists(st.integers(0, 3), max_size=8), st.randoms(use_true_random=False))
def test_cards_that_all_differ_keep_their_order(places: list[int], random: Random) -> None:
    """Fingerprints that differ in half of their bits, or none."""
    prints = random.sample([0x5555555555555555, 0x3333333333333333, 0x0F0F0F0F0F0F0F0F], 3)
    cards = [make_card(n, likeness=[*prints, 0][place]) for n, place in enumerate(places)]
    if all(a != b or not a for a, b in pairwise([card.likeness for card in cards])):
        assert order_cards(cards, build_graph({"a": []})) == cards


def test_greedy_way_parts_nearly_all_look_alikes_that_can_be_parted() -> None:
    """Against every order that is allowed; 200 small days, of topics that rest on each other."""
    possible = missed = 0
    for seed in range(200):
        random = Random(seed)  # noqa: S311 - reproducible
        graph = make_graph(random, 3)
        names = graph.topological_order()
        cards = [
            make_review(n, random.choice(names), likeness=random.choice((0, 0, *GROUPS)))
            for n in range(6)
        ]
        orders = (order for order in permutations(cards) if not count_likes(order))
        if any(is_allowed(order, graph) for order in orders):
            possible += 1
            missed += count_likes(order_cards(cards, graph)) > 0
    assert possible > 100
    assert missed <= possible / 50


def test_foundation_comes_before_even_an_urgent_card() -> None:
    cards = [
        make_review(1, "base", stability=500.0),
        make_card(2, "top", state=State.RELEARNING, last_day=DAY),
        make_review(3, "other", stability=1.0),
    ]
    plan = plan_of(cards, {"base": [], "middle": ["base"], "top": ["middle"], "other": []})
    assert plan.order == (1, 2, 3)


def test_contradicting_requirements_still_give_an_order() -> None:
    """A card of `a` requires `b`, which rests on `a`."""
    cards = [make_review(1, "a", requires=("b",)), make_review(2, "a"), make_review(3, "b")]
    assert plan_of(cards, {"a": [], "b": ["a"]}).order == (2, 3, 1)


def test_long_chain_of_requirements_does_not_exhaust_the_stack() -> None:
    count = 5_000
    graph = build_graph({str(n): [] for n in range(count)})
    cards = [
        make_card(n, str(n), requires=(str(n - 1),) if n else ()) for n in reversed(range(count))
    ]
    assert [card.card_id for card in order_cards(cards, graph)] == list(range(count))


def order_likes(likes: str, topics: str, prerequisites: dict[str, list[str]]) -> str:
    """The order of cards that are named by what they look like, a dot for like nothing."""
    prints = {"x": GROUPS[0], "y": GROUPS[1], ".": 0}
    cards = [
        make_card(n, topic, likeness=prints[like])
        for n, (like, topic) in enumerate(zip(likes, topics, strict=True))
    ]
    ordered = order_cards(cards, build_graph(prerequisites))
    return "".join(likes[card.card_id] + str(card.card_id) for card in ordered)


def test_look_alikes_are_parted_by_the_next_card_that_may_come_earlier() -> None:
    assert order_likes("xx.", "aaa", {"a": []}) == "x0.2x1"
    assert order_likes("xxy.", "aaba", {"a": [], "b": ["a"]}) == "x0.3x1y2"
    assert order_likes("xxxyy", "aaaaa", {"a": []}) == "x0y3x1y4x2"


def test_look_alikes_at_the_end_are_parted_by_going_back() -> None:
    assert order_likes("..xx", "aaaa", {"a": []}) == ".0x3.1x2"
    second_rests_on_all = {"a": [], "b": ["a"]}
    assert order_likes("..xx", "aaab", second_rests_on_all) == ".0x2.1x3"
    assert order_likes("..xx", "aabb", second_rests_on_all) == ".0.1x2x3"


def test_nothing_can_part_two_look_alikes_alone() -> None:
    assert order_likes("xx", "aa", {"a": []}) == "x0x1"
