"""Where the deck and the progress are, and what vanished from the deck."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlready.content.compiling import compile_folder
from mlready.content.folder import read_folder
from mlready.errors import DeckError, UsageError
from mlready.store.location import (
    data_folder,
    deck_id,
    find_deck,
    settings_file,
    shipped_deck,
    sqlite_path,
    sqlite_url,
    store_name,
    store_url,
)
from mlready.store.vanished import find_vanished
from tests.store_fixtures import Desk, desk, question, topics

__all__ = ["desk"]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of one's own."""
    for name in ("MLREADY_STORE", "MLREADY_DECK", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MLREADY_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.mark.parametrize(
    "text",
    [
        b"id: my-deck\n",
        b"id: my-deck",
        b"title: X\nid:   my-deck   # never change it\n",
        b"title: X\r\nid: my-deck\r\nphases: []\r\n",
        b"\xef\xbb\xbfid: my-deck\ntitle: X\n",
        b"id: my-deck\ntitle: [broken\n",
        b"id: my-deck\ntitle: \xff\n",
        b"areas:\n  id: other\nid: my-deck\n",
    ],
)
def test_the_id_is_read_even_where_the_rest_is_broken(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "deck.yaml").write_bytes(text)
    assert deck_id(tmp_path) == "my-deck"


@pytest.mark.parametrize(
    "text",
    [b"", b"title: X\n", b"id: A deck\n", b"id: a\nid: b\n", b"id: ../up\n", b"#id: a\n"],
)
def test_no_id_or_several(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "deck.yaml").write_bytes(text)
    with pytest.raises(DeckError, match="names no id that can be read") as raised:
        deck_id(tmp_path)
    assert raised.value.hint


def test_no_folder_and_no_file(tmp_path: Path) -> None:
    with pytest.raises(DeckError, match="there is no deck folder"):
        deck_id(tmp_path / "nowhere")
    with pytest.raises(DeckError, match=r"deck\.yaml: No such file"):
        deck_id(tmp_path)


def test_which_deck(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_deck(None) == shipped_deck()
    assert (shipped_deck() / "deck.yaml").is_file()
    home.mkdir()
    settings_file().write_bytes("\ufeff/mine/düne\r\n".encode())
    assert find_deck(None) == Path("/mine/düne")
    monkeypatch.setenv("MLREADY_DECK", "~/other")
    assert find_deck(None) == Path.home() / "other"
    assert find_deck("here") == Path("here")


def test_a_settings_file_that_cannot_be_read(home: Path) -> None:
    home.mkdir()
    settings_file().write_bytes(b"\xff\xfe\xff")
    with pytest.raises(UsageError, match=r"deck\.txt cannot be read"):
        find_deck(None)


def test_where_progress_is(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert sqlite_path(store_url("small")) == home / "small.sqlite3"
    monkeypatch.setenv("MLREADY_STORE", str(tmp_path / "mine"))
    assert sqlite_path(store_url("small")) == tmp_path / "mine"
    monkeypatch.setenv("MLREADY_STORE", "postgresql+psycopg://me:secret@host/db?sslmode=require")
    assert store_url("small").startswith("postgresql+psycopg://me")
    assert sqlite_path(store_url("small")) is None
    assert store_name(store_url("small")) == "host/db"
    monkeypatch.delenv("MLREADY_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    assert data_folder() == tmp_path / "xdg" / "mlready"


@pytest.mark.parametrize("name", ["plain", "a b", "50%", "why?", "%3F", "é", "#1"])
def test_a_path_and_its_address(tmp_path: Path, name: str) -> None:
    assert sqlite_path(sqlite_url(tmp_path / name)) == tmp_path / name


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:///a?b=c"]
)
def test_what_is_no_plain_file(url: str) -> None:
    assert sqlite_path(url) is None


# --- what vanished -------------------------------------------------------------------------


@pytest.fixture
def known(desk: Desk, home: Path) -> Desk:
    """A deck that the store at the usual place knows."""
    desk.url = sqlite_url(home / "small.sqlite3")
    desk.ask(question("statement"), question("b"))
    desk.ask(question("c"), topic="maps")
    desk.sync()
    return desk


def vanished(desk: Desk) -> list[str]:
    return [
        f"{p.location.path}: {p.message}; {p.hint}"
        for p in find_vanished(desk.root, compile_folder(read_folder(desk.root))[0])
    ]


def test_nothing_vanished(known: Desk) -> None:
    assert vanished(known) == []


def test_a_slip_is_a_warning_with_a_guess(known: Desk) -> None:
    known.ask(question("statements"), question("b"))
    (text,) = vanished(known)
    assert text.startswith('questions/sets.yaml: the question "sets/statement" was in the deck')
    assert 'did you mean "sets/statements" there?' in text
    assert "retired: [statement]" in text


@pytest.mark.parametrize("synced", [False, True])
def test_what_was_said_is_no_slip(known: Desk, synced: bool) -> None:
    known.ask(question("new", "What is it?", "formerly: [sets/statement]"), retired="b")
    known.write("topics/1-basics.yaml", topics("sets", retired="maps"))
    known.remove("questions/maps.yaml")
    if synced:
        known.sync()
    assert vanished(known) == []


def test_a_file_that_is_gone_is_named_by_the_deck(known: Desk) -> None:
    known.remove("questions/maps.yaml")
    (text,) = vanished(known)
    assert text.startswith('deck.yaml: the question "maps/c"')


def test_a_broken_file_hides_nothing_that_vanished(known: Desk) -> None:
    known.write("questions/maps.yaml", "topic: maps\nquestions: [")
    assert vanished(known) == []


def test_a_file_that_was_renamed_before(known: Desk) -> None:
    known.remove("questions/maps.yaml")
    known.write("questions/other.yaml", "topic: maps\nquestions:\n" + question("c"))
    known.sync()
    known.write("questions/other.yaml", "topic: maps\nquestions: []\n")
    (text,) = vanished(known)
    assert text.startswith("questions/other.yaml: ")


def test_without_progress_nothing_is_said(desk: Desk, home: Path) -> None:
    desk.ask(question("a"))
    assert vanished(desk) == []
    home.mkdir()
    (home / "small.sqlite3").write_bytes(b"garbage" * 100)
    assert vanished(desk) == []
