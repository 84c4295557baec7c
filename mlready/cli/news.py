"""`mlready news`: what changed in the deck, old and new side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mlready.cli.options import (
    deck_option,
    json_option,
    open_deck,
    plain_option,
    print_json,
)

if TYPE_CHECKING:
    from pathlib import Path


@click.command("news")
@click.option("--all", "show_all", is_flag=True, help="Everything, from the beginning.")
@deck_option
@json_option
@plain_option
def command(deck: Path, *, show_all: bool, as_json: bool, plain: bool) -> None:
    """Show what changed in the deck since your last look, old and new text side by side.

    With --json nothing counts as looked at.
    """
    from mlready.study.news import SEEN, last_seen, read_changes  # noqa: PLC0415
    from mlready.terminal.display import Display  # noqa: PLC0415
    from mlready.terminal.reports import overview_screens  # noqa: PLC0415

    progress = open_deck(deck)
    changes = read_changes(progress.reader, 0 if show_all else last_seen(progress.reader))
    if as_json:
        print_json([change._asdict() for change in changes])
    elif changes:
        display = Display(plain=plain)
        display.print(overview_screens.news(changes, display.look))
    else:
        click.echo("Nothing has changed since your last look (--all shows everything).")
    if changes and not as_json:
        progress.writer().set_setting(SEEN, str(changes[-1].change_id))
