"""What must hold before a package is written, because Anki would not say a word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any
from unicodedata import normalize

from exports.html import is_local_file
from exports.records import ExportDeck, ExportError, ExportNote

# Anki drops these; U+001F even parts one field from the next. A lone surrogate cannot be
# written at all.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LAST_POSITION = 999_999
_LAST_CLOZE_NUMBER = 499
# Later than any real second, earlier than any real millisecond.
_LAST_SECOND = 10_000_000_000


def check_deck(deck: ExportDeck) -> None:
    """Check `deck` and each of its notes.

    Raises:
        ExportError: Naming the first note or file that is wrong, and how.
    """
    _check_characters("the deck", (deck.id, deck.title, deck.description, deck.phases))
    _check_keys(deck.notes)
    _check_media(deck)
    for note in deck.notes:
        _check_note(note, len(deck.phases))
        for name in images(note):
            if name not in deck.media:
                raise ExportError(note.key, f"no such picture in the deck: {name!r}")


def images(note: ExportNote) -> Iterator[str]:
    """Yield the file name of each picture that `note` shows."""
    for node in _walk((note.prompt, note.answer, note.must_mention)):
        match node:
            case ["image", str(name), str()]:
                yield name


def _check_keys(notes: Sequence[ExportNote]) -> None:
    keys: set[str] = set()
    identities: dict[str, str] = {}
    for note in notes:
        if note.key in keys:
            raise ExportError(note.key, "two notes have this key")
        keys.add(note.key)
        identity = note.first_key or note.key
        if other := identities.get(identity):
            raise ExportError(note.key, f"{other} has its identity, {identity}, too")
        identities[identity] = note.key


def _check_media(deck: ExportDeck) -> None:
    seen: dict[str, str] = {}
    for name, path in deck.media.items():
        _check_file(name, path)
        # The learner's disk may not tell these apart, and Anki keeps one flat folder.
        folded = normalize("NFC", name).casefold()
        if folded in seen:
            raise ExportError("media", f"two files with one name: {seen[folded]}, {name}")
        seen[folded] = name


def _check_file(name: str, path: Path) -> None:
    if not is_local_file(name):
        raise ExportError("media", f"{name!r} is not a file name that Anki keeps")
    if not path.is_file():
        raise ExportError("media", f"{name}: the file is missing: {path}")


def _check_note(note: ExportNote, phases: int) -> None:
    _check_characters(note.key, _texts(note))
    for name, value, least, most in (
        ("phase", note.phase, 1, phases),
        ("position", note.position, 0, _LAST_POSITION),
        ("time of change, in seconds,", note.modified, 0, _LAST_SECOND),
    ):
        if not least <= value <= most:
            raise ExportError(note.key, f"{name} must be within {least} and {most}, not {value}")
    _check_holes(note)


def _check_holes(note: ExportNote) -> None:
    prompt = list(_holes(note.prompt))
    if note.is_cloze and not prompt:
        raise ExportError(note.key, "a cloze without a hole has no card")
    if prompt and not note.is_cloze:
        raise ExportError(note.key, "a hole in the prompt, but it is no cloze")
    if any(_holes((note.answer, note.must_mention))):
        raise ExportError(note.key, "a hole outside of the prompt")
    for _, number, _, content in prompt:
        if not 1 <= number <= _LAST_CLOZE_NUMBER:
            raise ExportError(note.key, f"holes are c1 to c499, not c{number}")
        if any(_holes([content])):
            raise ExportError(note.key, "a hole inside a hole")


def _texts(note: ExportNote) -> tuple[Any, ...]:
    source = astuple(note.source) if note.source else ()
    names = (note.key, note.first_key, note.kind, note.level, note.topic)
    titles = (note.topic_title, note.prerequisites, source)
    return (names, titles, note.prompt, note.answer, note.must_mention)


def _check_characters(where: str, tree: Sequence[Any]) -> None:
    for item in _walk(tree):
        if isinstance(item, str) and (found := _CONTROL.search(item)):
            code = ord(found[0])
            raise ExportError(where, f"control character U+{code:04X} in {item!r}")


def _holes(tree: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for node in _walk(tree):
        match node:
            case ["cloze", int(), _, _]:
                yield node


def _walk(tree: Sequence[Any]) -> Iterator[Any]:
    """Yield `tree` and everything in it, in no useful order."""
    waiting: list[Any] = [tree]
    while waiting:
        item = waiting.pop()
        yield item
        if isinstance(item, (list, tuple)):
            waiting.extend(item)
