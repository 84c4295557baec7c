"""The plan of a day: gates, limits, siblings, order."""

from collections.abc import Sequence
from random import Random
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.gate import find_unready, learned_topics, missing_prerequisites
from scheduler.graph import PrerequisiteGraph, build_graph
from scheduler.memory import State, retrievability
from scheduler.ordering import order_cards
from scheduler.planning import Policy, plan_day
from scheduler.preset import DEFAULT_PARAMETERS, Preset
from scheduler.queue import DoneToday, Later, Plan, QueueCard, Today
from scheduler.selection import forgotten_first

DAY, NOW, HOUR = 739_000, 63_849_600_000_000, 3_600_000
STEPS = {State.LEARNING, State.RELEARNING}


class Deck(NamedTuple):
    """All that a plan depends on."""

    cards: list[QueueCard]
    graph: PrerequisiteGraph
    today: Today
    preset: Preset
    known: frozenset[str]

    def plan(self, cards: Sequence[QueueCard] | None = None) -> Plan:
        return plan_day(
            self.cards if cards is None else cards,
            self.graph,
            today=self.today,
            preset=self.preset,
            known=self.known,
        )


def make_card(card_id: int, topic: str = "a", **settings: Any) -> QueueCard:
    """A new card of a note of its own, unless told otherwise."""
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
    )
    return card._replace(**settings)


def plan_of(
    cards: Sequence[QueueCard], prerequisites: dict[str, list[str]], **settings: Any
) -> Plan:
    defaults: dict[str, Any] = {"today": Today(DAY, NOW), "preset": Preset()}
    return plan_day(cards, build_graph(prerequisites), **defaults | settings)


def make_graph(random: Random, size: int) -> PrerequisiteGraph:
    topics = random.sample("abcdefgh", size)
    prerequisites = {
        topic: random.sample(topics[:place], random.randint(0, min(place, 3)))
        for place, topic in enumerate(topics)
    }
    written = random.sample(topics, size)
    return build_graph({topic: prerequisites[topic] for topic in written})


def make_any_card(random: Random, card_id: int, graph: PrerequisiteGraph) -> QueueCard:
    """A card that requires topics of lower rank only, so that an order exists."""
    order = graph.topological_order()
    topic = random.choice(order)
    lower = order[: graph.rank[topic]]
    state = random.choice(list(State))
    long_step = random.random() < 0.3
    dated = state == State.REVIEW or (state in STEPS and long_step)
    timed = state in STEPS and not long_step
    return make_card(
        card_id,
        topic,
        note_id=random.randint(0, 30),
        ordinal=random.randint(0, 2),
        level=random.choice(("breadth", "depth")),
        position=random.randint(0, 5),
        requires=tuple(random.sample(lower, random.choice((0, 0, min(len(lower), 2))))),
        state=state,
        due_day=DAY + random.randint(-2, 1) if dated else None,
        due_at=NOW + HOUR * random.randint(-2, 2) if timed else None,
        stability=None if state == State.NEW else random.choice((1.0, 9.0)),
        last_day=None if state == State.NEW else DAY - random.randint(0, 3),
        suspended=random.random() < 0.2,
        buried_day=random.choice((None, None, DAY - 1, DAY)),
        seconds=random.choice((5.0, 20.0, 90.0)),
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
        new_per_day=random.choice((0, 2, 5, 100)),
        reviews_per_day=random.choice((0, 2, 5, 100)),
        minutes_per_day=random.choice((None, None, 0, 2, 5)),
    )
    known = random.sample(graph.topological_order(), random.randint(0, min(topics, 2)))
    return Deck(
        [make_any_card(random, card_id, graph) for card_id in range(cards)],
        graph,
        Today(DAY, NOW, done),
        preset,
        frozenset(known),
    )


decks = st.builds(make_deck, st.integers(0, 2**32), st.integers(1, 8), st.integers(0, 40))


def find_blockers(deck: Deck, topics: Sequence[str]) -> set[str]:
    """The gate again, by asking each prerequisite."""
    blockers: set[str] = set()
    for topic in topics:
        cards = [card for card in deck.cards if card.topic == topic]
        if topic in deck.known:
            continue
        if all(card.suspended for card in cards):
            blockers |= find_blockers(deck, deck.graph.prerequisites[topic])
        elif not any(card.learned for card in cards):
            blockers.add(topic)
    return blockers


