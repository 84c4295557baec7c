"""Open a file at a line in the learner's editor."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path

from mlready.errors import MlreadyError
from mlready.terminal.keyboard import usual_keys

_CANDIDATES = ("nano", "vim", "vi", "notepad")


def open_editor(path: Path, line: int) -> None:
    """Open the file and wait until the editor is closed.

    Raises:
        MlreadyError: there is no editor, or it failed.
    """
    command = [*_editor(), *_arguments(_editor()[0], path, line)]
    try:
        with usual_keys():
            done = subprocess.run(command, check=False)  # noqa: S603 - the learner's own choice
    except OSError as error:
        message = f"the editor {command[0]} could not be started: {error.strerror}"
        raise MlreadyError(message, "set EDITOR to one you have") from error
    if done.returncode:
        hint = "set EDITOR to one that waits until the file is closed"
        raise MlreadyError(f"the editor {command[0]} ended with {done.returncode}", hint)


def _editor() -> list[str]:
    chosen = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if chosen:
        return shlex.split(chosen)
    for name in _CANDIDATES:
        if shutil.which(name):
            return [name]
    raise MlreadyError("no editor was found", "set EDITOR, e.g. `export EDITOR=nano`")


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
