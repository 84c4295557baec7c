"""`mlready rebuild`: everything derived, again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mlready import clock
from mlready.cli.options import deck_option
from mlready.errors import DeckError

if TYPE_CHECKING:
    from pathlib import Path


@click.command("rebuild")
@deck_option
def command(deck: Path) -> None:
    """Drop every derived table and make it again from the deck and your history.

    Nothing you did is touched. The result is the same to the last digit; this is for when you
    doubt it.
    """
    from mlready.content.compiling import compile_folder  # noqa: PLC0415
    from mlready.content.folder import read_folder  # noqa: PLC0415
    from mlready.store.location import deck_id, store_url  # noqa: PLC0415
    from mlready.store.rebuilding import rebuild  # noqa: PLC0415
    from mlready.store.writing import Writer  # noqa: PLC0415
    from mlready.terminal.wording import plural  # noqa: PLC0415

    folder = read_folder(deck)
    compiled, _ = compile_folder(folder)
    if compiled.errors:
        # What last compiled would be dropped, and could not be made again.
        count = plural(len(compiled.errors), "mistake")
        raise DeckError(
            f"the deck has {count}; nothing was changed", "mend them first: mlready check"
        )
    identity = deck_id(deck)
    url = store_url(identity)
    writer = Writer(url, identity)
    _, memories = rebuild(writer.engine, folder, clock.now_ms(), url)
    cards = plural(memories, "card")
    click.echo(f"Rebuilt from the deck and the history of {cards}.", err=True)