def find_foundations(card: QueueCard, graph: PrerequisiteGraph) -> frozenset[str]:
    return graph.closure([*graph.prerequisites[card.topic], *card.requires])


def planned(deck: Deck, plan: Plan) -> list[QueueCard]:
    by_id = {card.card_id: card for card in deck.cards}
    return [by_id[card_id] for card_id in plan.order]


@settings(max_examples=500)
@given(decks)
def test_no_new_card_behind_a_closed_gate(deck: Deck) -> None:
    for card in planned(deck, deck.plan()):
        if card.state == State.NEW:
            direct = (*deck.graph.prerequisites[card.topic], *card.requires)
            assert not find_blockers(deck, direct)


@settings(max_examples=500)
@given(decks)
def test_locked_topics_say_what_they_wait_for(deck: Deck) -> None:
    in_study = {card.topic for card in deck.cards if not card.suspended}
    expected = {
        topic: find_blockers(deck, direct)
        for topic, direct in deck.graph.prerequisites.items()
        if topic in in_study and find_blockers(deck, direct)
    }
    locked = deck.plan().locked
    assert {topic: set(names) for topic, names in locked.items()} == expected
    assert list(locked) == sorted(locked, key=deck.graph.rank.__getitem__)


@settings(max_examples=500)
@given(decks)
def test_order_is_a_linear_extension(deck: Deck) -> None:
    order = planned(deck, deck.plan())
    for place, card in enumerate(order):
        foundations = find_foundations(card, deck.graph)
        assert not foundations & {later.topic for later in order[place + 1 :]}


@settings(max_examples=500)
@given(decks)
def test_no_two_cards_are_siblings(deck: Deck) -> None:
    plan = deck.plan()
    by_id = {card.card_id: card for card in deck.cards}
    cards = planned(deck, plan) + [by_id[later.card_id] for later in plan.later]
    assert len({card.note_id for card in cards}) == len(cards)
    for card in cards:
        if card.note_id in deck.today.done.notes:
            assert card.state in STEPS
            assert card.last_day == DAY


@settings(max_examples=500)
@given(decks)
def test_limits_are_kept(deck: Deck) -> None:
    plan = deck.plan()
    cards = planned(deck, plan)
    done = deck.today.done
    states = [card.state for card in cards]
    assert plan.new == states.count(State.NEW)
    assert plan.review == states.count(State.REVIEW)
    assert plan.learning == len(cards) - plan.new - plan.review
    assert plan.new <= max(0, deck.preset.new_per_day - done.new)
    assert plan.review <= max(0, deck.preset.reviews_per_day - done.reviews)
    assert plan.seconds == sum(card.seconds for card in cards)
    if deck.preset.minutes_per_day is not None and plan.new + plan.review:
        budget = deck.preset.minutes_per_day * 60 - done.seconds
        assert plan.seconds <= budget


@settings(max_examples=500)
@given(decks)
def test_only_due_cards_are_planned(deck: Deck) -> None:
    plan = deck.plan()
    for card in planned(deck, plan):
        assert not card.suspended
        assert card.buried_day is None or card.buried_day < DAY
        assert card.due_day is None or card.due_day <= DAY
        assert card.due_at is None or card.due_at <= NOW or card.last_day != DAY
    assert all(later.due_at > NOW for later in plan.later)


@settings(max_examples=500)
@given(decks, st.data())
def test_order_of_input_does_not_matter(deck: Deck, data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(deck.cards))
    assert repr(deck.plan(shuffled)) == repr(deck.plan())


@settings(max_examples=500)
@given(decks)
def test_nothing_is_left_that_would_fit(deck: Deck) -> None:
    """Without limits every due card is planned, or a sibling of it is."""
    free = deck._replace(preset=Preset(new_per_day=100, reviews_per_day=100))
    plan = free.plan()
    by_id = {card.card_id: card for card in deck.cards}
    seen = {by_id[card_id].note_id for card_id in plan.order} | {
        by_id[later.card_id].note_id for later in plan.later
    }
    for card in deck.cards:
        resting = card.buried_day is not None and card.buried_day >= DAY
        due = card.due_day is None or card.due_day <= DAY
        direct = (*deck.graph.prerequisites[card.topic], *card.requires)
        unready = card.topic in deck.known or find_blockers(deck, direct)
        locked = card.state == State.NEW and unready
        if due and not (card.suspended or resting or locked or card.state in STEPS):
            assert card.note_id in seen | deck.today.done.notes


