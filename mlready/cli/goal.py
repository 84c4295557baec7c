"""`mlready goal`: the topic to reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mlready import clock
from mlready.cli.options import (
    complete_names,
    deck_option,
    json_option,
    open_deck,
    plain_option,
    print_json,
)
from mlready.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from mlready.store.opening import Progress


def complete_topics(context: click.Context, parameter: click.Parameter, start: str) -> list[str]:
    """Topics that begin so."""
    return [name for name in complete_names(context, parameter, start) if "/" not in name]


@click.command("goal")
@click.argument("topic", required=False, shell_complete=complete_topics)
@click.option("--clear", is_flag=True, help="No goal: the whole deck, phase by phase.")
@deck_option
@json_option
@plain_option
def command(topic: str | None, deck: Path, *, clear: bool, as_json: bool, plain: bool) -> None:
    """Show the topic to reach, or set it: all it rests on is learned first.

    New cards come in the order that leads there soonest. A goal in an area that is not in focus
    opens what it rests on.
    """
    from mlready.store.presets import GOAL  # noqa: PLC0415
    from mlready.study.naming import find_topic  # noqa: PLC0415

    if topic is not None and clear:
        raise UsageError("a topic and --clear contradict each other")
    progress = open_deck(deck)
    if topic is not None:
        progress.writer().set_setting(GOAL, find_topic(progress.reader, topic))
    elif clear:
        progress.writer().set_setting(GOAL, None)
    _show(progress, as_json=as_json, plain=plain)


def _show(progress: Progress, *, as_json: bool, plain: bool) -> None:
    from mlready.store.presets import GOAL  # noqa: PLC0415
    from mlready.store.reading import read_settings  # noqa: PLC0415
    from mlready.study.day import read_day  # noqa: PLC0415
    from mlready.study.headway import find_ground, measure_headway  # noqa: PLC0415
    from mlready.terminal.display import Display  # noqa: PLC0415
    from mlready.terminal.reports import path_screens  # noqa: PLC0415

    now = clock.now_ms()
    day = read_day(progress.reader, now, clock.local_zone())
    view = measure_headway(day, find_ground(day, now))
    lost = read_settings(progress.reader).get(GOAL) if day.goal is None else None
    if lost is not None:
        click.echo(f'The goal was "{lost}", which the deck has no more: set another.', err=True)
    if as_json:
        print_json(view.as_record())
    elif day.goal is None:
        click.echo("No goal: new cards come phase by phase. Set one with `mlready goal TOPIC`.")
    else:
        Display(plain=plain).print(path_screens.goal(path_screens.Deck(day.topics, {}), view))
