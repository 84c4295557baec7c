"""Start-up: `--help` and the first card, against a bare click program and two peers."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import venv
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.timing import Figure, clean_environment, compare, seconds_until
from mlready.store.location import shipped_deck

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_BARE = '''
import click

@click.group()
def cli():
    """A bare program."""

@cli.command()
def hello():
    """Say hello."""

cli()
'''
_RUNS = 15
_CARDS = 277  # as many as the shipped deck has, for termcard


def measure() -> Iterator[Figure]:
    """Yield the figures of start-up."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        bare_file = folder / "bare.py"
        bare_file.write_text(_BARE)
        environment = clean_environment(MLREADY_HOME=str(folder / "home"))
        mlready = str(Path(sys.executable).with_name("mlready"))

        def bare() -> float:
            command = [sys.executable, str(bare_file), "--help"]
            return seconds_until(command, "Say hello", environment)

        def help_page() -> float:
            return seconds_until([mlready, "--help"], "completion", environment)

        def first_card() -> float:
            return seconds_until([mlready, "review"], "show the answer", environment)

        first_card()  # makes the store
        yield compare("--help / bare click --help", help_page, bare, runs=_RUNS, limit=1.6)
        yield compare("first card / bare click --help", first_card, bare, runs=_RUNS, limit=6)
        for name, peer in _peers(folder, mlready):
            yield compare(f"first card / first card of {name}", first_card, peer, runs=7)


def _peers(folder: Path, mlready: str) -> Iterator[tuple[str, Callable[[], float]]]:
    """The peers that install here, each with how to time its first card."""
    environment = folder / "peers"
    venv.create(environment, with_pip=True)
    python = str(environment / "bin" / "python")
    for name, prepare in (("termcard", _termcard), ("clanki", _clanki)):
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", name]
        installed = subprocess.run(pip, capture_output=True, check=False)
        if installed.returncode:
            print(f"{name} does not install here; left out", file=sys.stderr)
            continue
        yield name, prepare(folder, environment / "bin", mlready)


def _termcard(folder: Path, binaries: Path, _mlready: str) -> Callable[[], float]:
    today = date.today().isoformat()
    cards = [
        {"id": str(n), "front": f"Question {n}?", "back": "An answer.", "due": today}
        for n in range(_CARDS)
    ]
    data = folder / "termcard.json"
    data.write_text(json.dumps({"decks": [{"id": "d", "name": "Deck", "cards": cards}]}))
    command = [str(binaries / "termcard"), "--data", str(data)]
    return lambda: seconds_until(command, "Your answer", clean_environment(), first="r\r")


def _clanki(folder: Path, binaries: Path, mlready: str) -> Callable[[], float]:
    package = folder / "deck.apkg"
    home = clean_environment(MLREADY_HOME=str(folder / "home"))
    # An export writes its lock into the deck's folder.
    deck = shutil.copytree(shipped_deck(), folder / "deck")
    export = [mlready, "export", str(package), "--deck", str(deck)]
    subprocess.run(export, env=home, capture_output=True, check=True)
    base = folder / "Anki2" / "User 1"
    base.mkdir(parents=True)
    fill = (
        "import sys; from anki.collection import Collection, ImportAnkiPackageRequest; "
        "col = Collection(sys.argv[1]); "
        "col.import_anki_package(ImportAnkiPackageRequest(package_path=sys.argv[2])); col.close()"
    )
    python = str(binaries / "python")
    command = [python, "-c", fill, str(base / "collection.anki2"), str(package)]
    subprocess.run(command, capture_output=True, check=True)
    environment = clean_environment(ANKI_BASE=str(folder / "Anki2"))
    review = [str(binaries / "clanki"), "review", "--plain", "ML Research Readiness"]
    return lambda: seconds_until(review, "contrapositive", environment)
