"""Formulas as typeset pictures, below their text, in terminals that said they can show them.

A picture stands on a strip of blank rows that is part of the screen's lines: it scrolls with them
and goes with them. It is drawn only where the whole strip is in sight, and its formula always
shows as text as well, so nothing is missing where there is no picture.
"""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment

from mlready.terminal.typeset import graphics
from mlready.terminal.typeset.graphics import Answers, Cell, Protocol
from mlready.terminal.typeset.typesetting import Picture, make_picture

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import Console, ConsoleOptions, RenderResult

    from mlready.terminal.display import Display
    from mlready.terminal.keyboard import Keys

PATIENCE = 1.0  # seconds for the terminal's answer
_KEPT = 200  # pictures
# No author can write a control character, so this stands in a line only where a strip does.
_MARK = re.compile("\x01([0-9]+)\\.([0-9]+)\x01")
_STYLES = re.compile(r"\x1b\[[0-9;]*m")


class Strip:
    """The rows of a screen on which a picture stands."""

    def __init__(self, number: int, picture: Picture, *, centered: bool) -> None:
        self.number = number
        self.picture = picture
        self.centered = centered

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        """Marks, which `Pictures.place` takes out again."""
        room = max(options.max_width - self.picture.columns, 0)
        indent = " " * (room // 2 if self.centered else min(4, room))
        for row in range(self.picture.rows):
            yield Segment(f"{indent}\x01{self.number}.{row}\x01")
            yield Segment.line()


@dataclass(slots=True)
class Pictures:
    """The pictures of one terminal.

    Args:
        answers: what the terminal said of itself; it has a protocol.
        window: its size when it said so.
        terminal: the file descriptor of the terminal.
    """

    answers: Answers
    window: os.terminal_size
    terminal: int
    _numbers: dict[tuple[str, int, Cell], int | None] = field(default_factory=dict)
    _made: dict[int, Picture] = field(default_factory=dict)
    _counter: Iterator[int] = field(default_factory=count)

    @property
    def protocol(self) -> Protocol:
        """How the terminal shows pictures."""
        return self.answers.protocol or "sixel"

    def strip(self, tex: str, width: int, *, centered: bool) -> Strip | None:
        """A formula's strip, or None where there can be no picture of it.

        Args:
            tex: LaTeX without dollars and marks.
            width: columns there are.
            centered: whether it stands in the middle of them.
        """
        cell = self._cell()
        if cell is None:
            return None
        key = (tex, width, cell)
        if key not in self._numbers:
            if len(self._numbers) >= _KEPT:
                self._numbers.clear()
                self._made.clear()
            picture = make_picture(tex, width, cell, self.answers)
            # A number is never used twice: a strip must not get another formula's picture.
            self._numbers[key] = number = None if picture is None else next(self._counter)
            if picture is not None and number is not None:
                self._made[number] = picture
        number = self._numbers[key]
        return None if number is None else Strip(number, self._made[number], centered=centered)

    def _cell(self) -> Cell | None:
        """The size of a character as it is now; None where nobody knows."""
        if (measured := measure_cell(self.terminal)) is not None:
            return measured
        with suppress(OSError):
            # The letters may have another size since; sixels could then cover text.
            if self.protocol == "sixel" and os.get_terminal_size(self.terminal) != self.window:
                return None
        return self.answers.cell or (None if self.protocol == "sixel" else Cell(10, 20))

    @property
    def erase(self) -> str:
        """What takes all pictures off the screen."""
        return graphics.ERASE[self.protocol]

    def place(self, lines: Sequence[str]) -> tuple[list[str], str]:
        """Lines of a screen without marks, and what draws the pictures whose strips are whole."""
        found = [_MARK.search(line) for line in lines]
        marks = [(int(mark[1]), int(mark[2])) if mark else None for mark in found]
        drawn = ""
        for row, mark in enumerate(marks):
            picture = self._made.get(mark[0]) if mark and mark[1] == 0 else None
            if mark is None or picture is None:
                continue
            strip = [(mark[0], number) for number in range(picture.rows)]
            # Below the last row there is none to put the cursor on: the screen would scroll.
            if marks[row : row + picture.rows] == strip and row + picture.rows < len(lines):
                column = cell_len(_STYLES.sub("", lines[row].partition("\x01")[0])) + 1
                drawn += f"\x1b[{row + 1};{column}H{picture.drawn}"
        return [_MARK.sub("", line) for line in lines], f"\x1b7{drawn}\x1b8" if drawn else ""


def measure_cell(terminal: int) -> Cell | None:
    """The size of a character as the terminal's driver has it; None if it does not."""
    try:
        import fcntl  # noqa: PLC0415 - not on Windows
        import struct  # noqa: PLC0415
        import termios  # noqa: PLC0415

        size = fcntl.ioctl(terminal, termios.TIOCGWINSZ, bytes(8))
    except (ImportError, OSError):
        return None
    rows, columns, width, height = struct.unpack("HHHH", size)
    cell = Cell(width // columns, height // rows) if rows and columns else Cell(0, 0)
    return cell if cell.is_plausible else None


# --- asking --------------------------------------------------------------------------------


def ask(display: Display, keys: Keys, environment: Mapping[str, str]) -> Pictures | str:
    """The pictures of this terminal if it says it can show them; else why there are none.

    What is typed meanwhile is not lost.

    Args:
        display: where screens go.
        keys: where keys come from.
        environment: variables of the process.
    """
    from mlready.terminal.keyboard import TerminalKeys  # noqa: PLC0415 - only when asked for

    if display.plain or not isinstance(keys, TerminalKeys):
        return _instead("Pictures need a terminal's whole screen")
    if refusal := _refuse(environment):
        return _instead(refusal)
    display.write(graphics.QUESTION)
    answers = graphics.read_answers(keys.listen(graphics.END_OF_ANSWER, PATIENCE))
    if answers.protocol is None:
        return _instead("This terminal has not said that it can show pictures")
    terminal = sys.stdout.fileno()
    if answers.protocol == "sixel" and not (answers.cell or measure_cell(terminal)):
        return _instead("This terminal does not say how large its letters are")
    return Pictures(answers, display.size, terminal)


def _instead(refusal: str) -> str:
    return f"{refusal}: formulas show as text"


def _refuse(environment: Mapping[str, str]) -> str:
    """Why there is no use in asking; "" if there is."""
    if missing := [name for name in ("mathra", "resvg_py") if find_spec(name) is None]:
        return f"Pictures need {' and '.join(missing)} (pip install 'mlready-srs[images]')"
    kind = environment.get("TERM", "")
    if kind.startswith(("tmux", "screen")) or {"TMUX", "STY"} & set(environment):
        return "Pictures do not get through tmux or screen"
    return "The Linux console shows no pictures" if kind == "linux" else ""
