"""The syntax of holes, `{{c1::text::hint}}`: braces are counted, so TeX may end a hole."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

OPENING = re.compile(r"\{\{c([1-9][0-9]?)::")
# What its author takes for a hole, and nobody else does.
MISNUMBERED = re.compile(r"\{\{c(?:0[0-9]*|[1-9][0-9]{2,})::")

# A backslash takes the next character with it: \{ and \} do not count.
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)


class Hole(NamedTuple):
    """One hole: its number, what it hides, its hint, and where it ends in the text."""

    number: int
    content: str
    hint: str
    end: int


def read_hole(text: str, start: int, limit: int | None = None) -> Hole | None:
    """The hole that begins at `start`, or None where none does or it is never closed."""
    opened = OPENING.match(text, start)
    if opened is None:
        return None
    close = _match_braces(text).get(start + 1)
    limit = len(text) if limit is None else limit
    if close is None or close + 2 > limit or not text.startswith("}}", close):
        return None
    content, hint = _split_hint(text[opened.end() : close])
    return Hole(int(opened[1]), content, hint, close + 2)


@lru_cache(maxsize=4)  # a text is asked about once for each of its holes
def _match_braces(text: str) -> dict[int, int]:
    """Where each brace that is opened is closed."""
    closed_at: dict[int, int] = {}
    opened: list[int] = []
    for found in _BRACE.finditer(text):
        if found[0] == "{":
            opened.append(found.start())
        elif found[0] == "}" and opened:
            closed_at[opened.pop()] = found.start()
    return closed_at


def _split_hint(inside: str) -> tuple[str, str]:
    """The hint begins at the first `::` that is in no braces."""
    depth = 0
    for found in re.finditer(r"\\.|[{}]|::", inside, re.DOTALL):
        if found[0] == "::" and depth == 0:
            return inside[: found.start()], inside[found.end() :]
        depth += {"{": 1, "}": -1}.get(found[0], 0)
    return inside, ""


def find_holes(tex: str) -> Iterator[tuple[int, Hole]]:
    """The holes of a formula, each with its place; not those within another one."""
    end = 0
    for opened in OPENING.finditer(tex):
        if opened.start() >= end and (hole := read_hole(tex, opened.start())):
            end = hole.end
            yield opened.start(), hole


def split_math(tex: str) -> list[str | list[object]]:
    """TeX with holes as parts: text, and `["cloze", number, hint, tex]`."""
    parts: list[str | list[object]] = []
    last = 0
    for start, hole in find_holes(tex):
        parts.append(tex[last:start])
        parts.append(["cloze", hole.number, hole.hint, hole.content])
        last = hole.end
    parts.append(tex[last:])
    return [part for part in parts if part]


def mask_holes(tex: str) -> str:
    """TeX with each hole as a group; all that stays is where it was."""
    parts: list[str] = []
    last = 0
    for start, hole in find_holes(tex):
        inside = tex.index("::", start) + 2
        blank = hole.end - inside - len(hole.content) - 1
        parts.append(tex[last:start] + "{".ljust(inside - start))
        parts.append(hole.content + "}".rjust(blank + 1))
        last = hole.end
    return "".join(parts) + tex[last:]
