"""`mlready unsuspend`: bring suspended cards back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mlready.cli.options import complete_names, deck_option
from mlready.cli.suspend import set_suspended

if TYPE_CHECKING:
    from pathlib import Path


@click.command("unsuspend")
@click.argument("names", nargs=-1, required=True, shell_complete=complete_names)
@deck_option
def command(names: tuple[str, ...], deck: Path) -> None:
    """Bring suspended cards back into study, with all they had."""
    set_suspended(deck, names, suspended=False)
