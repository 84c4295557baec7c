"""Decks for tests: the docstring of a test can be the deck it runs on."""

from __future__ import annotations

import re
from inspect import cleandoc
from typing import TYPE_CHECKING

import pytest

from mlready.content.compiling import compile_folder
from mlready.content.folder import DeckFolder, read_folder
from mlready.store.location import shipped_deck

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mlready.content.deck import Deck

SMALL_DECK = """\
--- deck.yaml
id: small
title: Small
phases: [Basics, Later]
areas: [scaling]
--- references.yaml
references:
  halmos-1960: {authors: Paul Halmos, title: Naive Set Theory, year: 1960}
--- topics/1-basics.yaml
topics:
  - {id: sets, title: Sets, prerequisites: [], why: All else is made of them.}
--- questions/sets.yaml
topic: sets
questions:
  - id: russell
    kind: failure-mode
    question: When is there no set of all $x$ with $P(x)$?
    answer: When $P(x)$ is $x \\notin x$.
    source: {ref: halmos-1960, at: Section 2}
"""


def split_files(text: str) -> dict[str, str]:
    """The files of a text in which `--- path` lines stand above each."""
    parts = re.split(r"^--- (\S+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.fixture
def deck_folder(tmp_path: Path) -> Callable[[str], Path]:
    """Write the files of a text over those of a small deck without mistakes."""

    def write(text: str) -> Path:
        root = tmp_path / "deck"
        for path, content in (split_files(SMALL_DECK) | split_files(text)).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content.encode())
        return root

    return write


@pytest.fixture
def compile_text(tmp_path: Path) -> Callable[[str], Deck]:
    """Compile the files of a text, laid over a small deck; nothing is written."""

    def run(text: str) -> Deck:
        files = split_files(SMALL_DECK) | split_files(text)
        data = {path: content.encode() for path, content in files.items()}
        return compile_folder(DeckFolder(tmp_path, files=data))[0]

    return run


@pytest.fixture
def problems(request: pytest.FixtureRequest, compile_text: Callable[[str], Deck]) -> list[str]:
    """What is wrong with the deck in the docstring: `path:line:column: severity: message`."""
    deck = compile_text(cleandoc(request.function.__doc__) + "\n")
    return [f"{p.location}: {p.severity}: {p.message}" for p in deck.problems]


@pytest.fixture
def compile_deck(deck_folder: Callable[[str], Path]) -> Callable[[str], Deck]:
    """Write the deck to a folder, read and compile it."""
    return lambda text: compile_folder(read_folder(deck_folder(text)))[0]


@pytest.fixture(scope="session")
def shipped() -> DeckFolder:
    """The files of the deck that ships."""
    return read_folder(shipped_deck())
