"""A card that keeps lapsing, in a review: what it rests on, and what to review before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlready.store.reading import CardContent, Reader, read_card
from mlready.study.why import Weakness, look_beneath
from mlready.terminal.reports import why_screens
from mlready.terminal.reports.path_screens import Deck
from mlready.terminal.review.weak_first import Offer

if TYPE_CHECKING:
    from rich.console import RenderableType

    from mlready.study.day import StudyDay


class Finding(NamedTuple):
    """What was found beneath a card that keeps lapsing.

    Attributes:
        notice: a sentence or two on the weakest.
        facts: all of it, for the screen about the card.
        offer: what can be reviewed first; None if there is nothing.
    """

    notice: str
    facts: list[RenderableType]
    offer: Offer | None


def look_into(reader: Reader, day: StudyDay, now_ms: int, card: CardContent) -> Finding:
    """Look for what makes a card lapse.

    Args:
        reader: the store, for the names of cards.
        day: today, with the cards as they are now.
        now_ms: the moment, in Unix milliseconds.
        card: the card that keeps lapsing.
    """
    found = look_beneath(day, now_ms, card.card_id)
    deck = Deck(day.topics, _read_keys(reader, found))
    return Finding(
        notice=why_screens.lapse_notice(deck, card.card_key, found),
        facts=why_screens.weakness(deck, found, key="w"),
        offer=Offer(card.card_id, list(found.first), len(found.first)) if found.first else None,
    )


def _read_keys(reader: Reader, found: Weakness) -> dict[int, str]:
    """The keys of the weak cards; the topic's name for one that was retired meanwhile."""
    contents = {weak.card_id: read_card(reader, weak.card_id) for weak in found.roots}
    return {
        weak.card_id: content.card_key if content else weak.topic
        for weak in found.roots
        for content in [contents[weak.card_id]]
    }
