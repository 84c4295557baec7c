"""Programs in a real pseudo-terminal, and what their user sees."""

from __future__ import annotations

import re
import signal
import time
from typing import TYPE_CHECKING

import pexpect
import pyte
import pytest

from tests.study_fixtures import MLREADY, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def _heed_interrupts() -> None:
    """As a shell in the foreground leaves it; what runs in the background ignores Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """A program in a pseudo-terminal, and what its user sees."""

    def __init__(
        self, command: list[str], env: dict[str, str], columns: int = 80, lines: int = 30
    ) -> None:
        self.screen = pyte.Screen(columns, lines)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.child: pexpect.spawn[bytes] = pexpect.spawn(
            command[0],
            command[1:],
            env=env,
            dimensions=(lines, columns),
            timeout=20,
            preexec_fn=_heed_interrupts,
        )
        self.child.delaybeforesend = None

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def press(self, keys: str) -> None:
        """Press keys, one right after the other."""
        self.child.send(keys)

    def wait_for(self, pattern: str, *, gone: str = "") -> str:
        """Wait until the screen shows a pattern, and no more of another."""
        until = time.monotonic() + 20
        while time.monotonic() < until:
            if re.search(pattern, self.text) and not (gone and re.search(gone, self.text)):
                return self.text
            if not self._feed(0.2) and not self.child.isalive():
                break
        if re.search(pattern, self.text) and not (gone and re.search(gone, self.text)):
            return self.text
        raise AssertionError(f"no {pattern!r} on the screen:\n{self.text}")

    def _feed(self, timeout: float) -> bool:
        try:
            data = self.child.read_nonblocking(65536, timeout)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return False
        self.raw += bytes(data)
        self.stream.feed(data)
        return True

    def finish(self) -> int:
        """Wait for the end; the exit code, or the negative number of the signal."""
        until = time.monotonic() + 20
        while self._feed(0.2) or (self.child.isalive() and time.monotonic() < until):
            pass
        self.child.close()
        code, signal = self.child.exitstatus, self.child.signalstatus
        return int(code) if code is not None else -int(signal or 0)

    def resize(self, columns: int, lines: int) -> None:
        """Change the window's size, as its user does."""
        self.screen.resize(lines, columns)
        self.child.setwinsize(lines, columns)


@pytest.fixture
def open_terminal(place: Place) -> Iterator[Callable[..., Terminal]]:
    """Open `mlready` (or another command) in a terminal; all are closed in the end."""
    opened: list[Terminal] = []

    def open_one(
        *args: str, columns: int = 80, lines: int = 30, command: str = MLREADY, **env: str
    ) -> Terminal:
        terminal = Terminal([command, *args], place.env | env, columns, lines)
        opened.append(terminal)
        return terminal

    yield open_one
    for terminal in opened:
        terminal.child.close(force=True)
