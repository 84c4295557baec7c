"""Screens of entries one of which is chosen: how they fit the window, and the keys that choose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from rich.text import Text

from mlready.terminal.display import Screen
from mlready.terminal.keyboard import DOWN, FIRST, LAST, RIGHT, SHIFT_TAB, UP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rich.console import RenderableType

    from mlready.terminal.display import Look
    from mlready.terminal.window import Window

AT_ONCE: Final = 9  # entries that digits open
ENTER: Final = frozenset("\r\n")
STEPS: Final = {DOWN: 1, "\t": 1, UP: -1, SHIFT_TAB: -1}
_STEPS: Final = STEPS | {"j": 1, "k": -1}
_ENDS: Final = {FIRST: -1_000_000, LAST: 1_000_000}
_LEAST_MARKED: Final = 2  # lines; in fewer, no line says that there is more
_LEAST_ROOM: Final = 5  # lines for entries; where the head leaves fewer, it gives way


class Listing(NamedTuple):
    """A screen with entries, one of which is chosen.

    Attributes:
        body: what scrolls.
        chosen: which part of the body is the chosen entry; None where there is none.
        is_first: whether it is the first, so that what is above it is to be seen too.
        stays: what is left of the head in a low window.
    """

    head: Sequence[RenderableType]
    body: Sequence[RenderableType]
    foot: Sequence[RenderableType]
    chosen: int | None = None
    is_first: bool = False
    stays: Sequence[RenderableType] = ()


def marks_of(count: int, chosen: int, look: Look) -> list[str]:
    """What stands before each entry: whether it is chosen, and the digit that opens it.

    The nine entries around the chosen one have digits.
    """
    first = chosen - chosen % AT_ONCE
    return [
        (">" if number == chosen and not look.plain else " ")
        + (str(number - first + 1) if first <= number < first + AT_ONCE else " ")
        + " "
        for number in range(count)
    ]


def range_in_sight(
    heights: Sequence[int], chosen: int, room: int, *, from_above: bool = False
) -> range:
    """The parts to show where not all fit: the chosen one, and as much around it as fits.

    Args:
        heights: lines of each part.
        chosen: the part that has to be in sight.
        room: lines there are.
        from_above: whether what is above comes first; otherwise more below is shown than above,
            because that is where one reads on.
    """
    start, stop, used = chosen, chosen + 1, heights[chosen]
    while True:
        back = start > 0 and used + heights[start - 1] <= room
        on = stop < len(heights) and used + heights[stop] <= room
        if not (back or on):
            return range(start, stop)
        if back and (not on or from_above or 2 * (chosen - start) < stop - chosen):
            start -= 1
            used += heights[start]
        else:
            used += heights[stop]
            stop += 1


def keys_line(keys: Iterable[tuple[str, str]], look: Look) -> Text:
    """Keys and what they do, in a line."""
    if look.plain:
        return Text(", ".join(f"{key}: {meaning}" for key, meaning in keys))
    line = Text()
    for key, meaning in keys:
        line.append(f" {key} " if look.styled else f"[{key}]", "reverse")
        line.append(f" {meaning}   ", "quiet")
    line.rstrip()
    return line


def show_listing(window: Window, build: Callable[[Look], Listing]) -> None:
    """Show a screen of entries, the chosen one in sight; also after the window was resized."""
    window.show(lambda look: lay_out(window, build(look)))


def lay_out(window: Window, listing: Listing) -> Screen:
    """The screen of a listing, its body cut to what fits around the chosen entry."""
    head, body, foot, chosen, _, stays = listing
    display = window.display
    if display.plain or chosen is None:
        return Screen(head, body, foot)
    heights = [len(display.render([part])) for part in body]
    lines = display.size.lines
    lines -= min(len(display.render(foot)), max(lines // 2, 1))
    room = lines - len(display.render(head)) - 1
    if room < min(_LEAST_ROOM, sum(heights)):
        head, room = stays, lines - len(display.render(stays)) - 1
    if sum(heights) <= room:
        return Screen(head, body, foot)
    for marks in (1, 2) if room > _LEAST_MARKED else (0,):  # lines that say that there is more
        left = max(room - marks, 1)
        shown = range_in_sight(heights, chosen, left, from_above=listing.is_first)
        above = [Text("↑ more", "notice")] if marks and shown.start else []
        below = [Text("↓ more", "notice")] if marks and shown.stop < len(body) else []
        if len(above) + len(below) <= marks:
            break
    return Screen(head, [*above, *body[shown.start : shown.stop], *below], foot)


def choose(key: str, chosen: int, count: int, *, plain: bool) -> int | None:
    """The entry that a key chooses; None where the key is not about choosing."""
    if plain:
        after = chosen - chosen % AT_ONCE + AT_ONCE
        return (after if after < count else 0) if key == "n" else None
    if key not in _STEPS and key not in _ENDS:
        return None
    return max(0, min(chosen + _STEPS.get(key, 0) + _ENDS.get(key, 0), count - 1))


def opened_by(key: str, chosen: int, count: int, *, plain: bool) -> int | None:
    """The entry that a key opens; None where it opens none."""
    if key in ENTER | {RIGHT} and not plain:
        return chosen
    if len(key) == 1 and key in "123456789":
        number = chosen - chosen % AT_ONCE + int(key) - 1
        return number if number < count else None
    return None
