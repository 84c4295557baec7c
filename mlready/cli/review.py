"""`mlready review`: today's reviews, in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mlready import clock
from mlready.cli.options import (
    choose_form,
    deck_option,
    mathematics_options,
    plain_option,
    watch_reading,
)

if TYPE_CHECKING:
    from pathlib import Path

    from mlready.mathtext.rendering import Form


@click.command("review")
@deck_option
@plain_option
@mathematics_options
@click.option(
    "--images",
    is_flag=True,
    help="Also show typeset pictures of formulas, in terminals that say they can.",
)
@click.option(
    "--type",
    "writing",
    is_flag=True,
    help="Write each answer first; it shows beside the true one.",
)
def command(
    deck: Path, *, plain: bool, mathematics: Form | None, images: bool, writing: bool
) -> None:
    """Do today's reviews.

    Space shows the answer, 1 to 4 rate it, ? lists all keys. Every rating is saved at once, so stop
    whenever you like. Without a terminal, today's plan and the first card are printed, and keys
    are read from lines of standard input.
    """
    from mlready.cli.reports import sync_notices  # noqa: PLC0415
    from mlready.store.opening import open_progress, refuse_empty  # noqa: PLC0415
    from mlready.terminal.display import Display  # noqa: PLC0415
    from mlready.terminal.keyboard import open_keys  # noqa: PLC0415
    from mlready.terminal.review.sitting import review  # noqa: PLC0415
    from mlready.terminal.terminal_modes import is_interactive  # noqa: PLC0415

    interactive = is_interactive()
    # Keys come first: what is typed while the deck opens is not lost, and does not show.
    with open_keys(interactive=interactive) as keys:
        progress = open_progress(deck, clock.now_ms(), watch_reading)
        refuse_empty(progress)
        form = choose_form(mathematics, progress.reader)
        display = Display(plain=plain or not interactive, mathematics=form)
        notices = sync_notices(progress, keys=True)
        review(progress, display, keys, clock.local_zone(), notices, images=images, writing=writing)
