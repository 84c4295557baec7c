"""Courses with enough time: days to a goal, the whole path, and what changes them."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

from benchmarks.laboratory import planners as ways
from benchmarks.laboratory.measures import (
    Laboratory,
    best_of,
    goal_days,
    knowledge,
    minutes,
    numbers,
    probes_at,
    ready,
)
from benchmarks.laboratory.settings import (
    ASSUMED,
    make_course,
    make_credit,
    sweep_coupling,
    sweep_days,
    sweep_graphs,
    sweep_learners,
)
from benchmarks.laboratory.tables import Cell, Table, Verdict, compare, estimate, percent_of
from benchmarks.laboratory.worlds import REAL_GRAPH, Shape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.laboratory.planners import Way
    from benchmarks.laboratory.runs import Outcome, Setting

# Those who are not ours, and those that bring ours under the gates that seem obvious.
BASELINES: Final = (
    ways.ANKI_DEFAULT,
    ways.ANKI,
    ways.ANKI_REVIEWS_FIRST,
    ways.ANKI_NO_LIMIT,
    ways.STRICT,
    ways.STABLE_3,
    ways.STABLE_21,
)
FIGURE_4: Final = 3  # exercises a card, where credit is held against its target
SWEPT: Final = (ways.OURS, ways.ANKI, ways.ANKI_REVIEWS_FIRST, ways.ANKI_DEFAULT)


def show_goal(lab: Laboratory) -> list[Table]:
    """Figure 2 of the issue, with every baseline."""
    setting, seeds = make_course(lab.effort), lab.effort.seeds
    compared = (ways.OURS, ways.OURS_TWENTY, ways.OURS_WITHOUT_GOAL, *BASELINES)
    measured = lab.measure("goal", [(setting, way) for way in compared], seeds)
    by_way = dict(zip(compared, measured, strict=True))
    rows: list[list[Cell]] = [
        [
            way.label,
            estimate(goal_days(mine), setting.limit),
            estimate(knowledge(mine)),
            estimate(ready(mine)),
            estimate(minutes(mine)),
        ]
        for way, mine in by_way.items()
    ]
    notes = [
        *ASSUMED,
        f"Medium coupling, {lab.effort.topics} topics of 6 cards, 15 minutes a day, {seeds}"
        " learners each with a graph and a goal of their own.",
        "A goal is reached on the first day on which all it rests on is ready at once; a topic is"
        " ready from a mean true recall of .8 over its cards.",
    ]
    days = lab.effort.days
    header = ["way", "days to goal", f"cards known, day {days}", "topics ready", "minutes"]
    return [Table("Days to a goal", notes, header, rows, judge_goal(by_way, setting.limit))]


def judge_goal(by_way: Mapping[Way, Sequence[Outcome]], limit: int) -> list[Verdict]:
    """Hold ours to figure 2 of the issue."""
    ours = by_way[ways.OURS]
    days = numbers(goal_days(ours), limit)
    verdicts = [
        Verdict(
            f"days to goal, in % of {way.label}",
            compare(days, numbers(goal_days(by_way[way]), limit), percent_of),
            target,
            at_most=True,
        )
        for way, target in ((ways.ANKI, 40.0), (ways.ANKI_DEFAULT, 8.0))
    ]
    baselines = [by_way[way] for way in BASELINES if way in by_way]
    for name, what, target in (("cards known", knowledge, 99.0), ("topics ready", ready, 100.0)):
        best = max(baselines, key=lambda some: sum(what(some)))
        measured = compare(what(ours), what(best), percent_of)
        verdicts.append(Verdict(f"{name}, in % of the best baseline", measured, target, False))
    return verdicts


def show_coupling(lab: Laboratory) -> list[Table]:
    """How much the first success hangs on foundations."""
    pairs = list(sweep_coupling(make_course(lab.effort)))
    return [show_sweep(lab, "Coupling", "coupling", pairs)]


def show_graphs(lab: Laboratory) -> list[Table]:
    """Near and far goals, and a real graph."""
    pairs = list(sweep_graphs(make_course(lab.effort)))
    notes = [] if REAL_GRAPH.exists() else [f"The real graph is left out: {_missing_graph()}."]
    return [show_sweep(lab, "Goals and graphs", "graphs", pairs, notes)]


def show_learners(lab: Laboratory) -> list[Table]:
    """Noise, a steeper forgetting curve, desired retention."""
    pairs = list(sweep_learners(make_course(lab.effort)))
    return [show_sweep(lab, "Other learners, other wishes", "learners", pairs)]


def show_days(lab: Laboratory) -> list[Table]:
    """Missed days, a break, fewer and more minutes."""
    pairs = list(sweep_days(make_course(lab.effort)))
    return [show_sweep(lab, "Missed days, breaks, minutes", "days", pairs)]


def show_credit(lab: Laboratory) -> list[Table]:
    """Implicit credit: figure 4 of the issue."""
    compared = (ways.OURS_WITHOUT_GOAL, ways.CREDITING, ways.ASSUMING_CREDIT)
    rows: list[list[Cell]] = []
    verdicts = []
    for exercised, credit in ((3, 0.0), (1, 0.3), (2, 0.3), (3, 0.3), (4, 0.3)):
        setting = make_credit(lab.effort, exercised, credit)
        wanted = [(setting, way) for way in compared]
        measured = lab.measure("credit", wanted, lab.effort.few)
        for way, mine in zip(compared, measured, strict=True):
            cells = [f"{credit:g}", exercised, way.label, *_show_reviews(mine)]
            rows.append(cells)
        if exercised == FIGURE_4:
            verdicts += judge_credit(measured[0], measured[1], credit)
    notes = [
        f"A year of 15 minutes a day, no goal, medium coupling, {lab.effort.few} learners.",
        "Truth: what a recall adds to each of the cards it exercises, as a share of a review;"
        " exercises: how many cards beneath it each card exercises.",
        "Due: reviews of cards that were due, learning steps left out.",
    ]
    header = ["truth", "exercises", "way", "cards known", "topics ready", "minutes"]
    header += ["showings", "due"]
    return [Table("Implicit credit", notes, header, rows, verdicts)]


def judge_credit(
    plain: Sequence[Outcome], crediting: Sequence[Outcome], credit: float
) -> list[Verdict]:
    """Hold ours to figure 4 of the issue."""
    if credit:
        fewer = compare(_due(crediting), _due(plain), percent_of)
        return [Verdict("truth .3: due reviews, in % of those without", fewer, 85.0, at_most=True)]
    return [
        Verdict(
            f"truth 0: {name}, in % of that without",
            compare(what(crediting), what(plain), percent_of),
            target,
            at_most,
        )
        for name, what, target, at_most in (
            ("cards known", knowledge, 99.0, False),
            ("topics ready", ready, 99.0, False),
            ("minutes", minutes, 101.0, True),
            ("due reviews", _due, 101.0, True),
        )
    ]


def _due(outcomes: Sequence[Outcome]) -> list[float]:
    return [float(probe.due) for probe in probes_at(outcomes, -1)]


def _show_reviews(outcomes: Sequence[Outcome]) -> list[Cell]:
    showings = [float(probe.reviews) for probe in probes_at(outcomes, -1)]
    return [
        estimate(knowledge(outcomes)),
        estimate(ready(outcomes)),
        estimate(minutes(outcomes)),
        estimate(showings),
        estimate(_due(outcomes)),
    ]


def show_sweep(
    lab: Laboratory,
    title: str,
    name: str,
    pairs: Sequence[tuple[str, Setting]],
    notes: Sequence[str] = (),
) -> Table:
    """Return a table with a row for each setting: ours against Anki."""
    settings = [setting for _, setting in pairs]
    measured = lab.measure(name, product(settings, SWEPT), lab.effort.few)
    rows: list[list[Cell]] = []
    for at, (label, setting) in enumerate(pairs):
        ours, *anki = measured[at * len(SWEPT) : (at + 1) * len(SWEPT)]
        days = [goal_days(some) for some in (ours, anki[0], anki[2])]
        shares = [
            compare(numbers(days[0], setting.limit), numbers(some, setting.limit), percent_of)
            for some in days[1:]
        ]
        rows.append(
            [
                label,
                *(estimate(some, setting.limit) for some in days),
                *shares,
                estimate(knowledge(ours)),
                best_of(anki, knowledge),
                estimate(ready(ours)),
                best_of(anki, ready),
            ]
        )
    said = [*notes, f"As in the first table but for what is named; {lab.effort.few} learners."]
    said.append("Best Anki: the best of its default, topological, and topological reviews first.")
    header = ["setting", "days to goal: ours", "Anki topological", "Anki's default"]
    header += ["ours, % of topological", "% of default"]
    header += ["cards known: ours", "best Anki", "topics ready: ours", "best Anki"]
    return Table(title, said, header, rows)


def show_whole(lab: Laboratory) -> list[Table]:
    """The whole path, without a goal."""
    days = lab.effort.days
    thirds = (days // 3, 2 * days // 3, days)
    setting = make_course(lab.effort)._replace(probes=thirds, closure=None)
    compared = (ways.OURS, *BASELINES)
    measured = lab.measure("whole", [(setting, way) for way in compared], lab.effort.few)
    rows: list[list[Cell]] = [
        [
            way.label,
            *(estimate(knowledge(mine, at)) for at in range(3)),
            *(estimate(ready(mine, at)) for at in range(3)),
        ]
        for way, mine in zip(compared, measured, strict=True)
    ]
    header = ["way", *(f"cards known, day {day}" for day in thirds)]
    header += [f"topics ready, day {day}" for day in thirds]
    notes = [f"No goal; medium coupling, 15 minutes a day, {lab.effort.few} learners."]
    return [Table("The whole path", notes, header, rows)]


def show_depth(lab: Laboratory) -> list[Table]:
    """What breadth before depth brings, and costs where depth is a foundation too."""
    base = make_course(lab.effort)
    days = lab.effort.days
    early = days // 3
    decks = [
        ("dependents rest on breadth", Shape(topics=lab.effort.topics, breadth=4)),
        ("dependents rest on all", Shape(topics=lab.effort.topics, breadth=4, rests_on_all=True)),
    ]
    cases = [
        (label, way, base._replace(shape=shape, probes=(early, days), closure=closure))
        for label, shape in decks
        for way, closure in (
            (ways.OURS, None),
            (ways.BY_TOPIC, None),
            (ways.ANKI, None),
            (ways.OURS, base.closure),
            (ways.ANKI, base.closure),
        )
    ]
    measured = lab.measure("depth", [(s, way) for _, way, s in cases], lab.effort.few)
    rows: list[list[Cell]] = [
        [
            label,
            way.label,
            estimate(goal_days(mine), setting.limit) if setting.closure else "no goal",
            estimate([probe.broad for probe in probes_at(mine, 0)]),
            estimate(ready(mine, 0)),
            estimate(knowledge(mine, 0)),
            estimate(ready(mine)),
            estimate(knowledge(mine)),
        ]
        for (label, way, setting), mine in zip(cases, measured, strict=True)
    ]
    notes = [
        "Topics of 4 cards of breadth and 2 of depth; medium coupling, 15 minutes a day,"
        f" {lab.effort.few} learners. The gate looks at breadth, as shipped.",
        "Where dependents rest on all cards, the scheduler's belief in breadth is wrong.",
    ]
    header = ["deck", "way", "days to goal", f"breadth ready, day {early}", "topics ready"]
    header += ["cards known", f"topics ready, day {days}", "cards known"]
    return [Table("Breadth before depth", notes, header, rows)]


def _missing_graph() -> str:
    return "shared/data/metacademy-graph.json is not beside the project"
