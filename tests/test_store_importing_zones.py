"""Memories of reviews made in Anki are Anki's own, wherever and whenever they are imported."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from exports.anki.histories import AnkiCard, AnkiHistory, AnkiNote, AnkiReview
from exports.anki.identity import guid_of
from mlready.store import tables
from mlready.store.importing import Place, import_history
from tests.store_fixtures import Desk, question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scheduler.memory import Memory

ROOT = Path(__file__).parents[1]
FAKETIME = shutil.which("faketime")
# With the hours between the rollover hours that are tried.
ZONES = (
    ("UTC", 5),
    ("America/New_York", 1),
    ("Pacific/Auckland", 5),
    ("Asia/Kolkata", 1),
    ("Pacific/Honolulu", 5),
    ("Pacific/Chatham", 1),
    ("Australia/Lord_Howe", 5),
)
# Local moments: soon before and after clocks change, in the night and by day.
MOMENTS = (
    ("America/New_York", "2026-03-08 00:40:00"),
    ("America/New_York", "2026-11-01 12:00:00"),
    ("Europe/Berlin", "2026-03-29 03:10:00"),
    ("Europe/Berlin", "2026-10-24 23:30:00"),
    ("Pacific/Auckland", "2026-04-05 02:30:00"),
    ("Pacific/Chatham", "2026-09-27 06:00:00"),
)


def compare(zone: str, step: int, *prefix: str) -> dict[str, object]:
    """What a process in a zone finds."""
    done = subprocess.run(
        [*prefix, sys.executable, "-m", "tests.anki_zones", str(step)],
        cwd=ROOT,
        env={**os.environ, "TZ": zone, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, object] = json.loads(done.stdout)
    return result


@pytest.mark.parametrize(("zone", "step"), ZONES)
def test_at_many_rollover_hours(zone: str, step: int) -> None:
    assert compare(zone, step) == {"compared": 8 * len(range(0, 24, step)), "wrong": []}


@pytest.mark.skipif(FAKETIME is None, reason="faketime is not installed")
@pytest.mark.parametrize(("zone", "moment"), MOMENTS)
def test_next_to_a_clock_change(zone: str, moment: str) -> None:
    assert compare(zone, 4, str(FAKETIME), moment) == {"compared": 48, "wrong": []}


# --- imports before and after a clock change ---------------------------------------

NEW_YORK = ZoneInfo("America/New_York")
CHANGE = datetime(2026, 3, 8, tzinfo=UTC)
IN_WINTER, IN_SUMMER = CHANGE - timedelta(days=2), CHANGE + timedelta(days=20)
# Days from the change, and hours UTC; at 9 a study day begins in winter, at 8 in summer.
REVIEWS = ((-30, 8.4), (-30, 8.6), (-29, 12), (-25, 8.5), (-16, 12), (4, 8.5), (16, 12))


def make_history(until: datetime) -> AnkiHistory:
    """What Anki knows of one card at a moment."""
    moments = [CHANGE + timedelta(days=day, hours=hour) for day, hour in REVIEWS]
    reviews = [
        AnkiReview(to_ms(moment), 1, 3, 5, 1, 500, 900, min(number // 2, 1))
        for number, moment in enumerate(moments)
        if moment <= until
    ]
    note = AnkiNote(1, guid_of("small", "sets/a"), "Basic", (), (), 0)
    card = AnkiCard(1, 1, 0, "Small", 2, 2, 900, 5, 0)
    return AnkiHistory([note], [card], reviews, rollover_hour=4)


def to_ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def bring(desk: Desk, moment: datetime, until: datetime) -> Memory:
    """Import at a moment what Anki knew until another; the memory after it."""
    import_history(desk.writer.engine, make_history(until), Place("small", to_ms(moment), NEW_YORK))
    return desk.memory(desk.card("sets/a"))


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[tuple[Desk, Desk]]:
    """Two of the same."""
    made = Desk(tmp_path / "one" / "deck"), Desk(tmp_path / "other" / "deck")
    for desk in made:
        desk.ask(question("a"))
        desk.sync()
    yield made
    for desk in made:
        desk.close()


def test_imports_before_and_after_a_clock_change_come_to_one(desks: tuple[Desk, Desk]) -> None:
    """Anki counts the days of its whole log anew."""
    one, other = desks
    bring(one, IN_WINTER, IN_WINTER)
    found = bring(one, IN_SUMMER, IN_SUMMER)
    assert found == bring(other, IN_SUMMER, IN_SUMMER)
    one.rebuild()
    assert one.memory(one.card("sets/a")) == found


def test_days_are_counted_anew_without_new_reviews_too(desks: tuple[Desk, Desk]) -> None:
    one, other = desks
    before = bring(one, IN_WINTER, IN_WINTER)
    history = one.dump(tables.revlog)
    after = bring(one, IN_SUMMER, IN_WINTER)
    assert after.stability != before.stability
    assert after.stability == bring(other, IN_SUMMER, IN_WINTER).stability
    assert one.dump(tables.revlog) == history
    assert bring(one, IN_SUMMER, IN_WINTER) == after
