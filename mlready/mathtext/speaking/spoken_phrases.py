"""What is said around the parts of a formula, when the parts are words already."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from mlready.mathtext.widths import END_OF_MARK, MARK
from mlready.mathtext.writing.line_words import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

# A short and a long breath; they become commas and full stops once all is said.
PAUSE, STOP = "\ue002", "\ue003"

_BREATHS: Final = re.compile(rf"[\s{PAUSE}{STOP}]+")
# One breathes before a mark and behind its end.
_BEGINS: Final = re.compile(rf"({MARK}+)([\s{PAUSE}{STOP}]+)")
_ENDS: Final = re.compile(rf"(?<![\s{PAUSE}{STOP}])([\s{PAUSE}{STOP}]+)({END_OF_MARK}+)")
# Where authors' words meet ours: a word ends with its own sign, or goes on from a formula.
_ENDED: Final = re.compile(r"([:;.!?]),(?= )")
_HYPHEN: Final = re.compile(r"(?<=\w) -(?=[A-Za-z])")
_NUMBERS: Final = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_PARTS: Final = ("", "", "half", "third", "quarter", "fifth", "sixth", "seventh", "eighth")
_MATRICES: Final = frozenset(
    ("matrix", "smallmatrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "array")
)
ACCENTS: Final = {
    "hat": "hat",
    "widehat": "hat",
    "tilde": "tilde",
    "widetilde": "tilde",
    "bar": "bar",
    "overline": "bar",
    "underline": "underline",
    "vec": "arrow",
    "overrightarrow": "arrow",
    "overleftarrow": "left arrow",
    "overleftrightarrow": "double arrow",
    "dot": "dot",
    "ddot": "double dot",
    "dddot": "triple dot",
    "check": "check",
    "breve": "breve",
    "acute": "acute",
    "grave": "grave",
    "mathring": "ring",
}
# Blackboard letters that stand for one thing everywhere in this field.
BLACKBOARD: Final = {
    "E": "expectation",
    "P": "probability",
    "R": "the reals",
    "N": "the natural numbers",
    "Z": "the integers",
    "Q": "the rationals",
    "C": "the complex numbers",
    "1": "indicator",
}
NAMES: Final = {
    "Var": "variance",
    "Cov": "covariance",
    "tr": "trace",
    "Tr": "trace",
    "sgn": "sign",
    "argmin": "arg min",
    "argmax": "arg max",
    "diag": "diagonal",
    "det": "determinant",
    "vec": "vectorization",
}


def join(*parts: str) -> str:
    """The parts one after the other."""
    return " ".join(part for part in parts if part)


def pause(*parts: str) -> str:
    """The parts with a short breath between them."""
    return f"{PAUSE} ".join(part for part in parts if part)


def tidy(said: str) -> str:
    """The words as a text: one blank between them, commas and full stops where one breathes."""
    said = _BEGINS.sub(r"\2\1", _ENDS.sub(r"\2\1", said))
    text = _BREATHS.sub(_breathe, said.strip(f" {PAUSE}{STOP}\t\n")).strip()
    return plain(_ENDED.sub(r"\1", _HYPHEN.sub("-", text)), is_ascii=False)


def _breathe(found: re.Match[str]) -> str:
    return ". " if STOP in found[0] else ", " if PAUSE in found[0] else " "


def name_of_character(character: str) -> str:
    """What a character is called that is in none of our tables."""
    if character.isalnum():
        return character
    return re.sub(r"[^a-z0-9 ]", " ", unicodedata.name(character, "a sign").lower())


def source_of(source: str) -> str:
    """LaTeX that is not understood: its letters."""
    return join("the source", "".join(c if c.isalnum() else " " for c in source))


def common_fraction(numerator: str, denominator: str) -> str:
    """`one half`, `three quarters`; nothing where one says `over`."""
    if not (numerator.isdecimal() and denominator.isdecimal() and numerator.isascii()):
        return ""
    if len(numerator) > 1 or len(denominator) > 1 or numerator == "0":
        return ""
    parts = int(denominator)
    if not 2 <= parts < len(_PARTS):
        return ""
    if int(numerator) == 1:
        return f"one {_PARTS[parts]}"
    return f"{_NUMBERS[int(numerator)]} {'halves' if parts == 2 else _PARTS[parts] + 's'}"


def fraction(numerator: str, denominator: str) -> str:
    """A fraction of which one hears where it begins and ends."""
    said = f" {numerator} {denominator} "
    if " over " in said:
        return (
            pause(
                f"the fraction with numerator {numerator}",
                f"and denominator {denominator}",
                "end fraction",
            )
            + PAUSE
        )
    return f"the fraction {numerator} over {denominator}{PAUSE} end fraction{PAUSE}"


def binomial(above: str, below: str, *, is_short: bool) -> str:
    """A binomial coefficient."""
    if is_short:
        return f"{above} choose {below}"
    return f"the binomial {above} choose {below}{PAUSE} end binomial{PAUSE}"


def enclosed(begin: str, body: str, end: str) -> str:
    """Something of which one hears where it begins and ends."""
    return f"{begin} {body}{PAUSE} end {end}{PAUSE}"


def grid(name: str, rows: Sequence[Sequence[str]], tags: dict[int, str]) -> str:
    """Rows of cells: a matrix, cases, lines."""
    if name == "cases":
        return _cases(rows)
    if name in _MATRICES:
        return _matrix(rows)
    if name == "substack":
        return f"{PAUSE} and ".join(join(*row) for row in rows)
    lines = [pause(join(*row), _tagged(tags.get(at, ""))) for at, row in enumerate(rows)]
    if len(lines) == 1:
        return lines[0]
    numbered = [f"line {at}{PAUSE} {line}" for at, line in enumerate(lines, 1)]
    return f"{STOP} ".join(["", *numbered, "end lines", ""])


def _matrix(rows: Sequence[Sequence[str]]) -> str:
    height, width = len(rows), max(map(len, rows), default=0)
    if width == 1 and height > 1:
        cells = pause(*(row[0] or "blank" for row in rows))
        return f"the column vector{PAUSE} {cells}{PAUSE} end vector{PAUSE}"
    if height == 1 and width > 1:
        cells = pause(*(cell or "blank" for cell in rows[0]))
        return f"the row vector{PAUSE} {cells}{PAUSE} end vector{PAUSE}"
    lines = [
        f"row {at}{PAUSE} {pause(*(cell or 'blank' for cell in row))}"
        for at, row in enumerate(rows, 1)
    ]
    return f"{STOP} ".join([f"the {height} by {width} matrix", *lines, "end matrix"]) + PAUSE


def _cases(rows: Sequence[Sequence[str]]) -> str:
    lines = [pause(row[0], *(_condition(cell) for cell in row[1:])) for row in rows if row]
    count = f"{len(lines)} cases" if len(lines) != 1 else "1 case"
    return f"{STOP} ".join([count, *lines, "end cases"]) + PAUSE


def _condition(cell: str) -> str:
    """The condition of a case, which begins with a word."""
    if not cell or cell.startswith(("if ", "for ", "when ", "otherwise", "else", "and ", "where ")):
        return cell
    return f"if {cell}"


def _tagged(tag: str) -> str:
    return f"tag {tag}" if tag else ""
