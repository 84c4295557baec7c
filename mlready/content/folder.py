"""A deck's folder on disk: which files it has, and their bytes; nothing outside it is read."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from mlready.content.limits import COMPILER_VERSION, MAX_BYTES
from mlready.content.problems import Location, Problem
from mlready.errors import DeckError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_FILES = 20_000
OUTSIDE = "a link that leads out of the deck's folder"


@dataclass(slots=True)
class DeckFolder:
    """A deck as files.

    Attributes:
        root: the folder.
        files: the bytes of each YAML file of the deck, by path within it (forward slashes).
        media: the path of each picture, by file name.
        claims: the names of the claim modules.
        problems: files that could not be read, or are misnamed.
    """

    root: Path
    files: dict[str, bytes] = field(default_factory=dict)
    media: dict[str, Path] = field(default_factory=dict)
    claims: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def digests(self) -> dict[str, str]:
        """A fingerprint of each file's content, by path."""
        return {path: hashlib.sha256(data).hexdigest() for path, data in self.files.items()}

    def state(self) -> dict[str, str]:
        """What decides, besides the files' content, whether they compile as they last did.

        That is the compiler, and a fingerprint of the pictures and claims.

        Size and time stand for a picture's content here, which may be large; a sync that they
        bring about looks at the content itself.
        """
        states = [f"{name}.py" for name in sorted(self.claims)]
        for name, path in sorted(self.media.items()):
            status = path.stat()
            states.append(f"{name} {status.st_size} {status.st_mtime_ns}")
        attachments = hashlib.sha256("\n".join(states).encode()).hexdigest()[:24]
        return {"attachments": attachments, "compiler": str(COMPILER_VERSION)}


def read_folder(root: Path) -> DeckFolder:
    """Read the files of a deck.

    Raises:
        DeckError: there is no such folder, or it holds no deck.
    """
    if not root.is_dir():
        hint = "name a deck's folder with --deck, or start one with `mlready new DIR`"
        message = f"there is no deck folder {root}"
        raise DeckError(message, hint)
    folder = DeckFolder(root)
    for path in _yaml_files(folder):
        _read(folder, path)
    _find_media(folder)
    _find_claims(folder)
    if not folder.files and not folder.problems:
        hint = "a deck has deck.yaml, topics/ and questions/; start one with `mlready new DIR`"
        message = f"{root} holds no deck"
        raise DeckError(message, hint)
    return folder


def _note(folder: DeckFolder, path: str, message: str, hint: str = "") -> None:
    folder.problems.append(Problem(Location(_printable(path)), message, hint))


def _yaml_files(folder: DeckFolder) -> Iterator[str]:
    """The paths of the deck's files; what cannot be one is a problem."""
    for name in ("deck.yaml", "references.yaml"):
        if os.path.lexists(folder.root / name):
            yield name
    for room in ("topics", "questions"):
        names = filter(None, (_yaml_name(folder, path) for path in _walk(folder, room)))
        yield from islice(names, MAX_FILES)
        if next(names, None) is not None:
            message = f"more than {MAX_FILES:,} files in {folder.root / room}"
            raise DeckError(message)


def _walk(folder: DeckFolder, room: str) -> Iterator[str]:
    """The paths of all files of a room that are not hidden."""

    def note_error(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            where = _path_within(folder, Path(error.filename))
            _note(folder, where, f"cannot be read: {error.strerror}")

    for here, rooms, names in os.walk(folder.root / room, onerror=note_error):
        rooms[:] = sorted(name for name in rooms if not name.startswith("."))
        for path in (Path(here, name) for name in rooms):
            if path.is_symlink():
                hint = "move the files here"
                _note(folder, _path_within(folder, path), "a link to a folder", hint)
        for name in sorted(names):
            if not name.startswith("."):
                yield _path_within(folder, Path(here, name))


def _path_within(folder: DeckFolder, path: Path) -> str:
    return path.relative_to(folder.root).as_posix()


def _yaml_name(folder: DeckFolder, path: str) -> str | None:
    """The path, if the file is meant to be read."""
    if not path.lower().endswith((".yaml", ".yml")):
        return None
    if not path.endswith(".yaml"):
        _note(folder, path, "this file is not read", "rename it so that it ends in .yaml")
    elif not path.isprintable():
        _note(folder, path, "a file name that cannot be printed", "rename it")
    else:
        return path
    return None


def _printable(path: str) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in path)


def _find_media(folder: DeckFolder) -> None:
    for path in _entries(folder, "media"):
        if not path.name.isprintable():
            _note(folder, f"media/{path.name}", "a file name that cannot be printed", "rename it")
        else:
            folder.media[path.name] = path


def _find_claims(folder: DeckFolder) -> None:
    for path in _entries(folder, "claims"):
        if path.suffix == ".py" and path.name.isprintable():
            folder.claims.add(path.stem)


def _entries(folder: DeckFolder, room: str) -> list[Path]:
    """The files of a room without sub-folders; a link out of the deck is a problem."""
    try:
        listed = sorted((folder.root / room).iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        _note(folder, room, f"cannot be read: {error.strerror}")
        return []
    found = []
    for path in listed:
        if path.name.startswith(".") or not path.is_file():
            continue
        if _is_inside(folder.root, path):
            found.append(path)
        else:
            _note(folder, f"{room}/{path.name}", OUTSIDE)
    return found


def _is_inside(root: Path, path: Path) -> bool:
    """Whether the file, links followed, lies in the deck's folder."""
    # Path.resolve raises on links that form a circle; realpath does not.
    real = Path(os.path.realpath(path))
    return real.is_relative_to(os.path.realpath(root))


def _read(folder: DeckFolder, path: str) -> None:
    file = folder.root / path
    try:
        if not _is_inside(folder.root, file):
            _note(folder, path, OUTSIDE)
        elif not file.is_file():
            _note(folder, path, "this is not a file")
        else:
            with file.open("rb") as stream:
                # One byte more than is allowed, so that it is seen to be too much.
                folder.files[path] = stream.read(MAX_BYTES + 1)
    except OSError as error:
        _note(folder, path, f"cannot be read: {error.strerror}")
