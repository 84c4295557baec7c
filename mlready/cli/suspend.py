"""`mlready suspend`: take cards out of study."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mlready.cli.options import complete_names, deck_option, open_deck

if TYPE_CHECKING:
    from pathlib import Path


@click.command("suspend")
@click.argument("names", nargs=-1, required=True, shell_complete=complete_names)
@deck_option
def command(names: tuple[str, ...], deck: Path) -> None:
    """Take cards out of study until they are unsuspended.

    NAMES are topics (all their cards), questions (topic/question) or single cards
    (topic/question#2).
    """
    set_suspended(deck, names, suspended=True)


def set_suspended(deck: Path, names: tuple[str, ...], *, suspended: bool) -> None:
    """Suspend the cards that names mean, or bring them back; say how many."""
    from mlready.study.naming import find_cards  # noqa: PLC0415
    from mlready.terminal.wording import plural  # noqa: PLC0415

    progress = open_deck(deck)
    cards = {card.card_id for name in names for card in find_cards(progress.reader, name)}
    progress.writer().mark(sorted(cards), suspended=suspended, leech=False)
    done = "suspended" if suspended else "back in study"
    click.echo(f"{plural(len(cards), 'card')} {done}.", err=True)
