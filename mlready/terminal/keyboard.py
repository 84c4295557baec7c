"""Keys as the learner presses them: one at a time from a terminal, a line at a time from a pipe."""

from __future__ import annotations

import codecs
import os
import re
import select
import sys
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from mlready import clock
from mlready.terminal.terminal_modes import resizes, single_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

END = ""  # no more keys will come
INTERRUPT = "\x03"
SUSPEND = "\x1a"
ESCAPE = "\x1b"
# Names no key can have: what a terminal sends for one key is one character, or one of these.
RESIZED = "resized"
UP, DOWN, PAGE_UP, PAGE_DOWN = "up", "down", "page up", "page down"
FIRST, LAST = "first", "last"
LEFT, RIGHT, WORD_LEFT, WORD_RIGHT = "left", "right", "word left", "word right"
DELETE, SHIFT_TAB = "delete", "shift tab"
_PASTED = "pasted: "  # before a text, so that pasting "1" is another key than pressing it
_SEQUENCES = {
    "A": UP,
    "B": DOWN,
    "C": RIGHT,
    "D": LEFT,
    "5~": PAGE_UP,
    "6~": PAGE_DOWN,
    "H": FIRST,
    "1~": FIRST,
    "7~": FIRST,
    "F": LAST,
    "4~": LAST,
    "8~": LAST,
    "3~": DELETE,
    "Z": SHIFT_TAB,
    # With Control or Alt, as xterm, rxvt and those that follow them write it.
    **dict.fromkeys(("1;5C", "1;3C", "5C", "c"), WORD_RIGHT),
    **dict.fromkeys(("1;5D", "1;3D", "5D", "d"), WORD_LEFT),
}
_PASTE, _END_OF_PASTE = "\x1b[200~", "\x1b[201~"
# Strings with which a terminal answers a question, from their first letters on.
_ANSWERS = tuple(f"\x1b{first}" for first in ("]1", "]4", "]5", "P>", "P!", "P0", "P1", "_G"))
# What is longer is no answer, and Ctrl-C or Ctrl-Z break it off.
_SAID = re.compile("[^\a\x1b\x03\x1a]{0,4096}")
_LONGEST_PASTE = 1_000_000  # characters
# Seconds to wait for the rest. A sequence arrives at once but for slow lines, and a lone Escape
# must not wait; but what is left of a text must never be taken for keys.
_AFTER_ESCAPE, _WITHIN_SEQUENCE, _WITHIN_TEXT = 0.05, 0.5, 2.0


class Keys(Protocol):
    """Something keys come from."""

    def read(self) -> str:
        """The next key; END when there will be none."""
        ...


class LineKeys:
    """Keys from lines: the first character of each; an empty line is the space bar."""

    def read(self) -> str:
        """The next key."""
        line = self.read_line()
        if line is None:
            return END
        key = line.strip()[:1] or " "
        # Control keys are for terminals: nobody who pipes lines wants to be suspended.
        return key if key.isprintable() else "?"

    def read_line(self) -> str | None:
        """A whole line without its end, where text is asked for; None when there is none."""
        line = sys.stdin.readline() if sys.stdin is not None else ""
        return line.rstrip("\r\n") if line else None


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
            ready, _, _ = select.select(watched, [], [], _patience(self._rest))
            if self._terminal in ready:
                if not self._take():
                    return END
            elif ready:
                os.read(ready[0], 1024)
                return RESIZED
            else:
                self._waiting.extend(_break_off(self._rest))
                self._rest = ""
        return self._waiting.popleft()

    def listen(self, end: re.Pattern[str], seconds: float) -> str:
        """What the terminal answers to a question; keys among it are kept for `read`.

        Args:
            end: what the answer ends with.
            seconds: how long to wait for that; what comes later is passed over.
        """
        until = clock.seconds() + seconds
        said = self._rest
        while not end.search(said) and (data := self._receive(until - clock.seconds())):
            said += self._decoder.decode(data)
        keys, self._rest = split_keys(said)
        self._waiting.extend(keys)
        return said

    def _receive(self, seconds: float) -> bytes:
        """What comes from the terminal within a time; nothing if it hung up."""
        ready, _, _ = select.select([self._terminal], [], [], max(seconds, 0))
        try:
            return os.read(self._terminal, 65536) if ready else b""
        except OSError:
            return b""

    def _take(self) -> bool:
        """Read what is there; whether the terminal is."""
        data = self._receive(0)
        keys, rest = split_keys(self._rest + self._decoder.decode(data))
        self._waiting.extend(keys)
        if len(rest) > _LONGEST_PASTE:
            rest = rest[:_LONGEST_PASTE] + rest[-len(_END_OF_PASTE) :]
        self._rest = rest
        return bool(data)


