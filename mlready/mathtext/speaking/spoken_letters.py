"""Letters, names and words, aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mlready.mathtext.alphabets import BY_NAME
from mlready.mathtext.speaking.spoken_phrases import (
    BLACKBOARD,
    NAMES,
    PAUSE,
    STOP,
    enclosed,
    join,
    name_of_character,
)
from mlready.mathtext.speaking.spoken_rows import COMMA, gather
from mlready.mathtext.symbols import CHARACTERS, SYMBOLS, Symbol
from mlready.mathtext.tree import Node, Row, Styled, Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlready.mathtext.speaking.spoken_scripts import Say

_FULL_STOP: Final = CHARACTERS["."]
_ALWAYS_CAPITAL: Final = frozenset(("bb", "cal", "scr"))


def say_symbol(symbol: Symbol) -> str:
    """A symbol; one hears which letters are capital."""
    if symbol == COMMA:
        return PAUSE
    if symbol == _FULL_STOP:
        return STOP
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
    word = _word_of(items)
    if word:
        return join(prefix, NAMES.get(word, word))
    body = say(styled.body)
    return enclosed(prefix, body, prefix) if prefix and items else body


def _word_of(items: Sequence[Node]) -> str:
    """The word that letters and digits make; nothing if there is something else."""
    word = ""
    for item in items:
        if item == SYMBOLS["_"]:
            word += " underscore "
        elif isinstance(item, Symbol) and item.speech.isalnum() and item.speech.isascii():
            is_greek = len(item.speech) > 1 and not item.speech.isdecimal()
            word += f" {item.speech} " if is_greek else item.speech
        else:
            return ""
    return word.strip()


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
