# ruff: noqa: RUF001 - signs of mathematics
"""Where lines of prose end: between words, and within a formula as a mathematician would.

Pure: strings and columns in, offsets out. Text without formulas breaks as rich breaks it.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from mlready.mathtext.widths import width_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WORD = re.compile(r"\s*\S+\s*")
_STAYS = re.compile(r"[\u00a0\u2007\u202f]")  # blanks that hold what is beside them together
_RELATIONS = frozenset("=≠≔≝≡≢≈≉≃≅∼~∝<>≤≥≪≫≲≳≺≻⪯⪰≼≽∈∉∋⊂⊃⊆⊇⊊⊢⊨⊥→←↔↦⇒⇐⇔⟶⟵⟷⟼⟹⟸⟺⇝") | {
    *(":=", "=:", "==", "!=", "~=", "<=", ">=", "<<", ">>", "in"),
    *("->", "<-", "<->", "-->", "|->", "=>", "<=>", "==>", "<==", "<==>"),
}
_OPERATORS = frozenset("+-−±∓⊕⊖∪∩∧∨∖") | {"+-", "-+"}
_OPENING, _CLOSING = frozenset("([{⟨⌈⌊"), frozenset(")]}⟩⌉⌋")

# How bad it is to break there; each bracket that is open adds as much as the worst of them.
_AFTER_COMMA = _AFTER_RELATION = 0  # within brackets, what a comma parts comes first
_AFTER_OPERATOR, _AT_BLANK, _BEFORE_SIGN, _PER_BRACKET = 1, 2, 3, 4
_AT_EDGE = 100  # between a formula and the punctuation that touches it
_GOOD = _AFTER_OPERATOR


class Span(NamedTuple):
    """Where a formula stands in a text; a solid one cannot be broken."""

    start: int
    end: int
    solid: bool = False


class _Break(NamedTuple):
    offset: int
    badness: int
    columns: int  # of what stays on the line


def columns_of(text: str) -> int:
    """The columns to set aside for a text, so that neither we nor rich find it too wide."""
    return len(text) if text.isascii() else max(width_of(text), cell_len(text))


def find_breaks(text: str, width: int, formulas: Sequence[Span] = ()) -> list[int]:
    """The offsets at which new lines begin, so that no line is wider than the width.

    Args:
        text: one line, as if there were room for it; blanks at the end of a line do not count.
        width: columns there are, at least 2.
        formulas: where formulas are, in order. A formula is broken only where it has blanks, after
            a relation rather than an operator, and rather outside of brackets than within.
    """
    breaks: list[int] = []
    column = 0
    for word in _WORD.finditer(_glue(text, formulas)):
        start, solid_end = word.start(), word.start() + len(word[0].rstrip())
        inside = [s for s in formulas if s.start < solid_end and s.end > start]
        while column + columns_of(text[start:solid_end]) > width:
            cut = _find_cut(text[:solid_end], start, inside, (column, width))
            start = start if cut is None else cut
            breaks.append(start)
            column = 0
        column += columns_of(text[start : word.end()])
    return breaks


def widest_word(text: str, formulas: Sequence[Span] = ()) -> int:
    """The columns of the widest word of a text; a formula and what touches it are one."""
    words = re.finditer(r"\S+", _glue(text, formulas))
    return max((columns_of(text[word.start() : word.end()]) for word in words), default=0)


def _glue(text: str, formulas: Sequence[Span]) -> str:
    """The text with formulas as words without blanks; what touches a formula sticks to it."""
    glued, done = [], 0
    for start, end, _ in formulas:
        glued += [text[done:start], "x" * (end - start)]
        done = end
    return _STAYS.sub("x", "".join([*glued, text[done:]]))


def _find_cut(text: str, start: int, formulas: Sequence[Span], line: tuple[int, int]) -> int | None:
    """Where to cut the last word of a text, which does not fit; None: before it.

    Args:
        text: up to the end of the word.
        start: where the word begins, or what is left of it.
        formulas: those within it.
        line: the column at which the word begins, and the width.
    """
    column, width = line
    room = width - column
    fitting = [each for each in _breaks_within(text, start, formulas) if each.columns <= room]
    if column and columns_of(text[start:]) <= max(width // 2, width - 2 * room):
        return None  # what is short is not torn apart, nor is much of the line lost without it
    if column:
        fitting = [each for each in fitting if each.badness <= _GOOD and each.columns * 3 > room]
    if fitting:
        return _best(fitting, room).offset
    return None if column else _chop(text, start, width)


def _best(breaks: Sequence[_Break], room: int) -> _Break:
    """The least bad of those that fill the line halfway, else the last that is not at an edge."""
    filling = [each for each in breaks if each.columns * 2 >= room] or breaks
    least = min(each.badness for each in filling)
    return max(each for each in filling if each.badness == least)


def _breaks_within(text: str, start: int, formulas: Sequence[Span]) -> Iterator[_Break]:
    for span in formulas:
        found = [(span.start, _AT_EDGE), (span.end, _AT_EDGE)]
        if not span.solid:
            found += _rate_blanks(text, span)
        for offset, badness in found:
            if start < offset < len(text):
                yield _Break(offset, badness, columns_of(text[start:offset].rstrip()))


def _rate_blanks(text: str, span: Span) -> Iterator[tuple[int, int]]:
    """Each place behind a blank of a formula, and how bad it is to break there."""
    depth = 0
    for token, following in pairwise(re.finditer(r"\S+", text[span.start : span.end])):
        for character in token[0]:
            depth += (character in _OPENING) - (character in _CLOSING)
        badness = _AT_BLANK
        if token[0].endswith((",", ";")):
            badness = _AFTER_COMMA
        elif token[0] in _RELATIONS:
            badness = _AFTER_OPERATOR if depth > 0 else _AFTER_RELATION
        elif token[0] in _OPERATORS:
            badness = _AFTER_OPERATOR
        elif following[0] in _RELATIONS or following[0] in _OPERATORS:
            badness = _BEFORE_SIGN
        yield span.start + following.start(), badness + _PER_BRACKET * max(depth, 0)


def _chop(text: str, start: int, width: int) -> int:
    """As much of a word as fits, and at least a character, with the accents that belong to it."""
    end, used = start, 0
    while end < len(text):
        used += columns_of(text[end])
        if used > width and end > start:
            break
        end += 1
    return end
