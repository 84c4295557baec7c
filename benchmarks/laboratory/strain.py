"""Courses with too little time: permanent overload, the return after an absence, trade-offs."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

from benchmarks.laboratory import planners as ways
from benchmarks.laboratory.measures import (
    Laboratory,
    goal_days,
    knowledge,
    minutes,
    probes_at,
    ready,
)
from benchmarks.laboratory.planners import Way
from benchmarks.laboratory.runs import Calendar
from benchmarks.laboratory.settings import (
    HARSH,
    MILD,
    RETURNED,
    let_steps_sleep,
    make_backlog,
    make_course,
    make_overload,
)
from benchmarks.laboratory.tables import Cell, Table, Verdict, compare, estimate, percent_above
from scheduler.planning import DEFAULT_POLICY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.laboratory.runs import Outcome


def show_overload(lab: Laboratory) -> list[Table]:
    """A year of too few minutes: figure 3 of the issue."""
    setting, seeds = make_overload(lab.effort), lab.effort.seeds
    due_patient = Way("ours, by due date, new cards as shipped", worth="due date")
    compared = (
        ways.OURS,
        ways.BY_DUE_DATE,
        due_patient,
        ways.STRICT,
        ways.ANKI,
        ways.ANKI_REVIEWS_FIRST,
        ways.ANKI_DEFAULT,
    )
    measured = lab.measure("overload", [(setting, way) for way in compared], seeds)
    rows = [[way.label, *_show_course(mine)] for way, mine in zip(compared, measured, strict=True)]
    verdict = Verdict(
        "cards known after a year, % above the same planner by due date",
        compare(knowledge(measured[0]), knowledge(measured[1]), percent_above),
        4.0,
        at_most=False,
    )
    notes = [
        f"5 minutes a day for a year where 15 are needed; no goal, medium coupling, {seeds}"
        " learners.",
        "By due date: the same planner with the same share for new cards, but reviews are picked by"
        " due date and none of them waits for new cards.",
        "Asleep: cards that wait in a step of ten minutes when the day's minutes are over, at the"
        " end of the year; Anki lets them sleep over the night.",
    ]
    return [Table("Permanent overload", notes, ["way", *COURSE_HEADER], rows, [verdict])]


def show_steps(lab: Laboratory) -> list[Table]:
    """Why Anki does well under overload: what if its steps end, or ours sleep?"""
    usual = make_overload(lab.effort)
    asleep = let_steps_sleep(usual)
    cases = [
        ("10 minutes", usual, ways.OURS),
        ("10 minutes", usual, ways.BY_DUE_DATE),
        ("10 minutes", usual, ways.ANKI),
        ("10 minutes", usual, ways.ANKI_FITTED),
        ("a day", asleep, ways.OURS),
        ("a day", asleep, ways.BY_DUE_DATE),
        ("a day", asleep, ways.ANKI),
        ("a day", asleep, ways.ANKI_FITTED),
    ]
    measured = lab.measure("steps", [(setting, way) for _, setting, way in cases], lab.effort.few)
    rows: list[list[Cell]] = [
        [step, way.label, *_show_course(mine)]
        for (step, _, way), mine in zip(cases, measured, strict=True)
    ]
    notes = [
        f"The same overload, {lab.effort.few} learners.",
        "A day: the second learning step and the relearning step are a day, so that with every way"
        " they end on the next day, as unfinished steps do in Anki when the minutes are over.",
        "Ends its steps: Anki's queue, but no more is begun than the minutes are enough for.",
    ]
    table = Table("Overload: steps that sleep", notes, ["step", "way", *COURSE_HEADER], rows)
    return [table, _show_steps_of_courses(lab)]


def _show_steps_of_courses(lab: Laboratory) -> Table:
    """Whether steps that sleep do good where there is time enough, or nearly."""
    usual = make_course(lab.effort)
    settings = [
        (f"{minutes:g} min a day", step, setting)
        for minutes in (15.0, 10.0)
        for plain in [usual._replace(calendar=Calendar(minutes))]
        for step, setting in (("10 minutes", plain), ("a day", let_steps_sleep(plain)))
    ]
    cases = list(product(settings, (ways.OURS, ways.ANKI, ways.ANKI_FITTED)))
    wanted = [(setting, way) for (_, _, setting), way in cases]
    measured = lab.measure("steps", wanted, lab.effort.few)
    rows: list[list[Cell]] = [
        [time, step, way.label, estimate(goal_days(mine), usual.limit), *_show_course(mine)]
        for ((time, step, _), way), mine in zip(cases, measured, strict=True)
    ]
    notes = [f"As in the first table, but for the steps and the time; {lab.effort.few} learners."]
    header = ["time", "step", "way", "days to goal", *COURSE_HEADER]
    return Table("Enough time: steps that sleep", notes, header, rows)


def show_backlog(lab: Laboratory) -> list[Table]:
    """Back after a long absence with few minutes: figure 3 of the issue."""
    tables = []
    compared = (ways.OURS, ways.BY_GAIN_ALONE, ways.BY_DUE_DATE, ways.STRICT, ways.ANKI)
    for absence in (HARSH, *MILD):
        is_harsh = absence == HARSH
        seeds = lab.effort.seeds if is_harsh else lab.effort.few
        setting = make_backlog(lab.effort, absence)
        measured = lab.measure("backlog", [(setting, way) for way in compared], seeds)
        rows: list[list[Cell]] = [
            [
                way.label,
                *(estimate(ready(mine, at)) for at in range(len(RETURNED))),
                *(estimate(knowledge(mine, at)) for at in range(len(RETURNED))),
            ]
            for way, mine in zip(compared, measured, strict=True)
        ]
        notes = [
            f"{lab.effort.learning} days of 25 minutes, planned as shipped, then the absence;"
            f" medium coupling, {seeds} learners.",
            "Columns: days after the return.",
        ]
        header = ["way", *(f"topics ready, {day}" for day in RETURNED)]
        header += [f"cards known, {day}" for day in RETURNED]
        verdicts = judge_backlog(measured[0], measured[2]) if is_harsh else []
        tables.append(Table(f"Backlog, {absence.label}", notes, header, rows, verdicts))
    return tables


def judge_backlog(ours: Sequence[Outcome], theirs: Sequence[Outcome]) -> list[Verdict]:
    """Hold ours to figure 3 of the issue, day by day."""
    verdicts = []
    for at, day in enumerate(RETURNED):
        gained = compare(ready(ours, at), ready(theirs, at), percent_above)
        known = compare(knowledge(ours, at), knowledge(theirs, at), percent_above)
        name = f"{day} days after the return, % above due date"
        verdicts.append(Verdict(f"topics ready {name}", gained, 45.0, at_most=False))
        verdicts.append(Verdict(f"cards known {name}", known, -1.0, at_most=False))
    return verdicts


def show_tradeoffs(lab: Laboratory) -> list[Table]:
    """What the two numbers of the policy trade: the share of new cards, and patience."""
    course, overload = make_course(lab.effort), make_overload(lab.effort)
    pairs = list(product((0.35, 0.55, 0.75), (0.7, 0.8, 1.0)))
    tried = [Way("ours", new_share=new_share, patience=patience) for new_share, patience in pairs]
    measured = lab.measure("trade-offs", product((course, overload), tried), lab.effort.few)
    rows: list[list[Cell]] = [
        [
            f"{new_share:g}",
            f"{patience:g}",
            estimate(goal_days(short), course.limit),
            estimate(knowledge(short)),
            estimate(ready(short)),
            estimate(knowledge(long)),
            estimate(ready(long)),
        ]
        for (new_share, patience), short, long in zip(
            pairs, measured[: len(pairs)], measured[len(pairs) :], strict=True
        )
    ]
    shipped = DEFAULT_POLICY
    notes = [
        f"Shipped: a share of {shipped.new_share:g} and a patience of {shipped.patience:g};"
        f" {lab.effort.few} learners.",
        "Goal: as in the first table. Overload: 5 minutes a day for a year.",
    ]
    header = ["new share", "patience", "goal: days", "cards known", "topics ready"]
    header += ["overload: cards known", "topics ready"]
    return [Table("Trade-offs of the policy", notes, header, rows)]


COURSE_HEADER: Final = ("cards known", "topics ready", "minutes", "showings", "asleep")


def _show_course(outcomes: Sequence[Outcome]) -> list[Cell]:
    last = probes_at(outcomes, -1)
    return [
        estimate(knowledge(outcomes)),
        estimate(ready(outcomes)),
        estimate(minutes(outcomes)),
        estimate([probe.reviews for probe in last]),
        estimate([probe.asleep for probe in last]),
    ]
