"""Tags that say what a note is about: the same in every format, and where notes are chosen."""

import re
from collections.abc import Iterable, Sequence
from unicodedata import category, normalize

PREFIX = "mlready::"

_NOT_IN_TAG = re.compile(r"[^\w-]+")


def label_phases(titles: Sequence[str]) -> list[str]:
    """Return `1 Foundations`, ...; padded, so that alphabetical order is their order."""
    width = len(str(len(titles)))
    return [f"{n:0{width}d} {title}" for n, title in enumerate(titles, start=1)]


def tags_of(
    *, phase: str, topic: str, kind: str, level: str, prerequisites: Iterable[str]
) -> list[str]:
    """Return the tags of a note.

    Args:
        phase: Its phase, with number and title.
        topic: Id of its topic.
        kind: `definition`, `statement`, ...
        level: `breadth` or `depth`.
        prerequisites: Id of each topic that its topic rests on.
    """
    parts = [
        ("phase", phase),
        ("topic", topic),
        ("kind", kind),
        ("level", level),
        *(("prereq", below) for below in prerequisites),
    ]
    return [f"{PREFIX}{group}::{_slug(name)}" for group, name in parts]


def topic_tag(topic: str) -> str:
    """Return the tag of the notes of a topic."""
    return f"{PREFIX}topic::{_slug(topic)}"


def _slug(name: str) -> str:
    return _NOT_IN_TAG.sub(_replace, normalize("NFC", name.lower())).strip("-")


def _replace(found: re.Match[str]) -> str:
    """Keep marks, which are no letters but part of them in many scripts."""
    is_mark = all(category(character).startswith("M") for character in found[0])
    return found[0] if is_mark else "-"
