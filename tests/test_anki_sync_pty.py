"""`mlready anki sync` at a real terminal: it asks, and what it does is seen."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from tests.anki_connect_fixtures import AnkiServer, anki_server
from tests.pty_fixtures import Terminal, open_terminal
from tests.study_fixtures import Place, place

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal"),
    # The server runs in a thread, and a pseudo-terminal needs a fork.
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning"),
]
__all__ = ["anki_server", "open_terminal", "place"]
Open = Callable[..., Terminal]


@pytest.fixture
def sync(place: Place, open_terminal: Open, anki_server: AnkiServer) -> Callable[..., Terminal]:
    """Open a sync at a terminal, of a deck that Anki has and that needs a gate."""
    assert place.run("export").returncode == 0
    anki_server.import_package(place.root / "trail.apkg")
    address = f"http://127.0.0.1:{anki_server.port}"
    return lambda: open_terminal("anki", "sync", "--gate", "--address", address)


def suspended(server: AnkiServer) -> int:
    return len(server.cards("is:suspended"))


def test_no_is_the_answer_unless_it_is_yes(
    sync: Callable[..., Terminal], anki_server: AnkiServer
) -> None:
    for answer in ("\r", "n\r"):
        terminal = sync()
        shown = terminal.wait_for(r"Do this\? \[y/N\]")
        assert "2 cards to suspend: what they rest on is not yet known" in shown
        terminal.press(answer)
        assert terminal.finish() == 0
        assert suspended(anki_server) == 0


def test_with_yes_it_is_done_after_another_look(
    sync: Callable[..., Terminal], anki_server: AnkiServer
) -> None:
    terminal = sync()
    terminal.wait_for(r"Do this\?")
    # Meanwhile the learner goes on in Anki.
    (card,) = anki_server.cards("Key:maps/injective")
    anki_server.col.sched.set_due_date([card.id], "3")
    terminal.press("y\r")
    shown = terminal.wait_for("Done: ")
    assert terminal.finish() == 0
    assert "1 card suspended" in shown
    assert suspended(anki_server) == 1


def test_an_interrupt_leaves_no_trace(
    sync: Callable[..., Terminal], anki_server: AnkiServer
) -> None:
    terminal = sync()
    terminal.wait_for(r"Do this\?")
    terminal.press("\x03")
    assert terminal.finish() == 130
    assert "Traceback" not in terminal.text
    assert suspended(anki_server) == 0


def test_nobody_is_asked_where_only_a_record_is_made(
    sync: Callable[..., Terminal], anki_server: AnkiServer, place: Place
) -> None:
    address = f"http://127.0.0.1:{anki_server.port}"
    assert place.run("anki", "sync", "--gate", "--yes", "--address", address).returncode == 0
    (card,) = anki_server.cards("Key:maps/injective")
    anki_server.col.sched.unsuspend_cards([card.id])
    terminal = sync()
    shown = terminal.wait_for("there is nothing to do")
    assert terminal.finish() == 0
    assert "Do this?" not in shown + terminal.text
    # It is on record now that the learner wants the card: what comes next is the learner's too.
    anki_server.col.sched.suspend_cards([card.id])
    place.run("anki", "sync", "--no-gate", "--yes", "--address", address)
    assert [found.id for found in anki_server.cards("is:suspended")] == [card.id]