@settings(max_examples=500)
@given(decks)
def test_ordering_moves_cards_only_for_foundations(deck: Deck) -> None:
    """What comes before a more urgent card is a foundation of that or a later one."""
    ordered = order_cards(deck.cards, deck.graph)
    assert sorted(ordered) == deck.cards
    for place, card in enumerate(ordered):
        overtaken = [late for late in ordered[place + 1 :] if late < card]
        if overtaken:
            more_urgent = min(overtaken)
            rest = ordered[place + 1 : ordered.index(more_urgent) + 1]
            assert any(card.topic in find_foundations(c, deck.graph) for c in rest)


def test_learning_before_reviews_before_new() -> None:
    cards = [
        make_card(1),
        make_card(2, state=State.REVIEW),
        make_card(3, state=State.LEARNING, last_day=DAY),
    ]
    plan = plan_of(cards, {"a": []})
    assert plan.order == (3, 2, 1)
    assert (plan.learning, plan.review, plan.new) == (1, 1, 1)


def test_foundation_comes_before_even_an_urgent_card() -> None:
    cards = [
        make_card(1, "base", state=State.REVIEW, stability=500.0),
        make_card(2, "top", state=State.RELEARNING, last_day=DAY),
        make_card(3, "other", state=State.REVIEW, stability=1.0),
    ]
    plan = plan_of(cards, {"base": [], "middle": ["base"], "top": ["middle"], "other": []})
    assert plan.order == (1, 2, 3)


def test_contradicting_requirements_still_give_an_order() -> None:
    """A card of `a` requires `b`, which rests on `a`."""
    cards = [
        make_card(1, "a", requires=("b",), state=State.REVIEW),
        make_card(2, "a", state=State.REVIEW),
        make_card(3, "b", state=State.REVIEW),
    ]
    assert plan_of(cards, {"a": [], "b": ["a"]}).order == (2, 3, 1)


def test_long_chain_of_requirements_does_not_exhaust_the_stack() -> None:
    count = 5_000
    graph = build_graph({str(n): [] for n in range(count)})
    cards = [
        make_card(n, str(n), requires=(str(n - 1),) if n else ()) for n in reversed(range(count))
    ]
    assert [card.card_id for card in order_cards(cards, graph)] == list(range(count))


def test_new_cards_in_topological_order_then_breadth_then_as_written() -> None:
    cards = [
        make_card(1, "b", position=0),
        make_card(2, "a", position=9, ordinal=1),
        make_card(3, "a", position=1, level="depth"),
        make_card(4, "a", position=9, ordinal=0),
        make_card(5, "a", position=8),
        make_card(6, "a", state=State.REVIEW, due_day=DAY + 9, learned=True),
    ]
    plan = plan_of(cards, {"b": ["a"], "a": []})
    assert plan.order == (5, 4, 2, 3, 1)


def test_known_topic_opens_what_rests_on_it_and_is_not_begun() -> None:
    cards = [make_card(1, "a"), make_card(2, "b"), make_card(3, "a", state=State.REVIEW)]
    plan = plan_of(cards, {"a": [], "b": ["a"]}, known=frozenset("a"))
    assert plan.order == (3, 2)


def test_most_forgotten_reviews_are_selected() -> None:
    cards = [
        make_card(n, state=State.REVIEW, stability=stability)
        for n, stability in enumerate([30.0, 2.0, 90.0, 5.0])
    ]
    assert plan_of(cards, {"a": []}, preset=Preset(reviews_per_day=2)).order == (1, 3)


def test_worth_and_gate_are_pluggable() -> None:
    policy = Policy(
        gate=lambda cards, _day, _preset: dict.fromkeys([c.topic for c in cards], True),
        worth=lambda cards, _day, _preset: [card.position for card in cards],
    )
    cards = [make_card(n, state=State.REVIEW) for n in range(3)]
    cards.append(make_card(3, "b"))
    preset = Preset(reviews_per_day=1)
    plan = plan_of(cards, {"a": [], "b": ["a"]}, policy=policy, preset=preset)
    assert plan.order == (2, 3)


