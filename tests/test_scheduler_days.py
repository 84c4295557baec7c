"""Study days over zones, rollover hours and clock changes."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.days import StudyCalendar

HOUR = 3_600_000
ZONES = (
    "America/New_York",
    "America/Sao_Paulo",  # clocks once changed at midnight
    "America/St_Johns",  # once at one minute past midnight
    "Asia/Kathmandu",  # UTC+5:45
    "Asia/Shanghai",
    "Australia/Lord_Howe",  # changes by half an hour
    "Europe/Berlin",
    "Pacific/Apia",  # had no 30 December 2011
    "Pacific/Auckland",
    "UTC",
)
zones = st.sampled_from(ZONES).map(ZoneInfo)
calendars = st.builds(StudyCalendar, zones, st.integers(0, 23))
days = st.integers(date(1950, 1, 1).toordinal(), date(2040, 1, 1).toordinal())
moments = st.integers(-631_152_000_000, 2_208_988_800_000)


def ms(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def local(zone: str, *wall: int, fold: int = 0) -> int:
    return ms(datetime(*wall, tzinfo=ZoneInfo(zone), fold=fold))  # type: ignore[arg-type, misc]


@pytest.mark.parametrize("rollover", [0, 4, 12, 23])
@pytest.mark.parametrize("zone", ZONES)
def test_day_changes_at_the_rollover_hour(zone: str, rollover: int) -> None:
    calendar = StudyCalendar(ZoneInfo(zone), rollover)
    day = date(2025, 6, 15).toordinal()
    start = local(zone, 2025, 6, 15, rollover)
    assert calendar.day_of(start - 1) == day - 1
    assert calendar.day_of(start) == day
    assert calendar.start_of(day) == start
    assert calendar.date_of(day) == date(2025, 6, 15)


@pytest.mark.parametrize(
    ("zone", "changed", "hours"),
    [
        ("America/New_York", date(2025, 3, 9), 23),
        ("America/New_York", date(2025, 11, 2), 25),
        ("Europe/Berlin", date(2025, 3, 30), 23),
        ("Europe/Berlin", date(2025, 10, 26), 25),
        ("Pacific/Auckland", date(2025, 9, 28), 23),
        ("Australia/Lord_Howe", date(2025, 4, 6), 24.5),
    ],
)
def test_day_of_a_clock_change_is_shorter_or_longer(zone: str, changed: date, hours: float) -> None:
    calendar = StudyCalendar(ZoneInfo(zone), 4)
    night = changed.toordinal() - 1  # the change falls before 04:00
    start, end = calendar.start_of(night), calendar.start_of(night + 1)
    assert end - start == hours * HOUR
    assert {calendar.day_of(at) for at in range(start, end, HOUR // 4)} == {night}


def test_skipped_rollover_hour_begins_the_day_at_the_jump() -> None:
    calendar = StudyCalendar(ZoneInfo("America/New_York"), 2)
    day = date(2025, 3, 9).toordinal()
    jump = local("America/New_York", 2025, 3, 9, 3)
    assert calendar.start_of(day) == jump
    assert (calendar.day_of(jump - 1), calendar.day_of(jump)) == (day - 1, day)


def test_rollover_inside_a_jump_begins_the_day_at_the_jump() -> None:
    """At 00:01 on 2 April 2006 the clocks of St John's went to 01:01."""
    calendar = StudyCalendar(ZoneInfo("America/St_Johns"), 1)
    day = date(2006, 4, 2).toordinal()
    jump = local("America/St_Johns", 2006, 4, 2, 1, 1)
    assert calendar.start_of(day) == jump
    assert (calendar.day_of(jump - 1), calendar.day_of(jump)) == (day - 1, day)


def test_clocks_set_back_over_midnight_do_not_bring_yesterday_back() -> None:
    """At 00:01 on 29 October 2006 the clocks of St John's went to 23:01."""
    calendar = StudyCalendar(ZoneInfo("America/St_Johns"), 0)
    day = date(2006, 10, 29).toordinal()
    midnight = local("America/St_Johns", 2006, 10, 29)
    again = local("America/St_Johns", 2006, 10, 28, 23, 30, fold=1)
    assert again > midnight
    assert calendar.start_of(day) == midnight
    assert calendar.day_of(again) == day


def test_date_that_the_zone_skipped_is_an_empty_day() -> None:
    """Apia went from midnight after 29 December 2011 to midnight of the 31st."""
    calendar = StudyCalendar(ZoneInfo("Pacific/Apia"), 0)
    skipped = date(2011, 12, 30).toordinal()
    start = calendar.start_of(skipped)
    assert start == calendar.start_of(skipped + 1)
    assert calendar.day_of(start - 1) == skipped - 1
    assert calendar.day_of(start) == skipped + 1


@given(calendars, moments)
def test_a_moment_lies_in_its_day(calendar: StudyCalendar, at: int) -> None:
    day = calendar.day_of(at)
    assert calendar.start_of(day) <= at < calendar.start_of(day + 1)


@given(calendars, days)
def test_a_day_begins_where_the_one_before_it_ends(calendar: StudyCalendar, day: int) -> None:
    start = calendar.start_of(day)
    empty = start == calendar.start_of(day + 1)
    assert calendar.day_of(start - 1) == day - 1
    assert calendar.day_of(start) == day + empty


@given(calendars, moments, st.integers(0, 3 * 24 * HOUR))
def test_days_never_fall(calendar: StudyCalendar, at: int, later: int) -> None:
    assert calendar.day_of(at) <= calendar.day_of(at + later)


def test_any_tzinfo_will_do() -> None:
    calendar = StudyCalendar(timezone(timedelta(hours=14)), 4)
    assert calendar.date_of(calendar.day_of(0)) == date(1970, 1, 1)
    assert calendar.day_of(-10 * HOUR - 1) == date(1969, 12, 31).toordinal()


@pytest.mark.parametrize("hour", [-1, 24])
def test_impossible_rollover_hour_is_refused(hour: int) -> None:
    with pytest.raises(ValueError, match=rf"rollover_hour is {hour}; .* 0 to 23"):
        StudyCalendar(UTC, hour)
