"""The syntax of holes, `{{c1::text::hint}}`: braces are counted, so TeX may end a hole."""

from __future__ import annotations

import re
from typing import NamedTuple

OPENING = re.compile(r"\{\{c([1-9][0-9]?)::")


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
    limit = len(text) if limit is None else limit
    depth, at = 0, opened.end()
    while at < limit:
        if text.startswith("}}", at) and depth == 0:
            content, _, hint = text[opened.end() : at].partition("::")
            return Hole(int(opened[1]), content, hint, at + 2)
        if text[at] == "\\":
            at += 1  # the next character is escaped: \{ and \} do not count
        elif text[at] == "{":
            depth += 1
        elif text[at] == "}":
            depth -= 1
            if depth < 0:
                return None
        at += 1
    return None


def split_math(tex: str) -> list[str | list[object]]:
    """TeX with holes as parts: text, and `["cloze", number, hint, tex]`."""
    parts: list[str | list[object]] = []
    last = 0
    for opened in OPENING.finditer(tex):
        if opened.start() < last:
            continue
        hole = read_hole(tex, opened.start())
        if hole is None:
            continue
        parts.append(tex[last : opened.start()])
        parts.append(["cloze", hole.number, hole.hint, hole.content])
        last = hole.end
    parts.append(tex[last:])
    return [part for part in parts if part]
