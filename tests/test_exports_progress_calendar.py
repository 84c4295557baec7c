"""Due dates in the real Anki: right wherever, whenever and in whatever season they arrive."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from exports.records import ExportCard
from scheduler.days import StudyCalendar
from tests.anki_moments import FAKETIME, WITHOUT_FAKETIME, Seen, Visit, visit_anki
from tests.progress_fixtures import note_with, pack, progress_of

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(not FAKETIME, reason=WITHOUT_FAKETIME)

ZONES = (
    "Pacific/Honolulu",  # never changes its clocks
    "America/New_York",
    "Europe/Berlin",
    "Asia/Kolkata",  # half an hour
    "Australia/Lord_Howe",  # southern, changes by half an hour
    "Pacific/Auckland",  # southern
    "Pacific/Chatham",  # three quarters of an hour, southern
)
SEASONS = ((2026, 1, 15), (2026, 7, 15))
HOURS = ((0, 30), (3, 59), (4, 0), (5, 0), (12, 0), (23, 59))
FIRST_DAY = date(2025, 11, 20).toordinal()
DUE_DAYS = sorted(
    {*range(FIRST_DAY + 1, FIRST_DAY + 400, 20)}
    | {date(*season).toordinal() + off for season in SEASONS for off in (-2, -1, 0, 1, 2)}
)


def moment(zone: str, day: tuple[int, int, int], hour: int, minute: int) -> int:
    return int(datetime(*day, hour, minute, 30, tzinfo=ZoneInfo(zone)).timestamp())


def days_of_change(zone: str) -> list[tuple[int, int, int]]:
    """The days of 2026 on which a zone's clocks change, each with those before and after."""
    noons = [datetime(2026, 1, 1, 12, tzinfo=ZoneInfo(zone)) + timedelta(n) for n in range(365)]
    changes = [
        around
        for before, noon in pairwise(noons)
        if before.utcoffset() != noon.utcoffset()
        for around in (before, noon, noon + timedelta(1))
    ]
    return [(day.year, day.month, day.day) for day in changes]


def make_package(folder: Path, calendar: StudyCalendar) -> str:
    """A card due on each of many days: a review, or one of two kinds of steps of days."""
    notes = []
    for number, day in enumerate(DUE_DAYS):
        card = ExportCard(0, 2, due_day=day, interval=3, stability=3.0, difficulty=5.0, reps=1)
        if number % 5 == 1:
            card = ExportCard(0, 1, step=0, due_day=day, stability=1.0, difficulty=5.0, reps=1)
        elif number % 5 == 3:
            card = ExportCard(0, 3, step=0, due_day=day, stability=1.0, difficulty=5.0, reps=1)
        notes.append(note_with(f"t/{day}", card))
    return pack(folder, progress_of(calendar, FIRST_DAY), *notes)


def wrong_days(seen: Seen, today: int) -> dict[str, int]:
    """How many days off each card is that is not due on its day."""
    wrong = {}
    for name, card in seen.cards.items():
        due_day = int(name.removeprefix("t/").removesuffix("#1"))
        if off := (card["due"] - seen.today) - (due_day - today):
            wrong[name] = off
    return wrong


@pytest.mark.parametrize("zone", ZONES)
def test_cards_are_due_on_their_days(zone: str, tmp_path: Path) -> None:
    """84 combinations of zone, hour and season: collections made in this season and the other."""
    calendar = StudyCalendar(ZoneInfo(zone), 4)
    package = make_package(tmp_path, calendar)
    moments = [moment(zone, season, *hour) for season in SEASONS for hour in HOURS]
    visits = [
        Visit((package,), at, created=at - 180 * 86_400 if number % 2 else None)
        for number, at in enumerate(moments)
    ]
    for at, seen in zip(moments, visit_anki(zone, *visits), strict=True):
        today = calendar.day_of(at * 1000)
        assert seen.next_day_at * 1000 == calendar.start_of(today + 1)
        assert wrong_days(seen, today) == {}
        due = {f"t/{day}#1" for day in DUE_DAYS if day <= today}
        assert set(seen.queue) == due
        assert not seen.complaints


@pytest.mark.parametrize("zone", [zone for zone in ZONES if days_of_change(zone)])
def test_cards_are_due_on_their_days_when_clocks_change(zone: str, tmp_path: Path) -> None:
    calendar = StudyCalendar(ZoneInfo(zone), 4)
    package = make_package(tmp_path, calendar)
    hours = ((1, 59), (3, 59), (4, 0))
    moments = [moment(zone, day, *hour) for day in days_of_change(zone) for hour in hours]
    visits = [Visit((package,), at) for at in moments]
    for at, seen in zip(moments, visit_anki(zone, *visits), strict=True):
        assert wrong_days(seen, calendar.day_of(at * 1000)) == {}


@pytest.mark.parametrize("rollover_hour", [0, 2, 23])
def test_another_hour_of_rollover_is_kept(rollover_hour: int, tmp_path: Path) -> None:
    zone = "Europe/Berlin"
    calendar = StudyCalendar(ZoneInfo(zone), rollover_hour)
    package = make_package(tmp_path, calendar)
    hours = ((0, 0), (1, 59), (2, 0), (22, 59), (23, 0))
    moments = [moment(zone, season, *hour) for season in SEASONS for hour in hours]
    visits = [Visit((package,), at, rollover_hour=rollover_hour) for at in moments]
    for at, seen in zip(moments, visit_anki(zone, *visits), strict=True):
        assert wrong_days(seen, calendar.day_of(at * 1000)) == {}


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Honolulu"])
def test_a_package_may_be_imported_far_from_home(zone: str, tmp_path: Path) -> None:
    package = make_package(tmp_path, StudyCalendar(ZoneInfo("Europe/Berlin"), 4))
    away = StudyCalendar(ZoneInfo(zone), 4)
    moments = [moment(zone, season, *hour) for season in SEASONS for hour in HOURS]
    for at, seen in zip(
        moments, visit_anki(zone, *(Visit((package,), at) for at in moments)), strict=True
    ):
        assert wrong_days(seen, away.day_of(at * 1000)) == {}
