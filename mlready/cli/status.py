"""`mlready status`: where the learner stands."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from mlready import clock
from mlready.cli.options import (
    deck_option,
    json_option,
    open_deck,
    plain_option,
    print_json,
)

if TYPE_CHECKING:
    from pathlib import Path


@click.command("status")
@deck_option
@json_option
@plain_option
def command(deck: Path, *, as_json: bool, plain: bool) -> None:
    """Show phases, topics, what is due today, and your streak."""
    from mlready.store.reading import INFO, read_pairs  # noqa: PLC0415
    from mlready.study.day import read_day  # noqa: PLC0415
    from mlready.study.overview import survey  # noqa: PLC0415
    from mlready.terminal.display import Display  # noqa: PLC0415
    from mlready.terminal.reports import overview_screens  # noqa: PLC0415

    reader = open_deck(deck).reader
    now = clock.now_ms()
    day = read_day(reader, now, clock.local_zone())
    view = survey(reader, day, now)
    if as_json:
        print_json(asdict(view) | {"headway": view.headway and view.headway.as_record()})
        return
    display = Display(plain=plain)
    title = read_pairs(reader, INFO)["title"]
    goal = day.topics[day.goal].title if day.goal else ""
    display.print(overview_screens.status(title, view, display.look, goal))
