"""A real Anki in a process of its own: in any time zone and, where libfaketime is, at any moment.

Run as a program it reads one `Job` as JSON and prints what it saw after each import.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeAlias


def _find_faketime() -> str | None:
    """The library that moves the clock: of the Python package or of Debian's."""
    package = importlib.util.find_spec("libfaketime")
    environment = Path(__file__).parents[1] / ".venv" / "anki" / "clock"
    folders = [
        *(map(Path, package.submodule_search_locations or ()) if package else ()),
        *environment.glob("lib/python*/site-packages/libfaketime"),
    ]
    found = [path for folder in folders for path in folder.rglob("libfaketime.so.1")]
    found += Path("/usr/lib").glob("*/faketime/libfaketime.so.1")
    return str(found[0]) if found else None


FAKETIME = _find_faketime()
WITHOUT_FAKETIME = "needs libfaketime, which moves the clock of the real Anki"
Rows: TypeAlias = dict[str, list[list[Any]]]
_RATINGS = ("again", "hard", "good", "easy")


@dataclass(frozen=True)
class Visit:
    """A new collection and what is done with it.

    Attributes:
        moment: When the package is imported, in Unix seconds; None: now.
        created: When the collection was made; None: just before.
        rollover_hour: Anki's setting.
        fsrs: Whether FSRS is switched on.
        presets: Whether the package's presets are imported.
        scheduling: Whether its learning progress is.
        packages: What is imported, one after the other.
        answers: Cards to answer between two packages, with their rating.
        buttons: Whether to look at what each button would lead to.
        deck: The deck to study.
    """

    packages: tuple[str, ...]
    moment: int | None = None
    created: int | None = None
    rollover_hour: int = 4
    fsrs: bool = True
    presets: bool = True
    scheduling: bool = True
    answers: tuple[tuple[str, int], ...] = ()
    buttons: bool = False
    deck: str = "Ready"


@dataclass(frozen=True)
class Seen:
    """What the collection was then.

    Attributes:
        today: Its study day, counted from its first.
        next_day_at: When the next begins, in Unix seconds.
        cards: Its cards by key and hole's number, `key#1`: columns of the table by name.
        reviews: Rows of the revlog, by card, oldest first.
        tags: Tags of the notes, by key.
        states: By card and button, the stability, difficulty and days (or, below zero,
            seconds) that it would lead to.
        recomputed: By card, stability and difficulty as Anki makes them of the revlog.
        kept: Rows of the tables `cards` and `revlog` after each package.
        complaints: What Check Database found.
        queue: Cards in the order in which they would be shown.
    """

    today: int
    next_day_at: int
    cards: dict[str, dict[str, Any]]
    reviews: dict[str, list[list[int]]]
    tags: dict[str, list[str]]
    states: dict[str, dict[str, list[Any]]]
    recomputed: dict[str, list[float]]
    kept: list[Rows] = field(default_factory=list)
    complaints: str = ""
    queue: list[str] = field(default_factory=list)


