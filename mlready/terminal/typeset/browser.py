"""The browser of the person at this terminal: whether there is one, and opening it quietly."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Browsers within the terminal, which would want it for themselves, and show no formulas.
_TEXT_BROWSERS = {"browsh", "elinks", "links", "links2", "lynx", "w3m", "www-browser"}
_OPEN = "import sys, webbrowser; sys.exit(not webbrowser.open(sys.argv[1]))"
_PATIENCE = 1.0  # seconds; a browser that has not failed by then has started


def open_in_browser(address: str) -> bool:
    """Open an address where the person at this terminal can see it; whether that went well."""
    return has_browser(os.environ, sys.platform) and _start_browser(address)


def has_browser(environment: Mapping[str, str], platform: str) -> bool:
    """Whether a browser could show itself to the person at this terminal.

    Args:
        environment: variables of the process.
        platform: as `sys.platform` has it.
    """
    chosen = environment.get("BROWSER", "")
    if chosen:
        first = chosen.split(os.pathsep)[0].split()
        return bool(first) and Path(first[0]).name not in _TEXT_BROWSERS
    if platform in {"darwin", "win32"}:
        # It would open on that machine's screen, not on the one the person looks at.
        return "SSH_CONNECTION" not in environment
    windows = "WSL_DISTRO_NAME" in environment
    return windows or any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _start_browser(address: str) -> bool:
    """Open an address in a process of its own, which writes nothing here; whether it went well."""
    from subprocess import DEVNULL, Popen, TimeoutExpired  # noqa: PLC0415 - only when asked for
    from threading import Thread  # noqa: PLC0415

    # Without TERM, no browser within the terminal is considered.
    environment = {name: value for name, value in os.environ.items() if name != "TERM"}
    try:
        process = Popen(  # noqa: S603 - our own interpreter, and an address it takes as one word
            [sys.executable, "-I", "-c", _OPEN, address],
            stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL,
            env=environment, start_new_session=True,
        )  # fmt: skip
    except OSError:
        return False
    try:
        return process.wait(_PATIENCE) == 0
    except TimeoutExpired:
        Thread(target=process.wait, daemon=True).start()  # nobody is left waiting for it
        return True
