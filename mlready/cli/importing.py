"""`mlready import`: reviews made elsewhere become ours."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from mlready import clock
from mlready.cli.options import deck_option, json_option, open_deck, print_json
from mlready.errors import UsageError
from mlready.terminal.wording import plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from exports.anki.histories import AnkiCard, AnkiHistory
    from mlready.store.adopting import Proposals
    from mlready.store.importing import ImportReport, Place
    from mlready.store.opening import Progress

MANY_CARDS = 5_000  # fewer are read before a bar could be seen
_MOST_LINES = 20  # of a list that is only to be looked over


class _Wish(NamedTuple):
    """What the learner asked for."""

    file: Path
    dry_run: bool
    adopt: bool
    yes: bool
    as_json: bool


@click.group("import")
def command() -> None:
    """Bring home reviews that were made elsewhere."""


@command.command("anki")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would be added, and change nothing.")
@click.option("--adopt", is_flag=True, help="Match notes made elsewhere with ours by their text.")
@click.option("--yes", is_flag=True, help="Adopt without asking.")
@deck_option
@json_option
def anki(file: Path, deck: Path, *, dry_run: bool, adopt: bool, yes: bool, as_json: bool) -> None:
    """Add the reviews made in Anki, from FILE.

    FILE is a package (.apkg, .colpkg), Anki's collection (collection.anki2, also while Anki has it
    open), or the folder of a profile. Packages must be exported with scheduling information.
    Reviews that are known already are not added again, so import as often as you like.

    With --adopt, notes that were not exported from here are compared with our questions, and those
    that ask the same give us their reviews, now and from then on.
    """
    from mlready.store.reading import read_settings  # noqa: PLC0415
    from mlready.study.day import make_sense  # noqa: PLC0415

    wish = _Wish(file, dry_run, adopt, yes, as_json)
    _refuse_unanswerable(wish)
    progress = open_deck(deck)
    make_sense(read_settings(progress.reader))
    history = _read(file)
    proposals = _propose(progress, history) if adopt else None
    if proposals is not None and not as_json:
        _print_proposals(proposals)
    if proposals is not None and proposals.found and not (dry_run or yes):
        question = f"Adopt {plural(len(proposals.found), 'note')}?"
        if not click.confirm(question, err=True):
            click.echo("Nothing was changed.", err=True)
            return
    _import(progress, history, proposals, wish)


def _refuse_unanswerable(wish: _Wish) -> None:
    """Refuse to adopt where nobody can be asked."""
    if wish.adopt and not (wish.yes or wish.dry_run) and (wish.as_json or not sys.stdin.isatty()):
        hint = "see what it would do with --dry-run; go ahead with --yes"
        raise UsageError("--adopt asks before it adopts, and there is nobody to ask", hint)


def _read(file: Path) -> AnkiHistory:
    from exports.anki.histories import HistoryError  # noqa: PLC0415
    from exports.anki.reading.collections import read_history  # noqa: PLC0415

    counter = _Counter()
    try:
        return read_history(file, watch=counter)
    except HistoryError as error:
        raise UsageError(error.problem, error.hint) from error
    finally:
        counter.close()


class _Counter:
    """Counts on stderr what is read of a large file, if somebody is there to see it."""

    def __init__(self) -> None:
        self._width = 0

    def __call__(self, what: str, count: int) -> None:
        """Show how much has been read."""
        if count >= MANY_CARDS and sys.stderr.isatty():
            line = f"Reading the file: {count:,} {what}"
            self._width = max(self._width, len(line))
            click.echo(f"\r{line:<{self._width}}", nl=False, err=True)

    def close(self) -> None:
        """Clear the line."""
        if self._width:
            click.echo(f"\r{'':<{self._width}}\r", nl=False, err=True)


def _propose(progress: Progress, history: AnkiHistory) -> Proposals:
    from mlready.store.adopting import propose_adoptions  # noqa: PLC0415

    return propose_adoptions(progress.reader, history, progress.deck_id)


def _import(
    progress: Progress, history: AnkiHistory, proposals: Proposals | None, wish: _Wish
) -> None:
    from mlready.store.importing import Place, import_history, plan_import  # noqa: PLC0415

    place = Place(progress.deck_id, clock.now_ms(), clock.local_zone())
    adopted = proposals.adopted() if proposals is not None else {}
    if wish.dry_run:
        report = plan_import(progress.reader, history, place, adopted, _watch).report
    else:
        engine = progress.writer().engine
        report = import_history(engine, history, place, adopted, _watch)
    if wish.as_json:
        print_json(_as_data(report, proposals, place, wish))
        return
    for line in describe_import(report, place, dry_run=wish.dry_run):
        click.echo(line)
    for line in _describe_unmatched(report, proposals, history):
        click.echo(line, err=True)
    if adopted and not wish.dry_run:
        click.echo(_AFTER_ADOPTION, err=True)


def _watch(cards: Sequence[AnkiCard]) -> Iterator[AnkiCard]:
    """Show a bar on stderr while many cards are gone through, if somebody is there to see it."""
    if len(cards) < MANY_CARDS or not sys.stderr.isatty():
        yield from cards
        return
    with click.progressbar(cards, label="Reading the reviews", file=sys.stderr) as bar:
        yield from bar
    click.echo("Working out what they come to …", err=True)


# --- in words ----------------------------------------------------------------------

_AFTER_ADOPTION = """\
From now on these notes are known, without --adopt. To study with our cards in Anki instead:
  1. mlready export --with-progress
  2. in Anki, File > Import, with "Import any learning progress" on
  3. delete the old notes there, once you have seen that the new ones have their intervals"""

_TO_DECIDE = """\
  Where notes ask the same, export the deck of the ones you mean by itself. Where one is worded in
  another way than the question, word it alike in Anki. Then import again with --adopt."""

_KINDS = {
    "CRAM": ("answer of cramming", "answers of cramming"),
    "RESCHEDULED": ("date set anew", "dates set anew"),
    "RESET": ("reset", "resets"),
}


def describe_import(report: ImportReport, place: Place, *, dry_run: bool) -> list[str]:
    """What an import added, or would add, in lines."""
    lines = []
    total = sum(report.added.values())
    others = {effect: n for effect, n in report.added.items() if effect.name in _KINDS}
    answers = total - sum(others.values())
    if total:
        cards = plural(report.cards, "card")
        verb = "would be added" if dry_run else "added"
        span = _span(report, place)
        lines.append(f"{plural(answers, 'review')} of {cards} {verb}, {span}.")
        if others:
            named = [plural(n, *_KINDS[effect.name]) for effect, n in sorted(others.items())]
            lines.append(f"Also {', '.join(named)}: no reviews, but part of the history.")
    else:
        lines.append("Nothing new." if report.known else "There are no reviews of this deck.")
    if report.known:
        lines.append(f"{plural(report.known, 'entry', 'entries')} of the log known already.")
    if report.refused:
        entries = plural(report.refused, "entry", "entries")
        lines.append(f"{entries} left out that cannot be true (of the future, say).")
    if report.strays:
        lines.append(f"{plural(report.strays, 'review')} left out of cards this deck never had.")
    return lines


def _span(report: ImportReport, place: Place) -> str:
    first, last = (
        datetime.fromtimestamp((moment or 0) / 1000, place.zone).date().isoformat()
        for moment in (report.first_at, report.last_at)
    )
    return f"of {first}" if first == last else f"from {first} to {last}"


def _describe_unmatched(
    report: ImportReport, proposals: Proposals | None, history: AnkiHistory
) -> Iterator[str]:
    """What of the file is not of this deck, and what could be done about it."""
    others = sum(found.notes for found in report.unmatched)
    if not report.notes and not others:
        yield "The file has no notes."
        return
    if report.notes and not history.reviews:
        yield "The file has no reviews: export it from Anki with scheduling information."
    if not others:
        return
    shown = [
        f"{found.notes:,} {_printable(found.notetype)} in {_printable(found.deck)}"
        for found in report.unmatched[:3]
    ]
    more = ", …" if len(report.unmatched) > len(shown) else ""
    yield f"Not of this deck: {plural(others, 'note')} ({', '.join(shown)}{more})."
    if proposals is None and not report.notes:
        yield "If they ask what this deck asks, see what --adopt --dry-run finds."


def _print_proposals(proposals: Proposals) -> None:
    """Show what is like what: the matches as data, what is left alone as talk."""
    if not proposals.found:
        click.echo("No note of the file asks what a question of this deck asks.", err=True)
    close = [found for found in proposals.found if not found.is_exact]
    exact = [found for found in proposals.found if found.is_exact]
    shown = close + exact[: max(_MOST_LINES - len(close), 0)]
    width = max((len(found.key) for found in shown), default=0)
    for found in shown:
        how = "the same" if found.is_exact else f"{100 * found.sureness:.0f} %"
        click.echo(f"{how:>8}  {found.key:<{width}}  {_printable(found.text)}")
    if len(proposals.found) > len(shown):
        more = len(proposals.found) - len(shown)
        click.echo(f"{'':>8}  … and {more:,} more that are the same (all with --json)")
    doubtful = [
        f"{_printable(left.text)}  ({' or '.join(left.rivals)})"
        for left in proposals.left
        if left.rivals
    ]
    unlike = [_printable(left.text) for left in proposals.left if not left.rivals]
    _list("In doubt, and left alone", doubtful, _MOST_LINES)
    if doubtful:
        click.echo(_TO_DECIDE, err=True)
    _list("Like nothing here", unlike, 3)


def _list(what: str, lines: Sequence[str], most: int) -> None:
    if lines:
        click.echo(f"{what}: {plural(len(lines), 'note')}", err=True)
    for line in lines[:most]:
        click.echo(f"  {line}", err=True)
    if len(lines) > most:
        click.echo(f"  … and {len(lines) - most:,} more (all with --json)", err=True)


def _printable(text: str) -> str:
    """A text of unknown origin, short and without what a terminal would obey."""
    clean = "".join(char if char.isprintable() else " " for char in text)
    return clean if len(clean) <= 70 else clean[:69] + "…"


def _as_data(
    report: ImportReport, proposals: Proposals | None, place: Place, wish: _Wish
) -> dict[str, Any]:
    def moment(at_ms: int | None) -> str | None:
        if at_ms is None:
            return None
        return datetime.fromtimestamp(at_ms / 1000, place.zone).isoformat(timespec="seconds")

    data: dict[str, Any] = {
        "file": str(wish.file),
        "dry_run": wish.dry_run,
        "notes": report.notes,
        "cards": report.cards,
        "added": {effect.name.lower(): n for effect, n in sorted(report.added.items())},
        "known": report.known,
        "refused": report.refused,
        "strays": report.strays,
        "first": moment(report.first_at),
        "last": moment(report.last_at),
        "unmatched": [found._asdict() for found in report.unmatched],
    }
    if proposals is not None:
        data["adopted"] = [found._asdict() for found in proposals.found]
        data["left"] = [left._asdict() for left in proposals.left]
    return data
