"""The Markdown that most texts are: paragraphs of words and formulas, short lists, displays.

A deck of 10,000 questions is checked in seconds only if texts this simple do not pass through a
whole Markdown parser. Nothing here decides what Markdown means: whatever could mean anything else
is left to the parser, and a property test holds both to the same tree.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# A line that begins so may open a list, a heading, a quote, a table, code or HTML.
_OPENERS = frozenset("-+*=#>|~_`:[<")
_NUMBERED = re.compile(r"\d{1,9}[.)]")
_UNUSUAL = re.compile("[\0\r\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")

_BLANK_AT_BREAK = re.compile(r"[^\S\n]\n|\n\s")

_FORMULA = r"\$(?![\s$])(?P<math>(?:[^$\\]|\\.)*?)(?<!\s)\$"
# Words: nothing in them can be emphasis, code, a link, an entity, an escape or a hole.
_WORDS = r"(?P<text>[^\\`*_\[\]<&${]+)"
# Marked words whose marks can only open before them and close behind them.
_MARKED = r"(?:(?<![^\s(])(?:\*(?P<emphasis>{0})\*|\*\*(?P<strong>{0})\*\*)|`(?P<code>{1})`){2}"
_PIECE = re.compile(
    f"{_FORMULA}|{_WORDS}|"
    + _MARKED.format(
        r"[A-Za-z](?:[A-Za-z ,-]*[A-Za-z])?", r"[^`\s](?:[^`\n]*[^`\s])?", r"(?=[\s.,;:!?)]|$)"
    ),
    re.DOTALL,
)


_KINDS = {number: kind for kind, number in _PIECE.groupindex.items()}


class Block(NamedTuple):
    """A part of a text: a paragraph, a displayed formula, or a list of one-line items."""

    kind: str  # "paragraph", "display_math" or "bullet_list"
    content: str


class Piece(NamedTuple):
    """A part of a paragraph, and where it begins in it."""

    kind: str  # "text", "math", "code", "emphasis" or "strong"
    content: str
    start: int


def split_blocks(text: str) -> list[Block] | None:
    """The blocks of a text that holds nothing but such blocks, else None."""
    if _UNUSUAL.search(text):
        return None
    blocks: list[Block] = []
    for part in _split_parts(text):
        block = _read_part(part)
        # Two lists with a blank line between them are one.
        if block is None or (blocks and blocks[-1].kind == block.kind == "bullet_list"):
            return None
        blocks.append(block)
    return blocks


def _split_parts(text: str) -> list[str]:
    """The text at its blank lines."""
    return [part for part in re.split(r"\n{2,}", text.strip("\n")) if part]


def _read_part(part: str) -> Block | None:
    """A part without blank lines as a block."""
    lines = part.split("\n")
    if lines[0] == "$$":
        if lines[-1] != "$$" or part.count("$") != 4 or not all(map(str.strip, lines)):
            return None
        return Block("display_math", part[2:-2])
    if "$$" in part:
        return None
    if part.startswith("- "):
        items = [line[2:] for line in lines if line.startswith("- ")]
        if len(items) != len(lines) or any(map(_is_structural, items)):
            return None
        return Block("bullet_list", part)
    return None if any(map(_is_structural, lines)) else Block("paragraph", part)


def _is_structural(line: str) -> bool:
    """Whether the line may be more than words: what it begins with, or a break at its end."""
    if not line or line[0] in _OPENERS or line[-1] == "\\":
        return True
    return line[0].isspace() or line[-1].isspace() or _NUMBERED.match(line) is not None


def split_inlines(content: str) -> list[Piece] | None:
    """The pieces of a paragraph that holds nothing but such pieces, else None."""
    if _UNUSUAL.search(content) or _BLANK_AT_BREAK.search(content):
        return None
    pieces: list[Piece] = []
    end = 0
    for found in _PIECE.finditer(content):
        if found.start() != end:
            return None
        end = found.end()
        group = found.lastindex or 0
        kind, words = _KINDS[group], found[group]
        if kind == "text" and "\n" in words:
            words = words.replace("\n", " ")
        pieces.append(Piece(kind, words, found.start(group)))
    return pieces if end == len(content) else None
