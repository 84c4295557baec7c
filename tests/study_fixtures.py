"""A deck, its progress and displays for the tests of study, terminal and command line.

Import what a test needs by name, fixtures included: only `conftest.py` is found by itself.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from datetime import UTC
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from rich.console import Console

from mlready.cli.main import main
from mlready.store.location import deck_id, store_url
from mlready.store.opening import Progress, open_progress
from mlready.store.reading import open_reader
from mlready.terminal.display import THEME, Display, Look
from mlready.terminal.keyboard import END
from scheduler.days import StudyCalendar

if TYPE_CHECKING:
    from collections.abc import Callable

NOW_TEXT = "2026-11-23T10:00:00+00:00"
NOW = 1_795_428_000_000
DAY = StudyCalendar(UTC, 4).day_of(NOW)
MLREADY = str(Path(sys.executable).with_name("mlready"))
GOLDEN = Path(__file__).with_name("golden")

TRAIL = {
    "deck.yaml": """\
id: trail
title: Trail
description: A deck for tests.
phases: [Ground, Heights]
""",
    "references.yaml": """\
references:
  halmos-1960: {authors: Paul Halmos, title: Naive Set Theory, year: 1960}
""",
    "topics/1-ground.yaml": """\
topics:
  - {id: sets, title: Sets, prerequisites: [], why: All else is made of them.}
  - {id: maps, title: Maps between sets, prerequisites: [sets], why: They carry structure.}
  - {id: measures, title: Measures, prerequisites: [sets], why: Nobody has written this yet.}
""",
    "topics/2-heights.yaml": """\
topics:
  - {id: limits, title: Limits, prerequisites: [maps], why: Analysis begins here.}
""",
    "questions/sets.yaml": """\
topic: sets
questions:
  - id: russell
    kind: failure-mode
    question: When is there no set of all $x$ with $P(x)$?
    answer: |
      When $P(x)$ is $x \\notin x$:

      $$R = \\{x : x \\notin x\\} \\implies (R \\in R \\iff R \\notin R).$$
    must_mention: [self-reference, "a **contradiction**"]
    source: {ref: halmos-1960, at: Section 2}
  - id: counting
    kind: statement
    cloze: A set of $n$ elements has {{c1::$2^n$}} subsets, of which {{c2::one::how many}} is empty.
  - id: axioms
    kind: definition
    question: Name the axioms.
    answer: |
      1. extension
      2. specification
      3. pairing
      4. union
      5. powers
      6. infinity
      7. substitution
      8. choice

      The first says when two sets are equal; the second is what Russell's paradox is about. Each
      of the others makes sets out of sets, but for the sixth, which makes one out of nothing.

      The end of the answer.
    must_mention: [extension, specification]
    source: {ref: halmos-1960}
""",
    "questions/maps.yaml": """\
topic: maps
questions:
  - id: injective
    kind: definition
    question: When is a map injective?
    answer: When different points have different images.
""",
    "questions/limits.yaml": """\
topic: limits
questions:
  - id: unique
    kind: derivation
    level: depth
    question: Show that a limit is unique.
    answer: By the triangle inequality.
""",
}


def write_deck(root: Path, files: dict[str, str] = TRAIL) -> Path:
    """Write a deck's files into a folder."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


class Place:
    """A learner's place: a deck, a folder for progress, and the environment that names both."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.deck = write_deck(root / "deck")
        self.home = root / "home"
        kept = {k: v for k, v in os.environ.items() if k in {"PATH", "LANG", "SYSTEMROOT"}}
        self.env = kept | {
            "HOME": str(root),
            "TERM": "xterm-256color",
            "TZ": "UTC",
            "PYTHONWARNINGS": "error",
            "MLREADY_HOME": str(self.home),
            "MLREADY_DECK": str(self.deck),
            "MLREADY_NOW": NOW_TEXT,
        }

    def run(
        self, *args: str, stdin: str | None = "", **env: str
    ) -> subprocess.CompletedProcess[str]:
        """Run `mlready` in a process of its own, without a terminal."""
        return subprocess.run(
            [MLREADY, *args],
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=self.env | env,
            cwd=self.root,
            timeout=60,
            check=False,
        )

    def open(self) -> Progress:
        """The progress, in this process; the environment must be `use`d."""
        return open_progress(self.deck, NOW)

    def ratings(self) -> list[int]:
        """The ratings that count, oldest first."""
        reader = open_reader(f"sqlite:///{self.home / 'trail.sqlite3'}", "trail")
        assert reader is not None
        found = reader.rows(
            "SELECT rating FROM revlog WHERE undoes IS NULL AND review_id NOT IN"
            " (SELECT undoes FROM revlog WHERE undoes IS NOT NULL) ORDER BY review_id"
        )
        reader.close()
        return [rating for (rating,) in found]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A learner's place with the deck TRAIL and no progress."""
    return Place(tmp_path)


@pytest.fixture
def used_place(place: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    """The same, for calls within this process."""
    for name in list(os.environ):
        if name.startswith("MLREADY_") or name in {"NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES"}:
            monkeypatch.delenv(name)
    for name, value in place.env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(place.root)
    assert store_url(deck_id(place.deck)).startswith(f"sqlite:///{place.home}")
    return place


class ScriptedKeys:
    """Keys of a script; a function in it is called, for what happens between two keys."""

    def __init__(self, *script: str | Callable[[], object]) -> None:
        self.script = list(script)

    def read(self) -> str:
        """The next key."""
        while self.script:
            step = self.script.pop(0)
            if isinstance(step, str):
                return step
            step()
        return END


class FixedDisplay(Display):
    """A display of a fixed size that keeps what it shows."""

    def __init__(
        self, columns: int = 80, lines: int = 24, *, plain: bool = False, styled: bool = False
    ) -> None:
        super().__init__(plain=True)
        self.plain = plain
        self.styled = styled
        if styled:
            self.console = Console(theme=THEME, force_terminal=True, color_system="standard")
        self.window = os.terminal_size((columns, lines))
        self.shown: list[list[str]] = []
        self.written = ""

    @property
    def size(self) -> os.terminal_size:
        """The fixed size."""
        return self.window

    def fill_window(self, lines: Any) -> None:
        """Keep a screen."""
        self.shown.append(list(lines))

    def write(self, text: str) -> None:
        """Keep what is written outside of screens."""
        self.written += text

    @property
    def screen(self) -> str:
        """The last screen."""
        return "\n".join(line.rstrip() for line in self.shown[-1])


def plain_look(width: int) -> Look:
    """A look without styles."""
    return Look(width, styled=False)


def check_golden(name: str, text: str) -> None:
    """Hold a text against `tests/golden/NAME`; UPDATE_GOLDEN=1 writes it instead."""
    path = GOLDEN / name
    text = "\n".join(line.rstrip() for line in text.splitlines()).rstrip() + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    kept = path.read_text(encoding="utf-8").splitlines()
    changes = list(unified_diff(kept, text.splitlines(), name, "now", lineterm=""))
    assert not changes, "\n".join(changes)


class Result(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(
    used_place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Result]:
    """Run a command in this process, at the place with the deck TRAIL."""
    assert used_place.deck.is_dir()

    def run_main(*args: str) -> Result:
        monkeypatch.setattr(sys, "argv", ["mlready", *args])
        monkeypatch.setattr(sys, "stdin", io.StringIO(""))
        capsys.readouterr()
        code: Any = 0
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return run_main
