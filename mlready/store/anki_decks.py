"""The names of all decks that packages ever had: in Anki, cards are moved from these alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mlready.store.reading import read_settings

if TYPE_CHECKING:
    from collections.abc import Collection

    from mlready.store.reading import Reader
    from mlready.store.writing import Writer

DECKS: Final = "anki-decks"  # the setting that keeps them, one a line


def read_deck_names(reader: Reader) -> frozenset[str]:
    """What has been kept."""
    return frozenset(filter(None, read_settings(reader).get(DECKS, "").split("\n")))


def keep_deck_names(writer: Writer, reader: Reader, names: Collection[str]) -> None:
    """Keep names as well, before anybody can have the decks."""
    kept = read_deck_names(reader)
    if not kept.issuperset(names):
        writer.set_setting(DECKS, "\n".join(sorted(kept.union(names))))
