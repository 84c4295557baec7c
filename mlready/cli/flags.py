"""`mlready flags`: what the learner found wrong or unclear, with its place in the deck."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from mlready import clock
from mlready.cli.options import (
    complete_names,
    deck_option,
    json_option,
    open_deck,
    print_json,
)
from mlready.errors import UsageError
from mlready.store.flags import REASONS

if TYPE_CHECKING:
    from datetime import tzinfo
    from pathlib import Path

    from mlready.store.flags import Flag, Reason
    from mlready.store.opening import Progress
    from mlready.store.reading import Reader


@click.command("flags")
@click.argument("names", nargs=-1, metavar="[NAMES]...", shell_complete=complete_names)
@click.option("--all", "show_all", is_flag=True, help="Also flags that were dealt with.")
@click.option("--done", is_flag=True, help="The flags of NAMES were dealt with.")
@click.option("--reopen", is_flag=True, help="They were not dealt with after all.")
@click.option("--add", type=click.Choice(REASONS), help="Flag the one card that NAMES means.")
@click.option("--note", metavar="TEXT", help="What there is to say about it, with --add.")
@deck_option
@json_option
def command(  # noqa: PLR0913 - one for each option
    names: tuple[str, ...],
    add: Reason | None,
    note: str | None,
    deck: Path,
    *,
    show_all: bool,
    done: bool,
    reopen: bool,
    as_json: bool,
) -> None:
    """List what you flagged as wrong or unclear (key f in a review), by file and line.

    NAMES are topics, questions (topic/question), single cards (topic/question#2), or the numbers
    of flags, which end the lines. Flags are never deleted: --all also shows those dealt with.
    """
    _check_options(names, add, note, done=done, reopen=reopen)
    progress = open_deck(deck)
    if add is not None:
        _add(progress, names[0], add, note or "")
    elif done or reopen:
        _resolve(progress, names, reopen=reopen)
    else:
        chosen = _choose(progress.reader, names, resolved=show_all)
        _print(chosen, as_json=as_json, named=bool(names))


def _check_options(
    names: tuple[str, ...], add: Reason | None, note: str | None, *, done: bool, reopen: bool
) -> None:
    if (add is not None) + done + reopen > 1:
        raise UsageError("--add, --done and --reopen exclude each other")
    if note is not None and add is None:
        raise UsageError("--note belongs to --add", "say --add wrong or --add unclear with it")
    if (done or reopen) and not names:
        option = "--done" if done else "--reopen"
        raise UsageError(
            f"{option} needs to know which flags", "name questions, or flags by number"
        )
    if add is not None and len(names) != 1:
        raise UsageError("--add flags one card", "name it as topic/question, or topic/question#2")


def _choose(reader: Reader, names: tuple[str, ...], *, resolved: bool) -> list[Flag]:
    """The flags that names mean, or all.

    Raises:
        UsageError: a name means nothing; those meant perhaps are named.
    """
    from mlready.store.flags import read_flags  # noqa: PLC0415
    from mlready.study.naming import find_cards  # noqa: PLC0415

    flags = read_flags(reader, resolved=True)
    if not names:
        return [flag for flag in flags if resolved or flag.resolved_at is None]
    chosen: set[int] = set()
    for name in names:
        # Flags outlive their questions, so their own names count beside those of the deck.
        found = {
            flag.flag_id
            for flag in flags
            if name.removeprefix("#") == str(flag.flag_id)
            or name in {flag.key, flag.card_key, flag.key.partition("/")[0]}
        }
        if not found and name.removeprefix("#").isdecimal():
            raise UsageError(f"there is no flag {name}", "see `mlready flags --all`")
        if not found:
            find_cards(reader, name)
        chosen |= found
    return [
        flag for flag in flags if flag.flag_id in chosen and (resolved or flag.resolved_at is None)
    ]


def _print(flags: list[Flag], *, as_json: bool, named: bool) -> None:
    zone = clock.local_zone()
    if as_json:
        print_json([_as_record(flag) for flag in flags])
        return
    for flag in flags:
        click.echo(_line(flag, zone))
    if not flags:
        what = "Nothing of that is flagged." if named else "Nothing is flagged."
        click.echo(f"{what} Press f in a review to flag a card.", err=True)


def _line(flag: Flag, zone: tzinfo) -> str:
    """A flag as editors and compilers write places."""
    from mlready.terminal.documents.document_view import clean  # noqa: PLC0415

    place = f"{flag.path}:{flag.line}" if flag.line is not None else flag.path
    note = f": {clean(flag.note)}" if flag.note else ""
    facts = [_date(flag.flagged_at, zone)]
    if flag.retired:
        facts.append("no longer in the deck")
    if flag.resolved_at is not None:
        facts.append(f"done {_date(flag.resolved_at, zone)}")
    facts.append(f"flag {flag.flag_id}")
    return f"{clean(place)}: {flag.reason}: {clean(flag.card_key)}{note} ({', '.join(facts)})"


def _date(moment_ms: int, zone: tzinfo) -> str:
    return datetime.fromtimestamp(moment_ms / 1000, zone).date().isoformat()


def _as_record(flag: Flag) -> dict[str, object]:
    return {
        "id": flag.flag_id,
        "key": flag.card_key,
        "path": flag.path,
        "line": flag.line,
        "reason": flag.reason,
        "note": flag.note,
        "flagged_at_ms": flag.flagged_at,
        "resolved_at_ms": flag.resolved_at,
        "retired": flag.retired,
    }


def _add(progress: Progress, name: str, reason: Reason, note: str) -> None:
    from mlready.store.flags import add_flag  # noqa: PLC0415
    from mlready.study.naming import find_cards  # noqa: PLC0415

    cards = find_cards(progress.reader, name)
    if "/" not in name:
        raise UsageError(f'"{name}" is a topic; a flag is for one card', "name it: topic/question")
    flag_id = add_flag(progress.writer(), cards[0].card_id, reason, note, clock.now_ms())
    click.echo(f"Flagged {cards[0].card_key} as {reason} (flag {flag_id}).", err=True)


def _resolve(progress: Progress, names: tuple[str, ...], *, reopen: bool) -> None:
    from mlready.store.flags import resolve_flags  # noqa: PLC0415
    from mlready.terminal.wording import plural  # noqa: PLC0415

    chosen = _choose(progress.reader, names, resolved=reopen)
    now = None if reopen else clock.now_ms()
    count = resolve_flags(progress.writer(), [flag.flag_id for flag in chosen], now)
    if count:
        done = "open again" if reopen else "dealt with"
        click.echo(f"{plural(count, 'flag')} {done}.", err=True)
    else:
        state = "dealt with" if reopen else "open"
        click.echo(f"Nothing changed: no flag of that is {state}.", err=True)
