"""What a sitting holds while it goes on: the day's session, the card on the screen, undo."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from mlready import clock
from mlready.store.reading import CardContent, read_card, read_memory
from mlready.study.day import read_day
from mlready.study.recital import Recital
from mlready.study.steps import count_steps
from mlready.terminal.review.weak_first import WeakFirst
from scheduler.memory import Memory, Rating

if TYPE_CHECKING:
    from datetime import tzinfo

    from mlready.store.opening import Progress
    from mlready.study.session import Session
    from mlready.terminal.display import Display
    from mlready.terminal.window import Window
    from scheduler.queue import QueueCard


class Quit(Exception):  # noqa: N818 - not an error
    """The learner has had enough for now."""


@dataclass(slots=True)
class ShownCard:
    """The card on the screen, and how far the learner is with it.

    Attributes:
        since: when it came, in seconds of the running clock; later by what was no study.
        notices: what happened before it came; shown above it.
        recital: which of the points it must mention were said.
        is_written: whether the true answer may be shown: the learner wrote one, or need not.
        draft: an answer the learner wrote to it before the rating was undone.
        typed: the answer the learner wrote.
        steps: how many steps of the true answer are shown.
        remark: what the last key did; shown below it.
        marks: what else to say of it beside its kind.
    """

    card: CardContent
    memory: Memory
    since: float
    notices: list[str]
    recital: Recital
    is_written: bool = True
    draft: str = ""
    typed: str | None = None
    steps: int = 0
    remark: str = ""
    marks: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """The steps of its answer; a hole is filled in one."""
        return 1 if self.card.is_cloze else count_steps(self.card.answer)

    @property
    def is_revealed(self) -> bool:
        """Whether the whole answer is shown, so that it can be rated."""
        return self.steps >= self.total

    @property
    def goes_by_steps(self) -> bool:
        """Whether the space bar shows a step at a time, as of a derivation."""
        return self.card.kind == "derivation" and self.total > 1

    @property
    def usual_rating(self) -> Rating:
        """What the space bar rates: what the ticks suggest, or else Good."""
        return self.recital.suggested or Rating.GOOD

    def reveal(self, steps: int) -> None:
        """Show so many steps of the answer; what was said above the question is known by now.

        A cloze stays where it is, so that one sees at a glance what its hole was filled with.
        """
        self.notices = self.notices if self.card.is_cloze else []
        self.remark = ""
        self.steps = min(steps, self.total)

    def take_edit(self, card: CardContent) -> None:
        """Go on with an edited card; an answer that was shown stays in sight.

        What was said above the question may be true no longer, and is known by now.
        """
        self.notices = []
        was_revealed = self.is_revealed
        if card.must_mention != self.card.must_mention:
            self.recital = Recital(len(card.must_mention))
        self.card = card
        self.steps = self.total if was_revealed else min(self.steps, max(self.total - 1, 0))


class TakenOut(NamedTuple):
    """Cards that a key took out of study.

    Attributes:
        shown: the one that was shown.
        before: all of them, as they were.
        reviews: how many ratings had been given in the sitting.
    """

    shown: int
    before: list[QueueCard]
    reviews: int


@dataclass(slots=True)
class ReviewState:
    """One sitting.

    Attributes:
        notices: what to say with the next card.
        again: the card to show next, whatever is planned.
        taken_out: undo brings them back before it takes back older ratings.
        drafts: answers the learner wrote, by card, for when a rating is undone.
        asks_to_write: whether an answer is written before the true one is shown.
    """

    progress: Progress
    window: Window
    zone: tzinfo
    session: Session
    notices: list[str]
    again: int | None = None
    taken_out: list[TakenOut] = field(default_factory=list)
    weak: WeakFirst = field(default_factory=WeakFirst)
    drafts: dict[int, str] = field(default_factory=dict)
    asks_to_write: bool = False

    @property
    def display(self) -> Display:
        """Where screens go."""
        return self.window.display

    def follow_day(self) -> None:
        """Go on with the new study day where the night has passed meanwhile."""
        if self.session.day.calendar.day_of(clock.now_ms()) != self.session.day.day:
            self.reload()

    def reload(self) -> None:
        """Plan the rest of the day from what the store holds."""
        now = clock.now_ms()
        self.session.reload(read_day(self.progress.reader, now, self.zone), now)

    def next_card(self) -> ShownCard | None:
        """The card to show now, or None when there is none."""
        self.follow_day()
        now = clock.now_ms()
        chosen = self.weak.choose(self.session, self.session.next_card(now))
        wanted = chosen if self.again is None else self.again
        if self.again is None and chosen is not None:
            self.drafts.pop(chosen, None)  # it is to be known anew
        self.again = None
        while wanted is not None:
            card = read_card(self.progress.reader, wanted)
            if card is not None and card.topic not in self.session.day.topics:
                self.reload()  # its topic was renamed by another program meanwhile
            if card is not None:
                return self._bring(card)
            self.reload()  # retired by another window meanwhile
            wanted = self.weak.choose(self.session, self.session.next_card(now))
        return None

    def _bring(self, card: CardContent) -> ShownCard:
        notices = self.notices + self.weak.announce(card.card_id)
        self.notices = []
        return ShownCard(
            card,
            read_memory(self.progress.reader, card.card_id),
            clock.seconds(),
            notices,
            Recital(len(card.must_mention)),
            is_written=not self.asks_to_write,
            draft=self.drafts.get(card.card_id, ""),
        )
