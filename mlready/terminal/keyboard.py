"""Keys as the learner presses them: one at a time from a terminal, a line at a time from a pipe."""

from __future__ import annotations

import codecs
import os
import select
import sys
from collections import deque
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

END = ""  # no more keys will come
INTERRUPT = "\x03"
SUSPEND = "\x1a"
# Names no key can have: what a terminal sends for one key is one character, or one of these.
RESIZED = "resized"
UP, DOWN, PAGE_UP, PAGE_DOWN = "up", "down", "page up", "page down"
FIRST, LAST = "first", "last"
_SEQUENCES = {
    "A": UP,
    "B": DOWN,
    "5~": PAGE_UP,
    "6~": PAGE_DOWN,
    "H": FIRST,
    "1~": FIRST,
    "7~": FIRST,
    "F": LAST,
    "4~": LAST,
    "8~": LAST,
}
# A sequence arrives at once but for slow lines; a lone Escape is not waited for any longer.
_REST_OF_SEQUENCE = 0.05


class Keys(Protocol):
    """Something keys come from."""

    def read(self) -> str:
        """The next key; END when there will be none."""
        ...


class LineKeys:
    """Keys from lines: the first character of each; an empty line is the space bar."""

    def read(self) -> str:
        """The next key."""
        line = sys.stdin.readline() if sys.stdin is not None else ""
        if not line:
            return END
        key = line.strip()[:1] or " "
        # Control keys are for terminals: nobody who pipes lines wants to be suspended.
        return key if key.isprintable() else "?"


class TerminalKeys:
    """Keys from a terminal, none lost however fast they come.

    Args:
        terminal: the file descriptor keys are read from.
        wakeup: a descriptor that becomes readable when the window was resized.
    """

    def __init__(self, terminal: int, wakeup: int | None = None) -> None:
        self._terminal = terminal
        self._wakeup = wakeup
        self._waiting: deque[str] = deque()
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._rest = ""

    def read(self) -> str:
        """The next key, or RESIZED; keys that came before a resize come first."""
        while not self._waiting:
            watched = [self._terminal] if self._wakeup is None else [self._terminal, self._wakeup]
            wait = _REST_OF_SEQUENCE if self._rest else None
            ready, _, _ = select.select(watched, [], [], wait)
            if self._terminal in ready:
                if not self._take():
                    return END
            elif ready:
                os.read(ready[0], 1024)
                return RESIZED
            else:
                self._waiting.extend(self._rest[:1])  # Escape by itself
                self._rest = ""
        return self._waiting.popleft()

    def _take(self) -> bool:
        """Read what is there; whether the terminal is."""
        try:
            data = os.read(self._terminal, 1024)
        except OSError:
            return False  # the terminal hung up
        keys, self._rest = split_keys(self._rest + self._decoder.decode(data))
        self._waiting.extend(keys)
        return bool(data)


def split_keys(text: str) -> tuple[list[str], str]:
    """The keys that a terminal's text stands for, and an unfinished sequence at its end.

    Sequences of keys we do not use are passed over.
    """
    keys = []
    at = 0
    while at < len(text):
        start = at
        at += 1
        if text[start] != "\x1b":
            keys.append(text[start])
            continue
        if at == len(text):
            return keys, text[start:]
        if text[at] not in "[O":
            keys.append(text[start])
            continue
        at += 1
        # Parameters, then one letter or tilde; anything else breaks the sequence off.
        while at < len(text) and text[at] in "0123456789;:<=>?[":
            at += 1
        if at == len(text):
            return keys, text[start:]
        if text[at] == "~" or text[at].isalpha():
            at += 1
            known = _SEQUENCES.get(text[start + 2 : at])
            keys += [known] if known else []
    return keys, ""


class WindowsKeys:
    """Keys from a Windows console."""

    def read(self) -> str:
        """The next key."""
        from click import getchar  # noqa: PLC0415 - only where termios is not

        try:
            return getchar()
        except KeyboardInterrupt:
            return INTERRUPT
        except EOFError:
            return END


