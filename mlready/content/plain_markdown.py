"""The Markdown that most texts are: paragraphs of words and formulas, and displayed formulas.

A deck of 10,000 questions is checked in seconds only if texts this simple do not pass through a
whole Markdown parser. Nothing here decides what Markdown means: whatever could mean anything else
is left to the parser, and a property test holds both to the same tree.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# A line that begins so may open a list, a heading, a quote, a table, code or HTML, or end in a break.
_STRUCTURAL = re.compile(r"[\s\-+*=#>|~_`:\[<]|\d{1,9}[.)]|.*(?:\s|\\)$")
_FORMULA = r"\$(?![\s$])((?:[^$\\]|\\.)*?)(?<!\s)\$"
# Words: nothing in them can be emphasis, code, a link, an entity, an escape or a hole.
_WORDS = r"[^\\`*_\[\]<&${]+"
_PIECE = re.compile(rf"{_FORMULA}|({_WORDS})", re.DOTALL)
_UNUSUAL = re.compile("[\0\r\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")


class Block(NamedTuple):
    """A paragraph's content, or a displayed formula's TeX."""

    is_display: bool
    content: str


def split_blocks(text: str) -> list[Block] | None:
    """The paragraphs and displayed formulas of a text that holds nothing else, else None."""
    if _UNUSUAL.search(text):
        return None
    blocks: list[Block] = []
    paragraph: list[str] = []
    formula: list[str] | None = None
    for line in [*text.split("\n"), ""]:
        if formula is not None:
            if line == "$$":
                blocks.append(Block(is_display=True, content="\n".join(["", *formula, ""])))
                formula = None
            elif "$" in line or not line.strip():
                return None
            else:
                formula.append(line)
        elif not line:
            if paragraph:
                blocks.append(Block(is_display=False, content="\n".join(paragraph)))
                paragraph = []
        elif line == "$$" and not paragraph:
            formula = []
        elif "$$" in line or _STRUCTURAL.match(line):
            return None
        else:
            paragraph.append(line)
    return None if formula is not None else blocks


class Piece(NamedTuple):
    """Words, or a formula's TeX, and where it begins in the paragraph."""

    is_math: bool
    content: str
    start: int


def split_inlines(content: str) -> list[Piece] | None:
    """A paragraph as words and formulas, or None where there is more to it."""
    pieces: list[Piece] = []
    end = 0
    for piece in _PIECE.finditer(content):
        if piece.start() != end:
            return None
        end = piece.end()
        words = piece[2]
        if words is None:
            pieces.append(Piece(is_math=True, content=piece[1], start=piece.start(1)))
        else:
            text = words.replace("\n", " ")
            pieces.append(Piece(is_math=False, content=text, start=piece.start()))
    return pieces if end == len(content) else None
