"""Where things are on this machine: the learner's data, the settings file, the deck."""

from __future__ import annotations

import os
import re
import sys
from codecs import BOM_UTF8
from errno import ENOENT
from pathlib import Path

from mlready.content.limits import MAX_BYTES
from mlready.errors import DeckError, StoreError, UsageError

_SQLITE = "sqlite:///"
# Most decks' ids can be had without reading YAML, even of a file that has mistakes elsewhere.
_DECK_ID = re.compile(rb"^id:[ \t]*([a-z0-9]+(?:-[a-z0-9]+)*)[ \t]*(?:#.*)?\r?$", re.MULTILINE)


def expand(path: str) -> Path:
    """A path as people write it, with `~`.

    Raises:
        UsageError: it names a user there is not.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise UsageError(f"{path}: {error}", "write the folder in full") from error


def data_folder() -> Path:
    """Where progress is kept: `MLREADY_HOME`, or the platform's folder for data."""
    chosen = os.environ.get("MLREADY_HOME")
    if chosen:
        return expand(chosen)
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return Path(local) / "mlready" if local else Path.home() / "mlready"
    shared = os.environ.get("XDG_DATA_HOME")
    return (Path(shared) if shared else Path.home() / ".local" / "share") / "mlready"


def shipped_deck() -> Path:
    """The deck that came with this installation."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "decks" / "ml-research-readiness"
    return installed if installed.is_dir() else package.parent / "decks" / installed.name


def is_part_of_installation(folder: Path) -> bool:
    """Whether a deck lies within the installed package, where an upgrade replaces it."""
    return folder.resolve().is_relative_to(Path(__file__).resolve().parents[1])


def settings_file() -> Path:
    """The file that names the learner's own deck."""
    return data_folder() / "deck.txt"


def find_deck(option: str | None) -> Path:
    """The folder of the deck to use.

    Args:
        option: what `--deck` said; without it `MLREADY_DECK` counts, then the settings file,
            then the shipped deck.
    """
    chosen = option or os.environ.get("MLREADY_DECK") or _deck_of_settings()
    return expand(chosen) if chosen else shipped_deck()


def _deck_of_settings() -> str:
    try:
        return settings_file().read_text(encoding="utf-8-sig").strip()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{settings_file()} cannot be read: {error}", "remove it") from error


def deck_id(folder: Path) -> str:
    """The deck's id, which names its progress file.

    `deck.yaml` need not be right for that: one plain `id:` line at its margin is enough, so that a
    mistake elsewhere in the file does not keep anybody from reviewing. Otherwise it must be right.

    Raises:
        DeckError: there is no such folder, or its deck.yaml names no id.
    """
    if not folder.is_dir():
        hint = "name a deck's folder with --deck, or start one with `mlready new DIR`"
        raise DeckError(f"there is no deck folder {folder}", hint)
    try:
        if not (folder / "deck.yaml").is_file():
            raise FileNotFoundError(ENOENT, "No such file")
        with (folder / "deck.yaml").open("rb") as stream:
            data = stream.read(MAX_BYTES)
        found = _DECK_ID.findall(data.removeprefix(BOM_UTF8))
    except OSError as error:
        hint = "a deck's folder has a deck.yaml; start one with `mlready new DIR`"
        raise DeckError(f"{folder / 'deck.yaml'}: {error.strerror}", hint) from error
    if len(found) == 1:
        return str(found[0].decode())

    from mlready.content.units import read_unit  # noqa: PLC0415 - for unusual files only

    info = read_unit("deck.yaml", data).info
    if info is None:
        hint = "give it one line such as `id: my-deck` at the margin; see `mlready check`"
        raise DeckError(f"{folder / 'deck.yaml'} names no id that can be read", hint)
    return info.id


def store_url(deck: str) -> str:
    """The database that holds a deck's progress: `MLREADY_STORE`, or a file of its own."""
    chosen = os.environ.get("MLREADY_STORE")
    if chosen and chosen.partition("?")[0] in {"sqlite://", "sqlite:///", "sqlite:///:memory:"}:
        message = f"MLREADY_STORE is {chosen}, which keeps nothing"
        raise StoreError(message, "name a file, as in sqlite:////home/me/progress.sqlite3")
    if chosen and "://" in chosen:
        return chosen
    if chosen:
        return sqlite_url(expand(chosen))
    return sqlite_url(data_folder() / f"{deck}.sqlite3")


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file; `sqlite_path` gets the path back."""
    name = str(path.absolute()).replace("%", "%25").replace("?", "%3F")
    return f"{_SQLITE}{name}"


def sqlite_path(url: str) -> Path | None:
    """The file behind a SQLite URL; None for another database, or one with options of its own."""
    name = url.removeprefix(_SQLITE)
    if name == url or not name or name == ":memory:" or "?" in name:
        return None
    return Path(name.replace("%3F", "?").replace("%25", "%")).absolute()


def store_name(url: str) -> str:
    """The store as messages call it: a path, or an address without its password."""
    return str(sqlite_path(url) or url.rpartition("@")[2].partition("?")[0])
