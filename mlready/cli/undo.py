"""`mlready undo`: take back today's last rating."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mlready import clock
from mlready.cli.options import deck_option, open_deck
from mlready.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


@click.command("undo")
@deck_option
def command(deck: Path) -> None:
    """Take back today's last rating; again for the one before."""
    from mlready.store.reading import read_card  # noqa: PLC0415
    from mlready.study.day import read_day  # noqa: PLC0415

    progress = open_deck(deck)
    now = clock.now_ms()
    today = read_day(progress.reader, now, clock.local_zone()).day
    undone = progress.writer().undo_last(today, now)
    if undone is None:
        raise UsageError("nothing was rated today, so there is nothing to undo")
    card = read_card(progress.reader, undone.card_id)
    click.echo(f"Undone: {card.card_key if card else 'a card the deck has no more'}", err=True)
