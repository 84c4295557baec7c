"""A screen in a window that may be too small for it: scrolled, and drawn anew when resized.

Above the body stands the screen's head, below it the screen's foot. Where the body is longer than
the room between them, it scrolls, and a line says how much is hidden.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text

from mlready.terminal.keyboard import (
    DOWN,
    FIRST,
    LAST,
    PAGE_DOWN,
    PAGE_UP,
    RESIZED,
    UP,
    Keys,
)
from mlready.terminal.wording import plural

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlready.terminal.display import Display, Look, Screen

LEAST_ROOM = 5  # lines; where the head leaves less for the body, it scrolls as well
_OVERLAP = 1  # lines that stay in sight when a page is turned
_TO_THE_END = 1_000_000
_MOVES = {key: key for key in (UP, DOWN, PAGE_UP, PAGE_DOWN, FIRST, LAST)}
_MOVES |= {"k": UP, "j": DOWN}
_ONWARD = {" ", "\r", "\n"}


class Fit(NamedTuple):
    """How a body of lines lies in the room there is."""

    room: int
    top: int
    length: int

    @property
    def overflows(self) -> bool:
        """Whether there is more than the room holds."""
        return self.length > self.room

    @property
    def below(self) -> int:
        """Lines hidden below."""
        return max(self.length - self.top - self.room, 0)

    def moved(self, key: str) -> int:
        """The top line after a key that scrolls."""
        page = max(self.room - _OVERLAP, 1)
        steps = {UP: -1, DOWN: 1, PAGE_UP: -page, PAGE_DOWN: page}
        steps |= {FIRST: -_TO_THE_END, LAST: _TO_THE_END}
        return fit(self.length, self.room, self.top + steps[key]).top


def fit(length: int, room: int, top: int) -> Fit:
    """Lay a body into its room, as near to the wanted top line as it goes."""
    return Fit(room, max(0, min(top, length - room)), length)


@dataclass(slots=True)
class Window:
    """Shows one screen at a time, and reads the keys that are not about scrolling.

    Attributes:
        unread: whether part of the screen has not been in sight yet.
    """

    display: Display
    keys: Keys
    unread: bool = False
    _build: Callable[[Look], Screen] | None = None
    _fit: Fit = field(default=Fit(1, 0, 0))
    _seen: int = 0

    def show(self, build: Callable[[Look], Screen], *, start_at: int | None = None) -> None:
        """Show a screen; it is built again whenever the window's size changes.

        Args:
            build: makes the screen for a look.
            start_at: how many parts of the body have been read already. They are scrolled
                away if they would take more than half of the room.
        """
        self._build = build
        self._seen = 0
        top = 0
        if start_at and not self.display.plain:
            screen = build(self.display.look)
            read = len(self.display.render(screen.body[:start_at]))
            room = self._room(screen)
            top = read if read > room // 2 else 0
        self._draw(top)

    def read(self) -> str:
        """The next key that does not scroll; the space bar does while something is unread."""
        while True:
            key = self.keys.read()
            move = PAGE_DOWN if key in _ONWARD and self.unread else _MOVES.get(key)
            if move is None and key != RESIZED:
                return key
            if not self.display.plain:
                self._draw(self._fit.moved(move) if move else self._fit.top)

    def _room(self, screen: Screen) -> int:
        around = self.display.render([*screen.head, *screen.foot])
        return self.display.size.lines - len(around)

    def _draw(self, top: int) -> None:
        if self._build is None:
            return
        screen = self._build(self.display.look)
        if self.display.plain:
            self.display.print([*screen.head, *screen.body, Text(""), *screen.foot, Text("")])
            return
        render, height = self.display.render, self.display.size.lines
        head, body, foot = render(screen.head), render(screen.body), render(screen.foot)
        room = height - len(head) - len(foot)
        if room < min(LEAST_ROOM, len(body)):
            body, head, room = head + body, [], room + len(head)
        between = [""] if len(body) < room else []
        if len(body) > room:
            room = max(room - 1, 1)
        self._fit = fit(len(body), room, top)
        top = self._fit.top
        self._seen = max(self._seen, top + room)
        self.unread = self._seen < len(body)
        if self._fit.overflows:
            between = render([_mark(self._fit, unread=self.unread)])[:1]
        lines = [*head, *body[top : top + room], *between, *foot]
        self.display.fill_window(lines[:height])


def _mark(lie: Fit, *, unread: bool) -> Text:
    """How much is hidden, and how to get there."""
    if lie.below:
        keys = "space or j" if unread else "j"
        back = ", back: k" if lie.top else ""
        return Text(f"↓ {plural(lie.below, 'more line')} ({keys}{back})", "notice")
    return Text("↑ the end (back: k)", "notice")
