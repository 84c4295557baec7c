"""A screen in a window that may be too small for it: scrolled, and drawn anew when resized.

Above the body stands the screen's head, below it the screen's foot. Where the body is longer than
the room between them, it scrolls, and a line says how much is hidden.
"""

from __future__ import annotations

from contextlib import contextmanager
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
    from collections.abc import Callable, Iterator, Sequence

    from mlready.terminal.display import Display, Look, Screen

LEAST_ROOM = 5  # lines; where the head leaves less for the body, it scrolls as well
_OVERLAP = 1  # lines that stay in sight when a page is turned
_TO_THE_END = 1_000_000
_MOVES = {key: key for key in (UP, DOWN, PAGE_UP, PAGE_DOWN, FIRST, LAST)}
_MOVES |= {"k": UP, "j": DOWN}
_ONWARD = {" ", "\r", "\n"}
_PAGES = {PAGE_UP, PAGE_DOWN}
_OF_A_SCREEN = ("unread", "_build", "_writing", "_fit", "_seen", "_body", "_lead", "_news")
_DRAWS_ANEW = {RESIZED, "\x0c"}


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

    def showing(self, change: range) -> int:
        """The top line from which a change is in sight; its beginning, if it is too long."""
        if not change:
            return self.top
        top = max(self.top, min(change.stop - self.room, max(change.start - _OVERLAP, 0)))
        return min(top, change.start)


def fit(length: int, room: int, top: int) -> Fit:
    """Lay a body into its room, as near to the wanted top line as it goes."""
    return Fit(room, max(0, min(top, length - room)), length)


