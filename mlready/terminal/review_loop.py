"""The review: shows a card, waits for a key, writes the rating down, shows the next.

The only module that ties the session, the store and the terminal together. A rating is durable
before the next card shows; whatever ends the loop, nothing rated is lost.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from mlready import clock
from mlready.errors import MlreadyError, StoreError
from mlready.store.reading import CARD_REVIEWS, CardContent, read_card, read_memory
from mlready.study.day import read_day
from mlready.study.session import Session
from mlready.terminal import review_screens as screens
from mlready.terminal.keyboard import END, INTERRUPT, Keys
from scheduler.memory import Memory, Rating

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from rich.console import RenderableType

    from mlready.store.opening import Progress
    from mlready.terminal.display import Display

MAX_SECONDS = 300.0  # a card that stayed longer was not being studied
_RATINGS = {str(int(rating)): rating for rating in Rating} | {
    " ": Rating.GOOD,
    "\r": Rating.GOOD,
    "\n": Rating.GOOD,
}
_REVEAL = {" ", "\r", "\n"}


class _Quit(Exception):  # noqa: N818 - not an error
    """The learner has had enough for now."""


@dataclass(slots=True)
class _Shown:
    """The card on the screen."""

    card: CardContent
    memory: Memory
    since: float
    revealed: bool = False


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
        self.keys = keys
        self.zone = zone
        self.notices = notices
        now = clock.now_ms()
        self.session = Session(read_day(progress.reader, now, zone), now)
        self.undone: int | None = None
        self.actions: dict[str, Callable[[_Shown], None]] = {
            "u": self._undo,
            "s": self._suspend,
            "@": self._suspend,
            "b": self._bury,
            "-": self._bury,
            "e": self._edit,
            "i": self._inform,
            "?": self._help,
            "q": self._quit,
            INTERRUPT: self._quit,
            END: self._quit,
        }

    def run(self) -> None:
        """Review until nothing is left or the learner quits."""
        try:
            while (shown := self._next()) is not None:
                self._handle(shown)
        except (_Quit, KeyboardInterrupt):
            pass

    # --- which card ------------------------------------------------------------------

    def _next(self) -> _Shown | None:
        now = clock.now_ms()
        if self.session.day.calendar.day_of(now) != self.session.day.day:
            self._reload()  # the night has passed while the session was open
        wanted = self.undone or self.session.next_card(now)
        self.undone = None
        while wanted is not None:
            card = read_card(self.progress.reader, wanted)
            if card is not None:
                return self._shown(card)
            self._reload()  # retired by another window meanwhile
            wanted = self.session.next_card(now)
        return None

    def _shown(self, card: CardContent) -> _Shown:
        return _Shown(card, read_memory(self.progress.reader, card.card_id), clock.seconds())

    def _reload(self) -> None:
        now = clock.now_ms()
        self.session.reload(read_day(self.progress.reader, now, self.zone), now)

    # --- one card --------------------------------------------------------------------

    def _handle(self, shown: _Shown) -> None:
        """Show a card until it is rated or taken out of the way."""
        before = dict(self.session.locked)
        self._draw(shown)
        while True:
            _warm_up()
            key = self.keys.read()
            try:
                if self._press(shown, key):
                    break
            except MlreadyError as error:
                self.notices.append(f"{error}. {error.hint}".strip())
                if isinstance(error, StoreError):
                    raise
                self._draw(shown)
        self.session.next_card(clock.now_ms())
        for topic in self.session.note_unlocked(before):
            self.notices.append(f"Unlocked: {self.session.day.topics[topic].title}")

    def _press(self, shown: _Shown, key: str) -> bool:
        """Act on a key; whether another card is to be shown."""
        if key in self.actions:
            self.actions[key](shown)
            return key in {"u", "s", "@", "b", "-", "e"}
        if not shown.revealed:
            if key in _REVEAL:
                shown.revealed = True
                self._draw(shown)
            return False
        rating = _RATINGS.get(key)
        if rating is None:
            return False
        self._rate(shown, rating)
        return True

    def _draw(self, shown: _Shown) -> None:
        display, card = self.display, shown.card
        width, plain = display.width, display.plain
        parts: list[RenderableType] = screens.header(self._header(card), width, plain=plain)
        for text in self.notices:
            parts += screens.notice(text)
        self.notices.clear()
        parts += screens.question(card, shown.memory, revealed=shown.revealed)
        if shown.revealed:
            parts += screens.answer(card, width, plain=plain)
            parts += self._rating_line(shown, width)
        else:
            parts.append(screens.reveal_line())
        display.show_screen(parts)

    def _header(self, card: CardContent) -> screens.Header:
        day = self.session.day
        topic = day.topics[card.topic]
        new, learning, review = self.session.counts()
        done = self.session.tally.reviews
        return screens.Header(
            f"{topic.phase} {self._phase_title(topic.phase)}",
            topic.title,
            done,
            new,
            learning,
            review,
        )

    def _phase_title(self, phase: int) -> str:
        titles = self.session.day.phases
        return titles[phase - 1] if phase <= len(titles) else ""

    def _rating_line(self, shown: _Shown, width: int) -> list[RenderableType]:
        from scheduler.fsrs_adapter import preview  # noqa: PLC0415 - py-fsrs imports slowly

        day, now = self.session.day, clock.now_ms()
        previews = preview(shown.memory, now, day.day, day.preset, shown.card.card_id)
        return screens.rating_line(previews, now, day.day, width)

    # --- what keys do ------------------------------------------------------------------

    def _rate(self, shown: _Shown, rating: Rating) -> None:
        from mlready.store.writing import ConflictError, Rated  # noqa: PLC0415
        from scheduler.fsrs_adapter import answer  # noqa: PLC0415

        day, now = self.session.day, clock.now_ms()
        card_id, before = shown.card.card_id, shown.memory
        after = answer(before, rating, now, day.day, day.preset, card_id)
        leech = _becomes_leech(before, after, day.preset.leech_threshold)
        seconds = min(clock.seconds() - shown.since, MAX_SECONDS)
        spent = round(seconds * 1000)
        rated = Rated(card_id, rating, before, after, now, day.day, spent, leech)
        try:
            self.progress.writer().record(rated)
        except ConflictError as error:
            self.notices.append(f"{error}; {error.hint}")
            self._reload()
            return
        self.session.rate(card_id, rating, after, seconds)
        if leech:
            self.session.take_out(card_id, suspended=True)
            self.notices.append(
                f"{shown.card.card_key} was forgotten {after.lapses} times and is suspended: "
                "look at what it rests on, or rewrite it"
            )

    def _undo(self, shown: _Shown) -> None:
        undone = self.progress.writer().undo_last(self.session.day.day, clock.now_ms())
        if undone is None:
            self.notices.append("Nothing to undo today")
            self.undone = shown.card.card_id
            return
        self.session.tally.take_back()
        self._reload()
        self.undone = undone.card_id
        self.notices.append("Undone: rate it again")

    def _suspend(self, shown: _Shown) -> None:
        self.progress.writer().mark([shown.card.card_id], suspended=True)
        self.session.take_out(shown.card.card_id, suspended=True)
        self.notices.append(f"Suspended {shown.card.card_key}")

    def _bury(self, shown: _Shown) -> None:
        cards = self.session.siblings(shown.card.card_id)
        self.progress.writer().mark(cards, buried_day=self.session.day.day)
        self.session.take_out(shown.card.card_id, bury=True)
        self.notices.append(f"Buried {shown.card.key} until tomorrow")

    def _edit(self, shown: _Shown) -> None:
        from mlready.terminal.editing import open_editor  # noqa: PLC0415 - only when asked for

        card, progress = shown.card, self.progress
        open_editor(progress.deck / card.path, card.line)
        report = progress.sync(clock.now_ms())
        mistakes = [p for p in report.problems if p.is_error]
        if mistakes:
            first = mistakes[0]
            self.notices.append(
                f"{first.location}: {first.message}. The card stays as it was until this is "
                "mended (mlready check shows all)"
            )
        elif report.is_empty:
            self.notices.append("Nothing was changed")
        else:
            self.notices.append("Reloaded, with all progress kept")
        self._reload()
        if read_card(progress.reader, card.card_id) is not None:
            self.undone = card.card_id

    def _inform(self, shown: _Shown) -> None:
        reader, card = self.progress.reader, shown.card
        history = reader.rows(CARD_REVIEWS, {"card_id": card.card_id})
        rows = [(*row,) for row in history]
        self._aside(screens.information(card, shown.memory, rows, self.session), shown)

    def _help(self, shown: _Shown) -> None:
        self._aside(screens.help_screen(), shown)

    def _aside(self, parts: list[RenderableType], shown: _Shown) -> None:
        """Another screen for a while; the card comes back at any key."""
        self.display.show_screen(parts)
        if self.keys.read() in {INTERRUPT, END}:
            raise _Quit
        self._draw(shown)

    def _quit(self, _shown: _Shown) -> None:
        raise _Quit


def _becomes_leech(before: Memory, after: Memory, threshold: int) -> bool:
    """As in Anki: at the threshold, and then at every half of it more."""
    if after.lapses == before.lapses or after.lapses < threshold:
        return False
    return (after.lapses - threshold) % max(threshold // 2, 1) == 0


_warmed = threading.Event()


def _warm_up() -> None:
    """Import what rating needs while the learner reads the first card."""
    if _warmed.is_set():
        return
    _warmed.set()

    def load() -> None:
        import_module("scheduler.fsrs_adapter")
        import_module("mlready.store.writing")

    threading.Thread(target=load, daemon=True).start()
