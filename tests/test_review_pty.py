"""The review in a real terminal: keys, windows, editors, signals."""

from __future__ import annotations

import os
import re
import signal
import stat
import sys
import termios
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pty_fixtures import Terminal, open_terminal
from tests.study_fixtures import MLREADY, Place, place

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal"),
    # pytest-xdist runs threads, and a pseudo-terminal needs a fork.
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning"),
]
__all__ = ["open_terminal", "place"]
QUESTION = "When is there no set"
Open = Callable[..., Terminal]


def is_usual(terminal: Terminal) -> bool:
    """Whether the terminal echoes, edits lines and sends signals, and shows its cursor."""
    flags = termios.tcgetattr(terminal.child.child_fd)[3]
    wanted = termios.ECHO | termios.ICANON | termios.ISIG
    return flags & wanted == wanted and not terminal.screen.cursor.hidden


def in_shell(terminal: Open, script: str, **size: int) -> Terminal:
    """A script in a shell that keeps the terminal after the program has ended."""
    return terminal("-c", f"{script}; echo END $?; read -r answer", command="/bin/sh", **size)


def test_a_day_from_the_first_card_to_the_summary(place: Place, open_terminal: Open) -> None:
    terminal = open_terminal("review")
    shown = terminal.wait_for(QUESTION)
    assert "A new deck: 5 questions. Press ? for the keys." in shown
    assert "3 new  0 learning  0 review" in shown
    for key, pattern in [
        (" ", "Must mention"),
        ("4", r"has \[…\] subsets"),
        (" ", "2ⁿ"),
        ("4", "Name the axioms"),
        (" ", "The end of the answer"),
        ("4", "When is a map injective"),
        (" ", "different images"),
        ("4", "Show that a limit is unique"),
        (" ", "triangle inequality"),
        ("4", "No more cards for now"),
        ("u", "Undone: rate it again"),
        (" ", "triangle inequality"),
        ("4", "No more cards for now"),
        ("\r", "Done for today"),
    ]:
        terminal.press(key)
        shown = terminal.wait_for(pattern)
    assert terminal.finish() == 0
    assert "5 reviews" in terminal.text
    assert "Unlocked: Maps between sets; Limits" in terminal.text
    assert place.ratings() == [4] * 5


def test_undo_reaches_back_over_a_restart(place: Place, open_terminal: Open) -> None:
    terminal = open_terminal("review")
    terminal.wait_for(QUESTION)
    terminal.press(" 1q")
    assert terminal.finish() == 0
    assert place.ratings() == [1]
    terminal = open_terminal("review")
    terminal.wait_for("subsets")
    terminal.press("u")
    assert "Undone: rate it again" in terminal.wait_for(QUESTION)
    terminal.press(" 3q")
    assert terminal.finish() == 0
    assert place.ratings() == [3]


def test_keys_typed_fast_are_neither_lost_nor_echoed(place: Place, open_terminal: Open) -> None:
    terminal = open_terminal("review", lines=50)
    terminal.press(" ")  # while Python starts
    terminal.wait_for(QUESTION)
    # At once: py-fsrs and SQLAlchemy are still being imported, and each rating is written.
    terminal.press("4" + " 4" * 4)
    terminal.wait_for("No more cards for now")
    terminal.press(" ")
    terminal.wait_for("Done for today")
    assert terminal.finish() == 0
    assert place.ratings() == [4] * 5
    after_start = terminal.raw.split(b"\x1b[?1049h", 1)[1]
    assert b" 4 4" not in after_start


def test_an_answer_longer_than_the_window_is_read_by_scrolling(open_terminal: Open) -> None:
    terminal = open_terminal("review", columns=60, lines=20)
    terminal.wait_for(QUESTION)
    terminal.press("b")
    terminal.wait_for("subsets")
    terminal.press("b")
    terminal.wait_for("Name the axioms")
    terminal.press(" ")
    shown = terminal.wait_for("more lines")
    assert "Name the axioms" in shown
    assert "1  Again" in shown
    terminal.press("\x1b[B")
    terminal.wait_for("↓ 11 more lines")
    terminal.press("\x1b[6~")
    shown = terminal.wait_for("the end")
    assert "Source: Paul Halmos" in shown
    assert "Name the axioms" not in shown
    terminal.press("\x1b[H")
    terminal.wait_for("Name the axioms")
    terminal.press("q")
    assert terminal.finish() == 0


def test_a_resize_draws_anew_and_loses_no_key(place: Place, open_terminal: Open) -> None:
    terminal = open_terminal("review", columns=100, lines=40)
    terminal.wait_for(QUESTION)
    terminal.press(" ")
    terminal.wait_for("Must mention")
    terminal.resize(50, 12)
    shown = terminal.wait_for("more lines", gone="Paul Halmos")
    assert len(shown.split("\n")) == 12
    for columns in range(51, 61):
        terminal.resize(columns, 40)
    terminal.press("4")
    terminal.resize(90, 40)
    terminal.wait_for("subsets")
    terminal.press("q")
    assert terminal.finish() == 0
    assert place.ratings() == [4]


