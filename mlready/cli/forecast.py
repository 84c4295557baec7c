"""`mlready forecast`: what comes of studying on, and how many minutes a day a date takes."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from mlready import clock
from mlready.cli.options import (
    complete_names,
    deck_option,
    json_option,
    open_deck,
    plain_option,
    print_json,
)
from mlready.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from mlready.study.day import StudyDay
    from mlready.study.forecast import Answer, Question
    from scheduler.forecasting import Band, Forecast
    from scheduler.preset import Preset

_PATIENCE = 0.5  # seconds without a bar
_LABEL = "Simulating"
_NARROWEST_BAR, _WIDEST_BAR, _USUAL_COLUMNS = 8, 36, 80


@click.command("forecast")
@click.option("--minutes", type=float, metavar="N", help="Minutes a day [default: your settings].")
@click.option(
    "--goal", metavar="TOPIC", shell_complete=complete_names,
    help="Topic to be ready for [default: your goal, or all that is open].",
)  # fmt: skip
@click.option("--retention", type=float, metavar="R", help="Recall at which reviews are due.")
@click.option("--by", metavar="DATE", help="Find the minutes a day that make you ready by then.")
@click.option(
    "--days", type=int, metavar="N", help="Days to look ahead [default: 180, or until ready]."
)
@click.option(
    "--missed", type=float, metavar="SHARE",
    help="Share of days you miss [default: that of the last month].",
)  # fmt: skip
@deck_option
@json_option
@plain_option
def command(  # noqa: PLR0913 - one for each option
    *,
    minutes: float | None,
    goal: str | None,
    retention: float | None,
    by: str | None,
    days: int | None,
    missed: float | None,
    deck: Path,
    as_json: bool,
    plain: bool,
) -> None:
    """Simulate the days to come, from your cards as they are, your pace and your ratings.

    Says when every topic up to the goal is learned and recalled well, and how many minutes and
    reviews a day that takes; nothing is changed. With --by DATE it is the other way round.
    """
    from mlready.study.day import read_day  # noqa: PLC0415
    from mlready.study.forecast import find_minutes, foresee, pose_question  # noqa: PLC0415
    from mlready.study.naming import find_topic  # noqa: PLC0415

    _refuse_both(by, minutes, days)
    _check_share("--missed", missed, 0.0, 0.9)
    reader = open_deck(deck).reader
    day = read_day(reader, clock.now_ms(), clock.local_zone())
    preset = _change(day.preset, minutes, retention)
    by_day = None if by is None else _read_date(by, day)
    _check_days(days)
    goal = None if goal is None else find_topic(reader, goal)
    question = pose_question(reader, day, goal=goal, preset=preset, missed=missed)
    title = day.topics[question.goal].title if question.goal else "all open topics"
    if by_day is None:
        with _progress(plain=plain) as advance:
            found = foresee(question, days, advance)
        _show_forecast(found, question, title, day, as_json=as_json, plain=plain)
    else:
        with _progress(plain=plain) as advance:
            answer = find_minutes(question, by_day, advance)
        _show_minutes(answer, question, title, day, as_json=as_json, plain=plain)


# --- what is asked ------------------------------------------------------------------------


def _refuse_both(by: str | None, minutes: float | None, days: int | None) -> None:
    for name, value in (("--minutes", minutes), ("--days", days)):
        if by is not None and value is not None:
            hint = "--by finds the minutes a day up to a date: leave one of them out"
            raise UsageError(f"--by and {name} do not go together", hint)


def _change(preset: Preset, minutes: float | None, retention: float | None) -> Preset:
    """The learner's preset with what the options ask for."""
    if minutes is not None:
        if not 1 <= minutes <= 1440:
            hint = "give the minutes a day that you would study, from 1 to 1440"
            raise UsageError(f"--minutes cannot be {minutes:g}", hint)
        preset = replace(preset, minutes_per_day=float(minutes))
    _check_share("--retention", retention, 0.7, 0.99)
    return preset if retention is None else replace(preset, desired_retention=retention)


def _check_share(name: str, value: float | None, low: float, high: float) -> None:
    if value is not None and not low <= value <= high:
        raise UsageError(f"{name} cannot be {value:g}", f"give a share from {low:g} to {high:g}")


def _check_days(days: int | None) -> None:
    from mlready.study.forecast import LONGEST  # noqa: PLC0415

    if days is not None and not 1 <= days <= LONGEST:
        raise UsageError(f"--days cannot be {days}", f"give a number from 1 to {LONGEST}")


def _read_date(text: str, day: StudyDay) -> int:
    """The study day of a date to come."""
    from mlready.study.forecast import LONGEST  # noqa: PLC0415

    try:
        found = date.fromisoformat(text).toordinal()
    except ValueError as error:
        hint = "write it as year, month and day, such as 2027-03-01"
        raise UsageError(f'--by cannot be "{text}", which is no date', hint) from error
    first, last = (day.calendar.date_of(day.day + days) for days in (1, LONGEST))
    if not first.toordinal() <= found <= last.toordinal():
        where = "too far off" if found > day.day else "not in the future"
        raise UsageError(f"{text} is {where}", f"give a date from {first} to {last}")
    return found


