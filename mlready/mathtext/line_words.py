r"""Words on a line: letters side by side that are none must not look like one.

In ASCII `\xi` is written `xi`, so that the product of x and i has to be written `x i`.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from mlready.mathtext.alphabets import ALPHABETS
from mlready.mathtext.commands import ACCENTS
from mlready.mathtext.symbols import CHARACTERS, FUNCTIONS, LIMIT_FUNCTIONS, SYMBOLS, Symbol
from mlready.mathtext.tree import Node, Scripts
from mlready.mathtext.widths import END_OF_MARK, MARK

if TYPE_CHECKING:
    from collections.abc import Sequence

_OURS: Final = ("choose", "sqrt", "underbrace", "overbrace")
_NAMES: Final = frozenset((*FUNCTIONS, *LIMIT_FUNCTIONS, *ACCENTS, *_OURS))
_ASCII_NAMES: Final = _NAMES.union(
    [word for symbol in SYMBOLS.values() for word in symbol.ascii.split() if word.isalpha()],
    [alphabet.name for alphabet in ALPHABETS.values()],
    ["floor", "ceil"],
)
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
_BY_TEXT: Final = {
    symbol.text: symbol.ascii for symbol in (*SYMBOLS.values(), *CHARACTERS.values())
}


def spells_a_word(
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


def _part(start: int, run: str, blanks: list[int], *, is_ascii: bool) -> None:
    if len(run) > 1 and run in (_ASCII_NAMES if is_ascii else _NAMES):
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
    known = _TYPOGRAPHY.get(character) or _BY_TEXT.get(character)
    if known is not None and known.isascii():
        return known
    letters = unicodedata.normalize("NFKD", character)
    return "".join([letter for letter in letters if letter.isascii()]) or "?"
