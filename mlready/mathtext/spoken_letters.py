"""Letters, names and words, aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mlready.mathtext.alphabets import BY_NAME
from mlready.mathtext.spoken_phrases import (
    BLACKBOARD,
    NAMES,
    PAUSE,
    enclosed,
    join,
    name_of_character,
)
from mlready.mathtext.spoken_rows import COMMA, gather
from mlready.mathtext.symbols import Symbol
from mlready.mathtext.tree import Node, Row, Styled, Words

if TYPE_CHECKING:
    from mlready.mathtext.spoken_scripts import Say

_ALWAYS_CAPITAL: Final = frozenset(("bb", "cal", "scr"))


def say_symbol(symbol: Symbol) -> str:
    """A symbol; one hears which letters are capital."""
    if symbol == COMMA:
        return PAUSE
    speech = symbol.speech
    if len(speech) == 1 and "A" <= speech <= "Z":
        return f"capital {speech}"
    return name_of_character(speech) if len(speech) == 1 and not speech.isascii() else speech


def say_styled(styled: Styled, say: Say) -> str:
    """Letters of another alphabet; several ones are a word."""
    alphabet = BY_NAME.get(styled.alphabet)
    prefix = alphabet.speech if alphabet is not None else ""
    items = gather(styled.body)
    if len(items) == 1:
        return _say_letter(styled.alphabet, prefix, items[0], say)
    if items and all(isinstance(item, Symbol) and item.speech.isalnum() for item in items):
        letters = "".join(item.speech for item in items if isinstance(item, Symbol))
        if len(letters) == len(items) or not prefix:
            return join(prefix, NAMES.get(letters, letters))
    body = say(styled.body)
    return enclosed(prefix, body, prefix) if prefix and items else body


def _say_letter(alphabet: str, prefix: str, item: Node, say: Say) -> str:
    letter = item.speech if isinstance(item, Symbol) else ""
    if alphabet == "bb" and letter in BLACKBOARD:
        return BLACKBOARD[letter]
    if alphabet in _ALWAYS_CAPITAL and len(letter) == 1 and letter.isalpha():
        return join(prefix, letter if letter.isupper() else f"small {letter}")
    return join(prefix, say(Row((item,))))


def say_words(words: Words, say: Say) -> str:
    """Text as it stands, with its formulas."""
    return join(*(part.strip() if isinstance(part, str) else say(part) for part in words.parts))
