"""Weak foundations that are reviewed before a card that keeps lapsing: offered, then taken up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mlready.study.session import Session


class Offer(NamedTuple):
    """Weak cards that can be reviewed first, and the card that rests on them.

    Attributes:
        card: the card that rests on them.
        first: those still to be reviewed, perhaps with the card itself after them.
        total: how many of them there were when the offer was made.
    """

    card: int
    first: list[int]
    total: int

    @property
    def in_words(self) -> str:
        """Which of them comes now, in words; empty where only the card itself is left."""
        left = sum(card != self.card for card in self.first)
        if not left:
            return ""
        number = f"{self.total - left + 1} of {self.total} to" if self.total > 1 else "To"
        return f"{number} review first; then back"


@dataclass(slots=True)
class WeakFirst:
    """What a sitting knows of weak foundations.

    Attributes:
        offer: what can be reviewed first; until the next rating.
        first: what was taken up; its cards come before all others.
        told: what was said of cards that keep lapsing.
    """

    offer: Offer | None = None
    first: Offer | None = None
    told: dict[int, str] = field(default_factory=dict)

    def choose(self, session: Session, planned: int | None) -> int | None:
        """The next card: one of those that come first, or else the one that is planned."""
        if self.first is None:
            return planned
        # Said again for each card, because there may be a new plan.
        first = session.review_first(self.first.first)
        self.first = self.first._replace(first=first) if first else None
        return first[0] if first else planned

    def announce(self, card_id: int) -> list[str]:
        """What to say above a card that comes first."""
        if self.first is None or self.first.first[0] != card_id:
            return []
        return [text] if (text := self.first.in_words) else []

    def tell(self, card_id: int, notice: str) -> list[str]:
        """What to say of a card that lapsed, but not again while it is relearned."""
        is_new = self.told.get(card_id) != notice
        self.told[card_id] = notice
        return [notice] if is_new else []

    def take_up(self, card_id: int) -> str:
        """Let what was offered come first; why not, if it cannot.

        Args:
            card_id: the card that is shown.
        """
        if self.offer is None:
            return "No card has been found that should be reviewed first"
        if card_id == self.offer.first[0]:
            return "This is the card to review first"
        # The card itself after them, if it is not done with.
        after = [card_id] if card_id == self.offer.card else []
        self.first = self.offer._replace(first=self.offer.first + after)
        self.offer = None
        return ""

    def pass_over(self, cards: list[int]) -> None:
        """Let cards no longer come first: they were rated, or taken out of study."""
        if self.first is not None:
            left = [card for card in self.first.first if card not in cards]
            self.first = self.first._replace(first=left) if left else None

    def take_back(self, card_id: int) -> None:
        """Forget what a rating led to, because it was undone."""
        self.offer = None
        if self.first is not None and self.first.card == card_id:
            self.first = None
