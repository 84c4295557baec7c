"""The screens of `forecast`: when one is ready, a chart of what one would recall, a table."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.text import Text

from mlready.study.forecast import MOST_MINUTES
from mlready.terminal.documents.document_view import clean
from mlready.terminal.wording import plural
from scheduler.worth import FIRM

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType

    from mlready.study.forecast import Answer, Question, Trial
    from mlready.terminal.display import Look
    from scheduler.forecasting import Band, Forecast, ForecastDay
    from scheduler.preset import Preset

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ROWS: Final = (7, 30, 90, 180, 365, 730)  # days after which the table has a row
_MOST_ROWS: Final = 4  # so that all fits into a usual window
TALLEST: Final = 6  # lines of the chart
HEIGHTS: Final = (TALLEST, 5, 4, 3, 0)  # the same, the lower the window
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
    found: Forecast,
    question: Question,
    title: str,
    look: Look,
    marks: Marks,
    height: int = TALLEST,
) -> list[RenderableType]:
    """A forecast on one page.

    Args:
        found: the forecast.
        question: what was asked.
        title: what one would be ready for.
        look: the place it is shown in; a plain one gets no chart.
        marks: what the chart is drawn with.
        height: the lines of the chart; 0: without one.
    """
    title = clean(title)
    parts: list[RenderableType] = _head(_headline(found, title), question, title)
    if details := " ".join(_details(found, question)):
        parts.append(Text(details))
    parts.append(Text(""))
    if not look.plain and height:
        parts += [*_titled_chart(found, look, marks, height), Text("")]
    parts += _lines(_table(found.days, look.width))
    note = (
        f"From {found.seeds} simulated courses with your cards, pace and ratings; 8 of 10 lie "
        "within the ranges."
    )
    terms = _terms(question, _say_time(question.preset))
    return [*parts, Text(""), Text(f"{terms} {note}", "quiet")]


def _head(headline: str, question: Question, title: str) -> list[RenderableType]:
    """The headline, and what it leaves out: topics that nobody has asked about yet."""
    goal, blank = question.goal, question.blank
    beneath = len(question.outset.topics) - (goal is not None)
    lacking = len(blank - {goal})
    parts: list[RenderableType] = []
    if goal in blank:
        parts.append(Text(f"{title} itself has no questions yet", "name"))
        headline = headline.replace(f"for {title}", f"for what is beneath {title}", 1)
    parts.append(Text(headline, "name"))
    if lacking:
        where = "topics beneath it" if goal is not None else "topics"
        have = "has" if lacking == 1 else "have"
        parts.append(
            Text(
                f"As far as there are questions: {lacking} of {beneath} {where} {have} none yet.",
            )
        )
    return parts


def _headline(found: Forecast, title: str) -> str:
    if found.ready_now:
        return f"You are ready for {title} now"
    low, middle, high = found.ready
    if middle is None:
        return f"Not ready for {title} by {date_in_words(found.days[-1].day)}"
    if low is None or low == high:
        return f"Ready for {title} around {date_in_words(middle)}"
    if high is None:
        last = date_in_words(found.days[-1].day)
        span = f"{date_in_words(low)} at the earliest, perhaps after {last}"
    else:
        span = f"between {date_in_words(low)} and {date_in_words(high)}"
    return f"Ready for {title} around {date_in_words(middle)} ({span})"


def _details(found: Forecast, question: Question) -> list[str]:
    """What has to be said of a goal that is not reached, or not in every course."""
    if found.ready_now or not found.cards:
        return []
    lines = [_say_learned(found)]
    reached, last = len(found.ready_days), date_in_words(found.days[-1].day)
    if reached < found.seeds:
        some = f"{reached} of {found.seeds}" if reached else f"None of {found.seeds}"
        lines.append(f"{some} simulated courses get there by {last}.")
    if found.ready.middle is None:
        if found.learned_now < found.cards:
            lines.append(f"About {found.learned.middle:,.0f} of the cards are learned by then.")
        if question.preset.new_per_day == 0:
            lines.append("No card is begun: raise `mlready config new_per_day`, which is 0.")
    return lines + _say_retention(question.preset)


def _say_learned(found: Forecast) -> str:
    if found.learned_now < found.cards:
        cards = plural(found.cards, "breadth card")
        return f"Of the {cards} it takes, {found.learned_now:,} are learned."
    return (
        "All breadth cards it takes are learned, but not every topic is recalled well enough "
        f"({_percent(FIRM)})."
    )


def _say_retention(preset: Preset) -> list[str]:
    """Why one can hardly be ready, where reviews come too late for it."""
    if preset.desired_retention >= FIRM:
        return []
    return [
        f"Ready means that every topic is recalled with {_percent(FIRM)} at once; with reviews at "
        f"{_percent(preset.desired_retention)} that cannot last. Ask for more with --retention, "
        "or set it with `mlready config desired_retention`."
    ]


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


def _titled_chart(found: Forecast, look: Look, marks: Marks, height: int) -> list[RenderableType]:
    width = min(look.width, _WIDEST)
    lines = draw_chart([day.retained for day in found.days], width, marks, height)
    indent = len(lines[-1]) - len(lines[-1].lstrip())
    first, last = (_short_date(found.days[i].day) for i in (0, -1))
    between = len(lines[-1]) - indent - len(first) - len(last)
    ends = first + " " * between + last if between > 0 else f"to {last}"
    title = "Cards you would recall"
    legend = f"{marks.certain} 9 of 10 courses  {marks.likely} half  {marks.possible} 1 of 10"
    if len(title) + 3 + len(legend) <= width:
        titles = [Text(f"{title}   {legend}")]
    else:
        titles = [Text(title), Text(legend)]
    dates = Text(" " * indent + ends, "quiet", no_wrap=True)
    return [*titles, *_lines(lines), dates]


def draw_chart(bands: Sequence[Band], width: int, marks: Marks, height: int = TALLEST) -> list[str]:
    """A chart over time, from 0 at its floor.

    Args:
        bands: the values, in the order of time.
        width: columns of the whole chart.
        marks: what it is drawn with.
        height: its lines above the floor.
    """
    top = max(1.0, *(band.high for band in bands))
    label = f"{top:,.0f}"
    columns = max(width - len(label) - 2, 10)
    shown = [bands[column * len(bands) // columns] for column in range(columns - 1)] + [bands[-1]]
    lines = []
    for line in range(height, 0, -1):
        value = top * (line - 0.5) / height
        left = label if line == height else " " * len(label)
        cells = "".join(_mark(band, value, marks) for band in shown)
        lines.append(f"{left} {marks.side}{cells}".rstrip())
    return [*lines, f"{'0':>{len(label)}} {marks.corner}{marks.floor * columns}"]


def _mark(band: Band, value: float, marks: Marks) -> str:
    if value <= band.low:
        return marks.certain
    if value <= band.middle:
        return marks.likely
    return marks.possible if value <= band.high else " "


# --- the table ----------------------------------------------------------------------------


class _Column(NamedTuple):
    """A column of the table: its head, and its cells; the narrowest that it may be."""

    head: str
    cells: Sequence[str]
    width: int = 0

    def lines(self) -> list[str]:
        """Its head and its cells, all of one width."""
        lines = [self.head, *self.cells]
        width = max(self.width, *map(len, lines))
        return [line.rjust(width) for line in lines]


def _table(days: Sequence[ForecastDay], width: int) -> list[str]:
    """A few dates, with the means of the days from the one before to them, as wide as it fits."""
    stretches = _cut(days)
    ends = [stretch[-1] for stretch in stretches]
    until = _Column("a day, until", [_short_date(day.day) for day in ends])
    at = until._replace(head="until")
    minutes = _Column(
        "minutes", [f"{_mean(day.minutes for day in stretch):.0f}" for stretch in stretches]
    )
    reviews = _Column(
        "reviews", [f"{_mean(day.reviews for day in stretch):.0f}" for stretch in stretches]
    )
    new = _Column("new", [f"{_mean(day.new for day in stretch):.1f}" for stretch in stretches], 4)
    middles = [f"{day.retained.middle:,.0f}" for day in ends]
    ranges = [
        f"{middle} ({day.retained.low:,.0f} to {day.retained.high:,.0f})"
        for middle, day in zip(middles, ends, strict=True)
    ]
    recalled, short = _Column("you would recall", ranges), _Column("recalled", ranges)
    return _join_widest(
        width,
        (until, minutes, reviews, new, recalled),
        (until, minutes, reviews, recalled),
        (until, minutes, recalled),
        (until, minutes, short),
        (until, minutes, _Column("recalled", middles)),
        (at, _Column("recalled", middles)),
    )


def _join_widest(width: int, *shapes: Sequence[_Column]) -> list[str]:
    """The lines of a table in the first of some shapes that fits, or in the last."""
    for shape in shapes:
        lines = _join(shape)
        if len(lines[0]) <= width:
            break
    return lines


def _join(columns: Sequence[_Column]) -> list[str]:
    between = " " if len(columns) == 2 else "  "  # two in the narrowest
    return [between.join(row) for row in zip(*[c.lines() for c in columns], strict=True)]


def _cut(days: Sequence[ForecastDay]) -> list[Sequence[ForecastDay]]:
    """The stretches of days that have a row each."""
    ends = [end for end in _ROWS if end < len(days)] + [len(days)]
    if len(ends) > 1 and ends[-1] < 1.2 * ends[-2]:
        del ends[-2]
    if len(ends) > _MOST_ROWS:
        ends = [ends[0], *ends[1 - _MOST_ROWS :]]
    return [days[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def _short_date(day: int) -> str:
    date = datetime.date.fromordinal(day)
    return f"{date.day} {_MONTHS[date.month - 1][:3]} {date.year}"


def _mean(bands: Iterable[Band]) -> float:
    means = [band.mean for band in bands]
    return sum(means) / len(means)


def _lines(lines: Iterable[str]) -> list[RenderableType]:
    return [Text(line, no_wrap=True) for line in lines]


# --- the minutes --------------------------------------------------------------------------


def minutes_page(
    answer: Answer, question: Question, title: str, look: Look
) -> list[RenderableType]:
    """How many minutes a day it takes to be ready by a date."""
    title, by = clean(title), date_in_words(answer.by)
    if answer.minutes == 0:
        return _head(f"You are ready for {title} now", question, title)
    if answer.minutes is None:
        most = f"{MOST_MINUTES // 60} hours"
        headline = f"Not even {most} a day make you ready for {title} by {by}"
        parts = [*_head(headline, question, title), Text(_remedy(answer, question.preset))]
    else:
        do = "makes" if answer.minutes == 1 else "make"
        headline = f"About {_minutes(answer.minutes)} a day {do} you ready for {title} by {by}"
        parts = _head(headline, question, title)
        parts += [Text(line) for line in _say_retention(question.preset)]
    rows = _trial_rows(answer, look.width)
    return [*parts, Text(""), *_lines(rows), Text(""), Text(_terms(question, ""), "quiet")]


def _trial_rows(answer: Answer, width: int) -> list[str]:
    """What was tried; not what more minutes would not better."""
    trials: list[Trial] = []
    for trial in answer.trials:
        before = trials[-1] if trials else None
        if before and before.minutes == answer.minutes and before.ready_day == trial.ready_day:
            continue
        if not before or (before.share, before.ready_day) != (trial.share, trial.ready_day):
            trials.append(trial)
    minutes = [str(trial.minutes) for trial in trials]
    reached = [f"{trial.ready} of {trial.courses}" for trial in trials]
    ready, brief = (
        [late if trial.ready_day is None else _short_date(trial.ready_day) for trial in trials]
        for late in (f"after {_short_date(answer.by)}", "later")
    )
    in_time = _Column("in time", reached)
    return _join_widest(
        width,
        (
            _Column("minutes a day", minutes),
            _Column("courses in time", reached),
            _Column("usually ready", ready),
        ),
        (_Column("minutes", minutes), in_time, _Column("ready", ready)),
        (_Column("minutes", minutes), in_time, _Column("ready", brief)),
        (_Column("minutes", minutes), _Column("ready", brief)),
    )


def _remedy(answer: Answer, preset: Preset) -> str:
    if reasons := _say_retention(preset):
        return reasons[0]
    if answer.limit is not None:
        return (
            f"What is in the way is the limit of {plural(answer.limit, 'new card')} a day: raise "
            "it with `mlready config new_per_day`, or ask for a later date."
        )
    return "Ask for a later date, or for a nearer goal with --goal."
