"""Writing answers in a real terminal: pastes, sizes, signals."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest

from tests.pty_fixtures import Terminal, open_terminal
from tests.study_fixtures import Place, place

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal"),
    # pytest-xdist runs threads, and a pseudo-terminal needs a fork.
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning"),
]
__all__ = ["open_terminal", "place"]
QUESTION = "When is there no set"
MARKED, UNMARKED = b"\x1b[?2004h", b"\x1b[?2004l"
Open = Callable[..., Terminal]


def paste(text: str) -> str:
    """What a terminal sends when a text is pasted."""
    return f"\x1b[200~{text}\x1b[201~"


def test_an_answer_is_written_first_and_shown_beside_the_true_one(
    place: Place, open_terminal: Open
) -> None:
    terminal = open_terminal("review", "--type")
    terminal.wait_for(QUESTION)
    terminal.press(" 1 kj$x \\notin x")
    assert "1 kj$x \\notin x" in terminal.wait_for("x ∉ x")
    terminal.resize(60, 24)
    terminal.wait_for(r"\[esc\]|esc")
    terminal.press(paste("$ and\r3 more") + "\x04")
    assert "and\n  3 more" in terminal.wait_for("Yours")
    assert place.ratings() == []
    terminal.resize(110, 30)
    terminal.wait_for("Yours +│")
    terminal.press("3u")
    terminal.wait_for("Undone: rate it again")
    terminal.press(" ")
    terminal.wait_for("3 more")  # what was written is still there
    terminal.press("\x04q")
    assert terminal.finish() == 0
    assert place.ratings() == []


def test_a_paste_is_no_key_where_nothing_is_written(place: Place, open_terminal: Open) -> None:
    terminal = open_terminal("review")
    terminal.wait_for(QUESTION)
    terminal.press(paste(" 3 4q") + " ")
    terminal.wait_for("self-reference")
    terminal.press(paste("1") + "3q")
    assert terminal.finish() == 0
    assert place.ratings() == [3]


@pytest.mark.parametrize("number", [None, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("option", [[], ["--plain"]])
def test_pastes_are_marked_until_the_end_whatever_it_is(
    open_terminal: Open, option: list[str], number: signal.Signals | None
) -> None:
    terminal = open_terminal("review", "--type", *option)
    terminal.wait_for(QUESTION)
    terminal.press(" a")
    terminal.wait_for("> a")
    if number is None:
        terminal.press("\x03\x03")
    else:
        terminal.child.kill(number)
    terminal.finish()
    assert terminal.raw.count(MARKED) == terminal.raw.count(UNMARKED) == 1
    assert terminal.raw.index(MARKED) < terminal.raw.index(UNMARKED)
