"""`mlready export`: an Anki package, or the deck for other tools."""

from __future__ import annotations

import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlready import clock
from mlready.cli.options import complete_names, deck_option, json_option, open_deck, print_json
from mlready.errors import DeckError, UsageError
from mlready.terminal.wording import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import BinaryIO

    from exports.anki.package import Written
    from exports.records import ExportCard, ExportDeck, ExportProgress
    from mlready.store.opening import Progress
    from mlready.study.subset import Wanted

FORMATS = ("apkg", "csv", "json", "md")
_MOST_NAMED = 3


@click.command("export")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(FORMATS), help="[default: as FILE ends, apkg]")
@click.option("--phase", "phases", multiple=True, metavar="N", help="Only this phase.")
@click.option(
    "--topic",
    "topics",
    multiple=True,
    metavar="ID",
    shell_complete=complete_names,
    help="Only this topic.",
)
@click.option(
    "--goal",
    "goals",
    multiple=True,
    metavar="ID",
    shell_complete=complete_names,
    help="Only this topic and all it rests on.",
)
@click.option("--unlocked", is_flag=True, help="Only topics that are open to you now.")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Only this tag: kind::statement.")
@click.option("--with-progress", is_flag=True, help="With your memory, due dates and reviews.")
@click.option("--without-retired", is_flag=True, help="Without questions that were taken out.")
@deck_option
@json_option
def command(  # noqa: PLR0913 - one argument for each option
    file: Path | None,
    *,
    form: str | None,
    phases: tuple[str, ...],
    topics: tuple[str, ...],
    goals: tuple[str, ...],
    tags: tuple[str, ...],
    deck: Path,
    unlocked: bool,
    with_progress: bool,
    without_retired: bool,
    as_json: bool,
) -> None:
    """Write the deck to FILE as an Anki package (.apkg), or as csv, json or md for other tools.

    Import the package in Anki with File > Import. After editing the deck, export and import
    again: changed notes are updated and keep their reviews, all others stay as you made them.

    Without FILE, a package is called DECK-ID.apkg, and text goes to standard output. Options
    that choose may be given more than once; those of different kinds must all hold.
    """
    from mlready.store.exporting import read_export_deck  # noqa: PLC0415
    from mlready.study.subset import Wanted  # noqa: PLC0415

    form = _format(file, form)
    progress = open_deck(deck)
    _refuse_mistakes(progress)
    wanted = Wanted(phases, topics, goals, unlocked, tags)
    chosen = _choose(progress, wanted) if wanted != Wanted() else None
    learner = _read_learner(progress) if with_progress else None
    exported = read_export_deck(progress, chosen, learner)
    if without_retired:
        exported = replace(exported, retired=None)
    if form == "apkg":
        _write_package(exported, progress, file, as_json=as_json)
    else:
        _write_text(exported, form, file, as_json=as_json)


def _format(file: Path | None, form: str | None) -> str:
    suffix = file.suffix.lower().removeprefix(".") if file else ""
    chosen = form or suffix or ("apkg" if file is None else "")
    if str(file) == "-" and chosen in ("", "apkg"):
        hint = "say --format csv, json or md; a package needs a name"
        raise UsageError("only text can go to standard output", hint)
    if chosen not in FORMATS:
        known = ", ".join(f".{name}" for name in FORMATS)
        raise UsageError(f"{file} must end in one of {known}", "or say --format")
    if chosen == "apkg" and file is not None and suffix != "apkg":
        raise UsageError(f"{file} must end in .apkg", "Anki goes by the name")
    return chosen


def _refuse_mistakes(progress: Progress) -> None:
    """Export nothing of a deck that has errors: what is left out would seem to be retired."""
    if not progress.errors:
        return
    from mlready.content.compiling import compile_folder  # noqa: PLC0415
    from mlready.content.folder import read_folder  # noqa: PLC0415
    from mlready.content.problems import format_problem  # noqa: PLC0415

    folder = read_folder(progress.deck)
    compiled, units = compile_folder(folder)
    lines = {path: unit.lines for path, unit in units.items()}
    for problem in sorted({*compiled.problems, *folder.problems}):
        if problem.is_error:
            click.echo(format_problem(problem, lines), err=True)
    mistakes = plural(progress.errors, "mistake")
    raise DeckError(f"nothing was exported: the deck has {mistakes}", "mend them first")


def _choose(progress: Progress, wanted: Wanted) -> frozenset[str]:
    from mlready.study.day import read_day  # noqa: PLC0415
    from mlready.study.subset import choose  # noqa: PLC0415

    now = clock.now_ms()
    day = read_day(progress.reader, now, clock.local_zone())
    return choose(progress.reader, day, now, wanted)


