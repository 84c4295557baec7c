"""`mlready check`: every mistake in a deck, with its place."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from mlready.cli.options import deck_option, json_option, print_json, watch_reading
from mlready.store.location import find_deck

if TYPE_CHECKING:
    from pathlib import Path

    from mlready.content.problems import Problem


@click.command("check")
@click.argument("folder", required=False, metavar="[DIR]")
@click.option("--all", "show_all", is_flag=True, help="Also each topic without questions.")
@deck_option
@json_option
def command(folder: str | None, deck: Path, *, show_all: bool, as_json: bool) -> None:
    """Find every mistake in a deck's files, each with its place and a hint.

    Exits with 1 if there is an error; warnings alone are fine.
    """
    from mlready.content.checks import NO_QUESTION  # noqa: PLC0415
    from mlready.content.compiling import compile_folder  # noqa: PLC0415
    from mlready.content.folder import read_folder  # noqa: PLC0415
    from mlready.content.problems import format_problem  # noqa: PLC0415
    from mlready.store.vanished import find_vanished  # noqa: PLC0415

    root = find_deck(folder) if folder else deck
    read = read_folder(root)
    compiled, units = compile_folder(read, watch_reading)
    problems = sorted(compiled.problems + find_vanished(root, compiled))
    errors = sum(problem.is_error for problem in problems)
    if as_json:
        print_json([_as_record(problem) for problem in problems])
        sys.exit(1 if errors else 0)
    empty = [problem for problem in problems if problem.message.endswith(NO_QUESTION)]
    lines = {path: unit.lines for path, unit in units.items()}
    for problem in problems:
        if show_all or problem not in empty:
            click.echo(format_problem(problem, lines))
    _print_totals(problems, 0 if show_all else len(empty), len(compiled.questions), root)
    sys.exit(1 if errors else 0)


def _print_totals(problems: list[Problem], hidden: int, questions: int, root: Path) -> None:
    from mlready.terminal.wording import plural  # noqa: PLC0415

    errors = sum(problem.is_error for problem in problems)
    found = f"{plural(errors, 'error')}, {plural(len(problems) - errors - hidden, 'warning')}"
    click.echo(f"{root}: {plural(questions, 'question')}, {found}", err=True)
    if hidden:
        topics = plural(hidden, "topic")
        click.echo(f"{topics} without questions yet; --all lists them", err=True)


def _as_record(problem: Problem) -> dict[str, object]:
    at = problem.location
    return {
        "path": at.path,
        "line": at.line,
        "column": at.column,
        "severity": problem.severity,
        "message": problem.message,
        "hint": problem.hint,
    }