# --- ends ------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["q", "\x03", "\x04"])
def test_quitting_leaves_the_terminal_as_it_was(open_terminal: Open, key: str) -> None:
    terminal = in_shell(open_terminal, f"{MLREADY} review")
    terminal.wait_for(QUESTION)
    assert not is_usual(terminal)
    terminal.press(key)
    shown = terminal.wait_for("END 0")
    assert "No card was rated." in shown
    assert is_usual(terminal)
    assert b"\x1b[?1049l" in terminal.raw


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_signals_leave_the_terminal_as_it_was(
    place: Place, open_terminal: Open, number: int
) -> None:
    script = f"{MLREADY} review & echo $! > pid; fg"
    terminal = open_terminal(
        "-c", f"set -m; cd $HOME; {script}; echo END $?; read x", command="/bin/sh"
    )
    terminal.wait_for(QUESTION)
    assert not is_usual(terminal)
    os.kill(int(Path(place.root, "pid").read_text()), number)
    terminal.wait_for("END 0" if number == signal.SIGINT else f"END {128 + number}")
    assert is_usual(terminal)


def test_a_crash_leaves_the_terminal_as_it_was(open_terminal: Open) -> None:
    program = (
        "from mlready.terminal.display import Display\n"
        "from mlready.terminal.keyboard import open_keys\n"
        "display = Display()\n"
        "with open_keys(interactive=True) as keys, display.full_screen():\n"
        "    display.fill_window(['ready'])\n"
        "    keys.read()\n"
        "    raise RuntimeError('a bug')\n"
    )
    terminal = in_shell(open_terminal, f'{sys.executable} -c "{program}"')
    terminal.wait_for("ready")
    assert not is_usual(terminal)
    terminal.press("x")
    assert "RuntimeError: a bug" in terminal.wait_for("END 1")
    assert is_usual(terminal)


def test_a_terminal_that_goes_away_ends_the_review(place: Place, open_terminal: Open) -> None:
    terminal = open_terminal("review")
    terminal.wait_for(QUESTION)
    terminal.press(" 4")
    terminal.wait_for("subsets")
    terminal.child.close(force=False)
    assert place.ratings() == [4]
    assert place.run("status").returncode == 0


def test_a_stopped_review_goes_on_where_it_was(open_terminal: Open) -> None:
    terminal = open_terminal("--norc", "--noprofile", "-i", command="/bin/bash", PS1="shell> ")
    terminal.wait_for("shell>")
    terminal.press(f"{MLREADY} review\r")
    terminal.wait_for(QUESTION)
    terminal.press("\x1a")
    terminal.wait_for("Stopped")
    assert not terminal.screen.cursor.hidden
    terminal.press("fg\r")
    terminal.wait_for(r"show the answer")
    terminal.press(" ")
    terminal.wait_for("Must mention")
    terminal.press("q")
    terminal.wait_for("No card was rated")


# --- the editor ------------------------------------------------------------------------


def test_an_edit_keeps_progress_and_hands_the_terminal_over(
    place: Place,
    open_terminal: Open,
) -> None:
    editor = place.root / "editor"
    editor.write_text(
        "#!/bin/sh\n"
        'echo "editing at $1:"; read -r word\n'
        'sed -i "s/no set of all/$word set of all/" "$2"\n'
    )
    editor.chmod(editor.stat().st_mode | stat.S_IEXEC)
    terminal = open_terminal("review", EDITOR=str(editor))
    terminal.wait_for(QUESTION)
    terminal.press(" 1")
    terminal.wait_for("subsets")
    terminal.press("bb")
    terminal.wait_for(QUESTION)
    terminal.press("e")
    terminal.wait_for(r"editing at \+3:")
    terminal.press("hardly a\r")
    shown = terminal.wait_for("Reloaded, with all progress kept")
    assert "When is there hardly a set of all" in shown
    assert "1 learning" in shown
    terminal.press("iq")
    terminal.wait_for("show the answer")
    terminal.press("q")
    assert terminal.finish() == 0
    assert place.ratings() == [1]
    # What one has written oneself is no news the next time.
    assert "the deck changed" not in open_terminal("review").wait_for("show the answer")


# --- plain terminals ---------------------------------------------------------------------


@pytest.mark.parametrize("env", [{"TERM": "dumb"}, {"PLAIN": "1"}])
def test_a_plain_review_is_lines_alone(open_terminal: Open, env: dict[str, str]) -> None:
    options = ["--plain"] if "PLAIN" in env else []
    terminal = open_terminal("review", *options, lines=60, **env, NO_COLOR="1")
    terminal.wait_for(QUESTION)
    terminal.press(" ")
    terminal.wait_for("Answer:")
    terminal.press("3q")
    assert terminal.finish() == 0
    # But for asking the terminal to say what was pasted, which shows nothing.
    assert b"\x1b" not in re.sub(rb"\x1b\[\?2004[hl]", b"", terminal.raw)
    assert "1 review in" in terminal.text


def test_without_colours_no_style_is_sent(open_terminal: Open) -> None:
    terminal = open_terminal("review", NO_COLOR="1")
    terminal.wait_for(QUESTION)
    terminal.press(" q")
    assert terminal.finish() == 0
    assert b"[4] Easy" in terminal.raw
    assert not re.search(rb"\x1b\[[0-9;]*m", terminal.raw)
