"""How many columns text takes in a terminal: measured, not counted."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Around what a caller wants to find again in the output; they take no room and never show.
MARK, END_OF_MARK = "\ue000", "\ue001"

_WIDE = frozenset("WF")
_WITHOUT_WIDTH = frozenset(("Mn", "Me", "Cf"))


def width_of(text: str) -> int:
    """The columns a terminal gives to the text; control characters count as none."""
    return len(text) if text.isascii() else sum(map(_width_of_character, text))


@lru_cache(maxsize=4096)
def _width_of_character(character: str) -> int:
    if character in {MARK, END_OF_MARK} or unicodedata.category(character) in _WITHOUT_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1
