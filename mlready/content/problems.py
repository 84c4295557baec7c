"""An author's mistakes as values: where, what, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Severity = Literal["error", "warning"]

QUOTED_WIDTH = 60
LONGEST_WORD = 100  # what is longer is no slip of the pen


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a deck file: its path within the deck, line and column from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake. `hint` says what to do and may be empty."""

    location: Location
    message: str
    hint: str = ""
    severity: Severity = "error"

    @property
    def is_error(self) -> bool:
        """Whether the deck does not compile because of it."""
        return self.severity == "error"


def warning(location: Location, message: str, hint: str = "") -> Problem:
    """A problem that does not stop the deck from compiling."""
    return Problem(location, message, hint, "warning")


def quoted(text: str) -> str:
    """What an author wrote, as messages show it: in quotes, short and on one line."""
    shown = text if len(text) <= QUOTED_WIDTH else text[: QUOTED_WIDTH - 1] + "…"
    return '"' + "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in shown) + '"'


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or "" when none is near."""
    size = len(word)
    if size > LONGEST_WORD:
        return ""
    # Words too long or too short to be near need no closer look.
    likely = [other for other in known if size <= 3 * len(other) and len(other) <= 3 * size]
    # Imported late: problems are known to much that never has one.
    from difflib import get_close_matches  # noqa: PLC0415

    near = get_close_matches(word, likely, n=1, cutoff=0.6)
    return f"did you mean {quoted(near[0])}?" if near else ""


def format_problem(problem: Problem, lines: Mapping[str, list[str]]) -> str:
    """The problem as people read it: the place, the source line, a caret, a hint.

    Args:
        problem: what to print.
        lines: the lines of the files it may lie in, by path.
    """
    at = problem.location
    text = f"{at}: {problem.severity}: {problem.message}"
    source = lines.get(at.path, [])
    if 0 < at.line <= len(source) and source[at.line - 1].strip():
        text += _source_excerpt(source[at.line - 1], at)
    if problem.hint:
        text += f"\n      = {problem.hint}"
    return text


EXCERPT_WIDTH = 72


def _source_excerpt(line: str, at: Location) -> str:
    """The line with a caret under the column; a long line is cut around it."""
    column = min(at.column - 1, len(line))
    start = max(0, column - EXCERPT_WIDTH // 2) if len(line) > EXCERPT_WIDTH else 0
    shown = "".join(c if c.isprintable() else " " for c in line[start : start + EXCERPT_WIDTH])
    number = f"{at.line:5} | "
    gutter = " " * 5 + " | "
    return f"\n{number}{shown}\n{gutter}{' ' * (column - start)}^"
