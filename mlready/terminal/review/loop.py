"""The review: shows a card, waits for a key, writes the rating down, shows the next.

The only module that ties the session, the store and the terminal together. A rating is durable
before the next card shows; whatever ends the loop, nothing rated is lost. The space bar never
rates what has not been in sight, and a rating key does nothing until the whole answer is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlready import clock
from mlready.errors import MlreadyError
from mlready.study.day import read_day
from mlready.study.session import Session
from mlready.terminal.display import Screen
from mlready.terminal.keyboard import SUSPEND, Keys
from mlready.terminal.review import actions, asides, screens
from mlready.terminal.review.state import Quit, ReviewState, ShownCard
from mlready.terminal.review.view import say, show, show_change, tell_point
from mlready.terminal.review.warming import warm_up
from mlready.terminal.window import Window
from mlready.terminal.wording import explain_error, plural
from scheduler.memory import Rating

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from mlready.store.opening import Progress
    from mlready.study.recital import Recital
    from mlready.terminal.display import Display

_ONWARD = {" ", "\r", "\n"}
_STEP, _ALL = "n", "a"
_SAID, _MISSED = {"x"}, {"m", "\t"}
_RATINGS = {str(int(rating)): rating for rating in Rating}
# Other screens, after which the card is back as it was.
_ASIDES: dict[str, Callable[[ReviewState, ShownCard], None]] = {
    "?": asides.explain_keys,
    "i": asides.inform,
    "f": asides.flag,
    "/": asides.search,
    "t": asides.browse,
    "v": asides.view,
    "o": asides.open_source,
    SUSPEND: asides.stop,
}


def _tell_point(before: Recital, after: Recital) -> str:
    """What became of the point that was asked about."""
    if before.is_through and after.is_through:
        return "That was the last point: m goes back to the first"
    if before.is_through:
        return f"Point {after.at + 1} of {after.points} again"
    said = "said" if before.at in after.said else "missed"
    return f"Point {before.at + 1} of {before.points}: {said}"


class ReviewLoop:
    """One sitting.

    Args:
        progress: the deck and its progress, in sync.
        display: where screens go.
        keys: where keys come from.
        zone: the learner's time zone.
        notices: lines to show with the first card.
        writing: whether the learner writes each answer before the true one is shown.
    """

    def __init__(
        self,
        progress: Progress,
        display: Display,
        keys: Keys,
        zone: tzinfo,
        notices: list[str],
        *,
        writing: bool = False,
    ) -> None:
        now = clock.now_ms()
        session = Session(read_day(progress.reader, now, zone), now)
        window = Window(display, keys)
        self.state = ReviewState(progress, window, zone, session, notices, asks_to_write=writing)
        # Each says whether the card is done with, so that another one is to be shown.
        self.changes: dict[str, Callable[[ShownCard], bool]] = {
            "u": self._undo,
            **dict.fromkeys("s@", self._suspend),
            **dict.fromkeys("b-", self._bury),
            **dict.fromkeys("eE", lambda shown: asides.edit(self.state, shown)),
            "w": self._look_beneath_first,
        }

    @property
    def session(self) -> Session:
        """The day's queue, and what was done of it."""
        return self.state.session

    @property
    def notices(self) -> list[str]:
        """Lines to show with the next card."""
        return self.state.notices

    def run(self) -> None:
        """Review until nothing is left or the learner quits."""
        try:
            while True:
                while (shown := self.state.next_card()) is not None:
                    self._handle(shown)
                if not self._take_back_after_all():
                    return
        except (Quit, KeyboardInterrupt):
            pass

    def _take_back_after_all(self) -> bool:
        """With no card left, let the last key be undone; whether it was."""
        state = self.state
        if not (state.session.tally.reviews or state.taken_out):
            return False
        body = [part for text in state.notices for part in screens.notice(text)]
        offer = state.weak.offer
        state.window.show(
            lambda look: Screen(
                [],
                [*body, screens.nothing_left()],
                [screens.last_line(look, offer=offer is not None)],
            )
        )
        key = state.window.read()
        state.notices = []
        if key == "w" and offer is not None:
            state.weak.first, state.weak.offer = offer, None
            return True
        if key != "u":
            return False
        try:
            return actions.undo(state)
        except MlreadyError as error:
            # Nothing was changed: this screen comes again, and the summary is still to come.
            state.notices.append(explain_error(error))
            return True

    # --- one card --------------------------------------------------------------------

    def _handle(self, shown: ShownCard) -> None:
        """Show a card until it is rated or taken out of the way."""
        state = self.state
        before = dict(state.session.locked)
        shown.marks = asides.read_marks(state, shown)
        show(state, shown)
        done = False
        while not done:
            warm_up()
            key = state.window.read()
            try:
                state.follow_day()
                done = self._press(shown, key)
            except MlreadyError as error:
                # Nothing was changed: the card stays, and the key can be pressed again.
                say(state, shown, explain_error(error))
        state.session.next_card(clock.now_ms())
        for topic in state.session.note_unlocked(before):
            if topic in state.session.day.topics:
                state.notices.append(f"Unlocked: {state.session.day.topics[topic].title}")

    def _press(self, shown: ShownCard, key: str) -> bool:
        """Act on a key; whether another card is to be shown."""
        if key in asides.ENDS or key == "q":
            raise Quit
        if key in _ASIDES:
            _ASIDES[key](self.state, shown)
        elif key in self.changes:
            return self.changes[key](shown)
        elif shown.is_revealed:
            return self._press_on_answer(shown, key)
        elif key in _ONWARD or key in {_STEP, _ALL}:
            self._reveal(shown, key)
        elif key in _RATINGS and shown.steps:
            left = plural(shown.total - shown.steps, "step")
            say(self.state, shown, f"Not rated yet: {left} of the answer to go, a shows the rest")
        return False

    def _press_on_answer(self, shown: ShownCard, key: str) -> bool:
        if key in _SAID | _MISSED:
            self._recite(shown, was_said=key in _SAID)
            return False
        rating = shown.usual_rating if key in _ONWARD else _RATINGS.get(key)
        if rating is None:
            return False
        actions.rate(self.state, shown, rating)
        return True

    # --- the answer --------------------------------------------------------------------

    def _reveal(self, shown: ShownCard, key: str) -> None:
        """Show the next step of the answer, or all of it."""
        if not shown.is_written:
            asides.write(self.state, shown)
            if shown.typed is None:
                return
        is_step = key == _STEP or (key in _ONWARD and shown.goes_by_steps)
        begins = not shown.steps
        shown.reveal(shown.steps + 1 if is_step else shown.total)
        if begins:
            show(self.state, shown, turned=True)
        else:
            show_change(self.state, shown)

    def _recite(self, shown: ShownCard, *, was_said: bool) -> None:
        """Take the word of the learner on the point that is marked; on to the next."""
        before = shown.recital
        # A point is ticked where it can be seen.
        if not before.points or self.state.window.read_on():
            return
        shown.recital = before.tick() if was_said else before.miss()
        # Where the screen itself is not shown again, it is told.
        shown.remark = _tell_point(before, shown.recital) if self.state.display.plain else ""
        tell_point(self.state, shown)

    # --- what keys do to the card ----------------------------------------------------------

    def _undo(self, shown: ShownCard) -> bool:
        if actions.undo(self.state):
            return True
        say(self.state, shown, "Nothing to undo today")
        return False

    def _suspend(self, shown: ShownCard) -> bool:
        actions.suspend(self.state, shown)
        return True

    def _bury(self, shown: ShownCard) -> bool:
        actions.bury(self.state, shown)
        return True

    def _look_beneath_first(self, shown: ShownCard) -> bool:
        refused = self.state.weak.take_up(shown.card.card_id)
        if refused:
            say(self.state, shown, refused)
        return not refused
