"""Timing that survives a noisy machine: everything interleaved, medians, ratios pair by pair."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pexpect

Measure = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report.

    Attributes:
        name: what was measured, against what.
        ratio: the median of the ratios, pair by pair.
        limit: what the ratio should not exceed; None for a comparison without one.
        detail: the medians behind it, with their unit.
    """

    name: str
    ratio: float
    limit: float | None
    detail: str

    def __str__(self) -> str:
        verdict = ""
        if self.limit is not None:
            met = "met" if self.ratio <= self.limit else "MISSED"
            verdict = f"  limit {self.limit:g}: {met}"
        return f"{self.name:<58} {self.ratio:7.2f}x{verdict}   ({self.detail})"


def compare(  # noqa: PLR0913 - a figure is described by that many things
    name: str,
    ours: Measure,
    theirs: Measure,
    *,
    runs: int,
    limit: float | None = None,
    unit: str = "s",
    scale: float = 1.0,
) -> Figure:
    """Measure two things in turn, A B A B, after one warm-up of each."""
    ours()
    theirs()
    pairs = [(ours(), theirs()) for _ in range(runs)]
    ratio = statistics.median(a / b for a, b in pairs)
    first, second = (statistics.median(column) * scale for column in zip(*pairs, strict=True))
    return Figure(name, ratio, limit, f"{first:.3g} against {second:.3g} {unit}, {runs} pairs")


def clean_environment(**extra: str) -> dict[str, str]:
    """The environment as a person has it: compiled bytecode, no settings of ours."""
    dropped = ("MLREADY_", "PYTHONDONTWRITEBYTECODE", "NO_COLOR")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return kept | {"TERM": "xterm-256color"} | extra


def seconds_until(
    command: Sequence[str], expected: str, environment: Mapping[str, str], first: str = ""
) -> float:
    """How long a command in a real terminal takes until a text is on its screen.

    Args:
        command: what to run.
        expected: a regular expression for what must appear.
        environment: its environment.
        first: keys to send at once.
    """
    options: dict[str, Any] = {"env": dict(environment), "timeout": 60, "dimensions": (40, 100)}
    start = time.perf_counter()
    child = pexpect.spawn(command[0], list(command[1:]), **options)
    child.delaybeforesend = None
    if first:
        child.send(first)
    child.expect(expected)
    taken = time.perf_counter() - start
    child.close(force=True)
    return taken


def seconds_of(work: Callable[[], object]) -> float:
    """How long a call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
