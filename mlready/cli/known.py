"""`mlready known`: topics the learner knows from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mlready import clock
from mlready.cli.options import (
    complete_names,
    deck_option,
    json_option,
    open_deck,
    print_json,
)

if TYPE_CHECKING:
    from pathlib import Path


@click.command("known")
@click.argument("topics", nargs=-1, shell_complete=complete_names)
@click.option("--closure", is_flag=True, help="With everything the topics rest on.")
@click.option("--forget", is_flag=True, help="Not known after all.")
@deck_option
@json_option
def command(
    topics: tuple[str, ...], deck: Path, *, closure: bool, forget: bool, as_json: bool
) -> None:
    """Mark topics you know already, so that what rests on them unlocks.

    Their own cards are not begun. Without TOPICS, list those marked.
    """
    from mlready.store.reading import read_known  # noqa: PLC0415
    from mlready.study.day import read_day  # noqa: PLC0415
    from mlready.study.naming import find_topic  # noqa: PLC0415
    from mlready.terminal.wording import plural  # noqa: PLC0415

    progress = open_deck(deck)
    now = clock.now_ms()
    if topics:
        before = read_known(progress.reader)
        marked = before if forget else frozenset()
        # What was marked can be forgotten although the deck has it no more.
        names = {n if n in marked else find_topic(progress.reader, n) for n in topics}
        if closure:
            graph = read_day(progress.reader, now, clock.local_zone()).graph
            names |= graph.closure(names & graph.rank.keys())
        progress.writer().set_known(sorted(names), now, known=not forget)
        changed = len(names & before if forget else names - before)
        done = "no longer marked as known" if forget else "marked as known"
        click.echo(f"{plural(changed, 'topic')} {done}." if changed else _say_why(forget), err=True)
        if as_json:
            print_json(sorted(read_known(progress.reader)))
        return
    known = sorted(read_known(progress.reader))
    if as_json:
        print_json(known)
        return
    for name in known:
        click.echo(name)
    if not known:
        click.echo("No topic is marked as known. Mark one with `mlready known TOPIC`.", err=True)


def _say_why(forget: bool) -> str:
    """Why nothing has changed."""
    if forget:
        return "Nothing changed: none of that was marked as known."
    return "Nothing changed: all of that is marked as known already."
