"""What a collection says of itself and calls its parts, in its old form and in its new one."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from exports.anki.histories import HistoryError
from exports.anki.reading.rows import MEND, Query, read_rows

_OLDEST, _NEWEST = 11, 18
_MOST_NAMES = 100_000
_MOST_TEXT = 1 << 24
_LONGEST_SETTING = 100
_LAST_HOUR = 23
_LARGEST_OFFSET = 23 * 60

_COLLECTION = Query(
    "first rows",
    "SELECT ver, crt, conf, models, decks FROM col",
    numbers=2,
    texts=3,
    most=1,
    most_text=_MOST_TEXT,
    by_id=False,
)
_NOTETYPES = Query(
    "note types",
    "SELECT id, name FROM notetypes NOT INDEXED",
    numbers=1,
    texts=1,
    most=_MOST_NAMES,
    most_text=_MOST_TEXT,
)
_FIELDS = Query(
    "fields",
    "SELECT ntid, ord, name FROM fields NOT INDEXED",
    numbers=2,
    texts=1,
    most=_MOST_NAMES,
    most_text=_MOST_TEXT,
    by_id=False,
)
_DECKS = Query(
    "decks",
    "SELECT id, name FROM decks NOT INDEXED",
    numbers=1,
    texts=1,
    most=_MOST_NAMES,
    most_text=_MOST_TEXT,
)
_SETTING = "SELECT val FROM config WHERE KEY = ?"


class Notetype(NamedTuple):
    """The name of a note type, and those of its fields, in order."""

    name: str
    fields: tuple[str, ...]


class Collection(NamedTuple):
    """What a collection says of itself.

    Attributes:
        created_at: Its first day, in Unix seconds.
        utc_offset: The clock's offset from UTC then, in minutes, east > 0; None if not said.
        rollover_hour: The hour at which its days begin; None if not said.
        notetypes: By id.
        decks: The name of each, by id, `A::B`.
    """

    created_at: int
    utc_offset: int | None
    rollover_hour: int | None
    notetypes: Mapping[int, Notetype]
    decks: Mapping[int, str]


def read_collection(connection: sqlite3.Connection, tables: frozenset[str]) -> Collection:
    """Read what all else in a collection refers to.

    Raises:
        HistoryError: It is damaged, or of a version that is not known.
        sqlite3.Error: It is damaged.
    """
    rows = list(read_rows(connection, _COLLECTION))
    if not rows:
        raise HistoryError("it says nothing of its version", MEND)
    version, created_at, conf, models, decks = rows[0]
    _check_version(version)
    settings = _read_settings(connection) if "config" in tables else _parse(conf, "settings")
    return Collection(
        created_at,
        _utc_offset(settings.get("creationOffset")),
        _rollover_hour(settings.get("rollover")),
        _read_notetypes(connection) if "notetypes" in tables else _parse_notetypes(models),
        _read_decks(connection) if "decks" in tables else _parse_decks(decks),
    )


def _check_version(version: int) -> None:
    if version < _OLDEST:
        raise HistoryError("it is older than Anki 2.0", "Open it in today's Anki and try again.")
    if version > _NEWEST:
        hint = 'Export it from there with "Support older Anki versions" ticked.'
        raise HistoryError("a newer Anki made it, and its form is not known here", hint)


def _read_notetypes(connection: sqlite3.Connection) -> dict[int, Notetype]:
    fields = defaultdict(list)
    for notetype, ordinal, name in read_rows(connection, _FIELDS):
        fields[notetype].append((ordinal, name))
    return {
        number: Notetype(name, _in_order(fields[number]))
        for number, name in read_rows(connection, _NOTETYPES)
    }


def _parse_notetypes(models: str) -> dict[int, Notetype]:
    return {
        number: Notetype(_name(model), _in_order(_parse_fields(model)))
        for number, model in _parse_numbered(models, "note types")
    }


def _parse_fields(model: Mapping[str, Any]) -> list[tuple[int, str]]:
    fields = model.get("flds")
    if not isinstance(fields, list) or not all(isinstance(field, dict) for field in fields):
        raise _damaged("note types")
    ordinals = [field.get("ord") for field in fields]
    if not all(isinstance(ordinal, int) for ordinal in ordinals):
        ordinals = list(range(len(fields)))
    return [(number, _name(field)) for number, field in zip(ordinals, fields, strict=True)]


def _in_order(fields: list[tuple[int, str]]) -> tuple[str, ...]:
    return tuple(name for _, name in sorted(fields))


def _read_decks(connection: sqlite3.Connection) -> dict[int, str]:
    return {number: name.replace("\x1f", "::") for number, name in read_rows(connection, _DECKS)}


def _parse_decks(decks: str) -> dict[int, str]:
    return {number: _name(deck) for number, deck in _parse_numbered(decks, "decks")}


def _read_settings(connection: sqlite3.Connection) -> dict[str, Any]:
    settings = {}
    for name in ("creationOffset", "rollover"):
        for (value,) in connection.execute(_SETTING, (name,)):
            # What is no JSON has no meaning to Anki either, which then does without.
            if isinstance(value, bytes) and len(value) <= _LONGEST_SETTING:
                settings[name] = _parse_json(value.decode("utf-8", "replace"))
    return settings


def _utc_offset(minutes_west: Any) -> int | None:
    if type(minutes_west) is not int:
        return None
    return -max(-_LARGEST_OFFSET, min(minutes_west, _LARGEST_OFFSET))


def _rollover_hour(hour: Any) -> int | None:
    # Anki takes what fits into a byte, and the last hour for all that are too late.
    return min(hour, _LAST_HOUR) if type(hour) is int and 0 <= hour < 256 else None


def _parse_numbered(text: str, what: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for key, value in _parse(text, what).items():
        if not isinstance(value, dict) or not (key.isascii() and key.isdigit()):
            raise _damaged(what)
        yield int(key[:20]), value


def _parse(text: str, what: str) -> Mapping[str, Any]:
    parsed = _parse_json(text)
    if not isinstance(parsed, dict):
        raise _damaged(what)
    return parsed


def _parse_json(text: str) -> Any:
    """Return what `text` says; None where it is no JSON, or none that anybody would write."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _name(thing: Mapping[str, Any]) -> str:
    """Return its name, without the halves of characters that JSON can hold and text cannot."""
    name = thing.get("name")
    if not isinstance(name, str):
        raise _damaged("names")
    return name.encode("utf-8", "replace").decode()


def _damaged(what: str) -> HistoryError:
    return HistoryError(f"its {what} are damaged", MEND)
