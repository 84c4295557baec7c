"""The screens of `forecast`: when one is ready, a chart of what one would recall, a table."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.text import Text

from mlready.study.forecast import MOST_MINUTES
from mlready.terminal.document_view import clean
from mlready.terminal.wording import plural
from scheduler.worth import FIRM

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType

    from mlready.study.forecast import Answer, Question
    from mlready.terminal.display import Look
    from scheduler.forecasting import Band, Forecast, ForecastDay
    from scheduler.preset import Preset

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ROWS: Final = (7, 30, 90, 180, 365, 730)  # days after which the table has a row
_HEIGHT: Final = 8  # lines of the chart
_WIDEST: Final = 72  # columns of it


class Marks(NamedTuple):
    """What a chart is drawn with: what is nearly certain, likely, possible, and its axes."""

    certain: str
    likely: str
    possible: str
    side: str
    corner: str
    floor: str


BLOCKS: Final = Marks("█", "▓", "░", "│", "└", "─")
ASCII: Final = Marks("#", "+", ".", "|", "+", "-")


def find_marks(encoding: str | None) -> Marks:
    """What a chart is drawn with where text is written so."""
    try:
        "".join(BLOCKS).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return BLOCKS


def date_in_words(day: int) -> str:
    """A study day's date: "14 March 2027"."""
    date = datetime.date.fromordinal(day)
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


# --- the forecast -------------------------------------------------------------------------


def page(
    found: Forecast, question: Question, title: str, look: Look, marks: Marks
) -> list[RenderableType]:
    """A forecast on one page.

    Args:
        found: the forecast.
        question: what was asked.
        title: what one would be ready for.
        look: the place it is shown in; a plain one gets no chart.
        marks: what the chart is drawn with.
    """
    title = clean(title)
    parts: list[RenderableType] = [Text(_headline(found, title), "name")]
    parts += [Text(line) for line in _details(found, question)]
    parts += [Text(""), Text(_terms(question, _say_time(question.preset)), "quiet"), Text("")]
    if not look.plain:
        parts += [*_titled_chart(found, look, marks), Text("")]
    parts += _lines(_table(found.days))
    note = (
        f"From {found.seeds} simulated courses with your cards, your pace and your ratings; what "
        "FSRS believes of your memory is taken with doubt. 8 of 10 courses lie within the ranges."
    )
    return [*parts, Text(""), Text(note, "quiet")]


def _headline(found: Forecast, title: str) -> str:
    if found.ready_now:
        return f"You are ready for {title} now"
    low, middle, high = found.ready
    if middle is None:
        return f"Not ready for {title} by {date_in_words(found.days[-1].day)}"
    if low is None or low == high:
        return f"Ready for {title} around {date_in_words(middle)}"
    latest = f"after {date_in_words(found.days[-1].day)}" if high is None else date_in_words(high)
    joined = "or" if high is None else "and"
    return (
        f"Ready for {title} around {date_in_words(middle)} "
        f"(between {date_in_words(low)} {joined} {latest})"
    )


def _details(found: Forecast, question: Question) -> list[str]:
    """What has to be said of a goal that is not reached, or not in every course."""
    if found.ready_now or not found.cards:
        return []
    lines = [f"Of the {plural(found.cards, 'card')} it takes, {found.learned_now:,} are learned."]
    reached, last = len(found.ready_days), date_in_words(found.days[-1].day)
    if reached < found.seeds:
        some = f"{reached} of {found.seeds}" if reached else f"None of {found.seeds}"
        lines.append(f"{some} simulated courses get there by {last}.")
    if found.ready.middle is None:
        lines.append(f"About {found.learned.middle:,.0f} of the cards are learned by then.")
        if question.preset.desired_retention < FIRM:
            lines.append(
                f"Ready means that every topic is recalled with {_percent(FIRM)} at once; with "
                f"reviews at {_percent(question.preset.desired_retention)} that seldom happens."
            )
    return lines


def _say_time(preset: Preset) -> str:
    if preset.minutes_per_day is not None:
        return f"{_minutes(preset.minutes_per_day)} a day"
    return f"{plural(preset.reviews_per_day, 'review')} a day at most"


def _terms(question: Question, time: str) -> str:
    preset, missed = question.preset, question.outset.habits.missed
    days = f"{_percent(round(missed, 2))} of days missed" if missed else "no day missed"
    if missed and question.as_so_far:
        days += " as in the last month"
    terms = (
        time,
        f"{plural(preset.new_per_day, 'new card')} a day at most",
        f"reviews when recall is down to {_percent(preset.desired_retention)}",
        days,
    )
    return f"Assumed: {', '.join(term for term in terms if term)}."


def _percent(share: float) -> str:
    return f"{100 * share:.4g} %"


def _minutes(minutes: float) -> str:
    return "1 minute" if minutes == 1 else f"{minutes:g} minutes"


# --- the chart ----------------------------------------------------------------------------


