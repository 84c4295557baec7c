"""Compile and export a deck, against plain PyYAML and genanki on the same files."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.synthetic_deck import write_deck
from benchmarks.timing import Figure, clean_environment, compare, seconds_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# What a script of one's own does: no checks, no escaping, no mathematics, one flat deck.
_PLAIN = """
import pathlib, sys, genanki, yaml

model = genanki.Model(
    1607392319,
    "Plain",
    fields=[{"name": "Question"}, {"name": "Answer"}],
    templates=[{"name": "Card", "qfmt": "{{Question}}", "afmt": "{{FrontSide}}<hr>{{Answer}}"}],
)
deck = genanki.Deck(2059400110, "Plain")
for path in sorted(pathlib.Path(sys.argv[1], "questions").rglob("*.yaml")):
    loaded = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    for question in loaded["questions"]:
        fields = [question.get("question") or question.get("cloze"), question.get("answer") or ""]
        key = loaded["topic"] + "/" + question["id"]
        deck.add_note(genanki.Note(model=model, fields=fields, guid=genanki.guid_for(key)))
genanki.Package(deck).write_to_file(sys.argv[2])
"""


def measure() -> Iterator[Figure]:
    """Yield the figures of exporting."""
    with tempfile.TemporaryDirectory() as scratch:
        yield from _measure_many(Path(scratch), 100_000)
    for questions in (1_000, 10_000):
        with tempfile.TemporaryDirectory() as scratch:
            yield _measure(Path(scratch), questions)


def _measure_many(scratch: Path, count: int) -> Iterator[Figure]:
    """Write the same notes in turn; the peaks of memory are those of the runs that are timed."""
    peaks: dict[str, list[float]] = {"ours": [], "genanki": []}

    def run(writer: str) -> float:
        file = str(scratch / f"{writer}.apkg")
        command = [sys.executable, "-m", "benchmarks.many_notes", writer, str(count), file]
        environment = clean_environment(TMPDIR=str(scratch))
        start = time.perf_counter()
        done = subprocess.run(command, env=environment, capture_output=True, check=True)
        seconds = time.perf_counter() - start
        peaks[writer].append(float(done.stdout))
        for left in scratch.glob("tmp*"):
            left.unlink()  # by genanki
        return seconds

    name = f"{count:,} notes to a package / plain genanki"
    yield compare(name, lambda: run("ours"), lambda: run("genanki"), runs=5, limit=1.0)
    ours, theirs = (peaks[writer].pop for writer in ("ours", "genanki"))
    yield compare(f"{name}, memory", ours, theirs, runs=5, limit=1.0, unit="MB")


def _measure(scratch: Path, questions: int) -> Figure:
    deck = scratch / "deck"
    write_deck(deck, questions=questions, files=max(questions // 100, 10))
    plain_script = scratch / "plain.py"
    plain_script.write_text(_PLAIN)
    environment = clean_environment(MLREADY_HOME=str(scratch / "home"), TMPDIR=str(scratch))
    mlready = str(Path(sys.executable).with_name("mlready"))

    def run(command: list[str]) -> float:
        def work() -> None:
            subprocess.run(command, env=environment, capture_output=True, check=True)

        return seconds_of(work)

    def ours() -> float:
        for store in (scratch / "home").glob("*"):
            store.unlink()  # compiled from nothing, each time
        target = str(scratch / "ours.apkg")
        return run([mlready, "export", target, "--deck", str(deck)])

    def plain() -> float:
        command = [sys.executable, str(plain_script), str(deck), str(scratch / "plain.apkg")]
        return run(command)

    name = f"compile + store + export {questions:,} / PyYAML + genanki"
    return compare(name, ours, plain, runs=3)
