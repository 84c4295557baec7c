"""What a line of the lock file may hold: it is checked as if it came from a stranger."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NoReturn

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

_VERSION = re.compile(r"mlready anki\.lock ([0-9]{1,9})")
_MARKER = re.compile(r"<<<<<<<|\|\|\|\|\|\|\||=======|>>>>>>>")
_RESOLVE = (
    "keep the notes of both sides and remove the lines of the markers; the order is no matter"
)
_LAST_CLOZE_NUMBER = 499
# A text may have lines and tabs in it.
_CONTROL_IN_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_DIGEST = re.compile(r"[0-9a-f]{8,128}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
# Later than any real second, earlier than any real millisecond.
_LAST_SECOND = 9_999_999_999


class LineError(Exception):
    """A line that is damaged: the problem and, where there is a special one, the way out."""


def refuse(problem: str) -> NoReturn:
    """Raise a `LineError`."""
    raise LineError(problem)


def is_header(line: str) -> bool:
    """Whether a line that is not a note is the header; a merge may leave it twice."""
    if CONTROL.search(line):
        refuse("a control character")
    if _MARKER.match(line):
        raise LineError("a conflict of a merge is not resolved", _RESOLVE)
    if not line.strip() or line.startswith("#"):
        return False
    version = _VERSION.fullmatch(line)
    if not version:
        refuse("neither a note nor the header of a lock file")
    if version[1] != "1":
        problem = f"version {version[1]} of the lock file, of which this mlready knows only 1"
        raise LineError(problem, "upgrade mlready, or take an older file back from git")
    return True


def check_names(record: Any, needed: frozenset[str], allowed: frozenset[str]) -> None:
    """Check that `record` is an object with the names that it must and may have."""
    if type(record) is not dict:
        refuse("not the JSON of a note")
    if missing := needed - record.keys():
        refuse(f"{_quote(min(missing))} is missing")
    if unknown := record.keys() - allowed:
        refuse(f"{_quote(min(unknown))} is not known")


def check_key(value: Any) -> str:
    """Return the key of a note."""
    if type(value) is not str or not value or CONTROL.search(value):
        refuse(f"{_quote(value)} is not the key of a note")
    return value


def check_number(value: Any, name: str, last: int) -> int:
    """Return a number from 1 to `last`."""
    if type(value) is not int or not 1 <= value <= last:
        refuse(f"{name} must be a number from 1 to {last}, not {_quote(value)}")
    return value


def format_time(seconds: int) -> str:
    """Return a moment in Unix seconds as a person reads it."""
    return f"{datetime.fromtimestamp(seconds, tz=UTC):%Y-%m-%dT%H:%M:%SZ}"


def check_time(value: Any) -> int:
    """Return what `format_time` was given."""
    if type(value) is not str or not _TIME.fullmatch(value):
        refuse(f"changed must be a time in UTC, not {_quote(value)}")
    try:
        seconds = int(datetime.fromisoformat(value).timestamp())
    except ValueError:
        refuse(f"there is no such time as {value}")
    if not 0 <= seconds <= _LAST_SECOND:
        refuse(f"changed must be from 1970 to 2286, not {value}")
    return seconds


def check_digest(value: Any) -> str:
    """Return a digest in lower-case hexadecimal."""
    if type(value) is not str or not _DIGEST.fullmatch(value):
        refuse(f"digest must be hexadecimal, not {_quote(value)}")
    return value


def check_fields(value: Any) -> dict[str, str]:
    """Return the fields of a retired note."""
    if type(value) is not dict or not all(map(_is_text, (*value, *value.values()))):
        refuse("fields of the retired note must be texts without control characters")
    return value


def check_tags(value: Any) -> tuple[str, ...]:
    """Return the tags of a retired note."""
    if not _is_list(value, _is_tag):
        refuse("tags of the retired note must be words")
    return tuple(value)


def check_holes(value: Any) -> tuple[int, ...]:
    """Return the numbers of a note's holes."""
    if not _is_list(value, lambda hole: type(hole) is int and 1 <= hole <= _LAST_CLOZE_NUMBER):
        refuse(f"holes must be numbers from 1 to {_LAST_CLOZE_NUMBER}")
    return tuple(value)


def _is_list(value: Any, accepts: Callable[[Any], bool]) -> bool:
    return type(value) is list and all(map(accepts, value))


def _is_text(value: Any) -> bool:
    return type(value) is str and not _CONTROL_IN_TEXT.search(value)


def _is_tag(value: Any) -> bool:
    return _is_text(value) and value.split() == [value]


def _quote(value: Any) -> str:
    """Return `value`, short and without a character that could harm a terminal."""
    text = ascii(value) if isinstance(value, str | int) else f"a {type(value).__name__}"
    return text if len(text) <= 40 else f"{text[:39]}…"
