"""`mlready anki`: what is done with a running Anki."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from mlready import clock
from mlready.cli.options import deck_option, json_option, open_deck, print_json
from mlready.errors import MlreadyError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from exports.anki.connect.applying import Done
    from mlready.store.opening import Progress
    from mlready.study.anki_sync import Link, Prospect, Wishes


@click.group("anki")
def command() -> None:
    """Work with Anki while it runs, through its add-on AnkiConnect."""


@command.command("sync")
@click.option(
    "--gate/--no-gate",
    default=None,
    help="Suspend new cards until what they rest on is known; it stays so until --no-gate.",
)
@click.option("--overwrite", is_flag=True, help="Take our texts, also over later edits in Anki.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.option("--dry-run", is_flag=True, help="Show what would be done, and do nothing.")
@click.option(
    "--address",
    default="http://127.0.0.1:8765",
    show_default=True,
    help="Where AnkiConnect is, on this machine.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=60,
    show_default=True,
    help="How many seconds Anki may be silent.",
)
@deck_option
@json_option
def sync(  # noqa: PLR0913 - one for each option
    *,
    gate: bool | None,
    overwrite: bool,
    yes: bool,
    dry_run: bool,
    address: str,
    timeout: float,
    deck: Path,
    as_json: bool,
) -> None:
    """Bring Anki and this deck in line: reviews come here, edits go there.

    Shows what would be done and asks first. Anki has to be running, with the add-on AnkiConnect
    (2055492159). Only notes of this deck are touched; your later edits, "My notes", tags and
    suspensions of your own stay. A sync that was interrupted can be run again. AnkiConnect's
    apiKey, if it has one, is taken from MLREADY_ANKI_KEY.

    With --gate Anki itself keeps to the order of the deck: run it daily.

    Exits with 1 if Anki cannot be reached or did not do all of it.
    """
    from mlready.study.anki_sync import Wishes  # noqa: PLC0415
    from mlready.terminal.reports import anki_screens  # noqa: PLC0415

    if yes and dry_run:
        raise UsageError("--yes and --dry-run do not go together", "leave one of them out")
    with _failures_explained():
        run = _Run(open_deck(deck), _open_link(address, timeout), Wishes(gate, overwrite))
        prospect = run.look()
    if not as_json:
        _print(anki_screens.describe_prospect(prospect, run.link.anki.place))
    asks = not (yes or dry_run or as_json) and sys.stdin.isatty() and sys.stderr.isatty()
    # Records of what is so in Anki already change nothing there: nobody need be asked.
    is_wanted = yes or (asks and (prospect.is_empty or _agrees()))
    if prospect.is_needless or not is_wanted:
        if as_json:
            print_json(anki_screens.prospect_as_data(prospect) | {"done": None})
        elif not (prospect.is_empty or dry_run or asks):
            click.echo("Nothing was done: say --yes to have it done without being asked.", err=True)
        return
    was_empty = prospect.is_empty
    done, prospect = run.carry_out(None if asks and not was_empty else prospect)
    if as_json:
        deeds = {"done": done.counts, "failures": done.failures}
        print_json(anki_screens.prospect_as_data(prospect) | deeds)
    elif not was_empty:
        _print(anki_screens.describe_done(done, prospect.new_reviews))
    sys.exit(1 if done.failures else 0)


class _Run:
    """One run of the command."""

    def __init__(self, progress: Progress, link: Link, wishes: Wishes) -> None:
        from mlready.store.anki_lock import find_lock  # noqa: PLC0415
        from mlready.store.importing import Place  # noqa: PLC0415

        self.link = link
        self._progress = progress
        self._wishes = wishes
        self._place = Place(progress.deck_id, clock.now_ms(), clock.local_zone())
        self._lock_file = find_lock(progress.deck, progress.deck_id)
        if self._lock_file.notice:
            click.echo(self._lock_file.notice, err=True)

    def look(self) -> Prospect:
        """Find out what there is to do."""
        from mlready.study.anki_sync import look_ahead  # noqa: PLC0415

        lock = self._lock_file.lock
        return look_ahead(self._progress, self.link, lock, self._place, self._wishes)

    def carry_out(self, prospect: Prospect | None) -> tuple[Done, Prospect]:
        """Do what there is to do; without `prospect`, look again, for people think for long."""
        from exports.anki.connect.applying import Done  # noqa: PLC0415
        from mlready.study.anki_sync import carry_out  # noqa: PLC0415

        done = Done()
        with _failures_explained(done):
            prospect = prospect or self.look()
            carry_out(self._progress, self.link, prospect, self._lock_file, self._place, done)
        return done, prospect


def _open_link(address: str, timeout: float) -> Link:
    from exports.anki.connect.client import connect  # noqa: PLC0415
    from exports.anki.connect.snapshot import ignore_progress  # noqa: PLC0415
    from mlready.study.anki_sync import Link  # noqa: PLC0415

    anki = connect(address, os.environ.get("MLREADY_ANKI_KEY", ""), timeout)
    anki.greet()
    if not sys.stderr.isatty():
        return Link(anki, ignore_progress)
    bar = _Bar()
    click.get_current_context().call_on_close(bar.close)
    return Link(anki, bar)


@contextmanager
def _failures_explained(done: Done | None = None) -> Iterator[None]:
    """Turn what went wrong into a sentence, with how far it got."""
    from exports.anki.histories import HistoryError  # noqa: PLC0415
    from exports.records import ExportError  # noqa: PLC0415
    from mlready.terminal.wording import plural  # noqa: PLC0415

    try:
        yield
    except HistoryError as error:
        problem, hint = error.problem, error.hint
        if done is not None:
            changes = plural(done.changes, "change")
            problem = f"{problem}; {changes} had been made in Anki"
            hint = f"{hint}; the next sync goes on from there" if hint else _GOES_ON
        raise MlreadyError(problem, hint) from error
    except ExportError as error:
        raise UsageError(f"cannot be in Anki as it is: {error}", "see `mlready check`") from error
    except OSError as error:
        raise UsageError(f"{error.filename} cannot be read: {error.strerror}") from error


_GOES_ON = "run this again: it goes on from there"


def _agrees() -> bool:
    return click.confirm("Do this?", default=False, err=True)


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


_MANY = 300  # fewer are done before a bar could be seen


class _Bar:
    """A bar on stderr for what takes long."""

    def __init__(self) -> None:
        self._what = ""
        self._bar: Any = None

    def __call__(self, what: str, done: int, of: int) -> None:
        """Show how much is done; a bar of its own for each thing that is done."""
        if of < _MANY:
            return
        if what != self._what:
            self.close()
            self._what = what
            self._bar = click.progressbar(length=of, label=what, file=sys.stderr)
            self._bar.render_progress()
        self._bar.update(done - self._bar.pos)
        if done >= of:
            self.close()

    def close(self) -> None:
        """Leave the line that the bar stands in."""
        if self._bar is not None:
            self._bar.render_finish()
        self._what, self._bar = "", None
