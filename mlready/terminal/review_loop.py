"""The review: shows a card, waits for a key, writes the rating down, shows the next.

The only module that ties the session, the store and the terminal together. A rating is durable
before the next card shows; whatever ends the loop, nothing rated is lost.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from mlready import clock
from mlready.errors import MlreadyError
from mlready.store.reading import CARD_REVIEWS, CardContent, read_card, read_memory
from mlready.study.day import read_day
from mlready.study.news import SEEN, last_seen, read_changes
from mlready.study.session import Session, becomes_leech
from mlready.terminal import review_screens as screens
from mlready.terminal.display import Look, Screen
from mlready.terminal.keyboard import END, INTERRUPT, SUSPEND, Keys, stop_for_now, usual_keys
from mlready.terminal.warming import warm_up
from mlready.terminal.window import Window
from scheduler.diagnosis import keeps_lapsing
from scheduler.memory import Memory, Rating

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from rich.console import RenderableType
    from rich.text import Text

    from mlready.store.opening import Progress
    from mlready.terminal.display import Display
    from mlready.terminal.lapsing import Finding, Offer
    from scheduler.queue import QueueCard

MAX_SECONDS = 86_400.0  # how much of it was study is for the pace to say
_REVEAL = {" ", "\r", "\n"}
_RATINGS = {str(int(rating)): rating for rating in Rating} | dict.fromkeys(_REVEAL, Rating.GOOD)
_END_OF_INPUT = "\x04"  # Ctrl-D


class _Quit(Exception):  # noqa: N818 - not an error
    """The learner has had enough for now."""


def _explain(error: MlreadyError) -> str:
    """What went wrong and what to do, in a line."""
    text = f"{error}; {error.hint}" if error.hint else str(error)
    return text[:1].upper() + text[1:]


@dataclass(slots=True)
class _Shown:
    """The card on the screen."""

    card: CardContent
    memory: Memory
    since: float
    notices: list[str] = field(default_factory=list)
    revealed: bool = False


class _TakenOut(NamedTuple):
    """Cards that a key took out of study: which one was shown, and how all of them were before."""

    shown: int
    before: list[QueueCard]


class ReviewLoop:
    """One sitting."""

    def __init__(
        self,
        progress: Progress,
        display: Display,
        keys: Keys,
        zone: tzinfo,
        notices: list[str],
    ) -> None:
        self.progress = progress
        self.display = display
        self.window = Window(display, keys)
        self.zone = zone
        self.notices = notices
        now = clock.now_ms()
        self.session = Session(read_day(progress.reader, now, zone), now)
        self.again: int | None = None
        self.taken_out: list[_TakenOut] = []  # since the last rating; undo brings them back first
        self.offer: Offer | None = None  # until the next rating
        self.first: Offer | None = None  # taken up; its cards come before all others
        self.told: dict[int, str] = {}  # what was said of cards that keep lapsing
        # Each says whether the card is done with, so that another one is to be shown.
        self.actions: dict[str, Callable[[_Shown], bool]] = {
            "u": self._undo,
            "s": self._suspend,
            "@": self._suspend,
            "b": self._bury,
            "-": self._bury,
            "e": self._edit,
            "w": self._look_beneath_first,
            "i": self._inform,
            "?": self._help,
            SUSPEND: self._stop,
            "q": self._quit,
            INTERRUPT: self._quit,
            _END_OF_INPUT: self._quit,
            END: self._quit,
        }

    def run(self) -> None:
        """Review until nothing is left or the learner quits."""
        try:
            while True:
                while (shown := self._next()) is not None:
                    self._handle(shown)
                if not self._take_back_after_all():
                    return
        except (_Quit, KeyboardInterrupt):
            pass

    def _take_back_after_all(self) -> bool:
        """With no card left, let the last key be undone; whether it was."""
        if not (self.session.tally.reviews or self.taken_out):
            return False
        body = [part for text in self.notices for part in screens.notice(text)]
        offer = self.offer is not None
        self.window.show(
            lambda look: Screen(
                [], [*body, screens.nothing_left()], [screens.last_line(look, offer=offer)]
            )
        )
        key = self.window.read()
        self.notices = []
        if key == "w" and self.offer is not None:
            self.first, self.offer = self.offer, None
            return True
        if key != "u":
            return False
        try:
            return self._undo_last()
        except MlreadyError as error:
            # Nothing was changed: this screen comes again, and the summary is still to come.
            self.notices.append(_explain(error))
            return True

    # --- which card ------------------------------------------------------------------

    def _next(self) -> _Shown | None:
        self._follow_day()
        now = clock.now_ms()
        chosen = self._choose(now)
        wanted = chosen if self.again is None else self.again
        self.again = None
        while wanted is not None:
            card = read_card(self.progress.reader, wanted)
            if card is not None and card.topic not in self.session.day.topics:
                self._reload()  # its topic was renamed by another program meanwhile
            if card is not None:
                memory = read_memory(self.progress.reader, wanted)
                if self.first is not None and self.first.first[0] == wanted:
                    self.notices += [text] if (text := self.first.in_words) else []
                shown = _Shown(card, memory, clock.seconds(), self.notices)
                self.notices = []
                return shown
            self._reload()  # retired by another window meanwhile
            wanted = self._choose(now)
        return None

    def _choose(self, now: int) -> int | None:
        """The next card: one that the learner wants first, or the next of the plan."""
        planned = self.session.next_card(now)
        if self.first is None:
            return planned
        # Said again for each card, because there may be a new plan.
        first = self.session.review_first(self.first.first)
        self.first = self.first._replace(first=first) if first else None
        return first[0] if first else planned

    def _follow_day(self) -> None:
        """Go on with the new study day where the night has passed meanwhile."""
        if self.session.day.calendar.day_of(clock.now_ms()) != self.session.day.day:
            self._reload()

    def _reload(self) -> None:
        now = clock.now_ms()
        self.session.reload(read_day(self.progress.reader, now, self.zone), now)

    # --- one card --------------------------------------------------------------------

    def _handle(self, shown: _Shown) -> None:
        """Show a card until it is rated or taken out of the way."""
        before = dict(self.session.locked)
        self._show(shown)
        done = False
        while not done:
            warm_up()
            key = self.window.read()
            try:
                self._follow_day()
                done = self._press(shown, key)
            except MlreadyError as error:
                # Nothing was changed: the card stays, and the key can be pressed again.
                self._say(shown, _explain(error))
        self.session.next_card(clock.now_ms())
        for topic in self.session.note_unlocked(before):
            if topic in self.session.day.topics:
                self.notices.append(f"Unlocked: {self.session.day.topics[topic].title}")

    def _press(self, shown: _Shown, key: str) -> bool:
        """Act on a key; whether another card is to be shown."""
        if key in self.actions:
            return self.actions[key](shown)
        if not shown.revealed:
            if key in _REVEAL:
                shown.revealed = True
                shown.notices.clear()
                self._show(shown, turned=True)
            return False
        rating = _RATINGS.get(key)
        if rating is None:
            return False
        self._rate(shown, rating)
        return True

    # --- what is on the screen -----------------------------------------------------------

    def _show(self, shown: _Shown, *, turned: bool = False) -> None:
        """Show the card, from its answer on if it was just turned and its question is long."""
        asked = 0
        if turned and not shown.card.is_cloze:
            asked = len(self._asked(shown, self.display.look))
        self.window.show(lambda look: self._screen(shown, look), start_at=asked)

    def _screen(self, shown: _Shown, look: Look) -> Screen:
        head = screens.header(self._header(shown.card), look)
        body = self._asked(shown, look)
        if not shown.revealed:
            return Screen(head, body, [screens.reveal_line(look, offer=self.offer is not None)])
        body += screens.answer(shown.card, look)
        return Screen(head, body, [self._rating_line(shown, look)])

    def _asked(self, shown: _Shown, look: Look) -> list[RenderableType]:
        parts = [part for text in shown.notices for part in screens.notice(text)]
        return parts + screens.question(shown.card, shown.memory, look, revealed=shown.revealed)

    def _header(self, card: CardContent) -> screens.Header:
        day = self.session.day
        topic = day.topics[card.topic]
        phase = day.phases[topic.phase - 1] if topic.phase <= len(day.phases) else ""
        done, counts = self.session.finished, self.session.counts()
        return screens.Header(f"{topic.phase} {phase}", topic.title, done, *counts)

    def _rating_line(self, shown: _Shown, look: Look) -> Text:
        from scheduler.fsrs_adapter import preview  # noqa: PLC0415 - py-fsrs imports slowly

        day, now = self.session.day, clock.now_ms()
        previews = preview(shown.memory, now, day.day, day.preset, shown.card.card_id)
        return screens.rating_line(previews, now, day.day, look, offer=self.offer is not None)

    def _say(self, shown: _Shown, text: str) -> None:
        """Show the card again, with a line on what a key did."""
        shown.notices = [text]
        self._show(shown)

    # --- what keys do ------------------------------------------------------------------

    def _rate(self, shown: _Shown, rating: Rating) -> None:
        from mlready.store.writing import ConflictError, Rated  # noqa: PLC0415
        from scheduler.fsrs_adapter import answer  # noqa: PLC0415

        day, now = self.session.day, clock.now_ms()
        card_id, before = shown.card.card_id, shown.memory
        after = answer(before, rating, now, day.day, day.preset, card_id)
        leech = becomes_leech(before, after, day.preset.leech_threshold)
        seconds = min(clock.seconds() - shown.since, MAX_SECONDS)
        spent = round(seconds * 1000)
        parameters = day.preset.parameters
        rated = Rated(card_id, rating, before, after, now, day.day, spent, leech, parameters)
        try:
            self.progress.writer().record(rated)
        except ConflictError as error:
            self.notices.append(_explain(error))
            self._reload()
            return
        self.taken_out.clear()
        self.offer = None
        self._pass_over([card_id])
        self.session.rate(card_id, rating, after, seconds)
        if leech:
            self.session.take_out(card_id, suspended=True)
            self.notices.append(
                f"{shown.card.card_key} was forgotten {after.lapses} times and is suspended: "
                "look at what it rests on, or rewrite it"
            )
        if rating == Rating.AGAIN and keeps_lapsing(after.lapses):
            with suppress(MlreadyError):  # the rating stands, whatever cannot be read now
                self._tell(card_id, self._look_beneath(shown.card).notice)

    # --- what lies beneath a card that keeps lapsing -----------------------------------

    def _look_beneath(self, card: CardContent) -> Finding:
        """Find the weakest of what a card rests on, and offer it for review first."""
        from mlready.terminal.lapsing import look_into  # noqa: PLC0415 - only for such a card

        found = look_into(self.progress.reader, self.session.day, clock.now_ms(), card)
        self.offer = found.offer
        return found

    def _tell(self, card_id: int, notice: str) -> None:
        """Say what was found beneath a card, but not again while it is relearned."""
        if self.told.get(card_id) != notice:
            self.notices.append(notice)
        self.told[card_id] = notice

    def _look_beneath_first(self, shown: _Shown) -> bool:
        if self.offer is None:
            self._say(shown, "No card has been found that should be reviewed first")
            return False
        if shown.card.card_id == self.offer.first[0]:
            self._say(shown, "This is the card to review first")
            return False
        # The card itself after them, if it is not done with.
        after = [shown.card.card_id] if shown.card.card_id == self.offer.card else []
        self.first = self.offer._replace(first=self.offer.first + after)
        self.offer = None
        return True

    def _pass_over(self, cards: list[int]) -> None:
        """Let cards no longer come first: they were rated, or taken out of study."""
        if self.first is not None:
            left = [card for card in self.first.first if card not in cards]
            self.first = self.first._replace(first=left) if left else None

    def _undo(self, shown: _Shown) -> bool:
        if self._undo_last():
            return True
        self._say(shown, "Nothing to undo today")
        return False

    def _undo_last(self) -> bool:
        """Take back what the last key did to a card; whether there was such a thing today."""
        if self.taken_out:
            self._bring_back(self.taken_out.pop())
            return True
        undone = self.progress.writer().undo_last(self.session.day.day, clock.now_ms())
        if undone is None:
            return False
        self.session.tally.take_back(undone.card_id)
        self.offer = None
        if self.first is not None and self.first.card == undone.card_id:
            self.first = None  # what led there has not happened
        self._reload()
        self.again = undone.card_id
        self.notices.append("Undone: rate it again")
        return True

    def _bring_back(self, taken: _TakenOut) -> None:
        writer = self.progress.writer()
        for card in taken.before:
            marks = {"suspended": card.suspended, "buried_day": card.buried_day}
            writer.mark([card.card_id], **marks)
        self._reload()
        self.again = taken.shown
        self.notices.append("Undone: it is back")

    def _suspend(self, shown: _Shown) -> bool:
        self.progress.writer().mark([shown.card.card_id], suspended=True)
        self._remember(shown, [shown.card.card_id])
        self.session.take_out(shown.card.card_id, suspended=True)
        self.notices.append(f"Suspended {shown.card.card_key}")
        return True

    def _bury(self, shown: _Shown) -> bool:
        cards = self.session.siblings(shown.card.card_id)
        self.progress.writer().mark(cards, buried_day=self.session.day.day)
        self._remember(shown, cards)
        self.session.take_out(shown.card.card_id, bury=True)
        self.notices.append(f"Buried {shown.card.key} until tomorrow")
        return True

    def _remember(self, shown: _Shown, cards: list[int]) -> None:
        before = [self.session.day.cards[card] for card in cards]
        self.taken_out.append(_TakenOut(shown.card.card_id, before))

    def _edit(self, shown: _Shown) -> bool:
        from mlready.terminal import editing  # noqa: PLC0415 - only when asked for

        card, progress = shown.card, self.progress
        editing.refuse_installed(progress.deck)
        begun = clock.seconds()
        try:
            with self.display.handed_over(), usual_keys():
                editing.open_editor(progress.deck / card.path, card.line)
        finally:
            shown.since += clock.seconds() - begun  # writing is not studying
        looked_at_all = not read_changes(progress.reader, last_seen(progress.reader))
        report = progress.sync(clock.now_ms())
        if looked_at_all:
            self._see_own_edit()
        self._reload()
        edited = read_card(progress.reader, card.card_id)
        if edited is None:
            self.notices.append(f"{card.card_key} is gone from the deck; its history is kept")
            return True
        shown.card = edited
        self._say(shown, editing.describe_edit(report, card.path))
        return False

    def _see_own_edit(self) -> None:
        """What the learner has just written is no news."""
        changes = read_changes(self.progress.reader, last_seen(self.progress.reader))
        if changes:
            self.progress.writer().set_setting(SEEN, str(changes[-1].change_id))

    def _inform(self, shown: _Shown) -> bool:
        card = shown.card
        history = self.progress.reader.rows(CARD_REVIEWS, {"card_id": card.card_id})
        lapsing = keeps_lapsing(shown.memory.lapses)
        beneath = self._look_beneath(card).facts if lapsing else []
        facts = screens.information(card, shown.memory, history, self.session.day, beneath)
        return self._aside(facts, shown)

    def _help(self, shown: _Shown) -> bool:
        return self._aside(screens.help_screen(), shown)

    def _aside(self, parts: list[RenderableType], shown: _Shown) -> bool:
        """Another screen for a while; the card comes back at any key."""
        self.window.show(lambda _look: Screen([], parts, [screens.any_key()]))
        if self.window.read() in {INTERRUPT, _END_OF_INPUT, END}:
            raise _Quit
        self._show(shown)
        return False

    def _stop(self, shown: _Shown) -> bool:
        with self.display.handed_over():
            stop_for_now()
        self._show(shown)
        return False

    def _quit(self, _shown: _Shown) -> bool:
        raise _Quit
