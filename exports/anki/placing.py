"""Files that are seen whole or not at all, and leave nothing behind, however a process ends.

Where the system can (Linux, on most file systems), what is unfinished has no name, so that it
goes with its process. Elsewhere its name is hidden and says whose it is, and the next export to
the same place removes it.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

_MODE = 0o666  # less what the learner's umask takes away


class NewFile:
    """A file to be written, and put in its place once it is complete.

    Attributes:
        file: Open for reading and writing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._partial = _hidden(path, "partial")
        self._has_name = False
        nameless = _open_nameless(path.parent)
        if nameless is None:
            with _meaning(path):
                self.file: BinaryIO = self._partial.open("w+b")
            self._has_name = True
        else:
            self.file = os.fdopen(nameless, "w+b")

    def place(self) -> None:
        """Put the file where it belongs, in one step.

        Raises:
            OSError: It cannot be; what was there before is untouched.
        """
        with _meaning(self._path):
            self.file.flush()
            os.fsync(self.file.fileno())
            if not self._has_name:
                self._partial.unlink(missing_ok=True)
                _link(self.file.fileno(), self._partial)
                self._has_name = True
            self.file.close()
            self._partial.replace(self._path)
            self._has_name = False

    def discard(self) -> None:
        """Let go of the file, if it was not put in its place."""
        self.file.close()
        if self._has_name:
            with suppress(OSError):
                self._partial.unlink()


@contextmanager
def new_file(path: Path) -> Iterator[NewFile]:
    """Begin a file that is to stand at `path`; it goes unless `place` was called.

    Raises:
        OSError: Nothing can be written there.
    """
    if path.is_dir():
        raise IsADirectoryError(21, "Is a directory", str(path))
    _sweep(path)
    new = NewFile(path)
    try:
        yield new
    finally:
        new.discard()


class ScratchFile:
    """An empty file that can be opened by its name, until that is hidden.

    Attributes:
        path: Its name.
        file: Open for reading and writing.
    """

    def __init__(self, beside: Path) -> None:
        self.path = _hidden(beside, "scratch")
        with _meaning(beside):
            self.file: BinaryIO = self.path.open("w+b")

    def hide(self) -> None:
        """Take the name away, where a file can live without; those who opened it keep it."""
        if os.name == "posix":
            self.path.unlink(missing_ok=True)


@contextmanager
def scratch_file(beside: Path) -> Iterator[ScratchFile]:
    """Create a file beside a path, for as long as it is needed."""
    scratch = ScratchFile(beside)
    try:
        yield scratch
    finally:
        scratch.file.close()
        with suppress(OSError):
            scratch.path.unlink(missing_ok=True)


@contextmanager
def _meaning(path: Path) -> Iterator[None]:
    """Let an error name the file that was asked for, not one that nobody knows of."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def _hidden(path: Path, purpose: str) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.{purpose}")


def _open_nameless(folder: Path) -> int | None:
    """Open a file without a name in `folder`, if the system and the file system can."""
    flag: int = getattr(os, "O_TMPFILE", 0)
    if not flag or not Path("/proc/self/fd").is_dir():
        return None
    try:
        return os.open(folder, flag | os.O_RDWR, _MODE)
    except OSError:
        return None


def _link(file: int, path: Path) -> None:
    """Give an open file that has no name one."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        # Only with a folder does Python ask the system to follow the link in /proc.
        os.link(f"/proc/self/fd/{file}", path.name, dst_dir_fd=folder, follow_symlinks=True)
    finally:
        os.close(folder)


def _sweep(path: Path) -> None:
    """Remove what processes that are no more have left of a file meant for `path`."""
    if os.name != "posix":
        return  # there is no way to ask whether a process lives that does it no harm
    ours = re.compile(rf"\.{re.escape(path.name)}\.(\d+)\.(?:partial|scratch)")
    with suppress(OSError), os.scandir(path.parent) as entries:
        for entry in entries:
            if (match := ours.fullmatch(entry.name)) and not _is_alive(int(match[1])):
                Path(entry.path).unlink(missing_ok=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
