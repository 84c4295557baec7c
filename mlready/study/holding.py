"""Which new cards have to wait for what they rest on, wherever they are studied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scheduler.gate import Footing
from scheduler.memory import State
from scheduler.planning import DEFAULT_POLICY

if TYPE_CHECKING:
    from collections.abc import Collection

    from mlready.study.day import StudyDay


def find_locked(day: StudyDay, aside: Collection[int] = ()) -> frozenset[int]:
    """The new cards whose prerequisites the learner cannot build on yet, as a review has it.

    Args:
        day: the study day.
        aside: cards that the learner took out of study elsewhere. A topic whose cards are all out
            of study locks nothing.
    """
    cards = [
        card._replace(suspended=True) if card.card_id in aside else card
        for card in day.cards.values()
    ]
    footing = Footing(
        cards,
        day.graph,
        lambda mine: DEFAULT_POLICY.gate(mine, day.day, day.preset),
        day.known,
        day.unreadable,
    )
    return frozenset(
        card.card_id
        for card in cards
        if card.state == State.NEW
        and (footing.missing(card.topic) or footing.find_unready(card.requires))
    )
