"""Tables of measurements with their standard errors, as text and as JSON."""

from __future__ import annotations

from math import isfinite, sqrt
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Estimate(NamedTuple):
    """A number that was measured.

    Attributes:
        value: A mean over learners, or a ratio of means.
        error: Its standard error; nan from one learner.
        is_bound: Whether some learners did not get there in time, so that it is more.
    """

    value: float
    error: float
    is_bound: bool = False

    def __str__(self) -> str:
        digits = 1 if abs(self.value) < 1000 else 0
        bound = "≥ " if self.is_bound else ""
        return f"{bound}{self.value:.{digits}f} ± {self.error:.{digits}f}"


class Verdict(NamedTuple):
    """A target, and what was measured.

    Attributes:
        claim: The target in words.
        measured: In the unit of the target.
        target: The number to reach.
        at_most: Whether the target is an upper limit, else a lower one.
    """

    claim: str
    measured: Estimate
    target: float
    at_most: bool

    @property
    def is_met(self) -> bool:
        """Whether what was measured meets the target."""
        value = self.measured.value
        return value <= self.target if self.at_most else value >= self.target

    def __str__(self) -> str:
        sign = "at most" if self.at_most else "at least"
        verdict = "pass" if self.is_met else "MISS"
        near = abs(self.measured.value - self.target) < 2 * self.measured.error
        doubt = ", within two standard errors" if near else ""
        return f"{self.claim}: {self.measured} %, target {sign} {self.target:g} %: {verdict}{doubt}"


Cell: TypeAlias = str | int | Estimate


class Table(NamedTuple):
    """What one scenario shows.

    Attributes:
        title: Of the table.
        notes: What is assumed, sentence by sentence.
        header: The names of the columns.
        rows: As many cells each.
        verdicts: Targets of the issue that it is held to.
        remarks: What is to be said below it.
    """

    title: str
    notes: Sequence[str]
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    verdicts: Sequence[Verdict] = ()
    remarks: Sequence[str] = ()

    def __str__(self) -> str:
        lines = [f"## {self.title}", "", " ".join(self.notes), ""]
        lines += _align([self.header, *self.rows])
        if below := [*self.verdicts, *self.remarks]:
            lines += ["", *(f"- {line}" for line in below)]
        return "\n".join(lines) + "\n"

    def as_json(self) -> dict[str, Any]:
        """Return the table for `json.dumps`."""
        return {
            "title": self.title,
            "notes": list(self.notes),
            "header": list(self.header),
            "rows": [[_cell_as_json(cell) for cell in row] for row in self.rows],
            "verdicts": [
                {**v._asdict(), "measured": _cell_as_json(v.measured), "met": v.is_met}
                for v in self.verdicts
            ],
            "remarks": list(self.remarks),
        }


def estimate(values: Sequence[float | None], limit: float = 0.0) -> Estimate:
    """Return the mean of values; None stands for more than `limit`, and counts as it."""
    numbers = [limit if value is None else float(value) for value in values]
    return Estimate(fmean(numbers), _standard_error(numbers), None in values)


def compare(
    ours: Sequence[float], theirs: Sequence[float], relation: Callable[[float, float], float]
) -> Estimate:
    """Return a relation of two means, say their ratio.

    Both are of the same learners, pair by pair: the standard error is that of the jackknife,
    which leaves out one learner after the other.
    """
    count = len(ours)
    whole = relation(fmean(ours), fmean(theirs))
    if count < 2:
        return Estimate(whole, float("nan"))
    sums = sum(ours), sum(theirs)
    without = [
        relation((sums[0] - a) / (count - 1), (sums[1] - b) / (count - 1))
        for a, b in zip(ours, theirs, strict=True)
    ]
    middle = fmean(without)
    variance = (count - 1) / count * sum((value - middle) ** 2 for value in without)
    return Estimate(whole, sqrt(variance))


def percent_of(a: float, b: float) -> float:
    """Return what percentage of `b` `a` is."""
    return 100.0 * a / b if b else float("inf" if a else 100.0)


def percent_above(a: float, b: float) -> float:
    """Return by what percentage of `b` `a` is above it."""
    return percent_of(a, b) - 100.0


def _standard_error(values: Sequence[float]) -> float:
    return stdev(values) / sqrt(len(values)) if len(values) > 1 else float("nan")


def _align(rows: Sequence[Sequence[Cell]]) -> list[str]:
    """Return the lines of a Markdown table whose columns stand under each other."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in texts) for column in range(len(texts[0]))]
    is_number = [
        all(not isinstance(row[column], str) for row in rows[1:]) for column in range(len(widths))
    ]
    lines = []
    for row in texts:
        cells = [
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(row, widths, is_number, strict=True)
        ]
        lines.append(f"| {' | '.join(cells)} |")
    rule = [
        "-" * (width + 1) + ":" if right else "-" * (width + 2)
        for width, right in zip(widths, is_number, strict=True)
    ]
    lines.insert(1, f"|{'|'.join(rule)}|")
    return lines


def _cell_as_json(cell: Cell) -> Any:
    if not isinstance(cell, Estimate):
        return cell
    error = cell.error if isfinite(cell.error) else None
    return {**cell._asdict(), "error": error}
