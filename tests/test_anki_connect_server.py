"""A live sync with `anki-connect-server`, written by others to do as AnkiConnect does.

It needs Python 3.12, which this project does not. Name its program in ANKI_CONNECT_SERVER, or have
it on the path:

    python3.12 -m venv E && E/bin/pip install anki-connect-server==0.5.0 httpx
    ANKI_CONNECT_SERVER=E/bin/anki-connect-server python -m pytest tests/test_anki_connect_server.py
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from anki.collection import Collection

from tests.anki_connect_fixtures import AnkiServer, anki_server
from tests.anki_fixtures import make_deck, text
from tests.test_anki_connect_sync import (
    DECK,
    FUTURE,
    NOTES,
    Learner,
    changed,
    retire,
    suspended,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["anki_server"]

PROGRAM = os.environ.get("ANKI_CONNECT_SERVER") or shutil.which("anki-connect-server")

pytestmark = pytest.mark.skipif(
    PROGRAM is None, reason="anki-connect-server is not here: name it in ANKI_CONNECT_SERVER"
)


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def prepare(server: AnkiServer, folder: Path) -> Learner:
    """A learner who imported a package and answered a card of it."""
    learner = Learner(server, folder)
    learner.put(DECK)
    server.answer(3)
    return learner


@contextmanager
def running(server: AnkiServer) -> Iterator[None]:
    """The other server, with the collection, which is closed here meanwhile."""
    path = server.col.path
    server.col.close()
    settings = {"COLLECTION_PATH": str(path), "PORT": str(server.port)}
    environment = {f"ANKICONNECT_{name}": value for name, value in settings.items()}
    with subprocess.Popen(
        [str(PROGRAM), "api"], env=os.environ | environment, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert any("running on" in line for line in process.stderr)
        yield
        process.terminate()
        process.communicate()
    server.col = Collection(path)


def sync_all(learner: Learner) -> list[dict[str, int]]:
    """Sync something of everything; what was done each time."""
    reordered = make_deck(*NOTES[1:], NOTES[0])
    deck = changed(reordered, "maps/injective", phase=3, kind="statement", changed_at=FUTURE)
    deck = changed(deck, "maps/count", answer=text("Anew."), changed_at=FUTURE)
    # The other server does not say when a note was changed: nothing but this takes our texts.
    first = learner.sync(retire(deck, "norms/zero"), ("maps/count#2",), overwrite=True)
    second = learner.sync(deck, overwrite=True)
    third = learner.sync(deck, ("maps/count#2", "maps/injective"), overwrite=True)
    return [first.counts, second.counts, third.counts]


def end_state(server: AnkiServer) -> list[Any]:
    """All of notes and cards, but for ids and times."""
    return sorted(
        (note.fields, sorted(note.tags), server.col.decks.name(card.did), *card_numbers(card))
        for card in server.cards()
        for note in [card.note()]
    )


def card_numbers(card: Any) -> tuple[int, ...]:
    """What Anki keeps of a card, but for ids and times."""
    return card.ord, card.due, card.type, card.queue, card.ivl, card.reps, card.lapses


def test_both_servers_do_the_same(tmp_path: Path, anki_server: AnkiServer) -> None:
    (tmp_path / "there").mkdir()
    other = AnkiServer(Collection(str(tmp_path / "there" / "c.anki2")), port=free_port())
    there = prepare(other, tmp_path / "there")
    with running(other):
        assert there.plan(DECK).is_empty
        ours = changed(DECK, "maps/count", answer=text("Anew."), changed_at=FUTURE)
        assert there.plan(ours).edited == ("maps/count",)
        done = sync_all(there)
    here = prepare(anki_server, tmp_path)
    assert sync_all(here) == done
    assert end_state(other) == end_state(anki_server)
    assert suspended(other) == ["maps/count#2", "maps/injective#1"]
    assert other.col.fix_integrity()[1]
    other.col.close()