def test_card_too_long_for_the_minutes_left_makes_room() -> None:
    cards = [
        make_card(1, state=State.REVIEW, stability=1.0, seconds=61.0),
        make_card(2, state=State.REVIEW, seconds=50.0),
        make_card(3, seconds=10.0),
    ]
    plan = plan_of(cards, {"a": []}, preset=Preset(minutes_per_day=1))
    assert (plan.order, plan.seconds) == ((2, 3), 60.0)


def test_step_waits_for_its_moment_or_the_next_study_day() -> None:
    later = make_card(1, state=State.LEARNING, due_at=NOW + 1, last_day=DAY)
    assert plan_of([later], {"a": []}).later == (Later(1, NOW + 1),)
    assert plan_of([later], {"a": []}).order == ()
    assert plan_of([later._replace(last_day=DAY - 1)], {"a": []}).order == (1,)
    long = later._replace(due_at=None, due_day=DAY + 1)
    assert plan_of([long], {"a": []}).order == ()
    assert plan_of([long], {"a": []}, today=Today(DAY + 1, NOW)).order == (1,)


def test_card_in_learning_goes_on_and_its_sibling_waits() -> None:
    cards = [
        make_card(1, note_id=7, state=State.LEARNING, last_day=DAY),
        make_card(2, note_id=7, state=State.REVIEW),
        make_card(3, note_id=7, state=State.LEARNING, due_at=NOW - 9),
    ]
    today = Today(DAY, NOW, DoneToday(notes=frozenset({7})))
    assert plan_of(cards, {"a": []}, today=today).order == (1,)


def test_topic_without_cards_in_study_is_looked_through() -> None:
    cards = [
        make_card(1, "base"),
        make_card(2, "middle", suspended=True),
        make_card(3, "top"),
    ]
    prerequisites = {"base": [], "middle": ["base"], "empty": ["middle"], "top": ["empty"]}
    plan = plan_of(cards, prerequisites)
    assert (plan.order, plan.locked) == ((1,), {"top": ("base",)})
    learned = [cards[0]._replace(learned=True, suspended=False), *cards[1:]]
    assert plan_of(learned, prerequisites).order == (1, 3)


def test_topic_that_cannot_be_read_is_not_looked_through() -> None:
    cards = [make_card(1, "top")]
    prerequisites = {"base": [], "top": ["base"]}
    plan = plan_of(cards, prerequisites, unreadable=frozenset({"base"}))
    assert (plan.order, plan.locked) == ((), {"top": ("base",)})
    known = plan_of(cards, prerequisites, unreadable=frozenset({"base"}), known=frozenset({"base"}))
    assert known.order == (1,)


def test_requirement_of_a_card_locks_it_alone() -> None:
    cards = [make_card(1, "a", requires=("b",)), make_card(2, "a"), make_card(3, "b")]
    assert plan_of(cards, {"a": [], "b": []}).order == (2, 3)
    known = plan_of(cards, {"a": [], "b": []}, known=frozenset("b"))
    assert known.order == (1, 2)


def test_screen_can_say_what_a_card_waits_for() -> None:
    graph = build_graph({"a": [], "b": ["a"], "c": ["b"]})
    ready = learned_topics([make_card(1, "a"), make_card(2, "c")], DAY, Preset())
    missing = missing_prerequisites(graph, ready)
    assert missing == {"a": (), "b": ("a",), "c": ("a",)}
    assert find_unready(("b", "c"), ready, missing) == ("a", "c")


def test_card_of_an_unknown_topic_is_a_bug() -> None:
    with pytest.raises(KeyError, match="zebra"):
        plan_of([make_card(1, "zebra")], {"a": []})


@given(st.lists(st.tuples(st.floats(0.01, 36_500), st.integers(-3, 40_000))))
def test_the_worth_of_a_review_is_the_chance_that_it_was_forgotten(
    memories: list[tuple[float, int]],
) -> None:
    """The formula is written out there, for speed; it must stay the formula."""
    cards = [
        make_card(n, state=State.REVIEW, stability=stability, last_day=DAY - elapsed)
        for n, (stability, elapsed) in enumerate(memories)
    ]
    assert forgotten_first(cards, DAY, Preset()) == [
        1 - retrievability(stability, elapsed, DEFAULT_PARAMETERS)
        for stability, elapsed in memories
    ]
