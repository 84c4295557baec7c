"""Memories that Anki and we make of the same logs, at many rollover hours, in the zone of `TZ`.

A program of its own, because Anki takes the time zone from its process. It is given the number of
hours from one rollover hour to the next, and prints how many memories were compared, and those
that differ.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exports.anki.histories import AnkiHistory, AnkiReview
from mlready import clock
from mlready.store.importing import Place, plan_import
from scheduler.histories import HistoryRow, replay_history
from scheduler.preset import DEFAULT_PARAMETERS
from tests.anki_learner_fixtures import AnkiLearner
from tests.store_fixtures import Desk, question, seeded

if TYPE_CHECKING:
    from random import Random

CARDS = 8
DAY_MS = 86_400_000


def make_log(random: Random, card_id: int, now_ms: int) -> list[AnkiReview]:
    """A log over the seasons, many of its reviews next to the hours at which days begin."""
    at = now_ms - random.randrange(200, 380) * DAY_MS
    log = []
    for number in range(random.randrange(4, 12)):
        kind = 0 if number < 2 else 1
        log.append(AnkiReview(at, card_id, random.choice((1, 2, 3, 3, 4)), 3, 1, 500, 900, kind))
        at += random.choice((0, 1, 1, 2, 7, 30)) * DAY_MS
        at += random.choice((600_000, 3_600_000, -1_800_000, 5_400_000, 23 * 3_600_000))
        at = max(at, log[-1].id + 1)
        if at > now_ms:
            break
    return log


def compare(place: Path, step: int) -> dict[str, Any]:
    """Compare both ways of counting days."""
    random = seeded(7)
    desk = Desk(place / "deck")
    desk.ask(*(question(f"q{number}") for number in range(CARDS)))
    desk.sync()
    anki = AnkiLearner(place / "collection.anki2")
    cards = [anki.add_ours(f"sets/q{number}") for number in range(CARDS)]
    found, wrong = 0, []
    for hour in range(0, 24, step):
        now_ms = clock.now_ms()
        logs = [make_log(random, card, now_ms) for card in cards]
        anki.col.set_config("rollover", hour)
        anki.col.db.execute("DELETE FROM revlog")
        rows = {row.id: row for log in logs for row in log}.values()
        values = [(r.id, r.card_id, 0, r.rating, 3, 1, 500, 900, r.kind) for r in rows]
        anki.col.db.executemany("INSERT INTO revlog VALUES (?,?,?,?,?,?,?,?,?)", values)
        anki.pass_time(0)  # opened anew, so that it sees the hour
        ours = memories(desk, anki.history(), now_ms)
        for number, card in enumerate(cards):
            expected, got = anki.memory(card), ours[number]
            found += 1
            if expected is None or any(
                abs(a - b) > 1e-5 * a for a, b in zip(expected, got, strict=True)
            ):
                wrong.append({"hour": hour, "expected": expected, "got": got})
    anki.close()
    desk.close()
    return {"compared": found, "wrong": wrong}


def memories(desk: Desk, history: AnkiHistory, now_ms: int) -> list[tuple[float, float]]:
    """What we would make of a collection's log, card by card."""
    place = Place("small", now_ms, clock.local_zone())
    plan = plan_import(desk.writer, history, place)
    found = []
    for number in range(CARDS):
        card_id = desk.card(f"sets/q{number}")
        rows = [
            HistoryRow(row.rating, row.reviewed_at, row.study_day, 2, None, None, None)
            for row in plan.rows
            if row.card_id == card_id
        ]
        memory = replay_history(rows, DEFAULT_PARAMETERS)
        found.append((memory.stability or 0.0, memory.difficulty or 0.0))
    return found


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        sys.stdout.write(json.dumps(compare(Path(scratch), int(sys.argv[1]))))
