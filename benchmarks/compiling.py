"""A deck of 10,000 questions in 100 files: `check` against PyYAML's C loader, and `sync`."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.synthetic_deck import write_deck
from benchmarks.timing import Figure, clean_environment, compare, seconds_of
from mlready.content.folder import read_folder
from mlready.store.location import sqlite_url
from mlready.store.sync import sync
from mlready.store.writing import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOAD = (
    "import pathlib, sys, yaml\n"
    "for path in sorted(pathlib.Path(sys.argv[1]).rglob('*.yaml')):\n"
    "    yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)\n"
)
_PEAK = (
    "import resource, subprocess, sys\n"
    "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
)
_NOW = 1_700_000_000_000
PEAK_LIMIT = 200  # megabytes


def measure() -> Iterator[Figure]:
    """Yield the figures of checking and syncing."""
    with tempfile.TemporaryDirectory() as scratch:
        deck = Path(scratch) / "deck"
        write_deck(deck, questions=10_000, files=100)
        environment = clean_environment(MLREADY_HOME=str(Path(scratch) / "home"))
        mlready = str(Path(sys.executable).with_name("mlready"))
        check = [mlready, "check", str(deck)]
        load = [sys.executable, "-c", _LOAD, str(deck)]

        def run(command: list[str]) -> float:
            def work() -> None:
                subprocess.run(command, env=environment, capture_output=True, check=True)

            return seconds_of(work)

        name = "check of 10,000 questions / loading the same YAML"
        yield compare(name, lambda: run(check), lambda: run(load), runs=5, limit=4)
        peak = [sys.executable, "-c", _PEAK, *check]
        found = subprocess.run(peak, env=environment, capture_output=True, check=True, text=True)
        megabytes = int(found.stdout) / 1024
        detail = f"{megabytes:.0f} MB of {PEAK_LIMIT} MB"
        yield Figure("check: peak memory / limit", megabytes / PEAK_LIMIT, 1, detail)
        yield from _sync(deck, Path(scratch))


def _sync(deck: Path, scratch: Path) -> Iterator[Figure]:
    edited = next(iter(sorted((deck / "questions").rglob("*.yaml"))))
    text = edited.read_text(encoding="utf-8")
    count = 0

    def first() -> float:
        nonlocal count
        count += 1
        edited.write_text(text, encoding="utf-8")
        writer = Writer(sqlite_url(scratch / f"{count}.sqlite3"), "synthetic")
        taken = seconds_of(lambda: sync(writer.engine, read_folder(deck), _NOW))
        writer.close()
        return taken

    def again() -> float:
        edited.write_text(text.replace("question: ", "question: Edited. ", 1), encoding="utf-8")
        writer = Writer(sqlite_url(scratch / f"{count}.sqlite3"), "synthetic")
        taken = seconds_of(lambda: sync(writer.engine, read_folder(deck), _NOW + 1))
        writer.close()
        return taken

    pairs = [(first(), again()) for _ in range(3)]
    ratio = statistics.median(after / before for before, after in pairs)
    before, after = (statistics.median(column) for column in zip(*pairs, strict=True))
    detail = f"{after:.3g} against {before:.3g} s, 3 pairs"
    yield Figure("sync after one edited file / first sync", ratio, 0.1, detail)
