"""Options that several commands share, and opening what they name."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from mlready import clock
from mlready.store.location import find_deck

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mlready.mathtext.rendering import Form
    from mlready.store.opening import Progress
    from mlready.store.reading import Reader, SqliteReader

Command = TypeVar("Command", bound=Callable[..., Any])


def deck_option(command: Command) -> Command:
    """The option `--deck`: the folder of the deck to use, as a path."""

    def find(_context: click.Context, _parameter: click.Parameter, value: str | None) -> Path:
        return find_deck(value)

    return click.option(
        "--deck",
        metavar="DIR",
        callback=find,
        help="Folder of the deck [default: MLREADY_DECK, `config deck`, the shipped deck].",
    )(command)


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for tools.")
plain_option = click.option(
    "--plain", is_flag=True, help="Lines only: no clearing, bars or borders."
)

_FORMS: dict[str, tuple[Form, str]] = {
    "--linear": ("linear", "Formulas on one line each."),
    "--ascii": ("ascii", "Formulas, and all else that is drawn, in ASCII."),
    "--tex": ("tex", "Formulas as their LaTeX source."),
    "--speak": ("speech", "Formulas in words, as one reads them aloud."),
}


def mathematics_options(command: Command) -> Command:
    """The options `--ascii` and its like, one at most: how formulas are written, as `mathematics`.

    The command gets None if none was given: then the learner's setting counts.
    """

    @wraps(command)
    def choose(*args: Any, **kwargs: Any) -> Any:
        given = [flag for flag in _FORMS if kwargs.pop(f"as_{flag[2:]}")]
        if len(given) > 1:
            raise click.UsageError(f"choose one of {' and '.join(given)}")
        return command(*args, mathematics=_FORMS[given[0]][0] if given else None, **kwargs)

    for flag, (_, doc) in reversed(_FORMS.items()):
        choose = click.option(flag, f"as_{flag[2:]}", is_flag=True, help=doc)(choose)
    return cast("Command", choose)


def choose_form(given: Form | None, reader: Reader) -> Form:
    """How formulas are written: as an option says, else as the learner has set it.

    Raises:
        StoreError: what is stored makes no sense to this version.
    """
    from mlready.store.presets import mathematics_from  # noqa: PLC0415
    from mlready.store.reading import read_settings  # noqa: PLC0415

    return given or mathematics_from(read_settings(reader))


MANY_FILES = 60  # fewer are read before a bar could be seen


def watch_reading(paths: Sequence[str]) -> Iterator[str]:
    """Show a bar on stderr while many files are read, if somebody is there to see it."""
    if len(paths) < MANY_FILES or not sys.stderr.isatty():
        yield from paths
        return
    with click.progressbar(paths, label="Reading the deck", file=sys.stderr) as bar:
        yield from bar


def open_deck(deck: Path) -> Progress:
    """Open a deck's progress, saying on stderr what a sync found."""
    from mlready.cli.reports import sync_notices  # noqa: PLC0415
    from mlready.store.opening import open_progress  # noqa: PLC0415

    progress = open_progress(deck, clock.now_ms(), watch_reading)
    for line in sync_notices(progress):
        click.echo(line, err=True)
    return progress


def print_json(value: object) -> None:
    """Write a value to stdout as JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def reader_for_completion(context: click.Context) -> SqliteReader | None:
    """The progress with the deck that is meant; None if there is none that can be read."""
    from mlready.errors import MlreadyError  # noqa: PLC0415
    from mlready.store.location import deck_id, store_url  # noqa: PLC0415
    from mlready.store.reading import open_reader  # noqa: PLC0415

    try:
        identity = deck_id(find_deck(context.params.get("deck")))
        return open_reader(store_url(identity), identity)
    except MlreadyError:
        return None  # a completion has nowhere to say what is wrong


def complete_names(context: click.Context, _parameter: click.Parameter, start: str) -> list[str]:
    """Topics that begin so; with only one left, its questions too."""
    from mlready.study.naming import known_names  # noqa: PLC0415

    reader = reader_for_completion(context)
    names = known_names(reader) if reader is not None else []
    found = [name for name in names if name.startswith(start)]
    topics = [name for name in found if "/" not in name]
    # Keys once a slash is typed or only one topic is left, for there are many.
    return topics if len(topics) > 1 else found
