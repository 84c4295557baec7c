"""The lock file: what packages made so far have promised Anki, one line a note.

It is kept with the deck's files and merged as they are. So its lines are sorted, and they stand
in whatever order a merge leaves them: of two lines for one note, the later change counts.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from exports.anki.lock_values import (
    CONTROL,
    LAST_CLOZE_NUMBER,
    LineError,
    check_digest,
    check_fields,
    check_holes,
    check_key,
    check_names,
    check_number,
    check_tags,
    check_time,
    format_time,
    refuse,
)
from exports.anki.placing import new_file
from exports.anki.positions import LAST_POSITION
from exports.records import ExportError

FILE_NAME = "anki.lock"
LARGEST_LOCK = 64 * 1024 * 1024  # bytes
LARGEST_LINE = 1024 * 1024  # characters

_HEADER = "mlready anki.lock 1\n# Keep this file with the deck, in git; docs/anki.md explains it.\n"
_VERSION = re.compile(r"mlready anki\.lock ([0-9]{1,9})")
_MARKER = re.compile(r"<<<<<<<|\|\|\|\|\|\|\||=======|>>>>>>>")
_LAST_PHASE = 999

_WAY_OUT = (
    "take the file back from git; or delete it: no review is lost, but new cards are numbered "
    "anew, and retired questions whose text only it knows stay in Anki as they are"
)
_TOO_LARGE = f"the file is larger than {LARGEST_LOCK:,} bytes"
_RESOLVE = (
    "keep the notes of both sides and remove the lines of the markers; the order is no matter"
)


class LockError(ExportError):
    """A lock file that cannot be trusted, or that would grow beyond what is read again.

    Args:
        line: Number of the line, from 1; 0 for the file as a whole.
        problem: What is wrong with it.
        hint: What to do about it.
    """

    def __init__(self, line: int, problem: str, hint: str = _WAY_OUT) -> None:
        super().__init__(f"{FILE_NAME}:{line}" if line else FILE_NAME, problem)
        self.line = line
        self.hint = hint


class LastText(NamedTuple):
    """What a retired note said last, as Anki has it.

    Attributes:
        fields: Field name -> HTML.
        tags: Its tags.
        holes: The numbers of its holes, from 1; empty if it is no cloze.
    """

    fields: Mapping[str, str]
    tags: tuple[str, ...]
    holes: tuple[int, ...] = ()


class LockedNote(NamedTuple):
    """What the last package that held a note said of it.

    Attributes:
        key: Its key then.
        phase: Number of the phase whose deck its new cards went to, from 1.
        position: Its place in the queue of new cards.
        cards: How many cards it had.
        changed_at: Its time of change, in Unix seconds: what Anki compares.
        digest: Of all that Anki keeps of it, in lower-case hexadecimal.
        retired: What it said last, if the deck has it no more.
    """

    key: str
    phase: int
    position: int
    cards: int
    changed_at: int
    digest: str
    retired: LastText | None = None


@dataclass(frozen=True, slots=True)
class Lock:
    """All of it.

    Attributes:
        notes: By `first_key`, as in `ExportNote`.
    """

    notes: Mapping[str, LockedNote] = field(default_factory=dict)


def read_lock(path: Path) -> Lock:
    """Return what the lock file at `path` says: nothing, if there is none.

    Raises:
        LockError: It is damaged.
        OSError: It cannot be read.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_LOCK + 1)
    except FileNotFoundError:
        return Lock()
    if len(content) > LARGEST_LOCK:
        raise LockError(0, _TOO_LARGE)
    try:
        return parse_lock(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise LockError(line, "not a text in UTF-8") from error


def write_lock(path: Path, lock: Lock) -> None:
    """Write `lock` to `path`, whole or not at all; leave a file that says just that alone.

    Raises:
        LockError: It would be too large to be read again.
        OSError: It cannot be written; what was there is untouched.
    """
    content = format_lock(lock).encode()
    if path.is_file() and path.read_bytes() == content:
        return
    with new_file(path) as new:
        new.file.write(content)
        new.place()


def format_lock(lock: Lock) -> str:
    """Return the text of a lock file; the same for equal locks.

    Raises:
        LockError: It would be too large to be read again.
    """
    lines = [_HEADER]
    size = len(_HEADER)
    for number, first_key in enumerate(sorted(lock.notes), start=_HEADER.count("\n") + 1):
        line = _format_line(first_key, lock.notes[first_key])
        size += len(line.encode())
        if len(line) > LARGEST_LINE or size > LARGEST_LOCK:
            problem = f"{first_key}: there is no room for this note in the lock file"
            raise LockError(number, problem, "remove lines of retired notes: Anki keeps those")
        lines.append(line)
    return "".join(lines)


def _format_line(first_key: str, note: LockedNote) -> str:
    record: dict[str, Any] = {"note": first_key}
    if note.key != first_key:
        record["key"] = note.key
    record |= {"phase": note.phase, "position": note.position}
    if note.cards != 1:
        record["cards"] = note.cards
    record |= {"changed": format_time(note.changed_at), "digest": note.digest}
    if note.retired:
        record["retired"] = note.retired._asdict()
    return f"{_ENCODER.encode(record)}\n"


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def parse_lock(text: str) -> Lock:
    """Return what a lock file's `text` says; an empty one says nothing.

    Raises:
        LockError: It is damaged; the message names the line.
    """
    if len(text) > LARGEST_LOCK:
        raise LockError(0, _TOO_LARGE)
    notes: dict[str, LockedNote] = {}
    has_header = False
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            if not line.startswith("{"):
                has_header = _is_header(line.removesuffix("\r")) or has_header
            elif has_header:
                _add(notes, *_read_note(line))
            else:
                refuse("the line `mlready anki.lock 1` is missing before it")
        except LineError as error:
            raise LockError(number, *error.args) from None
    return Lock(notes)


def _is_header(line: str) -> bool:
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


def _add(notes: dict[str, LockedNote], first_key: str, note: LockedNote) -> None:
    other = notes.get(first_key)
    notes[first_key] = note if other is None else _later(first_key, note, other)


def _later(first_key: str, note: LockedNote, other: LockedNote) -> LockedNote:
    """Return the later change; of two at once, any, if only always the same."""
    return max(
        (note, other), key=lambda one: (one.changed_at, one.digest, _format_line(first_key, one))
    )


def _read_note(line: str) -> tuple[str, LockedNote]:
    if len(line) > LARGEST_LINE:
        refuse(f"the line is longer than {LARGEST_LINE:,} characters")
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        refuse("not the JSON of a note")
    check_names(record, _NEEDED, _ALLOWED)
    first_key = check_key(record["note"])
    return first_key, LockedNote(
        key=check_key(record.get("key", first_key)),
        phase=check_number(record["phase"], "phase", _LAST_PHASE),
        position=check_number(record["position"], "position", LAST_POSITION),
        cards=check_number(record.get("cards", 1), "cards", LAST_CLOZE_NUMBER),
        changed_at=check_time(record["changed"]),
        digest=check_digest(record["digest"]),
        retired=_last_text(record["retired"]) if "retired" in record else None,
    )


_NEEDED = frozenset({"note", "phase", "position", "changed", "digest"})
_ALLOWED = _NEEDED | {"key", "cards", "retired"}
_PARTS = frozenset(LastText._fields)


def _last_text(record: Any) -> LastText:
    check_names(record, _PARTS, _PARTS)
    return LastText(
        check_fields(record["fields"]), check_tags(record["tags"]), check_holes(record["holes"])
    )
