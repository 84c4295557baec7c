"""The one module that reads the clock and the local time zone."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, tzinfo
from pathlib import Path


def now_ms() -> int:
    """The present moment in Unix milliseconds.

    `MLREADY_NOW` (an ISO 8601 moment with its offset) stands in for it: for tests,
    demonstrations, and for looking at what a later day will bring.
    """
    pinned = os.environ.get("MLREADY_NOW")
    if pinned:
        moment = datetime.fromisoformat(pinned)
        if not 1970 <= moment.year <= 9000:
            raise ValueError("it lies outside of the years 1970 to 9000")
        if moment.tzinfo is None:
            raise ValueError("it has no offset, such as +00:00")
        return int(moment.timestamp() * 1000)
    return time.time_ns() // 1_000_000


def local_zone() -> tzinfo:
    """The learner's time zone, with its clock changes where the system knows them."""
    # Imported late: zoneinfo costs more than the rest of this module's work together.
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415

    name = os.environ.get("TZ", "").lstrip(":") or _system_zone_name()
    if name:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass  # a POSIX rule such as "EST5EDT4,M3": fall back to the fixed offset
    return datetime.fromtimestamp(time.time(), UTC).astimezone().tzinfo or UTC


def _system_zone_name() -> str:
    """The IANA name behind `/etc/localtime`, or "" where that is not a link."""
    try:
        target = str(Path("/etc/localtime").readlink())
    except OSError:
        return ""
    _, found, name = target.partition("zoneinfo/")
    return name if found else ""


def seconds() -> float:
    """A monotonic time in seconds, for durations only."""
    return time.monotonic()
