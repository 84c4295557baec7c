"""What is measured: many learners for each setting and way, and the numbers of their outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmarks.laboratory.runs import Bench, Job, Outcome, Probe, Setting
from benchmarks.laboratory.tables import Estimate, estimate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from benchmarks.laboratory.planners import Way
    from benchmarks.laboratory.settings import Effort


class Laboratory(NamedTuple):
    """Where and how much is run."""

    bench: Bench
    effort: Effort

    def measure(
        self, name: str, rows: Iterable[tuple[Setting, Way]], seeds: int
    ) -> list[list[Outcome]]:
        """Return for each setting and way the outcomes of as many learners."""
        wanted = list(rows)
        jobs = [Job(setting, way, seed) for setting, way in wanted for seed in range(seeds)]
        outcomes = self.bench.run_all(jobs, name)
        return [outcomes[at * seeds : (at + 1) * seeds] for at in range(len(wanted))]


def goal_days(outcomes: Sequence[Outcome]) -> list[int | None]:
    """Return on which days the goals were reached."""
    return [outcome.goal_day for outcome in outcomes]


def knowledge(outcomes: Sequence[Outcome], at: int = -1) -> list[float]:
    """Return the knowledge at one of the days that were measured."""
    return [probe.knowledge for probe in probes_at(outcomes, at)]


def ready(outcomes: Sequence[Outcome], at: int = -1) -> list[float]:
    """Return the topics that were ready at one of the days that were measured."""
    return [float(probe.ready) for probe in probes_at(outcomes, at)]


def minutes(outcomes: Sequence[Outcome]) -> list[float]:
    """Return the minutes studied up to the last day that was measured."""
    return [probe.minutes for probe in probes_at(outcomes, -1)]


def numbers(values: Iterable[float | None], limit: float) -> list[float]:
    """Return values, with `limit` where there is none."""
    return [limit if value is None else float(value) for value in values]


def best_of(
    several: Iterable[Sequence[Outcome]], what: Callable[[Sequence[Outcome]], list[float]]
) -> Estimate:
    """Return the best mean of several ways."""
    return max((estimate(what(outcomes)) for outcomes in several), key=lambda one: one.value)


def probes_at(outcomes: Sequence[Outcome], at: int) -> list[Probe]:
    """Return what every learner had on one of the days that were measured."""
    return [outcome.probes[at] for outcome in outcomes]