# --- meanwhile ----------------------------------------------------------------------------


@contextmanager
def _progress(*, plain: bool) -> Iterator[Callable[[int, int], None]]:
    """Something to call with how much of all is done; it shows a bar once it takes long.

    Where a bar cannot be drawn it says once that it is at work; to what is no terminal, nothing.
    """
    begun = clock.seconds()
    shown: list[Any] = []
    told: list[bool] = []

    def advance(done: int, whole: int) -> None:
        if not told and clock.seconds() - begun > _PATIENCE:
            told.append(True)
            width = 0 if plain else _find_bar_width()
            if width:
                shown.append(
                    click.progressbar(
                        length=whole, label=_LABEL, width=width, show_eta=False, file=sys.stderr
                    )
                )
                shown[0].__enter__()
            elif sys.stderr.isatty():
                click.echo(f"{_LABEL} ...", err=True)
        for bar in shown:
            bar.length = whole
            bar.update(done - bar.pos)

    try:
        yield advance
    finally:
        for bar in shown:
            bar.update(bar.length - bar.pos)
            bar.__exit__(None, None, None)


def _find_bar_width() -> int:
    """The columns that a bar may have; 0 where none can be drawn."""
    dumb = os.environ.get("TERM", "") in {"", "dumb", "unknown"} and os.name != "nt"
    if dumb or not sys.stderr.isatty():
        return 0
    try:
        columns = os.get_terminal_size(sys.stderr.fileno()).columns
    except OSError:
        columns = 0
    return fit_bar(columns or _USUAL_COLUMNS)


def fit_bar(columns: int) -> int:
    """The columns of a bar in a window of so many, which it must not fill; 0 where it is none."""
    width = columns - len(f"{_LABEL}  []  100%") - 1
    return 0 if width < _NARROWEST_BAR else min(width, _WIDEST_BAR)


# --- what is found ------------------------------------------------------------------------


def _show_forecast(
    found: Forecast, question: Question, title: str, day: StudyDay, *, as_json: bool, plain: bool
) -> None:
    if as_json:
        print_json(_terms_as_data(question, day) | _forecast_as_data(found, day))
        return
    from mlready.terminal.display import Display  # noqa: PLC0415
    from mlready.terminal.reports import forecast_screens  # noqa: PLC0415

    display = Display(plain=plain)
    marks = forecast_screens.find_marks(sys.stdout.encoding)
    look, room = display.look, display.size.lines - 1  # a line is for the prompt
    for height in forecast_screens.HEIGHTS:
        parts = forecast_screens.page(found, question, title, look, marks, height)
        if look.plain or len(display.render(parts)) <= room:
            break
    display.print(parts)


def _show_minutes(
    answer: Answer, question: Question, title: str, day: StudyDay, *, as_json: bool, plain: bool
) -> None:
    if as_json:
        print_json(_terms_as_data(question, day) | _answer_as_data(answer, day))
        return
    from mlready.terminal.display import Display  # noqa: PLC0415
    from mlready.terminal.reports import forecast_screens  # noqa: PLC0415

    display = Display(plain=plain)
    display.print(forecast_screens.minutes_page(answer, question, title, display.look))


def _date(day: StudyDay, study_day: int | None) -> str | None:
    return None if study_day is None else day.calendar.date_of(study_day).isoformat()


def _terms_as_data(question: Question, day: StudyDay) -> dict[str, Any]:
    return {
        "goal": question.goal,
        "from": _date(day, day.day),
        "minutes_per_day": question.preset.minutes_per_day,
        "new_per_day": question.preset.new_per_day,
        "reviews_per_day": question.preset.reviews_per_day,
        "desired_retention": question.preset.desired_retention,
        "missed": round(question.outset.habits.missed, 4),
        "topics": len(question.outset.topics),
        "topics_without_questions": sorted(question.blank),
    }


def _forecast_as_data(found: Forecast, day: StudyDay) -> dict[str, Any]:
    return {
        "courses": found.seeds,
        "ready_now": found.ready_now,
        "ready": {name: _date(day, value) for name, value in found.ready._asdict().items()},
        "ready_in": [_date(day, ready) for ready in found.ready_days],
        "share_ready": round(found.share_ready, 4),
        "cards": found.cards,
        "cards_learned": {"now": found.learned_now, "then": _band_as_data(found.learned)},
        "retained_now": round(found.retained, 2),
        "days": [
            {"date": _date(day, row.day)}
            | {
                name: _band_as_data(band)
                for name, band in zip(row._fields[1:], row[1:], strict=True)
            }
            for row in found.days
        ],
    }


def _band_as_data(band: Band) -> dict[str, float]:
    return {name: round(value, 2) for name, value in band._asdict().items()}


def _answer_as_data(answer: Answer, day: StudyDay) -> dict[str, Any]:
    return {
        "by": _date(day, answer.by),
        "minutes": answer.minutes,
        "limited_by_new_per_day": answer.limit is not None,
        "tried": [
            {
                "minutes": trial.minutes,
                "share_ready": round(trial.share, 4),
                "courses": trial.courses,
                "ready": _date(day, trial.ready_day),
            }
            for trial in answer.trials
        ],
    }
