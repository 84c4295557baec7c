"""`mlready sync`: bring progress in line with edited files."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from mlready import clock
from mlready.cli.options import deck_option, json_option, print_json, watch_reading

if TYPE_CHECKING:
    from pathlib import Path


@click.command("sync")
@deck_option
@json_option
def command(deck: Path, *, as_json: bool) -> None:
    """Bring progress in line with the deck's files; `review` does this by itself.

    Exits with 1 if the deck has errors; what they concern stays as it last compiled.
    """
    from dataclasses import asdict  # noqa: PLC0415

    from mlready.cli.reports import count_changes, slips_and_mistakes  # noqa: PLC0415
    from mlready.store.opening import open_progress  # noqa: PLC0415
    from mlready.store.sync import SyncReport  # noqa: PLC0415

    progress = open_progress(deck, clock.now_ms(), watch_reading)
    report = progress.report or SyncReport()
    if as_json:
        changes = asdict(report)
        del changes["problems"]
        print_json(changes | {"errors": progress.errors})
    else:
        click.echo(", ".join(count_changes(report)) or "nothing has changed")
        for line in slips_and_mistakes(progress):
            click.echo(line, err=True)
    sys.exit(1 if progress.errors else 0)
