"""Failures of an operation: each says what happened, to which thing, and what to do.

An author's mistakes are not exceptions but values: see `mlready.content.problems`.
"""

from __future__ import annotations


class MlreadyError(Exception):
    """An operation could not be done; the command line prints it and exits.

    Attributes:
        exit_code: what the process ends with.
        hint: what the user can do about it; may be empty.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(MlreadyError):
    """What was asked for does not exist or makes no sense."""

    exit_code = 2


class DeckError(MlreadyError):
    """The deck's folder cannot be used at all."""

    exit_code = 1


class StoreError(MlreadyError):
    """The progress file cannot be opened, read or written."""

    exit_code = 3
