"""The state a terminal is in while single keys are read from it, and giving it back."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DUMB = {"", "dumb", "unknown"}  # terminals that take no sequences


def is_interactive() -> bool:
    """Whether a person sits at both ends: keys come from a terminal, and screens go to one."""
    streams = (sys.stdin, sys.stdout)  # either is None where it was closed
    return all(stream is not None and stream.isatty() for stream in streams)


@contextmanager
def single_keys(terminal: int) -> Iterator[None]:
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
    mark_pastes(wanted=True)
    try:
        yield
    finally:
        mark_pastes(wanted=False)
        with suppress(termios.error):  # it may have hung up
            # Keys that are left were meant for cards; the shell must not get them.
            termios.tcsetattr(terminal, termios.TCSAFLUSH, before)


@contextmanager
def resizes() -> Iterator[int]:
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


def mark_pastes(*, wanted: bool) -> None:
    """Ask the terminal to say where a pasted text begins and ends, or no more."""
    if sys.stdout is None or os.environ.get("TERM", "") in DUMB:
        return
    with suppress(OSError, ValueError):  # gone, and the next screen says so
        sys.stdout.write(f"\x1b[?2004{'h' if wanted else 'l'}")
        sys.stdout.flush()


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
    mark_pastes(wanted=False)
    # Ctrl-C is the other program's business now, though we belong to the same group.
    interrupt = signal.signal(signal.SIGINT, _ignore)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, interrupt)
        with suppress(termios.error):
            termios.tcsetattr(terminal, termios.TCSADRAIN, single)
        mark_pastes(wanted=True)


def _ignore(_number: int, _frame: object) -> None:
    """Do nothing. Unlike SIG_IGN, this is not inherited by the editor."""


def stop_for_now() -> None:
    """What Ctrl-Z does: stop until the shell's `fg`."""
    if os.name == "nt":
        return
    import signal  # noqa: PLC0415 - only when asked for

    with usual_keys():
        os.kill(0, signal.SIGTSTP)  # the whole job, as the terminal would have
