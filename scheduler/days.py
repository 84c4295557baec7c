"""The learner's study days: which day a moment belongs to, and when a day begins."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import tzinfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class StudyCalendar:
    """Counts study days in one time zone.

    A study day begins when the local clock first shows the rollover hour, or skips
    past it, and lasts until the next one begins: 23 or 25 hours at a clock change.

    Attributes:
        zone: The learner's time zone.
        rollover_hour: The local hour at which a study day begins, 0 to 23.
    """

    zone: tzinfo
    rollover_hour: int

    def __post_init__(self) -> None:
        """Refuse an hour that no clock shows."""
        if not 0 <= self.rollover_hour <= 23:
            message = f"rollover_hour is {self.rollover_hour!r}; it must be 0 to 23"
            raise ValueError(message)

    def day_of(self, at_ms: int) -> int:
        """Return the study day of a moment.

        Args:
            at_ms: Unix milliseconds UTC.

        Returns:
            The day as a proleptic Gregorian ordinal; it never falls as time passes.
        """
        local = self._local(at_ms)
        day = (local - timedelta(hours=self.rollover_hour)).toordinal()
        # Clocks set back across the rollover hour must not bring yesterday back.
        if local.fold and at_ms >= self.start_of(day + 1):
            return day + 1
        return day

    def start_of(self, day: int) -> int:
        """Return the first moment of a study day, in Unix milliseconds UTC.

        Args:
            day: A proleptic Gregorian ordinal. A date that the zone skipped begins at
                the jump over it.
        """
        wall = datetime.combine(date.fromordinal(day), time(self.rollover_hour))
        start = (wall.replace(tzinfo=self.zone) - _EPOCH) // _MILLISECOND
        if self._local(start) == wall:
            return start
        # The clock skipped the rollover hour: the day begins at the jump itself, which
        # lies between the readings of this wall time with the new and the old offset.
        late_reading = wall.replace(tzinfo=self.zone, fold=1)
        before = (late_reading - _EPOCH) // _MILLISECOND
        return before + bisect_left(range(before, start), wall, key=self._local)

    def date_of(self, day: int) -> date:
        """Return the calendar date on which a study day begins."""
        return date.fromordinal(day)

    def _local(self, at_ms: int) -> datetime:
        """Return what the local clock shows, without its zone."""
        moment = _EPOCH + timedelta(milliseconds=at_ms)
        return moment.astimezone(self.zone).replace(tzinfo=None)
