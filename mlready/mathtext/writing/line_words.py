r"""What would run together on a line, were there no blank between.

Letters side by side must not look like a word: in ASCII `\xi` is written `xi`, so that the product
of x and i has to be written `x i`.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from mlready.mathtext.alphabets import ALPHABETS
from mlready.mathtext.commands import ACCENTS
from mlready.mathtext.grouping import base_of, is_word
from mlready.mathtext.symbols import (
    BIG_OPERATORS,
    CHARACTERS,
    CLOSE,
    FUNCTIONS,
    LIMIT_FUNCTIONS,
    OP,
    PUNCT,
    REL,
    SYMBOLS,
    Symbol,
)
from mlready.mathtext.tree import (
    EMPTY_ROW,
    Accent,
    Classed,
    Fenced,
    Node,
    Root,
    Scripts,
    Stack,
    Styled,
    Unknown,
    Words,
    kinds_of,
)
from mlready.mathtext.widths import END_OF_MARK, MARK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

_SIGNS: Final = frozenset("*+-<>=~.:@")  # of which ASCII makes other signs
_MARKS: Final = MARK + END_OF_MARK
_OURS: Final = ("choose", "sqrt", "underbrace", "overbrace", "floor", "ceil")
_NAMES: Final = frozenset((*FUNCTIONS, *LIMIT_FUNCTIONS, *ACCENTS, *_OURS))
_TYPOGRAPHY: Final = {
    "–": "-",
    "—": "--",
    "−": "-",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "′": "'",
    "…": "...",
    "\u00a0": " ",
}


def part_letters(
    items: Sequence[Node], texts: Sequence[str], blanks: list[int], *, is_ascii: bool
) -> None:
    """Part letters that stand side by side and spell the name of something.

    Args:
        items: of a row.
        texts: how each of them is written.
        blanks: how many stand before each; more will where there is a name.
        is_ascii: whether the line is in ASCII, where symbols have names.
    """
    start, run = 0, ""
    for at, item in enumerate(items):
        letter = _letter(item, texts[at])
        if run and (blanks[at] or not letter):
            _part(start, run, blanks, is_ascii=is_ascii)
            run = ""
        if letter:
            start = start if run else at
            run += letter
        if run and type(item) is Scripts:
            _part(start, run, blanks, is_ascii=is_ascii)
            run = ""
    _part(start, run, blanks, is_ascii=is_ascii)


def _letter(item: Node, text: str) -> str:
    """The Latin letter that a thing is or begins with; empty if it is none."""
    symbol = item.base if type(item) is Scripts else item
    if type(symbol) is Symbol and len(symbol.text) == 1 and symbol.text.isascii():
        return symbol.text if symbol.text.isalpha() and text else ""
    return ""


@lru_cache(maxsize=1)
def _ascii_names() -> frozenset[str]:
    """The words that ASCII has for symbols and alphabets, too."""
    return _NAMES.union(
        [word for symbol in SYMBOLS.values() for word in symbol.ascii.split() if word.isalpha()],
        [alphabet.name for alphabet in ALPHABETS.values()],
    )


def _part(start: int, run: str, blanks: list[int], *, is_ascii: bool) -> None:
    if len(run) > 1 and run in (_ascii_names() if is_ascii else _NAMES):
        blanks[start + 1 : start + len(run)] = [1] * (len(run) - 1)


def plain(text: str, *, is_ascii: bool) -> str:
    """A text without anything that does not show, in ASCII if need be."""
    if is_ascii and not text.isascii():
        text = "".join(map(_ascii_of, text))
    if text.isprintable():
        return text
    return "".join([c if c.isprintable() or c in {MARK, END_OF_MARK} else "?" for c in text])


@lru_cache(maxsize=512)
def _ascii_of(character: str) -> str:
    """A character in ASCII: its sign, its letter without accents, otherwise a question mark."""
    if character.isascii() or character in {MARK, END_OF_MARK}:
        return character
    if character in _TYPOGRAPHY:
        return _TYPOGRAPHY[character]
    for symbol in (*SYMBOLS.values(), *CHARACTERS.values()):
        if symbol.text == character:
            return symbol.ascii
    letters = unicodedata.normalize("NFKD", character)
    return "".join([letter for letter in letters if letter.isascii()]) or "?"


def must_part(left: Node, before: str, right: Node, after: str, *, is_ascii: bool) -> bool:
    """Whether a blank must stand between two things that would have none.

    Args:
        left: the first thing.
        before: how it is written, which is not empty; so is what follows.
        right: the other thing.
        after: how it is written.
        is_ascii: whether the line is in ASCII.
    """
    if isinstance(right, Scripts) and right.base == EMPTY_ROW:
        return True
    before, after = before.rstrip(_MARKS) or before, after.lstrip(_MARKS) or after
    if before[1:][-1:] == "*" and after[0].isalnum() and not is_ascii:
        return True  # a raised star, as that of `A* B`, is no product
    if _is_big_operator(base_of(left)) or (before[-1] == ")" and kinds_of(left)[1] == OP):
        return kinds_of(right)[0] not in {CLOSE, PUNCT}
    if after[0].isalnum():
        return ends_bare(before) or (
            _joins(before[-1])
            and (_is_wordy(left, is_ascii=is_ascii) or _is_wordy(right, is_ascii=is_ascii))
        )
    return is_ascii and _make_a_sign(left, before[-1], right, after[0])


def _make_a_sign(left: Node, before: str, right: Node, after: str) -> bool:
    """Whether two characters at the border would be read as one sign of ASCII."""
    if before in _SIGNS and after in _SIGNS:
        return not (kinds_of(left)[1] == kinds_of(right)[0] == REL)
    return before == after == "|"


def ends_bare(text: str) -> bool:
    """Whether a text ends with a script that nothing closes: a letter behind it would join it."""
    end = len(text)
    while end and _joins(text[end - 1]):
        end -= 1
    return 0 < end < len(text) and text[end - 1] in "_^"


def _joins(character: str) -> bool:
    """Whether a letter behind this is read together with it: a letter, a digit, an accent."""
    is_accent = "\u0300" <= character <= "\u036f" or "\u20d0" <= character <= "\u20ff"
    return character.isalnum() or is_accent or character in _MARKS


def _is_big_operator(node: Node) -> bool:
    return isinstance(node, Symbol) and node.command in BIG_OPERATORS


def _is_wordy(node: Node, *, is_ascii: bool) -> bool:
    """Whether what is written for this is more than a letter, and letters beside it would join."""
    node = base_of(node)
    if isinstance(node, Symbol):
        return len(node.ascii if is_ascii else node.text) > 1
    if isinstance(node, Fenced):
        return is_ascii and node.left.ascii[:1].isalpha()
    if isinstance(node, Styled | Root) and is_ascii:
        return True
    if isinstance(node, Words):
        return False  # the author's blanks are in it: `n\text{th}`
    return isinstance(node, Accent | Classed | Stack | Unknown) or is_word(node)
