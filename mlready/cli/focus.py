"""`mlready focus`: the one area of the frontier that is open."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from mlready import clock
from mlready.cli.options import (
    deck_option,
    json_option,
    open_deck,
    plain_option,
    print_json,
    reader_for_completion,
)
from mlready.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from mlready.store.reading import Reader


def _complete(context: click.Context, _parameter: click.Parameter, start: str) -> list[str]:
    """Areas that begin so."""
    from mlready.study.naming import read_areas  # noqa: PLC0415

    reader = reader_for_completion(context)
    areas = read_areas(reader) if reader is not None else []
    return [area for area in areas if area.startswith(start)]


@click.command("focus")
@click.argument("area", required=False, shell_complete=_complete)
@click.option("--clear", is_flag=True, help="No area: the frontier stays closed.")
@deck_option
@json_option
@plain_option
def command(area: str | None, deck: Path, *, clear: bool, as_json: bool, plain: bool) -> None:
    """Show the area of the frontier that is open, or pick it.

    Topics of other areas are not begun, but for those that the goal or an open topic rests on.
    """
    from mlready.store.presets import FOCUS  # noqa: PLC0415
    from mlready.study.naming import find_area, read_areas  # noqa: PLC0415

    if area is not None and clear:
        raise UsageError("an area and --clear contradict each other")
    progress = open_deck(deck)
    if area is not None:
        found = find_area(read_areas(progress.reader), area)
        progress.writer().set_setting(FOCUS, found)
    elif clear:
        progress.writer().set_setting(FOCUS, None)
    _show(progress.reader, as_json=as_json, plain=plain)


def _show(reader: Reader, *, as_json: bool, plain: bool) -> None:
    from mlready.study.day import read_day  # noqa: PLC0415
    from mlready.study.naming import read_areas  # noqa: PLC0415
    from mlready.terminal.display import Display  # noqa: PLC0415
    from mlready.terminal.reports import path_screens  # noqa: PLC0415

    areas = read_areas(reader)
    day = read_day(reader, clock.now_ms(), clock.local_zone())
    if day.focus is not None and day.focus not in areas:
        click.echo(f'The focus was "{day.focus}", which is no area of the deck.', err=True)
    focus = day.focus if day.focus in areas else None
    topics = Counter(topic.area for topic in day.topics.values())
    counts = {area: topics[area] for area in areas}
    if as_json:
        closed = sorted(day.path.closed)
        print_json({"focus": focus, "areas": counts, "closed": closed})
        return
    Display(plain=plain).print(path_screens.focus(focus, counts, len(day.path.closed)))
