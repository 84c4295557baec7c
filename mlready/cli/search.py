"""`mlready search`: topics and questions by their words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mlready.cli.options import deck_option, json_option, open_deck, print_json
from mlready.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


@click.command("search")
@click.argument("words", nargs=-1, required=True)
@deck_option
@json_option
def command(words: tuple[str, ...], deck: Path, *, as_json: bool) -> None:
    """Find topics and questions that have all WORDS, the nearest first.

    Case and accents do not matter, beginnings of words will do, and formulas are found by their
    TeX or their signs. A line each: the topic's id and title, or the question's key and what it
    asks, separated by a tab. Key / in a review searches as you type.
    """
    if not " ".join(words).strip():
        raise UsageError("there is nothing to search for", "name words: mlready search gradient")
    from mlready.study.searching import find_entries, read_entries  # noqa: PLC0415
    from mlready.terminal.browsing.browsing_screens import snippet  # noqa: PLC0415
    from mlready.terminal.display import Display  # noqa: PLC0415

    entries = read_entries(open_deck(deck).reader)
    found = find_entries(entries, " ".join(words), most=len(entries)).best
    if as_json:
        kinds = [("topic" if entry.card_id is None else "question", entry) for entry in found]
        print_json(
            [{"kind": kind, "name": entry.name, "text": entry.shown_text} for kind, entry in kinds]
        )
        return
    look = Display(plain=True).look
    for entry in found:
        click.echo(f"{entry.name}\t{snippet(entry, look).plain}")
    if not found:
        click.echo("Nothing has all these words.", err=True)
