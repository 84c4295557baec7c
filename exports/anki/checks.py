"""What must hold before a package is written, because Anki would not say a word."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple
from typing import Any
from unicodedata import normalize

from exports.anki.entries import SEPARATOR, Entry
from exports.anki.notetypes import SORT_FIELD
from exports.html import is_local_file
from exports.records import ExportDeck, ExportError, ExportNote

# Anki drops these; U+001F even parts one field from the next. A lone surrogate cannot be
# written at all.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# The bytes of those, but for the one that parts fields; others begin with C2 or ED.
_CONTROL_BYTES = bytes({*range(0x20), 0x7F} - {ord("\t"), ord("\n"), ord(SEPARATOR)})
_LAST_CLOZE_NUMBER = 499
# Later than any real second, earlier than any real millisecond.
_LAST_SECOND = 10_000_000_000
# A hole in rendered text: those that an author's text looks like are disarmed by then.
_HOLE = re.compile(r"\{\{c\d")


def check_deck(deck: ExportDeck) -> None:
    """Check what `deck` says of itself, and its media.

    Raises:
        ExportError: Naming what is wrong, and how.
    """
    check_characters("the deck", (deck.id, deck.title, deck.description, *deck.phases))
    _check_media(deck)


def checked_notes(deck: ExportDeck) -> Iterator[ExportNote]:
    """Yield each note of `deck`, once it is known to be one of its own and the only one.

    Raises:
        ExportError: Naming the first note that is wrong, its place, and how.
    """
    keys: set[str] = set()
    identities: set[str] = set()
    order = frozenset(deck.order)
    if len(order) != len(deck.order):
        raise ExportError("the deck", "its order names a note twice")
    for note in deck.notes:
        if note.key in keys:
            other = _find(deck.notes, "key", note.key)
            at = f"; the other is at {other.place}" if other.place else ""
            raise ExportError(where(note), f"two notes have this key{at}")
        if note.first_key in identities:
            other = _find(deck.notes, "first_key", note.first_key)
            problem = f"{where(other)} has its identity, {note.first_key}, too"
            raise ExportError(where(note), problem)
        if note.first_key not in order:
            raise ExportError(where(note), f"{note.first_key} has no place in the deck's order")
        keys.add(note.key)
        identities.add(note.first_key)
        _check_numbers(note, len(deck.phases))
        yield note


def where(note: ExportNote) -> str:
    """Return what a message calls `note`: its key, after its place in the deck's files."""
    return f"{note.place}: {note.key}" if note.place else note.key


def holes(note: ExportNote) -> list[int]:
    """Return the numbers of the holes of a cloze, sorted; none of another note.

    Raises:
        ExportError: A hole is where none can be, or there is none.
    """
    if not note.is_cloze:
        return []
    found = set()
    for _, number, _, content in _holes(note.prompt):
        if not 1 <= number <= _LAST_CLOZE_NUMBER:
            raise ExportError(where(note), f"holes are c1 to c499, not c{number}")
        if any(_holes([content])):
            raise ExportError(where(note), "a hole inside a hole")
        found.add(number)
    if not found:
        raise ExportError(where(note), "a cloze without a hole has no card")
    return sorted(found)


def check_entry(note: ExportNote, entry: Entry, deck: ExportDeck) -> None:
    """Check what `note` has become.

    Raises:
        ExportError: Naming the note, its place, and what is wrong.
    """
    # Tags are made of letters.
    if _is_suspect(entry) or _CONTROL.search(note.first_key):
        check_characters(where(note), _strings(astuple(note)))
        check_characters(where(note), entry.fields)
    if "{{c" in entry.text:
        _check_markers(note, entry)
    for name in entry.pictures:
        if name not in deck.media:
            raise ExportError(where(note), f"no such picture in the deck: {name!r}")


def check_characters(place: str, texts: Iterable[str]) -> None:
    """Check that nothing in `texts` would be lost on the way.

    Raises:
        ExportError: Naming `place` and the character.
    """
    for text in texts:
        if found := _CONTROL.search(text):
            line = text[max(found.start() - 20, 0) : found.end() + 20]
            raise ExportError(place, f"control character U+{ord(found[0]):04X} in {line!r}")


def _is_suspect(entry: Entry) -> bool:
    """Say whether there may be control characters in `entry`: a look that costs little."""
    text = entry.text.encode("utf-8", "surrogatepass")
    return (
        text.count(SEPARATOR.encode()) >= len(entry.fields)
        or len(text.translate(None, _CONTROL_BYTES)) < len(text)
        or (not entry.text.isascii() and (b"\xc2" in text or b"\xed" in text))
    )


def _check_markers(note: ExportNote, entry: Entry) -> None:
    """Check that holes are where Anki looks for them, and nowhere else."""
    prompt = entry.fields[SORT_FIELD]
    if len(_HOLE.findall(entry.text)) > len(_HOLE.findall(prompt)):
        raise ExportError(where(note), "a hole outside of the prompt")
    if not note.is_cloze and _HOLE.search(prompt):
        raise ExportError(where(note), "a hole in the prompt, but it is no cloze")


def _check_media(deck: ExportDeck) -> None:
    seen: dict[str, str] = {}
    for name, path in deck.media.items():
        if not is_local_file(name):
            raise ExportError("media", f"{name!r} is not a file name that Anki keeps")
        if not path.is_file():
            raise ExportError("media", f"{name}: the file is missing: {path}")
        # The learner's disk may not tell these apart, and Anki keeps one flat folder.
        folded = normalize("NFC", name).casefold()
        if folded in seen:
            names = f"{seen[folded]}, {name}"
            raise ExportError("media", f"two files with one name: {names}; rename one of them")
        seen[folded] = name


def _check_numbers(note: ExportNote, phases: int) -> None:
    if not 1 <= note.phase <= phases:
        problem = f"phase must be within 1 and {phases}, not {note.phase}"
    elif not 0 <= note.changed_at <= _LAST_SECOND:
        problem = (
            "time of change, in seconds, must be within 0 and"
            f" {_LAST_SECOND}, not {note.changed_at}"
        )
    else:
        return
    raise ExportError(where(note), problem)


def _find(notes: Iterable[ExportNote], attribute: str, value: str) -> ExportNote:
    return next(note for note in notes if getattr(note, attribute) == value)


def _holes(tree: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for node in _walk(tree):
        match node:
            case ["cloze", int(), _, _]:
                yield node


def _strings(tree: Sequence[Any]) -> Iterator[str]:
    return (item for item in _walk(tree) if isinstance(item, str))


def _walk(tree: Sequence[Any]) -> Iterator[Any]:
    """Yield `tree` and everything in it, in no useful order."""
    waiting: list[Any] = [tree]
    while waiting:
        item = waiting.pop()
        yield item
        if isinstance(item, (list, tuple)):
            waiting.extend(item)
