"""A walk through topics and cards: from one to what it rests on, to a card, and back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from mlready.store.flags import flags_of
from mlready.store.reading import read_card, read_memory
from mlready.terminal.browsing import browsing_screens as screens
from mlready.terminal.browsing.listings import ENTER, choose, opened_by, show_listing
from mlready.terminal.keyboard import END, ESCAPE, INTERRUPT, LEFT, SUSPEND
from mlready.terminal.terminal_modes import stop_for_now

if TYPE_CHECKING:
    from mlready.store.reading import Reader
    from mlready.study.atlas import Atlas
    from mlready.terminal.display import Look, Screen
    from mlready.terminal.window import Window

QUITS: Final = frozenset((INTERRUPT, "\x04"))  # Ctrl-C, Ctrl-D
LEAVES: Final = frozenset((ESCAPE, "q", END))
BACK: Final = frozenset(("b", LEFT, "\x7f", "\x08"))


class Place(NamedTuple):
    """Somewhere to look: a topic with an entry chosen, or a card.

    Attributes:
        at: a topic's id, or a card's.
        chosen: which entry of the topic.
        revealed: whether the card's answer shows.
    """

    at: str | int
    chosen: int = 0
    revealed: bool = False


@dataclass(slots=True)
class Walk:
    """A walk from one place to the next, and back."""

    window: Window
    reader: Reader
    atlas: Atlas
    path: list[Place] = field(default_factory=list)

    def go(self, place: Place) -> bool:
        """Walk until the learner leaves (False) or goes back from where it began (True)."""
        self.path = [place]
        self._show()
        while self.path:
            key = self.window.read() if self._at_card else self.window.read_written()
            if key in QUITS:
                raise KeyboardInterrupt
            if key in LEAVES:
                return False
            before = list(self.path)
            if key == SUSPEND:
                stop(self.window)
                before = []
            elif key in BACK:
                self.path.pop()
            else:
                self._press(key)
            if self.path and self.path != before:
                self._show(turned=len(before) == len(self.path) and self.path[-1].revealed)
        return True

    @property
    def _at_card(self) -> bool:
        return isinstance(self.path[-1].at, int)

    def _press(self, key: str) -> None:
        here = self.path[-1]
        if isinstance(here.at, int):
            self._press_at_card(here, here.at, key)
            return
        entries = screens.entries_of(self.atlas, here.at)
        if not entries:
            return
        plain = self.window.display.plain
        chosen = choose(key, here.chosen, len(entries), plain=plain)
        if chosen is not None:
            self.path[-1] = here._replace(chosen=chosen)
        elif (opened := opened_by(key, here.chosen, len(entries), plain=plain)) is not None:
            self.path[-1] = here._replace(chosen=opened)
            self.path.append(Place(entries[opened]))

    def _press_at_card(self, here: Place, card_id: int, key: str) -> None:
        if key in {" ", *ENTER}:
            self.path[-1] = here._replace(revealed=True)
        elif key == "t":
            topics = [
                name
                for name, cards in self.atlas.cards.items()
                if any(card.card_id == card_id for card in cards)
            ]
            self.path += [Place(name) for name in topics[:1]]

    def _show(self, *, turned: bool = False) -> None:
        """Show where the learner is; a card that was just turned, from its answer on."""
        here, atlas = self.path[-1], self.atlas
        if isinstance(here.at, str):
            topic, chosen = here.at, here.chosen
            show_listing(self.window, lambda look: screens.topic(atlas, topic, chosen, look))
            return
        content = read_card(self.reader, here.at)
        if content is None:
            self.window.show(screens.gone)
            return
        memory, flags = read_memory(self.reader, here.at), flags_of(self.reader, here.at)

        def build(look: Look, *, revealed: bool = here.revealed) -> Screen:
            return screens.card(content, memory, atlas, flags, look, revealed=revealed)

        asked = build(self.window.display.look, revealed=False).body
        self.window.show(build, start_at=len(asked) if turned and not content.is_cloze else None)


def stop(window: Window) -> None:
    """Stop until the shell brings the program back, as Ctrl-Z asks for."""
    with window.display.handed_over():
        stop_for_now()
