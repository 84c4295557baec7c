"""Run the laboratory: `python -m benchmarks.laboratory [--quick] [scenario ...]`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import TYPE_CHECKING, Final

from benchmarks.laboratory import scenarios, strain
from benchmarks.laboratory.claims import show_claims
from benchmarks.laboratory.measures import Laboratory
from benchmarks.laboratory.runs import Bench
from benchmarks.laboratory.settings import FULL, QUICK, Effort

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.laboratory.tables import Table

SCENARIOS: Final[dict[str, Callable[[Laboratory], list[Table]]]] = {
    "goal": scenarios.show_goal,
    "coupling": scenarios.show_coupling,
    "graphs": scenarios.show_graphs,
    "learners": scenarios.show_learners,
    "days": scenarios.show_days,
    "whole": scenarios.show_whole,
    "depth": scenarios.show_depth,
    "overload": strain.show_overload,
    "steps": strain.show_steps,
    "backlog": strain.show_backlog,
    "credit": scenarios.show_credit,
    "trade-offs": strain.show_tradeoffs,
    "claims": show_claims,
}
# What a quick look is content with.
QUICK_SCENARIOS: Final = ("goal", "coupling", "overload", "steps", "backlog")


def main(arguments: Sequence[str]) -> None:
    """Run scenarios, and print each table as soon as it is there."""
    asked = _make_parser().parse_args(arguments)
    effort = choose_effort(quick=asked.quick, seeds=asked.seeds)
    bench = Bench(asked.processes, shows_progress=sys.stderr.isatty())
    lab = Laboratory(bench, effort)
    tables: list[Table] = []
    for name in asked.scenario or (QUICK_SCENARIOS if asked.quick else SCENARIOS):
        for table in SCENARIOS[name](lab):
            tables.append(table)
            if not asked.json:
                print(table, flush=True)
    if asked.json:
        print(json.dumps({"effort": effort._asdict(), "tables": [t.as_json() for t in tables]}))


def choose_effort(*, quick: bool = False, seeds: int | None = None) -> Effort:
    """Return how much to run, with as many learners as asked for."""
    effort = QUICK if quick else FULL
    return effort if seeds is None else effort._replace(seeds=seeds, few=seeds)


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.laboratory",
        description="Hold the shipped scheduler against others, on simulated learners.",
    )
    parser.add_argument(
        "scenario",
        nargs="*",
        type=_scenario,
        help=f"of {', '.join(SCENARIOS)}; by default all, with --quick the most important ones",
    )
    parser.add_argument("--quick", action="store_true", help="about a minute, few learners")
    parser.add_argument("--json", action="store_true", help="print all tables as JSON at the end")
    parser.add_argument(
        "--seeds", type=_count, metavar="N", help="learners in each row of every table, from 2"
    )
    parser.add_argument(
        "--processes", type=int, default=os.cpu_count() or 1, metavar="N", help="at a time"
    )
    return parser


def _scenario(text: str) -> str:
    if text not in SCENARIOS:
        raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(SCENARIOS)}")
    return text


def _count(text: str) -> int:
    number = int(text)
    if number < 2:
        raise argparse.ArgumentTypeError("a standard error needs at least 2 learners")
    return number


if __name__ == "__main__":
    main(sys.argv[1:])
