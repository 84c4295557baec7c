"""What has changed in the deck since the learner last looked."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from mlready.store.reading import CHANGES_SINCE, Reader, read_settings

SEEN = "news_seen"  # a setting: the last change the learner has looked at


class Change(NamedTuple):
    """One change, with the text before and after it."""

    change_id: int
    changed_at: int
    kind: str
    key: str
    old_key: str | None
    old_text: str
    new_text: str


def read_changes(reader: Reader, after: int) -> list[Change]:
    """The changes after one, oldest first."""
    rows = reader.rows(CHANGES_SINCE, {"after": after})
    return [
        Change(number, at, kind, key, old_key, old or "", new or "")
        for number, at, kind, key, old_key, old, new in rows
    ]


def last_seen(reader: Reader) -> int:
    """The last change that `mlready news` has shown."""
    return int(read_settings(reader).get(SEEN, "0"))


def unseen_notice(reader: Reader) -> list[str]:
    """One line on what changed since the learner last looked; none if nothing did."""
    changes = read_changes(reader, last_seen(reader))
    if not changes:
        return []
    counts = Counter(change.kind for change in changes)
    listed = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
    return [f"Since your last look the deck changed: {listed} (mlready news)."]
