"""`mlready next`: what can be learned now, and how far the goal is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mlready import clock
from mlready.cli.options import deck_option, json_option, open_deck, plain_option, print_json

if TYPE_CHECKING:
    from pathlib import Path

    from mlready.study.next_steps import NextSteps

MOST_STEPS = 8  # what fits on a screen


@click.command("next")
@click.option("--all", "show_all", is_flag=True, help="All topics, not only the first.")
@deck_option
@json_option
@plain_option
def command(deck: Path, *, show_all: bool, as_json: bool, plain: bool) -> None:
    """Show what can be learned now, what it would unlock, and how far the goal is."""
    from mlready.study.day import read_day  # noqa: PLC0415
    from mlready.study.next_steps import look_for_steps  # noqa: PLC0415
    from mlready.terminal.display import Display  # noqa: PLC0415
    from mlready.terminal.reports import path_screens  # noqa: PLC0415

    reader = open_deck(deck).reader
    now = clock.now_ms()
    day = read_day(reader, now, clock.local_zone())
    found = look_for_steps(day, now)
    if as_json:
        print_json(_as_record(found))
        return
    display = Display(plain=plain)
    most = len(found.steps) if show_all else MOST_STEPS
    shown = path_screens.Deck(day.topics, {})
    display.print(path_screens.next_steps(shown, found, most=most, plain=display.plain))


def _as_record(found: NextSteps) -> dict[str, object]:
    return {
        "goal": found.headway.as_record(),
        "steps": [step._asdict() for step in found.steps],
        "locked": [
            {"topic": topic, "first_cause": cause._asdict()} for topic, cause in found.locked
        ],
        "closed": found.closed,
        "new_left_today": found.new_left,
    }