def visit_anki(zone: str, *visits: Visit) -> list[Seen]:
    """Let Anki import packages in a time zone; return what each collection was then."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"TZ": zone}
        if any(visit.moment for visit in visits):
            assert FAKETIME
            clock = Path(folder, "clock")
            clock.write_text("@1700000000\n")
            environment |= {
                "LD_PRELOAD": FAKETIME,
                "FAKETIME_TIMESTAMP_FILE": str(clock),
                "FAKETIME_FMT": "%s",
                "FAKETIME_NO_CACHE": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            }
        done = subprocess.run(
            [sys.executable, __file__],
            input=json.dumps([asdict(visit) for visit in visits]),
            capture_output=True,
            text=True,
            env=environment,
            timeout=300,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    return [Seen(**seen) for seen in json.loads(done.stdout)]


def _visit(visit: Visit, folder: str) -> Seen:
    from anki.collection import Collection  # noqa: PLC0415 - the parent process needs it not

    _set_clock(visit.created or visit.moment)
    col = Collection(f"{folder}/collection.anki2")
    col.set_config("rollover", visit.rollover_hour)
    col.set_config("fsrs", visit.fsrs)
    _set_clock(visit.moment)
    kept = []
    for number, package in enumerate(visit.packages):
        if number:
            _answer(col, visit.answers)
        _import(col, package, visit)
        kept.append(_rows(col))
    before = _rows(col)
    complaints, fine = col.fix_integrity()
    if fine and _rows(col) == before:
        complaints = ""
    seen = _look(col, visit, kept, complaints)
    col.close()
    return seen


def _set_clock(moment: int | None) -> None:
    import time  # noqa: PLC0415

    if moment is not None:
        Path(os.environ["FAKETIME_TIMESTAMP_FILE"]).write_text(f"@{moment}\n")
        assert abs(time.time() - moment) < 30  # else the library does not work


def _import(col: Any, package: str, visit: Visit) -> None:
    from anki.collection import (  # noqa: PLC0415
        ImportAnkiPackageOptions,
        ImportAnkiPackageRequest,
    )

    options = ImportAnkiPackageOptions(
        with_scheduling=visit.scheduling, with_deck_configs=visit.presets
    )
    col.import_anki_package(ImportAnkiPackageRequest(package_path=package, options=options))
    col.models._clear_cache()


def _answer(col: Any, answers: tuple[tuple[str, int], ...]) -> None:
    ids = {name: card_id for card_id, name in _names(col).items()}
    for name, rating in answers:
        card = col.get_card(ids[name])
        card.start_timer()
        states = col._backend.get_scheduling_states(card.id)
        col.sched.answer_card(col.sched.build_answer(card=card, states=states, rating=rating - 1))


def _names(col: Any) -> dict[int, str]:
    found = col.db.all("select c.id, n.flds, c.ord from cards c join notes n on n.id = c.nid")
    return {
        card: f"{fields.partition(chr(31))[0]}#{ordinal + 1}" for card, fields, ordinal in found
    }


def _rows(col: Any) -> Rows:
    order = "select * from {} order by id"
    return {table: col.db.all(order.format(table)) for table in ("cards", "revlog")}


def _look(col: Any, visit: Visit, kept: list[Rows], complaints: str) -> Seen:
    columns = ("did", "type", "queue", "due", "ivl", "factor", "reps", "lapses", "left", "data")
    names = _names(col)
    cards, reviews, states, recomputed = {}, {}, {}, {}
    for card_id, name in names.items():
        row = col.db.first(f"select {', '.join(columns)} from cards where id = ?", card_id)  # noqa: S608
        cards[name] = dict(zip(columns, row, strict=True))
        reviews[name] = col.db.all("select * from revlog where cid = ? order by id", card_id)
        if visit.buttons:
            states[name] = _states(col._backend.get_scheduling_states(card_id))
            memory = col.compute_memory_state(card_id)
            recomputed[name] = [memory.stability, memory.difficulty]
    notes = [col.get_note(note_id) for note_id in col.find_notes("")]
    col.decks.set_current(col.decks.id_for_name(visit.deck))
    queue = [names[card.card.id] for card in col.sched.get_queued_cards(fetch_limit=999).cards]
    return Seen(
        today=col.sched.today,
        next_day_at=col.sched.day_cutoff,
        cards=cards,
        reviews=reviews,
        tags={note.fields[0]: note.tags for note in notes},
        states=states,
        recomputed=recomputed,
        kept=kept,
        complaints=complaints,
        queue=queue,
    )


def _states(states: Any) -> dict[str, list[Any]]:
    found = {}
    for rating in _RATINGS:
        normal = getattr(states, rating).normal
        kind = normal.WhichOneof("kind")
        state = getattr(normal, kind)
        if kind == "relearning":
            state, wait = state.review, -state.learning.scheduled_secs
        else:
            wait = state.scheduled_days if kind == "review" else -state.scheduled_secs
        memory = state.memory_state if state.HasField("memory_state") else None
        found[rating] = [memory and memory.stability, memory and memory.difficulty, wait]
    return found


def main() -> None:
    """Do what the parent process asked for."""
    seen = []
    for visit in json.load(sys.stdin):
        with tempfile.TemporaryDirectory() as folder:
            seen.append(asdict(_visit(Visit(**visit), folder)))
    json.dump(seen, sys.stdout)


if __name__ == "__main__":
    main()
