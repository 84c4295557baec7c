"""The lock file: what packages made so far have promised Anki, one line a note.

It is kept with the deck's files and merged as they are. So its lines are sorted, and they stand
in whatever order a merge leaves them: of two lines for one note, the later change counts, and a
last text that either side kept is kept.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from exports.anki.lock_values import (
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
    is_header,
    refuse,
)
from exports.anki.placing import new_file
from exports.anki.positions import LAST_POSITION
from exports.records import ExportError

FILE_NAME = "anki.lock"
LARGEST_LOCK = 64 * 1024 * 1024  # bytes
LARGEST_LINE = 1024 * 1024  # characters

_HEADER = "mlready anki.lock 1\n# Keep this file with the deck, in git; docs/anki.md explains it.\n"
_LAST_PHASE = 999

_WAY_OUT = (
    "take the file back from git; or delete it: no review is lost, but new cards are numbered "
    "anew, and retired questions whose text only it knows stay in Anki as they are"
)
_TOO_LARGE = f"the file is larger than {LARGEST_LOCK:,} bytes"


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
        holes: The numbers of its holes, from 1; empty if it was no cloze.
        changed_at: Its time of change, in Unix seconds: what Anki compares.
        digest: Of all that Anki keeps of it, in lower-case hexadecimal.
        retired: What it said last, if the deck has it no more.
    """

    key: str
    phase: int
    position: int
    holes: tuple[int, ...]
    changed_at: int
    digest: str
    retired: LastText | None = None

    @property
    def cards(self) -> int:
        """How many cards it had."""
        return len(self.holes) or 1


@dataclass(frozen=True, slots=True)
class Lock:
    """All of it.

    Attributes:
        notes: By `first_key`, as in `ExportNote`.
        decks: By the number of a phase, what its deck was called; after a merge, by either side.
    """

    notes: Mapping[str, LockedNote] = field(default_factory=dict)
    decks: Mapping[int, frozenset[str]] = field(default_factory=dict)


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
    lines = [_HEADER, *_format_decks(lock)]
    size = sum(len(line.encode()) for line in lines)
    for number, first_key in enumerate(sorted(lock.notes), start=len(lines) + 2):
        line = _format_line(first_key, lock.notes[first_key])
        size += len(line.encode())
        if len(line) > LARGEST_LINE or size > LARGEST_LOCK:
            problem = f"{first_key}: there is no room for this note in the lock file"
            raise LockError(number, problem, "remove lines of retired notes: Anki keeps those")
        lines.append(line)
    return "".join(lines)


def _format_decks(lock: Lock) -> list[str]:
    named = [(phase, name) for phase, names in lock.decks.items() for name in names]
    return [f"{_ENCODER.encode({'phase': phase, 'deck': name})}\n" for phase, name in sorted(named)]


def _format_line(first_key: str, note: LockedNote) -> str:
    record: dict[str, Any] = {"note": first_key}
    if note.key != first_key:
        record["key"] = note.key
    record |= {"phase": note.phase, "position": note.position}
    if note.holes:
        record["holes"] = note.holes
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
    merged = _Merged()
    has_header = False
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            if not line.startswith("{"):
                has_header = is_header(line.removesuffix("\r")) or has_header
            elif has_header:
                merged.add(line)
            else:
                refuse("the line `mlready anki.lock 1` is missing before it")
        except LineError as error:
            raise LockError(number, *error.args) from None
    return merged.lock()


class _Merged:
    """What the lines so far say, in whatever order they come."""

    def __init__(self) -> None:
        self._notes: dict[str, LockedNote] = {}
        self._retired: dict[str, LockedNote] = {}
        self._decks: dict[int, frozenset[str]] = {}

    def add(self, line: str) -> None:
        """Take one more line."""
        record = _read_record(line)
        if "deck" in record:
            phase, name = _read_deck(record)
            self._decks[phase] = self._decks.get(phase, frozenset()) | {name}
            return
        first_key, note = _read_note(record)
        _keep_later(self._notes, first_key, note)
        if note.retired:
            _keep_later(self._retired, first_key, note)

    def lock(self) -> Lock:
        """Return what they say together.

        Where one side of a merge retired a note and the other changed it later, the deck decides
        whether it is retired. If it is, its last text must be known on every machine.
        """
        for first_key, note in self._retired.items():
            later = self._notes[first_key]
            self._notes[first_key] = later._replace(retired=later.retired or note.retired)
        return Lock(self._notes, self._decks)


def _keep_later(notes: dict[str, LockedNote], first_key: str, note: LockedNote) -> None:
    """Keep the later change; of two at once, any, if only always the same."""
    other = notes.setdefault(first_key, note)
    if other is not note:
        notes[first_key] = max(
            (note, other), key=lambda one: (one.changed_at, one.digest, _format_line("", one))
        )


def _read_record(line: str) -> Any:
    if len(line) > LARGEST_LINE:
        refuse(f"the line is longer than {LARGEST_LINE:,} characters")
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        refuse("not the JSON of a note")


def _read_deck(record: Any) -> tuple[int, str]:
    check_names(record, _OF_DECK, _OF_DECK)
    name = check_key(record["deck"])
    return check_number(record["phase"], "phase", _LAST_PHASE), name


def _read_note(record: Any) -> tuple[str, LockedNote]:
    check_names(record, _NEEDED, _ALLOWED)
    first_key = check_key(record["note"])
    return first_key, LockedNote(
        key=check_key(record.get("key", first_key)),
        phase=check_number(record["phase"], "phase", _LAST_PHASE),
        position=check_number(record["position"], "position", LAST_POSITION),
        holes=check_holes(record.get("holes", [])),
        changed_at=check_time(record["changed"]),
        digest=check_digest(record["digest"]),
        retired=_last_text(record["retired"]) if "retired" in record else None,
    )


_NEEDED = frozenset({"note", "phase", "position", "changed", "digest"})
_ALLOWED = _NEEDED | {"key", "holes", "retired"}
_OF_DECK = frozenset({"phase", "deck"})
_PARTS = frozenset(LastText._fields)


def _last_text(record: Any) -> LastText:
    check_names(record, _PARTS, _PARTS)
    return LastText(
        check_fields(record["fields"]), check_tags(record["tags"]), check_holes(record["holes"])
    )
