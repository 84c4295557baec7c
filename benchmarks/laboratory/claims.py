"""In how many settings of the sweeps each claim holds: sizes depend on assumptions, signs not."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final, NamedTuple

from benchmarks.laboratory import planners as ways
from benchmarks.laboratory.measures import Laboratory, goal_days, knowledge, numbers, ready
from benchmarks.laboratory.scenarios import SWEPT
from benchmarks.laboratory.settings import (
    COUPLINGS,
    HARSH,
    MILD,
    let_steps_sleep,
    make_backlog,
    make_course,
    make_overload,
    sweep_coupling,
    sweep_days,
    sweep_graphs,
    sweep_learners,
    sweep_overload,
)
from benchmarks.laboratory.tables import Cell, Estimate, Table, compare, percent_above

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.laboratory.runs import Outcome, Setting


class Finding(NamedTuple):
    """What one setting says of a claim.

    Attributes:
        setting: What is assumed.
        margin: By how much the claim holds, in percent; negative where it does not.
    """

    setting: str
    margin: Estimate

    @property
    def is_against(self) -> bool:
        """Whether the claim fails in this setting."""
        return self.margin.value < 0

    def __str__(self) -> str:
        return f"{self.setting} ({self.margin.value:+.1f} ± {self.margin.error:.1f} %)"


ONE_PERCENT: Final = 1.0


def show_claims(lab: Laboratory) -> list[Table]:
    """Count the settings in which each claim of the issue holds."""
    rows: list[list[Cell]] = []
    remarks = []
    for judge in (_judge_courses, _judge_overload, _judge_backlog):
        for claim, findings in judge(lab).items():
            against = [finding for finding in findings if finding.is_against]
            tied = sum(finding.margin.value == 0 for finding in findings)
            clear = sum(-f.margin.value > 2 * f.margin.error for f in against)
            holds = len(findings) - len(against) - tied
            rows.append([claim, len(findings), holds, tied, len(against), clear])
            if against:
                remarks.append(f'Against "{claim}": {"; ".join(map(str, against))}.')
    notes = [
        "Each claim of the issue as a sign, over all settings that are swept,"
        f" {lab.effort.few} learners each.",
        "Clearly: by more than two standard errors. In brackets: by how much a claim fails; where"
        " it allows for 1 %, by how much more.",
    ]
    header = ["claim", "settings", "holds", "equal", "against", "clearly against"]
    title = "Do the signs depend on the assumptions?"
    return [Table(title, notes, header, rows, remarks=remarks)]


def _sweep_courses(lab: Laboratory) -> Iterator[tuple[str, Setting]]:
    base = make_course(lab.effort)
    for sweep in (sweep_coupling, sweep_learners, sweep_days, sweep_graphs):
        yield from sweep(base)


def _judge_courses(lab: Laboratory) -> dict[str, list[Finding]]:
    pairs = list(_sweep_courses(lab))
    settings = [setting for _, setting in pairs]
    measured = lab.measure("claims", product(settings, SWEPT), lab.effort.few)
    claims: dict[str, list[Finding]] = {}
    for at, (label, setting) in enumerate(pairs):
        ours, topological, reviews_first, default = measured[at * 4 : (at + 1) * 4]
        for name, theirs in (("topological Anki", topological), ("Anki's default", default)):
            sooner = compare(
                numbers(goal_days(theirs), setting.limit),
                numbers(goal_days(ours), setting.limit),
                percent_above,
            )
            _note(claims, f"the goal is reached sooner than with {name}", label, sooner)
        baselines = (topological, reviews_first, default)
        known = _margin_over_best(ours, baselines, knowledge)
        known = known._replace(value=known.value + ONE_PERCENT)
        _note(claims, "cards known: not more than 1 % below the best Anki", label, known)
        prepared = _margin_over_best(ours, baselines, ready)
        _note(claims, "topics ready: no fewer than with the best Anki", label, prepared)
    return claims


def _judge_overload(lab: Laboratory) -> dict[str, list[Finding]]:
    pairs = list(sweep_overload(make_overload(lab.effort)))
    compared = (ways.OURS, ways.BY_DUE_DATE)
    settings = [setting for _, setting in pairs]
    measured = lab.measure("claims", product(settings, compared), lab.effort.few)
    claims: dict[str, list[Finding]] = {}
    for at, (label, _) in enumerate(pairs):
        ours, theirs = measured[2 * at : 2 * at + 2]
        known = compare(knowledge(ours), knowledge(theirs), percent_above)
        _note(claims, "overload: more cards known than by due date", label, known)
        prepared = compare(ready(ours), ready(theirs), percent_above)
        _note(claims, "overload: more topics ready than by due date", label, prepared)
    return claims


def _judge_backlog(lab: Laboratory) -> dict[str, list[Finding]]:
    absences = (HARSH, *MILD)
    pairs = [(absence.label, make_backlog(lab.effort, absence)) for absence in absences]
    harsh = pairs[0][1]
    for name in ("none", "strong"):
        assumed = harsh.assumed._replace(coupling=COUPLINGS[name])
        pairs.append((f"harsh, coupling {name}", harsh._replace(assumed=assumed)))
    pairs.append(("harsh, steps end the next day", let_steps_sleep(harsh)))
    compared = (ways.OURS, ways.BY_DUE_DATE)
    settings = [setting for _, setting in pairs]
    measured = lab.measure("claims", product(settings, compared), lab.effort.few)
    claims: dict[str, list[Finding]] = {}
    for at, (label, _) in enumerate(pairs):
        ours, theirs = measured[2 * at : 2 * at + 2]
        for probe, day in ((1, 30), (3, 90)):
            gained = compare(ready(ours, probe), ready(theirs, probe), percent_above)
            known = compare(knowledge(ours, probe), knowledge(theirs, probe), percent_above)
            known = known._replace(value=known.value + ONE_PERCENT)
            _note(claims, f"backlog, day {day}: more topics ready than by due date", label, gained)
            claim = f"backlog, day {day}: cards known not more than 1 % below due date"
            _note(claims, claim, label, known)
    return claims


def _margin_over_best(
    ours: Sequence[Outcome],
    several: Sequence[Sequence[Outcome]],
    what: Callable[[Sequence[Outcome]], list[float]],
) -> Estimate:
    best = max((what(theirs) for theirs in several), key=sum)
    return compare(what(ours), best, percent_above)


def _note(claims: dict[str, list[Finding]], claim: str, label: str, margin: Estimate) -> None:
    claims.setdefault(claim, []).append(Finding(label, margin))