def split_keys(text: str) -> tuple[list[str], str]:
    """The keys that a terminal's text stands for, and an unfinished sequence at its end.

    A pasted text is one key, see `pasted_text`. Sequences of keys we do not use, and answers to
    questions nobody waits for any more, are passed over.
    """
    keys = []
    at = 0
    while at < len(text):
        start = at
        if text[start] != ESCAPE:
            keys.append(text[start])
            at += 1
        elif text.startswith(_PASTE, start):
            end = text.find(_END_OF_PASTE, start)
            if end < 0:
                return keys, text[start:]
            keys.append(_PASTED + text[start + len(_PASTE) : end])
            at = end + len(_END_OF_PASTE)
        elif (at := _end_of_sequence(text, start)) < 0:
            return keys, text[start:]
        elif at == start + 1:
            keys.append(ESCAPE)
        else:
            known = _SEQUENCES.get(text[start + 2 : at])
            keys += [known] if known else []
    return keys, ""


def _end_of_sequence(text: str, start: int) -> int:
    """Where the sequence that begins with this Escape ends; -1 if it goes on after the text."""
    at = start + 1
    if at == len(text):
        return -1
    if text[at] in "]P_":
        return _end_of_answer(text, start)
    if text[at] not in "[O":
        return at
    at += 1
    # Parameters, then one letter or tilde; anything else breaks the sequence off.
    while at < len(text) and text[at] in "0123456789;:<=>?[$":
        at += 1
    if at == len(text):
        return -1
    return at + 1 if text[at] == "~" or text[at].isalpha() else at


def _end_of_answer(text: str, start: int) -> int:
    """The same for a string, which a bell or Escape and backslash end."""
    if len(text) < start + 3:
        return -1
    if text[start : start + 3] not in _ANSWERS:
        return start + 1
    said = _SAID.match(text, start + 3)
    end = said.end() if said else start + 3
    if text[end:] in {"", ESCAPE}:
        return -1
    for closing in ("\a", "\x1b\\"):
        if text.startswith(closing, end):
            return end + len(closing)
    return end


def _patience(rest: str) -> float | None:
    """How many seconds to wait for what is missing of a sequence; None for ever."""
    if not rest:
        return None
    if rest.startswith((_PASTE, *_ANSWERS)):
        return _WITHIN_TEXT
    return _AFTER_ESCAPE if rest == ESCAPE else _WITHIN_SEQUENCE


def _break_off(rest: str) -> list[str]:
    """The keys in a sequence whose end does not come."""
    if rest.startswith(_PASTE):
        return [_PASTED + rest[len(_PASTE) :]]
    if rest.startswith(_ANSWERS):
        return []
    # Escape by itself, or pressed before a key that could have gone on with a sequence.
    return list(rest) if len(rest) <= 2 else [ESCAPE]


def pasted_text(key: str) -> str | None:
    """The text, if the key is a paste; it never stands for the keys in it."""
    return key.removeprefix(_PASTED) if key.startswith(_PASTED) else None


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
        with single_keys(terminal), resizes() as wakeup:
            yield TerminalKeys(terminal, wakeup)
