"""`mlready new`: a deck of one's own."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("new")
@click.argument("folder", metavar="DIR")
@click.option("--title", default=None, help="What the deck is called.")
@click.option("--copy", is_flag=True, help="Copy the shipped deck, to edit it; progress stays.")
def command(folder: str, title: str | None, *, copy: bool) -> None:
    """Start a deck of your own in DIR, a new or empty folder."""
    from mlready.content.starting import copy_deck, start_deck  # noqa: PLC0415
    from mlready.store.location import shipped_deck  # noqa: PLC0415

    target = Path(folder).expanduser()
    if copy:
        copy_deck(shipped_deck(), target)
    else:
        start_deck(target, title)
    click.echo(target)
    click.echo(
        f"Check it:   mlready check {target}\n"
        f"Review it:  mlready review --deck {target}\n"
        f"Always:     mlready config deck {target}",
        err=True,
    )
