# ruff: noqa: RUF001 - what looks like ASCII and is not
"""Text in ASCII, for places that show nothing else; what has no equivalent stays as it is."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# By what they become: what we draw with, and what people type.
_AS_WIDE = {
    "-": "–−‐‑─", "=": "━═", "|": "│┃∣", "+": "┼├┤┬┴┌┐└┘▓", "#": "█▒", ".": "…░", "*": "•◎★",
    ":": "·", "_": "□☐", "x": "×☑✓✗", "@": "●", "o": "◐◦", "O": "○", "^": "↑", "v": "↓",
    ">": "›⟩▸▶❯", "<": "‹⟨◂◀❮", '"': "“”„«»", "'": "‘’‚′", "/": "⁄∕", " ": "\u00a0\u202f",
}  # fmt: skip
_WIDER = {
    "…": "...", "—": "--", "→": "->", "←": "<-", "↔": "<->", "⇒": "=>", "⇔": "<=>", "↦": "|->",
    "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~=", "±": "+-", "∞": "infinity", "√": "sqrt",
    "∈": "in", "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE",
}  # fmt: skip
_SAME = {character: sign for sign, characters in _AS_WIDE.items() for character in characters}


def to_ascii(text: str) -> str:
    """Text in ASCII, which may take more columns: for what is still to be laid out."""
    return text if text.isascii() else "".join(map(_replace, text))


def redraw_in_ascii(line: str, spare: int) -> str:
    """A line that is laid out already, in ASCII; each character keeps its column.

    Args:
        line: of a screen, styled or not.
        spare: the columns by which it may become wider, for the dots of an ellipsis.
    """
    if line.isascii():
        return line
    if 2 * line.count("…") <= spare:
        line = line.replace("…", "...")
    return "".join(map(_replace_as_wide, line))


@lru_cache(maxsize=1024)
def _replace(character: str) -> str:
    if character in _WIDER:
        return _WIDER[character]
    name = unicodedata.name(character, "")
    if name.startswith("GREEK ") and " LETTER " in name:
        return name.partition(" LETTER ")[2].split()[0].lower()
    plain = _decompose(character)
    return plain if plain.isascii() else character


@lru_cache(maxsize=1024)
def _replace_as_wide(character: str) -> str:
    """One character for one; an accent by itself takes no column."""
    plain = _decompose(character)
    return plain if plain.isascii() and len(plain) <= 1 else character


def _decompose(character: str) -> str:
    """What a character is made of, without accents."""
    if character.isascii() or character in _SAME:
        return _SAME.get(character, character)
    parts = unicodedata.normalize("NFKD", character)
    return "".join(_SAME.get(part, part) for part in parts if not unicodedata.combining(part))
