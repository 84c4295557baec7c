"""A deck of one's own: a small one that passes the check, or a copy."""

from __future__ import annotations

import re
import shutil
import unicodedata
from itertools import chain, count
from typing import TYPE_CHECKING

from mlready.content.json_schema import write_schemas
from mlready.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

_SCHEMA = "# yaml-language-server: $schema={}schema/{}.json\n"

_DECK = """\
id: {id}
title: {title}
description: What this deck is for, and how to study it.
phases:
  - Foundations
  - Applications
"""

_REFERENCES = """\
references:
  shannon-1948:
    authors: Claude Shannon
    title: A Mathematical Theory of Communication
    year: 1948
"""

_FOUNDATIONS = """\
topics:
  - id: entropy
    title: Entropy
    prerequisites: []
    why: It counts the bits that a source needs.
"""

_APPLICATIONS = """\
topics:
  - id: source-coding
    title: Source coding
    prerequisites: [entropy]
    why: It says how short a code can be.
"""

_ENTROPY = """\
topic: entropy
questions:
  - id: definition
    kind: definition
    question: Define the entropy, in bits, of a random variable $X$ on a finite set.
    answer: |
      $$H(X) = -\\sum_{x} p(x) \\log_2 p(x),$$

      where terms with $p(x) = 0$ count as $0$.
    must_mention: [logarithm to base 2, '$0 \\log 0 = 0$']
    source: {ref: shannon-1948, at: Section 6}
  - id: when-infinite
    kind: failure-mode
    question: Can the entropy of a random variable be infinite?
    answer: Not on a finite set; on a countable one it can, when $p$ falls slowly enough.
    must_mention: [finite sets are safe]
    source: {ref: shannon-1948, at: Section 6}
"""


def start_deck(folder: Path, title: str | None = None, taken: frozenset[str] = frozenset()) -> str:
    """Write a small deck that passes `mlready check`.

    Args:
        folder: a new or empty folder, whose name becomes the deck's.
        title: what the deck is called; else the folder's name.
        taken: ids of other decks; a deck with the same id would share their progress.

    Returns:
        The deck's id.

    Raises:
        UsageError: the folder holds something already, or cannot be written.
    """
    _refuse_occupied(folder)
    written = folder.absolute().name
    slug = _free_slug(written, taken)
    name = " ".join((title or re.sub(r"[-_]+", " ", written)).split()) or "My deck"
    name = name if title else name[:1].upper() + name[1:]
    quoted = "'" + name.replace("'", "''") + "'"
    files = {
        "deck.yaml": _SCHEMA.format("", "deck") + _DECK.format(id=slug, title=quoted),
        "references.yaml": _SCHEMA.format("", "references") + _REFERENCES,
        "topics/1-foundations.yaml": _SCHEMA.format("../", "topics") + _FOUNDATIONS,
        "topics/2-applications.yaml": _SCHEMA.format("../", "topics") + _APPLICATIONS,
        "questions/1-foundations/entropy.yaml": _SCHEMA.format("../../", "questions") + _ENTROPY,
    }
    try:
        for path, text in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        for room in ("media", "claims"):
            (folder / room).mkdir(exist_ok=True)
        write_schemas(folder)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)  # it was new or empty
        raise UsageError(f"{folder} cannot be written: {error.strerror}") from error
    return slug


def _free_slug(name: str, taken: frozenset[str]) -> str:
    """An id made of a name, that no other deck has."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "my-deck"
    numbered = (f"{slug}-{number}" for number in count(2))
    return next(each for each in chain([slug], numbered) if each not in taken)


def copy_deck(source: Path, folder: Path) -> None:
    """Copy a deck; its id stays, and so does all progress with it.

    Raises:
        UsageError: the folder holds something already, or cannot be written.
    """
    _refuse_occupied(folder)
    try:
        skipped = shutil.ignore_patterns("__pycache__")
        shutil.copytree(source, folder, dirs_exist_ok=True, ignore=skipped)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)  # it was new or empty
        raise UsageError(f"{folder} cannot be written: {error}") from error


def _refuse_occupied(folder: Path) -> None:
    try:
        occupied = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError as error:
        raise UsageError(f"{folder} cannot be looked into: {error.strerror}") from error
    if occupied:
        raise UsageError(f"{folder} exists and is not empty", "name a new folder")
