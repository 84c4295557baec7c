"""`mlready schema`: JSON Schemas of deck files, for editors."""

from __future__ import annotations

import json
from pathlib import Path

import click

from mlready.errors import UsageError

NAMES = ("deck", "references", "topics", "questions")


@click.command("schema")
@click.argument("name", type=click.Choice(NAMES), required=False)
@click.option("--write", "deck", metavar="DIR", help="Write all four into DIR/schema.")
def command(name: str | None, deck: str | None) -> None:
    """Print the JSON Schema of one kind of deck file, or write all four."""
    from mlready.content.json_schema import schema_for, write_schemas  # noqa: PLC0415

    if deck is not None:
        try:
            for path in write_schemas(Path(deck)):
                click.echo(path)
        except OSError as error:
            raise UsageError(f"{deck} cannot be written: {error.strerror}") from error
    elif name is None:
        raise click.UsageError(f"Name one of {', '.join(NAMES)}, or give --write DIR.")
    else:
        click.echo(json.dumps(schema_for(name), indent=2, ensure_ascii=False))
