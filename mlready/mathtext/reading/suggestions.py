"""What to write instead of a command that is not in the documented subset."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache

from mlready.mathtext.commands import ALIGNMENTS, KNOWN_ELSEWHERE, MATRICES, STARRED
from mlready.mathtext.reading.parser import known_commands

_LIST = "docs/mathematics.md lists what there is"


@lru_cache(maxsize=128)  # what somebody writes wrongly, they write more than once
def suggest(name: str) -> str:
    """What to write instead of a command."""
    if name in KNOWN_ELSEWHERE:
        return f"write {KNOWN_ELSEWHERE[name]}"
    close = get_close_matches(name[:40], known_commands(), n=1, cutoff=0.7)
    return f"did you mean \\{close[0]}? {_LIST}" if close else _LIST


def suggest_environment(name: str) -> str:
    """What to write instead of an environment."""
    plain = name.removesuffix("*")
    if plain in KNOWN_ELSEWHERE:
        return f"write {KNOWN_ELSEWHERE[plain]}"
    known = [*MATRICES, *ALIGNMENTS, *(f"{starred}*" for starred in STARRED)]
    close = get_close_matches(name[:40], sorted(known), n=1, cutoff=0.6)
    return f"did you mean {close[0]}? {_LIST}" if close else _LIST
