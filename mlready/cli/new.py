"""`mlready new`: a deck of one's own."""

from __future__ import annotations

import shlex

import click


@click.command("new")
@click.argument("folder", metavar="DIR")
@click.option("--title", default=None, help="What the deck is called.")
@click.option("--copy", is_flag=True, help="Copy the shipped deck, to edit it; progress stays.")
def command(folder: str, title: str | None, *, copy: bool) -> None:
    """Start a deck of your own in DIR, a new or empty folder."""
    from mlready.content.starting import copy_deck, start_deck  # noqa: PLC0415
    from mlready.store.location import data_folder, expand, shipped_deck  # noqa: PLC0415

    if copy and title:
        raise click.UsageError("A copy keeps the title of the deck; leave out --title.")
    target = expand(folder)
    if copy:
        copy_deck(shipped_deck(), target)
    else:
        taken = frozenset(store.stem for store in data_folder().glob("*.sqlite3"))
        start_deck(target, title, taken | {shipped_deck().name})
    click.echo(target)
    named = shlex.quote(str(target))
    click.echo(
        f"Check it:   mlready check {named}\n"
        f"Review it:  mlready review --deck {named}\n"
        f"Always:     mlready config deck {named}",
        err=True,
    )
