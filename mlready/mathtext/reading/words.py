r"""Text within mathematics: what `\text{...}` and `\operatorname{...}` hold."""

from __future__ import annotations

import re
from typing import Final

from mlready.mathtext.commands import SPACES, TEXTS
from mlready.mathtext.reading.mistakes import Mistake
from mlready.mathtext.records import Record

_PIECE: Final = re.compile(
    r"\$(?P<math>[^$]*)\$|\\(?P<command>[A-Za-z]+)\s*|\\(?P<escaped>.)|(?P<brace>[{}])"
    r"|(?P<plain>[^\\{}$]+)|(?P<stray>.)",
    re.DOTALL,
)
_PLAIN_IN_NAMES: Final = frozenset(("mathrm", "text", "textrm", "mathit"))
_ESCAPED: Final = dict.fromkeys([*SPACES, "\n"], " ") | {"!": ""} | {c: c for c in "{}$%#&_"}
_SIGNS: Final = {"ldots": "…", "dots": "…", "textendash": "–", "textemdash": "—", "quad": "  "}


class Piece(Record):
    """A part of a text.

    Attributes:
        text: what it says, or the TeX of a formula in it.
        is_math: whether it is a formula.
        offset: where it begins in the text's source.
    """

    text: str
    is_math: bool
    offset: int


def split_words(raw: str) -> tuple[list[Piece], list[Mistake]]:
    """A text's parts, and what in it is no text."""
    pieces: list[Piece] = []
    mistakes: list[Mistake] = []
    for found in _PIECE.finditer(raw):
        if found["math"] is not None:
            pieces.append(Piece(found["math"], True, found.start() + 1))
            continue
        text = _text_of(found)
        if text is None:
            hint = r"within \text{} write words, and formulas between dollars"
            mistakes.append(Mistake(f"{found[0].strip()} is no text", hint, found.start()))
            text = found[0]
        elif shown := _shown_as_written(found):
            message = f"{shown} within a text shows as it is written in Anki"
            mistakes.append(Mistake(message, _hint_for(shown), found.start()))
        if pieces and not pieces[-1].is_math:
            last = pieces[-1]
            pieces[-1] = last._replace(text=last.text + text)
        else:
            pieces.append(Piece(text, False, found.start()))
    return pieces, mistakes


def _shown_as_written(found: re.Match[str]) -> str:
    """What Anki's MathJax, which has no package of text macros, takes literally; or nothing."""
    if found["plain"] is not None:
        literal = re.search("~|``", found["plain"])
        return literal[0] if literal else ""
    is_escape = found["escaped"] is not None and found["escaped"] in "{}$"
    return "" if is_escape else found[0].strip()


def _hint_for(shown: str) -> str:
    if shown[1:] and shown[1:] in "%#&_":
        return f"end the text before it: \\text{{50}}{shown}"
    return "write a plain blank" if shown in {"~", "\\"} else "end the text before it"


def _text_of(found: re.Match[str]) -> str | None:
    """What a piece of a text's source shows; None if it is not for texts."""
    if found["plain"] is not None:
        blanks = re.sub(r"\s+", " ", found["plain"]).replace("~", " ")
        return blanks.replace("---", "—").replace("--", "–").replace("``", "“").replace("''", "”")
    if found["brace"] or found["command"] in TEXTS:
        return ""
    if found["command"]:
        return _SIGNS.get(found["command"])
    return _ESCAPED.get(found["escaped"] or "")


def operator_name(raw: str) -> tuple[str, Mistake | None]:
    """The name of an operator as it shows: letters, and blanks where TeX has thin spaces."""
    parts: list[str] = []
    for found in re.finditer(r"\\([A-Za-z]+|.)|([{}\s])|([^\\{}\s]+)", raw, re.DOTALL):
        command, passed_over, letters = found.groups()
        if letters is not None:
            parts.append(letters.replace("~", " ").replace("'", "′"))
        elif passed_over is None:
            if command in SPACES:
                parts.append(" " if SPACES[command] > 0 else "")
            elif command not in _PLAIN_IN_NAMES:
                hint = r"write letters, and \, for a space"
                return raw, Mistake(f"\\{command} in the name of an operator", hint, found.start())
    return "".join(parts), None
