"""Plan a study day: what is unlocked, what is selected, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from scheduler.gate import Gate, find_unready, learned_topics, missing_prerequisites
from scheduler.ordering import order_cards
from scheduler.queue import Plan, QueueCard, Today
from scheduler.selection import Worth, find_candidates, forgotten_first, select_cards

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scheduler.graph import PrerequisiteGraph
    from scheduler.preset import Preset


class Policy(NamedTuple):
    """What a plan strives for.

    Attributes:
        gate: Which topics the learner may build on.
        worth: What each due review is worth.
    """

    gate: Gate = learned_topics
    worth: Worth = forgotten_first


DEFAULT_POLICY: Final = Policy()


def plan_day(  # noqa: PLR0913 - all but the first two by name
    cards: Sequence[QueueCard],
    graph: PrerequisiteGraph,
    *,
    today: Today,
    preset: Preset,
    known: frozenset[str] = frozenset(),
    unreadable: frozenset[str] = frozenset(),
    policy: Policy = DEFAULT_POLICY,
) -> Plan:
    """Plan the rest of a study day.

    The same cards, in any order, give the same plan. Suspended and buried cards and
    locked new ones are left out; cards in learning come before reviews and reviews
    before new cards as far as foundations allow; no two cards are siblings.

    Args:
        cards: All cards of the deck, each id once.
        graph: The prerequisites of all topics.
        today: The day, and what has been done in it.
        preset: The limits.
        known: Topics that the learner knows from elsewhere: they lock nothing, and none
            of their cards is begun.
        unreadable: Topics whose cards cannot be read for now, so that they seem to have
            none: they are not transparent, nothing new is built on them.
        policy: The gate, and the worth of reviews.

    Raises:
        KeyError: A card that may be studied names a topic that is not in the graph.
    """
    gated = policy.gate(cards, today.day, preset)
    ready = {**dict.fromkeys(unreadable, False), **gated, **dict.fromkeys(known, True)}
    missing = missing_prerequisites(graph, ready)

    def is_unlocked(card: QueueCard) -> bool:
        if card.topic in known or missing[card.topic]:
            return False
        return not find_unready(card.requires, ready, missing)

    candidates = find_candidates(cards, today.day, graph, is_unlocked)
    chosen = select_cards(candidates, preset, today, policy.worth)
    order = order_cards([*chosen.learning, *chosen.reviews, *chosen.new], graph)
    return Plan(
        order=tuple([card.card_id for card in order]),
        later=tuple(chosen.later),
        learning=len(chosen.learning),
        review=len(chosen.reviews),
        new=len(chosen.new),
        seconds=sum(card.seconds for card in order),
        locked={t: waits for t, waits in missing.items() if waits and t in gated},
    )
