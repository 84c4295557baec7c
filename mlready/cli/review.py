"""`mlready review`: today's reviews, in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mlready import clock
from mlready.cli.options import deck_option, plain_option, watch_reading

if TYPE_CHECKING:
    from pathlib import Path


@click.command("review")
@deck_option
@plain_option
def command(deck: Path, *, plain: bool) -> None:
    """Do today's reviews.

    Space shows the answer, 1 to 4 rate it, ? lists all keys. Every rating is saved at once, so stop
    whenever you like. Without a terminal, today's plan and the first card are printed, and keys
    are read from lines of standard input.
    """
    from mlready.cli.reports import sync_notices  # noqa: PLC0415
    from mlready.store.opening import open_progress, refuse_empty  # noqa: PLC0415
    from mlready.terminal.display import Display  # noqa: PLC0415
    from mlready.terminal.keyboard import is_interactive, open_keys  # noqa: PLC0415
    from mlready.terminal.sitting import review  # noqa: PLC0415

    interactive = is_interactive()
    display = Display(plain=plain or not interactive)
    # Keys come first: what is typed while the deck opens is not lost, and does not show.
    with open_keys(interactive=interactive) as keys:
        progress = open_progress(deck, clock.now_ms(), watch_reading)
        refuse_empty(progress)
        review(progress, display, keys, clock.local_zone(), sync_notices(progress, keys=True))
