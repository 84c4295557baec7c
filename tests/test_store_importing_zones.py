"""Memories of reviews made in Anki are Anki's own, wherever and whenever they are imported."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

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
