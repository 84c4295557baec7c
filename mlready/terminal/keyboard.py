"""Keys as the learner presses them: one at a time from a terminal, a line at a time from a pipe."""

from __future__ import annotations

import os
import sys
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

END = ""  # no more keys will come
INTERRUPT = "\x03"


class Keys(Protocol):
    """Something keys come from."""

    def read(self) -> str:
        """The next key; END when there will be none."""
        ...


class LineKeys:
    """Keys from lines: the first character of each; an empty line is the space bar."""

    def read(self) -> str:
        """The next key."""
        line = sys.stdin.readline()
        if not line:
            return END
        return line.strip()[:1] or " "


class TerminalKeys:
    """Keys from a terminal, none lost however fast they come."""

    def __init__(self) -> None:
        self._waiting: deque[str] = deque()

    def read(self) -> str:
        """The next key."""
        while not self._waiting:
            data = os.read(sys.stdin.fileno(), 1024)
            if not data:
                return END
            self._waiting.extend(_split_keys(data.decode(errors="replace")))
        return self._waiting.popleft()


def _split_keys(text: str) -> Iterator[str]:
    """Single characters; what an arrow or function key sends is passed over."""
    at = 0
    while at < len(text):
        if text[at] == "\x1b" and text[at + 1 : at + 2] in {"[", "O"}:
            at += 2
            while at < len(text) and not text[at].isalpha() and text[at] != "~":
                at += 1
        else:
            yield text[at]
        at += 1


class WindowsKeys:
    """Keys from a Windows console."""

    def read(self) -> str:
        """The next key."""
        from click import getchar  # noqa: PLC0415 - only where termios is not

        return getchar()


@contextmanager
def open_keys(*, interactive: bool) -> Iterator[Keys]:
    """Keys for a session; the terminal is as it was when it ends.

    Args:
        interactive: whether standard input is a terminal to read single keys from.
    """
    if not interactive:
        yield LineKeys()
    elif os.name == "nt":
        yield WindowsKeys()
    else:
        with _single_keys():
            yield TerminalKeys()


@contextmanager
def _single_keys() -> Iterator[None]:
    """Let the terminal hand over each key at once, unechoed."""
    import termios  # noqa: PLC0415 - not on Windows
    import tty  # noqa: PLC0415

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    tty.setcbreak(terminal)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


@contextmanager
def usual_keys() -> Iterator[None]:
    """Give the terminal back for a while, as an editor needs it."""
    if os.name == "nt" or not sys.stdin.isatty():
        yield
        return
    import termios  # noqa: PLC0415 - not on Windows

    terminal = sys.stdin.fileno()
    single = termios.tcgetattr(terminal)
    usual = termios.tcgetattr(terminal)
    usual[3] |= termios.ICANON | termios.ECHO
    termios.tcsetattr(terminal, termios.TCSADRAIN, usual)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, single)
