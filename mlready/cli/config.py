"""`mlready config`: the learner's settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mlready import clock
from mlready.cli.options import deck_option, json_option, open_deck, print_json
from mlready.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from mlready.store.reading import Reader


def _complete(_context: click.Context, _parameter: click.Parameter, start: str) -> list[str]:
    from mlready.store.presets import SETTINGS  # noqa: PLC0415

    return [name for name in ["deck", *SETTINGS] if name.startswith(start)]


@click.command("config")
@click.argument("name", required=False, shell_complete=_complete)
@click.argument("value", required=False)
@click.option("--unset", is_flag=True, help="Go back to the default.")
@deck_option
@json_option
def command(name: str | None, value: str | None, deck: Path, *, unset: bool, as_json: bool) -> None:
    """Show settings, show one, or change one.

    `mlready config deck DIR` makes a deck of your own the one that is used.
    """
    from mlready.store.presets import SETTINGS, read_setting  # noqa: PLC0415

    if name == "deck":
        _deck(deck, value, unset=unset, as_json=as_json)
        return
    if name is not None and name not in SETTINGS:
        from mlready.content.problems import did_you_mean  # noqa: PLC0415

        hint = did_you_mean(name, SETTINGS) or "known: deck, " + ", ".join(SETTINGS)
        raise UsageError(f'there is no setting "{name}"', hint)
    progress = open_deck(deck)
    if name is not None and (value is not None or unset):
        if value is not None and not unset:
            _say_converted(name, value, read_setting(name, value))
        progress.writer().set_setting(name, None if unset else value, clock.now_ms())
    _print(progress.reader, [name] if name else list(SETTINGS), as_json=as_json)


def _say_converted(name: str, text: str, value: object) -> None:
    """Parameters of older versions of FSRS are taken, but they are not what is shown then."""
    given = len(text.replace(",", " ").split())
    if name == "parameters" and isinstance(value, tuple) and given != len(value):
        click.echo(f"Converted to the {len(value)} parameters of FSRS-6.", err=True)


def _print(reader: Reader, names: list[str], *, as_json: bool) -> None:
    from mlready.store.presets import SETTINGS, format_setting  # noqa: PLC0415
    from mlready.store.reading import read_settings  # noqa: PLC0415

    stored = read_settings(reader)
    values = {
        name: _read_stored(name, stored[name]) if name in stored else SETTINGS[name].default
        for name in names
    }
    if as_json:
        print_json(values)
        return
    for name, value in values.items():
        mark = "" if name in stored else "  (default)"
        shown = format_setting(name, value)
        if isinstance(value, float):
            shown = shown.removesuffix(".0")
        if len(names) == 1:
            click.echo(shown)
            continue
        doc = SETTINGS[name].doc
        if name == "parameters" and isinstance(value, tuple):
            shown, doc = f"{len(value)} numbers", "of FSRS-6, see `mlready config parameters`"
        click.echo(f"{name:<18} {shown:<12} {doc}{mark}")


def _read_stored(name: str, text: str) -> object:
    """A stored value, or its text where that makes no sense: this is the place to set it right."""
    from mlready.store.presets import read_setting  # noqa: PLC0415

    try:
        return read_setting(name, text)
    except UsageError as error:
        click.echo(f"{error}; go back with `mlready config {name} --unset`", err=True)
        return text


def _deck(current: Path, value: str | None, *, unset: bool, as_json: bool) -> None:
    from mlready.store.location import deck_id, expand, find_deck, settings_file  # noqa: PLC0415

    file = settings_file()
    if unset:
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            raise UsageError(f"{file} cannot be removed: {error.strerror}") from error
        current = find_deck(None)
    elif value is not None:
        folder = expand(value).absolute()
        deck_id(folder)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            fresh = file.with_suffix(".new")
            fresh.write_text(f"{folder}\n", encoding="utf-8")
            fresh.replace(file)
        except (OSError, UnicodeEncodeError) as error:
            raise UsageError(f"{file} cannot be written: {error}") from error
        current = folder
    if as_json:
        print_json({"deck": str(current)})
    else:
        click.echo(current)