def _titled_chart(found: Forecast, look: Look, marks: Marks) -> list[RenderableType]:
    first, last = (date_in_words(found.days[i].day) for i in (0, -1))
    lines = draw_chart([day.retained for day in found.days], min(look.width, _WIDEST), marks)
    indent = len(lines[-1]) - len(lines[-1].lstrip())
    between = max(len(lines[-1]) - indent - len(first) - len(last), 2)
    legend = f"{marks.certain} 9 of 10 courses   {marks.likely} half   {marks.possible} 1 of 10"
    return [
        Text("Cards you would recall"),
        *_lines(lines),
        Text(" " * indent + first + " " * between + last, "quiet", no_wrap=True),
        Text(" " * indent + legend, "quiet"),
    ]


def draw_chart(bands: Sequence[Band], width: int, marks: Marks) -> list[str]:
    """A chart over time, from 0 at its floor.

    Args:
        bands: the values, in the order of time.
        width: columns of the whole chart.
        marks: what it is drawn with.
    """
    top = max(1.0, *(band.high for band in bands))
    label = f"{top:,.0f}"
    columns = max(width - len(label) - 2, 10)
    shown = [bands[column * len(bands) // columns] for column in range(columns - 1)] + [bands[-1]]
    lines = []
    for line in range(_HEIGHT, 0, -1):
        height = top * (line - 0.5) / _HEIGHT
        left = label if line == _HEIGHT else " " * len(label)
        cells = "".join(_mark(band, height, marks) for band in shown)
        lines.append(f"{left} {marks.side}{cells}".rstrip())
    return [*lines, f"{'0':>{len(label)}} {marks.corner}{marks.floor * columns}"]


def _mark(band: Band, height: float, marks: Marks) -> str:
    if height <= band.low:
        return marks.certain
    if height <= band.middle:
        return marks.likely
    return marks.possible if height <= band.high else " "


# --- the table ----------------------------------------------------------------------------


def _table(days: Sequence[ForecastDay]) -> list[str]:
    """A few dates, with the means of the days from the one before to them."""
    ends = [end for end in _ROWS if end < len(days)] + [len(days)]
    if len(ends) > 1 and ends[-1] < 1.2 * ends[-2]:
        del ends[-2]
    rows = []
    for start, end in zip([0, *ends], ends, strict=False):
        stretch = days[start:end]
        low, middle, high, _ = stretch[-1].retained
        rows.append(
            f"{_short_date(stretch[-1].day):>11}"
            f"{_mean(day.minutes for day in stretch):>8.0f}"
            f"{_mean(day.reviews for day in stretch):>8.0f}"
            f"{_mean(day.new for day in stretch):>6.1f}"
            f"{f'{middle:,.0f} ({low:,.0f} to {high:,.0f})':>23}"
        )
    head = f"{'until':>11}{'minutes':>8}{'reviews':>8}{'new':>6}{'cards you':>23}"
    unit = f"{'':>11}{'a day':>8}{'a day':>8}{'a day':>6}{'would recall':>23}"
    return [head, unit, *rows]


def _short_date(day: int) -> str:
    date = datetime.date.fromordinal(day)
    return f"{date.day} {_MONTHS[date.month - 1][:3]} {date.year}"


def _mean(bands: Iterable[Band]) -> float:
    means = [band.mean for band in bands]
    return sum(means) / len(means)


def _lines(lines: Iterable[str]) -> list[RenderableType]:
    return [Text(line, no_wrap=True) for line in lines]


# --- the minutes --------------------------------------------------------------------------


def minutes_page(answer: Answer, question: Question, title: str) -> list[RenderableType]:
    """How many minutes a day it takes to be ready by a date."""
    title, by = clean(title), date_in_words(answer.by)
    if answer.minutes == 0:
        return [Text(f"You are ready for {title} now", "name")]
    if answer.minutes is None:
        most = f"{MOST_MINUTES // 60} hours"
        parts: list[RenderableType] = [
            Text(f"Not even {most} a day make you ready for {title} by {by}", "name")
        ]
        parts.append(Text(_remedy(answer)))
    else:
        text = f"About {_minutes(answer.minutes)} a day make you ready for {title} by {by}"
        parts = [Text(text, "name")]
    rows = [f"{'minutes a day':>14}{'ready in time':>15}   usually ready"]
    for minutes, share, day in answer.trials:
        when = f"after {by}" if day is None else date_in_words(day)
        rows.append(f"{minutes:>14}{share:>15.0%}   {when}")
    return [*parts, Text(""), *_lines(rows), Text(""), Text(_terms(question, ""), "quiet")]


def _remedy(answer: Answer) -> str:
    if answer.limit is not None:
        return (
            f"What is in the way is the limit of {plural(answer.limit, 'new card')} a day: raise "
            "it with `mlready config new_per_day`, or ask for a later date."
        )
    return "Ask for a later date, or for a nearer goal with --goal."
