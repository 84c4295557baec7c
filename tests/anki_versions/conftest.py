"""Several versions of Anki, each in an environment of its own, and packages for them.

`make anki-versions` makes the environments and names the versions in ANKI_VERSIONS; without
it nothing here is collected.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from exports.anki.notetypes import CHANGED
from mlready.store.location import shipped_deck
from tests.anki_versions.decks import MARKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

VERSIONS = os.environ.get("ANKI_VERSIONS", "").split()
collect_ignore_glob = [] if VERSIONS else ["test_*.py"]

HERE = Path(__file__).parent
ENVIRONMENTS = HERE.parents[1] / ".venv/anki"
MLREADY = Path(sys.executable).with_name("mlready")

EASY = 4
# The first day of every test, after the release of the note types: what a learner does to
# them comes later.
_START = datetime.fromtimestamp(CHANGED, UTC) + timedelta(days=9)


class Export(NamedTuple):
    """A package, the day it was made on, and what its author was told."""

    package: str
    day: float
    said: str


class Anki:
    """A process that does what it is asked, with a clock of its own.

    Its methods are those of `judge.py`, and the two below.
    """

    def __init__(self, version: str, folder: Path) -> None:
        self.version = version
        self._clock = folder / "clock"
        self.live_on(0)
        # It must not find the modules of the environment that runs the tests.
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        self._process = subprocess.Popen(
            [ENVIRONMENTS / version / "bin/python", "-I", HERE / "judge.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment | _faked(self._clock),
        )

    def __getattr__(self, command: str) -> Callable[..., Any]:
        def ask(**arguments: Any) -> Any:
            assert self._process.stdin
            assert self._process.stdout
            self._process.stdin.write(json.dumps([command, arguments]) + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
            assert answer, f"Anki {self.version} stopped at {command}; see its traceback"
            return json.loads(answer)

        return ask

    def live_on(self, day: float) -> None:
        """Set its clock to so many days after the start of the test."""
        self.day = day
        shift = _START + timedelta(days=day) - datetime.fromtimestamp(time.time(), UTC)
        self._clock.write_text(f"{shift.total_seconds():+f}", encoding="utf-8")

    def put(self, export: Export, **options: bool) -> dict[str, int]:
        """Import an hour after the export was made, or today if that is later."""
        self.live_on(max(self.day, export.day + 1 / 24))
        counts: dict[str, int] = self.import_package(package=export.package, **options)
        return counts

    def study_days(
        self, deck: str, days: int, ratings: tuple[int, ...] = (EASY,)
    ) -> list[list[tuple[str, int]]]:
        """Do all that is due on each of so many days; return the cards first met, each day."""
        met = []
        for _ in range(days):
            first_met = self.study(deck=deck, ratings=ratings)
            met.append([(key, ordinal) for key, ordinal in first_met])
            self.live_on(self.day + 1)
        return met

    def stop(self) -> None:
        """Close the collection and end the process."""
        with self._process:
            assert self._process.stdin
            self._process.stdin.close()


def _faked(clock: Path) -> dict[str, str]:
    """Variables under which a process reads the time from a file; only waits stay real."""
    (library,) = ENVIRONMENTS.glob("clock/lib/python*/site-packages/**/libfaketime.so.1")
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
        "TZ": "UTC",
    }


class Author:
    """Someone with a deck in a folder, who edits and exports it."""

    def __init__(self, folder: Path, files: dict[str, str]) -> None:
        self.deck = folder / "deck"
        self._home = folder / "home"
        self._builds = 0
        self.write(files)

    def write(self, files: dict[str, str]) -> None:
        """Lay files over those of the deck."""
        for name, text in files.items():
            path = self.deck / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def replace(self, name: str, old: str, new: str) -> None:
        """Put `new` in the place of `old`, which must be there."""
        text = (self.deck / name).read_text(encoding="utf-8")
        assert old in text
        self.write({name: text.replace(old, new)})

    def run(
        self, *arguments: str | Path, day: float, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command of mlready's so many days after the start, and see it succeed."""
        at = (_START + timedelta(days=day)).isoformat()
        own = {"MLREADY_HOME": str(self._home), "MLREADY_NOW": at, "TZ": "UTC"}
        done = subprocess.run(
            [MLREADY, *arguments, "--deck", self.deck],
            env=os.environ | own | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done

    def export(self, *options: str, day: float, **environment: str) -> Export:
        """Write a package."""
        self._builds += 1
        package = self.deck.parent / f"{self._builds}.apkg"
        done = self.run("export", package, *options, day=day, **environment)
        return Export(str(package), day, done.stderr)


@pytest.fixture(
    scope="session", params=[pytest.param(v, marks=pytest.mark.xdist_group(v)) for v in VERSIONS]
)
def process(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Anki]:
    anki = Anki(request.param, tmp_path_factory.mktemp("anki"))
    yield anki
    anki.stop()


@pytest.fixture
def anki(process: Anki, tmp_path: Path) -> Anki:
    """Each version in turn, with an empty collection."""
    process.live_on(0)
    process.open(path=str(tmp_path / "collection.anki2"))
    return process


@pytest.fixture(scope="session")
def shipped_package(tmp_path_factory: pytest.TempPathFactory) -> Export:
    """The deck that ships."""
    author = Author(tmp_path_factory.mktemp("shipped"), {})
    shutil.copytree(shipped_deck(), author.deck)
    return author.export(day=0)


@pytest.fixture(scope="session")
def marks(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Author]:
    """Someone with the deck of hard signs; one for each name."""
    return lambda name: Author(tmp_path_factory.mktemp(name), MARKS)
