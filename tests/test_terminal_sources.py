"""What a card cites: opened in the browser, or said where that cannot be."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mlready.store.reading import CardContent, Source, read_card
from mlready.study.naming import find_cards
from mlready.terminal.review.sources import is_web_address, open_source
from mlready.terminal.typeset.browser import open_in_browser
from tests.study_fixtures import Place, place, used_place

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["place", "used_place"]
ADDRESS = "https://example.org/read?a=1&b=$(date)"


@pytest.fixture
def card(used_place: Place) -> CardContent:
    """A card that cites a book."""
    reader = used_place.open().reader
    found = read_card(reader, find_cards(reader, "sets/russell")[0].card_id)
    assert found is not None
    return found


def cite(card: CardContent, address: str) -> CardContent:
    """The card with an address for its source."""
    return replace(card, source=Source("Paul Halmos", "Section 2", address))


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A browser that writes down what it is given, and a lot to its output."""
    kept = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho NOISE\necho NOISE >&2\necho "$1" >> {kept}\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", str(browser))
    return kept


def test_an_address_is_opened_as_it_is_and_quietly(
    card: CardContent, opened: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    said = open_source(cite(card, ADDRESS))
    assert said == f"Opened {ADDRESS}: Paul Halmos, Section 2"
    until = time.monotonic() + 10
    while not (opened.exists() and opened.read_text()) and time.monotonic() < until:
        pass  # a slow machine goes on before its browser does
    assert opened.read_text() == f"{ADDRESS}\n"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "address",
    ["", "file:///etc/passwd", "javascript:alert(1)", "-v", "http://", "https://[", "/bin/sh",
     "https://example.org/\x1b[2J", "ftp://example.org/x"],
)  # fmt: skip
def test_nothing_but_the_web_is_opened(card: CardContent, opened: Path, address: str) -> None:
    assert not is_web_address(address)
    assert open_source(cite(card, address)) == "No address is known for Paul Halmos, Section 2"
    assert not opened.exists()


def test_without_a_browser_it_is_said_where_to_read(
    card: CardContent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROWSER", "w3m")
    assert open_source(cite(card, ADDRESS)).endswith(f"Paul Halmos, Section 2: {ADDRESS}")
    assert open_source(replace(card, source=None)) == "This card names no source"


def test_a_browser_that_fails_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER", "/nowhere/browser")
    assert not open_in_browser(ADDRESS)
