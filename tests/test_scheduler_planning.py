"""The plan of a day as a whole: the same for the same, no siblings, everything in its place."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.likeness import look_alike
from scheduler.memory import State
from scheduler.preset import Preset
from scheduler.queue import QueueCard, Today
from tests.planning_fixtures import (
    DAY,
    NOW,
    STEPS,
    Deck,
    decks,
    make_card,
    make_deck,
    make_review,
    plan_of,
)


@settings(max_examples=500, deadline=None)
@given(decks, st.randoms(use_true_random=False))
def test_order_of_input_does_not_matter(deck: Deck, random: Random) -> None:
    shuffled = random.sample(deck.cards, len(deck.cards))
    assert repr(deck.plan(shuffled)) == repr(deck.plan())


def digest_plans(count: int) -> str:
    """A digest of many plans, and of the paths they follow."""
    found = sha256()
    for seed in range(count):
        deck = make_deck(seed, 8, 40)
        path = deck.path
        found.update(repr((path.breadth, path.depth, sorted(path.closed), deck.plan())).encode())
    return found.hexdigest()


def test_another_process_plans_the_same() -> None:
    """Sets come in another order there."""
    root = Path(__file__).parents[1]
    script = "from tests.test_scheduler_planning import digest_plans; print(digest_plans(100))"
    printed = [
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout.strip()
        for seed in ("1", "2")
    ]
    assert printed == [digest_plans(100)] * 2


@settings(max_examples=500, deadline=None)
@given(decks)
def test_no_two_cards_are_siblings(deck: Deck) -> None:
    plan = deck.plan()
    by_id = {card.card_id: card for card in deck.cards}
    cards = deck.planned(plan) + [by_id[later.card_id] for later in plan.later]
    assert len({card.note_id for card in cards}) == len(cards)
    for card in cards:
        if card.note_id in deck.today.done.notes:
            assert card.state in STEPS
            assert card.last_day == DAY


def test_look_alikes_of_a_plan_are_parted() -> None:
    """Two reviews of topics that have nothing to do with each other ask nearly the same."""
    cards = [
        make_review(1, "a", stability=2.0, likeness=0b1011),
        make_review(2, "b", stability=3.0, likeness=0b0111),
        make_review(3, "c", stability=9.0, likeness=-1),
    ]
    assert look_alike(cards[0].likeness, cards[1].likeness)
    assert plan_of(cards, {"a": [], "b": [], "c": []}).order == (1, 3, 2)


def test_learning_before_reviews_before_new() -> None:
    cards = [
        make_card(1),
        make_review(2),
        make_review(3, stability=2.0),
        make_card(4, state=State.LEARNING, last_day=DAY),
    ]
    plan = plan_of(cards, {"a": []})
    assert plan.order == (4, 3, 2, 1)
    assert (plan.learning, plan.review, plan.new) == (1, 2, 1)


def test_new_cards_in_topological_order_then_breadth_then_as_written() -> None:
    cards = [
        make_card(1, "b", position=0),
        make_card(2, "a", position=9, ordinal=1),
        make_card(3, "a", position=1, level="depth"),
        make_card(4, "a", position=9, ordinal=0),
        make_card(5, "a", position=8),
        make_review(6, "a", due_day=DAY + 9, stability=100.0),
    ]
    plan = plan_of(cards, {"b": ["a"], "a": []})
    assert plan.order == (5, 4, 2, 3, 1)


def test_day_without_cards_is_empty() -> None:
    plan = plan_of([], {"a": []}, today=Today(DAY, NOW), preset=Preset())
    assert (plan.order, plan.later, plan.seconds, plan.locked) == ((), (), 0, {})


@pytest.mark.parametrize("card", [make_card(1, "zebra"), make_review(1, "zebra")])
def test_card_of_an_unknown_topic_is_a_bug(card: QueueCard) -> None:
    with pytest.raises(KeyError, match="zebra"):
        plan_of([card], {"a": []})
