"""`mlready export`: an Anki package."""

from __future__ import annotations

from pathlib import Path

import click

from mlready.cli.options import deck_option, json_option, open_deck, print_json
from mlready.errors import UsageError


@click.command("export")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@deck_option
@json_option
def command(file: Path | None, deck: Path, *, as_json: bool) -> None:
    """Write an Anki package (.apkg) to FILE, or to DECK-ID.apkg.

    Import it in Anki with File > Import. After editing the deck, export and import again: changed
    notes are updated and keep their reviews.
    """
    from exports.anki.package import write_package  # noqa: PLC0415
    from exports.records import ExportError  # noqa: PLC0415
    from mlready.store.exporting import read_export_deck  # noqa: PLC0415
    from mlready.terminal.wording import plural  # noqa: PLC0415

    progress = open_deck(deck)
    target = file or Path(f"{progress.deck_id}.apkg")
    if target.suffix != ".apkg":
        raise UsageError(f"{target} must end in .apkg", "Anki goes by the name")
    try:
        report = write_package(read_export_deck(progress), target)
    except ExportError as error:
        raise UsageError(f"cannot be exported: {error}", "see `mlready check`") from error
    except OSError as error:
        raise UsageError(f"{target} cannot be written: {error.strerror}") from error
    if as_json:
        counts = {"notes": report.notes, "cards": report.cards, "media": report.media}
        print_json({"file": str(target)} | counts)
        return
    click.echo(target)
    pictures = f", {plural(report.media, 'picture')}" if report.media else ""
    notes, cards = plural(report.notes, "note"), plural(report.cards, "card")
    click.echo(f"{notes}, {cards}{pictures}. In Anki: File > Import.", err=True)