def is_interactive() -> bool:
    """Whether a person sits at both ends: keys come from a terminal, and screens go to one."""
    streams = (sys.stdin, sys.stdout)  # either is None where it was closed
    return all(stream is not None and stream.isatty() for stream in streams)


@contextmanager
def open_keys(*, interactive: bool) -> Iterator[Keys]:
    """Keys for a session; the terminal is as it was when it ends, however it ends.

    Args:
        interactive: whether standard input is a terminal to read single keys from.
    """
    if not interactive:
        yield LineKeys()
    elif os.name == "nt":
        yield WindowsKeys()
    else:
        terminal = sys.stdin.fileno()
        with _single_keys(terminal), _signals() as wakeup:
            yield TerminalKeys(terminal, wakeup)


@contextmanager
def _single_keys(terminal: int) -> Iterator[None]:
    """Let the terminal hand over each key at once, unechoed.

    Ctrl-C and Ctrl-Z come as keys, so that what was typed before them is done before them.
    """
    import termios  # noqa: PLC0415 - not on Windows

    before = termios.tcgetattr(terminal)
    single = termios.tcgetattr(terminal)
    single[3] &= ~(termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN)
    single[6][termios.VMIN], single[6][termios.VTIME] = 1, 0
    # Not FLUSH, which would drop what was typed while the program started.
    termios.tcsetattr(terminal, termios.TCSADRAIN, single)
    try:
        yield
    finally:
        with suppress(termios.error):  # it may have hung up
            # Keys that are left were meant for cards; the shell must not get them.
            termios.tcsetattr(terminal, termios.TCSAFLUSH, before)


@contextmanager
def _signals() -> Iterator[int]:
    """Unwind when told to end; yields a descriptor that becomes readable at each resize."""
    import fcntl  # noqa: PLC0415 - not on Windows
    import signal  # noqa: PLC0415 - only where keys are read

    def end(number: int, _frame: object) -> None:
        sys.exit(128 + number)

    readable, writable = os.pipe()
    for descriptor in (readable, writable):
        flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
        fcntl.fcntl(descriptor, fcntl.F_SETFL, flags | os.O_NONBLOCK)

    def resized(_number: int, _frame: object) -> None:
        with suppress(BlockingIOError):  # full of resizes: one is enough
            os.write(writable, b"\0")

    handlers = {signal.SIGTERM: end, signal.SIGHUP: end, signal.SIGWINCH: resized}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield readable
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(readable)
        os.close(writable)


@contextmanager
def usual_keys() -> Iterator[None]:
    """Give the terminal back for a while, as an editor or a shell needs it."""
    if os.name == "nt" or not is_interactive():
        yield
        return
    import signal  # noqa: PLC0415 - not on the way to a card
    import termios  # noqa: PLC0415 - not on Windows

    terminal = sys.stdin.fileno()
    single = termios.tcgetattr(terminal)
    usual = termios.tcgetattr(terminal)
    usual[3] |= termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN
    termios.tcsetattr(terminal, termios.TCSADRAIN, usual)
    # Ctrl-C is the other program's business now, though we belong to the same group.
    interrupt = signal.signal(signal.SIGINT, _ignore)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, interrupt)
        with suppress(termios.error):
            termios.tcsetattr(terminal, termios.TCSADRAIN, single)


def _ignore(_number: int, _frame: object) -> None:
    """Do nothing. Unlike SIG_IGN, this is not inherited by the editor."""


def stop_for_now() -> None:
    """What Ctrl-Z does: stop until the shell's `fg`."""
    if os.name == "nt":
        return
    import signal  # noqa: PLC0415 - only when asked for

    with usual_keys():
        os.kill(0, signal.SIGTSTP)  # the whole job, as the terminal would have
