"""A deck's folder on disk: which files it has, and their bytes; nothing outside it is read."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mlready.content.problems import Location, Problem
from mlready.errors import DeckError

MAX_FILES = 20_000


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

    def attachments_digest(self) -> str:
        """A fingerprint of which pictures and claims there are."""
        names = sorted(self.media) + sorted(f"{name}.py" for name in self.claims)
        return hashlib.sha256("\n".join(names).encode()).hexdigest()[:24]


def read_folder(root: Path) -> DeckFolder:
    """Read the files of a deck.

    Raises:
        DeckError: there is no such folder, or it holds no deck.
    """
    if not root.is_dir():
        hint = "name a deck's folder with --deck, or start one with `mlready new DIR`"
        raise DeckError(f"there is no deck folder {root}", hint)
    folder = DeckFolder(root)
    for name in ("deck.yaml", "references.yaml"):
        if (root / name).exists():
            _read(folder, name)
    for room in ("topics", "questions"):
        for path in _yaml_files(folder, room):
            _read(folder, path)
    for room, found in (("media", folder.media), ("claims", None)):
        for entry in _entries(root / room):
            if found is not None and _is_inside(root, entry):
                found[entry.name] = entry
            elif found is None and entry.suffix == ".py":
                folder.claims.add(entry.stem)
    if not folder.files and not folder.problems:
        hint = "a deck has deck.yaml, topics/ and questions/; start one with `mlready new DIR`"
        raise DeckError(f"{root} holds no deck", hint)
    return folder


def _entries(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith("."))


def _yaml_files(folder: DeckFolder, room: str) -> Iterator[str]:
    root = folder.root
    count = 0
    for here, rooms, names in os.walk(root / room):
        rooms[:] = sorted(name for name in rooms if not name.startswith("."))
        for name in sorted(names):
            path = Path(here, name).relative_to(root).as_posix()
            if name.startswith(".") or name.endswith("~"):
                continue
            if name.endswith((".yml", ".YAML", ".YML")):
                hint = "rename it so that it ends in .yaml"
                folder.problems.append(Problem(Location(path), "this file is not read", hint))
            elif name.endswith(".yaml"):
                count += 1
                if count > MAX_FILES:
                    raise DeckError(f"more than {MAX_FILES:,} files in {root / room}")
                yield path


def _is_inside(root: Path, path: Path) -> bool:
    """Whether the file, links followed, lies in the deck's folder."""
    return path.resolve().is_relative_to(root.resolve())


def _read(folder: DeckFolder, path: str) -> None:
    file = folder.root / path
    problem = ""
    try:
        if not _is_inside(folder.root, file):
            problem = "a link that leads out of the deck's folder"
        elif not file.is_file():
            problem = "this is not a file"
        else:
            folder.files[path] = file.read_bytes()
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
    if problem:
        folder.problems.append(Problem(Location(path), problem))
