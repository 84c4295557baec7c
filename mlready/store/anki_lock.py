"""Where `anki.lock` is: in the deck's folder, with a copy among the learner's data."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from exports.anki.lock import (
    FILE_NAME,
    Lock,
    LockError,
    format_lock,
    parse_lock,
    read_lock,
    write_lock,
)
from mlready.errors import DeckError
from mlready.store.location import data_folder, is_part_of_installation

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class LockFile:
    """The lock of a deck.

    Attributes:
        path: where the deck has it; None where nothing can be written there.
        copy: where every export leaves a copy, for the day the deck's own is lost.
        lock: what it says.
        notice: what the learner should know; may be empty.
    """

    path: Path | None
    copy: Path
    lock: Lock
    notice: str = ""

    def keep(self, lock: Lock) -> None:
        """Write down what a package promises, before anybody can import it.

        Raises:
            DeckError: it cannot be written.
        """
        try:
            if self.path is not None:
                write_lock(self.path, lock)
            self.copy.parent.mkdir(parents=True, exist_ok=True)
            write_lock(self.copy, lock)
        except LockError as error:
            raise _damaged(self.path or self.copy, error) from error
        except OSError as error:
            name = error.filename or self.copy
            hint = "the next package would not fit one without it, so nothing was done"
            raise DeckError(f"{name} cannot be written: {error.strerror}", hint) from error


def find_lock(deck: Path, deck_id: str) -> LockFile:
    """Read the lock of a deck.

    Where the deck's own says nothing, the copy counts. A deck that cannot be written to, such as
    the one of an installation, keeps its lock as it came: what was exported since is in the copy,
    and of each note the later change counts.

    Raises:
        DeckError: it is damaged.
    """
    path, copy = deck / FILE_NAME, data_folder() / f"{deck_id}.{FILE_NAME}"
    if not os.access(deck, os.W_OK) or is_part_of_installation(deck):
        return LockFile(None, copy, _join(_read(path), _read(copy)))
    lock = _read(path)
    if lock.notes:
        return LockFile(path, copy, lock, _warn_of_later(path, lock, copy))
    kept = _read(copy)
    if kept.notes:
        notice = f"{path} is missing; it was made again from {copy}, as the last export left it."
        return LockFile(path, copy, kept, notice)
    notice = (
        f"There was no {FILE_NAME}: {path} begins now. Keep it with the deck; if there had been"
        " one, take that back and do this again."
    )
    return LockFile(path, copy, lock, "" if path.exists() else notice)


def _warn_of_later(path: Path, lock: Lock, copy: Path) -> str:
    """What to say if the deck's lock was taken back behind what went out from here."""
    try:
        if not copy.exists() or path.read_bytes() == copy.read_bytes():
            return ""
        kept = read_lock(copy).notes
    except (LockError, OSError):
        return ""
    count = sum(
        note.changed_at > lock.notes[key].changed_at and note.digest != lock.notes[key].digest
        for key, note in kept.items()
        if key in lock.notes
    )
    if not count:
        return ""
    notes = f"{count:,} note{'s' if count > 1 else ''}"
    return (
        f"{path} is older than the last export from here, which gave {notes} a later text. Anki"
        f" keeps that where it was imported; to send today's, put {copy} in its place."
    )


def promised_keys(deck: Path) -> dict[str, str]:
    """The first key of each note that packages have had, by its key then.

    A lock that cannot be read promises nothing here: it must not keep anybody from reviewing, and
    the next export refuses it.
    """
    try:
        notes = read_lock(deck / FILE_NAME).notes
    except (LockError, OSError):
        return {}
    # Of two with one key, the one that the deck still had counts.
    listed = sorted(notes.items(), key=lambda pair: pair[1].retired is None)
    return {note.key: first_key for first_key, note in listed}


def _join(lock: Lock, other: Lock) -> Lock:
    """Join two locks as a merge in git does."""
    return parse_lock(format_lock(lock) + format_lock(other)) if other.notes else lock


def _read(path: Path) -> Lock:
    try:
        return read_lock(path)
    except LockError as error:
        raise _damaged(path, error) from error
    except OSError as error:
        raise DeckError(f"{path} cannot be read: {error.strerror}") from error


def _damaged(path: Path, error: LockError) -> DeckError:
    place = f"{path}:{error.line}" if error.line else str(path)
    is_copy = path.name != FILE_NAME
    hint = f"remove it, or put the deck's {FILE_NAME} in its place" if is_copy else error.hint
    return DeckError(f"{place}: {error.problem}", hint)