def _scale(lines: range, before: int, now: int) -> range:
    """About where lines are now that there are more of them, or fewer."""
    if not lines or not before:
        return range(0)
    return range(lines.start * now // before, -(-lines.stop * now // before))


def find_change(before: Sequence[str], after: Sequence[str]) -> range:
    """The lines that are not as they were: all but what both begin and end with."""
    most = min(len(before), len(after))
    start = next((n for n in range(most) if before[n] != after[n]), most)
    same = (n for n in range(most - start) if before[-1 - n] != after[-1 - n])
    return range(start, len(after) - next(same, most - start))


class _Layout(NamedTuple):
    """A screen's lines in a window of some height.

    Attributes:
        room: lines for the body.
        lead: how many of the body's lines are the head, which scrolls with it in a low window.
    """

    head: list[str]
    body: list[str]
    foot: list[str]
    room: int
    lead: int = 0


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
    _writing: bool = False
    _fit: Fit = field(default=Fit(1, 0, 0))
    _seen: int = 0  # lines of the body, from its top
    _body: list[str] = field(default_factory=list)
    _lead: int = 0  # of its lines, those of the head
    _news: range = range(0)  # of its lines, those that changed last

    def show(
        self,
        build: Callable[[Look], Screen],
        *,
        start_at: int | None = None,
        writing: bool = False,
    ) -> None:
        """Show a screen; it is built again whenever the window's size changes.

        Args:
            build: makes the screen for a look.
            start_at: how many parts of the body have been read already. They are scrolled
                away if they would take more than half of the room, and lines leave them out.
            writing: whether the body ends in a text that is being written: its end stays in
                sight.
        """
        self._build, self._writing = build, writing
        self._seen, self._news = 0, range(0)
        layout = self._lay_out()
        read = 0
        if start_at:
            read = len(self.display.render(build(self.display.look).body[:start_at]))
        if self.display.plain:
            self._print(layout, read)
        else:
            top = read if read > layout.room // 2 else 0
            self._draw(layout, _TO_THE_END if writing else top)

    def show_change(self, build: Callable[[Look], Screen] | None = None) -> None:
        """Show the screen again after something in it changed, scrolled as it was.

        It scrolls on only where the change would be out of sight. A plain display prints the
        changed lines alone, and the foot.

        Args:
            build: makes the screen for a look; None for the one that made it before.
        """
        self._build = build or self._build
        before, layout = self._body[self._lead :], self._lay_out()
        lead, moved = layout.lead, layout.lead - self._lead
        after = layout.body[lead:]
        change = find_change(before, after)
        if self.display.plain:
            self._print(layout, change.start, change.stop)
            return
        change = range(change.start + lead, change.stop + lead)
        self._news = change or self._news
        self._seen += moved
        if len(after) > len(before):
            self._seen = min(self._seen, change.start)
        now = fit(len(layout.body), layout.room, self._fit.top + moved)
        self._draw(layout, now.showing(change))

    def redraw(self) -> None:
        """Show the screen again as the window is now."""
        if self._build is None:
            return
        layout = self._lay_out()
        if self.display.plain:
            self._print(layout)
            return
        was, length = self._fit, len(layout.body)
        top = was.top
        if length != was.length and was.length:  # its lines were broken anew
            self._seen = length if not self.unread else self._seen * length // was.length
            top = top * length // was.length if was.below else _TO_THE_END * was.overflows
        if not was.overflows:  # all was in sight, and was read to its last change
            top = fit(length, layout.room, 0).showing(_scale(self._news, was.length, length))
        self._draw(layout, _TO_THE_END if self._writing else top)

    @contextmanager
    def set_aside(self, *, redrawn: bool = True) -> Iterator[None]:
        """Room for other screens; then this one is back as it was, at the latest when changed."""
        kept = {name: getattr(self, name) for name in _OF_A_SCREEN}
        try:
            yield
        finally:
            for name, value in kept.items():
                setattr(self, name, value)
        if redrawn:
            self.redraw()

    def read(self) -> str:
        """The next key that does not scroll; the space bar does while something is unread."""
        while True:
            key = self._read()
            move = PAGE_DOWN if key in _ONWARD and self.unread else _MOVES.get(key)
            if move is None:
                return key
            self._scroll(move)

    def read_on(self) -> bool:
        """Turn the page if part of the screen has not been in sight yet; whether there was one."""
        is_unread = self.unread and not self.display.plain
        if is_unread:
            self._scroll(PAGE_DOWN)
        return is_unread

    def read_written(self) -> str:
        """The next key where keys are text: only Page Up and Page Down scroll."""
        while (key := self._read()) in _PAGES:
            self._scroll(key)
        return key

    def _read(self) -> str:
        """The next key; the screen is drawn anew when the window was resized, or at Ctrl-L."""
        while (key := self.keys.read()) in _DRAWS_ANEW:
            if not self.display.plain:
                self.redraw()
        return key

    def _scroll(self, key: str) -> None:
        if not self.display.plain:
            self._draw(self._lay_out(), self._fit.moved(key))

    def _lay_out(self) -> _Layout:
        """The screen's lines, and the room for its body.

        The head scrolls with the body in a low window, and the foot never takes more than half.
        """
        if self._build is None:
            return _Layout([], [], [], 1)
        screen = self._build(self.display.look)
        render, height = self.display.render, self.display.size.lines
        head, body, foot = render(screen.head), render(screen.body), render(screen.foot)
        if self.display.plain:
            return _Layout(head, body, foot, len(body))
        foot = foot[-max(height // 2, 1) :]
        room, lead = height - len(head) - len(foot), 0
        if room < min(LEAST_ROOM, len(body)):
            body, head, room, lead = head + body, [], room + len(head), len(head)
        if len(body) > room:
            room = max(room - 1, 1)  # for the line that says so
        return _Layout(head, body, foot, room, lead)

    def _draw(self, layout: _Layout, top: int) -> None:
        head, body, foot, room, self._lead = layout
        self._body = body
        self._fit = fit(len(body), room, top)
        top = self._fit.top
        self._seen = max(self._seen, top + room)
        self.unread = self._seen < len(body)
        between = [""] if len(body) < room else []
        if self._fit.overflows:
            mark = _mark(self._fit, unread=self.unread, writing=self._writing)
            width = self.display.look.width
            says = next((text for text in mark if len(text) <= width), mark[-1])
            between = self.display.render([Text(says, "notice")])[:1]
        lines = [*head, *body[top : top + room], *between, *foot]
        self.display.fill_window(lines[: self.display.size.lines])

    def _print(self, layout: _Layout, start: int = 0, stop: int | None = None) -> None:
        """Write the screen's lines, or those of its body that are not known yet, and its foot."""
        self._body, self._lead = layout.body, 0
        lines = [*([] if start else layout.head), *layout.body[start:stop]]
        while start and lines and not lines[0].strip():
            del lines[0]  # a blank line is there already
        lines += [""] * bool(lines) + layout.foot
        self.display.write("".join(f"{line}\n" for line in [*lines, ""]))


def _mark(lie: Fit, *, unread: bool, writing: bool) -> list[str]:
    """How much is hidden, and how to get there; shorter and shorter."""
    down, up = ("Page Down", "Page Up") if writing else ("j", "k")
    if not lie.below:
        return [f"↑ the end (back: {up})", f"↑ {up}"]
    keys = f"space or {down}" if unread and not writing else down
    back = f", back: {up}" if lie.top else ""
    more = plural(lie.below, "more line")
    return [f"↓ {more} ({keys}{back})", f"↓ {lie.below} ({keys})", f"↓ {lie.below}"]