def _read_learner(
    progress: Progress,
) -> tuple[ExportProgress, Mapping[int, tuple[ExportCard, ...]]]:
    from mlready.store.exporting_progress import read_progress  # noqa: PLC0415

    try:
        return read_progress(progress.reader, clock.local_zone())
    except ValueError as error:
        raise UsageError(f"a setting makes no sense: {error}", "see `mlready config`") from error


def _write_package(
    exported: ExportDeck, progress: Progress, file: Path | None, *, as_json: bool
) -> None:
    from exports.anki.identity import deck_names  # noqa: PLC0415
    from exports.anki.package import write_package  # noqa: PLC0415
    from exports.records import ExportError  # noqa: PLC0415
    from mlready.store.anki_decks import keep_deck_names  # noqa: PLC0415
    from mlready.store.anki_lock import find_lock  # noqa: PLC0415

    lock = find_lock(progress.deck, progress.deck_id)
    if lock.notice:
        click.echo(lock.notice, err=True)
    target = file or Path(f"{progress.deck_id}.apkg")
    keep_deck_names(progress.writer(), progress.reader, deck_names(exported))
    try:
        written = write_package(exported, target, lock.lock, clock.now_ms() // 1000, lock.keep)
    except ExportError as error:
        raise DeckError(f"nothing was exported: {error}") from error
    except OSError as error:
        name = error.filename or target
        raise UsageError(f"{name}: {error.strerror}; nothing was exported") from error
    if as_json:
        counts = asdict(written.report) | {"changes": asdict(written.changes)}
        print_json({"file": str(target)} | counts)
        return
    click.echo(target)
    for line in _report(written, has_progress=exported.progress is not None):
        click.echo(line, err=True)


def _report(written: Written, *, has_progress: bool) -> Iterator[str]:
    """What is in a package, what to do with it, and what an import of it will not do."""
    report, changes = written.report, written.changes
    pictures = f", {plural(report.media, 'picture')}" if report.media else ""
    notes, cards = plural(report.notes, "note"), plural(report.cards, "card")
    yield f"{notes}, {cards}{pictures}. In Anki: File > Import."
    if has_progress:
        yield "Tick “Import any learning progress” there, and switch FSRS on in the deck options."
    kinds = (("new", changes.new), ("changed", changes.changed), ("retired", changes.retired))
    is_first = not changes.unchanged + changes.changed + changes.retired
    if not is_first and any(count for _, count in kinds):
        listed = ", ".join(f"{count:,} {name}" for name, count in kinds if count)
        yield f"Since the package before: {listed}."
    left = (
        (changes.moved_cards, "in the deck they were in"),
        (changes.repositioned_cards, "at their old position"),
        (changes.retired_cards, "in study although retired"),
        (changes.revived_cards, "suspended, if you suspended them when they were retired"),
    )
    if any(count for count, _ in left):
        listed = "; ".join(f"{plural(count, 'card')} {where}" for count, where in left if count)
        yield f"An import leaves what Anki has already: {listed}. `mlready anki sync` sees to it."
    if changes.emptied_cards:
        empty = plural(changes.emptied_cards, "card")
        yield f"{empty} without a hole any more: in Anki, Tools > Empty Cards removes them."
    if changes.retyped:
        yield (
            f"{_some(changes.retyped)} became a cloze, or is none any more: Anki keeps what it has"
            " and calls it conflicting. To change over, reviews and all: `mlready import anki`,"
            " delete the note in Anki, and import a package made --with-progress."
        )
    if changes.unknown:
        gone = plural(changes.unknown, "note")
        yield f"{gone} of anki.lock left the deck, with a text unknown here: Anki keeps its own."


def _some(keys: tuple[str, ...]) -> str:
    more = len(keys) - _MOST_NAMED
    return ", ".join(keys[:_MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _write_text(exported: ExportDeck, form: str, file: Path | None, *, as_json: bool) -> None:
    from exports.anki.placing import new_file  # noqa: PLC0415
    from exports.formats import write_csv, write_json, write_markdown  # noqa: PLC0415

    writers: dict[str, Callable[[ExportDeck, BinaryIO], None]] = {
        "csv": write_csv,
        "json": write_json,
        "md": write_markdown,
    }
    write = writers[form]
    if file is None or str(file) == "-":
        if as_json and form != "json":
            raise UsageError(f"--json tells of a file, and {form} goes to standard output")
        write(exported, sys.stdout.buffer)
        return
    try:
        with new_file(file) as new:
            write(exported, new.file)
            new.place()
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}") from error
    if as_json:
        print_json({"file": str(file), "notes": sum(1 for _ in exported.notes)})
        return
    click.echo(file)
