"""The selection of a day: what is worth most, within the limits."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.gate import is_recalled
from scheduler.graph import build_graph
from scheduler.memory import State
from scheduler.path import find_path
from scheduler.planning import Policy
from scheduler.preset import Preset
from scheduler.queue import DoneToday, Later, Plan, QueueCard, Today
from scheduler.worth import follows_absence, gain_at_risk, recall_gain
from tests.planning_fixtures import (
    ANYTHING_FITS,
    DAY,
    NOW,
    STEPS,
    Deck,
    decks,
    find_blockers,
    make_card,
    make_review,
    plan_of,
)

reviews = st.lists(
    st.builds(
        make_review,
        st.integers(0, 10_000),
        stability=st.floats(0.1, 500),
        difficulty=st.floats(1, 10),
        last_day=st.integers(DAY - 13, DAY - 1),
        seconds=st.floats(5, 120),
    ),
    max_size=30,
    unique_by=lambda card: card.card_id,
)


def find_left_over(deck: Deck, plan: Plan) -> list[QueueCard]:
    """Reviews and new cards that might have been taken, but for the limits."""
    by_id = {card.card_id: card for card in deck.cards}
    shown = [*plan.order, *(later.card_id for later in plan.later)]
    notes = {by_id[card_id].note_id for card_id in shown} | deck.today.done.notes
    return [
        card
        for card in deck.cards
        if card.note_id not in notes
        and not card.suspended
        and (card.buried_day is None or card.buried_day < DAY)
        and (_is_due(card) or _is_unlocked(deck, card))
    ]


def _is_due(card: QueueCard) -> bool:
    return card.state == State.REVIEW and (card.due_day or 0) <= DAY


def _is_unlocked(deck: Deck, card: QueueCard) -> bool:
    if card.state != State.NEW or card.topic in deck.known | deck.path.closed:
        return False
    return not find_blockers(deck, (*deck.graph.prerequisites[card.topic], *card.requires))


@settings(max_examples=500, deadline=None)
@given(decks)
def test_numbers_are_never_exceeded(deck: Deck) -> None:
    plan, done = deck.plan(), deck.today.done
    cards = deck.planned(plan)
    states = [card.state for card in cards]
    assert plan.new == states.count(State.NEW)
    assert plan.review == states.count(State.REVIEW)
    assert plan.learning == len(cards) - plan.new - plan.review
    assert plan.new <= max(0, deck.preset.new_per_day - done.new)
    assert plan.review <= max(0, deck.preset.reviews_per_day - done.reviews)
    assert plan.seconds == sum(card.seconds for card in cards)


@settings(max_examples=500, deadline=None)
@given(decks)
def test_nothing_is_left_that_the_numbers_allow(deck: Deck) -> None:
    deck = deck._replace(preset=replace(deck.preset, minutes_per_day=None))
    plan, done = deck.plan(), deck.today.done
    for card in find_left_over(deck, plan):
        if card.state == State.NEW:
            assert plan.new >= deck.preset.new_per_day - done.new
        else:
            assert plan.review >= deck.preset.reviews_per_day - done.reviews


@settings(max_examples=500, deadline=None)
@given(decks)
def test_cards_begun_are_the_next_ones_of_the_path(deck: Deck) -> None:
    deck = deck._replace(preset=replace(deck.preset, minutes_per_day=None))
    plan, path = deck.plan(), deck.path

    def place(card: QueueCard) -> tuple[int, ...]:
        places = path.breadth if card.level == "breadth" else path.depth
        return places[card.topic], card.position, card.ordinal, card.card_id

    begun = [place(card) for card in deck.planned(plan) if card.state == State.NEW]
    left = [place(card) for card in find_left_over(deck, plan) if card.state == State.NEW]
    assert not begun or not left or max(begun) < min(left)


@settings(max_examples=500, deadline=None)
@given(decks, st.floats(0, 20))
def test_minutes_are_kept_to_half_a_card(deck: Deck, minutes: float) -> None:
    """Over by half of the longest card at most; under by so little only with cards left."""
    deck = deck._replace(preset=replace(ANYTHING_FITS, minutes_per_day=minutes))
    plan = deck.plan()
    by_id = {card.card_id: card for card in deck.cards}
    waiting = [by_id[later.card_id] for later in plan.later]
    budget = minutes * 60 - deck.today.done.seconds
    budget -= plan.seconds + sum(card.seconds for card in waiting)  # what is left of it
    others = [card.seconds for card in deck.planned(plan) if card.state not in STEPS]
    if others:
        assert budget >= -max(others) / 2 - 1e-9
    for card in find_left_over(deck, plan):
        assert card.seconds > 2 * budget - 1e-9


@settings(max_examples=500, deadline=None)
@given(decks)
def test_only_due_cards_are_planned(deck: Deck) -> None:
    plan = deck.plan()
    for card in deck.planned(plan):
        assert not card.suspended
        assert card.buried_day is None or card.buried_day < DAY
        assert card.due_day is None or card.due_day <= DAY
        assert card.due_at is None or card.due_at <= NOW or card.last_day != DAY
    assert all(later.due_at > NOW for later in plan.later)


def worths(cards: Sequence[QueueCard]) -> dict[int, float]:
    """All cards are of one topic, so that importance changes nothing after an absence."""
    worth = recall_gain if follows_absence(cards, cards, DAY) else gain_at_risk
    ids = [card.card_id for card in cards]
    return dict(zip(ids, worth(cards, DAY, Preset()), strict=True))


@given(reviews, st.integers(0, 30))
def test_reviews_worth_most_are_selected(cards: list[QueueCard], number: int) -> None:
    plan = plan_of(cards, {"a": []}, preset=Preset(reviews_per_day=number))
    worth = worths(cards)
    assert len(plan.order) == min(number, len(cards))
    left = worth.keys() - set(plan.order)
    if left and plan.order:
        assert min(worth[n] for n in plan.order) >= max(worth[n] for n in left)


@given(reviews, st.floats(0, 20), st.floats(0.5, 1))
def test_minutes_go_to_reviews_worth_most(
    cards: list[QueueCard], minutes: float, share: float
) -> None:
    """Of cards that take equally long; new ones have none to begin, whatever is kept for them."""
    cards = [card._replace(seconds=20.0) for card in cards]
    policy = Policy(patience=0.0, new_share=share)
    plan = plan_of(cards, {"a": []}, preset=Preset(minutes_per_day=minutes), policy=policy)
    worth = worths(cards)
    assert len(plan.order) == min(len(cards), int(minutes * 3 + 0.5))
    left = worth.keys() - set(plan.order)
    if left and plan.order:
        assert min(worth[n] for n in plan.order) >= max(worth[n] for n in left)


def test_new_cards_have_their_share_before_reviews_that_can_wait() -> None:
    """Ten minutes: three and a half for what is urgent, then new cards, then what can wait."""
    urgent = [make_review(n, stability=3.0, seconds=30.0) for n in range(7)]
    patient = [make_review(n, stability=40.0, seconds=30.0) for n in range(10, 30)]
    new = [make_card(n, seconds=30.0) for n in range(40, 60)]
    preset = Preset(minutes_per_day=10)
    plan = plan_of([*urgent, *patient, *new], {"a": []}, preset=preset)
    assert (plan.review, plan.new, plan.seconds) == (7, 13, 600.0)
    some = plan_of([*urgent, *patient, *new[:5]], {"a": []}, preset=preset)
    assert (some.review, some.new, some.seconds) == (15, 5, 600.0)
    overload = [make_review(n, stability=3.0, seconds=30.0) for n in range(100, 140)]
    swamped = plan_of([*overload, *new], {"a": []}, preset=preset)
    assert (swamped.review, swamped.new) == (9, 11)


def test_share_that_new_cards_do_not_use_goes_to_reviews() -> None:
    """The new ones are siblings of the first reviews."""
    cards = [make_review(n, stability=3.0, seconds=30.0) for n in range(10)]
    cards += [make_card(n + 10, note_id=n, seconds=30.0) for n in range(2)]
    plan = plan_of(cards, {"a": []}, preset=Preset(minutes_per_day=4))
    assert (plan.review, plan.new, plan.seconds) == (8, 0, 240.0)


def test_nothing_is_kept_for_what_lies_beyond_a_goal_that_waits() -> None:
    """All beneath the goal is begun, and what was forgotten of it comes before anything else."""
    prerequisites: dict[str, list[str]] = {"goal": [], "beyond": []}
    forgotten = [make_review(n, "goal", stability=2.0, seconds=30.0) for n in range(10)]
    new = [make_card(n, "beyond", seconds=30.0) for n in range(20, 30)]
    path = find_path(build_graph(prerequisites), goal="goal")
    preset = Preset(minutes_per_day=5)
    plan = plan_of([*forgotten, *new], prerequisites, path=path, preset=preset)
    assert (plan.review, plan.new) == (10, 0)
    without = plan_of([*forgotten, *new], prerequisites, preset=preset)
    assert without.new > 0


def test_worth_and_gate_are_pluggable() -> None:
    policy = Policy(
        gate=lambda _cards, _day, _preset: True,
        worth=lambda cards, _day, _preset: [card.position for card in cards],
    )
    cards = [make_review(n) for n in range(3)]
    cards.append(make_card(3, "b"))
    plan = plan_of(cards, {"a": [], "b": ["a"]}, policy=policy, preset=Preset(reviews_per_day=1))
    assert plan.order == (2, 3)


def test_card_too_long_for_the_minutes_left_makes_room() -> None:
    cards = [
        make_review(1, stability=1.0, seconds=121.0),
        make_review(2, seconds=50.0),
        make_card(3, seconds=15.0),
    ]
    plan = plan_of(cards, {"a": []}, preset=Preset(minutes_per_day=1))
    assert (plan.order, plan.seconds) == ((2, 3), 65.0)


@pytest.mark.parametrize(("seconds", "fits"), [(120.0, True), (120.5, False)])
def test_a_card_fits_if_half_of_it_does(seconds: float, fits: bool) -> None:
    plan = plan_of([make_card(1, seconds=seconds)], {"a": []}, preset=Preset(minutes_per_day=1))
    assert (plan.order == (1,)) == fits


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
        make_review(2, note_id=7),
        make_card(3, note_id=7, state=State.LEARNING, due_at=NOW - 9),
    ]
    today = Today(DAY, NOW, DoneToday(notes=frozenset({7})))
    assert plan_of(cards, {"a": []}, today=today).order == (1,)


def test_steps_of_today_come_whatever_the_minutes() -> None:
    begun = make_card(1, state=State.RELEARNING, seconds=90.0, last_day=DAY, due_at=NOW - 1)
    cards = [begun, make_review(2), make_card(3)]
    plan = plan_of(cards, {"a": []}, preset=Preset(minutes_per_day=0))
    assert plan.order == (1,)
    assert is_recalled(cards[1:2], DAY, Preset())


def test_steps_left_from_earlier_days_come_as_far_as_the_minutes_go() -> None:
    """They come before reviews and new cards, and without a limit all of them do."""
    steps = [make_card(n, state=State.LEARNING, seconds=30.0, due_at=n) for n in range(1, 9)]
    cards = [*steps, make_review(20), make_card(21)]
    plan = plan_of(cards, {"a": []}, preset=Preset(minutes_per_day=2))
    assert plan.order == (1, 2, 3, 4)
    assert plan_of(cards, {"a": []}).learning == len(steps)
