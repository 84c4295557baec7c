"""Texts as they are compared in a search: without case and accents, signs as TeX writes them."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from typing import Final

from mlready.mathtext.symbols import SYMBOLS

_ALPHABETS: Final = {"DOUBLE-STRUCK": "mathbb", "SCRIPT": "mathcal", "FRAKTUR": "mathfrak"}
_RAISED: Final = {"<super>": "^", "<sub>": "_"}
_PLAINER: Final = {0x2019: "'", 0x2018: "'", 0x2032: "'"}  # apostrophes as they are typeset


def fold(text: str) -> str:
    r"""The text as searches compare it: small letters, single blanks, no accents, TeX for signs.

    Both what is searched and what is searched for are folded: "Σ" and `\Sigma` come out the same.
    """
    if not text.isascii():
        text = "".join(map(_fold_character, unicodedata.normalize("NFC", text)))
    return " ".join(text.lower().split())


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    if character.isascii():
        return character
    if ord(character) in _PLAINER:
        return _PLAINER[ord(character)]
    plain = unicodedata.normalize("NFKD", character)
    bare = "".join(part for part in plain if not unicodedata.combining(part)).casefold()
    if bare.isascii() and bare:
        return _set_apart(character, bare)
    if len(bare) == 1 and (name := _greek_name(bare)):
        return f"\\{name}"
    return _commands().get(character, bare)


def _set_apart(character: str, bare: str) -> str:
    """A sign or a letter that is another way of writing ASCII, as TeX writes it."""
    command = _commands().get(character)
    if command is not None:
        return command
    kind = unicodedata.decomposition(character).partition(" ")[0]
    for alphabet, name in _ALPHABETS.items():
        if kind == "<font>" and alphabet in unicodedata.name(character):
            return f"\\{name}{{{bare}}}"
    return _RAISED.get(kind, "") + bare


def _greek_name(letter: str) -> str:
    """A Greek letter's name as TeX has it; empty for other characters."""
    name = unicodedata.name(letter, "")
    if not name.startswith("GREEK SMALL LETTER "):
        return ""
    return name.rpartition(" ")[2].lower().replace("lamda", "lambda")


@cache
def _commands() -> dict[str, str]:
    r"""The shortest command of each sign; longer ones often begin with it, as `\leq` with `\le`."""
    commands: dict[str, str] = {}
    for command, symbol in SYMBOLS.items():
        known = commands.get(symbol.text)
        if known is None or len(command) < len(known) - 1:
            commands[symbol.text] = f"\\{command}"
    return commands
