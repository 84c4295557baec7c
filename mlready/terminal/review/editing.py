"""Open a file at a line in the learner's editor."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from mlready.errors import MlreadyError
from mlready.store.location import is_part_of_installation

if TYPE_CHECKING:
    from mlready.store.sync import SyncReport

_CANDIDATES = ("nano", "vim", "vi", "notepad")


def refuse_installed(deck: Path) -> None:
    """Refuse to edit a deck whose files the next upgrade replaces.

    Raises:
        MlreadyError: with how to make a copy; progress goes on with it.
    """
    if is_part_of_installation(deck):
        hint = (
            "copy it first: mlready new my-deck --copy, then mlready config deck my-deck; "
            "your progress goes on with the copy"
        )
        message = "this deck belongs to the installation, and an upgrade would undo your edit"
        raise MlreadyError(message, hint)


def edit_file(path: Path, line: int) -> bool:
    """Let the learner edit a file; whether it is another than before.

    Raises:
        MlreadyError: there is no editor, or it failed, and the file is as it was.
    """
    before = _read(path)
    try:
        open_editor(path, line)
    except MlreadyError:
        # What an editor saved before it failed counts as any edit does.
        if _read(path) == before:
            raise
    return _read(path) != before


def _read(path: Path) -> bytes | None:
    """A file's bytes; None where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def open_editor(path: Path, line: int) -> None:
    """Open the file and wait until the editor is closed; the terminal is the editor's till then.

    Raises:
        MlreadyError: there is no editor, or it failed.
    """
    editor = _editor()
    command = [*editor, *_arguments(editor[0], path, line)]
    try:
        done = subprocess.run(command, check=False)  # noqa: S603 - the learner's own choice
    except OSError as error:
        message = f"the editor {command[0]} could not be started: {error.strerror}"
        raise MlreadyError(message, "set EDITOR to one you have") from error
    if done.returncode:
        hint = "set EDITOR to one that waits until the file is closed"
        raise MlreadyError(f"the editor {command[0]} ended with {done.returncode}", hint)


def _editor() -> list[str]:
    chosen = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    words = _words(chosen) if chosen else []
    if words:
        return words
    for name in _CANDIDATES:
        if shutil.which(name):
            return [name]
    raise MlreadyError("no editor was found", "set EDITOR, e.g. `export EDITOR=nano`")


def _words(chosen: str) -> list[str]:
    try:
        return shlex.split(chosen, posix=os.name != "nt")
    except ValueError as error:
        raise MlreadyError(f"EDITOR cannot be understood: {chosen}", "mind its quotes") from error


def _arguments(editor: str, path: Path, line: int) -> list[str]:
    """How this editor is told the line; most take `+LINE FILE`."""
    name = Path(editor).stem
    if name in {"code", "codium", "code-insiders", "cursor"}:
        return ["--wait", "--goto", f"{path}:{line}"]
    if name in {"subl", "zed", "hx", "helix"}:
        return [f"{path}:{line}"]
    if name == "notepad":
        return [str(path)]
    return [f"+{line}", str(path)]


def describe_edit(report: SyncReport, path: str, *, was_saved: bool) -> str:
    """What an edit of a file came to, in a sentence.

    Args:
        report: what the sync after it found.
        path: the file, within the deck.
        was_saved: whether the file is another than before.
    """
    mistakes = [problem for problem in report.problems if problem.is_error]
    here = [problem for problem in mistakes if problem.location.path == path]
    if here:
        return (
            f"{here[0].location}: {here[0].message}. The card stays as it was until this is "
            "mended (mlready check shows all)"
        )
    if report.is_empty:
        return "Read again: no card has changed" if was_saved else "Nothing was changed"
    return "Reloaded, with all progress kept"
